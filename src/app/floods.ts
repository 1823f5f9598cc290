import type { Call } from '../core/floor/call.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { root } from '../core/floor/legs.ts';
import { callerNumber } from '../core/people/number.ts';
import {
  FLOOD_WINDOW_MS,
  isLike,
  judgeFlood,
  keyFor,
  signsOf,
  type Arrival,
  type FloodCall,
  type FloodRules,
  type FloodVerdict,
  type Standing,
} from '../core/telephone/flood.ts';

/** Watches who calls: a flood of forged numbers is told, strangers press a key in it, and who is known goes first. */
export interface Floods {
  hear(facts: readonly Fact[]): void;
  /** since when one stands; null: none */
  sinceMs(): number | null;
  /** what came before this start is remembered */
  start(): Promise<void>;
  close(): void;
}

export interface FloodPorts {
  floor: Floor;
  now: () => number;
  rules: () => FloodRules & { floodPress: boolean };
  store: {
    standing: () => Promise<Standing | null>;
    begin: (atMs: number, verdict: FloodVerdict) => Promise<Standing>;
    end: (id: number, atMs: number) => Promise<void>;
    note: (id: number, calls: readonly FloodCall[]) => Promise<void>;
    pass: (callId: string, atMs: number) => Promise<void>;
    recent: (sinceMs: number) => Promise<Arrival[]>;
    trust: (number: string) => Promise<{ trusted: boolean; strangeBlock: boolean }>;
    /** strangers in ten minutes at this time of day */
    usual: (atMs: number) => Promise<number>;
  };
  /** from now on this caller is asked for the key before they queue */
  suspect: (channel: string, key: number) => Promise<unknown>;
  /** this caller goes before strangers */
  prefer: (channel: string) => Promise<unknown>;
  /** one who waits already is asked now */
  ask: (channel: string) => Promise<unknown>;
  onChange: (standing: Standing | null, verdict: FloodVerdict) => void;
  onFault: (cause: unknown) => void;
}

const LOOK_EVERY_MS = 5000;
const USUAL_EVERY_MS = 300_000;
/** a flood of thousands must not be remembered one by one */
const MOST_ARRIVALS = 5000;

export function openFloods(ports: FloodPorts): Floods {
  const { floor, store, now } = ports;
  const arrivals = new Map<string, Arrival>();
  let standing: Standing | null = null;
  /** calls of which the carrier did not say who they are, before their number is known */
  const unproven = new Set<string>();
  let usual = 0;
  let usualAtMs = -Infinity;
  let chain: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => inTurn(judge), LOOK_EVERY_MS);
  timer.unref();

  /** One step after the other: a flood begins once. */
  function inTurn(work: () => Promise<void>): void {
    chain = chain.then(work).catch(ports.onFault);
  }

  async function arrive(
    callId: string,
    ani: string | null,
    atMs: number,
    gaveUpAfterMs: number | null = null,
  ): Promise<void> {
    if (arrivals.has(callId)) return;
    const number = callerNumber(ani);
    const trust = number === null ? { trusted: false, strangeBlock: false } : await store.trust(number);
    if (arrivals.size >= MOST_ARRIVALS) arrivals.delete(arrivals.keys().next().value!);
    const noIdentity = unproven.delete(callId);
    arrivals.set(callId, { callId, atMs, ani, ...trust, noIdentity, gaveUpAfterMs, passed: false });
    const wasStanding = standing !== null;
    await judge();
    if (standing && wasStanding) await meet(arrivals.get(callId)!);
  }

  async function judge(): Promise<void> {
    const atMs = now();
    for (const [callId, one] of arrivals) if (one.atMs < atMs - FLOOD_WINDOW_MS) arrivals.delete(callId);
    const verdict = judgeFlood([...arrivals.values()], ports.rules(), usual, standing !== null);
    if (verdict.flood === (standing !== null)) return;
    if (standing) {
      await store.end(standing.id, atMs);
      standing = null;
      return ports.onChange(null, verdict);
    }
    // what is usual is asked for only when it matters
    if (atMs - usualAtMs > USUAL_EVERY_MS) {
      usual = await store.usual(atMs);
      usualAtMs = atMs;
      return judge();
    }
    standing = await store.begin(atMs, verdict);
    ports.onChange(standing, verdict);
    for (const one of [...arrivals.values()]) await meet(one);
  }

  /** What a flood means for one call. */
  async function meet(one: Arrival): Promise<void> {
    if (!standing || one.passed) return;
    const call = floor.calls.get(one.callId);
    const lives = call !== undefined && !call.ended;
    const channel = lives ? root(call)?.channel : undefined;
    if (one.trusted) {
      if (channel && !call!.inQueue) await ports.prefer(channel);
      return;
    }
    const all = signsOf([...arrivals.values()]);
    const signs = all.get(one.callId) ?? [];
    const folded = isLike(signs, all);
    // who went before the flood was known, and is not like it, is a missed caller as any other
    if (!lives && !folded) return;
    const number = callerNumber(one.ani);
    await store.note(standing.id, [{ callId: one.callId, number, signs, folded, atMs: one.atMs }]);
    if (!channel || !ports.rules().floodPress || isAnswered(call!)) return;
    await ports.suspect(channel, keyFor(one.callId));
    if (call!.inQueue && !rings(call!)) await ports.ask(channel);
  }

  async function end(fact: Fact & { kind: 'call-ended' }): Promise<void> {
    const { callId, record } = fact;
    if (record.direction !== 'inbound') return;
    const gaveUpAfterMs = record.outcome === 'abandoned' ? fact.atMs - record.arrivedAtMs : null;
    const one = arrivals.get(callId);
    if (!one) return arrive(callId, record.ani, record.arrivedAtMs, gaveUpAfterMs);
    one.gaveUpAfterMs = gaveUpAfterMs;
    await judge();
  }

  async function pass(callId: string, atMs: number): Promise<void> {
    const one = arrivals.get(callId);
    if (one) one.passed = true;
    await store.pass(callId, atMs);
  }

  return {
    hear(facts) {
      for (const fact of facts) {
        if (fact.kind === 'ivr-asked' && fact.question === 'unproven') unproven.add(fact.callId);
        // the number is known by now: the channel's first event shows the trunk's own (dialplan, caller-id)
        if (fact.kind === 'ivr-asked' && fact.question === 'area')
          inTurn(() => arrive(fact.callId, floor.calls.get(fact.callId)?.ani ?? null, fact.atMs));
        else if (fact.kind === 'ivr-step' && fact.node === 'pressed')
          inTurn(() => pass(fact.callId, fact.atMs));
        else if (fact.kind === 'call-answered' && fact.record.direction === 'inbound')
          inTurn(() => pass(fact.callId, fact.atMs));
        else if (fact.kind === 'call-ended') inTurn(() => end(fact));
      }
    },
    sinceMs: () => standing?.beganAtMs ?? null,
    async start() {
      for (const one of await store.recent(now() - FLOOD_WINDOW_MS))
        if (!arrivals.has(one.callId)) arrivals.set(one.callId, one);
      standing = await store.standing();
      if (standing) {
        // what is usual is asked for before it is said to be over
        usual = await store.usual(now());
        ports.onChange(standing, judgeFlood([...arrivals.values()], ports.rules(), usual, true));
      }
      inTurn(judge);
    },
    close: () => clearInterval(timer),
  };
}

const isAnswered = (call: Call) => call.answeredAtMs !== null;
const rings = (call: Call) => call.offers.some((offer) => offer.outcome === null);
