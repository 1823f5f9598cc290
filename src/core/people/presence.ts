import { WRAP_UP } from '../floor/agents.ts';
import type { AgentState } from '../floor/fact.ts';

/**
 * What an agent is doing, by three witnesses: the switch (its queues and calls), the phone (is it registered) and the
 * browser (does a tab live). Each may err or be late; the state is worked out from all of them, always with a reason,
 * and where they contradict each other the mismatch is named. Pure: what is asked of the switch is a wish, and only
 * the switch's own events make it true.
 */
export interface Presence {
  /** `PJSIP/1001` */
  agent: string;
  /** the queues that this agent serves */
  queues: readonly string[];
  /** signed in at the desk since; null: not signed in */
  signedInAtMs: number | null;
  /** signed out here, and the switch has not let go yet */
  leaving: boolean;
  /** is the switch heard at all */
  switchHeard: boolean;
  members: Readonly<Record<string, QueueMember>>;
  doing: 'idle' | 'ringing' | 'talking' | 'on-hold';
  callId: string | null;
  /** the phone's registration: of the queue's device state, or of the phone itself */
  phone: 'unknown' | 'there' | 'gone';
  tabs: number;
  /** the last word of any tab; a tab that is open and silent is no word */
  heardAtMs: number | null;
  /** the pause that was asked for here; another one came from elsewhere */
  askedPause: string | null;
  wrapUp: WrapUp | null;
  /** calls in a row that this phone could not take: it refused what it was offered, or was not there */
  phoneFailures: number;
  /** the state's own beginning, kept by the fold */
  sinceMs: number;
  shown: AgentState;
}
export interface QueueMember {
  paused: boolean;
  reason: string | null;
}

/** After a call: the record is completed before the next call (Article 27), within a limit that a supervisor sees. */
export interface WrapUp {
  callId: string;
  sinceMs: number;
  untilMs: number;
  extendedCount: number;
  recordComplete: boolean;
}

export type PresenceEvent = { atMs: number } & (
  | { kind: 'signed-in'; queues: readonly string[] }
  | { kind: 'serves'; queues: readonly string[] }
  | { kind: 'signed-out' }
  | {
      kind: 'switch-says';
      members: Readonly<Record<string, QueueMember>>;
      doing: Presence['doing'];
      callId: string | null;
      phone: Presence['phone'];
    }
  | { kind: 'switch-lost' }
  | { kind: 'switch-found' }
  | { kind: 'phone-says'; there: boolean }
  /** a call was offered and the phone could not take it */
  | { kind: 'phone-failed' }
  /** the phone rang, registered anew, or its agent says that it is mended */
  | { kind: 'phone-works' }
  | { kind: 'tab-opened' }
  /** a tab said something, if only that it lives */
  | { kind: 'tab-heard' }
  | { kind: 'tab-gone'; heardAtMs: number }
  | { kind: 'pause-asked'; reason: string | null }
  | { kind: 'call-over'; callId: string; limitMs: number; recordComplete: boolean }
  | { kind: 'record-completed'; callId: string }
  | { kind: 'wrap-up-extended'; byMs: number }
  | { kind: 'wrap-up-done' }
  | { kind: 'tick' }
);

/** The same without its instant: the shell adds it. */
export type PresenceSaid = PresenceEvent extends infer E
  ? E extends { atMs: number }
    ? Omit<E, 'atMs'>
    : never
  : never;

/** So long after the last word of the last tab the agent takes no more calls. */
export const HEARTBEAT_MS = 10_000;
/** So long without a tab, the agent has gone home without signing out. */
export const GONE_HOME_MS = 30 * 60_000;
/** A wish may take so long until its absence is a mismatch. */
const PATIENCE_MS = 3000;
export const NO_HEARTBEAT = 'no-heartbeat';
/** a phone that could not take so many calls in a row gets no more of them until it works again */
export const PHONE_FAILURES = 2;
export const PHONE_UNUSABLE = 'phone-unusable';
const OURS: readonly string[] = [WRAP_UP, NO_HEARTBEAT, PHONE_UNUSABLE];

/** Where the witnesses contradict each other, most urgent first. */
export const MISMATCHES = [
  'switch-away',
  'no-heartbeat',
  'phone-unusable',
  'phone-gone',
  'not-in-queue',
  'not-signed-in',
  'paused-elsewhere',
] as const;
export type Mismatch = (typeof MISMATCHES)[number];

/** Why the state is what it is; a pause has the agent's own words. */
export interface PresenceView {
  agent: string;
  state: AgentState;
  sinceMs: number;
  reason: string;
  mismatch: { kind: Mismatch; sinceMs: number } | null;
  signedInAtMs: number | null;
  queues: readonly string[];
  tabs: number;
  callId: string | null;
  wrapUp: (WrapUp & { overdue: boolean }) | null;
}

export function newPresence(agent: string, queues: readonly string[], atMs: number): Presence {
  return {
    agent,
    queues,
    signedInAtMs: null,
    leaving: false,
    switchHeard: false,
    members: {},
    doing: 'idle',
    callId: null,
    phone: 'unknown',
    tabs: 0,
    heardAtMs: null,
    askedPause: null,
    wrapUp: null,
    phoneFailures: 0,
    sinceMs: atMs,
    shown: 'offline',
  };
}

/** Folds one word of any witness. */
export function presenceStep(before: Presence, event: PresenceEvent): Presence {
  const after = folded(before, event);
  const { state } = stateOf(after, event.atMs);
  return state === before.shown ? after : { ...after, shown: state, sinceMs: event.atMs };
}

function folded(one: Presence, event: PresenceEvent): Presence {
  switch (event.kind) {
    case 'signed-in':
      return {
        ...one,
        phoneFailures: 0,
        queues: event.queues,
        signedInAtMs: one.signedInAtMs ?? event.atMs,
        leaving: false,
        askedPause: null,
        heardAtMs: Math.max(one.heardAtMs ?? 0, event.atMs),
      };
    case 'serves':
      return { ...one, queues: event.queues };
    case 'signed-out':
      return { ...one, signedInAtMs: null, leaving: true, wrapUp: null, askedPause: null };
    case 'switch-says': {
      const { members, doing, callId } = event;
      const gone = Object.keys(members).length === 0;
      const wrapUp =
        doing === 'talking' && callId !== null && one.wrapUp?.callId === callId ? null : one.wrapUp;
      return {
        ...one,
        switchHeard: true,
        members,
        doing,
        callId,
        phone: event.phone === 'unknown' ? one.phone : event.phone,
        leaving: one.leaving && !gone,
        wrapUp,
      };
    }
    case 'switch-lost':
      return { ...one, switchHeard: false };
    case 'switch-found':
      return { ...one, switchHeard: true };
    case 'phone-says':
      return { ...one, phone: event.there ? 'there' : 'gone' };
    case 'phone-failed':
      return { ...one, phoneFailures: one.phoneFailures + 1 };
    case 'phone-works':
      return { ...one, phoneFailures: 0 };
    case 'tab-opened':
      return { ...one, tabs: one.tabs + 1, heardAtMs: later(one.heardAtMs, event.atMs) };
    case 'tab-heard':
      return { ...one, heardAtMs: later(one.heardAtMs, event.atMs) };
    case 'tab-gone':
      return { ...one, tabs: Math.max(0, one.tabs - 1), heardAtMs: later(one.heardAtMs, event.heardAtMs) };
    case 'pause-asked':
      return { ...one, askedPause: event.reason };
    case 'call-over':
      if (one.signedInAtMs === null) return one;
      return {
        ...one,
        wrapUp: {
          callId: event.callId,
          sinceMs: event.atMs,
          untilMs: event.atMs + event.limitMs,
          extendedCount: 0,
          recordComplete: event.recordComplete,
        },
      };
    case 'record-completed':
      if (one.wrapUp?.callId !== event.callId) return one;
      return { ...one, wrapUp: { ...one.wrapUp, recordComplete: true } };
    case 'wrap-up-extended': {
      if (!one.wrapUp) return one;
      const untilMs = Math.max(one.wrapUp.untilMs, event.atMs) + event.byMs;
      return { ...one, wrapUp: { ...one.wrapUp, untilMs, extendedCount: one.wrapUp.extendedCount + 1 } };
    }
    case 'wrap-up-done':
      return { ...one, wrapUp: null };
    case 'tick': {
      // a complete record needs nobody to press a key: the limit ends it; an incomplete one is overdue and stays
      if (one.wrapUp?.recordComplete && event.atMs >= one.wrapUp.untilMs) return { ...one, wrapUp: null };
      return one;
    }
  }
}

function later(one: number | null, other: number): number {
  return Math.max(one ?? 0, other);
}

/** How long no tab has lived; null: one does, or none is asked for. */
export function silentSinceMs(one: Presence): number | null {
  if (one.signedInAtMs === null || one.tabs > 0) return null;
  return Math.max(one.heardAtMs ?? 0, one.signedInAtMs);
}

function noHeartbeat(one: Presence, atMs: number): boolean {
  const since = silentSinceMs(one);
  return since !== null && atMs - since >= HEARTBEAT_MS;
}

/** Taken out of the queue because its phone takes no calls. */
export function phoneUnusable(one: Presence): boolean {
  return one.signedInAtMs !== null && one.phoneFailures >= PHONE_FAILURES;
}

function stateOf(one: Presence, atMs: number): { state: AgentState; reason: string } {
  const members = Object.values(one.members);
  if (one.doing !== 'idle') return { state: one.doing, reason: 'call' };
  if (members.length === 0) {
    return { state: 'offline', reason: one.signedInAtMs === null ? 'signed-out' : 'joining' };
  }
  if (one.phone === 'gone') return { state: 'unreachable', reason: 'phone-gone' };
  const paused = members.every((member) => member.paused);
  const reason = members.find((member) => member.reason !== null && member.reason !== '')?.reason ?? null;
  if (noHeartbeat(one, atMs)) return { state: 'paused', reason: NO_HEARTBEAT };
  if (phoneUnusable(one)) return { state: 'paused', reason: PHONE_UNUSABLE };
  if (paused && reason !== null && !OURS.includes(reason)) return { state: 'paused', reason };
  if (one.wrapUp !== null || (paused && reason === WRAP_UP)) return { state: 'wrap-up', reason: WRAP_UP };
  if (paused) return { state: 'paused', reason: reason ?? 'unnamed' };
  return { state: 'ready', reason: 'in-queue' };
}

/** The state as it is shown, with its reason, at this instant. */
export function presenceView(one: Presence, atMs: number): PresenceView {
  const { state, reason } = stateOf(one, atMs);
  return {
    agent: one.agent,
    state,
    sinceMs: state === one.shown ? one.sinceMs : atMs,
    reason,
    mismatch: mismatchOf(one, atMs),
    signedInAtMs: one.signedInAtMs,
    queues: Object.keys(one.members),
    tabs: one.tabs,
    callId: one.callId,
    wrapUp: one.wrapUp
      ? { ...one.wrapUp, overdue: atMs >= one.wrapUp.untilMs && !one.wrapUp.recordComplete }
      : null,
  };
}

function mismatchOf(one: Presence, atMs: number): PresenceView['mismatch'] {
  const members = Object.values(one.members);
  const here = one.signedInAtMs !== null;
  if (!one.switchHeard && here) return { kind: 'switch-away', sinceMs: one.sinceMs };
  if (noHeartbeat(one, atMs)) return { kind: 'no-heartbeat', sinceMs: silentSinceMs(one)! };
  if (phoneUnusable(one)) return { kind: PHONE_UNUSABLE, sinceMs: one.sinceMs };
  if (here && one.phone === 'gone') return { kind: 'phone-gone', sinceMs: one.sinceMs };
  if (here && one.switchHeard && atMs - one.signedInAtMs! >= PATIENCE_MS) {
    if (one.queues.some((queue) => !one.members[queue]))
      return { kind: 'not-in-queue', sinceMs: one.sinceMs };
  }
  if (!here && !one.leaving && members.length > 0) return { kind: 'not-signed-in', sinceMs: one.sinceMs };
  const foreign = members.find(
    (m) => m.paused && !OURS.includes(m.reason ?? '') && m.reason !== one.askedPause,
  );
  if (here && foreign) return { kind: 'paused-elsewhere', sinceMs: one.sinceMs };
  return null;
}

/** What is to be asked of the switch so that it comes to what this agent and this service want. */
export type Wish =
  | { kind: 'add'; queue: string; pausedReason: string | null }
  | { kind: 'remove'; queue: string }
  | { kind: 'pause'; reason: string }
  | { kind: 'unpause' };

/**
 * Empty: the switch is as it should be. A pause from elsewhere (the switch's console, a supervisor) is respected: only
 * pauses that this service made by itself are taken away by it.
 */
export function presenceWishes(one: Presence, atMs: number): Wish[] {
  if (!one.switchHeard) return [];
  const names = Object.keys(one.members);
  if (one.signedInAtMs === null) {
    return one.leaving ? names.map((queue) => ({ kind: 'remove', queue })) : [];
  }
  const force = noHeartbeat(one, atMs)
    ? NO_HEARTBEAT
    : phoneUnusable(one)
      ? PHONE_UNUSABLE
      : one.wrapUp
        ? WRAP_UP
        : null;
  const wishes: Wish[] = [];
  const members = Object.values(one.members);
  const foreign = members.find((member) => member.paused && !OURS.includes(member.reason ?? ''));
  const pausedReason = foreign ? (foreign.reason ?? '') : force;
  for (const queue of one.queues) {
    if (!one.members[queue]) wishes.push({ kind: 'add', queue, pausedReason });
  }
  for (const queue of names) {
    if (!one.queues.includes(queue)) wishes.push({ kind: 'remove', queue });
  }
  if (pausedReason !== null) {
    const wrong = members.some((member) => !member.paused || (!foreign && member.reason !== pausedReason));
    if (wrong) wishes.push({ kind: 'pause', reason: pausedReason });
  } else if (members.some((member) => member.paused && OURS.includes(member.reason ?? ''))) {
    wishes.push({ kind: 'unpause' });
  }
  return wishes;
}

/** Nobody has been at this desk for so long that the agent went home. */
export function wentHome(one: Presence, atMs: number): boolean {
  const since = silentSinceMs(one);
  return since !== null && one.doing === 'idle' && atMs - since >= GONE_HOME_MS;
}
