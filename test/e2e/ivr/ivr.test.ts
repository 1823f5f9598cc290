import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { outageSaid } from '../../../src/core/ivr/answers.ts';
import type { Outage } from '../../../src/core/outages/outage.ts';
import { saveCustomers } from '../../../src/postgres/customers.ts';
import { addOutage, findOutage, publishOutage } from '../../../src/postgres/outages.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { network, registerPhones } from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { signInAtDesk, writeUp } from '../../support/desk.ts';
import type { Ear } from '../../support/ear.ts';
import { startService, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';
import { HEARD_OVER_RINGING, openCallers } from './callers.ts';

describe('the IVR on a real Asterisk: what a caller hears, by the sound itself', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  let desk: Page;
  let password = '';
  const callers = openCallers(() => service);
  const { call, hears, prompt } = callers;

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    password = /初始密码 (\w+)（只显示这一次）/.exec(service.said())![1]!;
    const card = { district: '兴庆区', meterKind: 'ic-card' as const };
    await saveCustomers(pool, [
      {
        ...card,
        account: 'YC100200300',
        name: '王秀兰',
        address: '兴庆区解放东街丽景园3号楼',
        phones: ['13912345678'],
      },
      {
        ...card,
        account: 'YC100200400',
        name: '马建国',
        address: '兴庆区新华街1号',
        phones: ['13912340000'],
      },
    ]);
    const { rows } = await pool.query<{ id: number }>(`select id::int from people order by id limit 1`);
    const beginAtMs = Date.now() - 3_600_000;
    const id = await addOutage(
      pool,
      {
        ...{ kind: 'sudden', districts: ['兴庆区'], communities: ['丽景园'], streets: [], buildings: 3 },
        ...{
          cause: '管网抢修',
          unitId: null,
          beginAtMs,
          expectedAtMs: beginAtMs + 30 * 86_400_000,
          notice: '停水',
        },
      },
      rows[0]!.id,
    );
    await publishOutage(pool, id, 1, rows[0]!.id);
    const outage = (await findOutage(pool, id))!;
    await until('the outage is spoken', () =>
      [(here = saidOf(outage, true)), (there = saidOf(outage, false))].every(existsSync),
    );
  });
  let here = '';
  let there = '';
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });
  afterEach(() => callers.over());

  const saidOf = (outage: Outage, lives: boolean) =>
    made(outageSaid(outage, Date.now(), 'zh', lives)[0]!.text);
  const made = (text: string) =>
    prompt(`made-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`);
  const one = async <Row extends pg.QueryResultRow>(what: string, sql: string, values: unknown[]) =>
    until(what, async () => (await pool.query<Row>(sql, values)).rows[0], 40_000);

  it('nobody is there: a word, a callback, or both given up; never a dead line', async () => {
    const [words, back, quits] = await Promise.all([
      call('13900000001'),
      call('13900000002'),
      call('13900000003'),
    ]);
    await Promise.all([
      (async () => {
        await hears(words.ear, prompt('greeting'));
        await hears(words.ear, prompt('nobody-there'));
        await hears(words.ear, prompt('fallback'), '2');
        await hears(words.ear, prompt('word'));
        await hears(words.ear, prompt('tone'), '', 0.7);
        await new Promise((done) => setTimeout(done, 2500));
        await words.ear.press('#');
        await hears(words.ear, prompt('word-thanks'));
      })(),
      (async () => {
        await hears(back.ear, prompt('fallback'), '1');
        await hears(back.ear, prompt('fallback-back'));
      })(),
      (async () => {
        await hears(quits.ear, prompt('fallback'), '2');
        await hears(quits.ear, prompt('tone'), '', 0.7);
        await new Promise((done) => setTimeout(done, 1800));
        quits.leg.stop();
      })(),
    ]);
    const word = await one<{ about: string; ms: number }>(
      'the word is kept',
      'select about, ms from spoken_words where number = $1',
      ['13900000001'],
    );
    expect(word.ms).to.be.within(1500, 6000);
    const asked = await one<{ outcome: string }>(
      'the callback is kept',
      `select outcome from calls where ani = $1 and outcome is not null`,
      ['13900000002'],
    );
    expect(asked.outcome).to.equal('callback');
  });

  it('self-service, two keys deep: my district, my order, my address only to who knows the account', async () => {
    await pool.query(
      `insert into orders (order_no, phone, category, item, content, status, state, created_at)
       values ('HL202611250007', '13900000005', '漏水', '管道漏水', '', '签收', 'signed', now())`,
    );
    const [district, order, account] = await Promise.all([
      call('13900000004'),
      call('13900000005'),
      call('13900000006'),
    ]);
    const menu = async (ear: Ear, key: string) => {
      await ear.heardSomething();
      await ear.press('9');
      await hears(ear, prompt('menu'), key);
    };
    await Promise.all([
      (async () => {
        await menu(district.ear, '1');
        await hears(district.ear, prompt('menu-district'), '1');
        await hears(district.ear, there);
        await hears(district.ear, prompt('leaf'));
      })(),
      (async () => {
        await menu(order.ear, '2');
        await hears(order.ear, prompt('leaf'));
      })(),
      (async () => {
        await menu(account.ear, '3');
        await hears(account.ear, prompt('account-number'), '100200300#');
        await hears(account.ear, prompt('account-digits'), '9999');
        await hears(account.ear, prompt('account-none'));
        await hears(account.ear, prompt('account-number'), '100200300#');
        await hears(account.ear, prompt('account-digits'), '5678');
        await hears(account.ear, made('核对无误，用水地址是兴庆区解放东街丽景园3号楼。'));
      })(),
    ]);
  });

  it('an outage where I live, my place kept and called back, and one key for how it was', async () => {
    browser = await openBrowser();
    desk = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    await registerPhones(service.site(), ['1001']);
    await desk.goto(`${service.url}/desk`);
    await desk.fill('input[name=login]', '1001');
    await desk.fill('input[name=password]', password);
    await desk.keyboard.press('Enter');
    await signInAtDesk(desk);
    await desk.waitForSelector('.state-bar[data-state=ready]');
    const answers = (ringMs: number, talkMs: number | null) =>
      callers.rings({ extension: '1001', calls: 1, ringMs, talkMs });
    const first = answers(500, 34_000);
    const outside = await call('13912340000');
    await desk.waitForSelector('.card.talking');
    const inside = await call('13912345678');
    await hears(inside.ear, here, '3');
    await hears(inside.ear, prompt('area-noted'));
    // into this ear alone, over the ring tone
    await hears(inside.ear, prompt('wait-about'), '1', HEARD_OVER_RINGING);
    await hears(inside.ear, prompt('keep-yes'));
    await inside.leg.done;
    expect(outside.ear.likeness(here), 'who lives elsewhere hears nothing of it').to.be.below(0.5);
    expect(outside.ear.likeness(prompt('wait-about')), 'nor what was said to another').to.be.below(0.5);

    await hears(outside.ear, prompt('rate'), '1');
    await hears(outside.ear, prompt('rate-thanks'));
    await outside.leg.done;
    await first.done;

    const rung = callers.rings({
      ...{ extension: '13912345678', ringMs: 800, talkMs: 2500, calls: 1 },
      at: { address: `${network(service.site())}.10`, port: 5060 },
    });
    answers(1200, null);
    await writeUp(desk);
    await desk.waitForSelector('.card.ringing .kept', { timeout: 40_000 });
    const place = await one<{ state: string; agent: string; placings: number; tries: number }>(
      'the caller is reached',
      `select state, agent, placings, tries from kept_places where number = $1 and state <> 'waiting'`,
      ['13912345678'],
    );
    expect(place).to.deep.equal({ state: 'reached', agent: 'PJSIP/1001', placings: 1, tries: 0 });
    expect((await rung.done).messages.filter((each) => !each.sent && each.what === 'INVITE')).to.have.length(
      1,
    );

    const asker = await one<{ number: string }>(
      'who asked to be told',
      'select number from outage_askers',
      [],
    );
    expect(asker.number).to.equal('13912345678');
    const rating = await one<{ key: string; answered_by: string; talk_ms: number; anomalies: string[] }>(
      'the rating is joined to call and agent',
      `select s.key, c.answered_by, c.talk_ms, c.anomalies from ivr_steps s join calls c using (call_id)
        where s.node = 'rated' and c.outcome is not null`,
      [],
    );
    expect(rating).to.include({ key: '1', answered_by: 'PJSIP/1001' });
    expect(rating.anomalies).to.deep.equal([]);
    expect(rating.talk_ms, 'rating is no talk').to.be.closeTo(34_000, 1500);
    const { rows } = await pool.query<{ ani: string; ms: number }>(
      `select ani, extract(epoch from queued_at - arrived_at)::float8 * 1000 as ms from calls
        where ani = '13912340000' and queued_at is not null`,
    );
    expect(rows).to.have.length(1);
  });
});
