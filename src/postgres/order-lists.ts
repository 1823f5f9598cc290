/** Lists of orders: narrowed by anything, searched in Chinese, one page at a time from where the last one ended. */
import type pg from 'pg';
import { NEAR_MS, SHIFT_MS, type Cursor, type OrderFilter } from '../core/orders/list.ts';
import { searchQuery } from '../core/search.ts';
import { soughtNumber } from '../core/people/number.ts';
import type { OrderLine } from '../protocol/orders.ts';
import { ORDER_OPEN, orderNear, orderOverdue, ORDER_UNANSWERED } from './order-conditions.ts';
import { LINE_COLUMNS, LINE_JOINS } from './order-rows.ts';
import { instant } from './instants.ts';

export interface Asker {
  personId: number;
  /** not null: sees this unit's orders only */
  ofUnitId: number | null;
  nowMs: number;
}

const FEW = 3000;
const OPEN = ORDER_OPEN;

/** The conditions of a filter, with their values: also an export's. */
export function orderConditions(filter: OrderFilter, asker: Asker): { where: string[]; values: unknown[] } {
  const where: string[] = [];
  const values: unknown[] = [];
  const value = (one: unknown) => `$${values.push(one)}`;
  if (asker.ofUnitId !== null) {
    const unit = value(asker.ofUnitId);
    where.push(`(o.unit_id = ${unit} or o.assist_unit_ids @> array[${unit}::bigint])`);
  }
  switch (filter.list) {
    case 'open':
      where.push(OPEN);
      break;
    case 'mine':
      where.push(`o.created_by = ${value(asker.personId)}`);
      break;
    case 'shift':
      where.push(`o.created_at >= ${instant(value(asker.nowMs - SHIFT_MS))}`);
      break;
    case 'unanswered':
      where.push(ORDER_UNANSWERED);
      break;
    case 'near':
      where.push(orderNear(instant(value(asker.nowMs)), instant(value(asker.nowMs + NEAR_MS))));
      break;
    case 'overdue':
      where.push(orderOverdue(instant(value(asker.nowMs))));
      break;
    case 'due':
      where.push(orderOverdue(instant(value(asker.nowMs + NEAR_MS))));
      break;
    case 'deferrals':
      where.push(OPEN, `o.deferral ->> 'answer' = 'open'`);
      break;
    case 'returned':
      where.push(`o.state = 'returned'`, OPEN);
      break;
    case 'closed':
      where.push(`o.state = 'closed'`);
      break;
    case 'all':
      break;
  }
  if (filter.states.length > 0) where.push(`o.state = any(${value(filter.states)})`);
  if (filter.unitId !== null) where.push(`o.unit_id = ${value(filter.unitId)}`);
  if (filter.workerId !== null) where.push(`o.worker_id = ${value(filter.workerId)}`);
  if (filter.district) where.push(`o.district = ${value(filter.district)}`);
  if (filter.category) where.push(`o.category = ${value(filter.category)}`);
  if (filter.urgent) where.push('o.urgent');
  if (filter.supervised) where.push('o.supervised');
  if (filter.phone) where.push(`o.phone = ${value(soughtNumber(filter.phone))}`);
  if (filter.account) where.push(`o.account = ${value(filter.account)}`);
  if (filter.fromMs !== null) where.push(`o.created_at >= ${instant(value(filter.fromMs))}`);
  if (filter.untilMs !== null) where.push(`o.created_at < ${instant(value(filter.untilMs))}`);
  const query = searchQuery(filter.words);
  if (query) where.push(`o.search @@ ${value(query)}::tsquery`);
  else if (filter.words.trim() !== '') where.push('false');
  return { where, values };
}

/** One page, newest first or by the next clock; `next`: where the following one begins. */
export async function listOrders(
  pool: pg.Pool,
  filter: OrderFilter,
  asker: Asker,
  after: Cursor | null,
  most: number,
): Promise<{ lines: OrderLine[]; next: Cursor | null }> {
  const { where, values } = orderConditions(filter, asker);
  const sort = filter.byDue ? `coalesce(o.due_at, 'infinity')` : 'o.created_at';
  if (after) {
    const at = after.atMs >= 9e15 ? `'infinity'` : instant(`$${values.push(after.atMs)}`);
    const id = `(select id from orders where order_no = $${values.push(after.orderNo)})`;
    where.push(`(${sort}, o.id) ${filter.byDue ? '>' : '<'} (${at}, ${id})`);
  }
  const way = filter.byDue ? 'asc' : 'desc';
  // Words that few orders have are looked up by their index and sorted; words that many have are met soon on the way
  // through the newest. PostgreSQL can't tell which is which, and would walk through a million for a word that is nowhere.
  const query = searchQuery(filter.words);
  const few = query !== null && (await hasFew(pool, query));
  const orders = few
    ? `(select * from orders where search @@ $${values.push(query)}::tsquery offset 0)`
    : 'orders';
  // the page is found first and dressed after: 50 joins, not a million
  const { rows } = await pool.query<OrderLine & { sortMs: number }>(
    `select ${LINE_COLUMNS}, case when isfinite(page.at) then (extract(epoch from page.at) * 1000)::float8 else 9e15 end as "sortMs"
       from (select o.id, ${sort} as at from ${orders} o ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
              order by ${sort} ${way}, o.id ${way} limit ${most + 1}) page
       join orders o on o.id = page.id ${LINE_JOINS}
      order by page.at ${way}, page.id ${way}`,
    values,
  );
  const lines = rows.slice(0, most).map(({ sortMs: _, ...line }) => line);
  const last = rows[most - 1];
  return {
    lines,
    next: rows.length > most && last ? { atMs: last.sortMs, orderNo: last.orderNo } : null,
  };
}

/** Do no more than some thousand orders hold these words? */
async function hasFew(pool: pg.Pool, query: string): Promise<boolean> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from (select from orders where search @@ $1::tsquery limit ${FEW + 1}) found`,
    [query],
  );
  return rows[0]!.count <= FEW;
}

/** Open orders that another call could be about: the same number or account, the same address, or the same community lately. */
export async function similarOrders(
  pool: pg.Pool,
  about: {
    phone: string;
    account: string;
    address: string;
    community: string;
    category: string;
    nowMs: number;
  },
): Promise<(OrderLine & { because: string })[]> {
  const { rows } = await pool.query<OrderLine & { because: string }>(
    `with found as (
       (select id, '同一号码' as because, 1 as rank from orders o where phone = $1 and ${OPEN} order by created_at desc limit 10)
        union all
       (select id, '同一户号', 2 from orders o where account = $2 and $2 <> '' and ${OPEN} order by created_at desc limit 10)
        union all
       (select id, '同一地址', 3 from orders o where community = $4 and $4 <> '' and address = $3 and ${OPEN}
         order by created_at desc limit 10)
        union all
       (select id, '同一小区，' || round(extract(epoch from to_timestamp($6::float8 / 1000) - created_at) / 60) || ' 分钟前', 4
          from orders o where community = $4 and $4 <> '' and ${OPEN} and ($5 = '' or category_code = $5)
           and created_at > to_timestamp($6::float8 / 1000) - interval '24 hours' order by created_at desc limit 10)
     ), best as (select distinct on (id) id, because, rank from found order by id, rank)
     select ${LINE_COLUMNS}, best.because from best join orders o on o.id = best.id ${LINE_JOINS}
      order by best.rank, o.created_at desc limit 10`,
    [soughtNumber(about.phone), about.account, about.address, about.community, about.category, about.nowMs],
  );
  return rows;
}

/** What is open and how late, by unit and district. */
export interface OverdueCell {
  unitId: number | null;
  unit: string;
  district: string;
  open: number;
  near: number;
  overdue: number;
  urgent: number;
}
export async function overdueCells(pool: pg.Pool, nowMs: number): Promise<OverdueCell[]> {
  const { rows } = await pool.query<OverdueCell>(
    `select o.unit_id::float8 as "unitId", coalesce(u.name, '') as unit, o.district, count(*)::int as open,
            (count(*) filter (where ${orderNear(instant('$1'), instant('$2'))}))::int as near,
            (count(*) filter (where ${orderOverdue(instant('$1'))}))::int as overdue,
            (count(*) filter (where o.urgent))::int as urgent
       from orders o left join units u on u.id = o.unit_id where ${OPEN}
      group by o.unit_id, u.name, o.district order by overdue desc, near desc, open desc`,
    [nowMs, nowMs + NEAR_MS],
  );
  return rows;
}

/** Figures for Prometheus: open orders by state, and running clocks that are overdue, by unit and clock. */
export async function orderFigures(pool: pg.Pool) {
  const { rows: states } = await pool.query<{ state: string; count: number }>(
    `select state, count(*)::int as count from orders o where ${OPEN} group by state`,
  );
  const { rows: overdue } = await pool.query<{ unit: string; clock: string; count: number }>(
    `select coalesce(u.code, '') as unit, c.name as clock, count(*)::int as count
       from orders o join order_clocks c on c.order_id = o.id and c.round = o.round left join units u on u.id = o.unit_id
      where ${OPEN} and c.met_at is null and c.stopped_at is null and c.due_at < now() group by u.code, c.name`,
  );
  return { states, overdue };
}

/** The workers of a unit, with how much each has in hand. */
export async function workersOf(
  pool: pg.Pool,
  unitId: number,
): Promise<{ id: number; name: string; open: number }[]> {
  const { rows } = await pool.query<{ id: number; name: string; open: number }>(
    `select p.id::float8 as id, p.name,
            (select count(*)::int from orders o where o.worker_id = p.id and ${OPEN} and o.state not in ('done', 'fed-back')) as open
       from people p where p.unit_id = $1 and p.role = 'field-worker' and not p.disabled order by p.name`,
    [unitId],
  );
  return rows;
}
