import { isAnswered, isKeptPlace, noteAnomaly, recordOf, type Call, type CallLeg } from './call.ts';
import { channelBase, isTrunk, kindOf, localPair } from './channels.ts';
import { hangupRequested, hungUp, standIn } from './ending.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { ivrAsked, ivrStep } from './ivr.ts';
import { begunUnseen, callOf, isTold, legOf, locate, offeredFact, root } from './legs.ts';
import {
  answered,
  doubled,
  isWaiting,
  leaveUndecided,
  notAnswered,
  offered,
  offerOf,
  someoneRings,
  takenUp,
} from './offers.ts';
import { channelNumberOf, openCall, type Floor } from './state.ts';
import { originateAnswered, surveyAnswered, surveyNamed, surveySaid } from './surveys.ts';
import { beginTalk, endTalk, talkOf } from './talks.ts';
import { agentOn, attended, hold, redirected, transferredBlind } from './transfers.ts';

/** What one event means to the call it belongs to. */
export function stepCall(floor: Floor, event: SwitchEvent, facts: Fact[]): void {
  switch (event.kind) {
    case 'channel-created':
      return created(floor, event, facts);
    case 'survey-said':
      return surveySaid(floor, event);
    case 'survey-named':
      return surveyNamed(floor, event);
    case 'survey-answered':
      return surveyAnswered(floor, event);
    case 'originate-answered':
      return originateAnswered(floor, event, facts);
    default:
      break;
  }
  if (!('leg' in event)) return;
  const call = locate(floor, event.leg, event, facts);
  if (!call) return;
  const leg = legOf(floor, call, event.leg);
  switch (event.kind) {
    case 'caller-id-changed':
      if (leg === root(call) && call.queuedAtMs === null && !call.ended && event.number !== null)
        call.ani = event.number;
      return;
    case 'dial-began':
      floor.hearsRinging = true;
      behindOf(call, leg, event.from ?? '');
      if (call.returningTo != null && channelBase(event.leg.channel) === call.returningTo)
        return rung(floor, call, event, call.returningTo, facts);
      // a number of their own, or the greeting, leads past the queue to this phone
      if (isPastQueue(call) && leg.party === 'agent')
        return rung(floor, call, event, channelBase(event.leg.channel), facts);
      if (event.dialled && (call.dnis === null || call.dnis === 's') && call.direction === 'outbound')
        call.dnis = event.dialled;
      return;
    case 'leg-progresses':
    case 'leg-rings': {
      floor.hearsRinging = true;
      const offer = offerOf(call, event.leg);
      if (offer && offer.outcome === null) offer.rang = true;
      if (leg === root(call)) call.alerted = true;
      return;
    }
    case 'leg-up':
      return legUp(floor, call, leg, event, facts);
    case 'queue-joined':
      return joined(floor, call, event, facts);
    case 'found-waiting':
      if (isWaiting(call, leg)) foundWaiting(call, event);
      return;
    case 'queue-left':
      if (!isWaiting(call, leg)) return;
      call.inQueue = false;
      call.leftQueueAtMs = event.atMs;
      if (call.callerHungUpAtMs === null) call.ringingAtLeave = someoneRings(floor, call, event.atMs);
      leaveUndecided(floor, call, event.atMs, facts);
      return;
    case 'queue-refused':
      if (!isWaiting(call, leg)) return;
      call.refused = event.status;
      if (event.status === 'CODEC') noteAnomaly(call, 'no-common-codec');
      return;
    case 'agent-called':
      return offered(floor, call, event, facts);
    case 'agent-answered':
      return answered(floor, call, event, facts);
    case 'agent-did-not-answer':
      return notAnswered(floor, call, event, facts);
    case 'hangup-requested':
      return hangupRequested(floor, call, leg, event);
    case 'hangup-ordered':
      // the switch was told to end this leg: what follows is no redirect
      if (leg.party === 'agent') leg.left = true;
      return;
    case 'hung-up':
      return hungUp(floor, call, leg, event, facts);
    case 'held':
    case 'resumed':
      return hold(floor, call, leg, event, facts);
    case 'bridge-entered':
      redirected(floor, call, event.leg, '', facts);
      return;
    case 'went-to':
      if (leg !== root(call) || event.exten === 'h') return;
      if (isAnswered(call) && event.exten !== 's') call.wentTo = event.exten;
      redirected(floor, call, null, event.exten, facts);
      return;
    case 'transferred-blind':
      return transferredBlind(floor, call, event, facts);
    case 'transferred-attended':
      return attended(floor, call, event, facts);
    case 'callback-requested':
      call.callbackRequested = true;
      return;
    case 'ivr-step':
      return ivrStep(call, event, facts);
    case 'ivr-asked':
      return ivrAsked(call, event, facts);
    case 'agent-leg-lost':
      // who is dead has not talked since they were last heard
      call.lostAtMs = Math.max(event.atMs - (event.silentMs ?? 0), call.answeredAtMs ?? 0);
      call.agentLeftAtMs = null;
      endTalk(call, call.lostAtMs);
      noteAnomaly(call, 'agent-leg-lost');
      facts.push({
        kind: 'agent-lost',
        id: `${call.callId}:lost:${event.atMs}`,
        atMs: event.atMs,
        callId: call.callId,
        offerId: call.offers.findLast((one) => one.outcome === 'answered')?.offerId ?? '',
        agent: event.agent,
      });
      return;
    case 'caller-waits':
      // by a lost leg it is known already; else a leader took the call over and did not answer
      if (call.answeredAtMs !== null) {
        call.lostAtMs ??= event.atMs;
        endTalk(call, event.atMs);
      }
      return;
    case 'agent-returns':
      call.returningTo = event.agent;
      return;
    default:
      return;
  }
}

function created(
  floor: Floor,
  event: Extract<SwitchEvent, { kind: 'channel-created' }>,
  facts: Fact[],
): void {
  const { leg, atMs } = event;
  if (kindOf(floor, leg.channel) === 'furniture') return;
  // a leader's ear in somebody else's call, and what is written into the switch's database, are no calls
  if (/^(spy|whisper|write)-/.test(leg.uniqueId)) {
    floor.ended.add(leg.uniqueId);
    return;
  }
  const number = channelNumberOf(leg.uniqueId);
  if (number !== null && number > floor.channelNumber) floor.channelNumber = number;
  if (floor.legs.has(leg.uniqueId)) return createdLate(floor, event);
  const known = callOf(floor, leg.linkedId);
  if (known) {
    const began = isTold(known);
    const mine = legOf(floor, known, leg);
    standIn(known, mine);
    if (known.direction === 'internal' && isTrunk(floor, leg.channel)) known.direction = 'outbound';
    if (!began && mine.party !== 'plumbing') offeredFact(floor, known, facts);
    redirected(floor, known, leg, '', facts);
    return;
  }
  if (floor.ended.has(leg.linkedId) || floor.ended.has(leg.uniqueId) || floor.merged.has(leg.linkedId))
    return;
  if (leg.uniqueId !== leg.linkedId) {
    if (kindOf(floor, leg.channel) !== 'local') begunUnseen(floor, leg, atMs, facts, !event.incoming);
    return;
  }
  const trunk = isTrunk(floor, leg.channel);
  const direction = leg.uniqueId.startsWith('keep-')
    ? 'outbound'
    : trunk
      ? event.incoming
        ? 'inbound'
        : 'outbound'
      : 'internal';
  const call = openCall(floor, leg.linkedId, direction, atMs);
  call.ani = event.number;
  call.dnis = event.exten && event.exten !== 's' ? event.exten : null;
  call.originated = !event.incoming;
  // of a call that a program places through the dialplan the first leg is plumbing: it is told with its first line
  if (legOf(floor, call, leg).party !== 'plumbing') offeredFact(floor, call, facts);
  else call.dnis = /^Local\/(\d+)@/.exec(leg.channel)?.[1] ?? null;
}

/** Newchannel of a leg that is known: told twice, or told after what followed from it. */
function createdLate(floor: Floor, event: Extract<SwitchEvent, { kind: 'channel-created' }>): void {
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '');
  if (!call || event.leg.uniqueId !== call.callId || event.atMs >= call.arrivedAtMs)
    return doubled(floor, event.leg);
  call.arrivedAtMs = event.atMs;
  call.begunUnseen = false;
  call.ani ??= event.number;
  if (event.exten && event.exten !== 's') call.dnis ??= event.exten;
}

/** A caller whom the dialplan leads to a phone without any queue. */
function isPastQueue(call: Call): boolean {
  return call.direction === 'inbound' && call.queuedAtMs === null && !call.begunUnseen && !isAnswered(call);
}

/** In a call that we placed: the leg whose going up is the answer. */
function isFarEnd(call: Call, leg: CallLeg): boolean {
  if (leg.party === 'plumbing') return false;
  const first = root(call);
  return leg !== first || (call.originated && first?.party === 'caller');
}

function answeredFar(call: Call, leg: CallLeg, atMs: number): void {
  call.answeredAtMs = atMs;
  call.answeredBy = leg.party === 'agent' ? channelBase(leg.channel) : null;
  const first = root(call);
  const agentLeg = leg.party === 'agent' ? leg : first?.party === 'agent' && !first.gone ? first : null;
  if (agentLeg) beginTalk(call, channelBase(agentLeg.channel), agentLeg.uniqueId, atMs);
}

function legUp(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'leg-up' }>,
  facts: Fact[],
): void {
  if (leg.gone) return;
  leg.up = true;
  const offer = offerOf(call, event.leg);
  if (offer?.dialled) return answeredPastQueue(floor, call, event, facts);
  if (offer) return takenUp(floor, call, offer, leg, event.atMs, facts);
  if (isKeptPlace(call)) return; // that the caller was reached is told by the dialplan
  if (call.direction !== 'inbound' && call.answeredAtMs === null && isFarEnd(call, leg))
    return answeredFar(call, leg, event.atMs);
  // to whom the caller was passed on, past any queue
  const isNext = call.answeredAtMs !== null && talkOf(call) === null && call.transferred;
  if (isNext && leg.party === 'agent' && leg !== root(call) && !leg.left)
    beginTalk(call, agentOn(floor, leg), leg.uniqueId, event.atMs);
}

/** A phone that the dialplan rings for a queue's member that is a Local: it stands behind that member's leg. */
function behindOf(call: Call, leg: CallLeg, from: string): void {
  const pair = localPair(from);
  if (pair === null || leg.party !== 'agent') return;
  const member = call.legs.find((one) => one.party === 'agent' && one.channel === `${pair};1`);
  if (member) leg.behind = member.uniqueId;
}

function joined(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'queue-joined' }>,
  facts: Fact[],
): void {
  const leg = legOf(floor, call, event.leg);
  if (!isWaiting(call, leg)) return;
  if (call.queuedUnseen) {
    call.queuedAtMs = event.atMs;
    call.queuedUnseen = false;
  }
  call.queuedAtMs ??= event.atMs;
  call.queue = event.queue;
  call.inQueue = true;
  call.leftQueueAtMs = null;
  if (call.answeredAtMs === null && event.number !== null) call.ani = event.number;
  if (isAnswered(call) && !call.transferred) call.wentTo ??= event.queue;
  redirected(floor, call, null, call.wentTo ?? event.queue, facts);
  // who had an agent and waits again does not talk: it counts as hold until somebody takes them, as after a lost phone
  if (call.answeredAtMs !== null && isAlone(call)) {
    call.lostAtMs ??= event.atMs;
    endTalk(call, event.atMs);
  }
  const record = recordOf(call, floor.settings);
  facts.push({
    kind: 'call-queued',
    id: `${call.callId}:queued:${event.queue}:${event.atMs}`,
    atMs: event.atMs,
    callId: call.callId,
    queue: event.queue,
    position: event.position,
    record,
  });
}

/** QueueEntry of a snapshot: who waits, since which second. */
function foundWaiting(call: Call, event: Extract<SwitchEvent, { kind: 'found-waiting' }>): void {
  if (call.inQueue || isAnswered(call)) return;
  if (call.queuedAtMs === null) {
    call.queuedAtMs = Math.max(event.atMs, call.arrivedAtMs);
    call.queuedUnseen = true;
    noteAnomaly(call, 'found-by-snapshot');
  }
  call.queue = event.queue;
  call.inQueue = true;
  call.leftQueueAtMs = null;
  call.ani ??= event.number;
}

/** No agent is with the caller. */
function isAlone(call: Call): boolean {
  return !call.legs.some((leg) => leg.party === 'agent' && leg.up && !leg.gone && !leg.left);
}

/** The dialplan rings a phone for a caller, past the queue: an offer like the queue's. */
function rung(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'dial-began' }>,
  agent: string,
  facts: Fact[],
): void {
  const { atMs, leg } = event;
  const caller = { uniqueId: call.callId, linkedId: call.callId, channel: root(call)?.channel ?? '' };
  const name = floor.agents.get(agent)?.name ?? agent;
  const said = { atMs, leg: caller, agentLeg: leg, queue: call.queue ?? '', agent, name, number: call.ani };
  offered(floor, call, { kind: 'agent-called', ...said }, facts, true);
}

function answeredPastQueue(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'leg-up' }>,
  facts: Fact[],
): void {
  const offer = offerOf(call, event.leg)!;
  if (offer.outcome !== null) return;
  const caller = { uniqueId: call.callId, linkedId: call.callId, channel: root(call)?.channel ?? '' };
  const { agent, queue } = offer;
  const name = floor.agents.get(agent)?.name ?? agent;
  const said = { atMs: event.atMs, leg: caller, agentLeg: event.leg, queue: queue ?? '', agent, name };
  answered(floor, call, { kind: 'agent-answered', ...said, number: call.ani }, facts);
}
