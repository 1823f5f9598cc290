/** Orders as rows of a file: all that their lists show and all their milestones, however many there are. */
import type pg from 'pg';
import type { OrderFilter } from '../core/orders/list.ts';
import type { OrderState } from '../core/orders/order.ts';
import { orderConditions, type Asker } from './order-lists.ts';

export interface ExportedOrder {
  id: number;
  orderNo: string;
  state: OrderState;
  urgent: boolean;
  category: string;
  item: string;
  content: string;
  caller: string;
  phone: string;
  account: string;
  district: string;
  address: string;
  unit: string;
  assist: string;
  worker: string;
  createdBy: string;
  outsideNo: string | null;
  result: string;
  urgedCount: number;
  supervised: boolean;
  redone: number;
  deferral: 'open' | 'granted' | 'refused' | null;
  createdAtMs: number;
  answeredAtMs: number | null;
  dispatchedAtMs: number | null;
  signedAtMs: number | null;
  arrivedAtMs: number | null;
  stoppedAtMs: number | null;
  doneAtMs: number | null;
  fedBackAtMs: number | null;
  closedAtMs: number | null;
  firstDueAtMs: number | null;
  dueAtMs: number | null;
}

/** One moment for a whole file: what was overdue at its first row is at its last. */
export async function moment(client: pg.Pool): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    'select (extract(epoch from now()) * 1000)::float8 as ms',
  );
  return rows[0]!.ms;
}

export async function countOrders(client: pg.Pool, filter: OrderFilter, asker: Asker): Promise<number> {
  const { where, values } = orderConditions(filter, asker);
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from orders o ${where.length > 0 ? `where ${where.join(' and ')}` : ''}`,
    values,
  );
  return rows[0]!.count;
}

const ms = (column: string) => `(extract(epoch from o.${column}) * 1000)::float8`;

/** The next orders of the file, newest first, after the one with which the last page ended. */
export async function exportOrders(
  client: pg.Pool,
  filter: OrderFilter,
  asker: Asker,
  after: Pick<ExportedOrder, 'id'> | undefined,
  most: number,
): Promise<ExportedOrder[]> {
  const { where, values } = orderConditions(filter, asker);
  if (after)
    where.push(
      `(o.created_at, o.id) < (select created_at, id from orders where id = $${values.push(after.id)})`,
    );
  const { rows } = await client.query<ExportedOrder>(
    `select o.id::float8 as id, o.order_no as "orderNo", o.state, o.urgent, o.category, coalesce(o.item, '') as item,
            o.content, o.caller, case when o.phone_written <> '' then o.phone_written else coalesce(o.phone, '') end as phone,
            coalesce(o.account, '') as account, o.district, o.address, coalesce(u.name, o.unit, '') as unit,
            array_to_string(array(select name from units where id = any(o.assist_unit_ids) order by id), '、') as assist,
            coalesce(w.name, '') as worker, coalesce(b.name, '') as "createdBy", o.outside_no as "outsideNo", o.result,
            o.urged_count as "urgedCount", o.supervised, o.round - 1 as redone, o.deferral ->> 'answer' as deferral,
            ${ms('created_at')} as "createdAtMs", ${ms('answered_at')} as "answeredAtMs",
            ${ms('dispatched_at')} as "dispatchedAtMs", ${ms('signed_at')} as "signedAtMs",
            ${ms('arrived_at')} as "arrivedAtMs", ${ms('stopped_at')} as "stoppedAtMs", ${ms('done_at')} as "doneAtMs",
            ${ms('fed_back_at')} as "fedBackAtMs", ${ms('closed_at')} as "closedAtMs",
            ${ms('first_due_at')} as "firstDueAtMs", ${ms('due_at')} as "dueAtMs"
       from (select o.id from orders o ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
              order by o.created_at desc, o.id desc limit ${most}) page
       join orders o on o.id = page.id left join units u on u.id = o.unit_id left join people w on w.id = o.worker_id
       left join people b on b.id = o.created_by
      order by o.created_at desc, o.id desc`,
    values,
  );
  return rows;
}
