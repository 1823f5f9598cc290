import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser } from 'playwright-core';
import { openCommands } from '../../../src/asterisk/commands.ts';
import { FIRST_FLOW, type Flow } from '../../../src/core/ivr/flow.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { speak } from '../../../src/setup/speech.ts';
import { registerPhones, type CallerPlan } from '../../../src/setup/sipp.ts';
import type { FlowView } from '../../../src/protocol/ivr-flow.ts';
import { openBrowser } from '../../support/browser.ts';
import type { Ear } from '../../support/ear.ts';
import { signedIn } from '../../support/sign-in.ts';
import { startService, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';
import { HEARD_OVER_RINGING, openCallers } from '../ivr/callers.ts';

const PASSWORD = 'banzhang-96666-flow';
const ZONE_MS = 8 * 3_600_000;

describe('the flow of the IVR is changed on a real Asterisk, and taken back', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser | undefined;
  let cookie = '';
  /** the last line of the audit as a test begins */
  let auditedBefore = '0';
  const callers = openCallers(() => service);
  const { hears, prompt } = callers;
  const call = async (from: string, more: Partial<CallerPlan> = {}) => (await callers.call(from, more)).ear;

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    await createPerson(pool, {
      ...{ login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null },
      passwordHash: await hash(PASSWORD),
    });
    // the shift's leader sits at this phone
    await pool.query(`update people set agent = null where login = '1001'`);
    await pool.query(`update people set agent = 'PJSIP/1001' where login = 'banzhang'`);
    await pool.query(
      `update phones set person_id = (select id from people where login = 'banzhang')
        where person_id = (select id from people where login = '1001')`,
    );
    await comeIn();
    await until('the switch goes by the first version', async () => (await view()).switchKnows);
  });
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });
  /** Each test begins with the first version in force, whatever the one before has left. */
  beforeEach(async () => {
    if (service.child().signalCode !== null) await service.killAndStart();
    await comeIn();
    for (let seen = await view(); seen.next ?? seen.current?.version !== 1; seen = await view())
      await api('POST', `/terms/${(seen.next ?? seen.current)!.termId}/take-back`);
    await until('the switch goes by it', async () => (await view()).switchKnows);
    const { rows } = await pool.query<{ id: string }>('select coalesce(max(id), 0) as id from audit');
    auditedBefore = rows[0]!.id;
  });
  afterEach(() => callers.over());

  const comeIn = async () => void (cookie = await signedIn(service.url, 'banzhang', PASSWORD));
  async function api<T>(method: string, path: string, body?: unknown): Promise<T & { message?: string }> {
    const answer = await fetch(`${service.url}/api/ivr/flow${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin: service.url, cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T & { message?: string };
  }
  const view = () => api<FlowView>('GET', '');
  const put = (version: number, fromMs: number | null = null) =>
    api<{ ok?: boolean }>('POST', `/${version}/put`, { fromMs });
  const takeBack = async () =>
    expect(await api('POST', `/terms/${(await view()).current!.termId}/take-back`)).to.deep.equal({
      ok: true,
    });
  /** A version with one thing changed, saved. */
  async function save(change: (flow: Flow) => void, note = ''): Promise<number> {
    const body = structuredClone(FIRST_FLOW);
    change(body);
    return (await api<{ version: number }>('POST', '', { body, note })).version;
  }
  const node = (flow: Flow, id: string) => flow.nodes.find((one) => one.id === id)!;

  /** The same words, spoken beside what the switch plays. */
  async function words(text: string): Promise<string> {
    const file = join(service.varDir, 'words-of-the-test.wav');
    await speak(text, file);
    return file;
  }
  async function pressesNine(from: string): Promise<Ear> {
    const ear = await call(from);
    await ear.heardSomething();
    await ear.press('9');
    return ear;
  }

  it('another leaf by the same key, with the service killed; taken back, it is as before', async () => {
    const faulty = await save((flow) => (node(flow, 'menu').keys['0'] = 'order'));
    expect((await put(faulty)).message).to.contain('“自助服务”按 0 到不了人工');

    const text = '核对户号请按二，停水信息请按一，人工请按零。';
    const version = await save((flow) => {
      node(flow, 'menu').keys = { '1': 'outages', '2': 'account', '0': 'queue' };
      flow.texts = { menu: { zh: text } };
    }, '二改为核对户号');
    expect(await put(version)).to.deep.equal({ ok: true });
    expect((await view()).switchKnows).to.equal(true);
    service.child().kill('SIGKILL');
    await until('the service is gone', () => service.child().signalCode !== null);
    const changed = await pressesNine('13900000011');
    await hears(changed, await words(text), '2');
    await hears(changed, prompt('account-number'));

    await service.killAndStart();
    await comeIn();
    await takeBack();
    const before = await pressesNine('13900000012');
    await hears(before, prompt('menu'), '2');
    await hears(before, prompt('order-number'));

    const { rows } = await pool.query<{ what: string; who: string }>(
      `select what, who from audit where what like 'ivr-flow-%' and id > $1 order by id`,
      [auditedBefore],
    );
    expect(rows.map((one) => one.what)).to.deep.equal([
      ...['ivr-flow-saved', 'ivr-flow-saved', 'ivr-flow-put', 'ivr-flow-taken-back'],
    ]);
    expect(rows.every((one) => one.who.includes('丁班长'))).to.equal(true);
  });

  it('a holiday has a way of its own, and begins by itself at its time though the service is down', async () => {
    const text = '今天节假日休息，有事请留言。';
    const today = new Date(Date.now() + ZONE_MS).toISOString().slice(0, 10);
    const version = await save((flow) => {
      flow.holidays = [{ date: today, name: '节日', way: 'message', says: ['holiday'] }];
      flow.texts = { holiday: { zh: text } };
    });
    const fromMs = Date.now() + 4000;
    expect(await put(version, fromMs)).to.deep.equal({ ok: true });
    expect((await view()).next?.version).to.equal(version);
    service.child().kill('SIGKILL');
    await until('it is time', () => Date.now() > fromMs + 1100);
    const ear = await call('13900000013');
    await hears(ear, prompt('greeting'));
    await hears(ear, await words(text));
    await hears(ear, prompt('word'));

    await service.killAndStart();
    await comeIn();
    await takeBack();
    const after = await call('13900000014');
    await hears(after, prompt('nobody-there'));
  });

  it('a second language by a key', async () => {
    const version = await save((flow) => (flow.languageKey = '8'));
    expect(await put(version)).to.deep.equal({ ok: true });
    const ear = await call('13900000015');
    await hears(ear, prompt('greeting'));
    await hears(ear, prompt('language-key', 'en'), '8');
    await hears(ear, prompt('greeting', 'en'), '9');
    await hears(ear, prompt('menu', 'en'), '3');
    await hears(ear, prompt('account-number', 'en'));

    // who waits is told in their language, too: somebody is on post, and answers nobody
    const { address, amiPort, actionsSecret } = service.site();
    const commands = openCommands({
      ...{ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret },
    });
    try {
      await until('the switch takes commands', () => commands.connected());
      await registerPhones(service.site(), ['1001']);
      await commands.addMember('hotline', 'PJSIP/1001', '1001', '开会');
      const [english, chinese] = [await call('13900000017'), await call('13900000018')];
      await hears(english, prompt('greeting'), '8');
      await Promise.all([
        callers.hears(english, prompt('wait-next', 'en'), '', HEARD_OVER_RINGING),
        callers.hears(chinese, prompt('wait-ahead'), '', HEARD_OVER_RINGING),
      ]);
    } finally {
      await commands.removeMember('hotline', 'PJSIP/1001');
      commands.close();
    }
    await takeBack();
  });

  it('keys by SIP INFO lead as those by RFC 4733 do', async () => {
    const beganMs = Date.now();
    const ear = await call('13900000016', {
      infoKeys: [
        { afterMs: 900, key: '9' },
        { afterMs: 5000, key: '3' },
      ],
    });
    await hears(ear, prompt('menu'));
    await hears(ear, prompt('account-number'));
    const key = await until('the key is kept', async () => {
      const { rows } = await pool.query<{ key: string }>(
        `select key from ivr_steps where node = 'menu-key' and at >= to_timestamp($1::float8 / 1000)`,
        [beganMs],
      );
      return rows[0]?.key;
    });
    expect(key).to.equal('3');
  });

  it('a version is tried on one’s own phone before it is in force, and nobody is counted as a caller', async () => {
    const beganMs = Date.now();
    const version = await save((flow) => (node(flow, 'menu').keys['2'] = 'account'));
    await until(
      'the phone is registered',
      () => registerPhones(service.site(), ['1001']).then(() => true),
      40_000,
    );
    const ear = await callers.ringsInEar({ extension: '1001', ringMs: 300, talkMs: null, calls: 1 });
    expect(await api('POST', `/${version}/try`, { token: randomUUID() })).to.deep.equal({ ok: true });
    await hears(ear, prompt('greeting'), '9');
    await hears(ear, prompt('menu'), '2');
    await hears(ear, prompt('account-number'), '0#');
    await hears(ear, prompt('trial-end'));
    const { rows } = await pool.query(`select from ivr_steps where at >= to_timestamp($1::float8 / 1000)`, [
      beganMs,
    ]);
    expect(rows).to.have.length(0);
  });

  it('is made on the page: a fault is shown while it is made, then it is saved, put in force and taken back', async () => {
    browser = await openBrowser();
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 900 } })).newPage();
    const faults: string[] = [];
    page.on('pageerror', (fault) => faults.push(String(fault)));
    await page.goto(`${service.url}/sign-in?to=/ivr`);
    await page.fill('input[name=login]', 'banzhang');
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    const choose = async (label: string, option: string) => {
      await page.click(`.ant-select:has(input[aria-label="${label}"])`);
      await page.click(`.ant-select-dropdown:not(.ant-select-dropdown-hidden) [title="${option}"]`);
      // the one that closes must not be taken for the next
      await page.waitForFunction(
        () => !document.querySelector('.ant-select-dropdown:not(.ant-select-dropdown-hidden)'),
      );
    };
    await page.waitForSelector('text=检查通过');
    await choose('自助服务按 0 去哪里', '查工单');
    await page.waitForSelector('.findings >> text=“自助服务”按 0 到不了人工，请把 0 设为人工。');
    await choose('自助服务按 0 去哪里', '人工');
    await page.waitForSelector('text=检查通过');
    await choose('自助服务按 2 去哪里', '留言');
    await page.click('[data-node=message] >> text=新写一条语音');
    await page.waitForSelector('.findings >> text=没有普通话的话，请写上文字。');
    await page.fill('textarea[aria-label="own-1 在这一版的文字"]', '请留下您的姓名。');
    await page.waitForSelector('text=检查通过');
    await page.fill('input[aria-label="改了什么"]', '二改为留言');
    await page.click('button:has-text("存为新的一版")');
    await page.click('button:has-text("启用这一版")');
    await page.click('.ant-modal button:has-text("马上启用")');
    await page.waitForSelector('.ant-tag:has-text("使用中")');
    const ear = await pressesNine('13900000017');
    await hears(ear, prompt('menu'), '2');
    await hears(ear, prompt('word'));
    await hears(ear, await words('请留下您的姓名。'));
    await page.click('button:has-text("撤回第")');
    await page.click('.ant-popover .ant-btn-primary');
    await until('the first version is in force', async () => (await view()).current?.version === 1);
    expect(faults).to.deep.equal([]);
  });
});
