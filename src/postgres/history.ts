/** Who calls and what they asked for before: what the screen pop shows while the phone rings. */
import type pg from 'pg';
import { callerNumber } from '../core/people/number.ts';
import { openPool } from './pool.ts';
import { talkedWith } from './talks.ts';
import type { CallerHistory } from '../protocol.ts';

export interface HistoryLimits {
  /** how many past calls, newest first */
  calls: number;
  /** how many past orders, newest first */
  orders: number;
}

/**
 * The history of a number, in any spelling, in one round trip: its customers; the calls of this number and of the
 * customers' other numbers; the orders of these numbers and of the customers' accounts. Calls that still live are left
 * out. `callCount` and `orderCount` stop at 1,000 for each number, so that nobody who calls all day slows the pop.
 */
export async function callerHistory(
  pool: pg.Pool,
  ani: string | null,
  limits: HistoryLimits = { calls: 10, orders: 10 },
): Promise<CallerHistory> {
  const number = callerNumber(ani);
  const found = { ani: ani ?? '', customers: [], calls: [], callCount: 0, orders: [], orderCount: 0 };
  if (number === null) return found;
  const result = await pool.query<{ history: Omit<CallerHistory, 'ani'> }>({
    name: 'caller-history',
    text: CALLER_HISTORY,
    values: [number, limits.calls, limits.orders],
  });
  return { ...found, ...result.rows[0]?.history };
}

/** Connections for the pops alone: few, open, and each has planned its question before the first phone rings. */
export function openHistoryPool(url: string, onBreak: (cause: Error) => void): pg.Pool {
  return openPool(url, { most: CONNECTIONS, stay: true, onBreak });
}

/** Asks once on every connection; the first caller after a start is served as fast as the next. */
export async function warmHistory(pool: pg.Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  try {
    // five times: from then on PostgreSQL keeps one plan for all numbers
    for (let time = 0; time < 6; time += 1)
      await Promise.all(
        clients.map((client) =>
          client.query({ name: 'caller-history', text: CALLER_HISTORY, values: ['0', 10, 10] }),
        ),
      );
  } finally {
    for (const client of clients) client.release();
  }
}

const CONNECTIONS = 4;

// a lateral query for each number keeps to the index's first rows; one list over all numbers would sort every call
const CALLER_HISTORY = `
  with known as materialized (
    select c.id, c.name, c.address, c.district, c.account, c.meter_kind, c.meter_place, c.community,
           (select name from units where id = c.unit_id) as unit
      from customers c where c.id in (select customer_id from customer_phones where number = $1)
     order by c.id limit 20
  ), accounts as materialized (
    select account from known where account is not null
     union
    select m.account from known k join customers m on m.merged_into = k.id where m.account is not null
  ), numbers as materialized (
    select $1::text collate "C" as number
     union
    select p.number from known k join customer_phones p on p.customer_id = k.id
  ), past_calls as (
    select c.* from numbers n cross join lateral (
      select call_id, arrived_at, outcome, answered_by, talk_ms, queue
        from calls where party = n.number and outcome is not null
       order by arrived_at desc limit $2) c
     order by arrived_at desc, call_id limit $2
  ), past_orders as (
    select distinct o.* from (
      select o.* from numbers n cross join lateral (
        select * from orders where phone = n.number order by created_at desc limit $3) o
       union all
      select o.* from accounts k cross join lateral (
        select * from orders where account = k.account order by created_at desc limit $3) o
    ) o order by created_at desc, id limit $3
  ), all_orders as (
    select o.id from numbers n cross join lateral (select id from orders where phone = n.number limit 1000) o
     union
    select o.id from accounts k cross join lateral (select id from orders where account = k.account limit 1000) o
  )
  select json_build_object(
    'customers', (select coalesce(json_agg(json_build_object(
        'id', id, 'name', name, 'phone', $1, 'address', address, 'district', district, 'account', coalesce(account, ''),
        'meterKind', meter_kind, 'meterPlace', meter_place, 'community', community, 'unit', unit) order by id), '[]') from known),
    'calls', (select coalesce(json_agg(json_build_object(
        'callId', call_id, 'atMs', (extract(epoch from arrived_at) * 1000)::float8, 'outcome', outcome,
        'agentName', coalesce(${talkedWith('past_calls')}, p.name, answered_by), 'talkMs', talk_ms, 'queue', queue)
        order by arrived_at desc, call_id), '[]')
      from past_calls left join people p on p.agent = answered_by),
    'callCount', (select count(*) from numbers n cross join lateral (
        select 1 from calls where party = n.number and outcome is not null limit 1000) c),
    'orders', (select coalesce(json_agg(json_build_object(
        'orderNo', order_no, 'createdAtMs', (extract(epoch from created_at) * 1000)::float8, 'category', category,
        'item', item, 'content', content, 'unit', unit, 'status', status,
        'closedAtMs', (extract(epoch from closed_at) * 1000)::float8) order by created_at desc, id), '[]')
      from past_orders),
    'orderCount', (select count(*) from all_orders)
  ) as history`;
