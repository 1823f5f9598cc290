/** Receipts counted for the reports and listed for their numbers: one view, one condition for both (core/office/receipts.ts). */
import type pg from 'pg';
import type { ListedReceipt } from '../protocol/reports.ts';
import type { OpenMatter, OpenMatters, Place } from '../core/office/matter-lists.ts';
import type { Period } from '../core/office/period.ts';
import { DIMS, valuesOf, type Group, type Where } from '../core/office/receipts.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import type { OrderState } from '../core/orders/order.ts';

const inSpan = (at: string) =>
  `${at} >= to_timestamp($1::float8 / 1000) and ${at} < to_timestamp($2::float8 / 1000)`;
const IN = inSpan('at');
type Edges = Pick<Period, 'fromMs' | 'untilMs'>;
const span = ({ fromMs, untilMs }: Edges) => [fromMs, untilMs];

/** How many receipts of a period there are of each kind that a report tells apart, narrowed to `within`. */
export async function countReceipts(pool: pg.Pool, period: Period, within: Where = {}): Promise<Group[]> {
  const dims = DIMS.join(', ');
  const { text, values } = conditions(period, within);
  const { rows } = await pool.query<Group>(
    `select ${dims}, count(*)::int as count from receipts where ${text} group by ${dims}`,
    values,
  );
  return rows;
}

/** The communities with the most receipts. */
export async function hotPlaces(
  pool: pg.Pool,
  period: Period,
  most: number,
  within: Where = {},
): Promise<Place[]> {
  const { text, values } = conditions(period, within);
  const { rows } = await pool.query<Place>(
    `select community as name, district, count(*)::int as count from receipts
      where ${text} and community <> '' group by 1, 2 order by 3 desc, 1, 2 limit $${values.push(most)}`,
    values,
  );
  return rows;
}

/** Orders of a period that have no answer or are not closed, the ones that “未办结” of the units counts, each with what was said about it last; at most `most`, and how many there are. */
export async function openMatters(pool: pg.Pool, period: Period, most: number): Promise<OpenMatters> {
  const { rows } = await pool.query<Omit<OpenMatter, 'state'> & { state: OrderState; total: number }>(
    `with open as (
       select o.*, (count(*) over ())::int as total from receipts r join orders o on o.order_no = r.order_no
        where ${inSpan('r.at')} and r.event = 'yes' and r.closed = 'no'
        order by o.due_at nulls last, o.id limit $3)
     select o.total, o.order_no as "orderNo", coalesce(u.name, '未派单') as unit,
            o.category || coalesce(' · ' || o.item, '') as matter, o.state,
            (extract(epoch from o.created_at) * 1000)::float8 as "atMs",
            (extract(epoch from o.due_at) * 1000)::float8 as "dueAtMs",
            coalesce(case when o.deferral ->> 'answer' in ('open', 'granted') then '延期：' || (o.deferral ->> 'reason') end,
                     (select s.note from order_steps s where s.order_id = o.id and s.note <> ''
                       order by s.ordinal desc limit 1), '') as why
       from open o left join units u on u.id = o.unit_id order by u.id, o.due_at nulls last, o.id`,
    [...span(period), most],
  );
  return {
    rows: rows.map(({ total: _, ...row }) => ({ ...row, state: STATE_WORDS[row.state] })),
    total: rows[0]?.total ?? 0,
  };
}

function conditions(period: Edges, where: Where): { text: string; values: unknown[] } {
  const values: unknown[] = span(period);
  // the names are the ones of the list in core, whatever was asked
  const names = [...DIMS, 'community', 'day'] as const;
  const more = names.flatMap((dim) => {
    const wanted = where[dim];
    return wanted === undefined ? [] : [` and ${dim} = any($${values.push(valuesOf(wanted))}::text[])`];
  });
  return { text: IN + more.join(''), values };
}

/** How many receipts a list has. */
export async function countReceiptList(pool: pg.Pool, period: Edges, where: Where): Promise<number> {
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
    `select ${LISTED} from receipts where ${text}${from} order by at desc, ref desc limit $${values.push(most)}`,
    values,
  );
  return rows;
}

const LISTED = `ref, (extract(epoch from at) * 1000)::float8 as "atMs", channel, caller, phone, district, address, category,
  left(content, 200) as content, coalesce((select name from units where id::text = unit), '') as unit,
  order_no as "orderNo", answered, closed`;

/**
 * All receipts of a list, newest first, some at a time: the view is sorted once, not for each page. The caller is within
 * a transaction.
 */
export async function* streamReceipts(
  client: Pick<pg.ClientBase, 'query'>,
  period: Period,
  where: Where,
  atOnce: number,
): AsyncGenerator<ListedReceipt[]> {
  const { text, values } = conditions(period, where);
  await client.query(
    `declare told_receipts no scroll cursor for
     select ${LISTED} from receipts where ${text} order by at desc, ref desc`,
    values,
  );
  for (;;) {
    const { rows } = await client.query<ListedReceipt>(`fetch ${Math.floor(atOnce)} from told_receipts`);
    if (rows.length > 0) yield rows;
    if (rows.length < atOnce) break;
  }
  await client.query('close told_receipts');
}
