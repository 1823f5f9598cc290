import { round, type Call, type Talk } from './call.ts';

/** Who talks with the caller: one agent after the other, each on their own leg. */
export function talkOf(call: Call): Talk | null {
  const last = call.talks.at(-1);
  return last && last.untilMs === null ? last : null;
}

/** The agent and the caller are joined. Who talked before, talks no more. */
export function beginTalk(call: Call, agent: string, legId: string, fromMs: number): void {
  const last = talkOf(call);
  if (last?.legId === legId) return;
  endTalk(call, fromMs);
  call.talks.push({ agent, legId, fromMs, untilMs: null, holdMs: 0 });
}

export function endTalk(call: Call, untilMs: number): void {
  const talk = talkOf(call);
  if (!talk) return;
  if (call.heldSinceMs !== null && call.heldBy === talk.legId)
    talk.holdMs = round(talk.holdMs + Math.max(0, untilMs - Math.max(call.heldSinceMs, talk.fromMs)));
  talk.untilMs = Math.max(talk.fromMs, untilMs);
}
