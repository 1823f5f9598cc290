import connectPgSimple from 'connect-pg-simple';
import type { Request, RequestHandler } from 'express';
import session, { type SessionData } from 'express-session';
import type pg from 'pg';
import { noRight, type SessionFacts, type SignedIn } from '../core/people/rights.ts';

export type { SignedIn } from '../core/people/rights.ts';

declare module 'express-session' {
  interface SessionData {
    person: SignedIn;
    /** the account's at the sign-in: signed out everywhere since then, the session is over */
    sessionEpoch: number;
    /** by a personal link or the identity provider: no password was typed, so none has to be changed */
    cameBy: 'password' | 'link' | 'provider';
    /** the personal link that it came in by */
    linkId: number | null;
    /** a session that goes on for ever is somebody else's one day */
    beganAtMs: number;
  }
}

/** What of the rights a session hangs on (app/accounts.ts). */
export interface SessionRights {
  /** null: the session is over */
  stands: (session: SessionFacts) => SignedIn | null | 'unknown';
  idleMs: () => number;
  sessionEnded: (sid: string) => void;
}

const CACHED = 5000;

/**
 * Sessions live in Postgres; what was seen lately is remembered here, so that a signed-in browser that reconnects
 * while the database is away stays signed in. Signing out forgets both.
 */
class RememberingStore extends session.Store {
  readonly #kept = new Map<string, SessionData>();
  /** signed out lately: a request that was under way meanwhile does not bring it back */
  readonly #ended = new Set<string>();
  readonly #store: session.Store;
  readonly #onEnded: (sid: string) => void;

  constructor(store: session.Store, onEnded: (sid: string) => void) {
    super();
    this.#store = store;
    this.#onEnded = onEnded;
  }

  override get(sid: string, callback: (fault: unknown, data?: SessionData | null) => void): void {
    if (this.#ended.has(sid)) return callback(null, null);
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
    if (this.#ended.has(sid)) return callback?.();
    this.#remember(sid, data);
    this.#store.set(sid, data, callback);
  }

  override destroy(sid: string, callback?: (fault?: unknown) => void): void {
    this.#kept.delete(sid);
    this.#ended.add(sid);
    if (this.#ended.size > CACHED) this.#ended.delete(this.#ended.keys().next().value!);
    this.#onEnded(sid);
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

/** Behind TLS the cookie's name says that no other host and no page without TLS can have planted it. */
export function sessionCookie(behindTls: boolean) {
  return {
    name: behindTls ? '__Host-hotline' : 'hotline',
    options: { httpOnly: true, sameSite: 'lax', secure: behindTls, path: '/' },
  } as const;
}

/** What a request's session knows of its beginning; one of an older version of the service began too long ago. */
export function sessionFacts(request: Request): SessionFacts | null {
  const { person, sessionEpoch, cameBy, linkId, beganAtMs } = (request.session ?? {}) as Partial<SessionData>;
  if (!person) return null;
  return {
    sid: request.sessionID,
    personId: person.id,
    sessionEpoch: sessionEpoch ?? 0,
    cameBy: cameBy ?? 'password',
    linkId: linkId ?? null,
    beganAtMs: beganAtMs ?? 0,
  };
}

export function openSessions(pool: pg.Pool, secret: string, behindTls: boolean, rights: SessionRights) {
  const PgStore = connectPgSimple(session);
  const store = new PgStore({
    pool,
    tableName: 'sessions',
    pruneSessionInterval: 900,
    errorLog: () => undefined,
  });
  const cookie = sessionCookie(behindTls);
  const begin = session({
    name: cookie.name,
    secret,
    store: new RememberingStore(store, rights.sessionEnded),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: behindTls,
    cookie: { ...cookie.options, maxAge: rights.idleMs() },
  });
  /** the session, and in it the account as it stands now: a role taken away is gone with the next request */
  const middleware: RequestHandler = (request, response, next) =>
    begin(request, response, (fault?: unknown) => {
      // a line's request has no answer of Express's
      response.locals ??= {};
      response.locals.forgetCookie = () => void response.clearCookie(cookie.name, cookie.options);
      const facts = fault ? null : sessionFacts(request);
      if (!facts) return next(fault);
      const now = rights.stands(facts);
      if (now === null) {
        // of the session only the key is left, so that a reply can be sent
        delete (request.session as Partial<SessionData>).person;
      } else {
        if (now !== 'unknown') request.session.person = now;
        request.session.cookie.maxAge = rights.idleMs();
        response.locals.rightNow = (permission) => {
          const { person } = request.session ?? {};
          const then = rights.stands(facts);
          return noRight(then === 'unknown' ? person : then, permission);
        };
      }
      next();
    });
  return {
    middleware,
    close: () => store.close(),
  };
}
