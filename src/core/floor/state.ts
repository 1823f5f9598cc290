import { newAgent, settle, type Agent } from './agents.ts';
import {
  failedResult,
  isAnswered,
  newCall,
  noteAnomaly,
  recordOf,
  round,
  type Call,
  type Offer,
} from './call.ts';
import { phoneEnded } from './legs.ts';
import { endTalk } from './talks.ts';
import type { Fact } from './fact.ts';

export interface FloorSettings {
  ringCadenceMs: number;
  threeRingsMs: number;
  /** which endpoints are lines to the outside, a regular expression over `trunk` of `PJSIP/trunk-0000001a` */
  trunkPattern: string;
}

/** Everything that lives on the switch at this moment, folded from its events. The fold's own value: step changes it in place. */
export interface Floor {
  settings: FloorSettings;
  trunk: RegExp;
  calls: Map<string, Call>;
  /** leg's Uniqueid ─▶ callId, of live calls */
  legs: Map<string, string>;
  /** Linkedid of a call that became part of another ─▶ that other's callId */
  merged: Map<string, string>;
  agents: Map<string, Agent>;
  /** `PJSIP/1001` ─▶ the legs of that phone that live, whatever they are in; not saved, found again from the calls */
  phones: Map<string, Set<string>>;
  /** where each phone is registered (`PJSIP/1001`), and whether it answers there; not in it: nobody told of it yet */
  registrations: Map<string, { contact: string; there: boolean }>;
  /** calls that ended lately: their late events (Hangup of an agent's leg, QueueCallerLeave, …) open nothing */
  ended: Set<string>;
  /** calls with legs of which the feed heard nothing since it was lost: a snapshot, or a new process of the switch, decides */
  suspects: Set<string>;
  lostAtMs: number | null;
  lastAtMs: number;
  /** the highest channel number of this process of the switch; a lower one means another process */
  channelNumber: number;
  /** this feed tells of ringing phones (an unfiltered account does, a filtered one may not) */
  hearsRinging: boolean;
}

/** The named list of what can fail to fit. Counted, never thrown. */
export const ANOMALIES = [
  'agent-leg-lost',
  'answered-unseen',
  'began-unseen',
  'clock-went-back',
  'event-doubled',
  'event-without-privilege',
  'event-without-timestamp',
  'forged-event',
  'left-after-agent-lost',
  'found-by-snapshot',
  'negative-span',
  'no-common-codec',
  'repeated-header',
  'step-failed',
] as const;

const ENDED_KEPT = 5000;

export function openFloor(settings: FloorSettings): Floor {
  return {
    settings,
    trunk: new RegExp(settings.trunkPattern, 'i'),
    calls: new Map(),
    legs: new Map(),
    merged: new Map(),
    agents: new Map(),
    phones: new Map(),
    registrations: new Map(),
    ended: new Set(),
    suspects: new Set(),
    lostAtMs: null,
    lastAtMs: 0,
    channelNumber: -1,
    hearsRinging: false,
  };
}

/** A call whose end nobody saw. What is known of it (its ring, its answer) is kept. */
export function endUnknown(floor: Floor, call: Call, facts: Fact[]): void {
  call.lostInGap = true;
  endCall(floor, call, floor.lostAtMs ?? floor.lastAtMs, facts);
}

/** The one place where a call ends. */
export function endCall(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  if (call.ended) return;
  call.ended = true;
  freeAgents(floor, call, atMs, facts);
  // the switch's own plumbing, to which no line ever came, is no call
  if (call.legs.length > 0 && call.legs.every((leg) => leg.party === 'plumbing'))
    return forgetCall(floor, call);
  call.endedAtMs = call.lostInGap ? null : atMs;
  endTalk(call, atMs);
  if (call.heldSinceMs !== null) {
    if (!call.lostInGap) call.holdMs += Math.max(0, atMs - call.heldSinceMs);
    call.heldSinceMs = null;
  }
  if (call.lostAtMs != null) {
    if (!call.lostInGap) call.holdMs += Math.max(0, atMs - call.lostAtMs);
    call.lostAtMs = null;
    if (call.anomalies.includes('agent-leg-lost')) noteAnomaly(call, 'left-after-agent-lost');
  }
  for (const offer of call.offers) {
    if (offer.outcome === null && !call.lostInGap)
      cancelOffer(floor, offer, leftOfferAtMs(call, offer, atMs));
    tellOffer(call, offer, atMs, facts);
  }
  // nobody took it: what that means for the survey is told by how it ended
  if (call.surveyId !== null && call.originated && !call.lostInGap && !isAnswered(call))
    call.survey ??= { id: call.surveyId, result: failedResult(call), score: null };
  const record = recordOf(call, floor.settings);
  if (
    record.direction === 'inbound' &&
    record.waitMs === null &&
    record.queuedAtMs !== null &&
    record.answeredAtMs !== null &&
    noteAnomaly(call, 'negative-span')
  ) {
    record.anomalies = [...call.anomalies];
  }
  if (record.outcome === 'abandoned') {
    facts.push({ kind: 'call-abandoned', id: `${call.callId}:abandoned`, atMs, callId: call.callId, record });
  }
  facts.push({ kind: 'call-ended', id: `${call.callId}:ended`, atMs, callId: call.callId, record });
  forgetCall(floor, call);
}

/** When an offer that nobody decided was over: its phone's leg ended, the caller left the queue, or the call ended. */
function leftOfferAtMs(call: Call, offer: Offer, endedAtMs: number): number {
  if (offer.legEndedAtMs !== undefined) return offer.legEndedAtMs;
  const { leftQueueAtMs } = call;
  return leftQueueAtMs !== null && leftQueueAtMs >= offer.atMs ? leftQueueAtMs : endedAtMs;
}

/** No agent talks in this call, nor rings for it, any more. */
function freeAgents(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  for (const agent of floor.agents.values()) {
    for (const [legId, leg] of agent.legs)
      if (leg.callId === call.callId) release(floor, agent.agent, legId, atMs, facts);
  }
}

function forgetCall(floor: Floor, call: Call): void {
  floor.calls.delete(call.callId);
  floor.suspects.delete(call.callId);
  for (const leg of call.legs) {
    floor.legs.delete(leg.uniqueId);
    phoneEnded(floor, leg);
  }
  floor.ended.add(call.callId);
  keepNewest(floor.ended);
  keepNewest(floor.merged);
}

function keepNewest(names: Set<string> | Map<string, string>): void {
  for (const oldest of names.keys()) {
    if (names.size <= ENDED_KEPT) return;
    names.delete(oldest);
  }
}

/** A phone that gives no ring within this time is not there. */
const RINGS_WITHIN_MS = 1000;

/**
 * Does this phone ring. A queue passes on that a phone rings by 180 and not that it does so by 183: of one that is there
 * (registered, and not found dead) and has not refused within a second, no word is no proof that it never rang.
 */
export function ringsNow(floor: Floor, offer: Offer, atMs: number): boolean {
  if (offer.rang !== null) return offer.rang;
  if (!floor.hearsRinging) return true;
  const isThere = floor.registrations.get(offer.agent)?.there === true;
  return isThere && offer.cause === 0 && atMs - offer.atMs >= RINGS_WITHIN_MS;
}

/** The caller gave up or another phone answered. Of a phone that did not ring all the while it is said that it is not there. */
export function cancelOffer(floor: Floor, offer: Offer, atMs: number): void {
  const endMs = Math.max(offer.atMs, offer.takenUpAtMs ?? atMs);
  const ms = endMs - offer.atMs;
  offer.rang = offer.takenUpAtMs !== undefined || ringsNow(floor, offer, atMs);
  offer.outcome = offer.rang || ms < RINGS_WITHIN_MS ? 'cancelled' : 'unreachable';
  offer.endedAtMs = endMs;
  offer.ringMs = offer.rang ? round(ms) : 0;
}

/** Tells that an offer is over, once. */
export function tellOffer(call: Call, offer: Call['offers'][number], atMs: number, facts: Fact[]): void {
  if (offer.told || offer.outcome === null) return;
  offer.told = true;
  facts.push({
    kind: 'offer-ended',
    id: `${call.callId}:offer:${offer.offerId}`,
    atMs: offer.endedAtMs ?? atMs,
    callId: call.callId,
    offerId: offer.offerId,
    agent: offer.agent,
    outcome: offer.outcome,
    ringMs: offer.ringMs,
  });
}

/** This leg of the agent's phone rings no more, nor does the agent talk on it. */
export function release(floor: Floor, name: string, legId: string, atMs: number, facts: Fact[]): void {
  const agent = floor.agents.get(name);
  if (!agent) return;
  agent.legs.delete(legId);
  // The phone's own state follows in a few ms (QueueMemberStatus); until then it is what it must be.
  const others = floor.phones.get(name);
  const isFree = !others || others.size === 0 || (others.size === 1 && others.has(legId));
  if (agent.legs.size === 0 && isFree) {
    for (const member of agent.queues.values()) if (BUSY_DEVICES.has(member.device)) member.device = 1;
  }
  tell(facts, settle(agent, atMs));
}

/** Asterisk's device states of a phone that is rung, spoken on or held. */
const BUSY_DEVICES: ReadonlySet<number> = new Set([2, 3, 6, 7, 8]);

export function agentOf(floor: Floor, name: string, shown: string, atMs: number): Agent {
  let agent = floor.agents.get(name);
  if (!agent) {
    agent = newAgent(name, shown, atMs);
    floor.agents.set(name, agent);
  }
  return agent;
}

/** Opens a call that just reached the switch, or that the feed sees for the first time. */
export function openCall(floor: Floor, callId: string, direction: Call['direction'], atMs: number): Call {
  const call = newCall(callId, direction, atMs);
  floor.calls.set(callId, call);
  return call;
}

export function tell(facts: Fact[], fact: Fact | null): void {
  if (fact) facts.push(fact);
}

export function misfit(
  facts: Fact[],
  name: string,
  callId: string | null,
  detail: string,
  atMs: number,
): void {
  const at = Number.isFinite(atMs) ? atMs : 0;
  facts.push({
    kind: 'anomaly',
    id: `anomaly:${name}:${callId ?? ''}:${at}:${detail}`,
    atMs: at,
    name,
    callId,
    detail,
  });
}

export function channelNumberOf(uniqueId: string): number | null {
  const told = /\.(\d+)$/.exec(uniqueId)?.[1];
  return told === undefined ? null : Number(told);
}
