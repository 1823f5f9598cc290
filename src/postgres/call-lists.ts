/** The lists of calls behind the reports: one condition each, by which they are counted and listed. */
import type pg from 'pg';
import type { CallCounts, CallGroup, CallGrouping, CallList } from '../core/office/call-lists.ts';
import type { Period } from '../core/office/period.ts';

const ANSWERED = `(answered_at is not null or outcome = 'answered') and outcome is distinct from 'unknown'`;

const ABANDONED = `answered_at is null and outcome = 'abandoned'`;

/** MEASURES as conditions over `calls`; only calls from outside, and none that became part of another. */
const CONDITIONS: Record<CallList, string> = {
  offered: 'true',
  answered: ANSWERED,
  rang: `first_ring_at is not null and outcome is distinct from 'unknown' and (answered_at is not null or outcome is not null)`,
  withinThreeRings: `${ANSWERED} and ring_ms < 15000`,
  afterThreeRings: `${ANSWERED} and ring_ms >= 15000`,
  within15s: `${ANSWERED} and wait_ms < 15000`,
  abandoned: ABANDONED,
  abandonedIvr: `${ABANDONED} and abandon_stage = 'ivr'`,
  abandonedQueue: `${ABANDONED} and abandon_stage = 'queue'`,
  abandonedRinging: `${ABANDONED} and abandon_stage = 'ringing'`,
  shortAbandoned: `${ABANDONED} and wait_ms < 5000`,
  abandonedWithin: `${ABANDONED} and wait_ms < 15000`,
  callback: `answered_at is null and outcome = 'callback'`,
  overflowed: `answered_at is null and outcome = 'overflowed'`,
  blocked: `answered_at is null and outcome = 'blocked'`,
  unknown: `outcome = 'unknown'`,
  live: 'outcome is null and answered_at is null',
  rings1: `${ANSWERED} and coalesce(rings, 1) = 1`,
  rings2: `${ANSWERED} and rings = 2`,
  rings3: `${ANSWERED} and rings = 3`,
  rings4: `${ANSWERED} and rings >= 4`,
  agentHungUp: `${ANSWERED} and hung_up_first = 'agent' and transfer_count = 0`,
  transferred: `${ANSWERED} and transfer_count > 0`,
  answeredOrAbandoned: `(${ANSWERED}) or (${ABANDONED})`,
  answeredOrNotShort: `(${ANSWERED}) or (${ABANDONED} and not coalesce(wait_ms < 5000, false))`,
  answeredOrAbandonedLate: `(${ANSWERED}) or (${ABANDONED} and not coalesce(wait_ms < 15000, false))`,
  settledWithin: `((${ANSWERED}) or (${ABANDONED})) and wait_ms < 15000`,
  answeredOrLost: `(${ANSWERED}) or (${ABANDONED}) or (answered_at is null and outcome = 'overflowed')`,
};

const LOCAL = `(arrived_at at time zone 'Asia/Shanghai')`;
/** what a group's key is, of one call */
const KEYS: Record<Exclude<CallGrouping, 'all'>, string> = {
  day: `to_char(${LOCAL}, 'YYYY-MM-DD')`,
  half: `(extract(hour from ${LOCAL}) * 2 + floor(extract(minute from ${LOCAL}) / 30))::int::text`,
  weekday: `extract(isodow from ${LOCAL})::int::text`,
  queue: `coalesce(queue, '')`,
  agent: `coalesce(answered_by, '')`,
};
const GROUPINGS = Object.keys(KEYS) as (keyof typeof KEYS)[];

const FROM_OUTSIDE = `direction = 'inbound' and merged_into is null
  and arrived_at >= to_timestamp($1::float8 / 1000) and arrived_at < to_timestamp($2::float8 / 1000)`;

const SUMS = [
  ...Object.entries(CONDITIONS).map(
    ([list, condition]) => `count(*) filter (where ${condition})::int as "${list}"`,
  ),
  `coalesce(sum(wait_ms) filter (where ${ANSWERED}), 0) as "waitMs"`,
  `coalesce(sum(talk_ms) filter (where ${ANSWERED}), 0) as "talkMs"`,
  `coalesce(sum(hold_ms) filter (where ${ANSWERED}), 0) as "holdMs"`,
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
export async function countCalls(pool: pg.Pool, period: Period): Promise<CallCounts> {
  const { rows } = await pool.query<CallCounts>({
    name: 'call-counts',
    text: `select ${SUMS} from calls where ${FROM_OUTSIDE}`,
    values: edges(period),
  });
  return rows[0]!;
}

export interface ListedCall {
  callId: string;
  arrivedAtMs: number;
  ani: string | null;
  queue: string | null;
  outcome: string | null;
  abandonStage: string | null;
  waitMs: number | null;
  ringMs: number | null;
  rings: number | null;
  talkMs: number | null;
  holdMs: number | null;
  hungUpFirst: string | null;
  answeredBy: string | null;
  agentName: string | null;
}

export interface CallQuery {
  list: CallList;
  where: Partial<Record<Exclude<CallGrouping, 'all'>, string>>;
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
       from calls left join people p on p.agent = answered_by
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
    `select count(*)::int as count, coalesce(sum(wait_ms), 0)::float8 as "waitMs",
            coalesce(sum(talk_ms), 0)::float8 as "talkMs", coalesce(sum(hold_ms), 0)::float8 as "holdMs"
       from calls where ${FROM_OUTSIDE} and ${narrowed(query, values).join(' and ')}`,
    values,
  );
  return rows[0]!;
}

function narrowed({ list, where }: Pick<CallQuery, 'list' | 'where'>, values: unknown[]): string[] {
  const conditions = [`(${CONDITIONS[list]})`];
  for (const by of GROUPINGS) {
    const key = where[by];
    if (key === undefined) continue;
    values.push(key);
    conditions.push(`${KEYS[by]} = $${values.length}`);
  }
  return conditions;
}

function edges({ fromMs, untilMs }: Period): number[] {
  return [fromMs, untilMs];
}
