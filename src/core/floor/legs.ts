import { noteAnomaly, recordOf, type Call, type CallLeg, type Party } from './call.ts';
import { channelBase, isMoved, isTrunk, kindOf } from './channels.ts';
import type { Leg } from './event.ts';
import type { Fact } from './fact.ts';
import { openCall, type Floor } from './state.ts';

export { channelBase } from './channels.ts';

/** The call that a Linkedid names, through merges. */
export function callOf(floor: Floor, linkedId: string): Call | undefined {
  const call = floor.calls.get(linkedId);
  if (call) return call;
  let into = floor.merged.get(linkedId);
  // a call that became part of another, which became part of a third
  for (let hops = 0; into !== undefined && hops < 8; hops += 1) {
    const kept = floor.calls.get(into);
    if (kept) return kept;
    into = floor.merged.get(into);
  }
  return undefined;
}

export function locate(floor: Floor, leg: Leg, event: { atMs: number }, facts: Fact[]): Call | undefined {
  const own = floor.calls.get(floor.legs.get(leg.uniqueId) ?? '');
  if (!own && kindOf(floor, leg.channel) === 'furniture') return undefined;
  const byLink = callOf(floor, leg.linkedId);
  if (own && byLink && own !== byLink) return merge(floor, own, byLink, facts);
  const call = own ?? byLink;
  if (call) return call;
  if (floor.ended.has(leg.linkedId) || floor.ended.has(leg.uniqueId) || floor.merged.has(leg.linkedId))
    return undefined;
  // whatever is said of a line that nobody told us of: its call began before we listened, or its begin was lost
  return kindOf(floor, leg.channel) === 'local' ? undefined : begunUnseen(floor, leg, event.atMs, facts);
}

/** Two calls became one (attended transfer): a caller's call goes on before one of ours, then the older one, with the legs of both. */
export function merge(floor: Floor, one: Call, other: Call, facts: Fact[]): Call {
  const [kept, gone] = goesBefore(one, other) ? [one, other] : [other, one];
  kept.legs = kept.legs.concat(gone.legs);
  for (const leg of gone.legs) floor.legs.set(leg.uniqueId, kept.callId);
  kept.offers = kept.offers.concat(gone.offers);
  if (gone.dnis !== null) kept.consulted = gone.dnis;
  kept.survey ??= gone.survey;
  for (const agent of floor.agents.values()) {
    for (const leg of agent.legs.values()) if (leg.callId === gone.callId) leg.callId = kept.callId;
  }
  floor.calls.delete(gone.callId);
  if (floor.suspects.delete(gone.callId)) floor.suspects.add(kept.callId);
  floor.merged.set(gone.callId, kept.callId);
  if (isTold(gone))
    facts.push({
      kind: 'call-merged',
      id: `${gone.callId}:merged`,
      atMs: gone.arrivedAtMs,
      callId: gone.callId,
      into: kept.callId,
    });
  return kept;
}

function goesBefore(one: Call, other: Call): boolean {
  const ranks = rankOf(one) - rankOf(other);
  return ranks !== 0 ? ranks < 0 : one.arrivedAtMs <= other.arrivedAtMs;
}

function rankOf(call: Call): number {
  if (!isTold(call)) return 3;
  return { inbound: 0, outbound: 1, internal: 2 }[call.direction];
}

/** The switch's own plumbing, to which no line ever came, is no call and is not told. */
export function isTold(call: Call): boolean {
  return call.legs.length === 0 || call.legs.some((leg) => leg.party !== 'plumbing');
}

export function legOf(floor: Floor, call: Call, told: Leg): CallLeg {
  let leg = call.legs.find((one) => one.uniqueId === told.uniqueId);
  if (!leg) {
    leg = {
      uniqueId: told.uniqueId,
      channel: told.channel,
      party: partyOf(floor, told.channel),
      up: false,
      gone: false,
    };
    call.legs = call.legs.concat(leg);
    floor.legs.set(told.uniqueId, call.callId);
    phoneLives(floor, leg);
  } else if (leg.channel !== told.channel && !isMoved(told.channel)) {
    // the switch moved another line into this channel: it is that line now
    phoneEnded(floor, leg);
    leg.channel = told.channel;
    leg.party = partyOf(floor, told.channel);
    if (!leg.gone) phoneLives(floor, leg);
  }
  if (leg.unsure) leg.unsure = false;
  return leg;
}

function partyOf(floor: Floor, channel: string): Party {
  const kind = kindOf(floor, channel);
  return kind === 'line' ? 'caller' : kind === 'phone' ? 'agent' : 'plumbing';
}

/** The phone of an agent has a leg more. */
export function phoneLives(floor: Floor, leg: CallLeg): void {
  if (leg.party !== 'agent') return;
  const phone = channelBase(leg.channel);
  const legs = floor.phones.get(phone);
  if (legs) legs.add(leg.uniqueId);
  else floor.phones.set(phone, new Set([leg.uniqueId]));
}

export function phoneEnded(floor: Floor, leg: CallLeg): void {
  if (leg.party === 'agent') floor.phones.get(channelBase(leg.channel))?.delete(leg.uniqueId);
}

/** A restored floor knows again which phones' legs live. */
export function findPhones(floor: Floor): void {
  floor.phones.clear();
  for (const call of floor.calls.values()) for (const leg of call.legs) if (!leg.gone) phoneLives(floor, leg);
}

/** The first leg: the caller's, or that of who placed the call. */
export function root(call: Call): CallLeg | undefined {
  const rootId = call.rootId ?? call.callId;
  return call.legs.find((leg) => leg.uniqueId === rootId);
}

/** In a call that the switch placed through the dialplan the first leg is plumbing: the far end is the first line behind it. */
export function farEnd(call: Call): CallLeg | undefined {
  const first = root(call);
  return first?.party === 'plumbing' ? call.legs.find((leg) => leg.party === 'caller') : first;
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
  const trunk = isTrunk(floor, leg.channel);
  const ours = placed && trunk;
  const internal = isFirst && !trunk;
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
