/** Agents in a period: the offers to their phones, their talks and the spells that they spent in each state, counted and listed. */
import type pg from 'pg';
import { OFFER_CONDITIONS } from '../core/floor/call-conditions.ts';
import type { AgentCounts, OfferList } from '../core/office/call-lists.ts';
import type { Period } from '../core/office/period.ts';
import { conditionSql, OFFER_COLUMNS } from './measure-conditions.ts';
import { OF_THE_PERIOD, TALK_SUMS, TALKS_OF_THE_PERIOD } from './talks.ts';

/** MEASURES as conditions over `offers`. */
const OFFERS = Object.fromEntries(
  Object.entries(OFFER_CONDITIONS).map(([list, condition]) => [list, conditionSql(condition, OFFER_COLUMNS)]),
) as Record<OfferList, string>;
const NAMES = Object.keys(OFFERS) as OfferList[];

/** Every spell within the period; the one that still runs is as long as it is now. */
const SPELLS = `bounds as (select to_timestamp($1::float8 / 1000) as from_at, to_timestamp($2::float8 / 1000) as until_at,
      least(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000)) as last_at),
  states as (
    select agent, state, since_at, id from agent_states, bounds where since_at >= from_at and since_at < until_at
    union all
    -- the state in which each one came into the period
    select s.* from (select distinct agent from people where agent is not null) p, bounds,
      lateral (select agent, state, from_at as since_at, id from agent_states
                where agent = p.agent and since_at < from_at order by since_at desc, id desc limit 1) s
  ), ended as (
    select agent, state, since_at, id, lead(since_at) over (partition by agent order by since_at, id) as until_at from states
  ), spells as (
    select agent, state, since_at, id, coalesce(until_at, last_at) as until_at,
           greatest(0, extract(epoch from coalesce(until_at, last_at) - since_at) * 1000)::float8 as ms
      from ended, (select last_at from bounds) b
  )`;

/** Each agent's offers and talks of the period's calls and the time spent in each state within it; and all agents together. */
export async function countAgents(
  pool: pg.Pool,
  period: Period,
  nowMs: number,
): Promise<{ agents: AgentCounts[]; everybody: AgentCounts }> {
  const { rows } = await pool.query<AgentCounts>({
    name: 'agent-counts',
    text: AGENT_COUNTS,
    values: [period.fromMs, period.untilMs, nowMs],
  });
  return {
    agents: rows.filter(({ agent }) => agent !== ''),
    everybody: rows.find(({ agent }) => agent === '')!,
  };
}

const AGENT_COUNTS = `
  with ${SPELLS}, offered as (
    select coalesce(o.agent, '') as agent,
           ${NAMES.map((list) => `count(*) filter (where ${OFFERS[list]})::int as "${list}"`).join(', ')}
      from offers o join calls c using (call_id) where ${OF_THE_PERIOD}
     group by grouping sets ((o.agent), ())
  ), talked as (
    select coalesce(t.agent, '') as agent, ${TALK_SUMS}
      from ${TALKS_OF_THE_PERIOD} group by grouping sets ((t.agent), ())
  ), spent as (
    select coalesce(agent, '') as agent, jsonb_object_agg(state, ms) as states from (
      select agent, state, sum(ms) as ms from spells group by grouping sets ((agent, state), (state))) by_state group by 1
  )
  select agent, p.name, ${NAMES.map((list) => `coalesce("${list}", 0) as "${list}"`).join(', ')},
         coalesce(talked, 0) as talked, coalesce("talkMs", 0) as "talkMs", coalesce("holdMs", 0) as "holdMs",
         coalesce(states, '{}') as states
    from offered full join spent using (agent) full join talked using (agent) left join people p using (agent)
   order by agent`;

export interface ListedOffer {
  callId: string;
  ordinal: number;
  atMs: number;
  agent: string;
  agentName: string | null;
  ani: string | null;
  ringMs: number | null;
  outcome: string | null;
}

/** One page of the offers behind a number, newest first. */
export async function listOffers(
  pool: pg.Pool,
  period: Period,
  query: { list: OfferList; agent?: string | undefined },
  after: { atMs: number; callId: string; ordinal: number } | null,
  most: number,
): Promise<ListedOffer[]> {
  const { rows } = await pool.query<ListedOffer>(
    `select call_id as "callId", o.ordinal, (extract(epoch from o.at) * 1000)::float8 as "atMs", o.agent, p.name as "agentName",
            c.ani, o.ring_ms as "ringMs", o.outcome
       from offers o join calls c using (call_id) left join people p on p.agent = o.agent
      where ${OF_THE_PERIOD} and ${OFFERS[query.list]} and ($3::text is null or o.agent = $3)
        and ($4::float8 is null or (o.at, call_id, o.ordinal) < (to_timestamp($4 / 1000), $5, $6))
      order by o.at desc, call_id desc, o.ordinal desc limit $7`,
    [
      ...[period.fromMs, period.untilMs, query.agent ?? null],
      ...[after?.atMs ?? null, after?.callId ?? null, after?.ordinal ?? null, most],
    ],
  );
  return rows;
}

/** How many offers a list has. */
export async function countOffers(
  pool: pg.Pool,
  period: Period,
  query: { list: OfferList; agent?: string | undefined },
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from offers o join calls c using (call_id)
      where ${OF_THE_PERIOD} and ${OFFERS[query.list]} and ($3::text is null or o.agent = $3)`,
    [period.fromMs, period.untilMs, query.agent ?? null],
  );
  return rows[0]!.count;
}

export interface ListedSpell {
  id: string;
  agent: string;
  agentName: string | null;
  state: string;
  sinceMs: number;
  untilMs: number;
  ms: number;
}
export interface SpellQuery {
  states: readonly string[];
  agent?: string | undefined;
  /** a spell that still runs is as long as it is at this instant */
  nowMs: number;
}

/** One page of the spells that agents spent in some states, newest first. */
export async function listSpells(
  pool: pg.Pool,
  period: Period,
  query: SpellQuery,
  after: { sinceMs: number; id: string } | null,
  most: number,
): Promise<ListedSpell[]> {
  const { rows } = await pool.query<ListedSpell>(
    `with ${SPELLS}
     select s.id, s.agent, p.name as "agentName", state, (extract(epoch from since_at) * 1000)::float8 as "sinceMs",
            (extract(epoch from s.until_at) * 1000)::float8 as "untilMs", ms
       from spells s left join people p on p.agent = s.agent
      where state = any($4) and ($5::text is null or s.agent = $5)
        and ($6::float8 is null or (since_at, s.id) < (to_timestamp($6 / 1000), $7))
      order by since_at desc, s.id desc limit $8`,
    [
      ...[period.fromMs, period.untilMs, query.nowMs, query.states, query.agent ?? null],
      ...[after?.sinceMs ?? null, after?.id ?? null, most],
    ],
  );
  return rows;
}

/** How many spells there are, and how long they are together. */
export async function sumSpells(
  pool: pg.Pool,
  period: Period,
  query: SpellQuery,
): Promise<{ count: number; ms: number }> {
  const { rows } = await pool.query<{ count: number; ms: number }>(
    `with ${SPELLS}
     select count(*)::int as count, coalesce(sum(ms), 0)::float8 as ms from spells
      where state = any($4) and ($5::text is null or agent = $5)`,
    [period.fromMs, period.untilMs, query.nowMs, query.states, query.agent ?? null],
  );
  return rows[0]!;
}
