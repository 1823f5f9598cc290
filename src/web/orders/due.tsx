import { useSyncExternalStore } from 'react';
import { moodOf, type ClockMood } from '../../core/orders/clocks.ts';
import { CLOCK_SET_WORDS, CLOCK_WORDS } from '../../core/orders/words.ts';
import type { ClockView, OrderLine } from '../../protocol/orders.ts';
import { serverNow } from '../clock.tsx';
import { duration, when } from '../view.ts';
import { useOrderStateWords, useOrderWords } from './words.ts';

const MOOD: Record<ClockMood, string> = {
  ...{ met: '按时', missed: '超时完成', stopped: '已停', calm: '' },
  ...{ warning: '将到', breached: '超时', escalated: '超时' },
};

const watchers = new Set<() => void>();
let nowMs = serverNow();
setInterval(() => {
  nowMs = serverNow();
  watchers.forEach((watch) => watch());
}, 1000);

/** The server's time, anew each second: one timer for all the clocks of a page. */
export function useSecond(): number {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => void watchers.delete(watch);
    },
    () => nowMs,
  );
}

/** `还有 12:30` or `超 0:45`, counting by itself. */
export function Due({ dueAtMs }: { dueAtMs: number | null }) {
  const now = useSecond();
  const say = useOrderWords();
  if (dueAtMs === null) return <span className="due none">—</span>;
  const left = dueAtMs - now;
  const mood = left < 0 ? 'late' : left < 30 * 60_000 ? 'near' : 'calm';
  return (
    <span className={`due figures ${mood}`} title={when(dueAtMs, now)}>
      {say(left < 0 ? 'over' : 'left', { time: long(Math.abs(left), say) })}
    </span>
  );
}

const DAY_MS = 86_400_000;
function long(ms: number, say: ReturnType<typeof useOrderWords>): string {
  return ms >= DAY_MS ? say('days', { count: Math.floor(ms / DAY_MS) }) : duration(ms);
}

export function StateTag({
  line,
}: {
  line: Pick<OrderLine, 'state' | 'urgent' | 'supervised' | 'urgedCount' | 'deferral'>;
}) {
  const say = useOrderWords();
  const stateWords = useOrderStateWords();
  return (
    <span className="order-tags">
      {line.urgent && <b className="tag urgent">{say('urgentTag')}</b>}
      {line.supervised && <b className="tag urgent">{say('supervisedTag')}</b>}
      {line.urgedCount > 0 && (
        <b className="tag warm">
          {say('urgedTag')}
          {line.urgedCount > 1 ? line.urgedCount : ''}
        </b>
      )}
      {line.deferral === 'open' && <b className="tag warm">{say('deferralOpen')}</b>}
      {line.deferral === 'granted' && <b className="tag">{say('deferred')}</b>}
      <span className={`tag state ${line.state}`}>{stateWords(line.state)}</span>
    </span>
  );
}

/** Every clock of an order: from when, due when by the rules and now, met or not. */
export function Clocks({ clocks, clockSet }: { clocks: ClockView[]; clockSet: OrderLine['clockSet'] }) {
  const say = useOrderWords();
  return (
    <section className="order-clocks" aria-label={say('clocks')}>
      <h2>
        {say('clocks')} <small>{CLOCK_SET_WORDS[clockSet]}</small>
      </h2>
      <ul>
        {clocks.map((clock) => (
          <li key={`${clock.round} ${clock.name}`}>
            <ClockRow
              clock={clock}
              title={`${CLOCK_WORDS[clock.name]}${clock.round > 1 ? ` · 第${clock.round}轮` : ''}`}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One clock: how it stands, and when it was due by the rules and is due now. */
export function ClockRow({ clock, title }: { clock: Omit<ClockView, 'name' | 'round'>; title: string }) {
  const say = useOrderWords();
  const now = useSecond();
  const mood = moodOf(clock, now);
  const running = clock.metAtMs === null && !clock.stopped;
  return (
    <div className={`clock ${mood}`}>
      <b>{title}</b>
      <span className="figures">
        {running ? <Due dueAtMs={clock.dueAtMs} /> : MOOD[mood]}
        {clock.metAtMs !== null && <small>　用时 {duration(clock.metAtMs - clock.fromMs)}</small>}
      </span>
      <small className="figures">
        {say('first')} {when(clock.firstDueAtMs, now)}
        {Math.abs(clock.dueAtMs - clock.firstDueAtMs) > 1000 &&
          `　${say('adjusted')} ${when(clock.dueAtMs, now)}`}
      </small>
    </div>
  );
}
