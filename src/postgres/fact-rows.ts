/** Facts as rows: which columns they fill, and which of two tellings of a call goes further. Pure. */
import type { Fact } from '../core/floor/fact.ts';
import type { CallRecord } from '../core/floor/record.ts';
import { normaliseNumber } from '../core/people/number.ts';

/** A fact that carries the record of its call as far as it is known. */
export type Telling = Extract<Fact, { record: CallRecord }>;

/** One row of `facts`. A call's record is kept whole in its `call-ended`; the tellings before it are in `calls`. */
export function factRow(fact: Fact) {
  const { id, kind, atMs, ...rest } = fact;
  const body: Record<string, unknown> = rest;
  delete body['callId'];
  if (kind !== 'call-ended') delete body['record'];
  return { id, kind, at: atMs, callId: 'callId' in fact ? fact.callId : null, body };
}

/** The furthest telling of each call among these facts, in the order of the call ids. */
export function furthestTellings(facts: readonly Fact[]): Telling[] {
  const furthest = new Map<string, Telling>();
  for (const fact of facts) {
    if (!('record' in fact)) continue;
    const before = furthest.get(fact.callId);
    if (!before || goesFurther(fact, before)) furthest.set(fact.callId, fact);
  }
  return [...furthest.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1));
}

/**
 * How far a telling knows its call: an end that is known, an end, an outcome, an answer, a ring, a queue, then the
 * number of offers and transfers. The switch's clock comes after these, for it may jump.
 */
export function progressOf(fact: Telling): number {
  const { record } = fact;
  const ended = fact.kind === 'call-ended';
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
  const further = progressOf(a) - progressOf(b);
  if (further !== 0) return further > 0;
  return a.atMs !== b.atMs ? a.atMs > b.atMs : a.id > b.id;
}

/** One row of `calls`. */
export function callRow(fact: Telling) {
  const { offers, transfers, survey, ...columns } = fact.record;
  const outside = { inbound: columns.ani, outbound: columns.dnis, internal: null }[columns.direction];
  return {
    ...columns,
    callId: fact.callId,
    party: normaliseNumber(outside),
    surveyId: survey?.id ?? null,
    surveyResult: survey?.result ?? null,
    surveyScore: survey?.score ?? null,
    offerCount: offers.length,
    transferCount: transfers.length,
    toldProgress: progressOf(fact),
    toldAtMs: fact.atMs,
    toldBy: fact.id,
  };
}

/** Rows of `offers` of one telling. */
export function offerRows({ callId, record }: Telling) {
  return record.offers.map((offer, ordinal) => ({ callId, ordinal, ...offer }));
}

/** Rows of `transfers` of one telling. */
export function transferRows({ callId, record }: Telling) {
  return record.transfers.map(({ kind, to, atMs }, ordinal) => ({ callId, ordinal, kind, target: to, atMs }));
}

export function agentStateRow(fact: Fact) {
  if (fact.kind !== 'agent-state-changed') return [];
  const { id, agent, sinceMs, state, reason } = fact;
  return [{ id, agent, sinceMs, state, reason }];
}

export function gapRow(fact: Fact) {
  return fact.kind === 'feed-gap' ? [{ id: fact.id, fromMs: fact.fromMs, untilMs: fact.untilMs }] : [];
}

export function anomalyRow(fact: Fact) {
  if (fact.kind !== 'anomaly') return [];
  const { id, atMs, name, callId, detail } = fact;
  return [{ id, atMs, name, callId, detail }];
}
