/** Orders: their clocks, making one, lists and searches over a million, and 500 browsers that watch a list. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clocksOf, nextFiring, ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import type { OrderFilter } from '../../src/core/orders/list.ts';
import { draftOrder } from '../../src/core/orders/order.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { listOrders } from '../../src/postgres/order-lists.ts';
import { createOrder, type NewOrder } from '../../src/postgres/orders.ts';
import { createDatabase, inTransaction, openPool } from '../../src/postgres/pool.ts';
import { startPostgres } from '../../src/setup/postgres.ts';
import { timed, type BenchRow } from './row.ts';

const OPEN = 10_000;
const ROWS = Number(process.env['ORDERS'] ?? 1_000_000);
const NOW = Date.now();

export async function bench(): Promise<BenchRow[]> {
  return [await clocks(), ...(await database())];
}

async function clocks(): Promise<BenchRow> {
  const orders = Array.from({ length: OPEN }, (_, at) =>
    draftOrder({
      ...{ clockSet: at % 3 === 0 ? 'card-meter' : 'standard', atMs: NOW - at * 1000, answeredAtMs: null },
      ...{ callEndedAtMs: NOW - at * 1000, inCall: true, outsideDueAtMs: null },
    }),
  );
  let due = 0;
  const { wall } = await timed(() => {
    for (const order of orders)
      for (const clock of clocksOf(order, ORDER_SETTINGS))
        if ((nextFiring(clock, []) ?? Infinity) <= NOW) due += 1;
  });
  return row(`clocks of ${OPEN} open orders evaluated (${due} due)`, wall * 1000, 1000);
}

async function database(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-bench-orders-'));
  const server = await startPostgres({ varDir: folder, log: () => undefined });
  try {
    const url = await createDatabase(server.url, 'bench');
    await migrate(url);
    const pool = openPool(url, { statementMs: 600_000 });
    try {
      await pool.query(FILL, [ROWS]);
      await pool.query('vacuum analyze orders');
      const rows: BenchRow[] = [];
      const asker = { personId: 1, ofUnitId: null, nowMs: NOW };
      const filters: [string, Partial<OrderFilter>][] = [
        ['newest', { list: 'all' }],
        ['open by due time', { list: 'open', byDue: true }],
        ['of a unit', { list: 'all', unitId: 7 }],
        ['search 停水', { list: 'all', words: '停水' }],
        ['search 丽景园 爆管', { list: 'all', words: '丽景园 爆管' }],
        ['search a number’s end', { list: 'all', words: '4321' }],
        ['search what is nowhere', { list: 'all', words: '鹭鸶' }],
      ];
      for (const [name, some] of filters) {
        const took = await p95(40, () => listOrders(pool, { ...ALL, ...some }, asker, null, 50));
        rows.push(row(`list of ${ROWS} orders: ${name}, p95`, took, 200));
      }
      const make = await p95(200, () =>
        inTransaction(pool, (client) => createOrder(client, DRAFT, BY, ORDER_SETTINGS)),
      );
      rows.push(row('an order made, p95', make, 100));
      return rows;
    } finally {
      await pool.end();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function p95(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let at = 0; at < times; at += 1) took.push((await timed(async () => void (await work()))).wall * 1000);
  return took.sort((a, b) => a - b)[Math.floor(times * 0.95)]!;
}

function row(name: string, ms: number, mostMs: number): BenchRow {
  return {
    ...{ name, ours: `${ms.toFixed(1)} ms`, other: `${mostMs} ms`, ratio: ms / mostMs },
    ...{ goal: `< ${mostMs} ms`, met: ms < mostMs },
  };
}

const ALL: OrderFilter = {
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
};
const BY = { personId: null, personName: '', unitId: null, origin: 'desk' as const, system: null };
const DRAFT: NewOrder = {
  ...{ category: '漏水', categoryCode: 'leak', item: '整条街', itemNo: 4, answers: {}, urgent: true },
  ...{
    clockSet: 'urgent-leak',
    content: '路口爆管，水流很大',
    caller: '王秀兰',
    phone: '13912345678',
    account: '',
  },
  ...{
    address: '解放东街丽景园3号楼',
    community: '丽景园',
    district: '兴庆区',
    source: 'call',
    callId: null,
  },
  ...{ recordId: null, outsideNo: null, outsideDueAtMs: null, ruleVersion: 1, atMs: NOW },
};

/** A million orders over four years; the words of one in their search vector as core/search.ts makes them. */
const FILL = `
  insert into orders (order_no, phone, phone_written, category, category_code, item, content, address, community, district,
    unit_id, unit, status, state, created_at, closed_at, due_at, search)
  select 'HL' || to_char(at, 'YYYYMMDD') || lpad(n::text, 7, '0'), phone, phone, kind, 'x', kind, '家中' || kind || '请处理',
         place || '3号楼', place, '兴庆区', 1 + n % 15, '', case when n <= 10000 then '派单' else '办结' end,
         case when n <= 10000 then 'dispatched' else 'closed' end, at, case when n <= 10000 then null else at + interval '5 hours' end,
         case when n <= 10000 then at + interval '1 day' end,
         array_to_tsvector(array['家', '家中', '请', '请处', '处', '处理', '理', kind, left(kind, 1), right(kind, 1), left(place, 2),
           substr(place, 2, 2), left(place, 1), right(place, 1), phone, right(phone, 8), right(phone, 6), right(phone, 4)])
    from (select n, now() - n * interval '2 minutes' as at, '139' || lpad((n::bigint * 7919 % 100000000)::text, 8, '0') as phone,
                 (array['停水', '漏水', '水压', '水质', '爆管', '水费'])[1 + n % 6] as kind,
                 (array['丽景园', '森林家园', '清水湾', '同心苑', '满城花园', '灵州园', '南苑里'])[1 + n % 7] as place
            from generate_series(1, $1::int) n) one`;
