/** Looks for what happened and was not told yet, and has it turned into deliveries. */
export interface OutboxPorts {
  /** turns some rows into deliveries, in one transaction; gives how many rows there were */
  empty: () => Promise<number>;
  /** deliveries were written down */
  onTold: () => void;
  onFault: (cause: unknown) => void;
  /** how many can't be told by themselves */
  stuck: () => Promise<number>;
  onStuck: (count: number) => void;
  pollMs?: number;
}

export interface Outbox {
  start(): void;
  close(): Promise<void>;
}

export function openOutbox(ports: OutboxPorts): Outbox {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    try {
      while (timer && (await ports.empty()) > 0) ports.onTold();
      if (timer) ports.onStuck(await ports.stuck());
    } catch (cause) {
      ports.onFault(cause);
    }
  }

  return {
    start() {
      timer ??= setInterval(() => {
        looking ??= look().finally(() => (looking = null));
      }, ports.pollMs ?? 1000);
    },
    async close() {
      if (timer) clearInterval(timer);
      timer = null;
      await looking;
    },
  };
}
