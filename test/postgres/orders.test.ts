import { expect } from 'chai';
import type pg from 'pg';
import { newCall, recordOf } from '../../src/core/floor/call.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { CallRecord } from '../../src/core/floor/record.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import type { OrderFilter } from '../../src/core/orders/list.ts';
import type { Actor, Step } from '../../src/core/orders/order.ts';
import { customers } from '../../src/setup/demo/city.ts';
import { pastDay } from '../../src/setup/demo/history.ts';
import { saveDemoOrders } from '../../src/setup/demo/orders.ts';
import { randomFrom } from '../../src/setup/demo/random.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { endCalls, fireClocks, readClocks, resetClocks } from '../../src/postgres/order-clocks.ts';
import { listOrders, overdueCells, similarOrders } from '../../src/postgres/order-lists.ts';
import { addVersion, decisionTable, orderSettings } from '../../src/postgres/order-rules.ts';
import {
  createOrder,
  orderLine,
  stepOrder,
  stepsOf,
  wholeOrder,
  type NewOrder,
} from '../../src/postgres/orders.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { saidOfStep } from '../../src/main/order-steps.ts';
import { cloneDatabase } from '../support/database.ts';

const T0 = Date.UTC(2026, 10, 25, 2);
const MINUTE = 60_000;
const RINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000 };

describe('work orders, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let ma = 0;
  before(async () => {
    pool = openPool(await cloneDatabase());
    ma = (await createPerson(pool, {
      login: '1001',
      name: '马晓燕',
      role: 'agent',
      agent: null,
      passwordHash: 'x',
    }))!.id;
  });
  after(() => pool.end());

  const by = () => ({
    personId: ma,
    personName: '马晓燕',
    unitId: null,
    origin: 'desk' as const,
    system: null,
  });
  const draft = (more: Partial<NewOrder> = {}): NewOrder => ({
    ...{
      category: '漏水',
      categoryCode: 'leak',
      item: '整条街或一片区',
      itemNo: 4,
      answers: { side: 'before' },
    },
    ...{
      urgent: true,
      clockSet: 'urgent-leak',
      content: '路口爆管，水流很大',
      caller: '王秀兰',
      phone: '139 1234 5678',
    },
    ...{
      account: '',
      address: '解放东街丽景园3号楼',
      community: '丽景园',
      district: '兴庆区',
      source: 'call',
    },
    ...{ callId: null, recordId: null, outsideNo: null, outsideDueAtMs: null, ruleVersion: 1, atMs: T0 },
    ...more,
  });
  const make = (more: Partial<NewOrder> = {}) =>
    inTransaction(pool, (client) => createOrder(client, draft(more), by(), ORDER_SETTINGS));
  type Taken = Exclude<Step, { kind: 'draft' }>;
  const tap = (
    orderNo: string,
    version: number | null,
    kind: Taken['kind'],
    atMs: number,
    body: object,
    actor: Actor,
    once: string | null = null,
  ) =>
    inTransaction(pool, (client) =>
      stepOrder(
        client,
        orderNo,
        version,
        { kind, body, atMs, receivedAtMs: atMs, note: '已修好' } as Taken,
        () => actor,
        { ...by(), once },
        ORDER_SETTINGS,
      ),
    );
  const filter = (more: Partial<OrderFilter> = {}): OrderFilter => ({
    ...{
      list: 'all',
      words: '',
      states: [],
      unitId: null,
      district: '',
      category: '',
      urgent: false,
      supervised: false,
    },
    ...{ workerId: null, phone: '', account: '', fromMs: null, untilMs: null, byDue: false },
    ...more,
  });
  const asker = (nowMs = T0) => ({ personId: ma, ofUnitId: null, nowMs });

  it('are numbered HL, day and count, without a gap, even when twenty are made at once and one fails', async () => {
    const atMs = Date.UTC(2026, 0, 5, 17); // already the 6th in Yinchuan
    const made = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => make({ atMs, recordId: at === 7 ? 999_999 : null })),
    );
    const numbers = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])).sort();
    expect(numbers).to.deep.equal(
      Array.from({ length: 19 }, (_, at) => `HL20260106${String(at + 1).padStart(4, '0')}`),
    );
  });

  it('are dispatched in the instant in which they were drafted, whatever fraction of a millisecond it has', async () => {
    for (let at = 0; at < 40; at += 1) {
      const atMs = T0 + at * 1000 + at * 0.0247;
      const no = await make({ atMs });
      expect(await tap(no, 1, 'dispatch', atMs, { unitId: 7, assistIds: [] }, 'desk')).to.include({
        ok: true,
      });
    }
  });

  it('go from the caller’s word to the feedback, every step kept, the row the fold of them', async () => {
    const no = await make();
    const steps: [Taken['kind'], number, object, Actor][] = [
      ['dispatch', 1, { unitId: 7, assistIds: [] }, 'desk'],
      ['sign', 2, {}, 'unit'],
      ['assign', 3, { workerId: ma }, 'unit'],
      ['set-out', 4, {}, 'worker'],
      ['arrive', 15, {}, 'worker'],
      ['stop-water', 20, {}, 'worker'],
      ['finish', 60, {}, 'worker'],
      ['feed-back', 61, {}, 'unit'],
      ['close', 62, {}, 'desk'],
    ];
    for (const [at, [kind, minute, body, actor]] of steps.entries())
      expect((await tap(no, at + 1, kind, T0 + minute * MINUTE, body, actor)).ok, kind).to.equal(true);
    const whole = (await wholeOrder(pool, no))!;
    expect(whole).to.include({ state: 'closed', version: 10, result: '已修好', closed: T0 + 62 * MINUTE });
    expect((await stepsOf(pool, whole.id)).map((one) => one.kind)).to.deep.equal([
      'draft',
      ...steps.map(([kind]) => kind),
    ]);
    expect(
      (await readClocks(pool, whole.id)).every((one) => one.metAtMs !== null && one.metAtMs <= one.dueAtMs),
    ).to.equal(true);
    expect(await orderLine(pool, no)).to.include({
      unit: '兴庆区管网维护中心',
      dueAtMs: null,
      closedAtMs: T0 + 62 * MINUTE,
    });
    const refused = await pool
      .query('delete from order_steps where order_id = $1', [whole.id])
      .catch((cause: Error) => cause.message);
    expect(refused).to.match(/only grows/);
  });

  it('of two who act at once one wins, and the other is told what happened', async () => {
    const no = await make();
    await tap(no, 1, 'dispatch', T0 + MINUTE, { unitId: 7, assistIds: [] }, 'desk');
    const both = await Promise.all([
      tap(no, 2, 'sign', T0 + 2 * MINUTE, {}, 'unit'),
      tap(no, 2, 'return', T0 + 2 * MINUTE, {}, 'unit'),
    ]);
    expect(both.filter((one) => one.ok)).to.have.length(1);
    const loser = both.find((one) => !one.ok)!;
    expect(loser).to.include({ why: 'moved-meanwhile' });
    expect(loser).to.have.nested.property('last.person', '马晓燕');
  });

  it('take a tap that was sent twice once', async () => {
    const no = await make();
    await tap(no, 1, 'dispatch', T0 + MINUTE, { unitId: 7, assistIds: [] }, 'desk');
    await tap(no, null, 'sign', T0 + 2 * MINUTE, {}, 'worker', 'tap-1');
    expect(await tap(no, null, 'sign', T0 + 2 * MINUTE, {}, 'worker', 'tap-1')).to.include({
      ok: true,
      repeated: true,
    });
    expect((await wholeOrder(pool, no))!.version).to.equal(3);
  });

  it('fire each warning, breach and escalation once, over restarts, and late ones say so', async () => {
    const no = await make({ atMs: T0 + 86_400_000 * 40 });
    const begin = T0 + 86_400_000 * 40;
    const fire = async (nowMs: number) =>
      (await inTransaction(pool, (client) => fireClocks(client, nowMs, 1000)))
        .filter((one) => one.orderNo === no)
        .map((one) => `${one.clock} ${one.kind}${one.late ? ' late' : ''}`);
    await fire(begin);
    expect(await fire(begin + 2 * MINUTE + 500)).to.deep.equal(['dispatch warning']);
    expect(await fire(begin + 2 * MINUTE + 900)).to.deep.equal([]);
    // two services look at once
    const [one, other] = await Promise.all([fire(begin + 3 * MINUTE + 1), fire(begin + 3 * MINUTE + 1)]);
    expect([...one, ...other]).to.deep.equal(['dispatch breach']);
    // down for an hour
    expect(await fire(begin + 63 * MINUTE)).to.deep.equal(['dispatch escalation late']);
    const { rows } = await pool.query('select kind, late from notices where order_no = $1 order by id', [no]);
    expect(rows).to.have.length(3);
    const { rows: told } = await pool.query(
      `select event from outbox where ref = $1 and body ? 'noticeId' order by id`,
      [no],
    );
    expect(told.map((row) => (row as { event: string }).event)).to.deep.equal([
      'order-warning',
      'order-overdue',
      'order-escalated',
    ]);
  });

  it('fire while somebody acts on one of the orders: that one is left for the next look, nobody waits or is rolled back', async () => {
    const begin = T0 + 86_400_000 * 60;
    const [held, free] = [await make({ atMs: begin }), await make({ atMs: begin })];
    const fire = async (client: pg.PoolClient) =>
      (await fireClocks(client, begin + 2 * MINUTE + 500, 1000)).map(({ orderNo }) => orderNo);
    const person = await pool.connect();
    await person.query('begin');
    await person.query('select from orders where order_no = $1 for update', [held]);
    await inTransaction(pool, async (watch) => {
      expect(await fire(watch))
        .to.include(free)
        .and.not.include(held);
      // the tap goes on to its clocks while the watch still holds what it took
      await person.query(
        'update order_clocks set fired = fired where order_id = (select id from orders where order_no = $1)',
        [held],
      );
    });
    await person.query('commit');
    person.release();
    expect(await inTransaction(pool, fire)).to.include(held);
  });

  it('move with the calendar while they are open, and never after', async () => {
    const [open, closed] = [await make({ clockSet: 'standard' }), await make({ clockSet: 'standard' })];
    for (const no of [open, closed])
      await tap(no, 1, 'dispatch', T0 + MINUTE, { unitId: 7, assistIds: [] }, 'desk');
    await tap(closed, 2, 'cancel', T0 + 2 * MINUTE, {}, 'desk');
    const sign = async (no: string) => {
      const whole = (await wholeOrder(pool, no))!;
      return (await readClocks(pool, whole.id)).find((one) => one.name === 'sign')!;
    };
    const before = [await sign(open), await sign(closed)];
    const calendar = { ...ORDER_SETTINGS.calendar, holidays: [{ date: '2026-11-25', name: '放假' }] };
    await inTransaction(pool, (client) => resetClocks(client, { ...ORDER_SETTINGS, calendar }));
    expect((await sign(open)).dueAtMs).to.be.greaterThan(before[0]!.dueAtMs);
    expect((await sign(open)).firstDueAtMs).to.equal(before[0]!.firstDueAtMs);
    expect(await sign(closed)).to.deep.equal(before[1]);
  });

  it('are found by Chinese words, by the end of a number, and page by page without loss', async () => {
    const words = '<script>alert(1)</script> =1+2 😀 '.repeat(20) + '唐徕渠边鹭鸶桥';
    const no = await make({ content: words, atMs: T0 + 1000 });
    const found = async (asked: string) =>
      (await listOrders(pool, filter({ words: asked }), asker(), null, 50)).lines;
    expect((await found('鹭鸶桥')).map((one) => one.orderNo)).to.deep.equal([no]);
    expect((await found('5678')).length).to.be.greaterThan(3);
    expect(await found('没有的词')).to.deep.equal([]);
    expect((await wholeOrder(pool, no))!.content).to.equal(words);
    for (const byDue of [false, true]) {
      const all: string[] = [];
      let after = null;
      do {
        const page = await listOrders(pool, filter({ byDue }), asker(), after, 7);
        all.push(...page.lines.map((one) => one.orderNo));
        after = page.next;
      } while (after);
      const { rows } = await pool.query('select count(*)::int as count from orders');
      expect(new Set(all).size).to.equal(all.length);
      expect(all.length).to.equal((rows[0] as { count: number }).count);
    }
  });

  it('offer the one that a second call is about, and stand in the pop', async () => {
    const like = {
      phone: '13912345678',
      account: '',
      address: '',
      community: '丽景园',
      category: 'leak',
      nowMs: T0,
    };
    const [first] = await similarOrders(pool, like);
    expect(first).to.include({ because: '同一号码' });
    const near = await similarOrders(pool, { ...like, phone: '' });
    expect(near[0]!.because).to.include('同一小区');
    expect((await callerHistory(pool, '13912345678')).orders.length).to.be.greaterThan(0);
    expect((await overdueCells(pool, T0 + 86_400_000)).some((cell) => cell.overdue > 0)).to.equal(true);
  });

  it('drafted in a call get their dispatch clock though nobody saw the call end, or it became part of another', async () => {
    const told = (kind: 'call-offered' | 'call-ended', callId: string, more: Partial<CallRecord>): Fact => {
      const record = { ...recordOf(newCall(callId, 'inbound', T0), RINGS), ...more };
      return { kind, id: `${callId}:${kind}`, atMs: T0 + 5 * MINUTE, callId, record };
    };
    const answered = { answeredAtMs: T0, outcome: 'answered' as const };
    await createFactWriter(pool).write([
      told('call-offered', 'call-gap', {}),
      told('call-ended', 'call-gap', { outcome: 'unknown' }),
      told('call-offered', 'call-part', {}),
      { kind: 'call-merged', id: 'call-part:merged', atMs: T0, callId: 'call-part', into: 'call-whole' },
      told('call-ended', 'call-whole', { ...answered, endedAtMs: T0 + 3 * MINUTE }),
      told('call-offered', 'call-lives', {}),
    ]);
    const orderOf = async (callId: string, atMs: number) => {
      const order = draft({ callId, atMs });
      return inTransaction(pool, (client) => createOrder(client, order, by(), ORDER_SETTINGS));
    };
    const [gap, part, lives, lost] = [
      await orderOf('call-gap', T0 + MINUTE),
      await orderOf('call-part', T0 + MINUTE),
      await orderOf('call-lives', Date.now()),
      await orderOf('call-that-no-journal-knows', T0 + MINUTE),
    ];
    const ended = await inTransaction(pool, (client) => endCalls(client, ORDER_SETTINGS));
    expect(ended).to.include.members([gap, part]).and.not.include(lives);
    const fromMs = async (orderNo: string) => {
      const { rows } = await pool.query<{ ms: number }>(
        `select extract(epoch from c.from_at)::float8 * 1000 as ms from order_clocks c join orders o on o.id = c.order_id
          where o.order_no = $1 and c.name = 'dispatch'`,
        [orderNo],
      );
      return rows[0]?.ms ?? null;
    };
    expect(await fromMs(gap)).to.equal(T0 + 5 * MINUTE);
    expect(await fromMs(part)).to.equal(T0 + 3 * MINUTE);
    expect(await fromMs(lives)).to.equal(null);
    // older than any call: what is not known of its end holds no clock back
    const isOld = Date.now() - T0 > 120 * MINUTE;
    expect(await fromMs(lost)).to.equal(isOld ? T0 + MINUTE : null);
  });

  it('have rules in versions: the first is Annex 1, and of two changes of the same version one is taken', async () => {
    const table = await decisionTable(pool);
    expect(table).to.include({ version: 1, note: '附件1原文' });
    const both = await Promise.all(
      [1, 2].map(() => addVersion(pool, 'decision_tables', 1, table.body, '试', ma).catch(() => null)),
    );
    expect(both.filter((one) => one === 2)).to.have.length(1);
    expect((await orderSettings(pool)).body.dispatch.minutes).to.equal(3);
  });

  it('of a past day of the demo keep every rule', async () => {
    const known = customers(randomFrom(1), 200);
    const day = Date.UTC(2026, 5, 1, 16);
    const { matters } = pastDay(randomFrom(2), day, day + 86_400_000 * 3, known);
    await saveDemoOrders(pool, randomFrom(3), matters, day + 86_400_000 * 3);
    const { rows } = await pool.query<{ state: string; count: number; numbers: number }>(
      `select state, count(*)::int as count, count(distinct order_no)::int as numbers from orders
        where order_no like 'HL20260602%' group by state order by count desc`,
    );
    expect(rows[0]!.state).to.equal('closed');
    expect(rows[0]!.count).to.be.greaterThan(30);
    const { rows: wrong } = await pool.query(
      `select order_no from orders where state = 'closed' and order_no like 'HL20260602%' and (fed_back_at is null or result = '')`,
    );
    expect(wrong).to.deep.equal([]);
  });

  it('a correction keeps what was and what is, who and when', async () => {
    const orderNo = await make();
    const to = { address: '解放东街丽景园5号楼', caller: '' };
    const done = await tap(orderNo, null, 'correct', T0 + 60_000, { to }, 'desk');
    expect(done.ok).to.equal(true);
    const again = { to: { address: '解放西街', phone: '13900000001' } };
    await tap(orderNo, null, 'correct', T0 + 120_000, again, 'desk');
    const whole = await wholeOrder(pool, orderNo);
    const corrections = (await stepsOf(pool, whole!.id)).filter((one) => one.kind === 'correct');
    expect(corrections.map((one) => one.body)).to.deep.equal([
      { to, from: { address: '解放东街丽景园3号楼', caller: '王秀兰' } },
      {
        to: { ...again.to, community: '' },
        from: { address: '解放东街丽景园5号楼', phone: '139 1234 5678', community: '丽景园' },
      },
    ]);
    expect(corrections[0]).to.include({ person: by().personName, atMs: T0 + 60_000 });
    const said = await Promise.all(corrections.map((one) => saidOfStep(pool, 'correct', one.body, String)));
    expect(said).to.deep.equal([
      '来电人由“王秀兰”改为空白；地址由“解放东街丽景园3号楼”改为“解放东街丽景园5号楼”',
      '电话由“139 1234 5678”改为“13900000001”；地址由“解放东街丽景园5号楼”改为“解放西街”；小区由“丽景园”改为空白',
    ]);
    expect(await saidOfStep(pool, 'correct', { to: { address: '旧' } }, String)).to.equal('地址改为“旧”');
  });

  it('lies in the community of its customer’s card, else in that of its address: as incidents and cases read it', async () => {
    await pool.query(
      `insert into customers (account, name, address, district, community, meter_kind)
       values ('YC77', '马', '满城北街 5 号楼', '金凤区', '满城人家', '')`,
    );
    const communityOfOrder = async (more: Partial<NewOrder>) =>
      (await orderLine(pool, await make({ community: '', ...more })))!.community;
    expect(await communityOfOrder({ account: 'YC77', address: '满城北街 5 号楼' })).to.equal('满城人家');
    expect(await communityOfOrder({ account: 'YC77', address: '正源北街银河丽景2号楼' })).to.equal(
      '银河丽景',
    );
    expect(await communityOfOrder({ address: '正源北街银河丽景2号楼', community: '银河' })).to.equal('银河');
  });
});
