import { callIdOf, type Agent } from './agents.ts';
import { firstRingAtMs, isKeptPlace, legIdOf, type Call, type Offer } from './call.ts';
import type { Floor } from './floor.ts';
import { handedOnBy } from './talks.ts';
import type { AgentView, OfferView, QueueView, WaitingView } from './view.ts';

/** What the browsers see of the floor. */
export function agentViews(floor: Floor): AgentView[] {
  return [...floor.agents.values()].map(viewOf).sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

export function agentView(floor: Floor, agent: string): AgentView | null {
  const known = floor.agents.get(agent);
  return known ? viewOf(known) : null;
}

function viewOf(agent: Agent): AgentView {
  return {
    agent: agent.agent,
    name: agent.name,
    state: agent.state,
    sinceMs: agent.sinceMs,
    reason: agent.reason,
    queues: [...agent.queues.keys()],
    callId: callIdOf(agent),
  };
}

/** Callers that wait: in a queue, answered by nobody yet. */
export function waitingViews(floor: Floor): WaitingView[] {
  const waiting: WaitingView[] = [];
  for (const call of floor.calls.values()) {
    // a caller whose agent's phone died waits again, from that instant
    const lostAtMs = call.lostAtMs ?? null;
    if (!call.inQueue || call.queuedAtMs === null) continue;
    if (call.answeredAtMs !== null && lostAtMs === null) continue;
    const { callId, ani, queue } = call;
    waiting.push({
      callId,
      ani,
      queue: queue ?? '',
      sinceMs: lostAtMs ?? call.queuedAtMs,
      ringingSinceMs: lostAtMs === null ? firstRingAtMs(call) : null,
    });
  }
  return waiting.sort((a, b) => a.sinceMs - b.sinceMs);
}

export function queueViews(floor: Floor): QueueView[] {
  const queues = new Map<string, QueueView>();
  for (const agent of floor.agents.values()) {
    for (const queue of agent.queues.keys()) queues.set(queue, { queue, waiting: 0, longestSinceMs: null });
  }
  for (const { queue, sinceMs } of waitingViews(floor)) {
    const view = queues.get(queue) ?? { queue, waiting: 0, longestSinceMs: null };
    view.waiting += 1;
    view.longestSinceMs ??= sinceMs;
    queues.set(queue, view);
  }
  return [...queues.values()].sort((a, b) => (a.queue < b.queue ? -1 : 1));
}

/** Offers that ring or are talked on now. */
export function offerViews(floor: Floor): OfferView[] {
  return [...floor.calls.values()].flatMap((call) => offersOf(floor, call));
}

function offersOf(floor: Floor, call: Call): OfferView[] {
  return call.offers
    .filter(
      (offer) => offer.outcome === null || (offer.outcome === 'answered' && !isGone(call, legIdOf(offer))),
    )
    .map((offer) => ({
      callId: call.callId,
      offerId: offer.offerId,
      agent: offer.agent,
      queue: offer.queue,
      ani: call.ani,
      dnis: call.dnis,
      offeredAtMs: offer.atMs,
      // a caller who comes back after an answer is no fourth ring: it counts anew
      firstRingAtMs: isReturning(call, offer) ? offer.atMs : (firstRingAtMs(call) ?? offer.atMs),
      arrivedAtMs: call.arrivedAtMs,
      outcome: offer.outcome,
      answeredAtMs: offer.outcome === 'answered' ? offer.endedAtMs : null,
      returning: isReturning(call, offer),
      kept: isKeptPlace(call),
      english: call.language === 'en',
      handedOnBy: nameOf(floor, handedOnBy(call, offer.atMs)),
    }));
}

function nameOf(floor: Floor, agent: string | null): string | null {
  return agent === null ? null : (floor.agents.get(agent)?.name ?? agent.replace(/^.*\//, ''));
}

function isReturning(call: Call, offer: Offer): boolean {
  return call.answeredOfferId !== null && offer.offerId !== call.answeredOfferId;
}

function isGone(call: Call, legId: string): boolean {
  return call.legs.some((leg) => leg.uniqueId === legId && leg.gone);
}

/** One offer of a live call. */
export function offerView(floor: Floor, callId: string, offerId: string): OfferView | null {
  const call = floor.calls.get(callId);
  return call ? (offersOf(floor, call).find((offer) => offer.offerId === offerId) ?? null) : null;
}
