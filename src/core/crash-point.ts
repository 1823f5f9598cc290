/**
 * Named places at which a machine may die, or its database or disk may go: between what is done and what is written
 * down of it. In a hotline nothing happens there; a test lets each of them fail, and what is kept must be the same.
 */
export const CRASH_POINTS = [
  'store: before a batch is written',
  'store: written, not confirmed',
  'outbox: before a row is told',
  'outbox: told, not committed',
  'delivery: sent, not written down',
  'words: before they are kept',
  'words: kept, the order not committed',
  'recording: packed, not kept',
  'recording: kept, the original still there',
  'report: before it is frozen',
  'report: frozen, not committed',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

let onPoint: ((point: CrashPoint) => void) | null = null;

/** Passes a named place; throws if a test lets it fail there. */
export function crashPoint(point: CrashPoint): void {
  onPoint?.(point);
}

/** For tests: hears of each place that is passed; null: of none. */
export function watchCrashPoints(listener: typeof onPoint): void {
  onPoint = listener;
}
