import { expect } from 'chai';
import type pg from 'pg';
import { emptyOutbox, type OutboxRow } from '../../src/postgres/outward.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('the outbox', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  before(async () => (pool = openPool(await cloneDatabase())));
  after(() => pool.end());
  beforeEach(() => pool.query('delete from outbox'));

  const write = (...refs: string[]) =>
    pool.query(
      `insert into outbox (event, ref, body) select 'order-stepped', ref, '{"n": 1}' from unnest($1::text[]) with ordinality as one(ref, at) order by at`,
      [refs],
    );
  const left = async () =>
    (await pool.query<{ ref: string; fault: string | null }>('select ref, fault from outbox order by id'))
      .rows;
  const empty = (
    most: number,
    tell: (row: OutboxRow) => void,
    before?: (client: pg.PoolClient) => Promise<unknown>,
  ) =>
    inTransaction(pool, async (client) => {
      const count = await emptyOutbox(client, most, (_client, row) => Promise.resolve(tell(row)));
      await before?.(client as pg.PoolClient);
      return count;
    });

  it('is emptied in the order in which things happened, so many at a time', async () => {
    await write('a', 'b', 'c');
    const told: string[] = [];
    expect(await empty(2, (row) => told.push(row.ref))).to.equal(2);
    expect(await empty(2, (row) => told.push(row.ref))).to.equal(1);
    expect(told).to.deep.equal(['a', 'b', 'c']);
    expect(await left()).to.deep.equal([]);
    expect(await empty(2, () => undefined)).to.equal(0);
  });

  it('keeps a row that can’t be told with its reason, and the others do not wait for it', async () => {
    await write('a', 'b', 'c');
    const told: string[] = [];
    await empty(10, (row) => {
      if (row.ref === 'b') throw new Error('no such order');
      told.push(row.ref);
    });
    expect(told).to.deep.equal(['a', 'c']);
    expect(await left()).to.deep.equal([{ ref: 'b', fault: 'no such order' }]);
    expect(await empty(10, () => undefined), 'it is passed over').to.equal(0);
  });

  it('a service that dies in between has done nothing', async () => {
    await write('a');
    const died = await empty(
      10,
      () => undefined,
      () => Promise.reject(new Error('killed')),
    ).catch((cause: Error) => cause.message);
    expect(died).to.equal('killed');
    expect(await left()).to.deep.equal([{ ref: 'a', fault: null }]);
  });

  it('is emptied by one service at a time', async () => {
    await write('a');
    await empty(
      10,
      () => undefined,
      async () => {
        expect(await empty(10, () => expect.fail('told twice'))).to.equal(0);
      },
    );
    expect(await left()).to.deep.equal([]);
  });
});
