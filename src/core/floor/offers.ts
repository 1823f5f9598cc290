import { settle } from './agents.ts';
import { isKeptPlace, noteAnomaly, openOffers, recordOf, round, type Call, type Offer } from './call.ts';
import type { Leg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { channelBase, legOf } from './legs.ts';
import { agentOf, cancelOffer, release, ringsNow, tell, tellOffer, type Floor } from './state.ts';

export function offered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-called' }>,
  facts: Fact[],
  dialled = false,
): void {
  legOf(floor, call, event.agentLeg).party = 'agent';
  const known = offerOf(call, event.agentLeg);
  if (known) return calledLate(floor, known, event);
  if (call.ani === null) call.ani = event.number;
  call.queue ??= event.queue || null;
  call.offers.push({
    offerId: event.agentLeg.uniqueId,
    agent: event.agent,
    queue: event.queue || null,
    atMs: event.atMs,
    rang: null,
    outcome: null,
    endedAtMs: null,
    ringMs: null,
    cause: 0,
    sipStatus: 0,
    told: false,
    ...(dialled ? { dialled } : {}),
    ...(dialled && call.returningTo === event.agent && call.lostAtMs !== null ? { returning: true } : {}),
  });
  call.returningTo = null;
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
    queue: event.queue || null,
    record: recordOf(call, floor.settings),
  });
}

/** AgentCalled of a phone that is known: told twice, or told after what followed from it. */
function calledLate(floor: Floor, offer: Offer, event: Extract<SwitchEvent, { kind: 'agent-called' }>): void {
  if (event.atMs >= offer.atMs) return doubled(floor, event.leg);
  offer.atMs = event.atMs;
  if (offer.outcome !== null && offer.endedAtMs !== null) end(offer, offer.outcome, offer.endedAtMs);
}

export function answered(
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
    cancelOffer(floor, other, event.atMs);
    tellOffer(call, other, event.atMs, facts);
    release(floor, other.agent, other.offerId, '', event.atMs, facts);
  }
  call.inQueue = false;
  call.leftQueueAtMs ??= event.atMs;
  if (call.answeredAtMs === null) {
    // an agent took a kept place: the caller is only rung now (ivr.ts)
    if (!isKeptPlace(call)) call.answeredAtMs = event.atMs;
    call.answeredBy = event.agent;
    call.answeredOfferId = offer.offerId;
  }
  call.firstHangUp = null;
  if (call.lostAtMs != null) call.holdMs += Math.max(0, event.atMs - call.lostAtMs);
  call.lostAtMs = null;
  call.agentLeftAtMs = null;
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

/** A snapshot shows caller and agent in one bridge, and nobody saw the answer: who is known, when is not. */
export function answeredUnseen(floor: Floor, call: Call, agentLeg: Leg, atMs: number, facts: Fact[]): void {
  const offer = offerOf(call, agentLeg);
  call.answeredUnseen = true;
  call.answeredBy = offer?.agent ?? channelBase(agentLeg.channel);
  call.answeredOfferId = agentLeg.uniqueId;
  call.inQueue = false;
  noteAnomaly(call, 'answered-unseen');
  for (const one of openOffers(call)) {
    // how long it rang fell into the gap
    one.outcome = one === offer ? 'answered' : 'cancelled';
    tellOffer(call, one, atMs, facts);
    release(floor, one.agent, one.offerId, '', atMs, facts);
  }
  const agent = agentOf(floor, call.answeredBy, call.answeredBy, atMs);
  agent.callId = call.callId;
  tell(facts, settle(agent, atMs));
}

/** The queue took the offer back: it rang out, or the phone refused or could not be reached at once (RingTime 0). */
export function notAnswered(
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

export function judge(floor: Floor, offer: Offer, atMs: number): void {
  const refused = offer.cause === 17 || offer.cause === 21 || [486, 600, 603].includes(offer.sipStatus);
  const presumed = atMs - offer.atMs > 500 && (refused || offer.cause === 0);
  const rang = offer.rang ?? (floor.hearsRinging ? ringsNow(floor, offer, atMs) : presumed);
  offer.rang = rang;
  end(offer, refused ? 'busy' : rang ? 'no-answer' : 'unreachable', atMs);
}

export function end(offer: Offer, outcome: NonNullable<Offer['outcome']>, atMs: number): void {
  offer.outcome = outcome;
  offer.endedAtMs = atMs;
  const rang = outcome === 'answered' || offer.rang !== false;
  offer.ringMs = rang ? round(Math.max(0, atMs - offer.atMs)) : 0;
}

export function offerOf(call: Call, leg: Leg): Offer | undefined {
  return call.offers.find((offer) => offer.offerId === leg.uniqueId);
}

export function someoneRings(floor: Floor, call: Call, atMs: number): boolean {
  return openOffers(call).some((offer) => ringsNow(floor, offer, atMs));
}

export function doubled(floor: Floor, leg: Leg): void {
  const call = floor.calls.get(floor.legs.get(leg.uniqueId)!);
  if (call) noteAnomaly(call, 'event-doubled');
}
