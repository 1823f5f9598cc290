import { expect } from 'chai';
import type pg from 'pg';
import type { OutageFields } from '../../src/core/outages/outage.ts';
import {
  addOutage,
  changeOutage,
  customersTouched,
  endOutage,
  findOutage,
  openOutages,
  outageSteps,
  pastOutages,
  publishOutage,
} from '../../src/postgres/outages.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const T0 = Date.UTC(2026, 10, 25, 6);
const BURST: OutageFields = {
  ...{ kind: 'sudden', districts: ['兴庆区'], communities: ['丽景园'], streets: ['民族街'], buildings: 6 },
  ...{ cause: '爆管', unitId: null, beginAtMs: T0, expectedAtMs: T0 + 3_600_000, notice: '停水' },
};

describe('outages, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let person: number;
  before(async () => {
    pool = openPool(await cloneDatabase());
    const made = await createPerson(pool, {
      ...{ login: 'b', name: '班长', role: 'supervisor', agent: null, passwordHash: 'x' },
    });
    person = made!.id;
  });
  after(() => pool.end());

  it('are changed by one at a time, announced, and ended once; each step stays', async () => {
    const id = await addOutage(pool, BURST, person);
    expect(await changeOutage(pool, id, 1, { ...BURST, buildings: 8 }, person)).to.equal(true);
    expect(await changeOutage(pool, id, 1, BURST, person), 'an older version').to.equal(false);
    expect(await publishOutage(pool, id, 2, person)).to.equal(true);
    expect(await publishOutage(pool, id, 2, person), 'a second press').to.equal(false);
    expect((await openOutages(pool)).map((one) => [one.id, one.buildings])).to.deep.equal([[id, 8]]);
    expect(await endOutage(pool, id, person)).to.equal(true);
    expect(await endOutage(pool, id, person), 'twice').to.equal(false);
    expect(await publishOutage(pool, id, 4, person), 'water runs again').to.equal(false);
    expect(await openOutages(pool)).to.deep.equal([]);
    expect((await pastOutages(pool, 5))[0]!.id).to.equal(id);
    expect((await findOutage(pool, id))!.publishedAtMs).to.be.a('number');
    expect((await outageSteps(pool, id)).map(({ kind }) => kind)).to.deep.equal([
      'make',
      'change',
      'publish',
      'end',
    ]);
  });

  it('know how many customers sit in their area', async () => {
    const one = (account: string, district: string, address: string, community = '') => ({
      ...{ account, name: '甲', district, address, community, meterKind: 'ic-card' as const, phones: [] },
    });
    await saveCustomers(pool, [
      one('1', '兴庆区', '解放东街丽景园3号楼', '丽景园'),
      one('2', '兴庆区', '民族街12号'),
      one('3', '兴庆区', '解放东街凤凰新村'),
      one('4', '金凤区', '丽景园', '丽景园'),
    ]);
    expect(await customersTouched(pool, BURST)).to.equal(2);
    expect(await customersTouched(pool, { ...BURST, communities: [], streets: [] })).to.equal(3);
  });
});
