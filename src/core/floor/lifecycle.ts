import { isAnswered, isKeptPlace, noteAnomaly, recordOf, type Call, type CallLeg } from './call.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import {
  begunUnseen,
  callOf,
  channelBase,
  FURNITURE,
  isPlumbing,
  legOf,
  locate,
  offeredFact,
  root,
} from './legs.ts';
import { answered, doubled, judge, notAnswered, offered, offerOf, someoneRings } from './offers.ts';
import { channelNumberOf, endCall, isTrunk, openCall, release, tellOffer, type Floor } from './state.ts';
import { originateAnswered, originateFailed, surveyAnswered, surveySaid } from './surveys.ts';
import { ivrAsked, ivrStep } from './ivr.ts';
import { attended, hold, leave, redirected, resume, transferred } from './transfers.ts';

/** What one event means to the call it belongs to. */
export function stepCall(floor: Floor, event: SwitchEvent, facts: Fact[]): void {
  switch (event.kind) {
    case 'channel-created':
      return created(floor, event, facts);
    case 'survey-said':
      return surveySaid(floor, event);
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
  floor.suspects.delete(call.callId);
  const leg = legOf(floor, call, event.leg);
  switch (event.kind) {
    case 'caller-id-changed':
      if (leg === root(call) && call.queuedAtMs === null && !call.ended && event.number !== null)
        call.ani = event.number;
      return;
    case 'dial-began':
      floor.hearsRinging = true;
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
      leg.up = true;
      if (offerOf(call, event.leg)?.dialled) return takenUp(floor, call, event, facts);
      if (isKeptPlace(call)) return; // that the caller was reached is told by the dialplan
      if (call.direction !== 'inbound' && call.answeredAtMs === null && isFarEnd(call, leg))
        answeredFar(call, leg, event.atMs);
      return;
    case 'queue-joined':
      return joined(floor, call, event, facts);
    case 'found-waiting':
      return foundWaiting(call, event);
    case 'queue-left':
      call.inQueue = false;
      call.leftQueueAtMs = event.atMs;
      if (call.callerHungUpAtMs === null) call.ringingAtLeave = someoneRings(floor, call, event.atMs);
      return;
    case 'queue-refused':
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
      redirected(call, event.leg, '');
      return;
    case 'went-to':
      if (leg !== root(call) || event.exten === 'h') return;
      if (isAnswered(call) && event.exten !== 's') call.wentTo = event.exten;
      redirected(call, null, event.exten);
      return;
    case 'transferred-blind':
      leave(call, event.leg);
      transferred(call, 'blind', event.to, event.atMs, facts);
      return;
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
      if (call.answeredAtMs !== null) call.lostAtMs ??= event.atMs;
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
  if (FURNITURE.test(leg.channel)) return;
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
    const began = known.legs.some((one) => one.party !== 'plumbing');
    const { party } = legOf(floor, known, leg);
    if (known.direction === 'internal' && isTrunk(floor, leg.channel)) known.direction = 'outbound';
    if (!began && party !== 'plumbing') offeredFact(floor, known, facts);
    redirected(known, leg, '');
    return;
  }
  if (floor.ended.has(leg.linkedId)) return;
  if (leg.uniqueId !== leg.linkedId) {
    if (!isPlumbing(leg.channel)) begunUnseen(floor, leg, atMs, facts, !event.incoming);
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
  if (leg.uniqueId.startsWith('survey-')) floor.failedSurveyId = null;
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
}

function joined(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'queue-joined' }>,
  facts: Fact[],
): void {
  if (call.queuedUnseen) call.queuedAtMs = event.atMs;
  call.queuedUnseen = false;
  call.queuedAtMs ??= event.atMs;
  call.queue = event.queue;
  call.inQueue = true;
  call.leftQueueAtMs = null;
  if (call.answeredAtMs === null && event.number !== null) call.ani = event.number;
  if (isAnswered(call) && !call.transferred) call.wentTo ??= event.queue;
  redirected(call, null, call.wentTo ?? event.queue);
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

function hangupRequested(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hangup-requested' }>,
): void {
  if (leg.party === 'plumbing') return;
  const offer = offerOf(call, event.leg);
  if (offer && offer.outcome === null) {
    offer.cause = event.cause;
    offer.sipStatus = event.sipStatus;
    return;
  }
  if (leg === root(call) && !isAnswered(call)) {
    if (call.originated && leg.party === 'caller') {
      call.rootCause = event.cause;
      call.rootSipStatus = event.sipStatus;
    } else if (call.callerHungUpAtMs === null) {
      call.callerHungUpAtMs = event.atMs;
      call.ringingAtLeave = someoneRings(floor, call, event.atMs);
    }
  }
  // who passed the call on has left it, and who refused a transfer was never in it
  const refuses = !leg.up && (event.sipStatus >= 300 || ![0, 16].includes(event.cause));
  if (isAnswered(call) && !leg.left && !refuses) call.firstHangUp ??= sideOf(call, leg);
}

function sideOf(call: Call, leg: CallLeg): 'caller' | 'agent' {
  if (call.direction === 'internal') return leg === root(call) ? 'caller' : 'agent';
  // an outside line to which an agent passed the caller on stands for the agent
  const first = root(call);
  if (call.direction === 'inbound' && first) return leg === first ? 'caller' : 'agent';
  return leg.party === 'caller' ? 'caller' : 'agent';
}

function hungUp(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hung-up' }>,
  facts: Fact[],
): void {
  leg.gone = true;
  const offer = offerOf(call, event.leg);
  if (offer && offer.outcome !== 'answered') {
    offer.cause ||= event.cause;
    offer.sipStatus ||= event.sipStatus;
    // refine what RingTime 0 could not tell: the leg's own end says why
    if (offer.outcome === 'unreachable' && !offer.told) judge(floor, offer, offer.endedAtMs ?? event.atMs);
    // past the queue nobody says RingNoAnswer
    if (offer.dialled && offer.outcome === null) {
      judge(floor, offer, event.atMs);
      release(floor, offer.agent, offer.offerId, '', event.atMs, facts);
    }
    tellOffer(call, offer, event.atMs, facts);
  }
  if (call.heldBy === leg.uniqueId) resume(floor, call, event.atMs, facts);
  if (leg === root(call)) {
    if (event.rang) call.alerted = true;
    call.rootCause ||= event.cause;
    call.rootSipStatus ||= event.sipStatus;
    if (call.originated && call.answeredAtMs === null && call.direction === 'outbound') {
      // OriginateResponse, and the survey's id, are late events of a failed originate: it ends with them
      call.endedAtMs = event.atMs;
      // now and then it is said first
      if (call.originateFailed)
        originateFailed(floor, call, call.originateFailed.surveyId, event.atMs, facts);
      return;
    }
    if (!goesOn(call, leg)) endCall(floor, call, event.atMs, facts);
    return;
  }
  if (leg.uniqueId === call.answeredOfferId || (offer && offer.outcome === 'answered')) {
    release(floor, channelBase(leg.channel), leg.uniqueId, call.callId, event.atMs, facts);
    if (offer) release(floor, offer.agent, offer.offerId, call.callId, event.atMs, facts);
    const nobodyHungUp = call.firstHangUp === null && !call.transferred && call.callerHungUpAtMs === null;
    if (nobodyHungUp && !leg.left && call.lostAtMs == null) call.agentLeftAtMs = event.atMs;
    // the caller may be at the new place before the agent's leg is gone
    if (call.wentTo !== undefined) redirected(call, null, call.wentTo);
  }
  const first = root(call);
  if ((!first || first.gone) && !othersLive(call, leg)) endCall(floor, call, event.atMs, facts);
}

/** The first leg went and the call did not: ours, from which the customer was passed on, or the plumbing that placed it. */
function goesOn(call: Call, first: CallLeg): boolean {
  const passedOn = call.direction !== 'inbound' && call.transferred;
  return (first.party === 'plumbing' || passedOn) && othersLive(call, first);
}

function othersLive(call: Call, but: CallLeg): boolean {
  return call.legs.some((one) => one !== but && !one.gone && !one.left && one.party !== 'plumbing');
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

function takenUp(
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
