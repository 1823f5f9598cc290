/** What one who waits is told: their place, and how long it will take, as fairly as it can be known. */
import { round } from '../floor/call.ts';

/** The first word after so long; then one every 45 s at most (issue 8); after a minute the offer to keep the place. */
export const FIRST_AFTER_MS = 20_000;
export const EVERY_MS = 45_000;
export const OFFER_AFTER_MS = 60_000;
/** before calls of today say how long one takes */
export const USUAL_HANDLING_MS = 180_000;

export interface Waiting {
  /** callers before this one */
  ahead: number;
  /** agents who serve the queue and are not paused, busy or not */
  agents: number;
  /** answer to ready again (talk and wrap-up), mean of the last half hour */
  handlingMs: number;
}

/**
 * How long until it is this caller's turn. With n agents, each busy for h on average, one becomes free every h / n; the
 * caller is served at the (ahead + 1)th time. It is compared with what came true (hotline_wait_estimate_error_seconds).
 * Null: nobody serves the queue, so nothing can be said.
 */
export function estimateMs({ ahead, agents, handlingMs }: Waiting): number | null {
  if (agents <= 0) return null;
  return round(((ahead + 1) * handlingMs) / agents);
}

/** Minutes that are said: whole ones to ten, then by five, at most thirty; 0: soon. */
export function minutesSaid(ms: number): number {
  const minutes = ms / 60_000;
  if (minutes <= 1) return 0;
  if (minutes <= 10) return Math.ceil(minutes);
  return Math.min(30, Math.ceil(minutes / 5) * 5);
}

/** The prompts (dialplan/prompts.json), in order. Numbers are those of a recorded voice, up to 31. */
export function waitingSaid(ahead: number, expectedMs: number | null, waitedMs: number): string[] {
  const said =
    ahead === 0
      ? ['wait-next']
      : ['wait-ahead', ahead === 2 ? 'n-liang' : `survey-n-${Math.min(ahead, 31)}`, 'wait-people'];
  if (expectedMs !== null) {
    const minutes = minutesSaid(expectedMs);
    if (minutes === 0) said.push('wait-soon');
    else said.push('wait-about', minutes === 2 ? 'n-liang' : `survey-n-${minutes}`, 'wait-minutes');
  }
  if (waitedMs >= OFFER_AFTER_MS) said.push('wait-keep');
  return said.map((name) => `hotline/${name}`);
}

/** May this one hear something now? Never while a phone rings for them, and not too often. */
export function isDue(
  call: { joinedAtMs: number; lastToldAtMs: number | null; rings: boolean },
  nowMs: number,
): boolean {
  if (call.rings) return false;
  return call.lastToldAtMs === null
    ? nowMs >= call.joinedAtMs + FIRST_AFTER_MS
    : nowMs >= call.lastToldAtMs + EVERY_MS;
}
