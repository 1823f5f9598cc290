import type { Language } from '../ivr/flow.ts';
import type {
  AbandonStage,
  CallRecord,
  Direction,
  OfferOutcome,
  OfferRecord,
  Outcome,
  SurveyRecord,
  TalkRecord,
  TransferRecord,
} from './record.ts';

/** Who is at the far end of a leg: the customer's line, one of our phones, or the switch's own plumbing (Local). */
export type Party = 'caller' | 'agent' | 'plumbing';

/** One agent's part of the talk with the caller, by their own leg. */
export interface Talk {
  agent: string;
  legId: string;
  /** null: nobody saw when it began */
  fromMs: number | null;
  /** null: it goes on */
  untilMs: number | null;
  holdMs: number;
}

export interface CallLeg {
  uniqueId: string;
  channel: string;
  party: Party;
  up: boolean;
  gone: boolean;
  /** this phone passed the call on: what it does from now on says nothing of the call */
  left?: boolean;
  /** the far end hung up on this leg */
  asked?: boolean;
  /** the feed was lost and nothing was heard of this leg since: a snapshot decides */
  unsure?: boolean;
  /** the leg of an offer (`Local/1001@agents`) for which the dialplan rang this phone */
  behind?: string;
}

/** An agent's phone that was called for this call. `rang` is null while it is presumed (the filtered feed does not tell). */
export interface Offer {
  offerId: string;
  agent: string;
  queue: string | null;
  atMs: number;
  rang: boolean | null;
  outcome: OfferOutcome | null;
  endedAtMs: number | null;
  ringMs: number | null;
  /** how the phone's leg ended, where it did so before anybody answered */
  cause: number;
  sipStatus: number;
  /** offer-ended was told */
  told: boolean;
  /** rung by the dialplan itself, past any queue: that it answered is told by its leg */
  dialled?: boolean;
  /** rung past the queue: the agent whose leg was lost is there again */
  returning?: boolean;
  /** the leg, where the offer is not named by it: a colleague picked the ringing call up, or the phone stands behind a Local */
  legId?: string;
  /** the phone was taken up: it rings no more, though caller and agent are not joined yet */
  takenUpAtMs?: number;
  /** the phone's leg ended, and what that meant is not told yet */
  legEndedAtMs?: number;
}

/** A call as the floor knows it while it lives: the facts from which its record is derived. Plain data. */
export interface Call {
  callId: string;
  direction: Direction;
  ani: string | null;
  dnis: string | null;
  /** the switch placed it (Originate): its root leg is the called party's */
  originated: boolean;
  /** the survey for which the switch placed it; what became of one that nobody took is told by the call's end */
  surveyId: string | null;
  arrivedAtMs: number;
  queue: string | null;
  queuedAtMs: number | null;
  /** that it waits was told by a snapshot in whole seconds: an event that says it better stands */
  queuedUnseen?: boolean;
  inQueue: boolean;
  leftQueueAtMs: number | null;
  refused: string | null;
  callbackRequested: boolean;
  answeredAtMs: number | null;
  answeredBy: string | null;
  answeredOfferId: string | null;
  /** a snapshot found it talking: it was answered while nobody listened, when is not known */
  answeredUnseen?: boolean;
  /** its begin was lost or lies before we listened */
  begunUnseen?: boolean;
  /** the caller's own end of the line hung up at this instant */
  callerHungUpAtMs: number | null;
  /** the leg that took the first one's place (a channel that was moved), where one did */
  rootId?: string;
  /** phones that rang at the instant the caller hung up or left the queue */
  ringingAtLeave: boolean;
  /** who sent the first BYE since the answer or the last transfer */
  firstHangUp: 'caller' | 'agent' | null;
  heldSinceMs: number | null;
  heldBy: string | null;
  holdMs: number;
  /** the answering agent's leg ended without anybody hanging up: a redirect, if the caller lives on */
  agentLeftAtMs: number | null;
  transferred: boolean;
  /** what the agent dialled to ask somebody before passing the call on */
  consulted?: string | null;
  /** where the dialplan took the caller since the answer: the aim of a redirect */
  wentTo?: string;
  /** the agent's phone died in mid-call at this instant and nobody has taken the caller back yet */
  lostAtMs: number | null;
  /** the agent that the switch rings again for this caller, past the queue */
  returningTo: string | null;
  // few, and each is put in by making the list anew: one that is pushed to keeps room for seventeen
  legs: CallLeg[];
  offers: Offer[];
  transfers: TransferRecord[];
  /** who talked with the caller, one after the other */
  talks: Talk[];
  /** the agent is gone and the caller stays to rate the call: what follows is no talk */
  talkEndedAtMs?: number;
  /** how many steps of the IVR were told */
  ivrSteps?: number;
  /** what they chose to hear in the IVR */
  language?: Language;
  survey: SurveyRecord | null;
  /** the keys pressed to its questions; not there: none yet */
  surveyKeys?: { id: string; keys: Record<string, string> };
  rootCause: number;
  rootSipStatus: number;
  /** the far end of a call that we placed rang, or the network said that it is at it */
  alerted?: boolean;
  /** the switch gave up waiting for the far end */
  timedOut?: boolean;
  anomalies: string[];
  endedAtMs: number | null;
  ended: boolean;
  lostInGap: boolean;
}

export function newCall(callId: string, direction: Direction, arrivedAtMs: number): Call {
  return {
    callId,
    direction,
    ani: null,
    dnis: null,
    originated: false,
    surveyId: /^survey-(.+)$/.exec(callId)?.[1] ?? null,
    arrivedAtMs,
    queue: null,
    queuedAtMs: null,
    inQueue: false,
    leftQueueAtMs: null,
    refused: null,
    callbackRequested: false,
    answeredAtMs: null,
    answeredBy: null,
    answeredOfferId: null,
    callerHungUpAtMs: null,
    ringingAtLeave: false,
    firstHangUp: null,
    heldSinceMs: null,
    heldBy: null,
    holdMs: 0,
    agentLeftAtMs: null,
    transferred: false,
    lostAtMs: null,
    returningTo: null,
    legs: [],
    offers: [],
    transfers: [],
    talks: [],
    survey: null,
    rootCause: 0,
    rootSipStatus: 0,
    anomalies: [],
    endedAtMs: null,
    ended: false,
    lostInGap: false,
  };
}

/** A place that a caller left to be called back, held in the queue by a call of the switch (dialplan, keep-queue). */
export function isKeptPlace(call: Pick<Call, 'callId'>): boolean {
  return call.callId.startsWith('keep-');
}

export function noteAnomaly(call: Call, name: string): boolean {
  if (call.anomalies.includes(name)) return false;
  call.anomalies = [...call.anomalies, name].sort();
  return true;
}

/** Somebody talked with the caller, whether or not it is known since when. */
export function isAnswered(call: Call): boolean {
  return call.answeredAtMs !== null || call.answeredUnseen === true;
}

/** The offers that ring now. */
export function openOffers(call: Call): Offer[] {
  return call.offers.filter(isOpen);
}

/** The leg on which the offer is rung, answered and ended. */
export function legIdOf(offer: Offer): string {
  return offer.legId ?? offer.offerId;
}

export function isOpen(offer: Offer): boolean {
  return offer.outcome === null && offer.takenUpAtMs === undefined && offer.legEndedAtMs === undefined;
}

/** tr: the first time that an agent's phone rang for this call, over all offers; a phone that was busy or not there never did. */
export function firstRingAtMs(call: Call): number | null {
  let first: number | null = null;
  for (const offer of call.offers) {
    if (offer.rang === false) continue;
    if (first === null || offer.atMs < first) first = offer.atMs;
  }
  return first;
}

export interface RingRule {
  ringCadenceMs: number;
  threeRingsMs: number;
}

/** Everything MEASURES says of one call, from what the switch said of it. */
export function recordOf(call: Call, rule: RingRule): CallRecord {
  const outcome = call.ended ? outcomeOf(call) : null;
  const stage = outcome === 'abandoned' && call.direction === 'inbound' ? stageOf(call) : null;
  const tr = firstRingAtMs(call);
  const te = call.endedAtMs;
  const waitEnd =
    call.answeredAtMs ??
    (outcome === 'abandoned'
      ? te
      : outcome === 'overflowed' || outcome === 'callback'
        ? call.leftQueueAtMs
        : null);
  const ringEnd = call.answeredAtMs ?? (stage === 'ringing' ? te : null);
  const inboundLike = call.direction === 'inbound';
  const ringMs = inboundLike ? span(tr, ringEnd) : null;
  const answered = call.answeredAtMs !== null;
  const whole = answered ? span(call.answeredAtMs, te === null ? null : (call.talkEndedAtMs ?? te)) : null;
  const holdMs = answered ? round(call.holdMs) : null;
  return {
    callId: call.callId,
    direction: call.direction,
    ani: call.ani,
    dnis: call.dnis,
    queue: call.queue,
    outcome,
    abandonStage: stage,
    arrivedAtMs: call.arrivedAtMs,
    queuedAtMs: call.queuedAtMs,
    firstRingAtMs: tr,
    answeredAtMs: call.answeredAtMs,
    endedAtMs: te,
    waitMs: inboundLike ? span(call.queuedAtMs, waitEnd) : null,
    ringMs,
    rings: ringMs === null ? null : Math.floor(ringMs / rule.ringCadenceMs) + 1,
    withinThreeRings: inboundLike ? within(outcome, ringMs, answered, rule) : null,
    talkMs: whole === null ? null : round(Math.max(0, whole - call.holdMs)),
    holdMs,
    hungUpFirst: outcome === null || outcome === 'unknown' ? null : hungUpFirst(call),
    answeredBy: call.answeredBy,
    offers: call.offers.map(offerRecord),
    transfers: call.transfers.map((one) => ({ ...one })),
    talks: call.talks.map((talk) => talkRecord(call, talk)),
    survey: surveyOf(call),
    anomalies: [...call.anomalies],
  };
}

/** false, too, for who never rang: nobody answered within three rings; null where that is not known (or not yet). */
function within(
  outcome: Outcome | null,
  ringMs: number | null,
  answered: boolean,
  rule: RingRule,
): boolean | null {
  if (answered && ringMs !== null) return ringMs < rule.threeRingsMs;
  if (outcome === null) return null;
  return outcome === 'answered' || outcome === 'unknown' ? null : false;
}

/** What was answered by keys counts though the result itself was never told. */
function surveyOf(call: Call): SurveyRecord | null {
  const told = call.surveyKeys;
  if (!told) return call.survey ? { ...call.survey } : null;
  const survey = call.survey ?? { id: told.id, result: 'hangup' as const, score: null };
  return { ...survey, answers: { ...told.keys } };
}

function talkRecord(call: Call, { agent, fromMs, untilMs, holdMs }: Talk): TalkRecord {
  const wholeMs = call.lostInGap ? null : span(fromMs, untilMs);
  return { agent, fromMs, talkMs: wholeMs === null ? null : round(Math.max(0, wholeMs - holdMs)), holdMs };
}

function offerRecord(offer: Offer): OfferRecord {
  return { agent: offer.agent, atMs: offer.atMs, ringMs: offer.ringMs, outcome: offer.outcome };
}

function outcomeOf(call: Call): Outcome {
  if (call.lostInGap) return 'unknown';
  if (isAnswered(call)) return 'answered';
  if (call.callbackRequested) return 'callback';
  if (call.direction !== 'inbound') return outcomeOfOurs(call);
  if (call.queuedAtMs === null) {
    // its begin was not seen: whether somebody talked with the caller before cannot be told
    if (call.begunUnseen && call.refused === null) return 'unknown';
    if (call.refused !== null) return 'blocked';
    return call.callerHungUpAtMs !== null ? 'abandoned' : 'blocked';
  }
  if (call.leftQueueAtMs === null) return 'abandoned';
  const hungUp = call.callerHungUpAtMs;
  return hungUp !== null && hungUp <= call.leftQueueAtMs ? 'abandoned' : 'overflowed';
}

/** Calls that we placed and nobody answered: refused by the far end, or given up by us. */
function outcomeOfOurs(call: Call): Outcome {
  const result = failedResult(call);
  return result === 'no-answer' || call.callerHungUpAtMs !== null ? 'abandoned' : 'blocked';
}

/** Why an originated call failed: Hangup's Cause and TechCause tell, OriginateResponse's Reason does not (ASTERISK.md). */
export function failedResult(call: Call): 'busy' | 'declined' | 'no-answer' | 'unreachable' {
  const { rootCause: cause, rootSipStatus: status } = call;
  // cause and status are then those of our own giving up
  if (call.timedOut) return call.alerted ? 'no-answer' : 'unreachable';
  if (cause === 17 || status === 486 || status === 600) return 'busy';
  if (status === 603 || (cause === 21 && status === 0)) return 'declined';
  if (status >= 400 && status !== 487) return 'unreachable';
  if (cause === 0 || cause === 16 || cause === 19 || cause === 26 || cause === 127) return 'no-answer';
  return cause === 21 ? 'declined' : 'unreachable';
}

function stageOf(call: Call): AbandonStage {
  if (call.queuedAtMs === null) return 'ivr';
  return call.ringingAtLeave ? 'ringing' : 'queue';
}

function hungUpFirst(call: Call): 'caller' | 'agent' | 'pbx' {
  if (isAnswered(call)) return call.firstHangUp ?? 'pbx';
  // of a call that we placed the first leg is ours
  if (call.callerHungUpAtMs !== null) return call.direction === 'outbound' ? 'agent' : 'caller';
  return 'pbx';
}

function span(fromMs: number | null, untilMs: number | null): number | null {
  if (fromMs === null || untilMs === null) return null;
  const ms = untilMs - fromMs;
  return ms < 0 ? null : round(ms);
}

/** Differences of instants carry floating-point noise below the switch's microseconds. */
export function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
