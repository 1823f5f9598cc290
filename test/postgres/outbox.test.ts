import { expect } from 'chai';
import type pg from 'pg';
import { openOutbox } from '../../src/app/outbox.ts';
import { watchCrashPoints, type CrashPoint } from '../../src/core/crash-point.ts';
import {
  dropOutbox,
  emptyOutbox,
  listStuck,
  outboxFigures,
  retryOutbox,
  type OutboxRow,
} from '../../src/postgres/outbox.ts';
import { inTransaction, isPassing, openPool } from '../../src/postgres/pool.ts';
import { asRole, cloneDatabase, onDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

describe('the outbox', function () {
  this.timeout(30_000);
  let url: string;
  let pool: pg.Pool;
  const pools: pg.Pool[] = [];
  before(async () => {
    url = await cloneDatabase();
    pool = openPool(url);
    pools.push(pool);
  });
  after(() => Promise.all(pools.map((each) => each.end())));
  beforeEach(() => pool.query('delete from outbox'));

  const add = (...refs: string[]) =>
    pool.query(`insert into outbox (event, ref) select 'order-escalated', unnest($1::text[])`, [refs]);
  const empty = (told: (client: pg.PoolClient, row: OutboxRow) => Promise<unknown>) =>
    inTransaction(pool, (client) =>
      emptyOutbox(client, 100, async (_, row) => void (await told(client, row))),
    );
  /** as if its next try were due */
  const due = () => pool.query('update outbox set next_at = now() where next_at is not null');

  it('a lock that somebody holds for a moment puts nothing aside for good, and the order of one case is kept', async () => {
    await onDatabase(url, 'create table if not exists held (id int primary key)');
    await pool.query('insert into held values (1) on conflict do nothing');
    await add('HL1', 'HL2', 'HL1');
    const told: string[] = [];
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('select from held where id = 1 for update');
    const tell = async (client: pg.PoolClient, row: OutboxRow) => {
      if (row.ref === 'HL1') {
        await client.query(`set local lock_timeout = '50ms'`);
        await client.query('select from held where id = 1 for update');
      }
      told.push(row.ref);
    };
    expect(await empty(tell)).to.equal(3);
    expect(told).to.deep.equal(['HL2']);
    expect(await listStuck(pool), 'a moment is not worth a person’s time').to.deep.equal([]);
    expect((await outboxFigures(pool)).waiting).to.equal(2);
    // the later message of the same order does not overtake the one that waits
    expect(await empty(tell)).to.equal(0);
    await holder.query('rollback');
    holder.release();
    await due();
    await empty(tell);
    expect(told).to.deep.equal(['HL2', 'HL1', 'HL1']);
    expect(await outboxFigures(pool)).to.deep.equal({ waiting: 0, stuck: 0, oldestAtMs: null });
  });

  it('what still does not go after three tries is shown with its reason, and is tried on', async () => {
    await add('HL3');
    const cause = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await empty(() => Promise.reject(cause));
      await due();
    }
    const [stuck] = await listStuck(pool);
    expect(stuck).to.include({ ref: 'HL3', attempts: 3, fault: cause.message });
    expect(stuck!.nextAtMs).to.be.a('number');
    await empty(() => Promise.resolve());
    expect(await listStuck(pool)).to.deep.equal([]);
  });

  it('a row that can not be told is shown to a person, is told by a key, and keeps nobody waiting', async () => {
    await add('HL4', 'HL5', 'HL4');
    const told: number[] = [];
    let broken = true;
    const tell = (_: unknown, row: OutboxRow) => {
      if (broken && row.id === first) return Promise.reject(new TypeError('no such order\0'));
      told.push(row.id);
      return Promise.resolve();
    };
    const { rows } = await pool.query<{ id: number }>('select min(id)::float8 as id from outbox');
    const first = rows[0]!.id;
    const counts: number[] = [];
    const outbox = openOutbox({
      empty: () => empty(tell),
      onTold: () => undefined,
      onFault: (cause) => expect.fail(String(cause)),
      stuck: async () => (await outboxFigures(pool)).stuck,
      onStuck: (count) => counts.push(count),
      pollMs: 10,
    });
    outbox.start();
    await until('it says that one is stuck', () => counts.at(-1) === 1);
    const [stuck] = await listStuck(pool);
    expect(stuck).to.include({ id: first, ref: 'HL4', event: 'order-escalated', nextAtMs: null });
    expect(stuck!.fault).to.equal('no such order');
    expect(told).to.have.length(2);
    broken = false;
    expect(await retryOutbox(pool, first)).to.equal(true);
    await until('nothing is stuck', () => counts.at(-1) === 0);
    expect(told).to.include(first);
    expect(await retryOutbox(pool, first)).to.equal(false);
    await outbox.close();
  });

  it('a person may give up what can not be told, and nothing else', async () => {
    await add('HL6', 'HL7');
    await empty((_, row) => (row.ref === 'HL6' ? Promise.reject(new TypeError('x')) : Promise.resolve()));
    const [stuck] = await listStuck(pool);
    await add('HL8');
    const { rows } = await pool.query<{ id: number }>(
      `select id::float8 as id from outbox where ref = 'HL8'`,
    );
    expect(await dropOutbox(pool, rows[0]!.id)).to.equal(null);
    expect(await dropOutbox(pool, stuck!.id)).to.deep.equal({ event: 'order-escalated', ref: 'HL6' });
    expect(await dropOutbox(pool, stuck!.id)).to.equal(null);
  });

  for (const wanted of ['outbox: before a row is told', 'outbox: told, not committed'] as CrashPoint[])
    it(`what fails there is told afterwards, once (${wanted})`, async () => {
      await add('HL11', 'HL12');
      let fails = true;
      watchCrashPoints((point) => {
        if (point === wanted && fails) throw new Error('terminating connection');
      });
      const tell = (client: pg.PoolClient, row: OutboxRow) =>
        client.query(`insert into told_once values ($1)`, [row.ref]);
      await onDatabase(url, 'create table if not exists told_once (ref text)');
      await pool.query('truncate told_once');
      const told = async () => (await pool.query('select ref from told_once order by ref')).rows;
      expect(String(await empty(tell).catch((cause: Error) => cause))).to.contain('terminating');
      expect(await told()).to.deep.equal([]);
      fails = false;
      await empty(tell);
      await empty(tell);
      watchCrashPoints(null);
      expect(await told()).to.deep.equal([{ ref: 'HL11' }, { ref: 'HL12' }]);
    });

  it('a connection that breaks in the middle leaves all as it was', async () => {
    await add('HL9', 'HL10');
    const own = openPool(url, { onBreak: () => undefined });
    pools.push(own);
    const tell = async (client: Pick<pg.ClientBase, 'query'>, row: OutboxRow) => {
      if (row.ref === 'HL10') await client.query('select pg_terminate_backend(pg_backend_pid())');
    };
    const cause = await inTransaction(own, (client) => emptyOutbox(client, 100, tell)).catch(
      (fault: unknown) => fault,
    );
    expect(isPassing(cause)).to.equal(true);
    const { rows } = await pool.query('select 1 from outbox where fault is null and attempts = 0');
    expect(rows).to.have.length(2);
  });
});

describe('trouble of the database', function () {
  this.timeout(30_000);
  let url: string;
  let pool: pg.Pool;
  before(async () => {
    // only a superuser may make a deadlock be found sooner
    url = await asRole(await cloneDatabase(), 'superuser');
    pool = openPool(url, { most: 4, statementMs: 500, onBreak: () => undefined });
    await onDatabase(url, 'create table pairs (id int primary key, value int)');
    await pool.query('insert into pairs values (1, 0), (2, 0)');
  });
  after(() => pool.end());

  it('that passes is told from what fails again', async () => {
    const coded = (code: string) => Object.assign(new Error('x'), { code });
    for (const code of '40P01 40001 55P03 57014 57P01 57P02 57P03 08006 08003 53300 53200 53100 58030 25P03 55006 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND'.split(
      ' ',
    ))
      expect(isPassing(coded(code)), code).to.equal(true);
    for (const code of '23505 22001 42P01 42703 23503 22P02 P0001 42601 0A000 21000 ERR_INVALID_ARG_TYPE EACCES ENOENT ENOSPC'.split(
      ' ',
    ))
      expect(isPassing(coded(code)), code).to.equal(false);
    for (const sentence of [
      'Connection terminated unexpectedly',
      'Connection terminated due to connection timeout',
      'timeout exceeded when trying to connect',
      'Query read timeout',
      'Client has encountered a connection error and is not queryable',
      'Client was closed and is not queryable',
    ])
      expect(isPassing(new Error(sentence)), sentence).to.equal(true);
    for (const cause of [new TypeError('x is undefined'), null, 'words', new RangeError('bad')])
      expect(isPassing(cause), String(cause)).to.equal(false);
    // and as the library really says it
    const closed = openPool('postgres://nobody@127.0.0.1:1/x');
    expect(isPassing(await closed.query('select 1').catch((cause: unknown) => cause))).to.equal(true);
    expect(isPassing(await pool.query('select pg_sleep(2)').catch((cause: unknown) => cause))).to.equal(true);
  });

  it('two transactions that lock each other out both come through', async () => {
    const met: (() => void)[] = [];
    const meet = () =>
      new Promise<void>((resolve) => {
        met.push(resolve);
        if (met.length === 2) for (const go of met) go();
      });
    let runs = 0;
    const change = (first: number, second: number) => {
      let again = false;
      return inTransaction(pool, async (client) => {
        runs += 1;
        await client.query('set local statement_timeout = 0');
        await client.query(`set local deadlock_timeout = '50ms'`);
        await client.query('update pairs set value = value + 1 where id = $1', [first]);
        if (!again) await meet();
        again = true;
        await client.query('update pairs set value = value + 1 where id = $1', [second]);
      });
    };
    await Promise.all([change(1, 2), change(2, 1)]);
    expect(runs).to.equal(3);
    const { rows } = await pool.query<{ value: number }>('select value from pairs order by id');
    expect(rows.map((row) => row.value)).to.deep.equal([2, 2]);
  });

  it('a transaction that asks its pool for a second connection is found', async () => {
    const inside = await inTransaction(pool, () => pool.query('select 1')).catch((cause: Error) => cause);
    expect(String(inside)).to.contain('inside a transaction');
    const nested = await inTransaction(pool, () =>
      inTransaction(pool, (client) => client.query('select 1')),
    ).catch((cause: Error) => cause);
    expect(String(nested)).to.contain('inside a transaction');
    // what goes on after it, and another pool, are nobody's second connection
    let later: Promise<unknown> | undefined;
    const other = openPool(url);
    await inTransaction(pool, async (client) => {
      await other.query('select 1');
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => pool.query('select 1'));
      await client.query('select 1');
    });
    await later;
    await other.end();
  });
});
