import { settle } from './agents.ts';
import {
  isKeptPlace,
  isOpen,
  legIdOf,
  noteAnomaly,
  openOffers,
  recordOf,
  round,
  type Call,
  type CallLeg,
  type Offer,
} from './call.ts';
import { channelBase, kindOf } from './channels.ts';
import type { Leg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { legOf, phoneLives, root } from './legs.ts';
import { agentOf, cancelOffer, release, ringsNow, tell, tellOffer, type Floor } from './state.ts';
import { beginTalk, talkOf } from './talks.ts';

/** The queue's word that this leg is an agent's, whatever its channel is (`Local/1001@agents`). */
function agentLegOf(floor: Floor, call: Call, told: Leg): CallLeg {
  const leg = legOf(floor, call, told);
  if (leg.party !== 'agent') {
    leg.party = 'agent';
    if (!leg.gone) phoneLives(floor, leg);
  }
  return leg;
}

/** The channel whose waiting in the queue is the caller's: not what an agent's consultation, or plumbing beside it, does there. */
export function isWaiting(call: Call, leg: CallLeg): boolean {
  const first = root(call);
  if (leg === first) return true;
  if (call.direction === 'inbound' && first) return false;
  return leg.party !== 'plumbing' || first?.party === 'plumbing';
}

export function offered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-called' }>,
  facts: Fact[],
  dialled = false,
): void {
  const leg = agentLegOf(floor, call, event.agentLeg);
  const known = offerOf(call, event.agentLeg);
  if (known) return calledLate(floor, known, event);
  // its phone is gone already: it rings no more, and never will
  if (leg.gone) return;
  leaveUndecided(floor, call, event.atMs, facts);
  if (isWaiting(call, legOf(floor, call, event.leg))) {
    if (call.ani === null) call.ani = event.number;
    call.queue ??= event.queue || null;
  }
  const agent = agentOf(floor, event.agent, event.name, event.atMs);
  call.offers = call.offers.concat({
    // the same texts as elsewhere, not copies of them
    offerId: leg.uniqueId,
    agent: agent.agent,
    queue: event.queue === call.queue ? call.queue : event.queue || null,
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
  agent.legs.set(leg.uniqueId, { callId: call.callId, rings: true, held: false });
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

/** The phone was taken up: it rings no more. The queue may still tell the agent something before it joins the caller. */
export function takenUp(
  floor: Floor,
  call: Call,
  offer: Offer,
  leg: CallLeg,
  atMs: number,
  facts: Fact[],
): void {
  if (!isOpen(offer)) return;
  const colleague = pickedUpBy(floor, offer, leg.channel);
  if (colleague !== null) {
    pickedUp(floor, call, offer, colleague, atMs, facts);
    return;
  }
  offer.rang = true;
  offer.takenUpAtMs = Math.max(atMs, offer.atMs);
  const agent = floor.agents.get(offer.agent);
  const phone = agent?.legs.get(legIdOf(offer));
  if (!agent || !phone) return;
  phone.rings = false;
  tell(facts, settle(agent, atMs));
}

/** The phone on which a ringing offer was taken up, if it is not the one that was rung: call pickup moves the line over. */
function pickedUpBy(floor: Floor, offer: Offer, channel: string): string | null {
  if (kindOf(floor, channel) !== 'phone') return null;
  const phone = channelBase(channel);
  return phone === offer.agent || offer.agent.startsWith(`${phone}/`) || !/\/\d+$/.test(offer.agent)
    ? null
    : phone;
}

/** A colleague picked the ringing call up: the offer is over for who was rung, and there is one for who took it. */
function pickedUp(floor: Floor, call: Call, offer: Offer, agent: string, atMs: number, facts: Fact[]): Offer {
  const legId = legIdOf(offer);
  offer.rang ??= true;
  cancelOffer(floor, offer, atMs);
  tellOffer(call, offer, atMs, facts);
  offer.legId = `${legId}<picked-up>`;
  release(floor, offer.agent, legId, atMs, facts);
  const taken: Offer = {
    ...offer,
    offerId: `${offer.offerId}:${agent}`,
    legId,
    agent,
    atMs,
    outcome: null,
    endedAtMs: null,
    ringMs: null,
    told: false,
    takenUpAtMs: atMs,
  };
  delete taken.legEndedAtMs;
  call.offers = call.offers.concat(taken);
  agentOf(floor, agent, agent, atMs).legs.set(legId, { callId: call.callId, rings: false, held: false });
  facts.push({
    kind: 'agent-rang',
    id: `${call.callId}:rang:${taken.offerId}`,
    atMs,
    callId: call.callId,
    offerId: taken.offerId,
    agent,
    queue: offer.queue,
    record: recordOf(call, floor.settings),
  });
  return taken;
}

export function answered(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'agent-answered' }>,
  facts: Fact[],
): void {
  const leg = agentLegOf(floor, call, event.agentLeg);
  let offer = offerOf(call, event.agentLeg);
  if (!offer) {
    // what is told of a phone that is gone comes too late
    if (leg.gone) return;
    // AgentCalled was lost: that it rang is known, since when is not.
    offered(floor, call, { ...event, kind: 'agent-called' }, facts);
    noteAnomaly(call, 'began-unseen');
    offer = offerOf(call, event.agentLeg)!;
  }
  if (offer.outcome === 'answered') return doubled(floor, event.leg);
  if (isOpen(offer)) {
    const colleague = pickedUpBy(floor, offer, leg.channel);
    if (colleague !== null) offer = pickedUp(floor, call, offer, colleague, event.atMs, facts);
  }
  offer.rang = true;
  end(offer, 'answered', event.atMs);
  for (const other of call.offers) {
    if (other.outcome !== null) continue;
    cancelOffer(floor, other, other.legEndedAtMs ?? event.atMs);
    tellOffer(call, other, event.atMs, facts);
    release(floor, other.agent, legIdOf(other), event.atMs, facts);
  }
  const waits = isWaiting(call, legOf(floor, call, event.leg));
  if (waits) {
    call.inQueue = false;
    call.leftQueueAtMs ??= event.atMs;
  }
  if (call.answeredAtMs === null) {
    // an agent took a kept place: the caller is only rung now (ivr.ts)
    if (!isKeptPlace(call)) call.answeredAtMs = event.atMs;
    call.answeredBy = offer.agent;
    call.answeredOfferId = offer.offerId;
  }
  const agent = agentOf(floor, offer.agent, event.name, event.atMs);
  // who is asked while another agent has the caller does not talk with them yet
  const before = talkOf(call);
  if (before === null || before.legId === leg.uniqueId || waits) {
    call.firstHangUp = null;
    if (call.lostAtMs != null) call.holdMs += Math.max(0, event.atMs - call.lostAtMs);
    call.lostAtMs = null;
    call.agentLeftAtMs = null;
    if (!isKeptPlace(call) && !leg.gone) beginTalk(call, offer.agent, leg.uniqueId, event.atMs);
  }
  if (leg.gone) agent.legs.delete(leg.uniqueId);
  else agent.legs.set(leg.uniqueId, { callId: call.callId, rings: false, held: false });
  tell(facts, settle(agent, event.atMs));
  tellOffer(call, offer, event.atMs, facts);
  facts.push({
    kind: 'call-answered',
    id: `${call.callId}:answered:${offer.offerId}`,
    atMs: event.atMs,
    callId: call.callId,
    offerId: offer.offerId,
    agent: offer.agent,
    record: recordOf(call, floor.settings),
  });
}

/** A snapshot shows caller and agent in one bridge, and nobody saw the answer: who is known, when is not. */
export function answeredUnseen(floor: Floor, call: Call, agentLeg: Leg, atMs: number, facts: Fact[]): void {
  const offer = offerOf(call, agentLeg);
  call.answeredUnseen = true;
  call.answeredBy = offer?.agent ?? channelBase(agentLeg.channel);
  call.answeredOfferId = offer?.offerId ?? agentLeg.uniqueId;
  call.inQueue = false;
  noteAnomaly(call, 'answered-unseen');
  for (const one of call.offers) {
    if (one.outcome !== null) continue;
    // how long it rang fell into the gap
    one.outcome = one === offer ? 'answered' : 'cancelled';
    tellOffer(call, one, atMs, facts);
    release(floor, one.agent, legIdOf(one), atMs, facts);
  }
  beginTalk(call, call.answeredBy, agentLeg.uniqueId, null);
  const agent = agentOf(floor, call.answeredBy, call.answeredBy, atMs);
  agent.legs.set(agentLeg.uniqueId, { callId: call.callId, rings: false, held: false });
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
  judge(floor, offer, offer.legEndedAtMs ?? event.atMs);
  release(floor, offer.agent, legIdOf(offer), event.atMs, facts);
  // Why a phone refused may stand in its leg's Hangup only, which follows.
  const leg = call.legs.find((one) => one.uniqueId === legIdOf(offer));
  if (offer.outcome !== 'unreachable' || leg?.gone) tellOffer(call, offer, event.atMs, facts);
}

/** The phone's own leg ended: whatever the queue says of it, it rings no more. */
export function offerLegEnded(
  floor: Floor,
  call: Call,
  offer: Offer,
  event: { atMs: number; cause: number; sipStatus: number },
  facts: Fact[],
): void {
  const { atMs } = event;
  if (offer.outcome === 'answered') return;
  offer.cause ||= event.cause;
  offer.sipStatus ||= event.sipStatus;
  // refine what RingTime 0 could not tell: the leg's own end says why
  if (offer.outcome === 'unreachable' && !offer.told) judge(floor, offer, offer.endedAtMs ?? atMs);
  if (offer.outcome === null) {
    offer.legEndedAtMs = atMs;
    const gaveUp = call.callerHungUpAtMs !== null;
    const byOther = event.cause === ANSWERED_ELSEWHERE || call.offers.some((one) => isTakenUp(one, offer));
    if (offer.takenUpAtMs !== undefined && !gaveUp) {
      // taken up, and put down before the caller was on the line
      offer.cause = 0;
      judge(floor, offer, offer.takenUpAtMs);
    } else if (gaveUp || byOther) cancelOffer(floor, offer, atMs);
    // past the queue nobody says RingNoAnswer; and a refusal is one, whoever tells it
    else if (offer.dialled || isRefused(offer)) judge(floor, offer, atMs);
    // else the queue says next what it meant: it took the offer back, or the caller left
  }
  tellOffer(call, offer, atMs, facts);
}

const ANSWERED_ELSEWHERE = 26;

function isTakenUp(one: Offer, but: Offer): boolean {
  return one !== but && one.outcome === null && one.takenUpAtMs !== undefined;
}

/** Phones whose legs ended and of which the queue said nothing: the caller went on without them. */
export function leaveUndecided(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  for (const offer of call.offers) {
    if (offer.outcome !== null || offer.legEndedAtMs === undefined || offer.legEndedAtMs === atMs) continue;
    cancelOffer(floor, offer, offer.legEndedAtMs);
    tellOffer(call, offer, atMs, facts);
  }
}

/** Nobody saw how this offer ended: its phone's leg was there before the feed was lost, and is not now. */
export function offerLostInGap(call: Call, offer: Offer, atMs: number, facts: Fact[]): void {
  if (offer.outcome !== null) return;
  offer.outcome = 'cancelled';
  tellOffer(call, offer, atMs, facts);
}

function isRefused({ cause, sipStatus }: Offer): boolean {
  return cause === 17 || cause === 21 || sipStatus === 486 || sipStatus === 600 || sipStatus === 603;
}

export function judge(floor: Floor, offer: Offer, atMs: number): void {
  const refused = isRefused(offer);
  const presumed = atMs - offer.atMs > 500 && (refused || offer.cause === 0);
  const rang = offer.rang ?? (floor.hearsRinging ? ringsNow(floor, offer, atMs) : presumed);
  offer.rang = rang;
  end(offer, refused ? 'busy' : rang ? 'no-answer' : 'unreachable', atMs);
}

export function end(offer: Offer, outcome: NonNullable<Offer['outcome']>, atMs: number): void {
  offer.outcome = outcome;
  offer.endedAtMs = Math.max(offer.atMs, atMs);
  const rang = outcome === 'answered' || offer.rang !== false;
  offer.ringMs = rang ? round(Math.max(0, atMs - offer.atMs)) : 0;
}

export function offerOf(call: Call, leg: Leg): Offer | undefined {
  return call.offers.find((offer) => legIdOf(offer) === leg.uniqueId);
}

export function someoneRings(floor: Floor, call: Call, atMs: number): boolean {
  return openOffers(call).some((offer) => ringsNow(floor, offer, atMs));
}

export function doubled(floor: Floor, leg: Leg): void {
  const call = floor.calls.get(floor.legs.get(leg.uniqueId)!);
  if (call) noteAnomaly(call, 'event-doubled');
}
