import { expect } from 'chai';
import { LONG_WORK, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('connections to the database', () => {
  it('long work waits its turn for one of few connections; who answers a caller is told soon that there is none', async () => {
    const url = await cloneDatabase();
    const [long, short] = [openPool(url, { ...LONG_WORK, most: 1 }), openPool(url, { most: 1 })];
    // longer than anybody at a desk waits for a free connection
    const taken = [long, short].map((pool) => pool.query('select pg_sleep(3.5)'));
    const [next, refused] = await Promise.allSettled([
      long.query('select 1 as one'),
      short.query('select 1'),
    ]);
    expect(next.status).to.equal('fulfilled');
    expect(refused.status).to.equal('rejected');
    await Promise.all(taken);
    await Promise.all([long.end(), short.end()]);
  });
});
