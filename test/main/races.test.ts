import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openFloor } from '../../src/core/floor/floor.ts';
import { FIRST_FLOW } from '../../src/core/ivr/flow.ts';
import { CHANNELS } from '../../src/core/office/cases.ts';
import type { Role } from '../../src/core/people/may.ts';
import { FIRST_FORM } from '../../src/core/quality/first-form.ts';
import { openCallbacksWing } from '../../src/main/callbacks.ts';
import { openCases } from '../../src/main/cases.ts';
import { openCustomers } from '../../src/main/customers.ts';
import { openIncidentsWing } from '../../src/main/incidents.ts';
import { openIvrFlow } from '../../src/main/ivr-flow.ts';
import { openOrders } from '../../src/main/orders.ts';
import { openOutagesWing } from '../../src/main/outages.ts';
import { openPeople } from '../../src/main/people.ts';
import { openQuality } from '../../src/main/quality.ts';
import { openRoster } from '../../src/main/roster.ts';
import { openShifts } from '../../src/main/shifts.ts';
import { openWallsWing } from '../../src/main/walls.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { keepRecording } from '../../src/postgres/recordings.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const NOW = Date.parse('2026-12-02T17:00+08:00');
const [CHANNEL] = Object.keys(CHANNELS);
const TILE = { kind: 'waiting', size: 's', amber: null, red: null, voice: 'off', queues: [] };
const PEOPLE: Record<string, Role> = {
  ...{ guanli: 'administrator', guanli2: 'administrator', banzhang: 'supervisor', banzhang2: 'supervisor' },
  ...{ '1001': 'agent', '1002': 'agent', '1003': 'agent' },
};

/** What one of the two asks; `login` is who. */
interface Asked {
  login: string;
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
}

describe('two do the same thing at once: one of them did it, the other is told', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let base: string;
  let close: () => Promise<void>;
  const ids: Record<string, number> = {};

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl, { most: 20, onBreak: () => undefined });
    for (const [login, role] of Object.entries(PEOPLE))
      ids[login] = (await createPerson(pool, {
        ...{ login, name: login, role, passwordHash: 'x' },
        agent: role === 'agent' ? `PJSIP/${login}` : null,
      }))!.id;
    const ground = {
      ...{ pool, databaseUrl, now: () => NOW, log: pino({ level: 'silent' }), version: 'test' },
      config: { HOTLINE_NUMBER: '96666', TIME_ZONE: 'Asia/Shanghai' },
      floor: openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' }),
      live: { tell: () => undefined, drop: () => undefined, audience: () => 0 },
      ...{ commands: () => null, switchHttp: null, switchFolders: null, varDir: '/nonexistent' },
      ...{ accounts: { refresh: () => Promise.resolve() }, peopleChanged: () => Promise.resolve() },
      ...{ audit: () => Promise.resolve(), nameOf: () => null, agentsToday: () => new Map() },
    };
    const wings: Wing[] = [
      ...[openPeople, openCustomers, openOrders, openOutagesWing, openIncidentsWing, openCases],
      ...[openCallbacksWing, openShifts, openRoster, openQuality, openWallsWing, openIvrFlow],
    ].map((open) => open({ ...ground, registry: new Registry() } as unknown as Ground));
    const http = await openHttp({ routers: wings.flatMap((wing) => wing.routers ?? []) }, (login) => ({
      ...{ id: ids[login]!, role: PEOPLE[login]! },
    }));
    base = `${http.url}/api`;
    close = async () => {
      http.close();
      for (const wing of wings) await wing.close?.();
      await pool.end();
    };
  });
  after(() => close());

  const ask = async ({ login, method = 'POST', path, body }: Asked) => {
    const answer = await fetch(base + path, {
      method,
      headers: { 'x-login': login, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const said = (await answer.json()) as Record<string, unknown> & { message?: string };
    return { status: answer.status, said, message: said.message ?? '' };
  };
  const first = async <T>(sql: string, values: unknown[] = []) =>
    Object.values((await pool.query<Record<string, T>>(sql, values)).rows[0]!)[0]!;
  const made = async (asked: Asked) => {
    const { status, said } = await ask(asked);
    expect(status, JSON.stringify(said)).to.be.below(300);
    return said;
  };

  const callback = async () => {
    const campaign = await first<string>(
      `insert into survey_campaigns (period, from_at, until_at, seed, draw_version, rule, state)
       values ('week:2026-W48', now(), now(), 's', 1, '{}', 'running') returning id`,
    );
    return first<string>(
      `insert into survey_items (campaign_id, order_no, department, stratum, urgent, redone, drawn, state, number,
                                 accepted_at, closed_at, category, content, due_at)
       values ($1, 'HL1', '管网', 'network', false, false, true, 'people', '13995001122', now(), now(), '漏水', '', now())
       returning id`,
      [campaign],
    );
  };
  const satisfied = { solved: true, satisfied: 'satisfied', words: '', handling: '' };
  const customer = (account: string) => ({
    ...{ account, name: `户${account}`, address: '兴庆区解放东街', community: '', district: '兴庆区' },
    ...{ meterKind: '', meterPlace: '', unitId: null, phones: [] as string[] },
  });
  const outage = {
    ...{ kind: 'sudden', districts: ['兴庆区'], communities: ['丽景园'], streets: [], buildings: 3 },
    ...{ cause: '抢修', unitId: null, beginAtMs: NOW, expectedAtMs: NOW + 3_600_000, notice: '停水' },
  };
  const letter = (outsideNo: string) => ({
    ...{ channel: 'mayor', outsideNo, receivedAtMs: NOW - 3_600_000, content: '没有水', person: '马' },
  });
  const order = () =>
    made({
      ...{ login: '1001', path: '/orders' },
      body: {
        ...{ categoryCode: 'no-water', itemNo: 1, content: '没有水', district: '兴庆区', dispatch: false },
      },
    });
  const person = (login: string, name: string, more: object = {}) => ({
    ...{ login, name, role: 'agent', extension: login, unitId: null, disabled: false, ...more },
  });

  const RACES: Record<string, () => Promise<[Asked, Asked]>> = {
    'a callback is answered': async () => {
      const path = `/callbacks/items/${await callback()}/answer`;
      return [
        { login: '1001', path, body: satisfied },
        { login: '1002', path, body: { ...satisfied, satisfied: 'dissatisfied' } },
      ];
    },
    'a callback is answered, and put off': async () => {
      const id = await callback();
      return [
        { login: '1001', path: `/callbacks/items/${id}/answer`, body: satisfied },
        { login: '1002', path: `/callbacks/items/${id}/later`, body: { atMs: NOW + 3_600_000 } },
      ];
    },
    'a cell of the roster is set': async () => {
      const body = { personId: ids['1003'], date: '2026-12-10', was: '' };
      return [
        { login: 'banzhang', path: '/roster/cell', body: { ...body, code: 'early' } },
        { login: 'banzhang2', path: '/roster/cell', body: { ...body, code: 'night' } },
      ];
    },
    'the same swap is asked for': async () => {
      for (const [login, date, code] of [
        ['1001', '2026-12-11', 'early'],
        ['1002', '2026-12-12', 'night'],
      ] as const)
        await pool.query(`insert into roster (person_id, date, code, source) values ($1, $2, $3, 'hand')`, [
          ids[login],
          date,
          code,
        ]);
      const body = { askerDate: '2026-12-11', otherId: ids['1002'], otherDate: '2026-12-12' };
      const asked = { login: '1001', path: '/roster/swaps', body };
      return [asked, asked];
    },
    'a swap is approved, and refused': async () => {
      const id = Number(
        await first(`update roster_swaps set state = 'accepted' where state = 'asked' returning id`),
      );
      return [
        { login: 'banzhang', path: '/roster/swaps/answer', body: { id, yes: true } },
        { login: 'banzhang2', path: '/roster/swaps/answer', body: { id, yes: false } },
      ];
    },
    'a row of conduct is judged': async () => {
      const id = Number(
        await first(`insert into conduct (person_id, kind, at) values ($1, 'late', now()) returning id`, [
          ids['1001'],
        ]),
      );
      return [
        {
          login: 'banzhang',
          path: '/conduct/decide',
          body: { id, state: 'confirmed', reason: '', was: 'seen' },
        },
        {
          login: 'banzhang2',
          path: '/conduct/decide',
          body: { id, state: 'waived', reason: '属实', was: 'seen' },
        },
      ];
    },
    'a person is changed': async () => {
      const was = person('1003', '1003');
      const path = `/people/${ids['1003']}`;
      return [
        { login: 'guanli', method: 'PUT', path, body: { ...was, name: '甲', was } },
        { login: 'guanli2', method: 'PUT', path, body: { ...was, name: '乙', was } },
      ];
    },
    'two people are given the same extension': async () => [
      {
        login: 'guanli',
        method: 'PUT',
        path: `/people/${ids['1001']}`,
        body: person('1001', '1001', { extension: '2000' }),
      },
      {
        login: 'guanli2',
        method: 'PUT',
        path: `/people/${ids['1002']}`,
        body: person('1002', '1002', { extension: '2000' }),
      },
    ],
    'a unit of the same name is added': async () => {
      const body = { name: '新管网所', kind: 'network', disabled: false, districts: [] };
      return [
        { login: 'guanli', path: '/units', body },
        { login: 'guanli2', path: '/units', body },
      ];
    },
    'a district is added': async () => [
      { login: 'guanli', path: '/districts', body: { name: '新城区' } },
      { login: 'guanli2', path: '/districts', body: { name: '新城区' } },
    ],
    'settings are changed': async () => {
      const path = '/settings/quality';
      const was = (await (await fetch(base + path, { headers: { 'x-login': 'guanli' } })).json()) as Record<
        string,
        unknown
      >;
      return [
        {
          login: 'guanli',
          method: 'PUT',
          path,
          body: { ...was, perAgent: Number(was['perAgent']) + 1, was },
        },
        {
          login: 'guanli2',
          method: 'PUT',
          path,
          body: { ...was, perAgent: Number(was['perAgent']) + 2, was },
        },
      ];
    },
    'callback settings are changed': async () => {
      const { said } = await ask({ login: 'banzhang', method: 'GET', path: '/callbacks/campaigns' });
      const was = said['settings'] as { tries: number };
      const asked = (tries: number) => ({
        ...{ method: 'PUT' as const, path: '/callbacks/settings', body: { ...was, tries, was } },
      });
      return [
        { login: 'banzhang', ...asked(was.tries === 2 ? 3 : 2) },
        { login: 'banzhang2', ...asked(5) },
      ];
    },
    'a customer is changed': async () => {
      const { id } = await made({ login: '1001', path: '/customers', body: customer('YC1') });
      const path = `/customers/${String(id)}`;
      const fields = customer('YC1');
      return [
        { login: '1001', method: 'PUT', path, body: { version: 1, fields: { ...fields, name: '甲' } } },
        { login: '1002', method: 'PUT', path, body: { version: 1, fields: { ...fields, name: '乙' } } },
      ];
    },
    'two customers are given the same account': async () => {
      const [a, b] = [
        await made({ login: '1001', path: '/customers', body: customer('YC2') }),
        await made({ login: '1001', path: '/customers', body: customer('YC3') }),
      ];
      const body = { version: 1, fields: customer('YC4') };
      return [
        { login: '1001', method: 'PUT', path: `/customers/${String(a['id'])}`, body },
        { login: '1002', method: 'PUT', path: `/customers/${String(b['id'])}`, body },
      ];
    },
    'a case is signed for': async () => {
      const { id } = await made({
        login: '1001',
        path: '/cases',
        body: { ...letter('A1'), channel: CHANNEL },
      });
      const asked = { path: `/cases/${String(id)}/steps`, body: { kind: 'sign', version: 1 } };
      return [
        { login: '1001', ...asked },
        { login: '1002', ...asked },
      ];
    },
    'a case is corrected': async () => {
      const fields = { ...letter('A2'), channel: CHANNEL };
      const { id } = await made({ login: '1001', path: '/cases', body: fields });
      const path = `/cases/${String(id)}`;
      return [
        { login: '1001', method: 'PUT', path, body: { ...fields, person: '甲', version: 1 } },
        { login: '1002', method: 'PUT', path, body: { ...fields, person: '乙', version: 1 } },
      ];
    },
    'two cases are given the same number': async () => {
      const channel = CHANNEL;
      const [a, b] = [
        await made({ login: '1001', path: '/cases', body: { ...letter('A3'), channel } }),
        await made({ login: '1001', path: '/cases', body: { ...letter('A4'), channel } }),
      ];
      const body = { ...letter('A5'), channel };
      return [
        { login: '1001', method: 'PUT', path: `/cases/${String(a['id'])}`, body },
        { login: '1002', method: 'PUT', path: `/cases/${String(b['id'])}`, body },
      ];
    },
    'an order is made of a case': async () => {
      const { id } = await made({
        login: '1001',
        path: '/cases',
        body: { ...letter('A6'), channel: CHANNEL },
      });
      const body = {
        categoryCode: 'no-water',
        itemNo: 1,
        content: '没有水',
        dispatch: false,
        caseId: id,
        source: 'case',
      };
      return [
        { login: '1001', path: '/orders', body },
        { login: '1002', path: '/orders', body },
      ];
    },
    'an order is made of a record': async () => {
      const recordId = Number(
        await first(`insert into records (person_id, updated_by) values ($1, $1) returning id`, [
          ids['1001'],
        ]),
      );
      const body = { categoryCode: 'no-water', itemNo: 1, content: '没有水', dispatch: false, recordId };
      return [
        { login: '1001', path: '/orders', body },
        { login: '1002', path: '/orders', body },
      ];
    },
    'an order is cancelled': async () => {
      const { orderNo } = await order();
      const asked = {
        path: `/orders/${String(orderNo)}/steps`,
        body: { kind: 'cancel', version: 1, note: '重复' },
      };
      return [
        { login: '1001', ...asked },
        { login: '1002', ...asked },
      ];
    },
    'an outage is published': async () => {
      const { id } = await made({ login: 'banzhang', path: '/outages', body: outage });
      const asked = { path: `/outages/${String(id)}/publish`, body: { version: 1 } };
      return [
        { login: 'banzhang', ...asked },
        { login: 'banzhang2', ...asked },
      ];
    },
    'an outage is ended': async () => {
      const { id } = await made({ login: 'banzhang', path: '/outages', body: outage });
      const path = `/outages/${String(id)}/end`;
      return [
        { login: 'banzhang', path },
        { login: 'banzhang2', path },
      ];
    },
    'a suspected burst is confirmed, and dismissed': async () => {
      const id = await first<string>(
        `insert into incidents (district, community, suspected_at, callers, usual, window_ms)
         values ('兴庆区', '望湖园', $1, '[]', 1, 600000) returning id`,
        [new Date(NOW)],
      );
      return [
        { login: 'banzhang', path: `/incidents/${id}/confirm` },
        { login: 'banzhang2', path: `/incidents/${id}/dismiss` },
      ];
    },
    'a wall is changed': async () => {
      const plan = { name: '大厅', tiles: [TILE], quiet: null };
      const wall = await made({ login: 'banzhang', path: '/walls', body: plan });
      const path = `/walls/${String(wall['id'])}`;
      return [
        { login: 'banzhang', method: 'PUT', path, body: { ...plan, name: '大厅一', version: 1 } },
        { login: 'banzhang2', method: 'PUT', path, body: { ...plan, name: '大厅二', version: 1 } },
      ];
    },
    'two walls are given the same name': async () => {
      const plan = (name: string) => ({ name, tiles: [TILE], quiet: null });
      const [a, b] = [
        await made({ login: 'banzhang', path: '/walls', body: plan('甲屏') }),
        await made({ login: 'banzhang', path: '/walls', body: plan('乙屏') }),
      ];
      const body = { ...plan('丙屏'), version: 1 };
      return [
        { login: 'banzhang', method: 'PUT', path: `/walls/${String(a['id'])}`, body },
        { login: 'banzhang2', method: 'PUT', path: `/walls/${String(b['id'])}`, body },
      ];
    },
    'a line of the handover is changed': async () => {
      const { id } = (await (
        await fetch(`${base}/handovers/current`, { headers: { 'x-login': '1001' } })
      ).json()) as { id: number };
      const body = { section: 'other', text: '泵房漏水', key: false };
      const { items } = (await made({ login: '1001', path: `/handovers/${id}/items`, body })) as unknown as {
        items: { id: number; version: number; text: string }[];
      };
      const item = items.find((one) => one.text === '泵房漏水')!;
      const path = `/handovers/${id}/items/${item.id}`;
      const change = { version: item.version, key: false, removed: false };
      return [
        { login: '1001', method: 'PUT', path, body: { ...change, text: '甲' } },
        { login: '1002', method: 'PUT', path, body: { ...change, text: '乙' } },
      ];
    },
    'the calls of a week are drawn for quality': async () => {
      const atMs = Date.parse('2026-11-24T10:00+08:00');
      await pool.query(
        `insert into calls (call_id, direction, outcome, arrived_at, answered_at, answered_by, offer_count, transfer_count,
                            anomalies, told_progress, told_at_ms, told_by)
         values ('q1', 'inbound', 'answered', $1, $1, 'PJSIP/1001', 1, 0, '{}', 1, 1, 'test')`,
        [new Date(atMs)],
      );
      await keepRecording(pool, {
        ...{
          callId: 'q1',
          atMs,
          path: 'q1.flac',
          bytes: 1,
          ms: 90_000,
          sha256: 'q1',
          peaks: new Uint8Array(),
        },
        measures: {
          ...{ callerMs: 1, agentMs: 1, firstWordMs: 1, silences: [], talkOvers: [] },
          ...{ burstsPerMinute: 20, callerDb: -20, agentDb: -20, clipped: 0 },
        },
      });
      const asked = { path: '/quality/draw', body: { week: 'week:2026-W48' } };
      return [
        { login: 'banzhang', ...asked },
        { login: 'banzhang2', ...asked },
      ];
    },
    'a form is changed': async () => {
      await made({ login: 'banzhang', path: '/quality/forms', body: { of: null, body: FIRST_FORM } });
      const formId = Number(await first('select max(id) from quality_forms'));
      const asked = (name: string) => ({
        path: '/quality/forms',
        body: { of: { formId, version: 1 }, body: { ...FIRST_FORM, name } },
      });
      return [
        { login: 'banzhang', ...asked('甲') },
        { login: 'banzhang2', ...asked('乙') },
      ];
    },
    'a version of the IVR is put in force': async () => {
      const flow = { note: '', body: { ...FIRST_FLOW, languageKey: null } };
      const { version } = await made({ login: 'banzhang', path: '/ivr/flow', body: flow });
      const asked = { path: `/ivr/flow/${String(version)}/put`, body: { fromMs: NOW + 3_600_000 } };
      return [
        { login: 'banzhang', ...asked },
        { login: 'banzhang2', ...asked },
      ];
    },
  };

  it('the same days are drawn: nobody is called twice', async () => {
    await pool.query(
      `insert into orders (order_no, phone, category, content, unit, status, state, created_at, closed_at)
       select 'GD' || n, '1399500112' || n, '漏水', '', '管网', '', 'closed', $1::timestamptz, $1::timestamptz
         from generate_series(1, 5) n`,
      [new Date(NOW - 7 * 86_400_000)],
    );
    const body = { period: 'week:2026-W48' };
    await Promise.all(
      ['banzhang', 'banzhang2', 'banzhang'].map((login) =>
        ask({ login, path: '/callbacks/campaigns', body }),
      ),
    );
    const twice = await pool.query(
      `select order_no from survey_items where state = 'waiting' group by 1 having count(*) > 1`,
    );
    expect(twice.rows).to.deep.equal([]);
    expect(await first(`select count(*)::int from survey_items where state = 'waiting'`)).to.be.above(0);
  });

  for (const [what, prepare] of Object.entries(RACES))
    it(what, async () => {
      const answers = await Promise.all((await prepare()).map(ask));
      const said = answers.map((one) => `${one.status} ${one.message}`).join(' | ');
      const lost = answers.filter((one) => one.status >= 300);
      expect(lost, said).to.have.length(1);
      expect(lost[0]!.status, said).to.be.within(400, 499);
      expect(lost[0]!.message, said).to.match(/\p{Script=Han}/u);
    });
});
