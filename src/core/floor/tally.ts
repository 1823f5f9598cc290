import { addSums, measuresOf, noSums, sumsOf, type DayMeasures, type Sums } from './measures.ts';
import type { CallRecord } from './record.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const KEPT_MS = 26 * HOUR_MS;

export interface HourSums extends Sums {
  fromMs: number;
}

/**
 * The last day's calls, counted by the minute in which they were offered, as they change: a call is put in when it
 * reaches us and again when it is answered and when it ends, and stands for one call however often it is told.
 */
export interface Tally {
  put(record: CallRecord): void;
  /** a consultation that turned out to be part of another call */
  remove(callId: string): void;
  /** calls offered from this instant on */
  since(fromMs: number): DayMeasures;
  /** whole hours up to the one of `nowMs`, oldest first */
  hours(nowMs: number, count: number): HourSums[];
  forget(nowMs: number): void;
}

export function createTally(): Tally {
  const minutes = new Map<number, Sums>();
  const calls = new Map<string, { minute: number; sums: Sums; done: boolean }>();

  function remove(callId: string): void {
    const known = calls.get(callId);
    if (!known) return;
    calls.delete(callId);
    const minute = minutes.get(known.minute);
    if (minute) addSums(minute, known.sums, -1);
  }

  return {
    put(record) {
      const known = calls.get(record.callId);
      if (known?.done && record.outcome === null) return;
      remove(record.callId);
      const minute = Math.floor(record.arrivedAtMs / MINUTE_MS) * MINUTE_MS;
      const sums = sumsOf(record);
      calls.set(record.callId, { minute, sums, done: record.outcome !== null });
      let into = minutes.get(minute);
      if (!into) minutes.set(minute, (into = noSums()));
      addSums(into, sums);
    },
    remove,
    since(fromMs) {
      const sums = noSums();
      for (const [minute, one] of minutes) if (minute >= fromMs) addSums(sums, one);
      return measuresOf(sums);
    },
    hours(nowMs, count) {
      const last = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
      const bars = Array.from({ length: count }, (_, at) => ({
        fromMs: last - (count - 1 - at) * HOUR_MS,
        ...noSums(),
      }));
      for (const [minute, one] of minutes) {
        const bar = bars[Math.floor((minute - bars[0]!.fromMs) / HOUR_MS)];
        if (bar) addSums(bar, one);
      }
      return bars;
    },
    forget(nowMs) {
      for (const minute of minutes.keys()) if (minute < nowMs - KEPT_MS) minutes.delete(minute);
      for (const [callId, call] of calls) if (call.minute < nowMs - KEPT_MS) calls.delete(callId);
    },
  };
}
