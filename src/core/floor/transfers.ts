import { settle } from './agents.ts';
import type { Call, CallLeg } from './call.ts';
import type { Leg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { callOf, isPlumbing, merge } from './legs.ts';
import { endpointOf, tell, type Floor } from './state.ts';

/** The agent's leg went without a BYE and the caller goes on elsewhere: somebody redirected the call. */
export function redirected(call: Call, to: Leg | null, exten: string): void {
  if (call.agentLeftAtMs === null) return;
  const endpoint = to ? endpointOf(to.channel) : '';
  if (to && (to.uniqueId === call.callId || isPlumbing(to.channel))) return;
  call.transfers.push({ kind: 'redirect', to: exten || call.wentTo || endpoint, atMs: call.agentLeftAtMs });
  call.agentLeftAtMs = null;
  call.transferred = true;
}

/** A transfer is told once, though the switch's word of it came twice. */
export function transferred(
  call: Call,
  kind: 'blind' | 'attended',
  to: string,
  atMs: number,
  facts: Fact[],
): void {
  if (call.transfers.some((one) => one.kind === kind && one.atMs === atMs)) return;
  call.transfers.push({ kind, to, atMs });
  transferTold(call, to, kind, atMs, facts);
}

/** The phones that passed the call on: their own hang-up, which follows, ends nothing. */
export function leave(call: Call, ...passedOn: Leg[]): void {
  for (const { uniqueId } of passedOn) {
    const leg = call.legs.find((one) => one.uniqueId === uniqueId);
    if (leg) leg.left = true;
  }
}

export function transferTold(
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
  if (call.heldSinceMs !== null) return;
  call.heldSinceMs = event.atMs;
  call.heldBy = leg.uniqueId;
  holdAgent(floor, call, true, event.atMs, facts);
}

export function resume(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  if (call.heldSinceMs === null) return;
  call.holdMs += Math.max(0, atMs - call.heldSinceMs);
  call.heldSinceMs = null;
  call.heldBy = null;
  holdAgent(floor, call, false, atMs, facts);
}

export function holdAgent(floor: Floor, call: Call, held: boolean, atMs: number, facts: Fact[]): void {
  for (const agent of floor.agents.values()) {
    if (agent.callId !== call.callId) continue;
    agent.held = held;
    tell(facts, settle(agent, atMs));
  }
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
  transferred(kept, 'attended', named, event.atMs, facts);
}

/** `Local/1002@agents-00000000;1` ─▶ `1002` */
function localNumber(channel: string | undefined): string | undefined {
  return /^Local\/([^@]+)@/.exec(channel ?? '')?.[1];
}
