/** Scores of calls, from the draft to what became of an appeal, and calls that several score. */
import type pg from 'pg';
import type { Answers, Pin, QualityForm } from '../core/quality/form.ts';
import type { ScoreState } from '../core/quality/score.ts';
import type { Counted } from '../core/quality/spread.ts';
import type { Calibration, Score, ScoreLine } from '../protocol/quality.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const LINE = `s.id::int, s.call_id as "callId", ${ms('r.at')} as "atMs", r.ms, s.agent_id::int as "agentId",
  a.name as "agentName", s.scorer_id::int as "scorerId", p.name as scorer, s.state,
  coalesce(s.decided_total, s.total) as tenths, ${ms('s.given_at')} as "givenAtMs", s.appeal`;
const WHOLE = `${LINE}, s.form_id::int as "formId", s.version, s.calibration_id::int as "calibrationId", s.answers,
  s.comments, s.note, s.total, s.answer, s.decision, s.decided_answers as "decidedAnswers",
  s.decided_total as "decidedTotal", (select name from people where id = s.decided_by) as "decidedBy"`;
const FROM = `from quality_scores s join recordings r on r.call_id = s.call_id
  join people a on a.id = s.agent_id join people p on p.id = s.scorer_id`;
/** of a calibration, or (null) the one that counts */
const SAME = 's.calibration_id is not distinct from $2::bigint';

/** The score of a call; of a calibration this scorer's own. */
export async function scoreOfCall(
  client: Client,
  callId: string,
  calibrationId: number | null,
  scorerId: number,
): Promise<Score | null> {
  const { rows } = await client.query<Score>(
    `select ${WHOLE} ${FROM} where s.call_id = $1 and ${SAME} and ($2::bigint is null or s.scorer_id = $3)`,
    [callId, calibrationId, scorerId],
  );
  return rows[0] ?? null;
}

/** One score, kept from others until the transaction's end. */
export async function lockScore(client: Client, id: number): Promise<Score | null> {
  const { rows } = await client.query<Score>(`select ${WHOLE} ${FROM} where s.id = $1 for update of s`, [id]);
  return rows[0] ?? null;
}

/** Begins a draft; null: somebody else has begun one of this call. */
export async function beginScore(
  client: Client,
  one: {
    callId: string;
    agentId: number;
    scorerId: number;
    formId: number;
    version: number;
    calibrationId: number | null;
    atMs: number;
  },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into quality_scores (call_id, agent_id, scorer_id, form_id, version, calibration_id, changed_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) on conflict do nothing returning id::int`,
    [one.callId, one.agentId, one.scorerId, one.formId, one.version, one.calibrationId, one.atMs],
  );
  return rows[0]?.id ?? null;
}

/** What the scorer has filled in so far; `total`: it is given. Only a draft changes. */
export async function fillScore(
  client: Client,
  id: number,
  filled: { answers: Answers; comments: readonly Pin[]; note: string; total: number | null },
  atMs: number,
): Promise<void> {
  await client.query(
    `update quality_scores set answers = $2, comments = $3, note = $4, changed_at = to_timestamp($6::float8 / 1000),
            total = $5::int, state = case when $5::int is null then 'draft' else 'given' end,
            given_at = case when $5::int is null then null else to_timestamp($6::float8 / 1000) end
      where id = $1 and state = 'draft'`,
    [id, JSON.stringify(filled.answers), JSON.stringify(filled.comments), filled.note, filled.total, atMs],
  );
}

/** What the agent did with the score of their call. */
export async function agentsWord(
  client: Client,
  id: number,
  state: 'seen' | 'answered' | 'appealed',
  words: string,
  atMs: number,
): Promise<void> {
  const at = 'to_timestamp($3::float8 / 1000)';
  await client.query(
    `update quality_scores set state = $2, changed_at = ${at}, seen_at = coalesce(seen_at, ${at}),
            answered_at = case when $2 = 'answered' then ${at} else answered_at end,
            answer = case when $2 = 'answered' then $4 else answer end,
            appealed_at = case when $2 = 'appealed' then ${at} else appealed_at end,
            appeal = case when $2 = 'appealed' then $4 else appeal end
      where id = $1`,
    [id, state, atMs, words],
  );
}

/** What another person than the scorer decided; the first answers stay beside it. */
export async function decideScore(
  client: Client,
  id: number,
  decided: { by: number; words: string; answers: Answers | null; total: number },
  atMs: number,
): Promise<void> {
  await client.query(
    `update quality_scores set state = 'decided', changed_at = to_timestamp($6::float8 / 1000),
            decided_at = to_timestamp($6::float8 / 1000), decided_by = $2, decision = $3, decided_answers = $4, decided_total = $5
      where id = $1`,
    [
      ...[id, decided.by, decided.words, decided.answers && JSON.stringify(decided.answers)],
      ...[decided.total, atMs],
    ],
  );
}

/** Scores that count of calls in a span, the latest call first; `agentId`: of this person, and only what was given. */
export async function listScores(
  client: Client,
  fromMs: number,
  untilMs: number,
  agentId: number | null,
): Promise<ScoreLine[]> {
  const { rows } = await client.query<ScoreLine>(
    `select ${LINE} ${FROM} where s.calibration_id is null
        and r.at >= to_timestamp($1::float8 / 1000) and r.at < to_timestamp($2::float8 / 1000)
        and ($3::bigint is null or (s.agent_id = $3 and s.state <> 'draft'))
      order by r.at desc limit 2000`,
    [fromMs, untilMs, agentId],
  );
  return rows;
}

/** Appeals that wait for a decision, the oldest first. */
export async function openAppeals(client: Client): Promise<ScoreLine[]> {
  const { rows } = await client.query<ScoreLine>(
    `select ${LINE} ${FROM} where s.state = 'appealed' order by s.appealed_at`,
  );
  return rows;
}

export interface CountedScore extends Counted {
  agentName: string;
  scorer: string;
  state: ScoreState;
  callId: string;
  note: string;
  comments: Pin[];
}

/** Given scores of calls in a span with the form that each was scored by, oldest first. */
export async function countedScores(
  client: Client,
  fromMs: number,
  untilMs: number,
): Promise<CountedScore[]> {
  const { rows } = await client.query<CountedScore>(
    `select s.call_id as "callId", s.agent_id::int as "agentId", a.name as "agentName", p.name as scorer, s.state,
            ${ms('r.at')} as "atMs", coalesce(s.decided_total, s.total) as tenths,
            coalesce(s.decided_answers, s.answers) as answers, s.note, s.comments, v.body as form
       ${FROM} join quality_form_versions v on v.form_id = s.form_id and v.version = s.version
      where s.calibration_id is null and s.state <> 'draft'
        and r.at >= to_timestamp($1::float8 / 1000) and r.at < to_timestamp($2::float8 / 1000)
      order by r.at, s.id`,
    [fromMs, untilMs],
  );
  return rows;
}

/** A call is scored by several; null: it is already. */
export async function openCalibration(
  client: Client,
  one: { callId: string; formId: number; version: number; personId: number; atMs: number },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into quality_calibrations (call_id, form_id, version, opened_by, opened_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000)) on conflict (call_id) do nothing returning id::int`,
    [one.callId, one.formId, one.version, one.personId, one.atMs],
  );
  return rows[0]?.id ?? null;
}

/** Nobody scores it any more, and all see the spread. */
export async function closeCalibration(client: Client, id: number, atMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update quality_calibrations set closed_at = to_timestamp($2::float8 / 1000) where id = $1 and closed_at is null`,
    [id, atMs],
  );
  return rowCount === 1;
}

export interface KeptCalibration extends Omit<Calibration, 'given' | 'mine' | 'spread'> {
  formId: number;
  version: number;
  form: QualityForm;
  scores: { scorerId: number; scorer: string; state: ScoreState; answers: Answers }[];
}

/** Calls that several score, the latest first; `id`: only this one. */
export async function listCalibrations(client: Client, id: number | null = null): Promise<KeptCalibration[]> {
  const { rows } = await client.query<KeptCalibration>(
    `select k.id::int, k.call_id as "callId", ${ms('r.at')} as "atMs", o.name as "openedBy", ${ms('k.opened_at')} as "openedAtMs",
            ${ms('k.closed_at')} as "closedAtMs", k.form_id::int as "formId", k.version, v.body as form,
            coalesce((select name from people where agent = c.answered_by order by id limit 1), c.answered_by) as "agentName",
            coalesce((select jsonb_agg(jsonb_build_object('scorerId', s.scorer_id, 'scorer', p.name, 'state', s.state, 'answers', s.answers)
                                       order by s.id)
                        from quality_scores s join people p on p.id = s.scorer_id where s.calibration_id = k.id), '[]') as scores
       from quality_calibrations k join people o on o.id = k.opened_by join recordings r on r.call_id = k.call_id
       join calls c on c.call_id = k.call_id
       join quality_form_versions v on v.form_id = k.form_id and v.version = k.version
      where $1::bigint is null or k.id = $1 order by k.opened_at desc limit 100`,
    [id],
  );
  return rows;
}
