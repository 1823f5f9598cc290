import { noteAnomaly, recordOf, type Call, type CallLeg } from './call.ts';
import type { Leg } from './event.ts';
import type { Fact } from './fact.ts';
import { endpointOf, isTrunk, openCall, type Floor } from './state.ts';

/** Channels that are the switch's own furniture and never a call. */
export const FURNITURE = /^(OutgoingSpoolFailed|Message\/|Announcer\/|CBAnn\/|CBRec\/|Recorder\/)/;
/** Channels by which the switch joins a call's own lines; nobody sits at them. */
const PLUMBING = /^(Local|AsyncGoto|Surrogate|Bridge|MulticastRTP)\//;

export function isPlumbing(channel: string): boolean {
  return PLUMBING.test(channel);
}

/** The call that a Linkedid names, through merges. */
export function callOf(floor: Floor, linkedId: string): Call | undefined {
  return floor.calls.get(linkedId) ?? floor.calls.get(floor.merged.get(linkedId) ?? '');
}

export function locate(floor: Floor, leg: Leg, event: { atMs: number }, facts: Fact[]): Call | undefined {
  const byLink = callOf(floor, leg.linkedId);
  const own = floor.calls.get(floor.legs.get(leg.uniqueId) ?? '');
  if (own && byLink && own !== byLink) return merge(floor, own, byLink, facts);
  const call = own ?? byLink;
  if (call) return call;
  if (floor.ended.has(leg.linkedId) || floor.merged.has(leg.linkedId) || FURNITURE.test(leg.channel))
    return undefined;
  // whatever is said of a line that nobody told us of: its call began before we listened, or its begin was lost
  return isPlumbing(leg.channel) ? undefined : begunUnseen(floor, leg, event.atMs, facts);
}

/** Two calls became one (attended transfer): the older one goes on with the legs of both. */
export function merge(floor: Floor, one: Call, other: Call, facts: Fact[]): Call {
  const [kept, gone] = one.arrivedAtMs <= other.arrivedAtMs ? [one, other] : [other, one];
  for (const leg of gone.legs) {
    kept.legs.push(leg);
    floor.legs.set(leg.uniqueId, kept.callId);
  }
  kept.offers.push(...gone.offers);
  kept.consulted = gone.dnis;
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

export function legOf(floor: Floor, call: Call, told: Leg): CallLeg {
  let leg = call.legs.find((one) => one.uniqueId === told.uniqueId);
  if (!leg) {
    const party = isPlumbing(told.channel) ? 'plumbing' : isTrunk(floor, told.channel) ? 'caller' : 'agent';
    leg = { uniqueId: told.uniqueId, channel: told.channel, party, up: false, gone: false };
    call.legs.push(leg);
    floor.legs.set(told.uniqueId, call.callId);
  }
  return leg;
}

export function root(call: Call): CallLeg | undefined {
  return call.legs.find((leg) => leg.uniqueId === call.callId);
}

/** The line that the switch records: the outside's, whoever placed the call (dialplan, record). */
export function recordedLeg(call: Call): CallLeg | undefined {
  const first = root(call);
  if (call.direction === 'inbound') return first;
  return call.legs.find((leg) => leg.party === 'caller' && leg.up && !leg.gone);
}

/** Its first event was lost, or was said before we listened: it is measured from where we saw it. */
export function begunUnseen(floor: Floor, leg: Leg, atMs: number, facts: Fact[], placed = false): Call {
  // a first leg that is a phone of ours placed the call; a further one was called for somebody
  const isFirst = leg.uniqueId === leg.linkedId;
  const ours = placed && isTrunk(floor, leg.channel);
  const internal = isFirst && !isTrunk(floor, leg.channel);
  const call = openCall(floor, leg.linkedId, ours ? 'outbound' : internal ? 'internal' : 'inbound', atMs);
  call.begunUnseen = true;
  noteAnomaly(call, 'began-unseen');
  legOf(floor, call, leg);
  offeredFact(floor, call, facts);
  return call;
}

export function offeredFact(floor: Floor, call: Call, facts: Fact[]): void {
  const record = recordOf(call, floor.settings);
  facts.push({
    kind: 'call-offered',
    id: `${call.callId}:offered`,
    atMs: call.arrivedAtMs,
    callId: call.callId,
    record,
  });
}

export function channelBase(channel: string): string {
  return `${channel.split('/')[0]}/${endpointOf(channel)}`;
}
