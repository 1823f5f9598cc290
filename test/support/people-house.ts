/** Accounts, sign-in and second factors as the service has them, on a port of their own; the rest of the house is away. */
import { once } from 'node:events';
import type pg from 'pg';
import { pino } from 'pino';
import { openAccounts } from '../../src/app/accounts.ts';
import type { Role } from '../../src/core/people/may.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSessions } from '../../src/http/sessions.ts';
import { hashPassword } from '../../src/http/sign-in.ts';
import { openAudit } from '../../src/main/audit.ts';
import { openPeople } from '../../src/main/people.ts';
import type { Ground } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { openRightsLine } from '../../src/postgres/rights.ts';
import { cloneDatabase } from './database.ts';
import { freePort } from './service.ts';

export const PASSWORD = '清水长流到千家万户都满意';

export interface PeopleHouse {
  pool: pg.Pool;
  /** `http://localhost:40123` */
  url: string;
  /** the house's clock goes on by this */
  later(ms: number): void;
  now(): number;
  add(login: string, role: Role): Promise<number>;
  set(values: Record<string, unknown>): Promise<void>;
  /** a browser without pages: keeps its cookie */
  browser(at?: string): TestBrowser;
  close(): Promise<void>;
}

export interface Answered {
  status: number;
  body: Record<string, unknown> & { code?: string; message?: string };
}

export interface TestBrowser {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  signIn(login: string, password?: string): Promise<Answered>;
  cookie(): string;
  /** the same session, somewhere else */
  stolen(): TestBrowser;
}

export async function openPeopleHouse(config: Record<string, unknown> = {}): Promise<PeopleHouse> {
  const databaseUrl = await cloneDatabase();
  const pool = openPool(databaseUrl);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const rightsLine = openRightsLine(databaseUrl, () => void accounts.refresh(), console.error);
  const accounts = openAccounts({
    read: rightsLine.read,
    endedSessions: rightsLine.endedSessions,
    now: Date.now,
    onFault: () => undefined,
  });
  const ground = {
    ...{ pool, databaseUrl, now, log: pino({ level: 'silent' }), varDir: '/nonexistent', accounts },
    config: { FACTOR_SECRET: 'of this test alone, 32 signs long', OIDC_ACR: '', ...config },
    peopleChanged: () => Promise.resolve(),
  };
  const wings = [openPeople, openAudit].map((open) => open(ground as unknown as Ground));
  await accounts.refresh();
  const sessions = openSessions(pool, 'x'.repeat(40), false, accounts);
  const server = createHttp({
    ...{ pages: 'dist/web', trustProxy: 1, session: sessions.middleware, metricsToken: undefined },
    routers: wings.flatMap(({ routers }) => routers ?? []),
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    notReady: () => [],
    onFault: (cause) => console.error(cause),
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  let browsers = 0;
  function browser(at = url, cookie = ''): TestBrowser {
    // each sits somewhere else: tries are counted by address
    const from = `10.1.${(browsers += 1) >> 8}.${browsers & 255}`;
    const self: TestBrowser = {
      async ask(method, path, body, headers = {}) {
        const answer = await fetch(`${at}/api${path}`, {
          method,
          redirect: 'manual',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': from, cookie, ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        for (const line of answer.headers.getSetCookie()) cookie = line.split(';')[0]!;
        const text = await answer.text();
        const json = text.startsWith('{') || text.startsWith('[');
        return { status: answer.status, body: (json ? JSON.parse(text) : { text }) as Answered['body'] };
      },
      signIn: (login, password = PASSWORD) => self.ask('POST', '/sign-in', { login, password }),
      cookie: () => cookie,
      stolen: () => browser(at, cookie),
    };
    return self;
  }

  return {
    ...{ pool, url, now, browser },
    later: (ms) => void (aheadMs += ms),
    async add(login, role) {
      const passwordHash = await hashPassword(PASSWORD);
      const person = await createPerson(pool, {
        login,
        name: `演示${login}`,
        role,
        agent: null,
        passwordHash,
      });
      await accounts.refresh();
      return person!.id;
    },
    async set(values) {
      await pool.query(
        `insert into settings (name, value) values ('security', $1) on conflict (name) do update set value = excluded.value`,
        [JSON.stringify(values)],
      );
    },
    async close() {
      server.closeAllConnections();
      server.close();
      for (const { close } of wings) await close?.();
      sessions.close();
      accounts.close();
      await rightsLine.close();
      await pool.end();
    },
  };
}
