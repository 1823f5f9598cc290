/** Connections to PostgreSQL that answer in bounded time: a slow or dead database is a failure, never a hang. */
import pg from 'pg';

export interface PoolOptions {
  /** connections at most */
  most?: number;
  /** how long one statement may take, on the server and on the wire */
  statementMs?: number;
  /** how long who asks waits for a free connection, or for a new one, before it is a failure */
  turnMs?: number;
  /** connections stay open though nobody asks: the next question does not wait for a new one */
  stay?: boolean;
  /** told when a waiting connection breaks (the server stopped); the pool opens a new one by itself */
  onBreak?: (cause: Error) => void;
}

/** What is long and hurts nobody by being late: reports, exports, imports. Few connections, and one waits one's turn. */
export const LONG_WORK = { statementMs: 120_000, turnMs: 120_000 } as const;

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
    lock_timeout: Math.min(statementMs, 4000),
    idle_in_transaction_session_timeout: 15_000,
    idleTimeoutMillis: options.stay ? 0 : 30_000,
    keepAlive: true,
    application_name: 'hotline',
    allowExitOnIdle: true,
  });
  pool.on('error', (cause) => options.onBreak?.(cause));
  return pool;
}

/** Runs `work` in one transaction; a failure rolls it back and its connection is not used again. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (cause: Error) => (broken = cause);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (cause) {
    // closing the connection is the one roll-back that also works when the server does not answer
    broken = cause as Error;
    throw cause;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Does a database answer at this address? */
export async function canConnect(url: string): Promise<boolean> {
  try {
    await onServer(url, (client) => client.query('select 1'));
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

/** One short connection to the server's own database `postgres`. */
async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const address = new URL(url);
  address.pathname = '/postgres';
  const client = new pg.Client({
    connectionString: address.href,
    connectionTimeoutMillis: 3000,
    query_timeout: 20_000,
  });
  client.on('error', () => undefined); // told by the query that fails with it
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
