import {
  failedResult,
  noteAnomaly,
  openOffers,
  recordOf,
  round,
  type Call,
  type CallLeg,
  type Offer,
} from './call.ts';
import type { Leg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import {
  agentOf,
  channelNumberOf,
  endCall,
  endpointOf,
  isTrunk,
  openCall,
  release,
  tell,
  tellOffer,
  type Floor,
} from './floor.ts';
import { settle } from './agents.ts';

/** Channels that are the switch's own furniture and never a call. */
const FURNITURE = /^(OutgoingSpoolFailed|Message\/|Announcer\/|CBAnn\/|CBRec\/|Recorder\/)/;

/** What one event means to the call it belongs to. */
export function stepCall(floor: Floor, event: SwitchEvent, facts: Fact[]): void {
  switch (event.kind) {
    case 'channel-created':
      return created(floor, event, facts);
    case 'survey-said':
      return surveySaid(floor, event);
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
      if (event.dialled && (call.dnis === null || call.dnis === 's') && call.direction === 'outbound')
        call.dnis = event.dialled;
      return;
    case 'leg-rings': {
      floor.hearsRinging = true;
      const offer = offerOf(call, event.leg);
      if (offer && offer.outcome === null) offer.rang = true;
      return;
    }
    case 'leg-up':
      leg.up = true;
      if (call.direction !== 'inbound' && call.answeredAtMs === null && isFarEnd(call, leg))
        answeredFar(call, leg, event.atMs);
      return;
    case 'queue-joined':
      return joined(floor, call, event, facts);
    case 'queue-left':
      call.inQueue = false;
      call.leftQueueAtMs = event.atMs;
      if (call.callerHungUpAtMs === null) call.ringingAtLeave = someoneRings(floor, call);
      return;
    case 'queue-refused':
      call.refused = event.status;
      return;
    case 'agent-called':
      return offered(floor, call, event, facts);
    case 'agent-answered':
      return answered(floor, call, event, facts);
    case 'agent-did-not-answer':
      return notAnswered(floor, call, event, facts);
    case 'hangup-requested':
      return hangupRequested(floor, call, leg, event);
    case 'hung-up':
      return hungUp(floor, call, leg, event, facts);
    case 'held':
    case 'resumed':
      return hold(floor, call, leg, event, facts);
    case 'bridge-entered':
      redirected(call, event.leg, '');
      return;
    case 'went-to':
      if (leg === root(call) && event.exten !== 'h') redirected(call, null, event.exten);
      return;
    case 'transferred-blind':
      call.transfers.push({ kind: 'blind', to: event.to, atMs: event.atMs });
      transferTold(call, event.to, 'blind', event.atMs, facts);
      return;
    case 'transferred-attended':
      return attended(floor, call, event, facts);
    case 'callback-requested':
      call.callbackRequested = true;
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
  const number = channelNumberOf(leg.uniqueId);
  if (number !== null && number > floor.channelNumber) floor.channelNumber = number;
  if (floor.legs.has(leg.uniqueId)) return doubled(floor, leg);
  const known = callOf(floor, leg.linkedId);
  if (known) {
    legOf(floor, known, leg);
    if (known.direction === 'internal' && isTrunk(floor, leg.channel)) known.direction = 'outbound';
    redirected(known, leg, '');
    return;
  }
  if (floor.ended.has(leg.linkedId) || leg.channel.startsWith('Local/')) return;
  if (leg.uniqueId !== leg.linkedId) {
    begunUnseen(floor, leg, atMs, facts);
    return;
  }
  const trunk = isTrunk(floor, leg.channel);
  const direction = trunk ? (event.incoming ? 'inbound' : 'outbound') : 'internal';
  const call = openCall(floor, leg.linkedId, direction, atMs);
  call.ani = event.number;
  call.dnis = event.exten && event.exten !== 's' ? event.exten : null;
  call.originated = !event.incoming;
  if (leg.uniqueId.startsWith('survey-')) floor.failedSurveyId = null;
  legOf(floor, call, leg);
  offeredFact(floor, call, facts);
}

function offeredFact(floor: Floor, call: Call, facts: Fact[]): void {
  const record = recordOf(call, floor.settings);
  facts.push({
    kind: 'call-offered',
    id: `${call.callId}:offered`,
    atMs: call.arrivedAtMs,
    callId: call.callId,
    record,
  });
}

/** Its first event was lost, or was said before we listened: it is measured from where we saw it. */
function begunUnseen(floor: Floor, leg: Leg, atMs: number, facts: Fact[]): Call {
  const call = openCall(floor, leg.linkedId, 'inbound', atMs);
  noteAnomaly(call, 'began-unseen');
  legOf(floor, call, leg);
  offeredFact(floor, call, facts);
  return call;
}

function doubled(floor: Floor, leg: Leg): void {
  const call = floor.calls.get(floor.legs.get(leg.uniqueId)!);
  if (call) noteAnomaly(call, 'event-doubled');
}

/** The call that a Linkedid names, through merges. */
function callOf(floor: Floor, linkedId: string): Call | undefined {
  return floor.calls.get(linkedId) ?? floor.calls.get(floor.merged.get(linkedId) ?? '');
}

function locate(floor: Floor, leg: Leg, event: SwitchEvent, facts: Fact[]): Call | undefined {
  const byLink = callOf(floor, leg.linkedId);
  const own = floor.calls.get(floor.legs.get(leg.uniqueId) ?? '');
  if (own && byLink && own !== byLink) return merge(floor, own, byLink, facts);
  const call = own ?? byLink;
  if (call) return call;
  if (floor.ended.has(leg.linkedId) || floor.merged.has(leg.linkedId) || FURNITURE.test(leg.channel))
    return undefined;
  const begins =
    event.kind === 'queue-joined' || event.kind === 'agent-called' || event.kind === 'agent-answered';
  return begins ? begunUnseen(floor, leg, event.atMs, facts) : undefined;
}

/** Two calls became one (attended transfer): the older one goes on with the legs of both. */
function merge(floor: Floor, one: Call, other: Call, facts: Fact[]): Call {
  const [kept, gone] = one.arrivedAtMs <= other.arrivedAtMs ? [one, other] : [other, one];
  for (const leg of gone.legs) {
    kept.legs.push(leg);
    floor.legs.set(leg.uniqueId, kept.callId);
  }
  kept.offers.push(...gone.offers);
  floor.calls.delete(gone.callId);
  floor.suspects.delete(gone.callId);
  floor.merged.set(gone.callId, kept.callId);
  facts.push({
    kind: 'call-merged',
    id: `${gone.callId}:merged`,
    atMs: gone.arrivedAtMs,
    callId: gone.callId,
    into: kept.callId,
  });
  return kept;
}

function legOf(floor: Floor, call: Call, told: Leg): CallLeg {
  let leg = call.legs.find((one) => one.uniqueId === told.uniqueId);
  if (!leg) {
    const party = told.channel.startsWith('Local/')
      ? 'plumbing'
      : isTrunk(floor, told.channel)
        ? 'caller'
        : 'agent';
    leg = { uniqueId: told.uniqueId, channel: told.channel, party, up: false, gone: false };
    call.legs.push(leg);
    floor.legs.set(told.uniqueId, call.callId);
  }
  return leg;
}

function root(call: Call): CallLeg | undefined {
  return call.legs.find((leg) => leg.uniqueId === call.callId);
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

function channelBase(channel: string): string {
  return `${channel.split('/')[0]}/${endpointOf(channel)}`;
}

function joined(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'queue-joined' }>,
  facts: Fact[],
): void {
  call.queuedAtMs ??= event.atMs;
  call.queue = event.queue;
  call.inQueue = true;
  call.leftQueueAtMs = null;
  if (call.answeredAtMs === null && event.number !== null) call.ani = event.number;
  redirected(call, null, event.queue);
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

function offered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-called' }>,
  facts: Fact[],
): void {
  legOf(floor, call, event.agentLeg).party = 'agent';
  if (offerOf(call, event.agentLeg)) return doubled(floor, event.leg);
  if (call.ani === null) call.ani = event.number;
  call.queue ??= event.queue;
  call.offers.push({
    offerId: event.agentLeg.uniqueId,
    agent: event.agent,
    queue: event.queue,
    atMs: event.atMs,
    rang: null,
    outcome: null,
    endedAtMs: null,
    ringMs: null,
    cause: 0,
    sipStatus: 0,
    told: false,
  });
  const agent = agentOf(floor, event.agent, event.name, event.atMs);
  agent.ringing.set(event.agentLeg.uniqueId, call.callId);
  tell(facts, settle(agent, event.atMs));
  facts.push({
    kind: 'agent-rang',
    id: `${call.callId}:rang:${event.agentLeg.uniqueId}`,
    atMs: event.atMs,
    callId: call.callId,
    offerId: event.agentLeg.uniqueId,
    agent: event.agent,
    queue: event.queue,
    record: recordOf(call, floor.settings),
  });
}

function answered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-answered' }>,
  facts: Fact[],
): void {
  legOf(floor, call, event.agentLeg).party = 'agent';
  let offer = offerOf(call, event.agentLeg);
  if (!offer) {
    // AgentCalled was lost: that it rang is known, since when is not.
    offered(floor, call, { ...event, kind: 'agent-called' }, facts);
    noteAnomaly(call, 'began-unseen');
    offer = offerOf(call, event.agentLeg)!;
  }
  if (offer.outcome === 'answered') return doubled(floor, event.leg);
  offer.rang = true;
  end(offer, 'answered', event.atMs);
  for (const other of openOffers(call)) {
    end(other, 'cancelled', event.atMs);
    tellOffer(call, other, event.atMs, facts);
    release(floor, other.agent, other.offerId, '', event.atMs, facts);
  }
  call.inQueue = false;
  call.leftQueueAtMs ??= event.atMs;
  if (call.answeredAtMs === null) {
    call.answeredAtMs = event.atMs;
    call.answeredBy = event.agent;
    call.answeredOfferId = offer.offerId;
  }
  call.firstHangUp = null;
  const agent = agentOf(floor, event.agent, event.name, event.atMs);
  agent.ringing.delete(offer.offerId);
  agent.callId = call.callId;
  agent.held = false;
  tell(facts, settle(agent, event.atMs));
  tellOffer(call, offer, event.atMs, facts);
  facts.push({
    kind: 'call-answered',
    id: `${call.callId}:answered:${offer.offerId}`,
    atMs: event.atMs,
    callId: call.callId,
    offerId: offer.offerId,
    agent: event.agent,
    record: recordOf(call, floor.settings),
  });
}

/** The queue took the offer back: it rang out, or the phone refused or could not be reached at once (RingTime 0). */
function notAnswered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-did-not-answer' }>,
  facts: Fact[],
): void {
  const offer = offerOf(call, event.agentLeg);
  if (!offer || offer.outcome !== null) return;
  judge(floor, offer, event.atMs);
  release(floor, offer.agent, offer.offerId, '', event.atMs, facts);
  // Why a phone refused may stand in its leg's Hangup only, which follows.
  const leg = call.legs.find((one) => one.uniqueId === offer.offerId);
  if (offer.outcome !== 'unreachable' || leg?.gone) tellOffer(call, offer, event.atMs, facts);
}

function judge(floor: Floor, offer: Offer, atMs: number): void {
  const rang = offer.rang ?? (floor.hearsRinging ? false : atMs - offer.atMs > 500 && offer.cause === 0);
  const refused = offer.cause === 17 || offer.cause === 21 || [486, 600, 603].includes(offer.sipStatus);
  offer.rang = rang;
  end(offer, refused ? 'busy' : rang ? 'no-answer' : 'unreachable', atMs);
}

function end(offer: Offer, outcome: NonNullable<Offer['outcome']>, atMs: number): void {
  offer.outcome = outcome;
  offer.endedAtMs = atMs;
  const rang = outcome === 'answered' || offer.rang !== false;
  offer.ringMs = rang ? round(Math.max(0, atMs - offer.atMs)) : 0;
}

function offerOf(call: Call, leg: Leg): Offer | undefined {
  return call.offers.find((offer) => offer.offerId === leg.uniqueId);
}

function someoneRings(floor: Floor, call: Call): boolean {
  return openOffers(call).some((offer) => offer.rang ?? !floor.hearsRinging);
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
  if (leg === root(call) && call.answeredAtMs === null) {
    if (call.originated) {
      call.rootCause = event.cause;
      call.rootSipStatus = event.sipStatus;
    } else if (call.callerHungUpAtMs === null) {
      call.callerHungUpAtMs = event.atMs;
      call.ringingAtLeave = someoneRings(floor, call);
    }
  }
  if (call.answeredAtMs !== null) call.firstHangUp ??= sideOf(call, leg);
}

function sideOf(call: Call, leg: CallLeg): 'caller' | 'agent' {
  if (call.direction === 'internal') return leg === root(call) ? 'caller' : 'agent';
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
    tellOffer(call, offer, event.atMs, facts);
  }
  if (call.heldBy === leg.uniqueId) resume(floor, call, event.atMs, facts);
  if (leg === root(call)) {
    call.rootCause ||= event.cause;
    call.rootSipStatus ||= event.sipStatus;
    if (call.originated && call.answeredAtMs === null && call.direction === 'outbound') {
      // OriginateResponse, and the survey's id, are late events of a failed originate: it ends with them
      call.endedAtMs = event.atMs;
      return;
    }
    endCall(floor, call, event.atMs, facts);
    return;
  }
  if (leg.uniqueId === call.answeredOfferId || (offer && offer.outcome === 'answered')) {
    release(floor, channelBase(leg.channel), leg.uniqueId, call.callId, event.atMs, facts);
    if (offer) release(floor, offer.agent, offer.offerId, call.callId, event.atMs, facts);
    const nobodyHungUp = call.firstHangUp === null && !call.transferred && call.callerHungUpAtMs === null;
    if (nobodyHungUp) call.agentLeftAtMs = event.atMs;
  }
  if (!root(call) && call.legs.every((one) => one.gone || one.party === 'plumbing'))
    endCall(floor, call, event.atMs, facts);
}

/** The agent's leg went without a BYE and the caller goes on elsewhere: somebody redirected the call. */
function redirected(call: Call, to: Leg | null, exten: string): void {
  if (call.agentLeftAtMs === null) return;
  const endpoint = to ? endpointOf(to.channel) : '';
  if (to && (to.uniqueId === call.callId || to.channel.startsWith('Local/'))) return;
  call.transfers.push({ kind: 'redirect', to: exten || endpoint, atMs: call.agentLeftAtMs });
  call.agentLeftAtMs = null;
  call.transferred = true;
}

function transferTold(
  call: Call,
  to: string,
  how: 'blind' | 'attended' | 'redirect',
  atMs: number,
  facts: Fact[],
): void {
  call.transferred = true;
  call.firstHangUp = null;
  facts.push({
    kind: 'call-transferred',
    id: `${call.callId}:transferred:${atMs}`,
    atMs,
    callId: call.callId,
    to,
    how,
  });
}

function attended(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'transferred-attended' }>,
  facts: Fact[],
): void {
  const second = callOf(floor, event.second.linkedId);
  const kept = second && second !== call ? merge(floor, call, second, facts) : call;
  const target = event.target;
  const far = kept.legs.find(
    (leg) =>
      leg.party === 'agent' &&
      leg.up &&
      !leg.gone &&
      leg.uniqueId !== event.leg.uniqueId &&
      leg.uniqueId !== event.second.uniqueId,
  );
  const named = target ? endpointOf(target.channel).split('@')[0]! : far ? endpointOf(far.channel) : '';
  kept.transfers.push({ kind: 'attended', to: named, atMs: event.atMs });
  resume(floor, kept, event.atMs, facts);
  transferTold(kept, named, 'attended', event.atMs, facts);
}

function hold(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'held' | 'resumed' }>,
  facts: Fact[],
): void {
  if (call.answeredAtMs === null || leg.party !== 'agent') return;
  if (event.kind === 'resumed') {
    if (call.heldBy === leg.uniqueId) resume(floor, call, event.atMs, facts);
    return;
  }
  if (call.heldSinceMs !== null) return;
  call.heldSinceMs = event.atMs;
  call.heldBy = leg.uniqueId;
  holdAgent(floor, call, true, event.atMs, facts);
}

function resume(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  if (call.heldSinceMs === null) return;
  call.holdMs += Math.max(0, atMs - call.heldSinceMs);
  call.heldSinceMs = null;
  call.heldBy = null;
  holdAgent(floor, call, false, atMs, facts);
}

function holdAgent(floor: Floor, call: Call, held: boolean, atMs: number, facts: Fact[]): void {
  for (const agent of floor.agents.values()) {
    if (agent.callId !== call.callId) continue;
    agent.held = held;
    tell(facts, settle(agent, atMs));
  }
}

function surveySaid(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-said' }>): void {
  if (event.result === null) {
    floor.failedSurveyId = event.surveyId;
    return;
  }
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '') ?? callOf(floor, event.leg.linkedId);
  if (call) call.survey ??= { id: event.surveyId, result: event.result, score: event.score };
}

function originateAnswered(
  floor: Floor,
  event: Extract<SwitchEvent, { kind: 'originate-answered' }>,
  facts: Fact[],
): void {
  let call = floor.calls.get(event.uniqueId) ?? floor.calls.get(floor.legs.get(event.uniqueId) ?? '');
  if (
    !call &&
    !event.ok &&
    event.uniqueId &&
    event.uniqueId !== '<unknown>' &&
    !floor.ended.has(event.uniqueId)
  ) {
    // The far end could not even be called: the switch made no channel, yet the call was tried.
    call = openCall(floor, event.uniqueId, 'outbound', event.atMs);
    call.originated = true;
    call.rootCause = 3;
    offeredFact(floor, call, facts);
  }
  if (!call) return;
  if (event.dialled && (call.dnis === null || call.dnis === 's')) call.dnis = event.dialled;
  if (event.ok) {
    if (call.direction === 'outbound' && call.originated && call.answeredAtMs === null)
      call.answeredAtMs = event.atMs;
    return;
  }
  const id = floor.failedSurveyId ?? /^survey-(.+)$/.exec(call.callId)?.[1] ?? null;
  floor.failedSurveyId = null;
  if (id !== null) {
    const result = event.reason === 3 ? 'no-answer' : failedResult(call);
    call.survey ??= { id, result, score: null };
  }
  endCall(floor, call, call.endedAtMs ?? event.atMs, facts);
}
