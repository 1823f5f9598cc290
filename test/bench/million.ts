/** One database with 1,000,000 past calls of 200,000 customers, and 200,000 orders, made once for all benches of a run. */
import type pg from 'pg';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

export const CALLS = 1_000_000;
export const CUSTOMERS = 200_000;
export const ORDERS = 200_000;

let made: Promise<{ url: string; pool: pg.Pool }> | undefined;

export function millionCalls(): Promise<{ url: string; pool: pg.Pool }> {
  return (made ??= make());
}

/** The number of the customer with this ordinal. */
export function numberOf(ordinal: number): string {
  return `139${String(ordinal % CUSTOMERS).padStart(8, '0')}`;
}

/** Thirteen months of calls up to now, each customer about five, over all hours and ten agents. */
async function make(): Promise<{ url: string; pool: pg.Pool }> {
  const url = await cloneDatabase();
  const pool = openPool(url, { statementMs: 300_000 });
  await pool.query(
    `insert into customers (account, name, address, district, meter_kind)
     select 'YC' || g, '客户' || g, '兴庆区解放东街' || g || '号', '兴庆区', 'ic-card' from generate_series(0, $1::int - 1) g`,
    [CUSTOMERS],
  );
  await pool.query(
    `insert into customer_phones (customer_id, number)
     select id, '139' || lpad(substr(account, 3), 8, '0') from customers`,
  );
  await pool.query(
    `insert into calls (call_id, direction, ani, dnis, party, queue, outcome, arrived_at, queued_at, first_ring_at,
       answered_at, ended_at, wait_ms, ring_ms, rings, within_three_rings, talk_ms, hold_ms, hung_up_first, answered_by,
       offer_count, transfer_count, abandon_stage, anomalies, told_progress, told_at_ms, told_by)
     select 'bench-' || g, 'inbound', number, '96666', number, 'hotline',
            case when g % 20 = 0 then 'abandoned' else 'answered' end, at, at + interval '3 s', at + interval '3 s',
            case when g % 20 = 0 then null else at + interval '11 s' end, at + interval '2 min', 8000, 8000, 2, true,
            100000, 0, 'caller', 'PJSIP/' || (1001 + g % 10), 1, 0, case when g % 20 = 0 then 'ringing' end, '{}', 1, 0, 'bench'
       from (select g, '139' || lpad(((g::bigint * 7919) % $2)::text, 8, '0') as number,
                    now() - (g * 34.2) * interval '1 s' as at
               from generate_series(1, $1::int) g) c`,
    [CALLS, CUSTOMERS],
  );
  await pool.query(
    `insert into offers (call_id, ordinal, agent, at, ring_ms, outcome)
     select call_id, 1, coalesce(answered_by, 'PJSIP/1001'), first_ring_at, ring_ms,
            case outcome when 'answered' then 'answered' else 'cancelled' end from calls`,
  );
  // thirteen months of orders, of several kinds and all units, each with its clock
  await pool.query(
    `insert into orders (order_no, account, phone, category, category_code, item_no, content, unit_id, status, state,
       district, community, created_at, fed_back_at, closed_at)
     select 'B' || g, 'YC' || n, '139' || lpad(n::text, 8, '0'), '漏水',
            (array['leak', 'no-water', 'fees', 'meter', 'card-meter-fault', 'pressure'])[1 + g % 6], 1 + g % 4, '门口漏水',
            units[1 + g % array_length(units, 1)], '', case when g % 10 = 0 then 'dispatched' else 'closed' end,
            (array['兴庆区', '金凤区', '西夏区'])[1 + g % 3], '小区' || g % 300, at,
            case when g % 10 <> 0 then at + interval '2 h' end, case when g % 10 <> 0 then at + interval '1 day' end
       from (select g, (g::bigint * 7919) % $1 as n, now() - g * interval '2 min 50 s' as at,
                    (select array_agg(id order by id) from units) as units
               from generate_series(1, $2::int) g) o`,
    [CUSTOMERS, ORDERS],
  );
  await pool.query(
    `insert into order_clocks (order_id, round, name, from_at, first_due_at, due_at, warn_at, escalate_at, met_at)
     select id, round, 'feedback', created_at, created_at + interval '1 day', created_at + interval '1 day',
            created_at + interval '18 h', created_at + interval '1 day', fed_back_at from orders`,
  );
  await pool.query('vacuum analyze');
  return { url, pool };
}
