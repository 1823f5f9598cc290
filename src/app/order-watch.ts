/** The watch over the clocks: looks every second, in the database alone, so that a restart forgets nothing. */
import type { ClockNotice } from '../protocol/orders.ts';

export interface OrderWatchPorts {
  /** sets the clocks of calls that ended, fires what is due, in transactions; gives what was said */
  look: () => Promise<{ notices: ClockNotice[]; more: boolean; moved: string[] }>;
  said: (notice: ClockNotice) => void;
  /** an order whose clock began with the end of its call */
  moved: (orderNo: string) => void;
  onFault: (cause: unknown) => void;
  everyMs?: number;
}

export interface OrderWatch {
  start(): void;
  close(): Promise<void>;
}

export function openOrderWatch(ports: OrderWatchPorts): OrderWatch {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    try {
      for (let more = true; more && timer;) {
        const seen = await ports.look();
        seen.notices.forEach(ports.said);
        seen.moved.forEach(ports.moved);
        more = seen.more;
      }
    } catch (cause) {
      ports.onFault(cause);
    }
  }

  return {
    start() {
      timer ??= setInterval(() => {
        looking ??= look().finally(() => (looking = null));
      }, ports.everyMs ?? 1000);
    },
    async close() {
      if (timer) clearInterval(timer);
      timer = null;
      await looking;
    },
  };
}
