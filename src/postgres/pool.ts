/** Connections to PostgreSQL that answer in bounded time: a slow or dead database is a failure, never a hang. */
import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { measureLimits } from '../core/limits.ts';
import { hotlineZone } from '../core/zone.ts';
import { LIMIT_SETTINGS } from './measure-conditions.ts';

export interface PoolOptions {
  /** connections at most */
  most?: number;
  /** how long one statement may take, on the server and on the wire */
  statementMs?: number;
  /** how long who asks waits for a free connection, or for a new one, before it is a failure */
  turnMs?: number;
  /** how long a lock may be waited for; a tap or a desk gives up early, so that it is told */
  lockMs?: number;
  /** connections stay open though nobody asks: the next question does not wait for a new one */
  stay?: boolean;
  /** told when a waiting connection breaks (the server stopped); the pool opens a new one by itself */
  onBreak?: (cause: Error) => void;
}

/** What is long and hurts nobody by being late: reports, exports, imports. Few connections, and one waits one's turn. */
export const LONG_WORK = { statementMs: 120_000, turnMs: 120_000 } as const;

/** What SQL asks for by current_setting: the hotline's zone and limits. */
function carried(): string {
  const limits = measureLimits();
  const names = Object.keys(LIMIT_SETTINGS) as (keyof typeof LIMIT_SETTINGS)[];
  return [
    `-c TimeZone=${hotlineZone().name}`,
    ...names.map((name) => `-c ${LIMIT_SETTINGS[name]}=${limits[name]}`),
  ].join(' ');
}

/** The first start and the demo's year: on a machine that does fifteen things at once all of it takes its time. */
export const FIRST_START = { most: 2, statementMs: 3_600_000, turnMs: 300_000, lockMs: 300_000 } as const;

/** Opens the pool; nothing is connected before the first query. */
export function openPool(url: string, options: PoolOptions = {}): pg.Pool {
  const statementMs = options.statementMs ?? 5000;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.most ?? 10,
    connectionTimeoutMillis: options.turnMs ?? 3000,
    // the server gives up first and says why; the client's own limit is for a server that is frozen
    statement_timeout: statementMs,
    query_timeout: statementMs + 1000,
    lock_timeout: options.lockMs ?? Math.min(statementMs, 4000),
    idle_in_transaction_session_timeout: Math.max(15_000, options.lockMs ?? 0),
    idleTimeoutMillis: options.stay ? 0 : 30_000,
    keepAlive: true,
    application_name: 'hotline',
    // days and hours in SQL are the hotline's: at time zone current_setting('TimeZone')
    options: carried(),
    allowExitOnIdle: true,
  });
  pool.on('error', (cause) => options.onBreak?.(cause));
  guardNested(pool, options.onBreak);
  return pool;
}

/** The transaction that this piece of work runs in. */
const running = new AsyncLocalStorage<{ pool: pg.Pool; open: boolean }>();

/**
 * Who holds a connection of a pool and asks the pool for a second one waits, under load, for itself: all connections are
 * held by such. It is a fault of the programme; tests fail on it (HOTLINE_STRICT_TRANSACTIONS), a hotline goes on and logs.
 */
function guardNested(pool: pg.Pool, onFound: ((cause: Error) => void) | undefined): void {
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]) => {
    const around = running.getStore();
    if (around?.open && around.pool === pool) {
      const cause = new Error('a second connection of the same pool is asked for inside a transaction');
      if (process.env['HOTLINE_STRICT_TRANSACTIONS'] === '1') {
        const [callback] = args as [((cause: Error) => void)?];
        if (callback) return callback(cause);
        return Promise.reject(cause);
      }
      onFound?.(cause);
    }
    return connect(...args);
  };
  // pool.query goes by pool.connect too
  pool.connect = guarded as typeof pool.connect;
}

/**
 * Whether the same work may well succeed when it is tried again: the database was away, stopping, full, or somebody else
 * stood in the way. Anything else (a rule of the data, a fault of ours) fails again.
 */
export function isPassing(cause: unknown): boolean {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code))
    return /^(08|40|53|57|58)|^55(P03|006)$|^25(P02|P03|P04)$|^XX000$/.test(code);
  if (typeof code === 'string' && code !== '') return NETWORK_TROUBLE.test(code);
  return /connection|timeout exceeded|query read timeout|client was closed|not queryable/i.test(
    typeof message === 'string' ? message : '',
  );
}

const NETWORK_TROUBLE = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|EADDR)/;
const TRANSACTION_TRIES = 4;

/**
 * Runs `work` in one transaction; a failure rolls it back and its connection is not used again. Two that locked each
 * other out are no failure: the one that was rolled back runs again, so `work` does nothing but ask the database.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work);
    } catch (cause) {
      const { code } = cause as { code?: unknown };
      if ((code !== '40P01' && code !== '40001') || attempt === TRANSACTION_TRIES) throw cause;
    }
  }
}

async function once<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const transaction = { pool, open: true };
  let broken: Error | undefined;
  const onError = (cause: Error) => (broken = cause);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await running.run(transaction, () => work(client));
    await client.query('commit');
    return result;
  } catch (cause) {
    // closing the connection is the one roll-back that also works when the server does not answer
    broken = cause as Error;
    throw cause;
  } finally {
    transaction.open = false;
    client.off('error', onError);
    client.release(broken);
  }
}

/** Of two transactions that decide on the same the second waits for the first, and finds what it did. */
export async function oneAtATime(client: Pick<pg.ClientBase, 'query'>, what: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [what]);
}

/** Does a database answer at this address? `database`: another one of its server than the server's own. */
export async function canConnect(url: string, database = 'postgres'): Promise<boolean> {
  try {
    await onServer(url, (client) => client.query('select 1'), 10_000, database);
    return true;
  } catch {
    return false; // whatever the reason, the answer is no
  }
}

/** Makes the database `name` on the server of `url` if it is not there, and gives its address. */
export async function createDatabase(url: string, name: string, template?: string): Promise<string> {
  const from = template ? ` template ${pg.escapeIdentifier(template)}` : '';
  await onServer(url, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}${from}`);
  });
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** a busy disk copies a database in minutes */
const PATIENCE_MS = 300_000;

/** One short connection to the server's own database `postgres`, or to this one. */
async function onServer<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  patienceMs: number = PATIENCE_MS,
  database = 'postgres',
): Promise<T> {
  const address = new URL(url);
  address.pathname = `/${database}`;
  const client = new pg.Client({
    connectionString: address.href,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  client.on('error', () => undefined); // told by the query that fails with it
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
