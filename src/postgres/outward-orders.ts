/** Orders as other systems see them, for what the outbox tells of them. */
import type pg from 'pg';
import type { OutwardOrder, OutwardStep } from '../core/outward/order.ts';

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
