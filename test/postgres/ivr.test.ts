import { expect } from 'chai';
import type pg from 'pg';
import { isSpared } from '../../src/postgres/ivr.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('who is not asked to rate a call', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let personId = 0;
  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: null, passwordHash: '' },
    });
    personId = person!.id;
  });
  after(() => pool.end());
  const wroteUp = (number: string, conclusion: string) =>
    pool.query(
      `insert into records (phone, phone_number, conclusion, person_id, updated_by) values ($1, $1, $2, $3, $3)`,
      [number, conclusion, personId],
    );

  it('a nuisance is one whose every call was nothing to handle, three at least', async () => {
    for (let n = 0; n < 2; n += 1) await wroteUp('13900000001', 'void');
    expect(await isSpared(pool, '13900000001')).to.equal(false);
    await wroteUp('13900000001', 'void');
    expect(await isSpared(pool, '13900000001')).to.equal(true);
    await wroteUp('13900000001', 'answered');
    expect(await isSpared(pool, '13900000001')).to.equal(false);
    expect(await isSpared(pool, '13900000002')).to.equal(false);
  });
  it('who asked never to be called back is not asked either', async () => {
    await pool.query(`insert into do_not_call (number, how) values ('13900000003', 'key')`);
    expect(await isSpared(pool, '13900000003')).to.equal(true);
  });
});
