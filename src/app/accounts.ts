/**
 * Who may do what now, in memory: each request, each event, each file under way is held against it without asking the
 * database. It is read anew when the database says that something moved, and every second in case it could not say so.
 */
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import {
  noRight,
  personNow,
  type Account,
  type Permission,
  type SessionFacts,
  type SignedIn,
} from '../core/people/rights.ts';

export interface Accounts {
  /** Who sits there now; null: the session is over; `unknown`: nobody can be judged, the database was not reached yet. */
  stands(session: SessionFacts): SignedIn | null | 'unknown';
  /** May this person, whatever sessions there are: of a file made for them, of their phone in the queue. */
  mayNow(personId: number, permission: Permission): boolean | 'unknown';
  /** does this person sit at `PJSIP/1001` and may take calls there? */
  mayAnswerAt(personId: number, agent: string): boolean | 'unknown';
  tokenStands(tokenId: number): boolean;
  /** false: withdrawn, or so new that it is not known here yet */
  televisionStands(televisionId: number): boolean;
  /** the SHA-256 (hex) of a token that opens */
  isKnownToken(hash: string): boolean;
  /** after this long without a request a session is over */
  idleMs(): number;
  /** this session was signed out: its lines go with it */
  sessionEnded(sid: string): void;
  /** reads what stands, now; who listens is told after it */
  refresh(): Promise<void>;
  /** Told after each look, each second at least: whoever holds something open asks again whether it may stay so. */
  onMoved(listener: () => void): void;
  close(): void;
}

export interface StandingRights {
  accounts: Account[];
  shutTokenIds: number[];
  openTokenHashes: string[];
  openTelevisionIds: number[];
  sessionSettings: Record<string, unknown>;
}

export interface AccountsPorts {
  read: () => Promise<StandingRights>;
  /** of these sessions those that are over */
  endedSessions?: (sids: readonly string[]) => Promise<string[]>;
  /** the sessions of the lines that are open */
  openSids?: () => readonly string[];
  now: () => number;
  onFault: (cause: unknown) => void;
}

/** so late a change is seen here at most, when nothing tells of it */
const LOOK_EVERY_MS = 1000;
/** sessions that ended lately; what is older finds no session in the database either */
const MOST_ENDED = 10_000;
const HOUR_MS = 3_600_000;

export function openAccounts(ports: AccountsPorts): Accounts {
  let accounts: Map<number, Account> | null = null;
  let shutTokenIds = new Set<number>();
  let openTokenHashes = new Set<string>();
  let openTelevisionIds = new Set<number>();
  let limits = limitsOf({});
  const endedSids = new Set<string>();
  const listeners: (() => void)[] = [];
  let running: Promise<void> | null = null;
  let away = false;

  const looking = setInterval(() => {
    // one look waits; ten would only wait behind each other
    if (running) return;
    refresh().then(
      () => (away = false),
      (cause: unknown) => {
        if (!away) ports.onFault(cause);
        away = true;
        // what ends by the clock ends also while the database is away
        tell();
      },
    );
  }, LOOK_EVERY_MS);
  looking.unref();

  async function look(): Promise<void> {
    const [standing, ended] = await Promise.all([
      ports.read(),
      ports.endedSessions?.(ports.openSids?.() ?? []) ?? [],
    ]);
    accounts = new Map(standing.accounts.map((account) => [account.id, account]));
    shutTokenIds = new Set(standing.shutTokenIds);
    openTokenHashes = new Set(standing.openTokenHashes);
    openTelevisionIds = new Set(standing.openTelevisionIds);
    limits = limitsOf(standing.sessionSettings);
    for (const sid of ended) endSession(sid);
    tell();
  }

  function tell(): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (cause) {
        ports.onFault(cause);
      }
    }
  }

  function endSession(sid: string): void {
    endedSids.add(sid);
    if (endedSids.size > MOST_ENDED) endedSids.delete(endedSids.keys().next().value!);
  }

  /** A change that was made after the running look began must be seen: it looks once more. */
  function refresh(): Promise<void> {
    const before = running ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(look)
      .finally(() => {
        if (running === mine) running = null;
      });
    return (running = mine);
  }

  function mayNow(personId: number, permission: Permission): boolean | 'unknown' {
    const account = accounts?.get(personId);
    if (!account) return 'unknown';
    return !account.disabled && noRight(account, permission) === null;
  }

  return {
    stands(session) {
      if (endedSids.has(session.sid)) return null;
      // before the database was reached nobody can be judged, nor who was added a moment ago; accounts are closed, never
      // deleted, so that one that is not here is new
      const account = accounts?.get(session.personId);
      return account ? personNow(session, account, ports.now(), limits.longestMs) : 'unknown';
    },
    mayNow,
    mayAnswerAt(personId, agent) {
      const may = mayNow(personId, 'take-calls');
      return may === true ? accounts!.get(personId)!.agent === agent : may;
    },
    tokenStands: (tokenId) => !shutTokenIds.has(tokenId),
    televisionStands: (televisionId) => accounts === null || openTelevisionIds.has(televisionId),
    isKnownToken: (hash) => openTokenHashes.has(hash),
    idleMs: () => limits.idleMs,
    sessionEnded(sid) {
      endSession(sid);
      tell();
    },
    refresh,
    onMoved: (listener) => void listeners.push(listener),
    close: () => clearInterval(looking),
  };
}

function limitsOf(kept: Record<string, unknown>): { idleMs: number; longestMs: number } {
  const { idleHours, longestHours } = settingValues(SETTINGS['sessions']!, kept) as {
    idleHours: number;
    longestHours: number;
  };
  return { idleMs: idleHours * HOUR_MS, longestMs: longestHours * HOUR_MS };
}
