import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { watchCrashPoints, type CrashPoint } from '../../src/core/crash-point.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { startPostgres } from '../../src/setup/postgres.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { cloneDatabase } from '../support/database.ts';
import { streamOfCalls } from '../support/recordings.ts';
import { keptRows } from '../support/rows.ts';
import { until } from '../support/until.ts';
import { seededChance } from '../support/seed.ts';
import { manyCalls, unwiredService as service } from '../support/unwired-service.ts';

const FRAMES = streamOfCalls();

describe('what the switch said is kept whatever breaks', () => {
  let dir: string;
  let undisturbed: Record<string, unknown[]>;
  const pools: ReturnType<typeof openPool>[] = [];
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'))));
  afterEach(() => {
    watchCrashPoints(null);
    rmSync(dir, { recursive: true, force: true });
  });
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
    const { migration, service: url } = await server.prepare('hotline');
    await migrate(migration);
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
    const { service: again } = await server.prepare('hotline');
    if (again !== url) pool = openPool(again);
    await until('everything is stored', () => store.backlogCount() === 0, 20_000);
    expect(await keptRows(pool)).to.deep.equal(undisturbed);
    await store.close(0);
    journal.close();
    await pool.end();
    await server.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  describe('told while the database is away, more than memory holds', () => {
    const CALLS = 120;
    const HELD = 100;
    let whole: Record<string, unknown[]>;

    /** every table that comes of facts, agents' states and anomalies too */
    const allRows = async (pool: ReturnType<typeof openPool>) => {
      const { rows: facts } = await pool.query<{ id: string }>(
        'select id, kind, at, body from facts order by id',
      );
      return { ...(await keptRows(pool)), all: facts };
    };

    before(async function () {
      this.timeout(60_000);
      const pool = await database();
      const folder = mkdtempSync(join(tmpdir(), 'hotline-test-engine-'));
      const { engine, store, journal } = service(folder, createFactWriter(pool).write);
      engine.opened(1);
      for (const call of manyCalls(CALLS)) engine.bytes(call, 1);
      await store.drained();
      expect(await store.close(0)).to.equal(0);
      journal.close();
      rmSync(folder, { recursive: true });
      whole = await allRows(pool);
      expect(whole['calls']).to.have.length(CALLS);
    });

    it('every fact is there when it is back while calls go on, and the backlog is true all the time', async function () {
      this.timeout(60_000);
      const pool = await database();
      const writer = createFactWriter(pool);
      let away = true;
      let most = 0;
      const calls = manyCalls(CALLS);
      const next = () => {
        const { value, done } = calls.next();
        if (!done) engine.bytes(value, 1);
      };
      const write = async (facts: readonly Fact[]) => {
        if (away) throw new Error('away');
        most = Math.max(most, facts.length);
        // calls go on while what was spilled is written
        next();
        await writer.write(facts);
        next();
        const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from facts');
        // the batch that was just written is still counted until the store knows
        const missing = toldCount() - rows[0]!.count;
        expect(store.backlogCount() - facts.length).to.equal(missing);
        expect(store.oldestMs()).to.be.a('number');
      };
      const { engine, store, journal, lost, toldCount } = service(dir, write, { heldFacts: HELD });
      engine.opened(1);
      for (let call = 0; call < CALLS / 2; call += 1) next();
      await until('the store says that the database is away', () => store.awaySinceMs());
      expect(store.backlogCount()).to.equal(toldCount());
      expect(toldCount()).to.be.greaterThan(2 * HELD);
      away = false;
      await store.drained();
      for (let call = 0; call < CALLS; call += 1) next();
      await store.drained();
      expect(store.backlogCount()).to.equal(0);
      expect(store.oldestMs()).to.equal(null);
      expect(lost).to.deep.equal([]);
      expect(await allRows(pool)).to.deep.equal(whole);
      await store.close(0);
      journal.close();
    });

    it('killed while it is written, at any batch: the backlog is true right after the restart, and nothing is missing', async function () {
      this.timeout(120_000);
      const pool = await database();
      const writer = createFactWriter(pool);
      let batches = 0;
      let diesAt = -1;
      const write = async (facts: readonly Fact[]) => {
        if (diesAt < 0) throw new Error('away');
        batches += 1;
        if (batches > diesAt) throw new Error('away again');
        await writer.write(facts);
      };
      let running = service(dir, write, { heldFacts: HELD });
      running.engine.opened(1);
      const calls = [...manyCalls(CALLS)];
      for (const call of calls.splice(0, CALLS / 2)) running.engine.bytes(call, 1);
      const told = running.toldCount();
      for (const written of [0, 1, 2]) {
        batches = 0;
        diesAt = written;
        await until('a batch was written, and then the database was away', () => batches > diesAt);
        const left = running.store.backlogCount();
        expect(await running.store.close(0)).to.equal(left);
        running = service(dir, write, { heldFacts: HELD });
        expect(running.store.backlogCount()).to.equal(left);
      }
      expect(told).to.be.greaterThan(HELD);
      diesAt = Infinity;
      running.engine.opened(1);
      for (const call of calls) running.engine.bytes(call, 1);
      await running.store.drained();
      expect(running.lost).to.deep.equal([]);
      const rows = await keptRows(pool);
      expect(rows['calls']).to.deep.equal(whole['calls']);
      expect(rows['facts']).to.deep.equal(whole['facts']);
      await running.store.close(0);
      running.journal.close();
    });

    for (const wanted of [
      'store: before a batch is written',
      'store: written, not confirmed',
    ] as CrashPoint[])
      it(`the database fails at every second batch (${wanted}): every fact is there, once`, async function () {
        this.timeout(60_000);
        const pool = await database();
        let passed = 0;
        watchCrashPoints((point) => {
          if (point === wanted && (passed += 1) % 2 === 1) throw new Error('terminating connection');
        });
        const { engine, store, journal, lost } = service(dir, createFactWriter(pool).write, {
          heldFacts: HELD,
        });
        engine.opened(1);
        for (const call of manyCalls(CALLS)) engine.bytes(call, 1);
        await store.drained();
        watchCrashPoints(null);
        expect(passed).to.be.greaterThan(3);
        expect(lost).to.deep.equal([]);
        expect(await allRows(pool)).to.deep.equal(whole);
        await store.close(0);
        journal.close();
      });

    it('what a trimmed journal does not have any more is counted and told, and the rest is written', async function () {
      this.timeout(60_000);
      const pool = await database();
      const writer = createFactWriter(pool);
      let away = true;
      const write = (facts: readonly Fact[]) =>
        away ? Promise.reject(new Error('away')) : writer.write(facts);
      const running = service(dir, write, { heldFacts: HELD });
      running.engine.opened(1);
      for (const call of manyCalls(CALLS)) running.engine.bytes(call, 1);
      await until('the store says that the database is away', () => running.store.awaySinceMs());
      const told = running.toldCount();
      const segments = readdirSync(dir).filter((name) => name.endsWith('.journal'));
      expect(segments.length).to.be.greaterThan(30);
      rmSync(join(dir, segments[20]!));
      away = false;
      await running.store.drained();
      const { rows } = await pool.query<{ count: number }>(
        "select count(*)::int as count from facts where body ->> 'name' is distinct from 'journal-hole'",
      );
      expect(running.lost.reduce((sum, count) => sum + count, 0)).to.be.greaterThan(0);
      expect(running.store.lostCount()).to.equal(running.lost.reduce((sum, count) => sum + count, 0));
      expect(rows[0]!.count).to.be.lessThan(told);
      const { rows: holes } = await pool.query("select 1 from anomalies where name = 'journal-hole'");
      expect(holes).to.have.length(1);
      await running.store.close(0);
      running.journal.close();
      // a restart that meets it says it too
      rmSync(join(dir, 'confirmed'));
      const again = service(dir, write);
      expect(again.anomalies).to.include('journal-hole');
      await again.store.close(0);
      again.journal.close();
    });

    it('a full disk while the database is away: what neither has is counted, and it goes on when there is room', async function () {
      this.timeout(60_000);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', dir], { stdio: 'ignore' });
      } catch {
        this.skip(); // mounting needs root
      }
      const pool = await database();
      const writer = createFactWriter(pool);
      let away = true;
      let clock = 1_764_000_000_000;
      const write = (facts: readonly Fact[]) =>
        away ? Promise.reject(new Error('away')) : writer.write(facts);
      const running = service(dir, write, { heldFacts: HELD, now: () => clock });
      try {
        running.engine.opened(1);
        const calls = [...manyCalls(CALLS)];
        for (const call of calls.splice(0, CALLS - 20)) running.engine.bytes(call, 1);
        expect(running.journal.failingSinceMs()).to.equal(clock);
        expect(running.store.lostCount()).to.be.greaterThan(0);
        const { lost } = running;
        execFileSync('mount', ['-o', 'remount,size=4m', dir]);
        clock += 2000;
        for (const call of calls) running.engine.bytes(call, 1);
        expect(running.journal.failingSinceMs()).to.equal(null);
        const lostCount = running.store.lostCount();
        away = false;
        await running.store.drained();
        expect(running.store.lostCount()).to.equal(lostCount);
        expect(lost.reduce((sum, count) => sum + count, 0)).to.equal(lostCount);
        const { rows } = await pool.query<{ count: number }>(
          "select count(*)::int as count from facts where body ->> 'name' is distinct from 'journal-hole'",
        );
        expect(rows[0]!.count).to.equal(running.toldCount() - lostCount);
      } finally {
        await running.store.close(0);
        running.journal.close();
        execFileSync('umount', [dir]);
      }
    });
  });

  it('an answer that somebody forges is no more believed when the journal is read again', async () => {
    const asked = [...manyCalls(1)];
    const forged = Buffer.from(
      'Event: QueueMember\r\nActionID: forged-1\r\nQueue: hotline\r\nName: Eve\r\nLocation: PJSIP/6666\r\n\r\n',
    );
    const hears: string[][] = [];
    for (const segmentBytes of [1, 60_000]) {
      const running = service(dir, () => Promise.reject(new Error('away')), { segmentBytes });
      running.engine.opened(1, 'ours');
      running.engine.bytes(asked[0]!, 1);
      running.engine.bytes(forged, 1);
      await running.store.close(0);
      running.journal.close();
      hears.push(service(dir, () => Promise.reject(new Error('away'))).anomalies);
      rmSync(dir, { recursive: true });
    }
    for (const anomalies of hears) expect(anomalies).to.include('forged-event');
  });
});
