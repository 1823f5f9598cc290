import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { recover, startEngine } from '../../src/app/engine.ts';
import { openStore, type Store } from '../../src/app/store.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openJournal, recoverJournal } from '../../src/asterisk/journal.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { saveFloor } from '../../src/core/floor/saved.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { startPostgres } from '../../src/setup/postgres.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { cloneDatabase } from '../support/database.ts';
import { streamOfCalls } from '../support/recordings.ts';
import { keptRows } from '../support/rows.ts';
import { until } from '../support/until.ts';
import { seededChance } from '../support/seed.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };
const FRAMES = streamOfCalls();

/** A service without a network: journal, engine and store over one folder and one database. */
function service(dir: string, write: (facts: readonly Fact[]) => Promise<void>) {
  const told: Fact[] = [];
  const floor = recover(recoverJournal(dir), SETTINGS, createChain, (facts) => told.push(...facts));
  const journal = openJournal({ dir, keepBytes: 1e6, segmentBytes: 60_000, now: Date.now }, saveFloor(floor));
  const store: Store = openStore({
    write,
    confirm: journal.confirm,
    retell: function* () {
      const all: Fact[] = [];
      recover(recoverJournal(dir), SETTINGS, createChain, (facts) => all.push(...facts));
      yield all;
    },
    now: Date.now,
  });
  if (told.length > 0) store.add(told, journal.append('open', 0));
  const engine = startEngine(floor, createChain, journal, [(facts, position) => store.add(facts, position)]);
  return { engine, store, journal };
}

describe('what the switch said is kept whatever breaks', () => {
  let dir: string;
  let undisturbed: Record<string, unknown[]>;
  const pools: ReturnType<typeof openPool>[] = [];
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  after(() => Promise.all(pools.map((pool) => pool.end())));

  async function database() {
    const pool = openPool(await cloneDatabase());
    pools.push(pool);
    return pool;
  }

  before(async function () {
    this.timeout(60_000);
    const pool = await database();
    const folder = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'));
    const { engine, store, journal } = service(folder, createFactWriter(pool).write);
    engine.opened(1);
    for (const frame of FRAMES) engine.bytes(frame, 1);
    await store.drained();
    await store.close(0);
    journal.close();
    rmSync(folder, { recursive: true });
    undisturbed = await keptRows(pool);
    expect(undisturbed['calls']).to.have.length(5);
  });

  it('killed at 20 random points, the rows equal those of an undisturbed run', async function () {
    this.timeout(60_000);
    const pool = await database();
    const chance = seededChance('where it is killed');
    const points = new Set(Array.from({ length: 20 }, () => Math.floor(chance() * FRAMES.length)));
    let running = service(dir, createFactWriter(pool).write);
    running.engine.opened(1);
    for (const [at, frame] of FRAMES.entries()) {
      if (points.has(at)) {
        // kill: what was in memory is gone, the store's queue with it; the journal is what the disk has
        await running.store.close(0);
        running = service(dir, createFactWriter(pool).write);
        running.engine.opened(1);
      }
      running.engine.bytes(frame, 1);
    }
    await running.store.drained();
    await running.store.close(0);
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
  });

  it('kill -9 of the process in the middle of the stream loses nothing', async function () {
    this.timeout(60_000);
    const url = await cloneDatabase();
    const pool = openPool(url);
    pools.push(pool);
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/app/killed-service.ts', dir, url], {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const reached = await until('the child is in the middle', () => /reached (\d+)/.exec(said)?.[1], 20_000);
    child.kill('SIGKILL');
    await until('the child is gone', () => child.signalCode !== null);
    const { engine, store, journal } = service(dir, createFactWriter(pool).write);
    engine.opened(1);
    for (const frame of FRAMES.slice(Number(reached))) engine.bytes(frame, 1);
    await store.drained();
    await store.close(0);
    journal.close();
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
  });

  it('two services that hear the same stream at once write the same rows', async function () {
    this.timeout(60_000);
    const pool = await database();
    const other = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'));
    const both = [service(dir, createFactWriter(pool).write), service(other, createFactWriter(pool).write)];
    for (const { engine } of both) engine.opened(1);
    for (const frame of FRAMES) for (const { engine } of both) engine.bytes(frame, 1);
    for (const { store } of both) await store.drained();
    for (const { store, journal } of both) {
      await store.close(0);
      journal.close();
    }
    rmSync(other, { recursive: true });
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
  });

  it('with the database stopped under calls, nobody waits and every row comes in afterwards', async function () {
    this.timeout(60_000);
    const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'));
    let server = await startPostgres({ varDir, log: () => undefined });
    const { url } = server;
    await migrate(url);
    let pool = openPool(url, { onBreak: () => undefined });
    const { engine, store, journal } = service(dir, (facts) => createFactWriter(pool).write(facts));
    engine.opened(1);
    const third = Math.floor(FRAMES.length / 3);
    for (const frame of FRAMES.slice(0, third)) engine.bytes(frame, 1);
    await store.drained();
    await server.stop();
    for (const frame of FRAMES.slice(third)) engine.bytes(frame, 1);
    await until('the store says that the database is away', () => store.awaySinceMs());
    expect(store.backlogCount()).to.be.greaterThan(0);
    server = await startPostgres({ varDir, log: () => undefined });
    if (server.url !== url) pool = openPool(server.url);
    await until('everything is stored', () => store.backlogCount() === 0, 20_000);
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
    await store.close(0);
    journal.close();
    await pool.end();
    await server.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  it('more facts than memory holds are read again from the journal', async function () {
    this.timeout(60_000);
    const pool = await database();
    const writer = createFactWriter(pool);
    let away = true;
    const write = (facts: readonly Fact[]) =>
      away ? Promise.reject(new Error('away')) : writer.write(facts);
    const { engine, store, journal } = service(dir, write);
    engine.opened(1);
    for (const frame of FRAMES) engine.bytes(frame, 1);
    await until('the store says that the database is away', () => store.awaySinceMs());
    // a flood that memory is not made for
    const flood: Fact = { kind: 'anomaly', id: 'flood', atMs: 1, name: 'flood', callId: null, detail: '' };
    store.add(
      Array.from({ length: 100_001 }, () => flood),
      { segment: 1, offset: 1 },
    );
    away = false;
    await store.drained();
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
    await store.close(0);
    journal.close();
  });
});
