import { expect } from 'chai';
import type pg from 'pg';
import { differences, drawSample } from '../../src/core/callbacks/sample.ts';
import { countCallbacks, listRedo } from '../../src/postgres/callback-lists.ts';
import { listWaiting } from '../../src/postgres/callback-attempts.ts';
import { findCampaign, listCampaigns, listPlaces } from '../../src/postgres/callbacks.ts';
import { FIRST_START, openPool } from '../../src/postgres/pool.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { saveDemoCallbacks } from '../../src/setup/demo/callbacks.ts';
import { customers } from '../../src/setup/demo/city.ts';
import { DEMO_AGENTS, midnights, pastDay } from '../../src/setup/demo/history.ts';
import { saveDemoOrders } from '../../src/setup/demo/orders.ts';
import { randomFrom } from '../../src/setup/demo/random.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;
/** a Thursday */
const NOW_MS = Date.parse('2026-07-16T15:00:00+08:00');

describe('the demo’s callbacks', function () {
  this.timeout(120_000);
  let pool: pg.Pool;
  before(async () => {
    pool = openPool(await cloneDatabase(), FIRST_START);
    const known = customers(randomFrom(1), 400);
    await saveCustomers(pool, known);
    for (const extension of DEMO_AGENTS)
      await createPerson(pool, {
        ...{
          login: extension,
          name: extension,
          role: 'agent',
          passwordHash: 'x',
          agent: `PJSIP/${extension}`,
        },
      });
    for (const day of midnights(NOW_MS - 24 * DAY_MS, NOW_MS))
      await saveDemoOrders(
        pool,
        randomFrom(day / DAY_MS),
        pastDay(randomFrom(day), day, NOW_MS, known).matters,
        NOW_MS,
      );
    await saveDemoCallbacks(pool, randomFrom(3), NOW_MS);
  });
  after(() => pool.end());

  it('are drawn by week, called by machine and by hand, and the certificate proves itself', async () => {
    const campaigns = await listCampaigns(pool);
    expect(campaigns.length).to.be.at.least(3);
    for (const { id, population, drawn } of campaigns) {
      expect(drawn).to.be.at.least(Math.ceil(population / 20));
      const { rule, seed } = (await findCampaign(pool, id))!;
      const recorded = await listPlaces(pool, id);
      const again = drawSample(recorded, rule, seed);
      expect(
        differences(
          recorded.filter((one) => one.place !== null),
          again.places,
        ),
      ).to.deep.equal([]);
    }
    const { rows } = await pool.query<Record<string, number>>(
      `select count(*) filter (where channel = 'machine')::int as machine,
              count(*) filter (where channel = 'person')::int as person,
              count(*) filter (where replaces_id is not null)::int as instead,
              count(*) filter (where called_back_at > to_timestamp($1::float8 / 1000))::int as future,
              count(*) filter (where agent_id = called_by)::int as own
         from survey_items`,
      [NOW_MS],
    );
    expect(rows[0]!['machine']).to.be.above(10);
    expect(rows[0]!['person']).to.be.above(0);
    expect([rows[0]!['future'], rows[0]!['own']]).to.deep.equal([0, 0]);
    expect((await countCallbacks(pool, 'department', {})).length).to.be.above(0);
    await listRedo(pool);
  });

  it('are called by nobody any more, and a second start draws no week twice', async () => {
    expect(await listWaiting(pool)).to.deep.equal([]);
    const before = (await listCampaigns(pool)).length;
    await saveDemoCallbacks(pool, randomFrom(3), NOW_MS);
    expect((await listCampaigns(pool)).length).to.equal(before);
  });
});
