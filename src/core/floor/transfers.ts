import { settle } from './agents.ts';
import type { Call, CallLeg } from './call.ts';
import { channelBase, endpointOf, kindOf } from './channels.ts';
import type { Leg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { callOf, merge } from './legs.ts';
import { tell, type Floor } from './state.ts';
import { beginTalk, endTalk, talkOf } from './talks.ts';

/** The agent's leg went without a BYE and the caller goes on elsewhere: somebody redirected the call. */
export function redirected(floor: Floor, call: Call, to: Leg | null, exten: string, facts: Fact[]): void {
  const atMs = call.agentLeftAtMs;
  if (atMs === null) return;
  const kind = to ? kindOf(floor, to.channel) : null;
  if (to && (to.uniqueId === call.callId || kind === 'local' || kind === 'furniture')) return;
  const endpoint = to ? endpointOf(to.channel) : '';
  call.agentLeftAtMs = null;
  handedOn(call, 'redirect', exten || call.wentTo || endpoint, call.talks.at(-1)?.agent ?? null, atMs, facts);
}

/** A transfer is told once, though the switch's word of it came twice. */
export function transferred(
  call: Call,
  kind: 'blind' | 'attended',
  to: string,
  by: Leg,
  atMs: number,
  facts: Fact[],
): void {
  if (call.transfers.some((one) => one.kind === kind && one.atMs === atMs)) return;
  call.firstHangUp = null;
  handedOn(call, kind, to, phoneOf(call, by), atMs, facts);
}

/** The agent whose phone this leg is: as the queue named them, where it rang for an offer. */
function phoneOf(call: Call, leg: Leg): string | null {
  const talk = call.talks.find((one) => one.legId === leg.uniqueId);
  if (talk) return talk.agent;
  const known = call.legs.find((one) => one.uniqueId === leg.uniqueId);
  return known?.party === 'agent' ? channelBase(known.channel) : null;
}

/** The phones that passed the call on: their own hang-up, which follows, says nothing of who ended it. */
export function leave(call: Call, ...passedOn: Leg[]): void {
  for (const { uniqueId } of passedOn) {
    const leg = call.legs.find((one) => one.uniqueId === uniqueId);
    if (leg) leg.left = true;
  }
}

function handedOn(
  call: Call,
  how: 'blind' | 'attended' | 'redirect',
  to: string,
  from: string | null,
  atMs: number,
  facts: Fact[],
): void {
  call.transfers = call.transfers.concat({ kind: how, to, atMs, from });
  call.transferred = true;
  facts.push({
    kind: 'call-transferred',
    id: `${call.callId}:transferred:${atMs}`,
    atMs,
    callId: call.callId,
    to,
    how,
    from,
  });
}

export function hold(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'held' | 'resumed' }>,
  facts: Fact[],
): void {
  if (call.answeredAtMs === null || leg.party !== 'agent' || leg.left) return;
  if (event.kind === 'resumed') {
    if (call.heldBy === leg.uniqueId) resume(floor, call, event.atMs, facts);
    return;
  }
  if (call.heldSinceMs !== null || leg.gone) return;
  call.heldSinceMs = event.atMs;
  call.heldBy = leg.uniqueId;
  holdAgent(floor, leg.uniqueId, true, event.atMs, facts);
}

export function resume(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  const { heldSinceMs, heldBy } = call;
  if (heldSinceMs === null) return;
  const heldMs = Math.max(0, atMs - heldSinceMs);
  call.holdMs += heldMs;
  const talk = talkOf(call);
  if (talk?.legId === heldBy) talk.holdMs += heldMs;
  call.heldSinceMs = null;
  call.heldBy = null;
  if (heldBy !== null) holdAgent(floor, heldBy, false, atMs, facts);
}

function holdAgent(floor: Floor, legId: string, held: boolean, atMs: number, facts: Fact[]): void {
  for (const agent of floor.agents.values()) {
    const leg = agent.legs.get(legId);
    if (!leg) continue;
    leg.held = held;
    tell(facts, settle(agent, atMs));
  }
}

export function transferredBlind(
  floor: Floor,
  call: Call,
  event: Extract<SwitchEvent, { kind: 'transferred-blind' }>,
  facts: Fact[],
): void {
  leave(call, event.leg);
  if (call.heldBy === event.leg.uniqueId) resume(floor, call, event.atMs, facts);
  transferred(call, 'blind', event.to, event.leg, event.atMs, facts);
  if (talkOf(call)?.legId === event.leg.uniqueId) endTalk(call, event.atMs);
}

export function attended(
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
  // what the phone dialled to ask the other; where the switch dialled for it, its plumbing is named so (`Local/1002@agents`)
  const dialled =
    kept.consulted ?? [event.second, target].map((leg) => localNumber(leg?.channel)).find(Boolean);
  const named = dialled ?? (target ? endpointOf(target.channel) : far ? endpointOf(far.channel) : '');
  leave(kept, event.leg, event.second);
  resume(floor, kept, event.atMs, facts);
  transferred(kept, 'attended', named, event.leg, event.atMs, facts);
  endTalk(kept, event.atMs);
  if (far) beginTalk(kept, agentOn(floor, far), far.uniqueId, event.atMs);
}

/** The agent who talks on this leg, as the queue named them; or else the phone. */
export function agentOn(floor: Floor, leg: CallLeg): string {
  for (const agent of floor.agents.values()) if (agent.legs.has(leg.uniqueId)) return agent.agent;
  return channelBase(leg.channel);
}

/** `Local/1002@agents-00000000;1` ─▶ `1002` */
function localNumber(channel: string | undefined): string | undefined {
  return /^Local\/([^@]+)@/.exec(channel ?? '')?.[1];
}
