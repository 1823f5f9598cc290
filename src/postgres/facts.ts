/**
 * What happened on the floor, kept: facts and the tables that are read from, written together.
 *
 * Telling twice is telling once, in any order and by any number of services: a fact is a row by its id, and the row of a
 * call is the furthest telling of it under one total order (`progressOf`), so that it never goes backwards.
 */
import type pg from 'pg';
import type { Fact } from '../core/floor/fact.ts';
import {
  agentStateRow,
  anomalyRow,
  callRow,
  factRow,
  furthestTellings,
  gapRow,
  offerRows,
  transferRows,
} from './fact-rows.ts';
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

/** The one writer of the floor's tables. Any number of them may write at the same time. */
export function createFactWriter(pool: pg.Pool, options: FactWriterOptions = {}): FactWriter {
  return {
    async write(facts) {
      for (let from = 0; from < facts.length; from += TRANSACTION_FACTS) {
        await store(facts.slice(from, from + TRANSACTION_FACTS));
      }
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
        await inTransaction(pool, (client) =>
          client.query(REFUSED, [asJson([refusal(only, cause as Error)])]),
        );
      }
    }
  }
}

/** Class 21: cardinality, 22: data, 23: integrity constraint; everything else is the database's own trouble. */
function isAboutData(cause: unknown): boolean {
  return /^2[123]/.test(String((cause as { code?: unknown }).code ?? ''));
}

function refusal(fact: Fact, cause: Error) {
  return { id: fact.id, kind: fact.kind, detail: `${fact.kind}: ${cause.message}`.slice(0, 500) };
}

async function writeAll(client: pg.PoolClient, facts: readonly Fact[]): Promise<void> {
  // sorted, so that two writers of the same stream wait for each other instead of locking each other out
  await run(client, 'facts', FACTS, facts.map(factRow).sort(byId));
  const tellings = furthestTellings(facts);
  const kept = await run<{ call_id: string; anew: boolean }>(client, 'calls', CALLS, tellings.map(callRow));
  // offers and transfers are those of the telling that was kept; one that lost leaves nothing
  const keptIds = new Set(kept.map((row) => row.call_id));
  const told = tellings.filter((telling) => keptIds.has(telling.callId));
  await run(client, 'offers', OFFERS, told.flatMap(offerRows));
  await run(client, 'transfers', TRANSFERS, told.flatMap(transferRows));
  await run(
    client,
    'fewer',
    FEWER,
    kept.filter((row) => !row.anew),
  );
  await run(client, 'agent-states', AGENT_STATES, facts.flatMap(agentStateRow));
  await run(client, 'gaps', GAPS, facts.flatMap(gapRow));
  await run(client, 'anomalies', ANOMALIES, facts.flatMap(anomalyRow));
}

async function run<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  name: string,
  text: string,
  rows: unknown[],
): Promise<Row[]> {
  if (rows.length === 0) return [];
  const result = await client.query<Row>({ name: `facts-${name}`, text, values: [asJson(rows)] });
  return result.rows;
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Postgres text holds neither NUL nor half a surrogate pair; a hostile caller id may have both. */
function asJson(rows: unknown): string {
  const json = JSON.stringify(rows);
  if (!json.includes('\\u')) return json;
  return json.replace(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) =>
    found === '\\\\' ? found : '\ufffd',
  );
}

const FACTS = `
  insert into facts (id, kind, at, call_id, body)
  select id, kind, to_timestamp(at / 1000), "callId", body
    from json_to_recordset($1) as r(id text, kind text, at float8, "callId" text, body jsonb)
  on conflict (id) do nothing`;

const CALLS = `
  insert into calls as c (call_id, direction, ani, dnis, party, queue, outcome, abandon_stage,
    arrived_at, queued_at, first_ring_at, answered_at, ended_at,
    wait_ms, ring_ms, rings, within_three_rings, talk_ms, hold_ms, hung_up_first, answered_by,
    offer_count, transfer_count, survey_id, survey_result, survey_score, anomalies,
    told_progress, told_at_ms, told_by)
  select "callId", direction, ani, dnis, party, queue, outcome, "abandonStage",
    to_timestamp("arrivedAtMs" / 1000), to_timestamp("queuedAtMs" / 1000), to_timestamp("firstRingAtMs" / 1000),
    to_timestamp("answeredAtMs" / 1000), to_timestamp("endedAtMs" / 1000),
    "waitMs", "ringMs", rings, "withinThreeRings", "talkMs", "holdMs", "hungUpFirst", "answeredBy",
    "offerCount", "transferCount", "surveyId", "surveyResult", "surveyScore", anomalies,
    "toldProgress", "toldAtMs", "toldBy"
    from json_to_recordset($1) as r("callId" text, direction text, ani text, dnis text, party text, queue text,
      outcome text, "abandonStage" text, "arrivedAtMs" float8, "queuedAtMs" float8, "firstRingAtMs" float8,
      "answeredAtMs" float8, "endedAtMs" float8, "waitMs" float8, "ringMs" float8, rings integer,
      "withinThreeRings" boolean, "talkMs" float8, "holdMs" float8, "hungUpFirst" text, "answeredBy" text,
      "offerCount" integer, "transferCount" integer, "surveyId" text, "surveyResult" text, "surveyScore" float8,
      anomalies text[], "toldProgress" integer, "toldAtMs" float8, "toldBy" text)
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
    told_progress = excluded.told_progress, told_at_ms = excluded.told_at_ms, told_by = excluded.told_by
  where (excluded.told_progress, excluded.told_at_ms, excluded.told_by)
      > (c.told_progress, c.told_at_ms, c.told_by)
  returning call_id, xmax = 0 as anew`;

const OFFERS = `
  insert into offers as o (call_id, ordinal, agent, at, ring_ms, outcome)
  select r."callId", r.ordinal, r.agent, to_timestamp(r."atMs" / 1000), r."ringMs", r.outcome
    from json_to_recordset($1) as r("callId" text, ordinal integer, agent text, "atMs" float8,
      "ringMs" float8, outcome text)
  on conflict (call_id, ordinal) do update set
    agent = excluded.agent, at = excluded.at, ring_ms = excluded.ring_ms, outcome = excluded.outcome
  where (o.agent, o.at, o.ring_ms, o.outcome)
    is distinct from (excluded.agent, excluded.at, excluded.ring_ms, excluded.outcome)`;

const TRANSFERS = `
  insert into transfers as t (call_id, ordinal, kind, target, at)
  select r."callId", r.ordinal, r.kind, r.target, to_timestamp(r."atMs" / 1000)
    from json_to_recordset($1) as r("callId" text, ordinal integer, kind text, target text,
      "atMs" float8)
  on conflict (call_id, ordinal) do update set
    kind = excluded.kind, target = excluded.target, at = excluded.at
  where (t.kind, t.target, t.at) is distinct from (excluded.kind, excluded.target, excluded.at)`;

// a telling that knows more of the end may know of fewer offers
const FEWER = `
  with told as (
    select c.call_id, c.offer_count, c.transfer_count
      from json_to_recordset($1) as r(call_id text)
      join calls c using (call_id)
  ), offers_gone as (
    delete from offers o using told where o.call_id = told.call_id and o.ordinal >= told.offer_count
  )
  delete from transfers t using told where t.call_id = told.call_id and t.ordinal >= told.transfer_count`;

const AGENT_STATES = `
  insert into agent_states (id, agent, since_at, state, reason)
  select id, agent, to_timestamp("sinceMs" / 1000), state, reason
    from json_to_recordset($1) as r(id text, agent text, "sinceMs" float8, state text, reason text)
   order by id
  on conflict (id) do nothing`;

const GAPS = `
  insert into gaps (id, from_at, until_at)
  select id, to_timestamp("fromMs" / 1000), to_timestamp("untilMs" / 1000)
    from json_to_recordset($1) as r(id text, "fromMs" float8, "untilMs" float8)
   order by id
  on conflict (id) do nothing`;

const ANOMALIES = `
  insert into anomalies (id, at, name, call_id, detail)
  select id, to_timestamp("atMs" / 1000), name, "callId", detail
    from json_to_recordset($1) as r(id text, "atMs" float8, name text, "callId" text, detail text)
   order by id
  on conflict (id) do nothing`;

const REFUSED = `
  insert into anomalies (id, at, name, detail)
  select 'fact-refused:' || left(id, 500), now(), 'fact-refused', detail
    from json_to_recordset($1) as r(id text, kind text, detail text)
  on conflict (id) do nothing`;
