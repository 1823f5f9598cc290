/** The lists of calls behind the reports: one condition each, by which they are counted and listed. */
import type pg from 'pg';
import type { ListedCall } from '../protocol/reports.ts';
import { CALL_CONDITIONS } from '../core/floor/call-conditions.ts';
import type { IvrSums, Rating } from '../core/ivr/figures.ts';
import {
  CALL_WHERE,
  IVR_LISTS,
  type AnyCallList,
  type CallCounts,
  type CallGroup,
  type CallGrouping,
  type CallList,
  type CallWhere,
  type IvrList,
} from '../core/office/call-lists.ts';
import type { Period } from '../core/office/period.ts';
import { CALL_COLUMNS, conditionSql } from './measure-conditions.ts';
import { lastTalked } from './talks.ts';

/** MEASURES as conditions over `calls`; only calls from outside, and none that became part of another. */
const CONDITIONS = Object.fromEntries(
  Object.entries(CALL_CONDITIONS).map(([list, condition]) => [list, conditionSql(condition, CALL_COLUMNS)]),
) as Record<CallList, string>;

/** … over `calls` with their `steps` in the IVR (WITH_STEPS): `menu`, `menu-key 3`, `rated 1` */
const IVR_CONDITIONS: Record<IvrList, string> = {
  callers: 'true',
  menu: `'menu' = any(steps)`,
  area: `'area' = any(steps)`,
  servedAlone: `('told' = any(steps) or 'area' = any(steps)) and ${CONDITIONS.abandonedIvr}`,
  placesKept: `exists (select from kept_places k where k.call_id = calls.call_id)`,
  placesReached: `exists (select from kept_places k where k.call_id = calls.call_id and k.state = 'reached')`,
  words: `exists (select from spoken_words w where w.call_id = calls.call_id)`,
  ratingsAsked: `'rate' = any(steps)`,
  ratingsGiven: `steps && array['rated 1', 'rated 2', 'rated 3']`,
  rated1: `'rated 1' = any(steps)`,
  rated2: `'rated 2' = any(steps)`,
  rated3: `'rated 3' = any(steps)`,
};
/** a call that began in the period has had all of its steps a day after it */
const WITH_STEPS = `calls join (
    select call_id, array_agg(trim(node || ' ' || key)) as steps from ivr_steps
     where at >= to_timestamp($1::float8 / 1000) and at < to_timestamp($2::float8 / 1000) + interval '1 day'
     group by call_id) ways using (call_id)`;
const isIvr = (list: AnyCallList): list is IvrList => list in IVR_LISTS;

const LOCAL = `(arrived_at at time zone current_setting('TimeZone'))`;
/** what a group's key is, of one call */
const KEYS: Record<keyof CallWhere, string> = {
  day: `to_char(${LOCAL}, 'YYYY-MM-DD')`,
  half: `(extract(hour from ${LOCAL}) * 2 + floor(extract(minute from ${LOCAL}) / 30))::int::text`,
  weekday: `extract(isodow from ${LOCAL})::int::text`,
  queue: `coalesce(queue, '')`,
  agent: `coalesce(answered_by, '')`,
  lastAgent: `coalesce(${lastTalked('calls')}, answered_by, '')`,
  matter: `coalesce((select r.category from records r where r.call_id = calls.call_id order by r.id limit 1), '')`,
};
const GROUPINGS: Exclude<CallGrouping, 'all'>[] = ['day', 'half', 'weekday', 'queue', 'agent', 'lastAgent'];

const FROM_OUTSIDE = `direction = 'inbound' and merged_into is null
  and arrived_at >= to_timestamp($1::float8 / 1000) and arrived_at < to_timestamp($2::float8 / 1000)`;

const SUMS = [
  ...Object.entries(CONDITIONS).map(
    ([list, condition]) => `count(*) filter (where ${condition})::int as "${list}"`,
  ),
  `count(wait_ms) filter (where ${CONDITIONS.answered})::int as waited`,
  `coalesce(sum(wait_ms) filter (where ${CONDITIONS.answered}), 0) as "waitMs"`,
  `coalesce(sum(talk_ms) filter (where ${CONDITIONS.answered}), 0) as "talkMs"`,
  `coalesce(sum(hold_ms) filter (where ${CONDITIONS.answered}), 0) as "holdMs"`,
].join(',\n         ');

/** The calls of a period, counted as a whole and by each grouping, in one reading. */
export async function countCallGroups(pool: pg.Pool, period: Period): Promise<CallGroup[]> {
  const { rows } = await pool.query<CallGroup>({
    name: 'call-groups',
    text: CALL_GROUPS,
    values: edges(period),
  });
  return rows;
}

const CALL_GROUPS = `
  with told as (select *, ${GROUPINGS.map((by) => `${KEYS[by]} as by_${by}`).join(', ')} from calls where ${FROM_OUTSIDE})
  select case ${GROUPINGS.map((by) => `when grouping(by_${by}) = 0 then '${by}'`).join(' ')} else 'all' end as by,
         coalesce(${GROUPINGS.map((by) => `by_${by}`).join(', ')}, '') as key,
         ${SUMS}
    from told group by grouping sets ((), ${GROUPINGS.map((by) => `(by_${by})`).join(', ')})
   order by 1, 2`;

/** The calls of a period as a whole. */
export async function countCalls(pool: Pick<pg.Pool, 'query'>, period: Edges): Promise<CallCounts> {
  const { rows } = await pool.query<CallCounts>({
    name: 'call-counts',
    text: `select ${SUMS} from calls where ${FROM_OUTSIDE}`,
    values: edges(period),
  });
  return rows[0]!;
}

const IVR_SUMS = Object.entries(IVR_CONDITIONS)
  .map(([list, condition]) => `count(*) filter (where ${condition})::int as "${list}"`)
  .join(',\n         ');

/** What the calls of a period did in the IVR. */
export async function ivrSums(pool: Pick<pg.Pool, 'query'>, period: Edges): Promise<IvrSums> {
  const { rows } = await pool.query<IvrSums>(
    `select ${IVR_SUMS},
            (percentile_cont(0.5) within group (order by extract(epoch from queued_at - arrived_at) * 1000))::float8 as "addedMs"
       from ${WITH_STEPS} where ${FROM_OUTSIDE}`,
    edges(period),
  );
  return rows[0]!;
}

/** How callers rated the calls of a period, by the agent who had them last and by what they called about. */
export async function ivrRatings(pool: Pick<pg.Pool, 'query'>, period: Edges): Promise<Rating[]> {
  const { rows } = await pool.query<Rating>(
    `select rated.*, (select p.name from people p where p.agent = rated.agent) as name from (
       select ${KEYS.lastAgent} as agent, ${KEYS.matter} as category, right(step, 1) as key, count(*)::int as count
         from ${WITH_STEPS} cross join unnest(steps) step
        where ${FROM_OUTSIDE} and step in ('rated 1', 'rated 2', 'rated 3')
        group by 1, 2, 3) rated
      order by agent, category, key`,
    edges(period),
  );
  return rows;
}

export interface CallQuery {
  list: AnyCallList;
  where: CallWhere;
  /** of the page before: its last call */
  after?: { arrivedAtMs: number; callId: string };
  limit: number;
}

/** One page of a list, newest first. */
export async function listCalls(pool: pg.Pool, period: Period, query: CallQuery): Promise<ListedCall[]> {
  const values: unknown[] = [...edges(period), query.limit];
  const conditions = narrowed(query, values);
  if (query.after) {
    values.push(query.after.arrivedAtMs, query.after.callId);
    conditions.push(
      `(arrived_at, call_id) < (to_timestamp($${values.length - 1}::float8 / 1000), $${values.length})`,
    );
  }
  const { rows } = await pool.query<ListedCall>(
    `select call_id as "callId", (extract(epoch from arrived_at) * 1000)::float8 as "arrivedAtMs", ani, queue, outcome,
            abandon_stage as "abandonStage", wait_ms as "waitMs", ring_ms as "ringMs", rings, talk_ms as "talkMs",
            hold_ms as "holdMs", hung_up_first as "hungUpFirst", answered_by as "answeredBy", p.name as "agentName"
       from ${sourceOf(query.list)} left join people p on p.agent = answered_by
      where ${FROM_OUTSIDE} and ${conditions.join(' and ')}
      order by arrived_at desc, call_id desc limit $3`,
    values,
  );
  return rows;
}

/** How many calls a list has. */
export async function countList(
  pool: pg.Pool,
  period: Period,
  query: Pick<CallQuery, 'list' | 'where'>,
): Promise<number> {
  return (await sumList(pool, period, query)).count;
}

/** What the calls of a list add up to: the numbers that means are made of. */
export interface ListSums {
  count: number;
  /** of which it is known how long they waited */
  waited: number;
  waitMs: number;
  talkMs: number;
  holdMs: number;
}
export async function sumList(
  pool: pg.Pool,
  period: Period,
  query: Pick<CallQuery, 'list' | 'where'>,
): Promise<ListSums> {
  const values: unknown[] = edges(period);
  const { rows } = await pool.query<ListSums>(
    `select count(*)::int as count, count(wait_ms)::int as waited, coalesce(sum(wait_ms), 0)::float8 as "waitMs",
            coalesce(sum(talk_ms), 0)::float8 as "talkMs", coalesce(sum(hold_ms), 0)::float8 as "holdMs"
       from ${sourceOf(query.list)} where ${FROM_OUTSIDE} and ${narrowed(query, values).join(' and ')}`,
    values,
  );
  return rows[0]!;
}

function narrowed({ list, where }: Pick<CallQuery, 'list' | 'where'>, values: unknown[]): string[] {
  const conditions = [`(${isIvr(list) ? IVR_CONDITIONS[list] : CONDITIONS[list]})`];
  for (const by of CALL_WHERE) {
    const key = where[by];
    if (key === undefined) continue;
    values.push(key);
    conditions.push(`${KEYS[by]} = $${values.length}`);
  }
  return conditions;
}

function sourceOf(list: AnyCallList): string {
  return isIvr(list) ? WITH_STEPS : 'calls';
}

type Edges = Pick<Period, 'fromMs' | 'untilMs'>;
function edges({ fromMs, untilMs }: Edges): number[] {
  return [fromMs, untilMs];
}
