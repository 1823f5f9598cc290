import { isAnswered, legIdOf, type Call, type CallLeg } from './call.ts';
import { standsInFor } from './channels.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { farEnd, phoneEnded, root } from './legs.ts';
import { offerLegEnded, offerLostInGap, offerOf, someoneRings } from './offers.ts';
import { endCall, endUnknown, release, type Floor } from './state.ts';
import { beginTalk, endTalk, talkOf } from './talks.ts';
import { agentOn, redirected, resume } from './transfers.ts';

export function hangupRequested(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hangup-requested' }>,
): void {
  leg.asked = true;
  if (leg.party === 'plumbing') return;
  const offer = offerOf(call, event.leg);
  if (offer && offer.outcome === null) {
    offer.cause = event.cause;
    offer.sipStatus = event.sipStatus;
    return;
  }
  if (!isAnswered(call)) {
    if (call.originated && leg.party === 'caller' && leg === farEnd(call)) {
      call.rootCause = event.cause;
      call.rootSipStatus = event.sipStatus;
    } else if (leg === root(call) && call.callerHungUpAtMs === null) {
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

export function hungUp(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hung-up' }>,
  facts: Fact[],
): void {
  if (!leg.gone) legEnded(floor, call, leg, event, facts);
  endIfOver(floor, call, event.atMs, facts);
}

/** One leg is over: whatever it did in the call, it does no more. */
function legEnded(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hung-up' }>,
  facts: Fact[],
): void {
  const { atMs } = event;
  leg.gone = true;
  if (leg.unsure) leg.unsure = false;
  phoneEnded(floor, leg);
  if (leg === farEnd(call)) rootEnded(floor, call, leg, event);
  if (call.heldBy === leg.uniqueId) resume(floor, call, atMs, facts);
  const offer = offerOf(call, event.leg);
  const talked = talkOf(call)?.legId === leg.uniqueId || offer?.outcome === 'answered';
  if (goesOnBehind(floor, call, leg)) return;
  release(floor, agentOn(floor, leg), leg.uniqueId, atMs, facts);
  if (offer) offerLegEnded(floor, call, offer, event, facts);
  if (talkOf(call)?.legId === leg.uniqueId) {
    endTalk(call, atMs);
    nextTalk(floor, call, atMs);
  }
  if (!talked || leg === root(call)) return;
  const nobodyHungUp = call.firstHangUp === null && !call.transferred && call.callerHungUpAtMs === null;
  if (nobodyHungUp && !leg.left && call.lostAtMs == null) call.agentLeftAtMs = atMs;
  // the caller may be at the new place before the agent's leg is gone
  if (call.wentTo !== undefined) redirected(floor, call, null, call.wentTo, facts);
}

/** Why a call that we placed came to nothing is told by the end of the line that we called. */
function rootEnded(
  floor: Floor,
  call: Call,
  leg: CallLeg,
  event: Extract<SwitchEvent, { kind: 'hung-up' }>,
): void {
  if (event.rang) call.alerted = true;
  call.rootCause ||= event.cause;
  call.rootSipStatus ||= event.sipStatus;
  if (!call.originated || leg.asked || isAnswered(call)) return;
  // the far end said nothing: the switch gave up; a feed that never tells of ringing cannot tell that it did not ring
  const isRefusal = [17, 21].includes(call.rootCause);
  if (isRefusal) return;
  call.timedOut = true;
  call.alerted ||= !floor.hearsRinging;
}

/** The Local that the queue rang is taken out of the line: the agent goes on at the phone that was rung behind it. */
function goesOnBehind(floor: Floor, call: Call, leg: CallLeg): boolean {
  if (!leg.channel.startsWith('Local/')) return false;
  const phone = call.legs.find((one) => one.behind === leg.uniqueId && one.up && !one.gone && !one.left);
  const agent = phone && floor.agents.get(agentOn(floor, leg));
  const doing = agent?.legs.get(leg.uniqueId);
  if (!phone || !agent || !doing || doing.rings) return false;
  agent.legs.delete(leg.uniqueId);
  agent.legs.set(phone.uniqueId, doing);
  for (const offer of call.offers) if (legIdOf(offer) === leg.uniqueId) offer.legId = phone.uniqueId;
  for (const talk of call.talks) if (talk.legId === leg.uniqueId) talk.legId = phone.uniqueId;
  return true;
}

/** Who stays with the caller when one of two agents leaves talks on with them. */
function nextTalk(floor: Floor, call: Call, atMs: number): void {
  const stays = call.legs.find((one) => one.party === 'agent' && one.up && !one.gone && !one.left);
  if (stays && stays !== root(call)) beginTalk(call, agentOn(floor, stays), stays.uniqueId, atMs);
}

/** A call ends when its last leg ends, whoever made it. Plumbing keeps none alive, unless the call began with it. */
export function endIfOver(floor: Floor, call: Call, atMs: number, facts: Fact[]): void {
  const first = root(call);
  for (const leg of call.legs) if (!leg.gone && keepsAlive(leg, first)) return;
  endCall(floor, call, atMs, facts);
}

/** A line or a phone; a queue's member that is a Local is only the way to one. */
function keepsAlive(leg: CallLeg, first: CallLeg | undefined): boolean {
  return leg === first || (leg.party !== 'plumbing' && !leg.channel.startsWith('Local/'));
}

/** A channel that takes the place of the first leg is the first leg from now on. */
export function standIn(call: Call, leg: CallLeg): void {
  const first = root(call);
  if (first && leg !== first && standsInFor(leg.channel) === first.channel) {
    leg.up = first.up;
    call.rootId = leg.uniqueId;
  }
}

/** After a gap: legs that the switch no longer has are over, nobody knows since when; with the last one the call is. */
export function endLost(
  floor: Floor,
  call: Call,
  isAlive: (leg: CallLeg) => boolean,
  goesOn: boolean,
  facts: Fact[],
): void {
  const atMs = floor.lostAtMs ?? floor.lastAtMs;
  const lost = call.legs.filter((leg) => !leg.gone && leg.unsure && !isAlive(leg));
  const first = root(call);
  const lives = (leg: CallLeg) => !leg.gone && !lost.includes(leg) && keepsAlive(leg, first);
  // the whole call: what its offers and talks came to is not known
  if (!goesOn && !call.legs.some(lives)) return endUnknown(floor, call, facts);
  for (const leg of lost) {
    leg.gone = true;
    phoneEnded(floor, leg);
    if (call.heldBy === leg.uniqueId) resume(floor, call, atMs, facts);
    const offer = offerOf(call, { uniqueId: leg.uniqueId, linkedId: '', channel: leg.channel });
    if (offer) offerLostInGap(call, offer, atMs, facts);
    release(floor, agentOn(floor, leg), leg.uniqueId, atMs, facts);
    if (talkOf(call)?.legId === leg.uniqueId) endTalk(call, atMs);
  }
}
