import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Role } from '../../src/core/people/may.ts';
import type { ConductRow } from '../../src/core/shifts/conduct.ts';
import type { SignedIn } from '../../src/http/sessions.ts';
import { openRoster } from '../../src/main/roster.ts';
import { openRosterNow } from '../../src/main/adherence.ts';
import { rosterKeepsOut } from '../../src/main/roster-gate.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { keepSettings } from '../../src/postgres/settings.ts';
import type { RosterDay, RosterMonth } from '../../src/protocol/roster.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const NOW = at('2026-12-02T17:00');

describe('the roster, who came, and what a person decided on it', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let close: () => Promise<void>;
  const ids: Record<string, number> = {};

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    for (const [login, role] of [
      ['banzhang', 'supervisor'],
      ['1001', 'agent'],
      ['1002', 'agent'],
      ['1003', 'agent'],
      ['1004', 'agent'],
    ] as [string, Role][])
      ids[login] = (await createPerson(pool, {
        ...{ login, name: login, role, passwordHash: 'x' },
        agent: role === 'agent' ? `PJSIP/${login}` : null,
      }))!.id;
    const state = (agent: string, when: string, what: string) =>
      pool.query(`insert into agent_states (id, agent, since_at, state) values ($1, $2, $3, $4)`, [
        `${agent}:${when}`,
        `PJSIP/${agent}`,
        new Date(at(when)),
        what,
      ]);
    // 1001 has the early shift of 2 December: comes at 08:06, is gone at 15:20
    await state('1001', '2026-12-02T08:06', 'ready');
    await state('1001', '2026-12-02T15:20', 'offline');
    wing = openRoster({
      ...{ pool, databaseUrl, now: () => NOW, log: pino({ level: 'silent' }), registry: new Registry() },
    } as unknown as Ground);
    const http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: ids[login]!, role: login === 'banzhang' ? 'supervisor' : 'agent' },
    }));
    base = `${http.url}/api`;
    close = async () => {
      http.close();
      await wing.close!();
      await pool.end();
    };
  });
  after(() => close());

  const post = async (login: string, path: string, body: unknown) => {
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'x-login': login, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, message: ((await answer.json()) as { message?: string }).message ?? '' };
  };
  const get = async <T>(login: string, path: string) =>
    (await (await fetch(base + path, { headers: { 'x-login': login } })).json()) as T;
  const codes = async (login: string) => {
    const { cells } = await get<RosterMonth>('1001', '/roster?month=2026-12');
    return cells.filter((cell) => cell.personId === ids[login]).map((cell) => cell.code);
  };
  const pattern = {
    ...{ teams: ['甲班', '乙班', '丙班', '丁班'], step: 2, beginDate: '2026-12-01' },
    cycle: ['early', 'early', 'middle', 'middle', 'night', 'night', '', ''],
  };

  it('is made from a rotation, by the leader only; what was changed by hand stays', async () => {
    expect((await post('banzhang', '/roster/fill', { month: '2026-12' })).message).to.include('轮班规则');
    const members = ['1001', '1002', '1003', '1004'].map((login, team) => ({ personId: ids[login], team }));
    expect((await post('1001', '/roster/pattern', { pattern, members })).status).to.equal(403);
    expect(
      (await post('banzhang', '/roster/pattern', { pattern: { ...pattern, cycle: ['noon'] }, members }))
        .message,
    ).to.include('noon');
    expect((await post('banzhang', '/roster/pattern', { pattern, members })).status).to.equal(200);
    expect((await post('banzhang', '/roster/fill', { month: '2026-12' })).status).to.equal(200);
    expect((await codes('1001')).slice(0, 9)).to.deep.equal([
      'early',
      'early',
      'middle',
      'middle',
      'night',
      'night',
      '',
      '',
      'early',
    ]);
    await post('banzhang', '/roster/cell', { personId: ids['1001'], date: '2026-12-03', code: '' });
    await post('banzhang', '/roster/fill', { month: '2026-12' });
    expect((await codes('1001'))[2]).to.equal('');
  });

  it('two change shifts: the other one says yes, then the leader; each takes what the other had', async () => {
    const swap = { askerDate: '2026-12-09', otherId: ids['1002'], otherDate: '2026-12-09' };
    const before = [(await codes('1001'))[8], (await codes('1002'))[8]];
    expect((await post('1001', '/roster/swaps', swap)).status).to.equal(200);
    const { swaps } = await get<RosterMonth>('1001', '/roster?month=2026-12');
    const answer = (login: string, yes = true) =>
      post(login, '/roster/swaps/answer', { id: swaps[0]!.id, yes });
    expect((await answer('1003')).message).to.include('被请求的人');
    expect((await answer('1002')).status).to.equal(200);
    expect((await answer('1001')).message).to.include('班长');
    expect((await answer('banzhang')).status).to.equal(200);
    expect((await answer('banzhang')).status, 'only once').to.equal(409);
    expect([(await codes('1001'))[8], (await codes('1002'))[8]]).to.deep.equal(before.reverse());
  });

  const plan = async (login: string, date: string, code: string, was?: string) =>
    post('banzhang', '/roster/cell', { personId: ids[login], date, code, was });
  const on = async (login: string, ...dates: number[]) => {
    const all = await codes(login);
    return dates.map((day) => all[day - 1]);
  };
  const swapped = async () => {
    const { swaps } = await get<RosterMonth>('1001', '/roster?month=2026-12');
    return swaps.find((one) => one.state === 'asked' || one.state === 'accepted')!;
  };

  it('a swap over two days gives each the shift of the other, and no other shift of either is lost', async () => {
    await plan('1001', '2026-12-20', 'early');
    await plan('1002', '2026-12-20', 'night');
    await plan('1001', '2026-12-21', 'middle');
    await plan('1002', '2026-12-21', 'early');
    const swap = { askerDate: '2026-12-20', otherId: ids['1002'], otherDate: '2026-12-21' };
    expect((await post('1001', '/roster/swaps', swap)).message).to.include('两个班');
    expect(await on('1001', 20, 21)).to.deep.equal(['early', 'middle']);
    expect(await on('1002', 20, 21)).to.deep.equal(['night', 'early']);
    await plan('1002', '2026-12-20', '');
    expect((await post('1001', '/roster/swaps', swap)).message).to.include('1001 在 2026-12-21 已经另有班');
    await plan('1001', '2026-12-21', '');
    expect((await post('1001', '/roster/swaps', swap)).status).to.equal(200);
    expect((await post('1001', '/roster/swaps', swap)).message, 'twice').to.include('已经申请过');
    const { id } = await swapped();
    expect((await post('1002', '/roster/swaps/answer', { id, yes: true })).status).to.equal(200);
    // the leader plans a shift where the other would come to stand
    await plan('1001', '2026-12-21', 'night');
    const yes = () => post('banzhang', '/roster/swaps/answer', { id, yes: true });
    expect((await yes()).message).to.include('两个班');
    expect(await on('1001', 20, 21)).to.deep.equal(['early', 'night']);
    await plan('1001', '2026-12-21', '');
    // what was agreed on is not what would be given now
    await plan('1001', '2026-12-20', 'middle');
    expect((await yes()).message).to.include('重新申请');
    await plan('1001', '2026-12-20', 'early');
    expect((await yes()).status).to.equal(200);
    expect(await on('1001', 20, 21)).to.deep.equal(['', 'early']);
    expect(await on('1002', 20, 21)).to.deep.equal(['early', '']);
  });

  it('a cell that another leader has just changed is not changed over them', async () => {
    await plan('1003', '2026-12-22', 'early');
    expect((await plan('1003', '2026-12-22', 'night', 'middle')).message).to.include('刚被别人改过');
    expect(await on('1003', 22)).to.deep.equal(['early']);
  });

  it('who has no extension, or whose shift nobody heard, is not absent in their conduct', async () => {
    const absent = async () =>
      (
        await get<ConductRow[]>(
          'banzhang',
          `/conduct?fromMs=${at('2026-12-02T00:00')}&untilMs=${at('2026-12-03T00:00')}`,
        )
      )
        .filter((one) => one.kind === 'absent')
        .map((one) => one.name);
    const [was] = await on('1003', 2);
    await plan('banzhang', '2026-12-02', 'early');
    await plan('1003', '2026-12-02', 'early');
    const gap = (untilAt: string) =>
      pool.query('insert into gaps (id, from_at, until_at) values ($1, $2, $3)', [
        ...[untilAt, new Date(at('2026-12-02T07:00')), new Date(at(untilAt))],
      ]);
    await gap('2026-12-02T09:00');
    await wing.start!();
    const { people } = await get<RosterDay>('banzhang', '/roster/day?date=2026-12-02');
    expect(people.find((one) => one.personId === ids['banzhang'])).to.include({ verdict: 'unseen' });
    expect(people.find((one) => one.personId === ids['1003'])).to.include({ verdict: 'unseen' });
    expect(await absent()).to.deep.equal([]);
    await pool.query('delete from gaps');
    await wing.start!();
    expect(await absent(), 'whom the clocks could have seen').to.deep.equal(['1003']);
    await pool.query(`delete from conduct where kind = 'absent'`);
    await plan('1003', '2026-12-02', was!);
    await plan('banzhang', '2026-12-02', '');
  });

  it('shows how many are needed and planned, who came late and left early; and takes it all to Excel', async () => {
    const day = await get<RosterDay>('banzhang', '/roster/day?date=2026-12-02');
    expect(day.halves).to.have.length(48);
    expect(day.halves.map((half) => half.planned)).to.deep.equal(new Array<number>(48).fill(1));
    expect(day.people.find((one) => one.personId === ids['1001'])).to.include({
      verdict: 'late',
      leftEarly: true,
      code: 'early',
    });
    const file = await fetch(`${base}/roster/file?month=2026-12`, { headers: { 'x-login': '1001' } });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await file.arrayBuffer());
    const sheet = book.worksheets[0]!;
    expect(sheet.getCell(4, 1).value).to.equal('甲班');
    expect(sheet.getCell(4, 3).value).to.equal('早');
    expect(sheet.pageSetup.orientation).to.equal('landscape');
  });

  it('the console sees how each keeps to the roster at this moment', async () => {
    const roster = openRosterNow(pool, () => at('2026-12-02T15:30'));
    await roster.learn();
    const gone = { state: 'offline', sinceMs: at('2026-12-02T15:20') };
    expect(roster.of('PJSIP/1001', gone)).to.deep.equal({
      ...{ shift: '早班 08:00—16:00', verdict: 'away', sinceMs: gone.sinceMs },
      ratio: (7 * 60 + 14) / (7 * 60 + 30),
    });
    expect(roster.of('PJSIP/1003', { state: 'ready', sinceMs: at('2026-12-02T15:00') }).verdict).to.equal(
      'unplanned',
    );
  });

  it('what the clocks saw is listed once, however often it is looked at; a person decides, the agent may answer', async () => {
    // 1002 took on two missed callers and rang one of them
    for (const party of ['13900000001', '13900000002'])
      await pool.query('insert into missed_claims (party, person_id, claimed_at) values ($1, $2, $3)', [
        ...[party, ids['1002'], new Date(at('2026-12-02T16:00'))],
      ]);
    await pool.query(
      `insert into calls (call_id, direction, party, outcome, arrived_at, offer_count, transfer_count, anomalies,
                          told_progress, told_at_ms, told_by)
       values ('back', 'outbound', '13900000001', 'abandoned', $1, 0, 0, '{}', 1, 1, 'test')`,
      [new Date(at('2026-12-02T16:04'))],
    );
    await wing.start!();
    await wing.start!();
    const span = `/conduct?fromMs=${at('2026-12-01T00:00')}&untilMs=${at('2026-12-31T00:00')}`;
    const all = await get<ConductRow[]>('banzhang', span);
    const mine = all.filter((one) => one.personId === ids['1001'] && one.atMs >= at('2026-12-02T00:00'));
    expect(mine.map((one) => one.kind).sort()).to.deep.equal(['late', 'left-early']);
    expect(mine.find((one) => one.kind === 'late')!.detail).to.equal('晚到 6 分钟');
    expect(await get<ConductRow[]>('1004', span), 'an agent sees their own').to.satisfy(
      (rows: ConductRow[]) => rows.every((one) => one.personId === ids['1004']),
    );
    const missed = all.filter((one) => one.kind === 'callback-missed');
    expect(missed.map((one) => one.personId)).to.deep.equal([ids['1002']]);
    const late = mine.find((one) => one.kind === 'late')!;
    expect((await post('1002', '/conduct/answer', { id: late.id, answer: '不是我' })).status).to.equal(409);
    expect((await post('1001', '/conduct/answer', { id: late.id, answer: '公交车坏了' })).status).to.equal(
      200,
    );
    expect(
      (await post('1001', '/conduct/decide', { id: late.id, state: 'waived', reason: '自己免' })).status,
    ).to.equal(403);
    expect(
      (await post('banzhang', '/conduct/decide', { id: late.id, state: 'waived', reason: '' })).status,
    ).to.equal(400);
    expect(
      (await post('banzhang', '/conduct/decide', { id: late.id, state: 'waived', reason: '情况属实' }))
        .status,
    ).to.equal(200);
    const after = (await get<ConductRow[]>('1001', span)).find((one) => one.id === late.id)!;
    expect(after).to.include({
      state: 'waived',
      reason: '情况属实',
      answer: '公交车坏了',
      decidedBy: 'banzhang',
    });
  });

  it("the shifts' times are changed from tomorrow on, by the leader, and what was is as it was", async () => {
    const kinds = [
      { code: 'day', zh: '白班', fromMinute: 420 },
      { code: 'dark', zh: '夜班', fromMinute: 1140 },
    ];
    const change = (login: string, body: unknown) => post(login, '/roster/shifts', body);
    expect((await change('1001', { fromDate: '2026-12-10', kinds })).status).to.equal(403);
    expect((await change('banzhang', { fromDate: '2026-12-02', kinds })).message).to.include('明天');
    const twice = [kinds[0], { ...kinds[1], fromMinute: 420 }];
    expect((await change('banzhang', { fromDate: '2026-12-10', kinds: twice })).message).to.include('同时');
    const alike = [kinds[0], { ...kinds[1], zh: '白夜班' }];
    expect((await change('banzhang', { fromDate: '2026-12-10', kinds: alike })).message).to.include(
      '第一个字',
    );
    expect((await change('banzhang', { fromDate: '2026-12-10', kinds })).status).to.equal(200);
    const month = await get<RosterMonth>('1001', '/roster?month=2026-12');
    expect(month.plans.map((plan) => plan.fromDate)).to.deep.equal(['0001-01-01', '2026-12-10']);
    const cell = (date: string, code: string) =>
      post('banzhang', '/roster/cell', { personId: ids['1004'], date, code });
    expect((await cell('2026-12-09', 'day')).status, 'not yet').to.equal(409);
    expect((await cell('2026-12-10', 'day')).status).to.equal(200);
    expect((await cell('2026-12-10', 'early')).status, 'no more').to.equal(409);
    expect((await change('banzhang', { fromDate: '2026-12-10', kinds: [] })).status).to.equal(200);
    expect((await get<RosterMonth>('1001', '/roster?month=2026-12')).plans).to.have.length(1);
  });

  it('keeps out of the queue who is off, until the leader plans them; never a leader, never by a setting that is off', async () => {
    const gate = (login: string, role: Role, when: string) =>
      rosterKeepsOut(pool, { id: ids[login]!, login, name: login, role } as SignedIn, at(when));
    const [early, off] = [(await codes('1001'))[1], '1004'];
    expect(early).to.equal('early');
    expect(await gate('1001', 'agent', '2026-12-02T09:00')).to.equal(null);
    await post('banzhang', '/roster/cell', { personId: ids[off], date: '2026-12-02', code: '' });
    await post('banzhang', '/roster/cell', { personId: ids[off], date: '2026-12-01', code: '' });
    expect(await gate(off, 'agent', '2026-12-02T09:00')).to.include('现在的班没有排您');
    expect(await gate('banzhang', 'supervisor', '2026-12-02T09:00')).to.equal(null);
    await post('banzhang', '/roster/cell', { personId: ids[off], date: '2026-12-02', code: 'early' });
    expect(await gate(off, 'agent', '2026-12-02T09:00')).to.equal(null);
    await post('banzhang', '/roster/cell', { personId: ids[off], date: '2026-12-02', code: '' });
    await inTransaction(pool, (client) => keepSettings(client, 'attendance', { byRoster: false }, 'test'));
    expect(await gate(off, 'agent', '2026-12-02T09:00')).to.equal(null);
  });

  it("a month's conduct goes to Excel: sums that count, and every row; to no agent", async () => {
    const path = '/conduct/file?month=2026-12';
    expect((await fetch(base + path, { headers: { 'x-login': '1001' } })).status).to.equal(403);
    const file = await fetch(base + path, { headers: { 'x-login': 'banzhang' } });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await file.arrayBuffer());
    const [sum, all] = book.worksheets;
    const row = sum!.getColumn(1).values.indexOf('1001');
    const late = (sum!.getRow(2).values as unknown[]).indexOf('迟到');
    expect(sum!.getCell(row, late).value, 'it was waived').to.equal(0);
    expect(sum!.getCell(row, sum!.columnCount).formula).to.match(/^SUM\(B\d+:/);
    expect(all!.rowCount).to.be.greaterThan(2);
  });
});
