/** Invented calls, told as the floor tells them: a record that grows, and the facts of its steps. */
import type { Fact } from '../../src/core/floor/fact.ts';
import type { CallRecord, OfferRecord } from '../../src/core/floor/record.ts';

export interface Story {
  /** Linkedid */
  callId: string;
  ani: string | null;
  arrivedAtMs: number;
  /** before the answer, this many phones rang in vain */
  unanswered: number;
  end: 'answered' | 'abandoned' | 'in-greeting' | 'transferred' | 'unknown';
}

/** Everything that is told of one call, in order. */
export function factsOf(story: Story): Fact[] {
  const { callId, arrivedAtMs } = story;
  const facts: Fact[] = [];
  let record: CallRecord = newRecord(story);
  let atMs = arrivedAtMs;
  const id = (kind: string, detail = '') => `${callId}:${kind}:${detail}:${atMs.toFixed(3)}`;

  facts.push({ id: id('call-offered'), kind: 'call-offered', atMs, callId, record });
  if (story.end === 'in-greeting') {
    atMs += 2100.125;
    return [...facts, ...ended({ outcome: 'abandoned', abandonStage: 'ivr', hungUpFirst: 'caller' })];
  }

  atMs += 3005.25;
  record = { ...record, queue: 'hotline', queuedAtMs: atMs };
  facts.push({
    id: id('call-queued'),
    kind: 'call-queued',
    atMs,
    callId,
    queue: 'hotline',
    position: 1,
    record,
  });
  for (let n = 0; n < story.unanswered; n += 1) {
    const offerId = ring(`PJSIP/10${10 + n}`);
    atMs += 10_001.5;
    facts.push(closeOffer(offerId, 'no-answer', 10_001.5));
    atMs += 1000;
  }
  if (story.end === 'abandoned') {
    atMs += 4321.875;
    const since = { waitMs: atMs - record.queuedAtMs!, abandonStage: 'queue' as const };
    record = { ...record, outcome: 'abandoned', hungUpFirst: 'caller', ...since };
    facts.push({ id: id('call-abandoned'), kind: 'call-abandoned', atMs, callId, record });
    return [...facts, ...ended({})];
  }

  const offerId = ring('PJSIP/1001');
  atMs += 6504.75;
  const ringMs = atMs - record.firstRingAtMs!;
  closeOffer(offerId, 'answered', 6504.75);
  record = {
    ...record,
    answeredAtMs: atMs,
    answeredBy: 'PJSIP/1001',
    waitMs: atMs - record.queuedAtMs!,
    ringMs,
    rings: Math.floor(ringMs / 5000) + 1,
    withinThreeRings: ringMs < 15_000,
  };
  facts.push({
    id: id('call-answered'),
    kind: 'call-answered',
    atMs,
    callId,
    offerId,
    agent: 'PJSIP/1001',
    record,
  });
  if (story.end === 'transferred') {
    atMs += 20_000;
    record = { ...record, transfers: [{ kind: 'blind', to: '1002', atMs }] };
    facts.push({
      id: id('call-transferred'),
      kind: 'call-transferred',
      atMs,
      callId,
      to: '1002',
      how: 'blind',
      from: null,
    });
  }
  atMs += 65_432.0625;
  if (story.end === 'unknown') return [...facts, ...ended({ outcome: 'unknown', endedAtMs: null })];
  const talkMs = atMs - record.answeredAtMs!;
  return [...facts, ...ended({ outcome: 'answered', hungUpFirst: 'caller', talkMs, holdMs: 0 })];

  function ring(agent: string): string {
    const offerId = `${callId}-${record.offers.length + 1}`;
    const offer: OfferRecord = { agent, atMs, ringMs: null, outcome: null };
    record = {
      ...record,
      firstRingAtMs: record.firstRingAtMs ?? atMs,
      offers: [...record.offers, offer],
    };
    facts.push({
      id: id('agent-rang', offerId),
      kind: 'agent-rang',
      atMs,
      callId,
      offerId,
      agent,
      queue: 'hotline',
      record,
    });
    return offerId;
  }
  function closeOffer(offerId: string, outcome: 'answered' | 'no-answer', ringMs: number): Fact {
    const offers = record.offers.with(-1, { ...record.offers.at(-1)!, ringMs, outcome });
    record = { ...record, offers };
    const { agent } = offers.at(-1)!;
    return {
      id: id('offer-ended', offerId),
      kind: 'offer-ended',
      atMs,
      callId,
      offerId,
      agent,
      outcome,
      ringMs,
    };
  }
  function ended(change: Partial<CallRecord>): Fact[] {
    record = { ...record, endedAtMs: atMs, ...change };
    return [{ id: id('call-ended'), kind: 'call-ended', atMs, callId, record }];
  }
}

function newRecord({ callId, ani, arrivedAtMs }: Story): CallRecord {
  return {
    callId,
    direction: 'inbound',
    ani,
    dnis: '96666',
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
