import { settle, wrapUpEndsAtMs } from './agents.ts';
import { isAnswered, noteAnomaly } from './call.ts';
import type { Leg, SnapshotLeg, SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { isTrunk, kindOf } from './channels.ts';
import { endLost } from './ending.ts';
import { callOf, legOf, merge } from './legs.ts';
import { stepCall } from './lifecycle.ts';
import { answeredUnseen } from './offers.ts';
import { agentOf, channelNumberOf, endUnknown, misfit, tell, type Floor } from './state.ts';

export { openFloor, type Floor, type FloorSettings } from './state.ts';

const CLOCK_BACK_MS = 2000;

/** Folds one event into the floor and tells the facts that follow. Never throws: what does not fit is a counted anomaly. */
export function step(floor: Floor, event: SwitchEvent): Fact[] {
  const facts: Fact[] = [];
  try {
    if (Number.isFinite(event.atMs)) {
      wrapUps(floor, event.atMs, facts);
      if (event.atMs < floor.lastAtMs - CLOCK_BACK_MS) {
        misfit(facts, 'clock-went-back', null, event.kind, event.atMs);
        floor.lastAtMs = event.atMs;
      }
      if (event.kind !== 'snapshot' && event.atMs > floor.lastAtMs) floor.lastAtMs = event.atMs;
    }
    dispatch(floor, event, facts);
  } catch (fault) {
    misfit(facts, 'step-failed', null, `${event.kind}: ${String(fault)}`, event.atMs);
  }
  return facts;
}

/** Time goes on though the switch is silent: wrap-ups end. `atMs` must be on the switch's clock. */
export function tick(floor: Floor, atMs: number): Fact[] {
  const facts: Fact[] = [];
  wrapUps(floor, atMs, facts);
  return facts;
}

/** The recording is over, or the hotline is being closed for good: what still lives ends `unknown`. */
export function closeFloor(floor: Floor): Fact[] {
  const facts: Fact[] = [];
  for (const call of floor.calls.values()) endUnknown(floor, call, facts);
  return facts;
}

function dispatch(floor: Floor, event: SwitchEvent, facts: Fact[]): void {
  switch (event.kind) {
    case 'member': {
      const agent = agentOf(floor, event.agent, event.member.name, event.atMs);
      if (event.member.name) agent.name = event.member.name;
      const known = agent.queues.get(event.queue);
      if (known) Object.assign(known, event.member);
      else agent.queues.set(event.queue, { ...event.member });
      // one phone, whatever queue tells of it
      for (const member of agent.queues.values()) member.device = event.member.device;
      tell(facts, settle(agent, event.atMs));
      return;
    }
    case 'member-left': {
      const agent = floor.agents.get(event.agent);
      if (!agent) return;
      agent.queues.delete(event.queue);
      tell(facts, settle(agent, event.atMs));
      return;
    }
    case 'phone-status':
      return tell(facts, phoneStatus(floor, event));
    case 'misfit': {
      const call = event.linkedId === null ? undefined : floor.calls.get(event.linkedId);
      if (call) noteAnomaly(call, event.name);
      misfit(facts, event.name, call?.callId ?? null, event.detail, event.atMs);
      return;
    }
    case 'feed-lost':
      if (floor.lostAtMs === null) floor.lostAtMs = floor.lastAtMs;
      for (const call of floor.calls.values()) {
        floor.suspects.add(call.callId);
        for (const leg of call.legs) if (!leg.gone) leg.unsure = true;
      }
      return;
    case 'feed-opened':
      return;
    case 'switch-booted': {
      const bootedAtMs = event.atMs - (event.uptimeSeconds + 1) * 1000;
      if (floor.lostAtMs !== null && bootedAtMs > floor.lostAtMs) newProcess(floor, facts);
      return;
    }
    case 'snapshot':
      reconcile(floor, event, facts);
      return;
    case 'channel-created':
      if (floor.suspects.size > 0 && isOtherProcess(floor, event.leg)) newProcess(floor, facts);
      break;
    default:
      break;
  }
  stepCall(floor, event, facts);
}

/** A fact where something changed; the end of an address that the phone has left already changes nothing. */
function phoneStatus(
  floor: Floor,
  { atMs, agent: name, contact, there }: Extract<SwitchEvent, { kind: 'phone-status' }>,
): Fact | null {
  if (!/^PJSIP\/\d+$/.test(name)) return null;
  const before = floor.registrations.get(name);
  if (!there && before && before.contact !== contact) return null;
  if (before?.contact === contact && before.there === there) return null;
  floor.registrations.set(name, { contact, there });
  if (!floor.agents.has(name)) return null;
  const id = `${name}:phone:${there}:${contact}:${atMs}`;
  return { kind: 'phone-status', id, atMs, agent: name, contact, there };
}

/** The switch's own numbering of channels begins again at 0 with each of its processes: `pbx-1795461622.0`. */
function isOtherProcess(floor: Floor, leg: Leg): boolean {
  const number = channelNumberOf(leg.uniqueId);
  return number !== null && number < floor.channelNumber;
}

function newProcess(floor: Floor, facts: Fact[]): void {
  for (const callId of floor.suspects) {
    const call = floor.calls.get(callId);
    if (call) endLost(floor, call, () => false, false, facts);
  }
  floor.suspects.clear();
  floor.channelNumber = -1;
}

function reconcile(floor: Floor, event: Extract<SwitchEvent, { kind: 'snapshot' }>, facts: Fact[]): void {
  const live = event.live.filter((leg) => kindOf(floor, leg.channel) !== 'furniture');
  const alive = new Set(live.map((leg) => leg.uniqueId));
  const speaking = live.filter((leg) => kindOf(floor, leg.channel) !== 'local');
  const linked = new Set(speaking.map((leg) => callOf(floor, leg.linkedId)?.callId));
  for (const callId of floor.suspects) {
    const call = floor.calls.get(callId);
    if (call) endLost(floor, call, (leg) => alive.has(leg.uniqueId), linked.has(callId), facts);
  }
  floor.suspects.clear();
  if (floor.lostAtMs !== null) {
    const fromMs = floor.lostAtMs;
    facts.push({ kind: 'feed-gap', id: `gap:${fromMs}`, atMs: fromMs, fromMs, untilMs: event.atMs });
    floor.lostAtMs = null;
  }
  for (const leg of live) {
    if (floor.calls.has(leg.linkedId) || floor.ended.has(leg.linkedId) || floor.merged.has(leg.linkedId))
      continue;
    if (leg.uniqueId !== leg.linkedId) continue;
    // a callback that was placed just before we were away is ours, though it stands on the trunk
    const incoming = isTrunk(floor, leg.channel) && !leg.uniqueId.startsWith('survey-');
    const found: SwitchEvent = { ...leg, kind: 'channel-created', atMs: leg.bornAtMs, leg, incoming };
    stepCall(floor, found, facts);
    const call = floor.calls.get(leg.linkedId);
    if (!call) continue;
    call.begunUnseen = true;
    noteAnomaly(call, 'found-by-snapshot');
  }
  for (const leg of live) foundLive(floor, leg, event, facts);
}

/** A leg that a snapshot shows. One of our phones in the caller's bridge: the call was answered while nobody listened. */
function foundLive(
  floor: Floor,
  told: SnapshotLeg,
  snapshot: Extract<SwitchEvent, { kind: 'snapshot' }>,
  facts: Fact[],
): void {
  const own = floor.calls.get(floor.legs.get(told.uniqueId) ?? '');
  const linked = callOf(floor, told.linkedId);
  // two calls may have become one while nobody listened
  const call = own && linked && own !== linked ? merge(floor, own, linked, facts) : (own ?? linked);
  if (!call) return;
  const leg = legOf(floor, call, told);
  leg.up ||= told.up;
  if (told.bridge === null || leg.party !== 'agent' || isAnswered(call)) return;
  const withCaller = snapshot.live.some((one) => one.bridge === told.bridge && one.uniqueId === call.callId);
  if (withCaller && told.uniqueId !== call.callId) answeredUnseen(floor, call, told, snapshot.atMs, facts);
}

function wrapUps(floor: Floor, atMs: number, facts: Fact[]): void {
  for (const agent of floor.agents.values()) {
    if (agent.state !== 'wrap-up') continue;
    const ends = wrapUpEndsAtMs(agent);
    if (ends !== null && ends <= atMs) tell(facts, settle(agent, Math.max(ends, agent.sinceMs)));
  }
}
