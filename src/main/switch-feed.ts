/** The switch's feed with what is said about it: connected or refused, its clock, a journal that can't be written. */
import { openFeed, type Feed, type FeedSettings } from '../asterisk/feed.ts';
import type { Engine } from '../app/engine.ts';
import type { Health } from '../app/health.ts';
import type { FeedClock } from '../core/floor/feed-clock.ts';

interface SwitchPorts {
  engine: Engine;
  feedClock: FeedClock;
  health: Health;
  now: () => number;
}

export function openSwitchFeed(
  at: Pick<FeedSettings, 'host' | 'port' | 'user' | 'secret'>,
  { engine, feedClock, health, now }: SwitchPorts,
  onState: (state: string, why: unknown) => void,
): Feed {
  health.raise('pbx-disconnected');
  return openFeed({
    ...at,
    now,
    onOpen: (atMs) => {
      feedClock.opened();
      engine.opened(atMs);
    },
    onBytes: engine.bytes,
    onLost: engine.lost,
    onState: (state, why) => {
      onState(state, why);
      health[state === 'live' ? 'clear' : 'raise']('pbx-disconnected');
      health[state === 'refused' ? 'raise' : 'clear']('pbx-refused');
    },
  });
}

/** Each second: time goes on, and what is wrong with journal or clock is said; the answer ends it. */
export function watchSwitch(
  { engine, feedClock, health, now }: SwitchPorts,
  journalFailingSinceMs: () => number | null,
): () => void {
  const timer = setInterval(() => {
    engine.tick(now());
    health[journalFailingSinceMs() === null ? 'clear' : 'raise']('journal-disk-full');
    const clock = feedClock.state();
    health[clock === 'missing' ? 'raise' : 'clear']('pbx-no-timestamps');
    health[clock === 'off' ? 'raise' : 'clear']('pbx-clock-off');
  }, 1000);
  return () => clearInterval(timer);
}
