/**
 * One embedded server for the whole test run, with the roles of a real one: tests work as the service does, started by the first test that needs it, with one template database that
 * is migrated once. Processes that a test starts share it by HOTLINE_TEST_DATABASE. It is gone when the run ends, and a
 * run that was killed is cleaned up by the next one.
 */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/postgres/migrate.ts';
import { createDatabase } from '../../src/postgres/pool.ts';
import type { DatabaseUrls } from '../../src/setup/database-roles.ts';
import { startPostgres, type RunningPostgres } from '../../src/setup/postgres.ts';

// a transaction that asks its pool for a second connection fails its test; processes started by it, too
process.env['HOTLINE_STRICT_TRANSACTIONS'] = '1';

const PREFIX = 'hotline-test-postgres-';
const TEMPLATE = 'hotline_template';

interface Started {
  /** the superuser's */
  url: string;
  roles: DatabaseUrls;
  server: RunningPostgres | null;
  folder: string | null;
}
let started: Promise<Started> | undefined;
let clones = 0;

/** A database of one's own, migrated and empty; its address for the service, which may not change its shape. */
export async function cloneDatabase(): Promise<string> {
  const { url, roles } = await (started ??= start());
  clones += 1;
  const { pathname } = new URL(await createDatabase(url, `test_${process.pid}_${clones}`, TEMPLATE));
  return Object.assign(new URL(roles.service), { pathname }).href;
}

/** The same database for another role: who migrates, who reports, or who may do anything. */
export async function asRole(
  databaseUrl: string,
  role: 'migration' | 'reports' | 'superuser',
): Promise<string> {
  const { url, roles } = await (started ??= start());
  const { pathname } = new URL(databaseUrl);
  return Object.assign(new URL(role === 'superuser' ? url : roles[role]), { pathname }).href;
}

/** A folder with the roles' passwords, as beside the server: for making another database of it ready. */
export async function rolesFolder(): Promise<string> {
  const { roles } = await (started ??= start());
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-roles-'));
  const passwords = Object.entries(roles).map(([kind, url]) => [kind, new URL(url as string).password]);
  writeFileSync(join(folder, 'role-passwords.json'), JSON.stringify(Object.fromEntries(passwords)), {
    mode: 0o600,
  });
  return folder;
}

/** One statement by whoever may change the tables' shape: something that no service does. */
export async function onDatabase(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: await asRole(databaseUrl, 'migration') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of one's own with nothing in it at all, for a superuser: as a utility gives one without roles. */
export async function emptyDatabase(): Promise<string> {
  const { url } = await (started ??= start());
  clones += 1;
  return createDatabase(url, `test_${process.pid}_${clones}`);
}

async function start(): Promise<Started> {
  const shared = process.env['HOTLINE_TEST_DATABASE'];
  if (shared) {
    const { url, roles } = JSON.parse(shared) as Pick<Started, 'url' | 'roles'>;
    return { url, roles, server: null, folder: null };
  }
  sweep();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // the database's account gets there: else its data would lie in /var/lib and stay there after the run
  chmodSync(folder, 0o711);
  const server = await startPostgres({
    varDir: folder,
    log: () => undefined,
    // nothing here must survive a power cut
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB' },
  });
  process.once('exit', () => endAtOnce(server.pid, folder));
  const { url } = server;
  const roles = await server.prepare(TEMPLATE);
  await migrate(roles.migration);
  process.env['HOTLINE_TEST_DATABASE'] = JSON.stringify({ url, roles });
  return { url, roles, server, folder };
}

/** Stops the server of this run, if one was started here. */
export async function stopDatabase(): Promise<void> {
  const { server, folder } = (await started?.catch(() => undefined)) ?? {};
  started = undefined;
  if (!server || !folder) return;
  delete process.env['HOTLINE_TEST_DATABASE'];
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The run is torn down without its hooks: no time to wait, nothing to save. */
function endAtOnce(pid: number, folder: string): void {
  if (!started) return;
  // it may have gone by itself: a worker of mocha ends without its hooks
  if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGQUIT');
  rmSync(folder, { recursive: true, force: true });
}

/** Servers and folders of runs that were killed: their owner is gone. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = firstNumber(join(folder, 'postgres/owner'));
    if (owner === null || existsSync(`/proc/${owner}`)) continue;
    const server = firstNumber(join(folder, 'postgres/data/postmaster.pid'));
    if (server !== null && worksIn(server, folder)) process.kill(server, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstNumber(file: string): number | null {
  return existsSync(file) ? parseInt(readFileSync(file, 'utf8'), 10) : null;
}

function worksIn(pid: number, folder: string): boolean {
  return existsSync(`/proc/${pid}`) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
}

if (typeof after === 'function')
  after('the test database is stopped', function () {
    // a busy machine takes its time
    this.timeout(60_000);
    return stopDatabase();
  });
