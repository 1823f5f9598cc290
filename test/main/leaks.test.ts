import type { Role } from '../../src/core/people/may.ts';
import type { SignedIn } from '../../src/http/sessions.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { openWholeHouse, waysIn, type WholeHouse } from '../support/whole-house.ts';

describe('nothing private leaves for who may not see it', function () {
  this.timeout(120_000);
  let house: WholeHouse;
  before(async () => {
    const url = await cloneDatabase();
    const pool = openPool(url);
    await pool.end();
    house = await openWholeHouse(url, Date.now, () => null);
  });
  after(() => house.close());
  it('walks', () => {
    const all = waysIn(house.wings.flatMap((wing) => wing.routers ?? []), '/api').concat(waysIn(house.wings.flatMap((wing) => wing.open ?? []), '/api/v1'));
    console.log(all.filter(w=>w.method==='GET').map((w) => `${w.method} ${w.path}`).join('\n'));
  });
});
