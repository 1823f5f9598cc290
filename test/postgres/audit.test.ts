import { expect } from 'chai';
import type pg from 'pg';
import { searchAudit, verifyAudit, writeAudit } from '../../src/postgres/audit.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('the audit log', function () {
  this.timeout(20_000);
  let pool: pg.Pool;
  before(async () => (pool = openPool(await cloneDatabase())));
  after(() => pool.end());

  it('is added to by many at once, in one chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        writeAudit(pool, { personId: null, what: 'signed-in', about: `第${at}人` }),
      ),
    );
    expect(await verifyAudit(pool)).to.deep.equal({ count: 40, brokenAt: null });
    const found = await searchAudit(pool, { words: '第7人', limit: 10 });
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ who: '—', what: 'signed-in' });
    const page = await searchAudit(pool, { limit: 10, before: 31 });
    expect(page.map((row) => row.id)).to.deep.equal([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
  });

  it('can be neither changed nor emptied', async () => {
    for (const deed of [`update audit set who = 'x'`, 'delete from audit', 'truncate audit'])
      expect(String(await pool.query(deed).catch((cause: Error) => cause.message)), deed).to.include(
        'only ever added',
      );
  });

  it('shows where somebody with the keys of the database changed it all the same', async () => {
    await pool.query('alter table audit disable trigger audit_kept');
    await pool.query(`update audit set about = '没有的事' where id = 12`);
    expect((await verifyAudit(pool)).brokenAt).to.equal(12);
    await pool.query('delete from audit where id = 12');
    expect((await verifyAudit(pool)).brokenAt).to.equal(13);
  });
});
