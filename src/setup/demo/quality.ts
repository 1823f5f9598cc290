import type pg from 'pg';
import { pointsOf, totalOf, type Answer, type Answers } from '../../core/quality/form.ts';
import { DRAW_VERSION, drawWeek, PER_AGENT } from '../../core/quality/draw.ts';
import { periodAt, periodBefore } from '../../core/office/period.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { addDraw, formInForce } from '../../postgres/quality.ts';
import { agentsWord, beginScore, fillScore } from '../../postgres/quality-scores.ts';
import { keepRecording, noteDeleted } from '../../postgres/recordings.ts';
import type { Random } from './random.ts';

const WEEKS = 12;
const SEED = '96666';
const HOUR_MS = 3_600_000;
const NOTES = [
  '整体规范，请保持。',
  '注意等用户先挂机。',
  '地址没有复述，请核对后再提交。',
  '语气词偏多，请留意。',
];
const APPEALS = ['用户当时连续提问，我没有打断，请复核。', '系统查询较慢，我已说明请用户稍等。'];

interface Heard {
  callId: string;
  agent: string;
  agentId: number;
  atMs: number;
  ms: number;
}

/**
 * Twelve weeks of drawn and scored calls, once. What is scored are calls of the made-up history: their recordings are
 * told of as deleted, for there never were any; the calls that SIPp plays now are recorded for real.
 */
export async function saveDemoQuality(pool: pg.Pool, random: Random, nowMs: number): Promise<void> {
  const scorer = (await findPersonByLogin(pool, 'banzhang'))!;
  await inTransaction(pool, async (client) => {
    const form = await formInForce(client);
    const { rows } = await client.query('select from quality_scores limit 1');
    if (!form || rows.length > 0) return;
    let week = periodBefore(periodAt('week', nowMs));
    for (let back = 0; back < WEEKS; back += 1, week = periodBefore(week)) {
      const { fromMs, untilMs, key } = week;
      const heard = await callsOf(client, fromMs, untilMs);
      for (const { callId, atMs, ms } of heard) {
        await keepRecording(client, { ...NO_SOUND, callId, atMs, ms, path: '', sha256: callId });
        await noteDeleted(client, callId, '演示历史，没有录音文件');
      }
      const drawn = drawWeek(heard, SEED, PER_AGENT);
      await addDraw(
        client,
        {
          ...{ week: key, fromMs, untilMs, seed: SEED, drawVersion: DRAW_VERSION, perAgent: PER_AGENT },
          ...{ drawnAtMs: untilMs + HOUR_MS, personId: null },
        },
        drawn,
      );
      const calls = new Map(heard.map((one) => [one.callId, one]));
      for (const { callId } of drawn.filter((one) => one.drawn)) {
        const { agentId } = calls.get(callId)!;
        const atMs = Math.min(nowMs, untilMs + random.between(10, 60) * HOUR_MS);
        const id = (await beginScore(client, {
          ...{ callId, agentId, scorerId: scorer.id, calibrationId: null, atMs },
          ...{ formId: form.formId, version: form.version },
        }))!;
        // each agent is as good as they are, and most get better from week to week
        const skill = 0.8 + (agentId % 5) * 0.03 + (WEEKS - back) * 0.006;
        const answers: Answers = Object.fromEntries(
          pointsOf(form.body).map((one): [string, Answer] => [
            one.key,
            one.fatal || random.chance(skill) ? 'full' : random.chance(0.6) ? 'half' : 'none',
          ]),
        );
        const { tenths: total } = totalOf(form.body, answers);
        await fillScore(client, id, { answers, comments: [], note: random.pick(NOTES), total }, atMs);
        const later = Math.min(nowMs, atMs + 5 * HOUR_MS);
        if (back === 0 && random.chance(0.1))
          await agentsWord(client, id, 'appealed', random.pick(APPEALS), later);
        else if (back > 0) await agentsWord(client, id, 'seen', '', later);
      }
    }
  });
}

/** Some answered calls of each agent in a week, long enough to be judged. */
async function callsOf(client: pg.PoolClient, fromMs: number, untilMs: number): Promise<Heard[]> {
  const { rows } = await client.query<Heard>(
    `select "callId", agent, "agentId", "atMs", ms from (
       select c.call_id as "callId", c.answered_by as agent, p.id::int as "agentId", round(c.talk_ms)::int as ms,
              (extract(epoch from c.answered_at) * 1000)::float8 as "atMs",
              row_number() over (partition by c.answered_by order by md5(c.call_id)) as place
         from calls c join people p on p.agent = c.answered_by
        where c.arrived_at >= to_timestamp($1::float8 / 1000) and c.arrived_at < to_timestamp($2::float8 / 1000)
          and c.call_id like 'demo-%' and c.outcome = 'answered' and c.talk_ms >= 40000) told
      where place <= 5`,
    [fromMs, untilMs],
  );
  return rows;
}

const NO_SOUND = {
  bytes: 0,
  peaks: new Uint8Array(),
  measures: {
    ...{ callerMs: 0, agentMs: 0, firstWordMs: null, silences: [], talkOvers: [] },
    ...{ burstsPerMinute: 0, callerDb: null, agentDb: null, clipped: 0 },
  },
};
