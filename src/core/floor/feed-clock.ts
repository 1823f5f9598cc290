/**
 * Every span that the hotline measures stands on the switch's own Timestamp. A switch that writes none (Asterisk's default
 * is `timestampevents = no`) looks like a hotline without calls, and one whose clock is off shows wrong rings beside our
 * own clock: both are told, never borne in silence.
 */
export interface FeedClock {
  /** one event: the switch's instant (NaN: it has none) and ours when it was received, Unix ms */
  hear(stampedMs: number, receivedMs: number): void;
  /** another connection: what was heard of the one before says nothing of it */
  opened(): void;
  state(): FeedClockState;
  /** how far our clock is ahead of the switch's; null: not known yet */
  offsetMs(): number | null;
}

/** `unknown`: too little was heard */
export type FeedClockState = 'unknown' | 'right' | 'off' | 'missing';

/** An event or two without an instant may be forged (ASTERISK.md); a feed in which none has one is set so. */
const MISSING_AFTER_EVENTS = 3;
/** What a caller forges comes beside events that have one; a switch whose instants were turned off sends none any more. */
const SET_OFF_AFTER_MS = 2000;
const OFF_BEYOND_MS = 2000;
/** A busy moment of ours delays events, and never hurries them: the least delay of a while is the clocks' difference. */
const WINDOW_MS = 5000;

export function createFeedClock(): FeedClock {
  let lastStampedMs = NaN;
  /** events without an instant since the last that had one */
  let missing = 0;
  let lastMissingMs = NaN;
  let windowFromMs = NaN;
  let leastMs = Infinity;
  let hasWindow = false;
  let offsetMs: number | null = null;

  return {
    hear(stampedMs, receivedMs) {
      if (!Number.isFinite(stampedMs)) {
        missing += 1;
        lastMissingMs = receivedMs;
        return;
      }
      missing = 0;
      lastStampedMs = receivedMs;
      if (!Number.isFinite(receivedMs)) return;
      if (!(receivedMs - windowFromMs < WINDOW_MS && receivedMs >= windowFromMs)) {
        // the window is over: what it showed stands until the next one is
        if (leastMs !== Infinity) {
          offsetMs = leastMs;
          hasWindow = true;
        }
        windowFromMs = receivedMs;
        leastMs = Infinity;
      }
      const delayMs = receivedMs - stampedMs;
      if (delayMs < leastMs) leastMs = delayMs;
      if (!hasWindow) offsetMs = leastMs;
    },
    opened() {
      lastStampedMs = NaN;
      missing = 0;
      lastMissingMs = NaN;
      windowFromMs = NaN;
      leastMs = Infinity;
      hasWindow = false;
      offsetMs = null;
    },
    state() {
      if (missing >= MISSING_AFTER_EVENTS && !(lastMissingMs - lastStampedMs < SET_OFF_AFTER_MS))
        return 'missing';
      if (offsetMs === null) return 'unknown';
      return Math.abs(offsetMs) > OFF_BEYOND_MS ? 'off' : 'right';
    },
    offsetMs: () => offsetMs,
  };
}
