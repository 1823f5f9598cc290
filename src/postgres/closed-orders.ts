/** The closed orders that someone went out for: what a callback campaign draws from. */
import type pg from 'pg';
import type { ClosedOrder } from '../core/callbacks/campaign.ts';

/**
 * All that were closed in these days, each once. Who has an order open elsewhere is not excluded here: the dialler waits
 * until it is closed.
 */
export async function closedOnSiteOrders(
  client: pg.Pool | pg.PoolClient,
  fromMs: number,
  untilMs: number,
): Promise<ClosedOrder[]> {
  const { rows } = await client.query<ClosedOrder>(
    `select o.order_no as "orderNo", o.unit as department, o.category, o.content, o.phone as number,
            coalesce(c.name, '') as caller, coalesce(c.address, '') as address, coalesce(c.district, '') as district,
            case when u.kind = 'card-meter' or o.category = 'IC卡表故障' then 'ic-card'
                 when u.kind in ('network', 'branch') or o.unit like '%管网%' then 'network'
                 else 'other' end as stratum,
            (extract(epoch from o.created_at) * 1000)::float8 as "acceptedAtMs",
            (extract(epoch from o.closed_at) * 1000)::float8 as "closedAtMs",
            false as urgent, o.order_no like '%-R%' as redone, '' as "handledBy", '' as handling,
            null::bigint as "agentId"
       from orders o
       left join customers c on c.account = o.account
       left join units u on u.name = o.unit
      where o.closed_at >= to_timestamp($1::float8 / 1000) and o.closed_at < to_timestamp($2::float8 / 1000)
        and o.unit is not null
      order by o.order_no`,
    [fromMs, untilMs],
  );
  return rows;
}

/** Of these numbers, those whose customer has an order open: they are not called now. */
export async function numbersWithOpenOrders(pool: pg.Pool, numbers: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ phone: string }>(
    `select distinct phone from orders where phone = any($1::text[]) and closed_at is null`,
    [numbers],
  );
  return new Set(rows.map((row) => row.phone));
}

/** The order again, for the same customer and unit, with what the caller said of it; its own clocks begin now. Null: the first is gone. */
export async function redoOrder(
  client: pg.Pool | pg.PoolClient,
  orderNo: string,
  words: string,
  atMs: number,
): Promise<string | null> {
  const { rows } = await client.query<{ orderNo: string }>(
    `insert into orders (order_no, account, phone, category, item, content, unit, status, created_at)
     select o.order_no || '-R' || (1 + (select count(*) from orders r where starts_with(r.order_no, o.order_no || '-R'))),
            o.account, o.phone, o.category, o.item, $2 || '（原工单：' || o.content || '）', o.unit, '派单',
            to_timestamp($3::float8 / 1000)
       from orders o where o.order_no = $1 returning order_no as "orderNo"`,
    [orderNo, words, atMs],
  );
  return rows[0]?.orderNo ?? null;
}
