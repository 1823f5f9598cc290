/** Lists and figures of callbacks: Annex 2's form, what people still call, orders to redo, rates. */
import type pg from 'pg';
import type { CallbackCount, CallbackGroup } from '../core/office/callback-report.ts';
import { ms } from './instants.ts';

/** A row of Annex 2's form, and what is known beside it. */
export interface CallbackRow {
  id: number;
  campaignId: number;
  orderNo: string;
  acceptedAtMs: number;
  calledBackAtMs: number | null;
  caller: string;
  number: string | null;
  /** the machine calls the main number; who calls by hand asks for this */
  extension: string | null;
  address: string;
  district: string;
  category: string;
  content: string;
  department: string;
  handledBy: string;
  handling: string;
  solved: boolean | null;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  words: string | null;
  recording: string | null;
  channel: 'machine' | 'person' | null;
  state: string;
  why: string | null;
  dueAtMs: number | null;
  tries: number;
}
const ROW = `i.id::int, i.campaign_id::int as "campaignId", i.order_no as "orderNo", ${ms('i.accepted_at')} as "acceptedAtMs",
  ${ms('i.called_back_at')} as "calledBackAtMs", i.caller, i.number, i.extension, i.address, i.district, i.category, i.content,
  i.department, i.handled_by as "handledBy", i.handling, i.solved, i.satisfied, i.words, i.recording, i.channel, i.state,
  i.why, ${ms('i.due_at')} as "dueAtMs",
  (select count(*)::int from survey_attempts a where a.item_id = i.id and a.result is distinct from 'not-placed') as tries`;

/** Which rows a number of the figures stands for. */
export const CALLBACK_LISTS = {
  population: 'true',
  drawn: `(i.drawn or i.replaces_id is not null)`,
  called: `exists (select from survey_attempts a where a.item_id = i.id and a.result is distinct from 'not-placed')`,
  reached: `i.called_back_at is not null`,
  valid: `i.satisfied is not null`,
  satisfied: `i.satisfied = 'satisfied'`,
  fair: `i.satisfied = 'fair'`,
  dissatisfied: `i.satisfied = 'dissatisfied'`,
  'not-solved': `i.solved = false`,
  people: `i.state = 'people'`,
} as const satisfies Record<CallbackCount, string>;
export type CallbackList = CallbackCount;

export interface CallbackFilter {
  campaignId?: number | undefined;
  /** of the orders' closing: a week's campaign is over the orders of the week before */
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  department?: string | undefined;
  category?: string | undefined;
  district?: string | undefined;
  channel?: 'machine' | 'person' | undefined;
  list: CallbackList;
}

const WHERE = `($1::bigint is null or i.campaign_id = $1)
  and ($2::float8 is null or i.closed_at >= to_timestamp($2 / 1000)) and ($3::float8 is null or i.closed_at < to_timestamp($3 / 1000))
  and ($4::text is null or i.department = $4) and ($5::text is null or i.category = $5)
  and ($6::text is null or i.district = $6) and ($7::text is null or i.channel = $7)`;

export async function listCallbacks(
  pool: pg.Pool,
  filter: CallbackFilter,
  most: number,
): Promise<CallbackRow[]> {
  const { rows } = await pool.query<CallbackRow>(
    `select ${ROW} from survey_items i where ${WHERE} and ${CALLBACK_LISTS[filter.list]}
      order by i.called_back_at nulls last, i.accepted_at, i.id limit $8`,
    [...narrowed(filter), most],
  );
  return rows;
}

function narrowed(filter: Omit<CallbackFilter, 'list'>): unknown[] {
  const { campaignId, fromMs, untilMs, department, category, district, channel } = filter;
  return [campaignId, fromMs, untilMs, department, category, district, channel].map((one) => one ?? null);
}

export interface CallbackFigures {
  by: string;
  population: number;
  drawn: number;
  called: number;
  reached: number;
  valid: number;
  satisfied: number;
  fair: number;
  dissatisfied: number;
  notSolved: number;
  people: number;
}
export type FiguresBy = 'department' | 'category' | 'district' | 'week';
const BY: Record<FiguresBy, string> = {
  department: 'i.department',
  category: 'i.category',
  district: 'i.district',
  week: `to_char(i.closed_at at time zone current_setting('TimeZone'), 'IYYY"-W"IW')`,
};

/** An order that stands in two campaigns counts once where each is asked for, and as often as it was drawn over both. */
export async function countCallbacks(
  pool: pg.Pool,
  by: FiguresBy,
  filter: Omit<CallbackFilter, 'list'>,
): Promise<CallbackFigures[]> {
  const count = (list: CallbackList) => `count(*) filter (where ${CALLBACK_LISTS[list]})::int`;
  const { rows } = await pool.query<CallbackFigures>(
    `select ${BY[by]} as by, count(*)::int as population, ${count('drawn')} as drawn, ${count('called')} as called,
            ${count('reached')} as reached, ${count('valid')} as valid, ${count('satisfied')} as satisfied,
            ${count('fair')} as fair, ${count('dissatisfied')} as dissatisfied, ${count('not-solved')} as "notSolved",
            ${count('people')} as people
       from survey_items i where ${WHERE} group by 1 order by 1`,
    narrowed(filter),
  );
  return rows;
}

/** The callbacks of a period, as a whole and by each grouping, in one reading: what the report of callbacks counts. */
export async function countCallbackGroups(
  pool: pg.Pool,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<CallbackGroup[]> {
  const sums = Object.entries(CALLBACK_LISTS).map(
    ([list, condition]) => `count(*) filter (where ${condition})::int as "${list}"`,
  );
  const { rows } = await pool.query<CallbackGroup>({
    name: 'callback-groups',
    text: `
      with told as (select i.*, ${BY.week} as week from survey_items i where ${WHERE})
      select case grouping(department, category, district, week)
               when 7 then 'department' when 11 then 'category' when 13 then 'district' when 14 then 'week'
               when 6 then 'both' else 'all' end as by,
             coalesce(department, '') as department, coalesce(category, '') as category,
             coalesce(district, '') as district, coalesce(week, '') as week, ${sums.join(', ')}
        from told i
       group by grouping sets ((), (department), (category), (district), (week), (department, week))
       order by 1, 2, 3, 4, 5`,
    values: narrowed({ fromMs, untilMs }),
  });
  return rows;
}

/** How many rows a list has, however many of them a page shows. */
export async function countCallbackList(pool: pg.Pool, filter: CallbackFilter): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from survey_items i where ${WHERE} and ${CALLBACK_LISTS[filter.list]}`,
    narrowed(filter),
  );
  return rows[0]!.count;
}

/** What an agent may call back now: never an order of their own, nor before the time that was agreed. */
export async function listForPeople(pool: pg.Pool, personId: number, role: string): Promise<CallbackRow[]> {
  const { rows } = await pool.query<CallbackRow>(
    `select ${ROW} from survey_items i join survey_campaigns c on c.id = i.campaign_id
      where i.state = 'people' and c.state <> 'stopped' and ($2 <> 'agent' or i.agent_id is distinct from $1)
      order by i.due_at nulls first, i.id limit 500`,
    [personId, role],
  );
  return rows;
}

export async function findCallback(
  client: pg.Pool | pg.PoolClient,
  id: number,
): Promise<(CallbackRow & { agentId: number | null }) | null> {
  const { rows } = await client.query<CallbackRow & { agentId: number | null }>(
    `select ${ROW}, i.agent_id::int as "agentId" from survey_items i where i.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The same row, which nobody else decides on until this transaction is over. */
export async function lockCallback(
  client: pg.PoolClient,
  id: number,
): Promise<(CallbackRow & { agentId: number | null }) | null> {
  await client.query('select from survey_items where id = $1 for update', [id]);
  return findCallback(client, id);
}

/** A person called: what came of it. */
export async function addPersonAttempt(
  client: pg.PoolClient,
  itemId: number,
  personId: number,
  result: 'complete' | 'no-answer',
  atMs: number,
): Promise<void> {
  await client.query(
    `insert into survey_attempts (item_id, number, token, placed_at, ended_at, person_id, result)
     select id, coalesce(number, ''), 'person', to_timestamp($3::float8 / 1000), to_timestamp($3::float8 / 1000), $2, $4
       from survey_items where id = $1`,
    [itemId, personId, atMs, result],
  );
}

export interface RedoRow extends CallbackRow {
  draftId: number;
  reason: 'not-solved' | 'dissatisfied';
  draftedAtMs: number;
}

/** Orders to redo that a supervisor has not sent yet. */
export async function listRedo(pool: pg.Pool): Promise<RedoRow[]> {
  const { rows } = await pool.query<RedoRow>(
    `select ${ROW}, r.id::int as "draftId", r.reason, ${ms('r.drafted_at')} as "draftedAtMs"
       from redo_drafts r join survey_items i on i.id = r.item_id where r.state = 'drafted' order by r.drafted_at limit 200`,
  );
  return rows;
}

/** Decides a draft, once; null: somebody was faster. */
export async function decideRedo(
  client: pg.PoolClient,
  draftId: number,
  state: 'sent' | 'dropped',
  personId: number,
  newOrder: string | null,
): Promise<number | null> {
  const { rows } = await client.query<{ itemId: number }>(
    `update redo_drafts set state = $2, decided_at = now(), decided_by = $3, new_order = $4
      where id = $1 and state = 'drafted' returning item_id::int as "itemId"`,
    [draftId, state, personId, newOrder],
  );
  return rows[0]?.itemId ?? null;
}

/** Whether this number was called back today, and how it went: why they ring back. */
export async function calledToday(
  pool: pg.Pool,
  number: string,
  sinceMs: number,
): Promise<{
  atMs: number;
  orderNo: string;
  result: string | null;
  satisfied: string | null;
  solved: boolean | null;
} | null> {
  const { rows } = await pool.query(
    `select ${ms('a.placed_at')} as "atMs", i.order_no as "orderNo", a.result, i.satisfied, i.solved
       from survey_attempts a join survey_items i on i.id = a.item_id
      where a.number = $1 and a.placed_at >= to_timestamp($2::float8 / 1000) order by a.placed_at desc limit 1`,
    [number, sinceMs],
  );
  return (rows[0] as never) ?? null;
}

/** The callback that this order has had (Article 14); null: none yet. */
export async function callbackOfOrder(
  pool: pg.Pool,
  orderNo: string,
): Promise<{
  atMs: number;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  solved: boolean | null;
} | null> {
  const { rows } = await pool.query<{
    atMs: number;
    satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
    solved: boolean | null;
  }>(
    `select ${ms('called_back_at')} as "atMs", satisfied, solved from survey_items
      where order_no = $1 and called_back_at is not null order by called_back_at desc limit 1`,
    [orderNo],
  );
  return rows[0] ?? null;
}

/** Callbacks done of the closed on-site orders of the last weekly campaign (MEASURES, sampling rate), by department. */
export async function samplingRates(pool: pg.Pool): Promise<{ department: string; rate: number }[]> {
  const { rows } = await pool.query<{ department: string; rate: number }>(
    `select department, (count(*) filter (where ${CALLBACK_LISTS.reached}))::float8 /
            count(*) filter (where ${CALLBACK_LISTS.population}) as rate
       from survey_items i where campaign_id = (select max(id) from survey_campaigns where weekly) group by department`,
  );
  return rows;
}
