import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Role } from '../../src/core/people/may.ts';
import { FIRST_FORM } from '../../src/core/quality/first-form.ts';
import { pointsOf, type Answer } from '../../src/core/quality/form.ts';
import type { CallMeasures } from '../../src/core/recordings/measures.ts';
import { openQuality } from '../../src/main/quality.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { keepRecording, noteDeleted } from '../../src/postgres/recordings.ts';
import type {
  Calibration,
  DrawProof,
  FilledForm,
  KeptForm,
  QualityTrends,
  QualityWeek,
  ScoreLine,
  ScoreSheet,
} from '../../src/protocol/quality.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const WEEK = 'week:2026-W48';
const PEOPLE: Record<string, Role> = {
  ...{ banzhang: 'supervisor', banzhang2: 'supervisor', lingdao: 'manager', guanli: 'administrator' },
  ...{ '1001': 'agent', '1002': 'agent' },
};

describe('quality: the draw of a week, scores, appeals, calibration', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let close: () => Promise<void>;
  let nowMs = at('2026-11-30T09:00');
  const ids: Record<string, number> = {};

  async function call(callId: string, agent: string, when: string, more: Partial<CallMeasures> = {}) {
    await pool.query(
      `insert into calls (call_id, direction, outcome, arrived_at, answered_at, answered_by, hung_up_first, offer_count,
                          transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ($1, 'inbound', 'answered', $2, $2, $3, 'caller', 1, 0, '{}', 1, 1, 'test')`,
      [callId, new Date(at(when)), `PJSIP/${agent}`],
    );
    await keepRecording(pool, {
      ...{ callId, atMs: at(when), path: `${callId}.flac`, bytes: 1, ms: 60_000, sha256: callId },
      peaks: new Uint8Array(),
      measures: {
        ...{ callerMs: 20_000, agentMs: 20_000, firstWordMs: 900, silences: [], talkOvers: [] },
        ...{ burstsPerMinute: 20, callerDb: -20, agentDb: -20, clipped: 0 },
        ...more,
      },
    });
  }

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    for (const [login, role] of Object.entries(PEOPLE))
      ids[login] = (await createPerson(pool, {
        ...{ login, name: login, role, passwordHash: 'x' },
        agent: role === 'agent' ? `PJSIP/${login}` : null,
      }))!.id;
    for (let n = 0; n < 6; n += 1)
      await call(`a${n}`, '1001', `2026-11-2${n + 3}T10:00`, {
        talkOvers: [{ atMs: 3000, ms: 800, by: 'agent' }],
      });
    for (let n = 0; n < 2; n += 1) await call(`b${n}`, '1002', `2026-11-2${n + 3}T11:00`);
    await call('other-week', '1001', '2026-11-22T23:59');
    wing = openQuality({
      ...{ pool, databaseUrl, now: () => nowMs, log: pino({ level: 'silent' }), registry: new Registry() },
    } as unknown as Ground);
    const http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: ids[login]!, role: PEOPLE[login]! },
    }));
    base = `${http.url}/api/quality`;
    close = async () => {
      http.close();
      await wing.close!();
      await pool.end();
    };
    await wing.start!();
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
  const status = async (login: string, path: string) =>
    (await fetch(base + path, { headers: { 'x-login': login } })).status;
  const full = Object.fromEntries(pointsOf(FIRST_FORM).map((one) => [one.key, 'full' as Answer]));
  const filled = async (callId: string, more: Partial<FilledForm> = {}): Promise<unknown> => {
    const { form } = await get<ScoreSheet>('banzhang', `/calls/${callId}`);
    return {
      callId,
      filled: {
        ...{ formId: form.formId, version: form.version, calibrationId: null, answers: full },
        ...{ comments: [], note: '', give: true, ...more },
      },
    };
  };
  const firstDrawn = async (agent = 'PJSIP/1001') => {
    const { agents } = await get<QualityWeek>('banzhang', `/week?week=${WEEK}`);
    return agents.find((one) => one.agent === agent)!.calls;
  };

  it('the week before is drawn by itself: three of each agent, and it is proved by drawing again', async () => {
    const week = await get<QualityWeek>('banzhang', '/week');
    expect(week).to.include({ week: WEEK, after: 'week:2026-W49', over: true, perAgent: 3 });
    expect(week.agents.map((one) => [one.name, one.calls.length])).to.deep.equal([
      ['1001', 3],
      ['1002', 2],
    ]);
    const proof = await get<DrawProof>('lingdao', `/draw?week=${WEEK}`);
    expect([proof.calls, proof.differences]).to.deep.equal([8, []]);
    await pool.query(
      `update quality_drawn set drawn = not drawn where agent = 'PJSIP/1001' and place in (3, 4)`,
    );
    expect((await get<DrawProof>('lingdao', `/draw?week=${WEEK}`)).differences).to.have.length(2);
    await pool.query(
      `update quality_drawn set drawn = not drawn where agent = 'PJSIP/1001' and place in (3, 4)`,
    );
    expect((await post('banzhang', '/draw', { week: WEEK })).message).to.include('已经抽取');
    expect((await post('banzhang', '/draw', { week: 'week:2026-W49' })).message).to.include('没有结束');
    expect((await post('banzhang', '/draw', { week: 'week:2026-W40' })).message).to.include('没有可抽取');
    expect((await post('1001', '/draw', { week: WEEK })).status).to.equal(403);
  });

  it('who may see what: an agent nothing of others, an administrator nothing at all', async () => {
    const [own] = await firstDrawn();
    for (const path of ['/week', `/draw?week=${WEEK}`, '/forms', '/trends?fromMs=0&untilMs=1'])
      for (const login of ['1001', 'guanli']) expect(await status(login, path), path).to.equal(403);
    expect(await status('1001', `/calls/${own!.callId}`), 'not scored yet').to.equal(404);
    expect(await status('1002', `/calls/${own!.callId}`)).to.equal(404);
    expect(await status('banzhang', '/calls/nothing')).to.equal(404);
    expect((await post('lingdao', '/scores', await filled(own!.callId))).status).to.equal(403);
  });

  it('a call whose recording is deleted gives its place to the next in reserve', async () => {
    const calls = await firstDrawn();
    await noteDeleted(pool, calls[1]!.callId, '试验');
    const after = await firstDrawn();
    expect(after).to.have.length(3);
    expect(after.map((one) => one.callId)).to.not.include(calls[1]!.callId);
  });

  it('two pages of one scorer: the later is told, and nothing of either is lost', async () => {
    const { callId } = (await firstDrawn('PJSIP/1002'))[0]!;
    const save = async (note: string, was: FilledForm['was']) =>
      post('banzhang', '/scores', await filled(callId, { give: false, note, was }));
    const kept = async () => {
      const { answers, comments, note } = (await get<ScoreSheet>('banzhang', `/calls/${callId}`)).score!;
      return { answers, comments, note };
    };
    const told = { status: 409, message: '这份评分在另一个页面改过了。这里填的还在，没有保存。' };
    expect((await save('第一页', null)).status).to.equal(200);
    // opened before the first one saved
    expect(await save('第二页', null)).to.include(told);
    const first = await kept();
    expect(first.note).to.equal('第一页');
    // who has seen it decides
    expect((await save('第二页', first)).status).to.equal(200);
    expect(await save('第一页，又改', first)).to.include(told);
    expect((await kept()).note).to.equal('第二页');
    await pool.query('delete from quality_scores where call_id = $1', [callId]);
  });

  it('the form is pre-filled with what was measured, kept as a draft, and given when all is judged', async () => {
    const { callId } = (await firstDrawn())[0]!;
    const sheet = await get<ScoreSheet>('banzhang', `/calls/${callId}`);
    expect(sheet.proposals['listening']).to.deep.equal({ answer: 'half', words: '受理员插话 1 次' });
    expect(sheet.proposals['hang-up']!.answer).to.equal('full');
    const draft = await filled(callId, { answers: { voice: 'half' }, give: false });
    expect((await post('banzhang', '/scores', draft)).status).to.equal(200);
    expect((await get<ScoreSheet>('banzhang', `/calls/${callId}`)).score).to.include({ state: 'draft' });
    expect((await get<ScoreLine[]>('1001', '/mine')).length, 'a draft is nobody else’s').to.equal(0);
    expect((await post('banzhang2', '/scores', draft)).message).to.include('别人在评');
    const half = await filled(callId, { answers: { voice: 'half' } });
    expect((await post('banzhang', '/scores', half)).message).to.include('没有评');
    const late = await filled(callId, { comments: [{ atMs: 99_000, words: '晚了' }] });
    expect((await post('banzhang', '/scores', late)).message).to.include('录音结束之后');
    const comments = [
      { atMs: 9000, words: '这里很好' },
      { atMs: 3000, words: '打断了用户' },
    ];
    const whole = await filled(callId, { answers: { ...full, listening: 'half' }, comments, note: '不错' });
    expect((await post('banzhang', '/scores', whole)).status).to.equal(200);
    expect((await post('banzhang', '/scores', whole)).message).to.include('不能再改');
    const { score } = await get<ScoreSheet>('1001', `/calls/${callId}`);
    expect(score).to.include({ state: 'given', total: 940, scorer: 'banzhang', note: '不错' });
    expect(score!.comments.map((one) => one.atMs)).to.deep.equal([3000, 9000]);
    const { rows } = await pool.query(`select 1 from deliveries where kind = 'quality-given'`);
    expect(rows).to.have.length(1);
  });

  it('the agent sees it, answers, contests; somebody else decides, and the first answers stay', async () => {
    const [line] = (await get<ScoreLine[]>('1001', '/mine')) as [ScoreLine];
    const { id, callId } = line;
    expect((await post('1002', '/scores/see', { id })).message).to.include('本人');
    expect((await post('1001', '/scores/see', { id })).status).to.equal(200);
    expect((await post('1001', '/scores/answer', { id, words: '明白了' })).status).to.equal(200);
    expect((await post('1001', '/scores/appeal', { id, words: '' })).message).to.include('申诉的理由');
    nowMs += 8 * 86_400_000;
    expect((await post('1001', '/scores/appeal', { id, words: '晚了' })).message).to.include('7 天');
    nowMs -= 8 * 86_400_000;
    expect((await post('1001', '/scores/appeal', { id, words: '用户先插话' })).status).to.equal(200);
    const appeals = await get<ScoreLine[]>('lingdao', '/appeals');
    expect(appeals.map((one) => [one.id, one.appeal])).to.deep.equal([[id, '用户先插话']]);
    const decide = { id, answers: full, words: '听过，是用户先插话' };
    expect((await post('banzhang', '/scores/decide', decide)).message).to.include('评分人以外');
    expect((await post('1001', '/scores/decide', decide)).status).to.equal(403);
    expect(
      (await post('lingdao', '/scores/decide', { ...decide, answers: { voice: 'full' } })).message,
    ).to.include('没有评');
    expect((await post('lingdao', '/scores/decide', decide)).status).to.equal(200);
    expect((await post('lingdao', '/scores/decide', decide)).message).to.include('没有待裁定');
    const { score } = await get<ScoreSheet>('1001', `/calls/${callId}`);
    expect(score).to.include({ ...{ state: 'decided', total: 940, decidedTotal: 1000, tenths: 1000 } });
    expect(score).to.include({ answer: '明白了', decidedBy: 'lingdao' });
    expect(score!.answers['listening']).to.equal('half');
  });

  it('an edit of the form makes a next version; what was scored keeps its own', async () => {
    const [form] = (await get<KeptForm[]>('banzhang', '/forms')) as [KeptForm];
    expect(form).to.include({ version: 1, inForce: true, scoreCount: 1 });
    const of = { formId: form.formId, version: 1 };
    const lighter = structuredClone(form.body);
    lighter.sections[0]!.points[0]!.weight -= 1;
    expect((await post('banzhang', '/forms', { of, body: lighter })).message).to.include('再加 1 分');
    lighter.sections[0]!.points[1]!.weight += 1;
    expect((await post('1001', '/forms', { of, body: lighter })).status).to.equal(403);
    const stale = await filled((await firstDrawn())[1]!.callId);
    expect((await post('banzhang', '/forms', { of, body: lighter })).status).to.equal(200);
    expect((await post('banzhang2', '/forms', { of, body: lighter })).message).to.include('新的一版');
    expect((await post('banzhang', '/scores', stale)).message).to.include('换了一版');
    const [{ callId }] = (await get<ScoreLine[]>('1001', '/mine')) as [ScoreLine];
    expect((await get<ScoreSheet>('banzhang', `/calls/${callId}`)).form.version).to.equal(1);
    let refused = '';
    await pool
      .query(`update quality_form_versions set body = '{}'`)
      .catch((cause: Error) => (refused = cause.message));
    expect(refused).to.include('never changes');
    const other = { of: null, body: { ...lighter, name: '第二张' } };
    expect((await post('banzhang', '/forms', other)).status).to.equal(200);
    const second = (await get<KeptForm[]>('banzhang', '/forms')).find((one) => !one.inForce)!;
    expect((await post('banzhang', '/forms/in-force', { formId: second.formId })).status).to.equal(200);
    expect((await get<KeptForm[]>('banzhang', '/forms')).map((one) => one.body.name)).to.deep.equal([
      '第二张',
      FIRST_FORM.name,
    ]);
  });

  it('several score one call without seeing each other; then the spread is shown, and it counts for no agent', async () => {
    const callId = (await firstDrawn('PJSIP/1002'))[0]!.callId;
    expect((await post('banzhang', '/calibrations', { callId })).status).to.equal(200);
    expect((await post('banzhang2', '/calibrations', { callId })).message).to.include('已经在校准');
    const mine = async (login: string) => (await get<Calibration[]>(login, '/calibrations'))[0]!;
    const { id: calibrationId } = await mine('banzhang');
    const one = await filled(callId, { calibrationId });
    const two = await filled(callId, { calibrationId, answers: { ...full, voice: 'none' } });
    expect((await post('banzhang', '/scores', one)).status).to.equal(200);
    expect(await mine('banzhang2')).to.include({ given: 1, spread: null, mine: null });
    expect((await post('banzhang2', '/scores', two)).status).to.equal(200);
    const { spread } = await mine('banzhang2');
    expect(spread!.totals.map((total) => total.tenths)).to.deep.equal([1000, 900]);
    expect(spread!.rangeTenths).to.equal(100);
    expect(spread!.points[0]!.key).to.equal('voice');
    expect(await get<ScoreLine[]>('1002', '/mine')).to.deep.equal([]);
    expect((await post('banzhang', '/calibrations/close', { id: calibrationId })).status).to.equal(200);
    expect((await post('banzhang', '/calibrations/close', { id: calibrationId })).message).to.include(
      '已经结束',
    );
  });

  it('trends and the Excel say what was decided, and only of scores that count', async () => {
    const span = `fromMs=${at('2026-11-01T00:00')}&untilMs=${at('2026-12-01T00:00')}`;
    const trends = await get<QualityTrends>('lingdao', `/trends?${span}`);
    expect(trends.weeks).to.deep.equal([{ agentId: ids['1001'], week: WEEK, count: 1, meanTenths: 1000 }]);
    expect(trends.points.every((one) => one.share === 1000)).to.equal(true);
    const file = await fetch(`${base}/file?${span}`, { headers: { 'x-login': 'lingdao' } });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await file.arrayBuffer());
    expect(book.worksheets.map((sheet) => sheet.name)).to.deep.equal(['评分', '每周', '分项']);
    const row = book.worksheets[0]!.getRow(3);
    expect([2, 3, 4, 5].map((column) => row.getCell(column).value)).to.deep.equal([
      '1001',
      'banzhang',
      100,
      '申诉已裁定',
    ]);
    expect(await status('lingdao', '/file?fromMs=5&untilMs=4')).to.equal(400);
  });
});
