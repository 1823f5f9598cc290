/** Facts as the columns they fill, and which of two tellings of a call goes further. Pure. */
import type { Fact } from '../core/floor/fact.ts';
import type { CallRecord } from '../core/floor/record.ts';
import { talksOf } from '../core/floor/talks.ts';
import { callerNumber } from '../core/people/number.ts';
import { booleans, numbers, texts } from './arrays.ts';

/** One telling of a call: as far as it is known, and how far that is. */
export interface Telling {
  callId: string;
  /** of the fact that tells it */
  id: string;
  atMs: number;
  record: CallRecord;
  /** it proved to be a part of this other call */
  mergedInto: string | null;
  progress: number;
}

/** `facts`. A call's record is kept whole in its `call-ended`; the tellings before it are in `calls`. */
export function factColumns(facts: readonly Fact[]): Buffer[] {
  return [
    texts(facts.map((fact) => fact.id)),
    texts(facts.map((fact) => fact.kind)),
    numbers(facts.map((fact) => fact.atMs)),
    texts(facts.map((fact) => ('callId' in fact ? fact.callId : null))),
    texts(facts.map(bodyOf)),
  ];
}

function bodyOf(fact: Fact): string {
  const body: Record<string, unknown> = { ...fact };
  for (const column of ['id', 'kind', 'atMs', 'callId']) delete body[column];
  if (fact.kind !== 'call-ended') delete body['record'];
  const json = JSON.stringify(body);
  if (!json.includes('\\u')) return json;
  // jsonb refuses NUL and half a surrogate pair; a hostile caller id may have both
  return json.replace(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) =>
    found === '\\\\' ? found : '\ufffd',
  );
}

/** The furthest telling of each call among these facts, in the order of the call ids. */
export function furthestTellings(facts: readonly Fact[]): Telling[] {
  const furthest = new Map<string, Telling>();
  for (const fact of facts) {
    const telling = tellingOf(fact);
    if (!telling) continue;
    const before = furthest.get(telling.callId);
    if (!before || goesFurther(telling, before)) furthest.set(telling.callId, telling);
  }
  return [...furthest.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1));
}

function tellingOf(fact: Fact): Telling | null {
  if ('record' in fact) {
    const { callId, id, atMs, record } = fact;
    return { callId, id, atMs, record, mergedInto: null, progress: progressOf(fact.kind, record) };
  }
  if (fact.kind !== 'call-merged') return null;
  const { callId, id, atMs, into } = fact;
  return { callId, id, atMs, record: emptyRecord(callId, atMs), mergedInto: into, progress: MERGED };
}

/** Further than any record goes: a call that became part of another stays so, whatever is told of it later. */
const MERGED = 2 ** 30;

/**
 * How far a record knows its call: an end that is known, an end, an outcome, an answer, a ring, a queue, then the
 * number of offers and transfers. The switch's clock comes after these, for it may jump.
 */
function progressOf(kind: Fact['kind'], record: CallRecord): number {
  const ended = kind === 'call-ended';
  const steps = [
    ended && record.outcome !== 'unknown',
    ended,
    record.outcome !== null,
    record.answeredAtMs !== null,
    record.firstRingAtMs !== null,
    record.queuedAtMs !== null,
  ];
  const reached = steps.reduce((sum, step) => sum * 2 + (step ? 1 : 0), 0);
  return (
    (reached * 4096 + Math.min(record.offers.length, 4095)) * 1024 + Math.min(record.transfers.length, 1023)
  );
}

function goesFurther(a: Telling, b: Telling): boolean {
  if (a.progress !== b.progress) return a.progress > b.progress;
  return a.atMs !== b.atMs ? a.atMs > b.atMs : a.id > b.id;
}

/** `calls`; null: there is none to write. */
export function callColumns(tellings: readonly Telling[]): Buffer[] | null {
  if (tellings.length === 0) return null;
  const text = (of: (record: CallRecord) => string | null) => texts(tellings.map(({ record }) => of(record)));
  const number = (of: (record: CallRecord) => number | null) =>
    numbers(tellings.map(({ record }) => of(record)));
  return [
    texts(tellings.map((telling) => telling.callId)),
    text((record) => record.direction),
    text((record) => record.ani),
    text((record) => record.dnis),
    text(outsideParty),
    text((record) => record.queue),
    text((record) => record.outcome),
    text((record) => record.abandonStage),
    number((record) => record.arrivedAtMs),
    number((record) => record.queuedAtMs),
    number((record) => record.firstRingAtMs),
    number((record) => record.answeredAtMs),
    number((record) => record.endedAtMs),
    number((record) => record.waitMs),
    number((record) => record.ringMs),
    number((record) => record.rings),
    booleans(tellings.map(({ record }) => record.withinThreeRings)),
    number((record) => record.talkMs),
    number((record) => record.holdMs),
    text((record) => record.hungUpFirst),
    text((record) => record.answeredBy),
    number((record) => record.offers.length),
    number((record) => record.transfers.length),
    text((record) => record.survey?.id ?? null),
    text((record) => record.survey?.result ?? null),
    number((record) => record.survey?.score ?? null),
    text((record) => record.anomalies.join(',')),
    texts(tellings.map((telling) => telling.mergedInto)),
    numbers(tellings.map((telling) => telling.progress)),
    numbers(tellings.map((telling) => telling.atMs)),
    texts(tellings.map((telling) => telling.id)),
  ];
}

/** The number outside the house: who called, or who was called. */
function outsideParty({ direction, ani, dnis }: CallRecord): string | null {
  return callerNumber({ inbound: ani, outbound: dnis, internal: null }[direction]);
}

/** `offers` of these tellings; null: there is none. */
export function offerColumns(tellings: readonly Telling[]): Buffer[] | null {
  const rows = tellings.flatMap(({ callId, record }) =>
    record.offers.map((offer, ordinal) => ({ callId, ordinal, ...offer })),
  );
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.callId)),
    numbers(rows.map((row) => row.ordinal)),
    texts(rows.map((row) => row.agent)),
    numbers(rows.map((row) => row.atMs)),
    numbers(rows.map((row) => row.ringMs)),
    texts(rows.map((row) => row.outcome)),
  ];
}

/** `transfers` of these tellings; null: there is none. */
export function transferColumns(tellings: readonly Telling[]): Buffer[] | null {
  const rows = tellings.flatMap(({ callId, record }) =>
    record.transfers.map((transfer, ordinal) => ({ callId, ordinal, ...transfer })),
  );
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.callId)),
    numbers(rows.map((row) => row.ordinal)),
    texts(rows.map((row) => row.kind)),
    texts(rows.map((row) => row.to)),
    numbers(rows.map((row) => row.atMs)),
    texts(rows.map((row) => row.from ?? null)),
  ];
}

/** `talks` of these tellings; null: there is none. */
export function talkColumns(tellings: readonly Telling[]): Buffer[] | null {
  const rows = tellings.flatMap(({ callId, record }) =>
    talksOf(record).map((talk, ordinal) => ({ callId, ordinal, ...talk })),
  );
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.callId)),
    numbers(rows.map((row) => row.ordinal)),
    texts(rows.map((row) => row.agent)),
    numbers(rows.map((row) => row.fromMs)),
    numbers(rows.map((row) => row.talkMs)),
    numbers(rows.map((row) => row.holdMs)),
  ];
}

/** Calls whose rows were there, and how many talks each has by now; null: there is none. */
export function talkCountColumns(tellings: readonly Telling[]): Buffer[] | null {
  if (tellings.length === 0) return null;
  return [
    texts(tellings.map(({ callId }) => callId)),
    numbers(tellings.map(({ record }) => talksOf(record).length)),
  ];
}

/** `agent_states`; null: nobody's state changed. */
export function agentStateColumns(facts: readonly Fact[]): Buffer[] | null {
  const rows = facts.filter((fact) => fact.kind === 'agent-state-changed');
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.id)),
    texts(rows.map((row) => row.agent)),
    numbers(rows.map((row) => row.sinceMs)),
    texts(rows.map((row) => row.state)),
    texts(rows.map((row) => row.reason)),
  ];
}

/** `gaps`; null: there was none. */
export function gapColumns(facts: readonly Fact[]): Buffer[] | null {
  const rows = facts.filter((fact) => fact.kind === 'feed-gap');
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.id)),
    numbers(rows.map((row) => row.fromMs)),
    numbers(rows.map((row) => row.untilMs)),
  ];
}

/** `anomalies`; null: the world fitted the model. */
export function anomalyColumns(facts: readonly Fact[]): Buffer[] | null {
  const rows = facts.filter((fact) => fact.kind === 'anomaly');
  if (rows.length === 0) return null;
  return [
    texts(rows.map((row) => row.id)),
    numbers(rows.map((row) => row.atMs)),
    texts(rows.map((row) => row.name)),
    texts(rows.map((row) => row.callId)),
    texts(rows.map((row) => row.detail)),
  ];
}

function emptyRecord(callId: string, arrivedAtMs: number): CallRecord {
  return {
    callId,
    direction: 'internal',
    ani: null,
    dnis: null,
    queue: null,
    outcome: null,
    abandonStage: null,
    arrivedAtMs,
    queuedAtMs: null,
    firstRingAtMs: null,
    answeredAtMs: null,
    endedAtMs: null,
    waitMs: null,
    ringMs: null,
    rings: null,
    withinThreeRings: null,
    talkMs: null,
    holdMs: null,
    hungUpFirst: null,
    answeredBy: null,
    offers: [],
    transfers: [],
    survey: null,
    anomalies: [],
  };
}
