import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session, { type SessionData } from 'express-session';
import type pg from 'pg';
import type { Role } from '../core/people/may.ts';

declare module 'express-session' {
  interface SessionData {
    person: SignedIn;
    /** the account's at the sign-in: signed out everywhere since then, the session is over */
    sessionEpoch: number;
    /** by a personal link or the identity provider: no password was typed, so none has to be changed */
    cameBy: 'password' | 'link' | 'provider';
    /** when who sits here proved last who they are, Unix ms; asked again before exports, tokens and rights */
    provenAtMs: number;
    /** until then this person must have set up a second factor; null: has one, or needs none */
    enrolByMs: number | null;
  }
}

/** Holds a session against its account as it stands now (app/accounts.ts); null: the session is over. */
export type Stands = (
  personId: number,
  sessionEpoch: number,
) => (SignedIn & { disabled: boolean }) | null | 'unknown';

/** Who sits in front of the browser. */
export interface SignedIn {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** `PJSIP/1001`, of an agent */
  agent: string | null;
  /** the unit that a dispatcher or field worker belongs to */
  unitId: number | null;
  /** the password was given by somebody else and must be changed before anything else */
  mustChange: boolean;
}

const HOURS_12_MS = 12 * 3_600_000;
const CACHED = 5000;

/**
 * Sessions live in Postgres; what was seen lately is remembered here, so that a signed-in browser that reconnects
 * while the database is away stays signed in. Signing out forgets both.
 */
class RememberingStore extends session.Store {
  readonly #kept = new Map<string, SessionData>();
  readonly #store: session.Store;

  constructor(store: session.Store) {
    super();
    this.#store = store;
  }

  override get(sid: string, callback: (fault: unknown, data?: SessionData | null) => void): void {
    this.#store.get(sid, (fault, data) => {
      if (!fault) {
        this.#remember(sid, data ?? null);
        return callback(null, data);
      }
      const kept = this.#kept.get(sid);
      const expires = kept?.cookie.expires;
      if (!kept || (expires && new Date(expires).getTime() < Date.now())) return callback(fault);
      callback(null, kept);
    });
  }

  override set(sid: string, data: SessionData, callback?: (fault?: unknown) => void): void {
    this.#remember(sid, data);
    this.#store.set(sid, data, callback);
  }

  override destroy(sid: string, callback?: (fault?: unknown) => void): void {
    this.#kept.delete(sid);
    this.#store.destroy(sid, callback);
  }

  override touch(sid: string, data: SessionData, callback?: () => void): void {
    this.#remember(sid, data);
    if (this.#store.touch) this.#store.touch(sid, data, callback);
    else callback?.();
  }

  #remember(sid: string, data: SessionData | null): void {
    this.#kept.delete(sid);
    if (data?.person) this.#kept.set(sid, JSON.parse(JSON.stringify(data)) as SessionData);
    if (this.#kept.size > CACHED) this.#kept.delete(this.#kept.keys().next().value!);
  }
}

export function openSessions(pool: pg.Pool, secret: string, behindProxy: boolean, stands: Stands) {
  const PgStore = connectPgSimple(session);
  const store = new PgStore({
    pool,
    tableName: 'sessions',
    pruneSessionInterval: 900,
    errorLog: () => undefined,
  });
  const begin = session({
    name: 'hotline',
    secret,
    store: new RememberingStore(store),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: behindProxy,
    cookie: { httpOnly: true, sameSite: 'lax', secure: behindProxy, maxAge: HOURS_12_MS },
  });
  /** the session, and in it the account as it stands now: a role taken away is gone with the next request */
  const middleware: RequestHandler = (request, response, next) =>
    begin(request, response, (fault?: unknown) => {
      const { person } = request.session ?? {};
      if (fault || !person) return next(fault);
      const now = stands(person.id, request.session.sessionEpoch ?? 0);
      if (now === null) {
        // of the session only the key is left, so that a reply can be sent
        delete (request.session as Partial<SessionData>).person;
      } else if (now !== 'unknown') {
        const { id, login, name, role, agent, unitId } = now;
        const mustChange = now.mustChange && (request.session.cameBy ?? 'password') === 'password';
        Object.assign(person, { id, login, name, role, agent, unitId, mustChange });
      }
      next();
    });
  return {
    middleware,
    close: () => store.close(),
  };
}
