/**
 * What happened on the floor, kept: facts and the tables that are read from, written together.
 *
 * Telling twice is telling once, in any order and by any number of services: a fact is a row by its id, and the row of a
 * call is the furthest telling of it under one total order (`progressOf`), so that it never goes backwards.
 */
import type pg from 'pg';
import type { Fact } from '../core/floor/fact.ts';
import { texts } from './arrays.ts';
import {
  agentStateColumns,
  anomalyColumns,
  callColumns,
  factColumns,
  furthestTellings,
  gapColumns,
  offerColumns,
  talkColumns,
  talkCountColumns,
  transferColumns,
} from './fact-columns.ts';
import { inTransaction } from './pool.ts';

export interface FactWriter {
  /**
   * Stores the facts and what follows from them. When it resolves they are on the disk; when it throws, tell them
   * again, all of them: what was stored already is not stored twice. Up to 2,000 facts go in one transaction.
   */
  write(facts: readonly Fact[]): Promise<void>;
}

export interface FactWriterOptions {
  /** told of a fact that the database cannot hold (a year 300000, say); an anomaly `fact-refused` is stored instead */
  onRefused?: (fact: Fact, cause: Error) => void;
}

const TRANSACTION_FACTS = 2000;
/** a backlog goes down in so many transactions side by side; each locks its calls in order, so none locks another out */
const LANES = 3;

/** The one writer of the floor's tables. Any number of them may write at the same time. */
export function createFactWriter(pool: pg.Pool, options: FactWriterOptions = {}): FactWriter {
  return {
    async write(facts) {
      let from = 0;
      const lane = async () => {
        while (from < facts.length) {
          const slice = facts.slice(from, from + TRANSACTION_FACTS);
          from += TRANSACTION_FACTS;
          await store(slice);
        }
      };
      // all lanes end before anybody is told: what is told again must not meet what is still being stored
      const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };

  /** One fact that cannot be stored must not hold up those behind it: it is found by halving and put aside. */
  async function store(facts: readonly Fact[]): Promise<void> {
    try {
      await inTransaction(pool, (client) => writeAll(client, facts));
    } catch (cause) {
      if (!isAboutData(cause)) throw cause;
      const [only] = facts;
      if (facts.length > 1) {
        const middle = facts.length >> 1;
        await store(facts.slice(0, middle));
        await store(facts.slice(middle));
      } else if (only) {
        options.onRefused?.(only, cause as Error);
        const detail = `${only.kind}: ${(cause as Error).message}`;
        await pool.query(REFUSED, [texts([only.id]), texts([detail])]);
      }
    }
  }
}

/** Class 21: cardinality, 22: data, 23: integrity constraint; everything else is the database's own trouble. */
function isAboutData(cause: unknown): boolean {
  return /^2[123]/.test(String((cause as { code?: unknown }).code ?? ''));
}

async function writeAll(client: pg.PoolClient, facts: readonly Fact[]): Promise<void> {
  // Rows are sorted, so that two writers of the same stream wait for each other instead of locking each other out.
  // While the server works on one statement, the arrays of the next are made.
  const tellings = furthestTellings(facts);
  const calls = run<{ call_id: string; anew: boolean }>(client, 'calls', CALLS, callColumns(tellings));
  const factArrays = factColumns([...facts].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)));
  const kept = await calls;

  const stored = run(client, 'facts', FACTS, factArrays);
  // offers, transfers and talks are those of the telling that was kept; one that lost leaves nothing
  const keptIds = new Set(kept.map((row) => row.call_id));
  const told = tellings.filter((telling) => keptIds.has(telling.callId));
  const offers = offerColumns(told);
  const transfers = transferColumns(told);
  const talks = talkColumns(told);
  await stored;

  await run(client, 'offers', OFFERS, offers);
  await run(client, 'transfers', TRANSFERS, transfers);
  await run(client, 'talks', TALKS, talks);
  const againIds = new Set(kept.filter((row) => !row.anew).map((row) => row.call_id));
  await run(client, 'fewer', FEWER, againIds.size > 0 ? [texts([...againIds])] : null);
  const again = told.filter(({ callId }) => againIds.has(callId));
  await run(client, 'fewer-talks', FEWER_TALKS, talkCountColumns(again));
  await run(client, 'agent-states', AGENT_STATES, agentStateColumns(facts));
  await run(client, 'gaps', GAPS, gapColumns(facts));
  await run(client, 'anomalies', ANOMALIES, anomalyColumns(facts));
}

async function run<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  name: string,
  text: string,
  columns: Buffer[] | null,
): Promise<Row[]> {
  if (columns === null) return [];
  const result = await client.query<Row>({ name: `facts-${name}`, text, values: columns });
  return result.rows;
}

const FACTS = `
  insert into facts (id, kind, at, call_id, body)
  select id, kind, to_timestamp(at_ms / 1000), call_id, body::jsonb
    from unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::text[]) as r(id, kind, at_ms, call_id, body)
  on conflict (id) do nothing`;

const CALLS = `
  insert into calls as c (call_id, direction, ani, dnis, party, queue, outcome, abandon_stage,
    arrived_at, queued_at, first_ring_at, answered_at, ended_at,
    wait_ms, ring_ms, rings, within_three_rings, talk_ms, hold_ms, hung_up_first, answered_by,
    offer_count, transfer_count, survey_id, survey_result, survey_score, anomalies, merged_into,
    told_progress, told_at_ms, told_by)
  select call_id, direction, ani, dnis, party, queue, outcome, abandon_stage,
    to_timestamp(arrived_ms / 1000), to_timestamp(queued_ms / 1000), to_timestamp(first_ring_ms / 1000),
    to_timestamp(answered_ms / 1000), to_timestamp(ended_ms / 1000),
    wait_ms, ring_ms, rings::integer, within_three_rings, talk_ms, hold_ms, hung_up_first, answered_by,
    offer_count::integer, transfer_count::integer, survey_id, survey_result, survey_score,
    string_to_array(anomalies, ','), merged_into, told_progress::integer, told_at_ms, told_by
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::float8[],
      $14::float8[], $15::float8[], $16::float8[], $17::boolean[], $18::float8[], $19::float8[], $20::text[],
      $21::text[], $22::float8[], $23::float8[], $24::text[], $25::text[], $26::float8[], $27::text[],
      $28::text[], $29::float8[], $30::float8[], $31::text[])
      as r(call_id, direction, ani, dnis, party, queue, outcome, abandon_stage,
        arrived_ms, queued_ms, first_ring_ms, answered_ms, ended_ms,
        wait_ms, ring_ms, rings, within_three_rings, talk_ms, hold_ms, hung_up_first,
        answered_by, offer_count, transfer_count, survey_id, survey_result, survey_score, anomalies,
        merged_into, told_progress, told_at_ms, told_by)
  on conflict (call_id) do update set
    direction = excluded.direction, ani = excluded.ani, dnis = excluded.dnis, party = excluded.party,
    queue = excluded.queue, outcome = excluded.outcome, abandon_stage = excluded.abandon_stage,
    arrived_at = excluded.arrived_at, queued_at = excluded.queued_at, first_ring_at = excluded.first_ring_at,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, wait_ms = excluded.wait_ms,
    ring_ms = excluded.ring_ms, rings = excluded.rings, within_three_rings = excluded.within_three_rings,
    talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, hung_up_first = excluded.hung_up_first,
    answered_by = excluded.answered_by, offer_count = excluded.offer_count,
    transfer_count = excluded.transfer_count, survey_id = excluded.survey_id,
    survey_result = excluded.survey_result, survey_score = excluded.survey_score, anomalies = excluded.anomalies,
    merged_into = excluded.merged_into,
    told_progress = excluded.told_progress, told_at_ms = excluded.told_at_ms, told_by = excluded.told_by
  where (excluded.told_progress, excluded.told_at_ms, excluded.told_by)
      > (c.told_progress, c.told_at_ms, c.told_by)
  returning call_id, xmax = 0 as anew`;

const OFFERS = `
  insert into offers as o (call_id, ordinal, agent, at, ring_ms, outcome)
  select call_id, ordinal::integer, agent, to_timestamp(at_ms / 1000), ring_ms, outcome
    from unnest($1::text[], $2::float8[], $3::text[], $4::float8[], $5::float8[], $6::text[])
      as r(call_id, ordinal, agent, at_ms, ring_ms, outcome)
  on conflict (call_id, ordinal) do update set
    agent = excluded.agent, at = excluded.at, ring_ms = excluded.ring_ms, outcome = excluded.outcome
  where (o.agent, o.at, o.ring_ms, o.outcome)
    is distinct from (excluded.agent, excluded.at, excluded.ring_ms, excluded.outcome)`;

const TRANSFERS = `
  insert into transfers as t (call_id, ordinal, kind, target, at, from_agent)
  select call_id, ordinal::integer, kind, target, to_timestamp(at_ms / 1000), from_agent
    from unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::float8[], $6::text[])
      as r(call_id, ordinal, kind, target, at_ms, from_agent)
  on conflict (call_id, ordinal) do update set
    kind = excluded.kind, target = excluded.target, at = excluded.at, from_agent = excluded.from_agent
  where (t.kind, t.target, t.at, t.from_agent)
    is distinct from (excluded.kind, excluded.target, excluded.at, excluded.from_agent)`;

const TALKS = `
  insert into talks as t (call_id, ordinal, agent, from_at, talk_ms, hold_ms)
  select call_id, ordinal::integer, agent, to_timestamp(from_ms / 1000), talk_ms, hold_ms
    from unnest($1::text[], $2::float8[], $3::text[], $4::float8[], $5::float8[], $6::float8[])
      as r(call_id, ordinal, agent, from_ms, talk_ms, hold_ms)
  on conflict (call_id, ordinal) do update set
    agent = excluded.agent, from_at = excluded.from_at, talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms
  where (t.agent, t.from_at, t.talk_ms, t.hold_ms)
    is distinct from (excluded.agent, excluded.from_at, excluded.talk_ms, excluded.hold_ms)`;

// … and of fewer talks
const FEWER_TALKS = `
  delete from talks t using unnest($1::text[], $2::float8[]) as told(call_id, talk_count)
   where t.call_id = told.call_id and t.ordinal >= told.talk_count`;

// a telling that knows more of the end may know of fewer offers
const FEWER = `
  with told as (
    select call_id, offer_count, transfer_count from calls where call_id = any($1::text[])
  ), offers_gone as (
    delete from offers o using told where o.call_id = told.call_id and o.ordinal >= told.offer_count
  )
  delete from transfers t using told where t.call_id = told.call_id and t.ordinal >= told.transfer_count`;

const AGENT_STATES = `
  insert into agent_states (id, agent, since_at, state, reason)
  select id, agent, to_timestamp(since_ms / 1000), state, reason
    from unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::text[]) as r(id, agent, since_ms, state, reason)
   order by id
  on conflict (id) do nothing`;

const GAPS = `
  insert into gaps (id, from_at, until_at)
  select id, to_timestamp(from_ms / 1000), to_timestamp(until_ms / 1000)
    from unnest($1::text[], $2::float8[], $3::float8[]) as r(id, from_ms, until_ms)
   order by id
  on conflict (id) do nothing`;

const ANOMALIES = `
  insert into anomalies (id, at, name, call_id, detail)
  select id, to_timestamp(at_ms / 1000), name, call_id, detail
    from unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::text[]) as r(id, at_ms, name, call_id, detail)
   order by id
  on conflict (id) do nothing`;

const REFUSED = `
  insert into anomalies (id, at, name, detail)
  select 'fact-refused:' || left(id, 500), now(), 'fact-refused', left(detail, 500)
    from unnest($1::text[], $2::text[]) as r(id, detail)
  on conflict (id) do nothing`;
