import { round, type Call, type Talk } from './call.ts';
import type { CallRecord, TalkRecord } from './record.ts';

/** Who talks with the caller: one agent after the other, each on their own leg. */
export function talkOf(call: Call): Talk | null {
  const last = call.talks.at(-1);
  return last && last.untilMs === null ? last : null;
}

/** The agent and the caller are joined. Who talked before, talks no more. */
export function beginTalk(call: Call, agent: string, legId: string, fromMs: number | null): void {
  const last = talkOf(call);
  if (last?.legId === legId) return;
  if (fromMs !== null) endTalk(call, fromMs);
  call.talks = call.talks.concat({ agent, legId, fromMs, untilMs: null, holdMs: 0 });
}

export function endTalk(call: Call, untilMs: number): void {
  const talk = talkOf(call);
  if (!talk) return;
  if (call.heldSinceMs !== null && call.heldBy === talk.legId)
    talk.holdMs = round(talk.holdMs + Math.max(0, untilMs - Math.max(call.heldSinceMs, talk.fromMs ?? 0)));
  talk.untilMs = Math.max(talk.fromMs ?? untilMs, untilMs);
}

/** The agent from whom the caller came here, by the last transfer up to this instant; null: nobody handed them on, or nobody saw who. */
export function handedOnBy(call: Call, untilMs = Infinity): string | null {
  return call.transfers.findLast(({ atMs }) => atMs <= untilMs)?.from ?? null;
}

/**
 * Who talked with the caller in this call, and how long: the one definition that the console's figures, the table `talks`
 * and everything read from it go by. A record from before talks were kept has the first answerer's alone.
 */
export function talksOf(record: CallRecord): readonly TalkRecord[] {
  if (record.talks) return record.talks;
  const { answeredBy, answeredAtMs, talkMs, holdMs } = record;
  return answeredBy === null
    ? []
    : [{ agent: answeredBy, fromMs: answeredAtMs, talkMs, holdMs: holdMs ?? 0 }];
}
