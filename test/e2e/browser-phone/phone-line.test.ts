import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../support/browser.ts';
import { writeUp } from '../../support/desk.ts';
import { until } from '../../support/until.ts';
import { callIs, openShift, PASSWORD, type Shift } from './shift.ts';
import { tryToRegister } from './sip-client.ts';

describe("the browsers' phone line, on a real Asterisk", function () {
  this.timeout(240_000);
  let shift: Shift;
  let context: BrowserContext;
  let desk: Page;

  before(async () => {
    shift = await openShift();
    await shift.hire('1001', '马晓燕');
    await shift.hire('1003', '赵敏');
    context = await shift.newContext();
    desk = await shift.sitDown('1001', context);
  });
  after(() => shift?.close());
  afterEach(async () => {
    await shift.endCalls();
    await writeUp(desk);
  });

  const sip = (ticket: string) => `${shift.service.url.replace('http', 'ws')}/sip?ticket=${ticket}`;
  const origin = () => shift.service.url;
  const cookieOf = async (one: BrowserContext) =>
    (await one.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  /** what the page was given, asked for once more as the page asks: the browser of this session becomes the phone anew */
  const session = (page: Page) =>
    page.evaluate(async () => {
      const answer = await fetch('/api/phone/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"withCall":false}',
      });
      return (await answer.json()) as { extension: string; secret: string; ticket: string };
    });
  const isRegistered = async (page: Page) =>
    page.evaluate(
      async () => ((await (await fetch('/api/phone')).json()) as { registered: boolean }).registered,
    );
  const ready = (page: Page, withinMs = 40_000) =>
    page.waitForSelector('.call-bar[data-line=ready]', { timeout: withinMs });

  /** the caller and one phone of ours, in one bridge */
  const joined = async () => {
    const channels = await shift.channels();
    return channels.length === 2 && channels.every((one) => one.joined);
  };

  it('is open to nobody without a session, nor to a page of another site', async () => {
    const nobody = await tryToRegister(sip('x'), {
      as: '1001',
      password: 'x',
      headers: { origin: origin() },
    });
    expect(nobody.http).to.equal(401);
    const cookie = await cookieOf(context);
    const foreign = await tryToRegister(sip('x'), {
      as: '1001',
      password: 'x',
      headers: { cookie, origin: 'http://evil.example' },
    });
    expect(foreign.http).to.equal(403);
    const programme = await tryToRegister(sip('x'), { as: '1001', password: 'x', headers: { cookie } });
    expect(programme.http).to.equal(403);
  });

  it("lets a session be its own phone and no other, whatever it knows of another's", async () => {
    const elsewhere = await shift.newContext();
    const other = await shift.sitDown('1003', elsewhere);
    const mine = await session(desk);
    const headers = { cookie: await cookieOf(elsewhere), origin: origin() };
    // another's ticket, and another's secret
    const stolen = await tryToRegister(sip(mine.ticket), { as: '1001', password: mine.secret, headers });
    expect(stolen).to.deep.include({ closed: 4001, status: null });
    // an own ticket, another's name
    const own = await session(other);
    const forged = await tryToRegister(sip(own.ticket), { as: '1001', password: mine.secret, headers });
    expect(forged.status).to.equal(null);
    // an own ticket and name, calls led elsewhere
    const led = await tryToRegister(sip(own.ticket), {
      as: '1003',
      password: own.secret,
      contact: '<sip:1003@127.0.0.1:5099>',
      headers,
    });
    expect(led.status).to.equal(null);
    const right = await tryToRegister(sip(own.ticket), { as: '1003', password: own.secret, headers });
    expect(right.status).to.equal(200);
    await elsewhere.close();
    await desk.reload();
    await ready(desk);
  });

  it('ends with the session: line cut, and the secret refused by the switch itself', async () => {
    const elsewhere = await shift.newContext();
    const other = await shift.sitDown('1003', elsewhere);
    const { secret } = await session(other);
    await other.reload();
    await ready(other);
    const again = await session(other);
    const { address, httpPort } = shift.service.site();
    const direct = `ws://${address}:${httpPort}/ws`;
    expect((await tryToRegister(direct, { as: '1003', password: secret })).status).to.equal(401);
    expect((await tryToRegister(direct, { as: '1003', password: again.secret })).status).to.equal(200);
    await other.evaluate(() => fetch('/api/sign-out', { method: 'POST' }));
    await until(
      'the switch refuses the secret',
      async () => (await tryToRegister(direct, { as: '1003', password: again.secret })).status === 401,
      40_000,
    );
    await elsewhere.close();
  });

  it('is taken from an account that is closed', async () => {
    const elsewhere = await shift.newContext();
    const other = await shift.sitDown('1003', elsewhere);
    await shift.pool.query(`update people set disabled = true where login = '1003'`);
    await other.waitForSelector('.call-bar:not([data-line=ready])', { timeout: 40_000 });
    await shift.pool.query(`update people set disabled = false where login = '1003'`);
    await elsewhere.close();
  });

  it('stays with one of two tabs, and goes to the other when that takes the desk over', async () => {
    const second = await context.newPage();
    await second.goto(`${shift.service.url}/desk`);
    await second.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
    expect(await isRegistered(desk)).to.equal(true);
    await second.keyboard.press('Alt+KeyJ');
    await ready(second);
    await desk.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
    const caller = shift.caller({ from: '13800000021', stayMs: 15_000 });
    await callIs(second, 'ringing');
    await second.keyboard.press('F2');
    await callIs(second, 'talking');
    await shift.endCalls();
    await caller.done;
    await second.close();
    await ready(desk);
  });

  for (const where of ['tab', 'browser'] as const)
    it(`taken over in mid-call by another ${where} it brings the caller along`, async () => {
      const from = where === 'tab' ? '13800000023' : '13800000024';
      const caller = shift.caller({ from, stayMs: null });
      await callIs(desk, 'ringing');
      await desk.keyboard.press('F2');
      await callIs(desk, 'talking');
      const elsewhere = where === 'tab' ? context : await shift.newContext();
      const second = await elsewhere.newPage();
      await second.goto(`${shift.service.url}${where === 'tab' ? '/desk' : '/sign-in?to=/desk'}`);
      if (where === 'browser') {
        await second.fill('input[name=login]', '1001');
        await second.fill('input[name=password]', PASSWORD);
        await second.keyboard.press('Enter');
      }
      await second.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
      await second.keyboard.press('Alt+KeyJ');
      await callIs(second, 'talking');
      await desk.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
      // the second page's own phone has the call
      await second.waitForSelector('.call-bar button:has-text("保持")');
      await until('the caller and the second page are joined', joined);
      await desk.keyboard.press('Alt+KeyJ');
      await callIs(desk, 'talking');
      await until('and the first one again', joined);
      await shift.endCalls();
      await caller.done;
      await until('it is kept as one answered call', async () => {
        const { rows } = await shift.pool.query<{ agent: string }>(
          `select answered_by as agent from calls where ani = $1 and outcome = 'answered'`,
          [from],
        );
        return rows.length === 1 && rows[0]!.agent === 'PJSIP/1001';
      });
      await second.close();
      if (where === 'browser') await elsewhere.close();
      await ready(desk);
    });

  it('a network that is away for some seconds in mid-call costs nobody the call', async () => {
    const caller = shift.caller({ from: '13800000025', stayMs: null });
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    await context.setOffline(true);
    // from 8 s on the caller is given to the next agent (desk.test.ts)
    await new Promise((done) => setTimeout(done, 5000));
    await context.setOffline(false);
    await ready(desk);
    await until('the switch says so', () => isRegistered(desk), 40_000);
    await callIs(desk, 'talking');
    expect(await joined()).to.equal(true);
    await desk.waitForSelector('.call-bar button:has-text("保持")');
    await shift.endCalls();
    await caller.done;
  });

  it('is registered again after the PBX was killed, and takes a call', async () => {
    process.kill(shift.service.pbxPid()!, 'SIGKILL');
    const killed = performance.now();
    await desk.waitForSelector('.call-bar[data-line=reconnecting]');
    await ready(desk, 40_000);
    console.log(
      `      registered ${((performance.now() - killed) / 1000).toFixed(1)} s after the PBX was killed`,
    );
    await until('the switch says so', () => isRegistered(desk), 40_000);
  });

  it('is registered again after the service was killed', async () => {
    const killed = performance.now();
    const restarted = shift.service.killAndStart();
    await desk.waitForSelector('.call-bar[data-line=reconnecting]', { timeout: 40_000 });
    await ready(desk, 60_000);
    const ready2 = performance.now();
    await restarted;
    console.log(`      registered ${((ready2 - killed) / 1000).toFixed(1)} s after the service was killed`);
    const caller = shift.caller({ from: '13800000022', stayMs: 15_000 });
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    await shift.endCalls();
    await caller.done;
  });

  it('does not ring where the browser refuses the microphone, and says what to do', async () => {
    const deaf = await openBrowser('denied');
    try {
      const page = await (await deaf.newContext()).newPage();
      await page.goto(`${shift.service.url}/sign-in?to=/desk`);
      await page.fill('input[name=login]', '1003');
      await page.fill('input[name=password]', 'shui-96666-phone');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.call-bar[data-line=no-microphone]', { timeout: 40_000 });
      expect(await page.textContent('.call-bar')).to.include('没有得到使用麦克风的许可');
      expect(await isRegistered(page)).to.equal(false);
    } finally {
      await deaf.close();
    }
  });
});
