import type { Fact } from '../core/floor/fact.ts';
import type { MissedCaller } from '../protocol/missed.ts';

/** The callers to be called back, told to every desk as soon as the list changes. */
export interface Missed {
  hear(facts: readonly Fact[]): void;
  /** a claim was made or given back */
  touch(): void;
  close(): void;
}

/** The facts are written behind the calls: the list is asked for so long after each, and once more in case that was early. */
const AFTER_MS = [250, 1500];
/** claims lapse though nothing happens */
const ANYWAY_MS = 30_000;

export function openMissed(ports: {
  list: () => Promise<MissedCaller[]>;
  tell: (callers: MissedCaller[]) => void;
  onFault: (fault: unknown) => void;
}): Missed {
  let told = '';
  let closed = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  /** by the time after a fact; `again`: another fact has come since it was set */
  const pending = new Map<number, { timer: NodeJS.Timeout; again: boolean }>();
  const anyway = setInterval(look, ANYWAY_MS);
  anyway.unref();

  /** One at a time: a slow answer must not replace a later one. */
  function look(): void {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = lookOnce().finally(() => {
      looking = null;
      if (lookAgain && !closed) {
        lookAgain = false;
        look();
      }
    });
  }

  async function lookOnce(): Promise<void> {
    try {
      const callers = await ports.list();
      const words = JSON.stringify(callers);
      if (closed || words === told) return;
      told = words;
      ports.tell(callers);
    } catch (cause) {
      if (!closed) ports.onFault(cause);
    }
  }

  /** Who gives up while a look is pending is looked for once more after it, not with the next round. */
  function soon(): void {
    for (const afterMs of AFTER_MS) {
      const waiting = pending.get(afterMs);
      if (waiting) waiting.again = true;
      else lookAfter(afterMs);
    }
  }
  function lookAfter(afterMs: number): void {
    const timer = setTimeout(() => {
      const again = pending.get(afterMs)?.again ?? false;
      pending.delete(afterMs);
      if (again) lookAfter(afterMs);
      look();
    }, afterMs);
    pending.set(afterMs, { timer, again: false });
  }

  return {
    hear(facts) {
      if (facts.some((fact) => fact.kind === 'call-ended' || fact.kind === 'call-answered')) soon();
    },
    touch: look,
    close() {
      closed = true;
      clearInterval(anyway);
      for (const { timer } of pending.values()) clearTimeout(timer);
    },
  };
}
