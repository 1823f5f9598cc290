/** Brings a database to the shape that this version of the service needs. Forward only. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import knex, { type Knex } from 'knex';
import pg from 'pg';

const folder = resolve(import.meta.dirname, '../../migrations');

/** Names without extension: knex's own source would take `0001-floor.ts` and `0001-floor.js` for two migrations. */
const source: Knex.MigrationSource<string> = {
  async getMigrations() {
    const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.(ts|js)$/.test(name));
    return names.sort();
  },
  getMigrationName: (file) => file.replace(/\.(ts|js)$/, ''),
  async getMigration(file) {
    const { up } = (await import(pathToFileURL(resolve(folder, file)).href)) as Pick<Knex.Migration, 'up'>;
    return { up, down: () => Promise.reject(new Error('migrations go forward only')) };
  },
};

/** Any number that only we use; two services that start at once migrate one after the other. */
const LOCK = 966_660_001;

/** Applies the migrations that are missing and gives their names; `url` is of the role that owns the tables. Safe to call from several services at once. */
export async function migrate(url: string): Promise<string[]> {
  const lock = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 20_000,
    lock_timeout: 600_000,
  });
  lock.on('error', () => undefined); // told by the query that fails with it
  // a failure is thrown, and told once by whoever catches it
  const quiet = { warn: () => undefined, error: () => undefined };
  const database = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 }, log: quiet });
  try {
    await lock.connect();
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    // we hold the real lock: a mark that knex still finds is from a service that was killed in the middle
    await database.migrate.forceFreeMigrationsLock({ migrationSource: source });
    const [, applied] = (await database.migrate.latest({ migrationSource: source })) as [number, string[]];
    // what a migration made came with the rights of every table
    if (applied.length > 0) await database.raw('select role_rights()');
    return applied.map((name) => name.replace(/\.(ts|js)$/, ''));
  } finally {
    await database.destroy();
    await lock.end().catch(() => undefined);
  }
}
