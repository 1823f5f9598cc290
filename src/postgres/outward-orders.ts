/** Orders as other systems see them, for what the outbox tells of them. */
import type pg from 'pg';
import type { Cursor, OrderFilter } from '../core/orders/list.ts';
import type { OutwardOrder, OutwardStep, ReadOrder, ReadStep } from '../core/outward/order.ts';
import { orderConditions, type Asker } from './order-lists.ts';

type Client = Pick<pg.ClientBase, 'query'>;

const ISO = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** An order by its number, with one of its steps and its worker; null: there is none. */
export async function findOutwardOrder(
  client: Client,
  orderNo: string,
  ordinal: number | null,
): Promise<{ order: OutwardOrder; step: OutwardStep | null; workerId: number | null } | null> {
  const { rows } = await client.query<OutwardOrder & { id: number; workerId: number | null }>({
    name: 'outward-order',
    text: `select o.id::float8 as id, o.worker_id::float8 as "workerId", o.order_no as "orderNo", o.state, o.status,
                  o.version, o.urgent, o.category, o.item, o.content, o.caller,
                  coalesce(nullif(o.phone_written, ''), o.phone, '') as phone, o.address, o.district,
                  o.unit_id::float8 as "unitId", coalesce(u.name, o.unit) as unit, o.outside_no as "outsideNo",
                  ${ISO('o.created_at')} as "createdAt", ${ISO('o.due_at')} as "dueAt"
             from orders o left join units u on u.id = o.unit_id where o.order_no = $1`,
    values: [orderNo],
  });
  const found = rows[0];
  if (!found) return null;
  const { id, workerId, ...order } = found;
  const { rows: steps } = await client.query<OutwardStep>({
    name: 'outward-step',
    text: `select ordinal, kind, state, ${ISO('at')} as at, person_name as person, note, system
             from order_steps where order_id = $1 and ordinal = $2`,
    values: [id, ordinal],
  });
  return { order, step: steps[0] ?? null, workerId };
}

const READ = `o.order_no as "orderNo", o.state, o.status, o.version, o.urgent, o.category, o.item, o.content, o.caller,
  coalesce(nullif(o.phone_written, ''), o.phone, '') as phone, o.address, o.district, o.unit_id::float8 as "unitId",
  coalesce(u.name, o.unit) as unit, o.outside_no as "outsideNo", ${ISO('o.created_at')} as "createdAt",
  ${ISO('o.due_at')} as "dueAt", coalesce(o.account, '') as account, o.community, o.clock_set as "clockSet",
  array(select name from units where id = any(o.assist_unit_ids) order by id) as "assistUnits",
  coalesce(w.name, '') as worker, o.result, o.deferral ->> 'answer' as deferral,
  ${ISO('o.first_due_at')} as "firstDueAt", ${ISO('o.dispatched_at')} as "dispatchedAt",
  ${ISO('o.signed_at')} as "signedAt", ${ISO('o.set_out_at')} as "setOutAt", ${ISO('o.arrived_at')} as "arrivedAt",
  ${ISO('o.stopped_at')} as "stoppedAt", ${ISO('o.done_at')} as "doneAt", ${ISO('o.fed_back_at')} as "fedBackAt",
  ${ISO('o.closed_at')} as "closedAt"`;
const READ_JOINS = 'left join units u on u.id = o.unit_id left join people w on w.id = o.worker_id';

/** One page of orders, newest first, each with the place from which the next page goes on. */
export async function readOrders(
  client: Client,
  filter: OrderFilter,
  asker: Asker,
  after: Cursor | null,
  most: number,
): Promise<(ReadOrder & { atMs: number })[]> {
  const { where, values } = orderConditions(filter, asker);
  if (after) {
    const at = `to_timestamp($${values.push(after.atMs)}::float8 / 1000)`;
    where.push(
      `(o.created_at, o.id) < (${at}, (select id from orders where order_no = $${values.push(after.orderNo)}))`,
    );
  }
  const { rows } = await client.query<ReadOrder & { atMs: number }>(
    `select ${READ}, (extract(epoch from o.created_at) * 1000)::float8 as "atMs"
       from (select o.id from orders o ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
              order by o.created_at desc, o.id desc limit ${most}) page
       join orders o on o.id = page.id ${READ_JOINS} order by o.created_at desc, o.id desc`,
    values,
  );
  return rows;
}

/** One order; of a unit's own system (`ofUnitId`) only what that unit leads or helps with. Null: none such. */
export async function readOrder(
  client: Client,
  orderNo: string,
  ofUnitId: number | null,
): Promise<ReadOrder | null> {
  const { rows } = await client.query<ReadOrder>({
    name: 'read-order',
    text: `select ${READ} from orders o ${READ_JOINS}
            where o.order_no = $1 and ($2::bigint is null or o.unit_id = $2 or o.assist_unit_ids @> array[$2::bigint])`,
    values: [orderNo, ofUnitId],
  });
  return rows[0] ?? null;
}

/** The steps of an order, first to last. */
export async function readSteps(client: Client, orderNo: string): Promise<ReadStep[]> {
  const { rows } = await client.query<ReadStep>({
    name: 'read-steps',
    text: `select s.ordinal, s.kind, s.state, ${ISO('s.at')} as at, ${ISO('s.received_at')} as "receivedAt",
                  s.person_name as person, coalesce(u.name, '') as unit, s.system, s.note, s.place
             from order_steps s join orders o on o.id = s.order_id left join units u on u.id = s.unit_id
            where o.order_no = $1 order by s.ordinal`,
    values: [orderNo],
  });
  return rows;
}
