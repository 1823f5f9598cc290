/** What is done to a score: filled in, given, seen, answered, appealed, decided; each told to whom it concerns. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { DAY_MS } from '../core/office/period.ts';
import type { NoticeName } from '../core/outward/event.ts';
import { answersFault, pointsOf, totalOf, type Answers, type Pin } from '../core/quality/form.ts';
import { stepScore, type ScoreDeed, type ScoreState } from '../core/quality/score.ts';
import type { QualityPorts } from '../http/quality.ts';
import { writeAudit } from '../postgres/audit.ts';
import { deliver } from '../postgres/deliveries.ts';
import { inTransaction } from '../postgres/pool.ts';
import * as kept from '../postgres/quality.ts';
import * as scores from '../postgres/quality-scores.ts';
import type { FilledForm, FormVersion, Score } from '../protocol/quality.ts';
import type { QualityRules } from './quality.ts';

const GONE = '没有这份评分，请刷新。';
const OTHER_FORM = '质检表已经换了一版，请刷新后重新评分。';
/** a comment may stand at the very end */
const END_MS = 1000;

/** Thrown inside a transaction so that nothing of it stays; its message is told to who asked. */
class Refused extends Error {}
/** Thrown in the same way: another page of the scorer's saved the draft since this one saw it. */
class ChangedElsewhere extends Error {}
const ELSEWHERE = '这份评分在另一个页面改过了。这里填的还在，没有保存。';

type Deeds = Pick<QualityPorts, 'fill' | 'agentsWord' | 'decide'>;

export function scoreDeeds(pool: pg.Pool, now: () => number, rules: () => Promise<QualityRules>): Deeds {
  /** The rules are read before: a transaction asks for no second connection. */
  async function inOne(
    work: (client: pg.PoolClient, appealMs: number) => Promise<void>,
  ): Promise<string | null> {
    const { appealDays } = await rules();
    try {
      await inTransaction(pool, (client) => work(client, appealDays * DAY_MS));
      return null;
    } catch (cause) {
      if (cause instanceof Refused) return cause.message;
      throw cause;
    }
  }

  /** The next state, or the whole deed is refused. */
  function step(score: Score, deed: ScoreDeed, personId: number, appealMs: number): ScoreState {
    const to = stepScore(score, deed, { personId, atMs: now(), appealMs });
    if ('no' in to) throw new Refused(to.no);
    return to.state;
  }

  const tell = (
    client: pg.PoolClient,
    score: Score,
    whom: { room: string; recipient: string; link: string },
    what: NoticeName,
    title: string,
    text: string,
  ) =>
    deliver(client, [
      {
        ...{ once: `${what}:${score.id}:${whom.room}`, kind: what, about: score.callId, stream: null },
        ...{ recipient: whom.recipient, receiverId: null },
        message: {
          channel: 'screen',
          room: whom.room,
          event: what,
          title,
          text,
          link: whom.link,
          sound: false,
        },
      },
    ]);
  const agentOf = (score: Score) => ({
    ...{ room: `person:${score.agentId}`, recipient: score.agentName, link: '/quality/mine' },
  });

  /** By which form this call is scored, and its draft, begun if there is none. */
  async function draftOf(client: pg.PoolClient, callId: string, filled: FilledForm, personId: number) {
    const { calibrationId } = filled;
    const call = await kept.heardCall(client, callId);
    if (!call) throw new Refused('没有这通电话的录音，请刷新列表。');
    if (call.agentId === null)
      throw new Refused('这通电话的受理员不在人员名单里，请管理员在“管理 › 人员”里补上工号。');
    const calibration =
      calibrationId === null ? null : (await scores.listCalibrations(client, calibrationId))[0];
    if (calibration === undefined || (calibration && calibration.callId !== callId))
      throw new Refused('没有这次校准，请刷新列表。');
    if (calibration && calibration.closedAtMs !== null) throw new Refused('这次校准已经结束，不能再评。');
    const before = await scores.scoreOfCall(client, callId, calibrationId, personId);
    const by = before ?? calibration ?? (await kept.formInForce(client));
    const form = by && (await kept.formVersion(client, by.formId, by.version));
    if (!form || form.formId !== filled.formId || form.version !== filled.version)
      throw new Refused(OTHER_FORM);
    const id =
      before?.id ??
      (await scores.beginScore(client, {
        ...{ callId, agentId: call.agentId, scorerId: personId, calibrationId, atMs: now() },
        ...{ formId: form.formId, version: form.version },
      }));
    const score = id === null ? null : await scores.lockScore(client, id);
    if (!score) throw new Refused('别人刚开始给这通电话评分，请刷新。');
    return { form, score, ms: call.ms, begun: before === null };
  }

  return {
    fill: (callId, filled, person) =>
      inOne(async (client, appealMs) => {
        const { form, score, ms, begun } = await draftOf(client, callId, filled, person.id);
        step(score, filled.give ? 'give' : 'fill', person.id, appealMs);
        if (filled.was !== undefined && !isSame(begun ? null : score, filled.was))
          throw new ChangedElsewhere();
        const fault = filledFault(form, filled, ms);
        if (fault !== null) throw new Refused(fault);
        const total = filled.give ? totalOf(form.body, filled.answers).tenths : null;
        const comments = [...filled.comments].sort((a, b) => a.atMs - b.atMs);
        await scores.fillScore(client, score.id, { ...filled, comments, total }, now());
        if (total === null) return;
        const about = `${score.agentName} ${callId} ${total / 10}`;
        await writeAudit(client, { personId: person.id, what: 'quality-score-given', about });
        if (score.calibrationId !== null) return;
        const text = `${person.name}给您的一通电话评了 ${total / 10} 分，请看后答复；有异议可以申诉。`;
        await tell(client, score, agentOf(score), 'quality-given', '有新的质检评分', text);
      }).catch((cause: unknown) => {
        if (cause instanceof ChangedElsewhere) return { code: 'changed-meanwhile', words: ELSEWHERE };
        throw cause;
      }),
    agentsWord: (id, deed, words, person) =>
      inOne(async (client, appealMs) => {
        const score = await counting(client, id);
        const state = step(score, deed, person.id, appealMs);
        if (state === score.state) return;
        await scores.agentsWord(client, id, state as 'seen' | 'answered' | 'appealed', words, now());
        if (deed !== 'appeal') return;
        const about = `${score.agentName} ${score.callId}`;
        await writeAudit(client, { personId: person.id, what: 'quality-appealed', about, detail: words });
        const text = `${score.agentName}对 ${score.scorer} 的评分申诉：${words}`;
        for (const role of ['supervisor', 'manager'])
          await tell(
            client,
            score,
            { room: `told:role:${role}`, recipient: role, link: '/quality' },
            ...(['quality-appealed', '质检申诉待裁定', text] as const),
          );
      }),
    decide: (id, answers, words, person) =>
      inOne(async (client, appealMs) => {
        const score = await counting(client, id);
        step(score, 'decide', person.id, appealMs);
        const form = (await kept.formVersion(client, score.formId, score.version))!;
        const fault = answers && answersFault(form.body, answers);
        if (fault) throw new Refused(fault);
        const total = answers ? totalOf(form.body, answers).tenths : score.total!;
        await scores.decideScore(client, id, { by: person.id, words, answers, total }, now());
        const about = `${score.agentName} ${score.callId} ${score.total! / 10} → ${total / 10}`;
        await writeAudit(client, { personId: person.id, what: 'quality-decided', about, detail: words });
        const text = `${answers ? `改为 ${total / 10} 分` : `维持 ${total / 10} 分`}：${words}`;
        await tell(client, score, agentOf(score), 'quality-decided', '质检申诉已裁定', text);
      }),
  };
}

/** Is this what the page saw? In whatever order the comments were put. */
function isSame(score: Score | null, was: NonNullable<FilledForm['was']> | null): boolean {
  if (score === null || was === null) return score === was;
  const inOrder = (comments: readonly Pin[]) =>
    [...comments].sort((a, b) => a.atMs - b.atMs || (a.words < b.words ? -1 : 1));
  return (
    score.note === was.note &&
    isDeepStrictEqual(score.answers, was.answers) &&
    isDeepStrictEqual(inOrder(score.comments), inOrder(was.comments))
  );
}

async function counting(client: pg.PoolClient, id: number): Promise<Score> {
  const score = await scores.lockScore(client, id);
  if (!score || score.calibrationId !== null) throw new Refused(GONE);
  return score;
}

/** What hinders a form from being kept as it was filled; a draft may be half done. */
function filledFault({ body }: FormVersion, filled: FilledForm, ms: number): string | null {
  const known = new Set(pointsOf(body).map((one) => one.key));
  const answers: Answers = filled.answers;
  if (Object.keys(answers).some((key) => !known.has(key))) return OTHER_FORM;
  if (filled.comments.some((one) => one.atMs > ms + END_MS)) return '有批注在录音结束之后，请重新选位置。';
  return filled.give ? answersFault(body, answers) : null;
}
