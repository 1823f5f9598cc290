import type { Fact } from '../core/floor/fact.ts';
import type { MissedCaller } from '../protocol/missed.ts';

/** The callers to be called back, told to every desk as soon as the list changes. */
export interface Missed {
  hear(facts: readonly Fact[]): void;
  /** a claim was made or given back */
  touch(): void;
  close(): void;
}

/** The facts are written behind the calls: the list is asked for shortly after, and once more in case that was early. */
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
  const timers = new Set<NodeJS.Timeout>();
  const anyway = setInterval(() => void look(), ANYWAY_MS);
  anyway.unref();

  async function look(): Promise<void> {
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

  function soon(): void {
    if (timers.size > 0) return;
    for (const ms of AFTER_MS) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void look();
      }, ms);
      timers.add(timer);
    }
  }

  return {
    hear(facts) {
      if (facts.some((fact) => fact.kind === 'call-ended' || fact.kind === 'call-answered')) soon();
    },
    touch: () => void look(),
    close() {
      closed = true;
      clearInterval(anyway);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
