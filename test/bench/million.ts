/** One database with 1,000,000 past calls of 200,000 customers, made once for all benches of a run. */
import type pg from 'pg';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

export const CALLS = 1_000_000;
export const CUSTOMERS = 200_000;

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
       offer_count, transfer_count, anomalies, told_progress, told_at_ms, told_by)
     select 'bench-' || g, 'inbound', number, '96666', number, 'hotline',
            case when g % 20 = 0 then 'abandoned' else 'answered' end, at, at + interval '3 s', at + interval '3 s',
            case when g % 20 = 0 then null else at + interval '11 s' end, at + interval '2 min', 8000, 8000, 2, true,
            100000, 0, 'caller', 'PJSIP/' || (1001 + g % 10), 1, 0, '{}', 1, 0, 'bench'
       from (select g, '139' || lpad(((g::bigint * 7919) % $2)::text, 8, '0') as number,
                    now() - (g * 34.2) * interval '1 s' as at
               from generate_series(1, $1::int) g) c`,
    [CALLS, CUSTOMERS],
  );
  await pool
    .query(
      `insert into orders (order_no, account, phone, category, item, content, unit, status, created_at)
     select 'B' || g, 'YC' || ((g::bigint * 7919) % $1), '139' || lpad(((g::bigint * 7919) % $1)::text, 8, '0'), '漏水',
            '表前漏水', '门口漏水', '兴庆区管网维护中心', '办结', now() - g * interval '2 min' from generate_series(1, 200000) g`,
      [CUSTOMERS],
    )
    .catch(() => undefined); // the orders' own model needs more than this bench
  await pool.query('vacuum analyze');
  return { url, pool };
}
