/** The clocks of orders as rows: kept with each step, fired by the watch. What they are is core/orders/clocks.ts. */
import type pg from 'pg';
import {
  clocksOf,
  dueNext,
  firingsLeft,
  nextFiring,
  type Clock,
  type ClockName,
  type Firing,
  type OrderSettings,
} from '../core/orders/clocks.ts';
import type { Order } from '../core/orders/order.ts';
import type { ClockNotice } from '../protocol/orders.ts';
import { ORDER_COLUMNS, orderOf, type OrderRow } from './order-rows.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

interface ClockRow {
  name: ClockName;
  round: number;
  fromMs: number;
  firstDueAtMs: number;
  dueAtMs: number;
  warnAtMs: number;
  escalateAtMs: number;
  metAtMs: number | null;
  stopped: boolean;
  fired: Firing[];
}

const CLOCK_COLUMNS = `c.name, c.round, ${ms('c.from_at')} as "fromMs", ${ms('c.first_due_at')} as "firstDueAtMs",
  ${ms('c.due_at')} as "dueAtMs", ${ms('c.warn_at')} as "warnAtMs", ${ms('c.escalate_at')} as "escalateAtMs",
  ${ms('c.met_at')} as "metAtMs", c.stopped_at is not null as stopped, c.fired`;

/** Every clock that an order has or had, the oldest round first. */
export async function readClocks(client: Client, orderId: number): Promise<ClockRow[]> {
  const { rows } = await client.query<ClockRow>({
    name: 'order-clocks',
    text: `select ${CLOCK_COLUMNS} from order_clocks c where order_id = $1 order by round, due_at, name`,
    values: [orderId],
  });
  return rows;
}

/**
 * Writes the clocks of an order as it stands now. What was said of a due time is not said again; a due time that moved
 * speaks anew. A clock of an earlier round that nobody met runs no more.
 */
export async function saveClocks(
  client: Client,
  orderId: number,
  order: Order,
  settings: OrderSettings,
): Promise<Clock[]> {
  const clocks = clocksOf(order, settings);
  const known = await readClocks(client, orderId);
  const rows = clocks.map((clock) => {
    const before = known.find((one) => one.name === clock.name && one.round === clock.round);
    // a row keeps microseconds, arithmetic does not
    const same = before !== undefined && Math.abs(before.dueAtMs - clock.dueAtMs) < 1;
    const fired = same ? before.fired : [];
    return { ...clock, fired, nextMs: nextFiring(clock, fired) };
  });
  const feedback = clocks.find((one) => one.name === 'feedback');
  await client.query({
    name: 'save-order-clocks',
    text: `
      with given as (
        select * from jsonb_to_recordset($2::jsonb) as c (name text, round int, "fromMs" float8, "firstDueAtMs" float8,
          "dueAtMs" float8, "warnAtMs" float8, "escalateAtMs" float8, "metAtMs" float8, stopped boolean,
          fired text[], "nextMs" float8)
      ), ended as (
        update order_clocks set stopped_at = now(), next_at = null
         where order_id = $1 and round < $3 and met_at is null and stopped_at is null
      ), gone as (
        -- the case that it was made of has no deadline any more
        delete from order_clocks k where order_id = $1 and round = $3 and k.name = 'outside'
           and not exists (select from given g where g.name = k.name)
      ), row as (
        update orders set due_at = to_timestamp($4::float8 / 1000),
               first_due_at = coalesce(first_due_at, to_timestamp($5::float8 / 1000)) where id = $1
      )
      insert into order_clocks as c (order_id, round, name, from_at, first_due_at, due_at, warn_at, escalate_at, met_at,
                                     stopped_at, fired, next_at)
      select $1, round, name, to_timestamp("fromMs" / 1000),
             -- a deferral moves what the order is due with, not what the case asked for first
             case when name = 'outside'
                  then coalesce((select max(k.first_due_at) from outside_cases k where k.order_id = $1 and not k.joined),
                                to_timestamp("firstDueAtMs" / 1000))
                  else to_timestamp("firstDueAtMs" / 1000) end,
             to_timestamp("dueAtMs" / 1000), to_timestamp("warnAtMs" / 1000), to_timestamp("escalateAtMs" / 1000),
             to_timestamp("metAtMs" / 1000), case when stopped then now() end, fired, to_timestamp("nextMs" / 1000)
        from given
      on conflict (order_id, round, name) do update set
        from_at = excluded.from_at, first_due_at = excluded.first_due_at, due_at = excluded.due_at,
        warn_at = excluded.warn_at, escalate_at = excluded.escalate_at, met_at = excluded.met_at,
        stopped_at = case when excluded.stopped_at is null then null else coalesce(c.stopped_at, excluded.stopped_at) end,
        fired = excluded.fired, next_at = excluded.next_at`,
    values: [orderId, JSON.stringify(rows), order.round, dueNext(clocks), feedback?.firstDueAtMs ?? null],
  });
  return clocks;
}

/** Longer ago than this, the service was down when it fell due. */
const LATE_MS = 30_000;

/**
 * Fires what is due, at most `most` clocks, each in its own words once; gives what was said. Everybody locks an order
 * before its clocks; one on which somebody acts now is left for the next look.
 */
export async function fireClocks(client: Client, nowMs: number, most: number): Promise<ClockNotice[]> {
  const { rows: due } = await client.query<
    ClockRow & { orderId: number; orderNo: string; unitId: number | null }
  >({
    name: 'due-clocks',
    text: `select c.order_id::float8 as "orderId", o.order_no as "orderNo", o.unit_id::float8 as "unitId",
                  ${CLOCK_COLUMNS}
             from order_clocks c join orders o on o.id = c.order_id
            where c.next_at <= to_timestamp($1::float8 / 1000) order by c.next_at limit $2
              for update of o, c skip locked`,
    values: [nowMs, most],
  });
  const notices: ClockNotice[] = [];
  for (const { orderId, orderNo, unitId, fired, ...clock } of due) {
    const said = [...fired];
    for (const { firing, atMs } of firingsLeft(clock, fired)) {
      if (atMs > nowMs) continue;
      said.push(firing);
      const { rows } = await client.query<{ id: number }>({
        name: 'notice',
        text: `insert into notices (order_id, order_no, unit_id, round, clock, kind, due_at, at, late)
               values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), to_timestamp($8::float8 / 1000), $9)
               on conflict do nothing returning id::float8 as id`,
        values: [
          ...[orderId, orderNo, unitId, clock.round, clock.name, firing],
          ...[clock.dueAtMs, nowMs, nowMs - atMs > LATE_MS],
        ],
      });
      if (rows[0])
        notices.push({
          ...{ id: rows[0].id, orderNo, unitId, clock: clock.name, kind: firing },
          ...{ dueAtMs: clock.dueAtMs, atMs: nowMs, late: nowMs - atMs > LATE_MS },
        });
    }
    await client.query(
      `update order_clocks set fired = $4, next_at = to_timestamp($5::float8 / 1000)
        where order_id = $1 and round = $2 and name = $3`,
      [orderId, clock.round, clock.name, said, nextFiring(clock, said)],
    );
  }
  return notices;
}

/** No call is still talked on so long after an order was made in it: what is not known of its end holds no clock back. */
const LONGEST_CALL = '2 hours';

/**
 * The call an order was made in has ended: from now on its clock runs. Also finds those that ended while we were down. A
 * call that became part of another ends with it; of one whose end fell into a gap the last word of it stands for the end.
 */
export async function endCalls(client: Client, settings: OrderSettings): Promise<string[]> {
  const { rows } = await client.query<OrderRow>(
    `with ended as (
       select o.id, e.ended_at from orders o
         join lateral (
           select case when l.ended_at is not null then l.ended_at
                       when l.outcome is not null then greatest(o.created_at, to_timestamp(l.told_at_ms / 1000))
                       when o.created_at < now() - interval '${LONGEST_CALL}' then o.created_at end as ended_at
             from (select o.call_id) m
             left join calls c on c.call_id = m.call_id
             left join calls i on i.call_id = c.merged_into
             left join calls l on l.call_id = coalesce(i.merged_into, c.merged_into, c.call_id)) e on e.ended_at is not null
        where o.call_id is not null and o.call_ended_at is null
        order by o.id for update of o skip locked
     )
     update orders o set call_ended_at = ended.ended_at from ended where o.id = ended.id
      returning ${ORDER_COLUMNS}`,
  );
  for (const row of rows) await saveClocks(client, row.id, orderOf(row), settings);
  return rows.map((row) => row.orderNo);
}

/** Settings or calendar changed: the clocks of every open order are set anew. Closed ones stay as they were. */
export async function resetClocks(client: Client, settings: OrderSettings): Promise<number> {
  let lastId = 0;
  let count = 0;
  for (;;) {
    const { rows } = await client.query<OrderRow>(
      `select ${ORDER_COLUMNS} from orders o where state not in ('closed', 'cancelled') and id > $1
        order by id limit 500 for update`,
      [lastId],
    );
    for (const row of rows) await saveClocks(client, row.id, orderOf(row), settings);
    count += rows.length;
    if (rows.length < 500) return count;
    lastId = rows.at(-1)!.id;
  }
}
