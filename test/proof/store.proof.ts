/**
 * `npm run proof -- store [SECONDS] [SEED] [FACTS]`: so many facts (500,000) are told while a real PostgreSQL is stopped; it comes back
 * while calls go on. The rows equal those of an undisturbed run, and memory does not grow with the backlog.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { createDatabase, openPool } from '../../src/postgres/pool.ts';
import { startPostgres } from '../../src/setup/postgres.ts';
import { manyCalls, unwiredService } from '../support/unwired-service.ts';
import type { Proof } from './proof.ts';

const FACTS_PER_CALL = 10.5;
const TABLES = ['facts', 'calls', 'offers', 'transfers', 'agent_states', 'gaps', 'anomalies'];
const PAUSE_EVERY_CALLS = 20;
/** what the backlog may add to the process: the facts themselves would be many times that */
const MOST_GROWTH_BYTES = 400e6;

export const proof: Proof = async ({ seed, rest, say }) => {
  const facts = Number(rest[0] ?? 500_000);
  const calls = Math.ceil(facts / FACTS_PER_CALL / 0.9);
  const folder = mkdtempSync(join(tmpdir(), 'hotline-proof-store-'));
  chmodSync(folder, 0o711);
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '128MB',
  };
  const begin = () => startPostgres({ varDir: folder, log: () => undefined, settings });
  let server = await begin();
  try {
    const [quiet, stormy] = [await databaseOf(server.url, 'quiet'), await databaseOf(server.url, 'stormy')];
    const undisturbed = await run(quiet, calls, join(folder, 'journal-quiet'), seed);
    const disturbed = await run(stormy, calls, join(folder, 'journal-stormy'), seed, {
      stop: () => server.stop(),
      start: async () => void (server = await begin()),
    });
    for (const table of TABLES)
      if (undisturbed.rows[table] !== disturbed.rows[table])
        throw new Error(`${table}: ${disturbed.rows[table]!} instead of ${undisturbed.rows[table]!}`);
    const grown = disturbed.mostBytes - undisturbed.mostBytes;
    if (grown > MOST_GROWTH_BYTES) throw new Error(`memory grew by ${Math.round(grown / 1e6)} MB`);
    say(
      `${disturbed.waited} facts waited, ${disturbed.told} told, rows are equal; ` +
        `memory ${Math.round(disturbed.mostBytes / 1e6)} MB (undisturbed ${Math.round(undisturbed.mostBytes / 1e6)} MB)`,
    );
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function databaseOf(url: string, name: string): Promise<string> {
  const database = await createDatabase(url, name);
  await migrate(database);
  return database;
}

/** All calls, of which nine in ten are told while the database is away. */
async function run(
  url: string,
  calls: number,
  dir: string,
  seed: number,
  outage?: { stop: () => Promise<unknown>; start: () => Promise<void> },
) {
  let pool = openPool(url, { onBreak: () => undefined });
  const service = unwiredService(dir, (facts) => createFactWriter(pool).write(facts), { segmentBytes: 16e6 });
  let mostBytes = 0;
  const tell = async (from: number, count: number) => {
    let at = 0;
    for (const call of manyCalls(count, from)) {
      service.engine.bytes(call, seed + from + at);
      if ((at += 1) % PAUSE_EVERY_CALLS !== 0) continue;
      mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
      await new Promise((resume) => setImmediate(resume));
    }
  };
  service.engine.opened(1);
  const first = Math.floor(calls * 0.05);
  const away = Math.floor(calls * 0.9);
  await tell(0, first);
  await service.store.drained();
  if (outage) {
    await outage.stop();
    await pool.end();
  }
  await tell(first, away);
  const waited = service.store.backlogCount();
  if (outage) {
    if (service.store.awaySinceMs() === null) throw new Error('nobody noticed that the database is away');
    await outage.start();
    pool = openPool(url, { onBreak: () => undefined });
  }
  await tell(first + away, calls - first - away);
  await service.store.drained();
  if (service.store.lostCount() > 0) throw new Error(`${service.store.lostCount()} facts are lost`);
  const told = service.toldCount();
  const rows = await digests(pool);
  if (!rows['facts']!.startsWith(`${told} `))
    throw new Error(`${told} facts were told, stored: ${rows['facts']!}`);
  await service.store.close(0);
  service.journal.close();
  await pool.end();
  return { rows, mostBytes, told, waited };
}

/** Rows of each table, as their number and a sum over all that they say. */
async function digests(pool: pg.Pool): Promise<Record<string, string>> {
  const digest: Record<string, string> = {};
  for (const table of TABLES) {
    const client = await pool.connect();
    await client.query('set statement_timeout = 0');
    const { rows } = await client.query<{ digest: string }>({
      text: `select count(*) || ' ' || coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)), 0) as digest from ${table} t`,
      // the pool's own limit is for a hotline's questions
      ...({ query_timeout: 300_000 } as object),
    });
    client.release(true);
    digest[table] = rows[0]!.digest;
  }
  return digest;
}
