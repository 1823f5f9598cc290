/** The closed orders that someone went out for: what a callback campaign draws from. */
import type pg from 'pg';
import type { ClosedOrder } from '../core/callbacks/campaign.ts';
import { readNumbers } from '../core/people/number.ts';

/**
 * All that were closed in these days, each once. Who has an order open elsewhere is not excluded here: the dialler waits
 * until it is closed.
 */
export async function closedOnSiteOrders(
  client: pg.Pool | pg.PoolClient,
  fromMs: number,
  untilMs: number,
): Promise<ClosedOrder[]> {
  const { rows } = await client.query<Omit<ClosedOrder, 'extension'> & { written: string }>(
    `select o.order_no as "orderNo", o.unit as department, o.category, o.content, o.phone as number, o.phone_written as written,
            coalesce(nullif(o.caller, ''), c.name, '') as caller, coalesce(nullif(o.address, ''), c.address, '') as address,
            coalesce(nullif(o.district, ''), c.district, '') as district,
            case when u.kind = 'card-meter' or o.category = 'IC卡表故障' then 'ic-card'
                 when u.kind in ('network', 'branch') or o.unit like '%管网%' then 'network'
                 else 'other' end as stratum,
            (extract(epoch from o.created_at) * 1000)::float8 as "acceptedAtMs",
            (extract(epoch from o.closed_at) * 1000)::float8 as "closedAtMs",
            o.urgent, o.round > 1 as redone, coalesce(w.name, '') as "handledBy", o.result as handling,
            o.created_by::int as "agentId"
       from orders o
       left join customers c on c.account = o.account
       left join units u on u.id = o.unit_id or (o.unit_id is null and u.name = o.unit)
       left join people w on w.id = o.worker_id
      where o.closed_at >= to_timestamp($1::float8 / 1000) and o.closed_at < to_timestamp($2::float8 / 1000)
        and o.unit is not null and o.state <> 'cancelled'
      order by o.order_no`,
    [fromMs, untilMs],
  );
  return rows.map(({ written, ...order }) => ({
    ...order,
    extension: readNumbers(written).numbers.find((one) => one.national === order.number)?.extension ?? null,
  }));
}

/** Of these numbers, those whose customer has an order open: they are not called now. */
export async function numbersWithOpenOrders(pool: pg.Pool, numbers: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ phone: string }>(
    `select distinct phone from orders where phone = any($1::text[]) and closed_at is null`,
    [numbers],
  );
  return new Set(rows.map((row) => row.phone));
}
