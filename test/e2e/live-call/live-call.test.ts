import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { saveCustomers } from '../../../src/postgres/customers.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import {
  registerPhones,
  startCaller,
  startPhone,
  type CallerPlan,
  type PhonePlan,
  type RunningLeg,
  type SipLeg,
} from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { signInAtDesk, writeUp } from '../../support/desk.ts';
import { startService, type Service } from '../../support/service.ts';
import { endCalls } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

interface Row {
  outcome: string | null;
  ani: string;
  ring_ms: number | null;
  rings: number | null;
  within_three_rings: boolean | null;
  hung_up_first: string | null;
  abandon_stage: string | null;
  answered_by: string | null;
  anomalies: string[];
}

describe('a call to 96666, on a real Asterisk, with real SIP and a real browser', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  let context: BrowserContext;
  let desk: Page;
  let password = '';

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    await saveCustomers(pool, [
      {
        account: 'YC100200300',
        name: '王秀兰',
        address: '兴庆区解放东街丽景园3号楼2单元501',
        district: '兴庆区',
        meterKind: 'ic-card',
        phones: ['13912345678'],
      },
    ]);
    password = /初始密码 (\w+)（只显示这一次）/.exec(service.said())![1]!;
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    desk = await context.newPage();
    await desk.goto(`${service.url}/sign-in?to=/desk`);
    await signIn(desk, password);
  });
  /** Each test begins at a ready desk, with no call and a registered phone, whatever became of the one before. */
  beforeEach(async () => {
    await endCalls(service.site());
    await registerPhones(service.site(), ['1001']);
    await desk.goto(`${service.url}/desk`);
    await signInAtDesk(desk);
    await writeUp(desk);
    await desk.waitForSelector('.state-bar[data-state=ready]', { timeout: 40_000 });
  });
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });

  const legs: RunningLeg[] = [];
  const rings = (plan: Omit<PhonePlan, 'extension'>) =>
    tracked(startPhone(service.site(), { extension: '1001', ...plan }));
  const calls = (plan: CallerPlan) => tracked(startCaller(service.site(), plan));
  function tracked(leg: RunningLeg): RunningLeg {
    legs.push(leg);
    return leg;
  }
  afterEach(async () => {
    for (const leg of legs) leg.stop();
    await Promise.all(legs.splice(0).map((leg) => leg.done));
    await writeUp(desk);
  });

  async function signIn(page: Page, written: string): Promise<void> {
    await page.fill('input[name=login]', '1001');
    await page.fill('input[name=password]', written);
    await page.keyboard.press('Enter');
  }
  /** A call that is answered and over, in a second or two. */
  async function answeredCall(from: string): Promise<void> {
    const phone = rings({ ringMs: 500, talkMs: 500 });
    await calls({ from, stayMs: null }).done;
    phone.stop();
    expect(await rowOf(from)).to.include({ outcome: 'answered' });
  }
  async function rowOf(from: string | null): Promise<Row> {
    return until(
      `the call of ${from} is stored`,
      async () =>
        (
          await pool.query<Row>(
            'select * from calls where ani is not distinct from $1 and outcome is not null',
            [from],
          )
        ).rows[0],
      40_000,
    );
  }
  const rangMs = (phone: SipLeg) => {
    const invited = phone.messages.find((one) => !one.sent && one.what === 'INVITE')!;
    const answered = phone.messages.find((one) => one.sent && one.what === '200' && one.method === 'INVITE')!;
    return answered.atMs - invited.atMs;
  };

  it('asks who you are before it shows anything', async () => {
    const stranger = await browser.newContext();
    const page = await stranger.newPage();
    await page.goto(`${service.url}/desk`);
    await page.waitForURL(/sign-in/);
    await signIn(page, 'wrong');
    await page.waitForFunction(() =>
      document.querySelector('.fault')?.textContent?.includes('工号或密码不对'),
    );
    await signIn(page, password);
    await page.waitForURL(/desk/);
    await stranger.close();
  });

  it('pops the caller and their name while the phone rings, counts 1, 2, 3, is red after 3, and measures it', async () => {
    const phone = rings({ ringMs: 16_200, talkMs: 2500 });
    const caller = calls({ from: '13912345678', stayMs: null });
    await desk.waitForSelector('.card.ringing .rings[data-rings="1"]', { timeout: 40_000 });
    expect(await desk.textContent('.card .number')).to.equal('139 1234 5678');
    await desk.waitForFunction(() => document.querySelector('.card')?.textContent?.includes('王秀兰'));
    for (const ring of [2, 3]) await desk.waitForSelector(`.rings[data-rings="${ring}"][data-late="false"]`);
    await desk.waitForSelector('.rings[data-rings="4"][data-late="true"]');
    await desk.waitForSelector('.card.talking');
    await caller.done;
    phone.stop();
    const row = await rowOf('13912345678');
    expect(row).to.include({
      outcome: 'answered',
      rings: 4,
      within_three_rings: false,
      hung_up_first: 'agent',
    });
    expect(row.answered_by).to.equal('PJSIP/1001');
    expect(row.anomalies).to.deep.equal([]);
    expect(row.ring_ms).to.be.closeTo(rangMs(await phone.done), 100);
    await desk.waitForSelector('.card.ended');
  });

  it('shows the pop in one tab only, and takes it away at once when the caller gives up', async () => {
    const second = await context.newPage();
    await second.goto(`${service.url}/desk`);
    await second.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
    const phone = rings({ ringMs: null, talkMs: null });
    const caller = calls({ from: '13800000002', stayMs: 18_000 });
    await desk.waitForSelector('.card.ringing', { timeout: 40_000 });
    expect(await second.$('.card')).to.equal(null);
    expect(await desk.textContent('.card')).to.include('没有登记这个号码');
    await caller.done;
    await desk.waitForFunction(() => !document.querySelector('.card.ringing'));
    expect(await desk.textContent('aside')).to.include('来电人已挂机');
    phone.stop();
    expect(await rowOf('13800000002')).to.include({
      outcome: 'abandoned',
      abandon_stage: 'ringing',
      hung_up_first: 'caller',
    });
    await second.click('text=在此处接管');
    await second.waitForSelector('.idle');
    await desk.waitForFunction(() => document.body.textContent?.includes('另一个标签页'));
    await second.close();
    await desk.waitForSelector('.work');
  });

  it('lets no forged event in: the trunk makes the number harmless first', async () => {
    const phone = rings({ ringMs: 500, talkMs: 500 });
    await calls({
      from: '1%0d%0a%0d%0aEvent%3a%20AgentConnect%0d%0aUniqueid%3a%20forged-1',
      stayMs: null,
    }).done;
    phone.stop();
    // what is no number is kept as none
    const row = await rowOf(null);
    expect(row).to.include({ outcome: 'answered', within_three_rings: true });
    expect(row.anomalies).to.deep.equal([]);
  });

  it('moves the wall, and greys it when nothing is heard any more', async () => {
    await answeredCall('13800000003');
    const wall = await context.newPage();
    await wall.setViewportSize({ width: 1920, height: 1080 });
    await wall.goto(`${service.url}/wall`);
    await wall.waitForSelector('.wall[data-fresh="fresh"] .chart canvas');
    const offered = () => wall.textContent('.counts .tile b');
    await until('the wall counts every call', async () => {
      const { rows } = await pool.query<{ count: string }>(
        `select count(*) from calls where direction = 'inbound'`,
      );
      return (await offered()) === rows[0]!.count;
    });
    const frozen = service.child();
    frozen.kill('SIGSTOP');
    try {
      await wall.waitForSelector('.wall[data-fresh="late"]');
      await wall.waitForSelector('.wall[data-fresh="stale"]', { timeout: 40_000 });
      expect(await wall.textContent('.age')).to.match(/数据已停 \d+ 秒/);
    } finally {
      frozen.kill('SIGCONT');
    }
    await wall.waitForSelector('.wall[data-fresh="fresh"]', { timeout: 40_000 });
    await wall.close();
  });

  it('tells Prometheus, and promtool finds nothing to blame', async () => {
    await answeredCall('13800000004');
    const text = await until('the call is counted', async () => {
      const told = await (await fetch(`${service.url}/metrics`)).text();
      expect(told).to.match(
        /hotline_calls_total\{direction="inbound",queue="hotline",outcome="answered"\} [1-9]/,
      );
      expect(told).to.match(/hotline_pop_latency_seconds_count [1-9]/);
      return told;
    });
    expect(text).to.not.include('13800000004').and.not.include('13912345678');
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).to.equal('');
  });

  it('goes on with the call when the service is killed in the middle of it', async () => {
    const phone = rings({ ringMs: 800, talkMs: null });
    const caller = calls({ from: '13800000005', stayMs: 24_000 });
    await until(
      'it is answered',
      async () =>
        (await pool.query('select 1 from calls where ani = $1 and answered_at is not null', ['13800000005']))
          .rows[0],
      40_000,
    );
    const pbx = service.pbxPid();
    await service.killAndStart();
    expect(service.pbxPid()).to.equal(pbx);
    await caller.done;
    phone.stop();
    expect(await rowOf('13800000005')).to.include({ outcome: 'answered', hung_up_first: 'caller' });
  });

  it('ends calls as unknown when the PBX is killed under them, tells the gap, and takes the next call', async () => {
    const phone = rings({ ringMs: 500, talkMs: null, calls: 1 });
    const caller = calls({ from: '13800000006', stayMs: null });
    await until(
      'it is answered',
      async () =>
        (await pool.query('select 1 from calls where ani = $1 and answered_at is not null', ['13800000006']))
          .rows[0],
      40_000,
    );
    process.kill(service.pbxPid()!, 'SIGKILL');
    caller.stop();
    phone.stop();
    expect(await rowOf('13800000006')).to.include({ outcome: 'unknown', hung_up_first: null });
    expect((await pool.query('select 1 from gaps')).rowCount).to.be.greaterThan(0);
    await until(
      'the feed is live again',
      async () => (await (await fetch(`${service.url}/metrics`)).text()).includes('hotline_ami_connected 1'),
      40_000,
    );
    await registerPhones(service.site(), ['1001']);
    await writeUp(desk);
    await answeredCall('13800000007');
  });
});
