/** What the clocks said lately. */
import type pg from 'pg';
import type { ClockNotice } from '../protocol/orders.ts';

/** The newest hundred notices of open orders; of one unit, or of all. */
export async function lateNotices(pool: pg.Pool, unitId: number | null): Promise<ClockNotice[]> {
  const { rows } = await pool.query<ClockNotice>(
    `select n.id::float8 as id, n.order_no as "orderNo", n.unit_id::float8 as "unitId", n.clock, n.kind, n.late,
            (extract(epoch from n.due_at) * 1000)::float8 as "dueAtMs", (extract(epoch from n.at) * 1000)::float8 as "atMs"
       from notices n join orders o on o.id = n.order_id
      where o.state not in ('closed', 'cancelled') and ($1::bigint is null or n.unit_id = $1)
      order by n.at desc, n.id desc limit 100`,
    [unitId],
  );
  return rows;
}
