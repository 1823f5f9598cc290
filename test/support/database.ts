/**
 * One embedded server for the whole test run, started by the first test that needs it, with one template database that
 * is migrated once. Processes that a test starts share it by HOTLINE_TEST_DATABASE. It is gone when the run ends, and a
 * run that was killed is cleaned up by the next one.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/postgres/migrate.ts';
import { createDatabase } from '../../src/postgres/pool.ts';
import { startPostgres, type RunningPostgres } from '../../src/setup/postgres.ts';

// a transaction that asks its pool for a second connection fails its test; processes started by it, too
process.env['HOTLINE_STRICT_TRANSACTIONS'] = '1';

const PREFIX = 'hotline-test-postgres-';
const TEMPLATE = 'hotline_template';

let started: Promise<{ url: string; server: RunningPostgres | null; folder: string | null }> | undefined;
let clones = 0;

/** A database of one's own, migrated and empty; its address. */
export async function cloneDatabase(): Promise<string> {
  const { url } = await (started ??= start());
  clones += 1;
  return createDatabase(url, `test_${process.pid}_${clones}`, TEMPLATE);
}

/** A database of one's own with nothing in it at all. */
export async function emptyDatabase(): Promise<string> {
  const { url } = await (started ??= start());
  clones += 1;
  return createDatabase(url, `test_${process.pid}_${clones}`);
}

async function start() {
  const shared = process.env['HOTLINE_TEST_DATABASE'];
  if (shared) return { url: shared, server: null, folder: null };
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
  process.env['HOTLINE_TEST_DATABASE'] = server.url;
  process.once('exit', () => endAtOnce(server.pid, folder));
  await migrate(await createDatabase(server.url, TEMPLATE));
  return { url: server.url, server, folder };
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
