import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openMetrics, type Metrics } from '../../src/app/metrics.ts';
import { openWall, type Wall } from '../../src/app/wall.ts';
import type { OrderListName } from '../../src/core/orders/list.ts';
import { percentOf, ratio, shareText } from '../../src/core/figures.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import { createTally, type AgentSums } from '../../src/core/floor/tally.ts';
import type { CallbackCount } from '../../src/core/office/callback-report.ts';
import { CALL_LISTS, type CallList } from '../../src/core/office/call-lists.ts';
import type { Cell, ReportDocument } from '../../src/core/office/document.ts';
import { dateAt, dateText, daysOf, parsePeriod, type Period } from '../../src/core/office/period.ts';
import { cellText } from '../../src/core/office/written.ts';
import { shiftsOf, USUAL_PLANS } from '../../src/core/shifts/shift.ts';
import { alarmSentence } from '../../src/core/walls/alarms.ts';
import { figureOf } from '../../src/core/walls/figures.ts';
import { measuredText, newTile, type TileKind } from '../../src/core/walls/tiles.ts';
import { callbackFigures } from '../../src/main/callback-figures.ts';
import { LISTS } from '../../src/main/lists.ts';
import { openPacked } from '../../src/documents/tables/zip.ts';
import { orderFilter } from '../../src/http/orders.ts';
import { openReports } from '../../src/main/reports.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { countCallbackList, countCallbacks } from '../../src/postgres/callback-lists.ts';
import { listCampaigns } from '../../src/postgres/callbacks.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { ivrFigures, waitingPlaces } from '../../src/postgres/ivr.ts';
import { recordsSince } from '../../src/postgres/measures.ts';
import { countMissed, MISSED_KEPT_MS, missedCallers } from '../../src/postgres/missed.ts';
import { countOrders } from '../../src/postgres/order-export.ts';
import { listOrders, overdueCells } from '../../src/postgres/order-lists.ts';
import { listOutwardCalls } from '../../src/postgres/outward-calls.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { filledLines, shiftFigures } from '../../src/postgres/shifts-filled.ts';
import { sumTalks } from '../../src/postgres/talks.ts';
import { ordersByDistrict } from '../../src/postgres/walls.ts';
import type { WallView } from '../../src/protocol.ts';
import { asRole, cloneDatabase } from '../support/database.ts';
import { factsOfWeek, FLOOR, takeDown, WEEK } from '../support/eventful-week.ts';
import { openHttp } from '../support/http.ts';

const ZONE_MS = 8 * 3_600_000;
const CYCLES = ['cycle:2026-11', 'cycle:2026-12'].map((key) => parsePeriod(key)!);
const DAYS = daysOf(WEEK);

/** The text of a piece of a Word file's markup. */
function wordText(markup: string): string {
  return [...markup.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)]
    .map(([, text]) => text!.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'))
    .join('');
}

/** What one place shows of the calls of a span. */
interface DayEnd {
  view: WallView;
  agents: Map<string, AgentSums>;
  report: ReportDocument;
}

describe('one measure has one number, wherever it is shown', function () {
  this.timeout(120_000);
  let pool: pg.Pool;
  let wing: Wing;
  let wall: Wall;
  let metrics: Metrics;
  let base: string;
  let close: () => Promise<void>;
  let nowMs = WEEK.fromMs;
  const ends: DayEnd[] = [];

  before(async () => {
    const databaseUrl = await cloneDatabase();
    const reportsUrl = await asRole(databaseUrl, 'reports');
    const varDir = mkdtempSync(join(tmpdir(), 'hotline-measures-'));
    pool = openPool(databaseUrl);
    const person = async (login: string, role: 'agent' | 'supervisor', agent: string | null) =>
      (await createPerson(pool, { login, name: `姓名${login}`, role, agent, passwordHash: 'x' }))!.id;
    const boss = await person('boss', 'supervisor', null);
    for (const login of ['1001', '1002', '1003']) await person(login, 'agent', `PJSIP/${login}`);
    const floor = openFloor(FLOOR);
    wing = openReports({
      ...{ pool, databaseUrl, reportsUrl, varDir, now: () => nowMs, log: pino({ level: 'silent' }) },
    } as unknown as Ground);
    wall = openWall({
      ...{ floor, nameOf: () => null, now: () => nowMs, offsetMs: () => ZONE_MS, heardAtMs: () => null },
      ...{ alarms: () => [], tell: () => undefined },
    });
    metrics = openMetrics({
      ...{ floor, amiConnected: () => true, journalBacklogBytes: () => 0, journalFailing: () => false },
      ...{ journalLostCount: () => 0, databaseBacklogCount: () => 0, databaseUp: () => true },
      ...{ databaseOldestMs: () => null, factsLostCount: () => 0 },
    });
    const http = await openHttp({ routers: wing.routers! }, () => ({ id: boss, role: 'supervisor' }));
    base = `${http.url}/api/`;
    close = async () => {
      wall.close();
      http.close();
      await wing.close!();
      await pool.end();
      rmSync(varDir, { recursive: true });
    };
    await takeDown(pool, boss);
    const facts = factsOfWeek();
    const writer = createFactWriter(pool);
    let next = 0;
    for (const day of DAYS) {
      const from = next;
      while (next < facts.length && facts[next]!.atMs < day.untilMs) next += 1;
      const some = facts.slice(from, next);
      nowMs = day.untilMs - 1;
      wall.hear(some);
      metrics.hear(some, NaN);
      await writer.write(some);
      const report = await made('telephone', day);
      ends.push({ view: wall.view(), agents: wall.agentsToday(), report });
    }
    const rest = facts.slice(next);
    nowMs = WEEK.untilMs + 3_600_000;
    wall.hear(rest);
    metrics.hear(rest, NaN);
    await writer.write(rest);
  });
  after(() => close());

  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(base + path);
    expect(answer.status, path).to.equal(200);
    return (await answer.json()) as T;
  };
  async function made(report: string, period: Period): Promise<ReportDocument> {
    const { document, misfootings } = await get<{ document: ReportDocument; misfootings: unknown[] }>(
      `reports/${report}?period=${encodeURIComponent(period.key)}`,
    );
    expect(misfootings, `${report} ${period.key} foots`).to.deep.equal([]);
    return document;
  }
  function cellOf(document: ReportDocument, table: string, row: string, column: string): Cell {
    const found = document.tables.find(({ key }) => key === table);
    const line = row === 'total' ? found?.total : found?.rows.find(({ key }) => key === row);
    return line?.cells[column] ?? { value: null };
  }
  const overall = (document: ReportDocument, words: string) =>
    cellOf(document, 'overall', words, 'now').value;
  const countOf = async (period: Period, list: CallList, where = '') =>
    (await get<{ count: number }>(`calls?period=${encodeURIComponent(period.key)}&list=${list}${where}`))
      .count;

  it('the week is eventful: every list of calls has some', async () => {
    for (const list of Object.keys(CALL_LISTS) as CallList[])
      if (list !== 'live') expect(await countOf(WEEK, list), list).to.be.greaterThan(0);
  });

  it('wall and telephone report, at the end of each day', () => {
    for (const { view, report } of ends) {
      const { today } = view;
      const counts = {
        来电总量: today.offered,
        已接听: today.answered,
        放弃: today.abandoned,
        要求回电: today.callbacks,
        排队溢出: today.overflowed,
        未能进线: today.blocked,
        结果不明: today.unknown,
        '三声接听率（第十三条，÷ 振过铃的来电）': today.threeRingRatio,
        '三声接听率（÷ 已接听）': today.threeRingOfAnsweredRatio,
        '15秒接听率（÷ 来电总量）': today.within15sRatio,
        接通率: today.connectRatio,
        放弃率: today.abandonRatio,
      };
      for (const [words, shown] of Object.entries(counts))
        expect(shown, `${report.period.words} ${words}`).to.equal(overall(report, words));
      expect(today.averageSpeedOfAnswerMs).to.be.closeTo(overall(report, '平均应答速度') as number, 1e-3);
      const hours = (name: 'offered' | 'answered' | 'abandoned' | 'withinThreeRings') =>
        view.hours.reduce((sum, hour) => sum + hour[name], 0);
      expect(hours('offered')).to.equal(today.offered);
      expect(hours('withinThreeRings')).to.equal(today.withinThreeRings);
      for (const { queue, sums } of view.queuesToday)
        for (const name of ['offered', 'answered', 'abandoned', 'withinThreeRings'] as const)
          expect(cellOf(report, 'queue', queue, name).value ?? 0, `${queue} ${name}`).to.equal(sums[name]);
    }
  });

  it('a tile, the sentence that is said, CSV and Excel write what the report writes', async () => {
    const { view, report } = ends[2]!;
    const tiles: [TileKind, string][] = [
      ['three-ring', '三声接听率（第十三条，÷ 振过铃的来电）'],
      ['within-15s', '15秒接听率（÷ 来电总量）'],
      ['connect-today', '接通率'],
      ['abandon-rate', '放弃率'],
    ];
    const day = encodeURIComponent(DAYS[2]!.key);
    const csv = await (await fetch(`${base}reports/telephone/file?as=csv&period=${day}`)).text();
    const book = new ExcelJS.Workbook();
    const file = await fetch(`${base}reports/telephone/file?as=xlsx&period=${day}`);
    await book.xlsx.load((await file.arrayBuffer()) as unknown as ExcelJS.Buffer);
    const now = await made('telephone', DAYS[2]!);
    for (const [kind, words] of tiles) {
      const figure = figureOf({ kind, queues: [] }, view, null, nowMs)!;
      const text = cellText(overall(report, words), 'ratio');
      expect(`${measuredText(kind, figure)}%`, words).to.equal(text);
      expect(alarmSentence({ ...newTile(kind), red: 1 }, 'red', figure)).to.contain(text.slice(0, -1));
      // the day's last call has ended since: what is printed now is what is counted now
      const share = overall(now, words) as number;
      expect(csv).to.contain(`${words},${shareText(share)},`);
      const row = book.worksheets[0]!.getColumn(1).values.indexOf(words);
      expect(book.worksheets[0]!.getCell(row, 2).value, words).to.equal(share);
      expect(percentOf(share)).to.be.within(0, 100);
    }
  });

  it('console and telephone report, agent by agent', () => {
    for (const { agents, report } of ends) {
      const table = report.tables.find(({ key }) => key === 'agents')!;
      for (const { key: agent, cells } of table.rows) {
        const mine = agents.get(agent);
        expect(mine?.offers ?? 0, `${agent} offers`).to.equal(cells['offers']!.value);
        expect(mine?.offersAnswered ?? 0, `${agent} answered`).to.equal(cells['answered']!.value);
        expect(ratio(mine?.offersWithin ?? 0, mine?.offers ?? 0), agent).to.equal(cells['threeRing']!.value);
        expect(mine?.talkMs ?? 0, `${agent} talk`).to.be.closeTo(cells['talk']!.value as number, 1e-3);
      }
      for (const [agent, { talkMs }] of agents)
        if (talkMs > 0) expect(table.rows.map(({ key }) => key)).to.include(agent);
    }
  });

  it('talk is each agent’s own: report, its list and file, console after a restart, handover, Prometheus and API', async () => {
    const week = await made('telephone', WEEK);
    const table = week.tables.find(({ key }) => key === 'agents')!;
    const total = table.total!.cells['talk']!.value as number;
    const own = new Map(table.rows.map(({ key, cells }) => [key, cells['talk']!.value as number]));
    // who was handed a caller talked, too: attended, blind, by the leader's hand
    for (const agent of ['PJSIP/1001', 'PJSIP/1002', 'PJSIP/1003'])
      expect(own.get(agent), agent).to.be.greaterThan(0);
    const same = (shown: number, agent: string, where: string) =>
      expect(shown, `${where} ${agent}`).to.be.closeTo(own.get(agent) ?? 0, 1e-2);
    const sums = new Map<string, number>();
    const add = (agent: string, talkMs: number | null) =>
      sums.set(agent, (sums.get(agent) ?? 0) + (talkMs ?? 0));

    for (const { key, cells } of table.rows) {
      const listed = await get<{ talks: { talkMs: number | null }[]; count: number; talkMs: number }>(
        cells['talk']!.list!,
      );
      same(listed.talkMs, key, 'list');
      if (listed.count <= listed.talks.length)
        same(
          listed.talks.reduce((sum, { talkMs }) => sum + (talkMs ?? 0), 0),
          key,
          'rows',
        );
    }
    const source = LISTS.find(({ kind }) => kind.name === 'talks')!;
    const filter = source.filter.parse({ period: WEEK.key }) as never;
    const column = (zh: string) => source.kind.columns.findIndex((one) => one.zh === zh);
    for await (const page of source.pages(pool, filter, { personId: 1, unitId: null }))
      for (const row of page)
        add(
          String(row[column('受理员')]).replace(/^(姓名)?/, 'PJSIP/'),
          row[column('通话')] as number | null,
        );
    for (const agent of own.keys()) if (agent !== '') same(sums.get(agent) ?? 0, agent, 'file');

    sums.clear();
    const tally = createTally();
    for (const record of await recordsSince(pool, WEEK.fromMs))
      if (record.arrivedAtMs < WEEK.untilMs) tally.put(record);
    for (const [agent, { talkMs }] of tally.agentsSince(WEEK.fromMs)) same(talkMs, agent, 'after a restart');

    sums.clear();
    const told = await listOutwardCalls(
      pool,
      { fromMs: WEEK.fromMs, untilMs: WEEK.untilMs, direction: 'inbound' },
      10_000,
    );
    for (const call of told.filter(({ outcome }) => outcome === 'answered'))
      for (const { agent, agentName, talkMs } of call.talks)
        add(agent === null ? agentName : `PJSIP/${agent}`, talkMs);
    for (const [agent, talkMs] of sums) same(talkMs, agent, 'API');
    const handedOn = told.flatMap(({ transfers }) => transfers).filter(({ byAgent }) => byAgent !== null);
    expect(handedOn.length).to.be.greaterThan(0);

    const days = await Promise.all(DAYS.map((day) => sumTalks(pool, day)));
    expect(days.reduce((sum, { talkMs }) => sum + talkMs, 0)).to.be.closeTo(total, 1e-2);
    expect((await figures(WEEK))['坐席通话时长']).to.equal(cellText(total, 'ms'));
    const text = await metrics.registry.metrics();
    const seconds = Number(/^hotline_agent_talk_seconds_total (.+)$/m.exec(text)?.[1]);
    expect(seconds * 1000).to.be.closeTo(total, 1e-2);
  });

  it('kept places: the report and its lists, the IVR page, the wall and the desks', async () => {
    const week = await made('telephone', WEEK);
    const page = await ivrFigures(pool, WEEK.fromMs, WEEK.untilMs);
    const rows = await pool.query<{ state: string }>('select state from kept_places');
    for (const list of ['placesKept', 'placesReached'] as const) {
      const value = cellOf(week, 'ivr', list, 'value').value;
      expect(value, list).to.be.greaterThan(0);
      expect(page[list], list).to.equal(value);
      const listed = await get<{ count: number; calls: unknown[] }>(cellOf(week, 'ivr', list, 'value').list!);
      expect(listed.count, list).to.equal(value);
      expect(listed.calls.length, list).to.equal(value);
    }
    expect(rows.rowCount).to.equal(page.placesKept);
    expect(rows.rows.filter(({ state }) => state === 'reached').length).to.equal(page.placesReached);
    // the wall's tile, the desks' strip and Prometheus count these rows
    const waiting = await waitingPlaces(pool);
    expect(waiting.length).to.equal(rows.rows.filter(({ state }) => state === 'waiting').length);
    // who keeps a place is called back by the switch: the list of missed callers has them not
    const missed = await missedCallers(pool, WEEK.fromMs);
    for (const { number } of waiting) expect(missed.map((one) => one.number)).to.not.include(number);
  });

  it('the report as a Word file writes, cell by cell, what the report writes', async () => {
    const document = await made('telephone', WEEK);
    const file = await fetch(`${base}reports/telephone/file?as=docx&period=${encodeURIComponent(WEEK.key)}`);
    const path = join(tmpdir(), `hotline-measures-${process.pid}.docx`);
    writeFileSync(path, Buffer.from(await file.arrayBuffer()));
    const packed = await openPacked(path);
    let body = '';
    for await (const bytes of packed.stream('word/document.xml', 50_000_000))
      body += bytes.toString('latin1');
    packed.close();
    rmSync(path);
    body = Buffer.from(body, 'latin1').toString('utf8');
    const tables = body.split('<w:tbl>').slice(1);
    expect(tables.length).to.equal(document.tables.length);
    for (const [at, table] of document.tables.entries()) {
      const written = tables[at]!.split('</w:tbl>')[0]!
        .split('<w:tr>')
        .slice(1)
        .map((row) => row.split('<w:tc>').slice(1).map(wordText));
      const rows = [...table.rows, ...(table.total ? [table.total] : [])];
      expect(written, table.key).to.deep.equal([
        table.columns.map(({ zh }) => zh),
        ...rows.map((row) =>
          table.columns.map(({ key, unit }) => {
            const cell = row.cells[key];
            return cellText(cell?.value ?? null, cell?.unit ?? unit);
          }),
        ),
      ]);
    }
  });

  it('days, halves, weekdays and queues make the week, and the cycles that meet on the 26th share it', async () => {
    const week = await made('telephone', WEEK);
    const days = await Promise.all(DAYS.map((day) => made('telephone', day)));
    const cycles = await Promise.all(CYCLES.map((cycle) => made('telephone', cycle)));
    for (const words of [
      '来电总量',
      '已接听',
      '放弃',
      '要求回电',
      '排队溢出',
      '未能进线',
      '结果不明',
      '转接',
    ]) {
      const sum = (some: ReportDocument[]) =>
        some.reduce((so, one) => so + (overall(one, words) as number), 0);
      expect(sum(days), words).to.equal(overall(week, words));
      expect(sum(cycles), words).to.equal(overall(week, words));
    }
    // the first instant of the 26th is the next cycle's, the last of the 25th is not
    const upToBorder = days.slice(0, 3).reduce((sum, one) => sum + (overall(one, '来电总量') as number), 0);
    expect(overall(cycles[0]!, '来电总量')).to.equal(upToBorder);
  });

  it('the daily report’s calls, and a handover’s', async () => {
    for (const day of DAYS) {
      const telephone = await made('telephone', day);
      const daily = await made('daily', day);
      const rate = '三声接听率（第十三条，÷ 振过铃的来电）';
      expect(cellOf(daily, 'calls', 'offered', 'value').value).to.equal(overall(telephone, '来电总量'));
      expect(cellOf(daily, 'calls', 'answered', 'value').value).to.equal(overall(telephone, '已接听'));
      expect(cellOf(daily, 'calls', 'rate', 'value').value).to.equal(overall(telephone, rate));
      const whole = await figures(day);
      expect(whole['来电']).to.equal(String(overall(telephone, '来电总量')));
      expect(whole['接听']).to.equal(String(overall(telephone, '已接听')));
      expect(whole['放弃']).to.equal(String(overall(telephone, '放弃')));
      expect(whole['三声接听率']).to.equal(cellText(overall(telephone, rate), 'ratio'));
      expect(whole['热线受理']).to.equal(String(cellOf(daily, 'categories', 'total', 'hotline').value));
      const shifts = await Promise.all(shiftsOf(dateText(dateAt(day.fromMs)), USUAL_PLANS).map(figures));
      for (const words of ['来电', '接听', '放弃', '热线受理'])
        expect(
          shifts.reduce((sum, one) => sum + Number(one[words]), 0),
          words,
        ).to.equal(Number(whole[words]));
    }
  });
  const figures = async (span: { fromMs: number; untilMs: number }) =>
    Object.fromEntries((await shiftFigures(pool, span)).map(({ zh, value }) => [zh, value]));

  it('whom nobody answered: the desk’s list and the handover’s line', async () => {
    const atMs = WEEK.untilMs - 3_600_000;
    const listed = await missedCallers(pool, atMs - MISSED_KEPT_MS);
    expect(listed.length).to.be.greaterThan(0);
    expect(await countMissed(pool, atMs - MISSED_KEPT_MS, atMs)).to.equal(listed.length);
    const span = { fromMs: atMs - 8 * 3_600_000, untilMs: atMs };
    const lines = await filledLines(pool, span, atMs, []);
    expect(lines.find(({ source }) => source === 'callbacks:missed')?.text).to.contain(
      `还有 ${listed.length} 个号码`,
    );
  });

  it('Prometheus counts the week’s calls', async () => {
    const text = await metrics.registry.metrics();
    const sum = (name: string, labels: Record<string, string> = {}) =>
      text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .filter((line) =>
          Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
        )
        .reduce((so, line) => so + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    expect(sum('hotline_calls_answered_total')).to.equal(await countOf(WEEK, 'answered'));
    expect(sum('hotline_calls_rang_total')).to.equal(await countOf(WEEK, 'rang'));
    expect(sum('hotline_calls_within_three_rings_total')).to.equal(await countOf(WEEK, 'withinThreeRings'));
    const outcomes = ['answered', 'abandoned', 'callback', 'overflowed', 'blocked', 'unknown'] as const;
    for (const outcome of outcomes)
      expect(sum('hotline_calls_total', { direction: 'inbound', outcome }), outcome).to.equal(
        await countOf(WEEK, outcome),
      );
    expect(sum('hotline_calls_offered_total')).to.equal(await countOf(WEEK, 'offered'));
    for (const [list, stage] of [
      ['abandonedIvr', 'ivr'],
      ['abandonedQueue', 'queue'],
      ['abandonedRinging', 'ringing'],
    ] as const)
      expect(sum('hotline_calls_abandoned_total', { stage }), stage).to.equal(await countOf(WEEK, list));
    const week = await made('telephone', WEEK);
    const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from transfers');
    expect(sum('hotline_transfers_total'), 'every handing on, our own calls’ too').to.equal(rows[0]!.count);
    const waits = sum('hotline_wait_seconds_sum') / sum('hotline_wait_seconds_count');
    expect(waits * 1000).to.be.closeTo(overall(week, '平均应答速度') as number, 1e-3);
    expect(sum('hotline_offers_total')).to.equal(cellOf(week, 'agents', 'total', 'offers').value);
    expect(sum('hotline_offers_total', { outcome: 'answered' })).to.equal(
      cellOf(week, 'agents', 'total', 'answered').value,
    );
  });

  it('each list has as many rows as it says, as a page, as a file and for other systems', async () => {
    const source = LISTS.find(({ kind }) => kind.name === 'calls')!;
    const taker = { personId: 1, unitId: null };
    for (const list of Object.keys(CALL_LISTS) as CallList[]) {
      const count = await countOf(WEEK, list);
      const filter = source.filter.parse({ period: WEEK.key, list }) as never;
      expect(await source.count(pool, filter, taker), list).to.equal(count);
      let rows = 0;
      for await (const page of source.pages(pool, filter, taker)) rows += page.length;
      expect(rows, list).to.equal(count);
    }
    const told = await listOutwardCalls(
      pool,
      { fromMs: WEEK.fromMs, untilMs: WEEK.untilMs, direction: 'inbound' },
      10_000,
    );
    expect(told.length).to.equal(await countOf(WEEK, 'offered'));
    for (const outcome of ['answered', 'abandoned', 'overflowed', 'callback', 'blocked', 'unknown'] as const)
      expect(told.filter((call) => call.outcome === outcome).length, outcome).to.equal(
        await countOf(WEEK, outcome),
      );
    const within = told.filter((call) => call.outcome === 'answered' && call.withinThreeRings === true);
    expect(within.length).to.equal(await countOf(WEEK, 'withinThreeRings'));
  });

  it('what was taken down: five reports, the list and its file', async () => {
    const weekly = await made('weekly', WEEK);
    const any = await made('any', WEEK);
    const dailies = await Promise.all(DAYS.map((day) => made('daily', day)));
    const sum = (some: ReportDocument[], table: string, column: string) =>
      some.reduce((so, one) => so + (cellOf(one, table, 'total', column).value as number), 0);
    const all = cellOf(weekly, 'categories', 'total', 'now').value as number;
    expect(all).to.be.greaterThan(50);
    expect(sum(dailies, 'categories', 'all')).to.equal(all);
    expect(cellOf(any, 'categories', 'total', 'now').value).to.equal(all);
    expect(cellOf(any, 'channels', 'total', 'now').value).to.equal(all);
    expect(cellOf(any, 'districts', 'total', 'all').value).to.equal(all);
    const monthlies = await Promise.all(CYCLES.map((cycle) => made('monthly', cycle)));
    expect(sum(monthlies, 'categories', 'all')).to.equal(all);
    const month = await made('month-end', parsePeriod('month:2026-11')!);
    expect(cellOf(month, 'categories', 'total', 'all').value).to.equal(all);
    expect(cellOf(month, 'districts', 'total', 'all').value).to.equal(all);
    for (const column of ['taken', 'answered', 'closed', 'unanswered', 'open', 'rawIn', 'adjustedIn']) {
      const units = cellOf(weekly, 'units', 'total', column).value as number;
      expect(units, column).to.be.greaterThan(0);
      expect(sum(dailies, 'units', column), column).to.equal(units);
      expect(cellOf(any, 'units', 'total', column).value, column).to.equal(units);
      expect(cellOf(month, 'units', 'total', column).value, column).to.equal(units);
    }
    expect(sum(monthlies, 'units', 'all')).to.equal(cellOf(weekly, 'units', 'total', 'taken').value);
    // a voided record's order and a returned case's are there: each day made six at least, and one more every other day
    expect(cellOf(weekly, 'units', 'total', 'taken').value).to.equal(7 * 5 + 4);
    const open = weekly.tables.find(({ key }) => key === 'open')!;
    expect(open.rows.length).to.equal(cellOf(weekly, 'units', 'total', 'open').value);
    const period = encodeURIComponent(WEEK.key);
    expect((await get<{ count: number }>(`receipts?period=${period}`)).count).to.equal(all);
    const source = LISTS.find(({ kind }) => kind.name === 'receipts')!;
    const client = await pool.connect();
    try {
      await client.query('begin');
      const filter = source.filter.parse({ period: WEEK.key }) as never;
      const taker = { personId: 1, unitId: null };
      let rows = 0;
      for await (const page of source.pages(client as never, filter, taker)) rows += page.length;
      expect(rows).to.equal(all);
      await client.query('rollback');
    } finally {
      client.release();
    }
  });

  it('open orders: the walls, the page by unit and district, the lists and their files', async () => {
    const { rows } = await pool.query<{ ms: number }>(
      `select extract(epoch from max(created_at)) * 1000 as ms from orders where state = 'dispatched'`,
    );
    const atMs = Number(rows[0]!.ms) + 60_000;
    // one that runs out soon, one that has just now, one that is answered and not closed though its time is over
    await pool.query(
      `update orders set due_at = to_timestamp($1::float8 / 1000) + case id % 3 when 0 then interval '10 minutes'
          when 1 then interval '0' else interval '1 day' end where state in ('dispatched', 'fed-back')`,
      [atMs],
    );
    const byDistrict = await ordersByDistrict(pool, atMs);
    const cells = await overdueCells(pool, atMs);
    const asker = { personId: 1, ofUnitId: null, nowMs: atMs };
    const listed = async (list: OrderListName) => {
      const filter = orderFilter.parse({ list });
      const { lines } = await listOrders(pool, filter, asker, null, 500);
      expect(await countOrders(pool, filter, asker), list).to.equal(lines.length);
      return lines.length;
    };
    for (const name of ['open', 'near', 'overdue'] as const) {
      const shown = byDistrict.reduce((sum, one) => sum + one[name], 0);
      expect(shown, name).to.be.greaterThan(0);
      expect(
        cells.reduce((sum, one) => sum + one[name], 0),
        name,
      ).to.equal(shown);
      expect(await listed(name), name).to.equal(shown);
    }
    expect(await listed('due')).to.equal((await listed('near')) + (await listed('overdue')));
  });

  it('callbacks: the report, the page, the campaign, Annex 2 and Prometheus', async () => {
    const report = await made('callbacks', WEEK);
    const page = await countCallbacks(pool, 'department', { fromMs: WEEK.fromMs, untilMs: WEEK.untilMs });
    const [campaign] = await listCampaigns(pool);
    const registry = new Registry();
    callbackFigures(registry, pool);
    const text = await registry.metrics();
    const gauge = (name: string, department: string) =>
      Number(new RegExp(`^${name}\\{department="${department}"\\} (.+)$`, 'm').exec(text)?.[1]);
    for (const row of page) {
      const cell = (column: string) => cellOf(report, 'departments', row.by, column).value;
      for (const name of [
        'population',
        'drawn',
        'called',
        'reached',
        'valid',
        'satisfied',
        'people',
      ] as const)
        expect(cell(name), `${row.by} ${name}`).to.equal(row[name]);
      expect(cell('sampling')).to.equal(ratio(row.reached, row.population));
      expect(gauge('hotline_callback_sampling_ratio', row.by)).to.equal(cell('sampling'));
      expect(gauge('hotline_callback_satisfaction_ratio', row.by)).to.equal(cell('satisfaction'));
    }
    const total = (column: string) => cellOf(report, 'departments', 'total', column).value;
    expect(campaign).to.include({ population: total('population'), drawn: total('drawn') });
    const annex = report.tables.find(({ key }) => key === 'annex2')!;
    expect(annex.rows.length).to.equal(total('reached'));
    const { fromMs, untilMs } = WEEK;
    for (const list of ['population', 'drawn', 'reached', 'valid', 'satisfied'] satisfies CallbackCount[])
      expect(await countCallbackList(pool, { fromMs, untilMs, list }), list).to.equal(total(list));
  });
});
