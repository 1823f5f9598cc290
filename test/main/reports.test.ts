import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { CallRecord } from '../../src/core/floor/record.ts';
import { CALLBACK_COUNTS, type CallbackCount } from '../../src/core/office/callback-report.ts';
import type { Cell, Column, Misfooting, ReportDocument } from '../../src/core/office/document.ts';
import type { NamedReport } from '../../src/core/office/named-report.ts';
import { dateAt, dateText, daysOf, parsePeriod } from '../../src/core/office/period.ts';
import type { Role } from '../../src/core/people/may.ts';
import { openReports } from '../../src/main/reports.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { countCallbackGroups, countCallbackList } from '../../src/postgres/callback-lists.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { customers } from '../../src/setup/demo/city.ts';
import { pastDay } from '../../src/setup/demo/history.ts';
import { randomFrom } from '../../src/setup/demo/random.ts';
import { asRole, cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const WEEK = parsePeriod('week:2026-W10')!;
const DISTRICTS = ['兴庆区', '金凤区', '西夏区', ''];

const ROLES: Record<string, Role> = { boss: 'supervisor', chief: 'manager', '1001': 'agent' };

describe('the reports, as they are asked for', function () {
  this.timeout(90_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let varDir: string;
  let close: () => Promise<void>;
  const ids: Record<string, number> = {};

  before(async () => {
    const databaseUrl = await cloneDatabase();
    const reportsUrl = await asRole(databaseUrl, 'reports');
    pool = openPool(databaseUrl);
    varDir = mkdtempSync(join(tmpdir(), 'hotline-reports-'));
    for (const [login, role, agent] of [
      ['boss', 'supervisor', null],
      ['chief', 'manager', null],
      ['1001', 'agent', 'PJSIP/1001'],
    ] as [string, Role, string | null][])
      ids[login] = (await createPerson(pool, { login, name: login, role, agent, passwordHash: 'x' }))!.id;
    await fill();
    wing = openReports({
      ...{ pool, databaseUrl, reportsUrl, varDir, now: () => WEEK.untilMs + 3_600_000 },
      log: pino({ level: 'silent' }),
    } as unknown as Ground);
    const http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: ids[login || 'boss']!, role: ROLES[login || 'boss']! },
    }));
    base = `${http.url}/api/`;
    close = async () => {
      http.close();
      await wing.close!();
      await pool.end();
      rmSync(varDir, { recursive: true });
    };
  });
  after(() => close());

  /** A week of calls, agents' days, what was taken down, and callbacks. */
  async function fill() {
    const known = customers(randomFrom(1), 50);
    const records: CallRecord[] = [];
    for (const [at, day] of daysOf(WEEK).entries())
      records.push(...pastDay(randomFrom(at + 7), day.fromMs, WEEK.untilMs + 86_400_000, known).records);
    const odd = records.filter((record) => record.outcome === 'abandoned').slice(0, 4);
    odd[0]!.outcome = 'overflowed';
    odd[1]!.waitMs = 3_000;
    const answered = records.filter((record) => record.outcome === 'answered');
    answered[0]!.answeredBy = null;
    answered[1]!.hungUpFirst = 'agent';
    const ended = (record: CallRecord): Fact => ({
      ...{ kind: 'call-ended', id: `${record.callId}:ended`, atMs: record.endedAtMs ?? record.arrivedAtMs },
      ...{ callId: record.callId, record },
    });
    await createFactWriter(pool).write(records.map(ended));
    let spell = 0;
    for (const day of daysOf(WEEK))
      for (const [state, hour] of [
        ['ready', 8],
        ['talking', 9],
        ['wrap-up', 9.5],
        ['paused', 10],
        ['ready', 10.2],
        ['signed-out', 17],
      ] as const)
        await pool.query(
          `insert into agent_states (id, agent, since_at, state) values ($1, 'PJSIP/1001', to_timestamp($2::float8 / 1000), $3)`,
          [`s${(spell += 1)}`, day.fromMs + hour * 3_600_000, state],
        );
    const units = (await pool.query<{ id: number }>('select id::int from units order by id limit 4')).rows;
    for (let n = 0; n < 60; n += 1) {
      const at = new Date(WEEK.fromMs + n * 9_000_000).toISOString();
      const category = ['leak', 'no-water', 'fees', 'pressure'][n % 4];
      const district = DISTRICTS[n % DISTRICTS.length];
      await pool.query(
        `insert into orders (order_no, category, category_code, item_no, content, state, status, unit_id, created_at, closed_at,
                             fed_back_at, district, community)
         values ($1, $2, $2, 1, '内容', $3, '', $4, $5, case when $3 = 'closed' then $5::timestamptz end,
                 case when $3 = 'closed' then $5::timestamptz end, $6, $7)`,
        [
          ...[`HL${n}`, category, n % 5 === 0 ? 'dispatched' : 'closed', units[n % units.length]!.id, at],
          ...[district, `小区${n % 3}`],
        ],
      );
      if (n % 6 === 0)
        await pool.query(
          `insert into outside_cases (channel, outside_no, state, received_at, content, category, joined, made_by, district)
           values ('12345', $1, 'signed', $2, '停水', 'no-water', false, $3, $4)`,
          [`A${n}`, at, ids['boss'], district],
        );
    }
    const { rows } = await pool.query<{ id: number }>(
      `insert into survey_campaigns (period, from_at, until_at, seed, draw_version, rule, state)
       values ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), 'x', 1, '{}', 'done') returning id::int`,
      [WEEK.key, WEEK.fromMs, WEEK.untilMs],
    );
    for (let n = 0; n < 24; n += 1)
      await pool.query(
        `insert into survey_items (campaign_id, order_no, department, stratum, urgent, redone, drawn, state, number, accepted_at,
                                   closed_at, caller, address, district, category, content, solved, satisfied, called_back_at)
         values ($1, $2, $3, 'network', false, false, $4, $5, '13912345678', $6::timestamptz, $6::timestamptz, '王某', '丽景园3号楼', $7, '漏水',
                 '漏水', $8, $9, case when $4 then $6::timestamptz + interval '1 day' end)`,
        [
          ...[
            rows[0]!.id,
            `HL${n}`,
            n % 3 === 0 ? '' : '兴庆区管网维护中心',
            n % 4 === 0,
            n % 4 === 0 ? 'done' : 'out',
          ],
          ...[new Date(WEEK.fromMs + n * 20_000_000).toISOString(), DISTRICTS[n % 4]],
          n % 4 === 0 ? n % 8 === 0 : null,
          n % 4 === 0 ? (n % 8 === 0 ? 'satisfied' : 'dissatisfied') : null,
        ],
      );
  }

  const get = (path: string, login = 'boss') => fetch(base + path, { headers: { 'x-login': login } });
  const body = async <T>(path: string, login?: string) => (await (await get(path, login)).json()) as T;
  const send = (method: string, path: string, sent: unknown, login = 'boss') =>
    fetch(base + path, {
      method,
      headers: { 'x-login': login, 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
  const report = (name: string, query: string, login?: string) =>
    body<{ document: ReportDocument; misfootings: Misfooting[] }>(`reports/${name}?${query}`, login);

  interface Sums {
    count: number;
    waitMs?: number;
    talkMs?: number;
    holdMs?: number;
    ms?: number;
  }
  const opened = new Map<string, Promise<Sums>>();
  function open(list: string): Promise<Sums> {
    let found = opened.get(list);
    if (!found) opened.set(list, (found = listed(list)));
    return found;
  }
  async function listed(list: string): Promise<Sums> {
    if (!list.startsWith('callbacks/')) {
      const answer = await get(list);
      expect(answer.status, list).to.equal(200);
      return (await answer.json()) as Sums;
    }
    // another wing's page, with its own routes
    const query = new URLSearchParams(list.split('?')[1]);
    const { fromMs, untilMs } = parsePeriod(query.get('period')!)!;
    const of = (key: string) => query.get(key) ?? undefined;
    const where = { department: of('department'), category: of('category'), district: of('district') };
    return {
      count: await countCallbackList(pool, {
        ...{ fromMs, untilMs, ...where, list: query.get('list') as CallbackCount },
      }),
    };
  }

  /** What the list of a cell makes of it once more. */
  async function again(cell: Cell, column: Column): Promise<number | null> {
    const above = await open(cell.list!);
    const unit = cell.unit ?? column.unit;
    const key = column.key;
    if (unit === 'count') return above.count;
    if (unit === 'ms') return above.ms ?? above.talkMs!;
    const below = await open(cell.below!);
    if (key === 'change' || key === 'yearChange') return (above.count - below.count) / below.count;
    return above.ms === undefined ? above.count / below.count : above.ms / below.ms!;
  }

  /** Opens every number of a report; means and what orders open are looked at for having a list. */
  async function openAll(document: ReportDocument): Promise<number> {
    let numbers = 0;
    for (const table of document.tables)
      for (const row of [...table.rows, ...(table.total ? [table.total] : [])])
        for (const column of table.columns) {
          const cell = row.cells[column.key]!;
          if (typeof cell.value !== 'number' || ['instant', 'date'].includes(column.unit)) continue;
          const where = `${document.report} ${table.key} ${row.key} ${column.key}`;
          if (column.key === 'needed' || cell.list?.startsWith('orders/')) continue;
          expect(cell.list, where).to.be.a('string');
          const mean =
            column.key === 'aht' || column.key === 'asa' || (column.key === 'talk' && table.key !== 'agents');
          if (mean || (table.key === 'overall' && cell.unit === 'ms')) continue;
          if (table.key === 'half' && cell.value === 0) continue;
          expect(await again(cell, column), where).to.be.closeTo(cell.value, 1e-3);
          numbers += 1;
        }
    return numbers;
  }

  const cycle = encodeURIComponent('cycle:2026-03');
  const week = encodeURIComponent(WEEK.key);
  for (const [name, query, least] of [
    ['telephone', `period=${week}`, 400],
    ['daily', `period=${encodeURIComponent('day:2026-03-04')}`, 60],
    ['weekly', `period=${week}`, 60],
    ['monthly', `period=${cycle}`, 200],
    ['month-end', `period=${encodeURIComponent('month:2026-03')}`, 100],
    ['any', `period=${week}`, 100],
    [
      'any',
      `period=${week}&category=leak&category=fees&district=${encodeURIComponent('兴庆区')}&district=`,
      30,
    ],
    ['any', `period=${week}&channel=12345`, 10],
    ['callbacks', `period=${week}`, 60],
    ['callbacks', `period=${encodeURIComponent('span:2026-03-03..2026-03-05')}`, 40],
  ] as const)
    it(`${name} foots, and every number of it opens its list, which gives it again: ${decodeURIComponent(query)}`, async () => {
      const { document, misfootings } = await report(name, query);
      expect(misfootings).to.deep.equal([]);
      expect(await openAll(document)).to.be.above(least);
    });

  it('callbacks are the sum of the parts of any split of a period', async () => {
    const all = async (key: string) =>
      (await countCallbackGroups(pool, parsePeriod(key)!)).find(({ by }) => by === 'all')!;
    const whole = await all(WEEK.key);
    for (const day of daysOf(WEEK).slice(1)) {
      const [first, last] = [dateAt(WEEK.fromMs), dateAt(WEEK.untilMs - 1)].map(dateText);
      const parts = [
        await all(`span:${first}..${dateText(dateAt(day.fromMs - 1))}`),
        await all(`span:${dateText(dateAt(day.fromMs))}..${last}`),
      ];
      for (const list of Object.keys(CALLBACK_COUNTS) as CallbackCount[])
        expect(parts[0]![list] + parts[1]![list], list).to.equal(whole[list]);
    }
  });

  it('a mean is made of what its list adds up to', async () => {
    const { document } = await report('telephone', `period=${week}`);
    const overall = document.tables.find(({ key }) => key === 'overall')!;
    const value = (name: string) => overall.rows.find(({ key }) => key === name)!.cells['now']!;
    const sums = await open(value('平均应答速度').list!);
    expect(sums.waitMs! / sums.count).to.be.closeTo(value('平均应答速度').value as number, 1e-3);
    expect(sums.talkMs! / sums.count).to.be.closeTo(value('平均通话').value as number, 1e-3);
    const agents = document.tables.find(({ key }) => key === 'agents')!;
    expect(agents.total!.cells['talk']!.value).to.be.above(0);
    expect(agents.rows.at(-1)!.cells['name']!.value).to.equal('没有看到是谁');
    const lists = await body<{ offers: unknown[]; more: boolean }>(agents.total!.cells['offers']!.list!);
    expect(lists.offers.length).to.equal(100);
    expect(lists.more).to.equal(true);
  });

  it('an “any” report is narrowed to what was asked, and says so', async () => {
    const filter = `category=leak&district=${encodeURIComponent('兴庆区')}`;
    const { document } = await report('any', `period=${week}&${filter}`);
    expect(document.scope).to.equal('类别：漏水；辖区：兴庆区');
    expect(document.tables.find(({ key }) => key === 'categories')!.rows.map(({ key }) => key)).to.deep.equal(
      ['leak'],
    );
    const csv = await (await get(`reports/any/file?as=csv&period=${week}&${filter}`)).text();
    expect(csv).to.contain('统计范围：类别：漏水；辖区：兴庆区');
    expect((await report('daily', `period=${week}&${filter}`)).document.scope).to.equal(undefined);
  });

  it('is saved under a name, opened again, put on a schedule, changed and taken away', async () => {
    const sent = {
      name: '兴庆区漏水',
      kind: 'week',
      filter: { category: ['leak'], district: ['兴庆区'], unit: [] },
    };
    expect((await send('POST', 'named-reports', sent, '1001')).status).to.equal(403);
    const made = await send('POST', 'named-reports', sent, 'chief');
    expect(made.status).to.equal(201);
    const { id } = (await made.json()) as { id: number };
    expect((await send('POST', 'named-reports', sent)).status, 'the name is taken').to.equal(409);
    expect((await send('POST', 'named-reports', { ...sent, name: ' ' })).status).to.equal(400);
    const { named } = await body<{ named: NamedReport[] }>('named-reports');
    expect(named).to.deep.equal([
      {
        id,
        report: `named:${id}`,
        name: '兴庆区漏水',
        kind: 'week',
        filter: { category: ['leak'], district: ['兴庆区'] },
        who: 'chief',
      },
    ]);
    const { document } = await report(`named:${id}`, `period=${week}`);
    expect([document.report, document.title, document.scope]).to.deep.equal([
      `named:${id}`,
      '供水热线受理专题统计：兴庆区漏水',
      '类别：漏水；辖区：兴庆区',
    ]);
    expect(await openAll(document)).to.be.above(10);
    const plan = { enabled: true, day: 2, minute: 500, roles: [], addresses: ['a@example.cn'] };
    expect((await send('PUT', `report-schedules/named:${id}`, plan)).status).to.equal(200);
    const schedules = async () =>
      (
        await body<{
          schedules: { report: string; name: string; kind: string; day: number; enabled: boolean }[];
        }>('report-schedules')
      ).schedules;
    const mine = async () => (await schedules()).find((one) => one.report === `named:${id}`);
    expect(await mine()).to.include({ name: '兴庆区漏水', kind: 'week', day: 2, enabled: true });
    // another kind of period has other days
    await send('PUT', `named-reports/${id}`, { ...sent, kind: 'cycle' });
    expect(await mine()).to.include({ kind: 'cycle', day: 25, enabled: false });
    await send('PUT', `named-reports/${id}`, { ...sent, kind: 'span' });
    expect(await mine()).to.equal(undefined);
    expect((await send('DELETE', `named-reports/${id}`, {})).status).to.equal(200);
    expect((await get(`reports/named:${id}?period=${week}`)).status).to.equal(404);
    expect((await send('DELETE', `named-reports/${id}`, {})).status).to.equal(404);
    const { rows } = await pool.query<{ what: string }>(
      `select what from audit where what like 'named%' order by id`,
    );
    expect(rows.map(({ what }) => what))
      .to.include('named-report-saved')
      .and.to.include('named-report-removed');
  });

  it('Annex 2 has whole numbers for who may see them, and in no mail', async () => {
    const number = (document: ReportDocument) =>
      document.tables.find(({ key }) => key === 'annex2')!.rows[0]!.cells['number']!.value;
    expect(number((await report('callbacks', `period=${week}`)).document)).to.equal('13912345678');
    expect(number((await report('callbacks', `period=${week}`, 'chief')).document)).to.equal('139****5678');
    const csv = (login: string) =>
      get(`reports/callbacks/file?as=csv&period=${week}`, login).then((answer) => answer.text());
    expect(await csv('chief'))
      .to.contain('139****5678')
      .and.not.contain('13912345678');
    const asked = { roles: [], addresses: ['a@example.cn'], why: '' };
    const preview = await send('POST', `report-previews/callbacks?period=${week}`, asked);
    expect(preview.status).to.equal(201);
    const { id } = (await preview.json()) as { id: string };
    expect(await (await get(`report-previews/${id}/file?as=csv`)).text()).not.to.contain('13912345678');
    expect((await send('POST', `report-previews/${id}/send`, {})).status).to.equal(201);
    expect((await send('POST', `report-previews/${id}/send`, {})).status, 'once').to.equal(409);
    const { versions } = await body<{ versions: { id: number; sent: { recipient: string }[] }[] }>(
      'report-versions',
    );
    expect(versions[0]!.sent.map(({ recipient }) => recipient)).to.deep.equal(['a@example.cn']);
    const frozen = (login: string) =>
      body<{ document: ReportDocument }>(`report-versions/${versions[0]!.id}`, login);
    expect(number((await frozen('boss')).document)).to.equal('13912345678');
    expect(number((await frozen('chief')).document)).to.equal('139****5678');
    const again = (recipient: string, login?: string) =>
      send('POST', `report-versions/${versions[0]!.id}/resend`, { recipient }, login);
    expect((await again('a@example.cn', 'chief')).status).to.equal(403);
    expect((await again('a@example.cn')).status).to.equal(200);
    expect((await again('b@example.cn')).status).to.equal(404);
  });

  it('what is not known or wrong is refused in Chinese', async () => {
    for (const [path, status] of [
      [`reports/nothing?period=${week}`, 404],
      ['reports/any?period=ever', 400],
      // a list whose address was typed, not opened from a number
      ['calls', 400],
      ['receipts', 400],
      [`reports/any/file?as=exe&period=${week}`, 400],
      [`offers?period=${week}&list=nothing`, 400],
      ['report-versions/99999', 404],
    ] as const) {
      const answer = await get(path);
      expect(answer.status, path).to.equal(status);
      expect(((await answer.json()) as { message: string }).message)
        .to.match(/[\u4e00-\u9fff]/)
        .and.not.match(/undefined/);
    }
  });
});
