/** Receipts counted for the reports and listed for their numbers: one view, one condition for both (core/office/receipts.ts). */
import type pg from 'pg';
import type { OpenMatter, Place } from '../core/office/matter-tables.ts';
import type { Period } from '../core/office/period.ts';
import { DIMS, type Group, type Where } from '../core/office/receipts.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import type { OrderState } from '../core/orders/order.ts';

const IN = 'at >= to_timestamp($1::float8 / 1000) and at < to_timestamp($2::float8 / 1000)';
const span = ({ fromMs, untilMs }: Period) => [fromMs, untilMs];

/** How many receipts of a period there are of each kind that a report tells apart. */
export async function countReceipts(pool: pg.Pool, period: Period): Promise<Group[]> {
  const dims = DIMS.join(', ');
  const { rows } = await pool.query<Group>(
    `select ${dims}, count(*)::int as count from receipts where ${IN} group by ${dims}`,
    span(period),
  );
  return rows;
}

/** The communities with the most receipts. */
export async function hotPlaces(pool: pg.Pool, period: Period, most: number): Promise<Place[]> {
  const { rows } = await pool.query<Place>(
    `select community as name, district, count(*)::int as count from receipts
      where ${IN} and community <> '' group by 1, 2 order by 3 desc, 1 limit $3`,
    [...span(period), most],
  );
  return rows;
}

/** Orders of a period that have no answer or are not closed, each with what was said about it last. */
export async function openMatters(pool: pg.Pool, period: Period, most: number): Promise<OpenMatter[]> {
  const { rows } = await pool.query<Omit<OpenMatter, 'state'> & { state: OrderState }>(
    `select o.order_no as "orderNo", coalesce(u.name, '未派单') as unit,
            o.category || coalesce(' · ' || o.item, '') as matter, o.state,
            (extract(epoch from o.created_at) * 1000)::float8 as "atMs",
            (extract(epoch from o.due_at) * 1000)::float8 as "dueAtMs",
            coalesce(case when o.deferral ->> 'answer' in ('open', 'granted') then '延期：' || (o.deferral ->> 'reason') end,
                     (select s.note from order_steps s where s.order_id = o.id and s.note <> ''
                       order by s.ordinal desc limit 1), '') as why
       from orders o left join units u on u.id = o.unit_id
      where o.created_at >= to_timestamp($1::float8 / 1000) and o.created_at < to_timestamp($2::float8 / 1000)
        and o.state not in ('closed', 'cancelled')
      order by u.id, o.due_at nulls last, o.id limit $3`,
    [...span(period), most],
  );
  return rows.map((row) => ({ ...row, state: STATE_WORDS[row.state] }));
}

export interface ListedReceipt {
  ref: string;
  atMs: number;
  channel: string;
  caller: string;
  phone: string | null;
  district: string;
  address: string;
  category: string;
  content: string;
  unit: string;
  orderNo: string | null;
  answered: 'yes' | 'no';
  closed: 'yes' | 'no';
}

function conditions(period: Period, where: Where): { text: string; values: unknown[] } {
  const values: unknown[] = span(period);
  // the names are the ones of the list in core, whatever was asked
  const names = [...DIMS, 'community', 'day'] as const;
  const more = names.flatMap((dim) => {
    const wanted = where[dim];
    return wanted === undefined ? [] : [` and ${dim} = $${values.push(wanted)}`];
  });
  return { text: IN + more.join(''), values };
}

export async function countReceiptList(pool: pg.Pool, period: Period, where: Where): Promise<number> {
  const { text, values } = conditions(period, where);
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from receipts where ${text}`,
    values,
  );
  return rows[0]!.count;
}

/** The receipts behind a number, newest first, from where the page before ended. */
export async function listReceipts(
  pool: pg.Pool,
  period: Period,
  where: Where,
  after: { atMs: number; ref: string } | null,
  most: number,
): Promise<ListedReceipt[]> {
  const { text, values } = conditions(period, where);
  const from = after
    ? ` and (at, ref) < (to_timestamp($${values.push(after.atMs)}::float8 / 1000), $${values.push(after.ref)}::text)`
    : '';
  const { rows } = await pool.query<ListedReceipt>(
    `select ref, (extract(epoch from at) * 1000)::float8 as "atMs", channel, caller, phone, district, address, category,
            left(content, 200) as content, coalesce((select name from units where id::text = unit), '') as unit,
            order_no as "orderNo", answered, closed
       from receipts where ${text}${from} order by at desc, ref desc limit $${values.push(most)}`,
    values,
  );
  return rows;
}
