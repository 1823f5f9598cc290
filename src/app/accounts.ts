import type { Role } from '../core/people/may.ts';

interface Account {
  id: number;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  unitId: number | null;
  disabled: boolean;
  mustChange: boolean;
  sessionEpoch: number;
}

export interface Accounts {
  /** The account of a session that began in this epoch of it; null: the session is over. */
  stands(personId: number, sessionEpoch: number): Account | null | 'unknown';
  /** reads all accounts again, now; whoever's sessions ended is told to `onEnded` */
  refresh(): Promise<void>;
  close(): void;
}

export interface AccountsPorts {
  list: () => Promise<Account[]>;
  /** sessions of this person are over: sockets and phones go at once */
  onEnded: (personId: number) => void;
  onFault: (cause: unknown) => void;
}

/** so long a change made by another instance of the service may take to be seen here */
const REFRESH_MS = 5000;

/** Every account in memory, so that each request and each socket is held against it without asking the database. */
export function openAccounts(ports: AccountsPorts): Accounts {
  let known: Map<number, Account> | null = null;
  let running: Promise<void> | null = null;
  const timer = setInterval(() => void refresh().catch(ports.onFault), REFRESH_MS);
  timer.unref();

  function refresh(): Promise<void> {
    // a change that was made after the running look began must be seen: look once more
    const before = running ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(async () => {
        const found = new Map((await ports.list()).map((account) => [account.id, account]));
        const last = known;
        known = found;
        if (!last) return;
        for (const [id, was] of last) {
          const is = found.get(id);
          if (!is || (is.disabled && !was.disabled) || is.sessionEpoch > was.sessionEpoch) ports.onEnded(id);
        }
      })
      .finally(() => {
        if (running === mine) running = null;
      });
    return (running = mine);
  }

  return {
    stands(personId, sessionEpoch) {
      // before the database was reached nobody can be judged, nor who was added a moment ago by another instance or
      // by the setup; accounts are closed, never deleted, so that one that is not here is new
      const account = known?.get(personId);
      if (!account) return 'unknown';
      return !account.disabled && account.sessionEpoch === sessionEpoch ? account : null;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
