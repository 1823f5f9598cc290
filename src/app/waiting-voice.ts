import { waitingViews } from '../core/floor/views.ts';
import type { Floor } from '../core/floor/floor.ts';
import { openOffers } from '../core/floor/call.ts';
import { root } from '../core/floor/legs.ts';
import type { Fact } from '../core/floor/fact.ts';
import { estimateMs, isDue, USUAL_HANDLING_MS, waitingSaid } from '../core/ivr/waiting.ts';

/** Tells those who wait where they stand, into their own ear, and compares what was said with what came true. */
export interface WaitingVoice {
  hear(facts: readonly Fact[]): void;
  close(): void;
}

const LOOK_EVERY_MS = 1000;
/** no announcement is longer */
const LONGEST_MS = 15_000;
const HANDLING_KEPT_MS = 30 * 60_000;
/** fewer calls than this say nothing of how long one takes */
const ENOUGH_CALLS = 5;
/** what an agent does after a call, before the next */
const AFTER_CALL_MS = 10_000;

export function openWaitingVoice(ports: {
  floor: Floor;
  now: () => number;
  /** phones that serve the queue and are not paused */
  agents: (queue: string) => number;
  whisper: (channel: string, prompts: string[], whisperId: string) => Promise<boolean>;
  /** what is being said is broken off: the caller pressed a key, or somebody answers */
  hush: (whisperId: string) => Promise<unknown>;
  /** estimated minus true, of the first estimate that a caller heard */
  missedBy: (ms: number) => void;
  onFault: (fault: unknown) => void;
}): WaitingVoice {
  const { floor, now } = ports;
  /** callId ─▶ when it was told last, and what it was told first */
  const told = new Map<string, { lastMs: number; turnAtMs: number | null; whisperId: string }>();
  let count = 0;
  let handled: { atMs: number; talkMs: number }[] = [];
  const timer = setInterval(() => void look().catch(ports.onFault), LOOK_EVERY_MS);
  timer.unref();

  function handlingMs(): number {
    handled = handled.filter((one) => one.atMs > now() - HANDLING_KEPT_MS);
    if (handled.length < ENOUGH_CALLS) return USUAL_HANDLING_MS;
    return handled.reduce((sum, one) => sum + one.talkMs + AFTER_CALL_MS, 0) / handled.length;
  }

  async function look(): Promise<void> {
    const nowMs = now();
    const waiting = waitingViews(floor);
    for (const callId of told.keys()) if (!floor.calls.has(callId)) told.delete(callId);
    const seen = new Map<string, number>();
    for (const one of waiting) {
      const ahead = seen.get(one.queue) ?? 0;
      seen.set(one.queue, ahead + 1);
      const call = floor.calls.get(one.callId);
      const channel = call && root(call)?.channel;
      // a kept place has no ear, and who was talking already is taken back at once
      if (
        !call ||
        !channel?.startsWith('PJSIP/') ||
        call.direction !== 'inbound' ||
        call.answeredAtMs !== null
      )
        continue;
      const before = told.get(one.callId);
      const rings = openOffers(call).length > 0;
      if (!isDue({ joinedAtMs: one.sinceMs, lastToldAtMs: before?.lastMs ?? null, rings }, nowMs)) continue;
      const expected = estimateMs({ ahead, agents: ports.agents(one.queue), handlingMs: handlingMs() });
      const turnAtMs = before ? before.turnAtMs : expected === null ? null : nowMs + expected;
      const whisperId = `whisper-${Math.round(nowMs)}-${(count += 1)}`;
      told.set(one.callId, { lastMs: nowMs, turnAtMs, whisperId });
      await ports.whisper(channel, waitingSaid(ahead, expected, nowMs - one.sinceMs), whisperId);
    }
  }

  return {
    hear(facts) {
      for (const fact of facts) {
        if (fact.kind === 'call-ended' && fact.record.direction === 'inbound' && fact.record.talkMs !== null)
          handled.push({ atMs: fact.atMs, talkMs: fact.record.talkMs });
        if (fact.kind !== 'call-answered' && fact.kind !== 'ivr-step') continue;
        const before = told.get(fact.callId);
        if (before && now() < before.lastMs + LONGEST_MS)
          void ports.hush(before.whisperId).catch(ports.onFault);
        if (fact.kind === 'ivr-step') continue;
        if (before?.turnAtMs != null) ports.missedBy(before.turnAtMs - fact.atMs);
        told.delete(fact.callId);
      }
    },
    close: () => clearInterval(timer),
  };
}
