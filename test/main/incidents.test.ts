import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { newCall } from '../../src/core/floor/call.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import type { Role } from '../../src/core/people/may.ts';
import { openIncidentsWing } from '../../src/main/incidents.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { openOutages } from '../../src/postgres/outages.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { Incident } from '../../src/protocol/incidents.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';
import { until } from '../support/until.ts';

const settings = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };

describe('something is happening: neighbours call one after the other', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let close: () => Promise<void>;
  const floor = openFloor(settings);
  const ids: Record<string, number> = {};
  const registry = new Registry();

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    for (const [login, role] of [
      ['banzhang', 'supervisor'],
      ['1001', 'agent'],
    ] as [string, Role][])
      ids[login] = (await createPerson(pool, {
        login,
        name: login,
        role,
        agent: null,
        passwordHash: 'x',
      }))!.id;
    await saveCustomers(
      pool,
      ['丽景园', '望湖园'].flatMap((community, at) =>
        Array.from({ length: 6 }, (_, n) => ({
          ...{
            account: `YC${at}0000${n}`,
            name: `住户${at}${n}`,
            district: '兴庆区',
            meterKind: 'ic-card' as const,
          },
          ...{ address: `兴庆区解放东街${community}${n + 1}号楼`, phones: [`1390000${at}00${n}`] },
        })),
      ),
    );
    await pool.query(
      `update customers set community = case when address like '%丽景园%' then '丽景园' else '望湖园' end`,
    );
    wing = openIncidentsWing({
      ...{ pool, databaseUrl, floor, registry, now: Date.now, config: {}, log: pino({ level: 'silent' }) },
      live: { tell: () => undefined, drop: () => undefined, audience: () => 0 },
    } as unknown as Ground);
    await wing.start!();
    const http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: ids[login]!, role: login === 'banzhang' ? 'supervisor' : 'agent' },
    }));
    base = `${http.url}/api/incidents`;
    close = async () => {
      http.close();
      await wing.close!();
      await pool.end();
    };
  });
  after(() => close());

  const rings = (from: string) => {
    const callId = `pbx-${from}`;
    floor.calls.set(callId, { ...newCall(callId, 'inbound', Date.now()), ani: from });
    const step = {
      kind: 'ivr-step' as const,
      id: `${callId}:g`,
      atMs: Date.now(),
      callId,
      node: 'greeting',
      key: '',
    };
    wing.hear!([step], { segment: 0, offset: 0 }, floor);
  };
  /** every caller so far was looked at: nothing is asked of the database any more */
  const lookedAt = () =>
    until('all were looked at', () => pool.waitingCount === 0 && pool.idleCount === pool.totalCount);
  const list = async () =>
    (await (await fetch(base, { headers: { 'x-login': '1001' } })).json()) as Incident[];
  const post = (login: string, path: string) =>
    fetch(`${base}/${path}`, { method: 'POST', headers: { 'x-login': login } });

  it('four are chance, the fifth is a suspicion, the sixth no second one', async () => {
    for (let n = 0; n < 4; n += 1) rings(`1390000000${n}`);
    // one who rings twice is one
    rings('13900000000');
    await lookedAt();
    expect(await list()).to.deep.equal([]);
    rings('13900000004');
    const [one] = await until('it is suspected', async () => {
      const found = await list();
      return found.length > 0 ? found : null;
    });
    expect(one).to.include({ district: '兴庆区', community: '丽景园', count: 5, state: 'suspected' });
    rings('13900000005');
    await lookedAt();
    expect(await list()).to.have.length(1);
    expect(await registry.metrics()).to.include('hotline_incidents_open 1');
  });

  it('an agent sees it, and only the shift’s leader decides', async () => {
    const [one] = await list();
    expect((await post('1001', `${one!.id}/confirm`)).status).to.equal(403);
    expect((await post('1001', `${one!.id}/dismiss`)).status).to.equal(403);
  });

  it('one key makes the outage, its announcement and the order, and the callers hear when it is over; a second key changes nothing', async () => {
    const [one] = await list();
    const answers = await Promise.all([
      post('banzhang', `${one!.id}/confirm`),
      post('banzhang', `${one!.id}/confirm`),
    ]);
    expect(answers.map((answer) => answer.status).sort()).to.deep.equal([200, 409]);
    const outages = await openOutages(pool);
    expect(outages).to.have.length(1);
    expect(outages[0]).to.deep.include({ districts: ['兴庆区'], communities: ['丽景园'], kind: 'sudden' });
    expect(outages[0]!.publishedAtMs).to.be.a('number');
    const [made] = await list();
    expect(made).to.include({ state: 'confirmed', outageId: outages[0]!.id });
    const { rows: orders } = await pool.query<{ order_no: string; state: string; urgent: boolean }>(
      'select order_no, state, urgent from orders',
    );
    expect(orders).to.deep.equal([{ order_no: made!.orderNo, state: 'drafted', urgent: true }]);
    const { rows: askers } = await pool.query<{ number: string }>(
      'select number from outage_askers order by 1',
    );
    expect(askers.map((each) => each.number)).to.deep.equal([0, 1, 2, 3, 4].map((n) => `1390000000${n}`));
  });

  it('what is announced is no news; what was called a false alarm is quiet for an hour', async () => {
    for (let n = 0; n < 6; n += 1) rings(`1390000000${n}`);
    await lookedAt();
    expect(await list()).to.have.length(1);
    for (let n = 0; n < 5; n += 1) rings(`1390000100${n}`);
    await until('the other community is suspected', async () => (await list()).length === 2);
    const other = (await list()).find((one) => one.state === 'suspected')!;
    expect(other.community).to.equal('望湖园');
    expect((await post('banzhang', `${other.id}/dismiss`)).status).to.equal(200);
    rings('13900001005');
    await lookedAt();
    expect(await list()).to.have.length(2);
  });
});
