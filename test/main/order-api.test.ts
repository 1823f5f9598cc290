import { expect } from 'chai';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { pino } from 'pino';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import type { ReadOrder, ReadStep } from '../../src/core/outward/order.ts';
import type { Scope } from '../../src/core/outward/scope.ts';
import { newToken } from '../../src/http/api-tokens.ts';
import { openApi } from '../../src/main/api.ts';
import { openOrderOperations } from '../../src/main/order-operations.ts';
import { maskRow } from '../../src/core/people/mask-for.ts';
import { SEES_NOTHING } from '../../src/core/people/sight.ts';
import { ORDER_LIST } from '../../src/main/order-list.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { addToken } from '../../src/postgres/api-tokens.ts';
import { stepOrder } from '../../src/postgres/orders.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const URGENT = {
  ...{
    category: '漏水',
    itemNo: 4,
    answers: { side: 'before' },
    urgent: true,
    content: '路口爆管',
    caller: '王秀兰',
  },
  ...{ phone: '139-1234-5678', address: '解放东街1号', district: '兴庆区', outsideNo: '12345-7' },
};

describe('another system works with orders by /api/v1', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let personId: number;
  let unitId: number;
  let close: () => Promise<void>;
  let systems = 0;
  const told: string[] = [];

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const by = { login: '1001', name: '马晓燕', role: 'agent' as const, agent: null, passwordHash: 'x' };
    personId = (await createPerson(pool, by))!.id;
    const { rows } = await pool.query<{ id: number }>(
      `select id::int from units where code = 'network-xingqing'`,
    );
    unitId = rows[0]!.id;
    const ground = {
      ...{ pool, databaseUrl, registry: new Registry(), log: pino({ level: 'silent' }) },
      audit: () => Promise.resolve(),
      accounts: { isKnownToken: () => true, tokenStands: () => true },
    } as unknown as Ground;
    wing = openApi(ground, (own) =>
      openOrderOperations({
        ...{ own, now: Date.now, figures: { arrived: () => undefined } },
        told: (orderNo, kind) => Promise.resolve(void told.push(`${orderNo} ${kind}`)),
      }),
    );
    const http = await openHttp({ open: wing.open! });
    base = `${http.url}/api/v1`;
    close = async () => {
      http.close();
      await wing.close?.();
      await pool.end();
    };
  });
  after(() => close());

  async function tokenFor(of: number | null, ...scopes: Scope[]) {
    const token = newToken();
    const system = { system: `系统${(systems += 1)}`, scopes, unitId: of, perMinute: 1000 };
    await addToken(pool, system, token, personId);
    return token;
  }
  async function ask<T = ReadOrder>(
    token: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) {
    const answer = await fetch(base + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const said = (await answer.json()) as T & { code: string; message: string };
    return { status: answer.status, headers: answer.headers, said };
  }
  /** made by another system, sent to a unit by the desk */
  async function dispatched(to = unitId, wanted: object = URGENT) {
    const { said, status } = await ask(await tokenFor(null, 'orders:create'), '/orders', wanted);
    expect(status, JSON.stringify(said)).to.equal(201);
    const atMs = Date.now();
    const desk = { personId, personName: '马晓燕', unitId: null, origin: 'desk' as const, system: null };
    const step = { kind: 'dispatch' as const, body: { unitId: to, assistIds: [] }, note: '' };
    const done = await inTransaction(pool, (client) =>
      stepOrder(
        ...([client, said.orderNo, null, { ...step, atMs, receivedAtMs: atMs }] as const),
        ...([() => 'desk' as const, desk, ORDER_SETTINGS] as const),
      ),
    );
    expect(done.ok).to.equal(true);
    return said.orderNo;
  }

  it('makes a draft that the desk looks at, with the clocks of Annex 1 and its own number', async () => {
    const token = await tokenFor(null, 'orders:create', 'orders:read');
    const categories = await ask<{ items: { category: string; items: { no: number }[] }[] }>(
      token,
      '/order-categories',
    );
    expect(categories.said.items.find((one) => one.category === '漏水')!.items[0]!.no).to.equal(1);
    const made = await ask(token, '/orders', URGENT);
    expect(made.status).to.equal(201);
    expect(made.said).to.include({ state: 'drafted', category: '漏水', outsideNo: '12345-7' });
    expect(made.said.phone, 'masked without numbers:read').to.equal('139****5678');
    expect(told).to.include(`${made.said.orderNo} draft`);
    const wrong = await ask(token, '/orders', { ...URGENT, category: '下雨' });
    expect(wrong.status).to.equal(400);
    expect(wrong.said.message).to.include('order-categories');
  });

  it('asks twice with one key and has one order', async () => {
    const token = await tokenFor(null, 'orders:create');
    const key = { 'idempotency-key': 'burst-1' };
    const [one, other] = await Promise.all([
      ask(token, '/orders', URGENT, key),
      ask(token, '/orders', URGENT, key),
    ]);
    expect(one.said.orderNo).to.equal(other.said.orderNo);
    expect(told.filter((line) => line === `${one.said.orderNo} draft`)).to.have.length(1);
    const { rows } = await pool.query('select from orders where order_no = $1', [one.said.orderNo]);
    expect(rows).to.have.length(1);
  });

  it("a unit's own system signs for, steps and finishes its order, each step once", async () => {
    const orderNo = await dispatched();
    const token = await tokenFor(unitId, 'orders:read', 'orders:step', 'numbers:read');
    const read = await ask(token, `/orders/${orderNo}`);
    expect(read.said.phone).to.equal('139-1234-5678');
    const step = (kind: string, more: object = {}, headers: Record<string, string> = {}) =>
      ask(token, `/orders/${orderNo}/steps`, { kind, ...more }, headers);
    const signed = await step('sign', { person: '赵建国' }, { 'if-match': read.headers.get('etag')! });
    expect(signed.status, JSON.stringify(signed.said)).to.equal(201);
    const late = await step('note', { note: '在路上' }, { 'if-match': read.headers.get('etag')! });
    expect(late.status, 'it was read before it was signed for').to.equal(412);
    expect(late.said.message).to.include('签收');
    const early = await step('finish', { note: '好了' });
    expect(early.status).to.equal(409);
    expect(early.said.message).to.include('止水');
    const key = { 'idempotency-key': 'arrive-1' };
    const at = new Date().toISOString();
    const place = { latitude: 38.48, longitude: 106.23 };
    for (const again of [null, 'true'])
      expect(
        (await step('arrive', { at, place }, key)).headers.get('idempotent-replayed'),
        'told once more, not done once more',
      ).to.equal(again);
    expect((await step('stop-water', { at: '2026-01-01T00:00:00Z' })).said.code).to.equal('time-goes-back');
    expect((await step('stop-water', { at: '2199-01-01T00:00:00Z' })).said.code).to.equal('in-the-future');
    for (const [kind, note] of [
      ['stop-water', ''],
      ['finish', ''],
      ['feed-back', '已修复，恢复供水'],
    ] as const)
      expect((await step(kind, { note })).status, kind).to.equal(201);
    const steps = await ask<{ items: ReadStep[] }>(token, `/orders/${orderNo}/steps`);
    expect(steps.said.items.map((one) => one.kind)).to.deep.equal([
      ...['draft', 'dispatch', 'sign', 'arrive', 'stop-water', 'finish', 'feed-back'],
    ]);
    expect(steps.said.items[2]).to.include({ person: '赵建国', unit: '兴庆区管网维护中心' });
    expect(steps.said.items[3]!.place).to.include(place);
    const done = await ask(token, `/orders/${orderNo}`);
    expect(done.said).to.include({ state: 'fed-back', result: '已修复，恢复供水' });
    expect(told.slice(-5)).to.deep.equal(
      ['sign', 'arrive', 'stop-water', 'finish', 'feed-back'].map((kind) => `${orderNo} ${kind}`),
    );
  });

  it('sees and does nothing of another unit, and nothing without a unit or a scope', async () => {
    const orderNo = await dispatched();
    const other = await tokenFor(unitId + 1, 'orders:read', 'orders:step');
    expect((await ask(other, `/orders/${orderNo}`)).status).to.equal(404);
    expect((await ask(other, `/orders/${orderNo}/steps`)).status).to.equal(404);
    expect((await ask(other, `/orders/${orderNo}/steps`, { kind: 'sign' })).status).to.equal(404);
    expect((await ask<{ items: [] }>(other, '/orders')).said.items).to.deep.equal([]);
    const unbound = await tokenFor(null, 'orders:step');
    const refused = await ask(unbound, `/orders/${orderNo}/steps`, { kind: 'sign' });
    expect([refused.status, refused.said.code]).to.deep.equal([403, 'no-unit']);
    expect((await ask(unbound, '/orders')).status, 'no scope').to.equal(403);
    const desk = await tokenFor(unitId, 'orders:step');
    expect((await ask(desk, `/orders/${orderNo}/steps`, { kind: 'close' })).status).to.equal(400);
  });

  it('changes that come all at once do not wait for each other’s connections', async () => {
    const token = await tokenFor(null, 'orders:create');
    const made = await Promise.all(Array.from({ length: 24 }, () => ask(token, '/orders', URGENT)));
    expect(new Set(made.map(({ said }) => said.orderNo)).size).to.equal(24);
  });

  it('pages through the orders, each once, narrowed by words', async () => {
    const token = await tokenFor(null, 'orders:read', 'orders:create');
    for (let n = 0; n < 5; n += 1) await ask(token, '/orders', { ...URGENT, content: `鹭鸶湖${n}号漏水` });
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const path: string = `/orders?limit=2&words=${encodeURIComponent('鹭鸶')}${next && `&after=${next}`}`;
      const { said } = await ask<{ items: ReadOrder[]; next: string | null }>(token, path);
      seen.push(...said.items.map((one) => one.content));
      next = said.next;
    }
    expect(seen).to.deep.equal([4, 3, 2, 1, 0].map((n) => `鹭鸶湖${n}号漏水`));
    const wrong = await ask(token, '/orders?list=mine');
    expect(wrong.status, 'a system has no orders of its own desk').to.equal(400);
  });

  it('the document says every path, made from the shapes that check', async () => {
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).to.include.members([
      ...['/orders', '/orders/{orderNo}', '/orders/{orderNo}/steps', '/order-categories'],
    ]);
  });

  it('taken along as a file: every row of the filter, text as text, numbers masked for who may not see them', async () => {
    const before = await ORDER_LIST.count(pool, ORDER_LIST.filter.parse({ list: 'all' }), {
      personId,
      unitId: null,
    });
    await dispatched(unitId, { ...URGENT, content: '=HYPERLINK("x")😀', district: '河东' });
    const filter = ORDER_LIST.filter.parse({ list: 'open', district: '河东', states: 'dispatched' });
    expect(ORDER_LIST.words(filter)).to.equal('在办工单 派单 河东');
    const rows = await all(filter);
    expect(rows).to.have.length(1);
    const column = (zh: string) => ORDER_LIST.kind.columns.findIndex((one) => one.zh === zh);
    expect(rows[0]).to.have.length(ORDER_LIST.kind.columns.length);
    expect(rows[0]![column('反映内容')]).to.equal('=HYPERLINK("x")😀');
    expect(rows[0]![column('电话')]).to.equal('139-1234-5678');
    expect(rows[0]![column('责任单位')]).to.equal('兴庆区管网维护中心');
    const kinds = ORDER_LIST.kind.columns.map((one) => one.private ?? null);
    expect(maskRow(rows[0]!, kinds, SEES_NOTHING)[column('电话')]).to.equal('139****5678');

    await pool.query(
      `insert into orders (order_no, category, content, status, created_at)
       select 'HL2019' || lpad(n::text, 8, '0'), '停水', '旧单', '办结', now() - n * interval '1 minute'
         from generate_series(1, 2345) n`,
    );
    const whole = await all(ORDER_LIST.filter.parse({ list: 'all' }));
    expect(whole).to.have.length(before + 1 + 2345);
    expect(new Set(whole.map((row) => row[0])).size, 'each once').to.equal(whole.length);
  });
  async function all(filter: Parameters<typeof ORDER_LIST.count>[1]) {
    const rows = [];
    for await (const page of ORDER_LIST.pages(pool, filter, { personId, unitId: null })) rows.push(...page);
    return rows;
  }
});
