/** Quality put together: the weekly draw, the scores and what agents say of them, the forms, calibration, trends. */
import { randomBytes } from 'node:crypto';
import { Gauge } from 'prom-client';
import { dateAt, DAY_MS, periodAt, periodBefore, periodWords, spanPeriod } from '../core/office/period.ts';
import type { Period } from '../core/office/period.ts';
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import { maskFor } from '../core/people/mask-for.ts';
import { may } from '../core/people/may.ts';
import { receiverOf } from '../core/people/sight.ts';
import { drawDifferences, DRAW_VERSION, drawWeek, toListen } from '../core/quality/draw.ts';
import { FIRST_FORM } from '../core/quality/first-form.ts';
import { formFaults, pointsOf } from '../core/quality/form.ts';
import { proposals } from '../core/quality/measured.ts';
import { spreadOf, trendsOf } from '../core/quality/spread.ts';
import { qualityXlsx } from '../documents/quality-xlsx.ts';
import { qualityRoutes } from '../http/quality.ts';
import type { SignedIn } from '../http/sessions.ts';
import { writeAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/pool.ts';
import * as kept from '../postgres/quality.ts';
import * as scores from '../postgres/quality-scores.ts';
import { keptSettings } from '../postgres/settings.ts';
import type { Calibration, QualityTrends } from '../protocol/quality.ts';
import { scoreDeeds } from './quality-scores.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 3_600_000;
/** the last call of a Sunday is recorded and kept by then */
const SETTLED_MS = 3_600_000;
/** an agent's own page goes back so far */
const MINE_MS = 400 * DAY_MS;
const NO_FORM = '还没有启用的质检表，请先在“质检 › 质检表”里启用一张。';

export interface QualityRules {
  perAgent: number;
  leastSeconds: number;
  appealDays: number;
}

export const openQuality: OpenWing = ({ pool, now, log, registry }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'quality');
  let timer: NodeJS.Timeout | null = null;
  let appeals = 0;
  new Gauge({
    name: 'hotline_quality_appeals_open',
    help: 'Appeals against a score that wait for a decision',
    registers: [registry],
    collect() {
      this.set(appeals);
    },
  });

  const rules = async () =>
    settingValues(SETTINGS['quality']!, await keptSettings(pool, 'quality')) as unknown as QualityRules;

  /** Draws a week, once; null: it is drawn now. */
  async function draw(week: Period, person: SignedIn | null): Promise<string | null> {
    if (week.untilMs > now()) return '这一周还没有结束，请下周一再抽取。';
    const { perAgent, leastSeconds } = await rules();
    const seed = randomBytes(16).toString('hex');
    return inTransaction(pool, async (client) => {
      const calls = await kept.listenable(client, week.fromMs, week.untilMs, leastSeconds * 1000);
      if (calls.length === 0) return '这一周没有可抽取的录音，请看“监督 › 录音”里有没有通话。';
      const one = { week: week.key, fromMs: week.fromMs, untilMs: week.untilMs, drawVersion: DRAW_VERSION };
      const drawn = drawWeek(calls, seed, perAgent);
      const added = await kept.addDraw(
        client,
        { ...one, seed, perAgent, drawnAtMs: now(), personId: person?.id ?? null },
        drawn,
      );
      if (!added) return '这一周已经抽取过了，请刷新。';
      const detail = { seed, perAgent, calls: calls.length };
      await writeAudit(client, {
        ...{ personId: person?.id ?? null, what: 'quality-drawn', about: periodWords(week), detail },
      });
      return null;
    });
  }

  /** The week before by itself, once; a Monday that was missed is made up for. */
  async function look(): Promise<void> {
    const week = periodBefore(periodAt('week', now()));
    if (now() - week.untilMs >= SETTLED_MS && !(await kept.findDraw(pool, week.key))) await draw(week, null);
    appeals = (await scores.openAppeals(pool)).length;
  }

  async function trends(fromMs: number, untilMs: number) {
    const counted = await scores.countedScores(pool, fromMs, untilMs);
    const people = new Map(counted.map((one) => [one.agentId, one.agentName]));
    const found: QualityTrends = {
      people: [...people].map(([id, name]) => ({ id, name })),
      ...trendsOf(counted),
    };
    return { counted, found };
  }

  return {
    routers: [
      qualityRoutes({
        ...scoreDeeds(pool, now, rules),
        async week(asked) {
          const current = periodAt('week', now());
          const week = asked ?? periodBefore(current);
          const found = await kept.findDraw(pool, week.key);
          const calls = found ? await kept.drawnCalls(pool, found.id) : [];
          const agents = [...new Set(calls.map((one) => one.agent))].map((agent) => {
            const mine = calls.filter((one) => one.agent === agent);
            return {
              agent,
              name: mine[0]!.name,
              calls: toListen(mine).map(({ callId, atMs, ms, state, scorer, tenths }) => ({
                ...{ callId, atMs, ms, state, scorer, tenths },
              })),
            };
          });
          const after = periodAt('week', week.untilMs);
          return {
            ...{ week: week.key, words: periodWords(week), before: periodBefore(week).key },
            after: after.fromMs <= current.fromMs ? after.key : null,
            over: week.untilMs <= now(),
            perAgent: found?.perAgent ?? (await rules()).perAgent,
            draw: found && {
              ...{ seed: found.seed, drawVersion: found.drawVersion },
              ...{ drawnAtMs: found.drawnAtMs, drawnBy: found.drawnBy },
            },
            agents: agents.sort((a, b) => a.name.localeCompare(b.name, 'zh')),
          };
        },
        draw,
        async prove(week) {
          const found = await kept.findDraw(pool, week.key);
          if (!found) return null;
          const calls = await kept.drawnCalls(pool, found.id);
          const again = drawWeek(calls, found.seed, found.perAgent);
          return { seed: found.seed, calls: calls.length, differences: drawDifferences(calls, again) };
        },
        async sheet(callId, calibrationId, person) {
          const call = await kept.heardCall(pool, callId);
          const all = may(person.role, 'see-all-quality');
          if (!call || (!all && call.agentId !== person.id)) return '没有这通电话的录音，请刷新列表。';
          if (call.agentId === null)
            return '这通电话的受理员不在人员名单里，请管理员在“管理 › 人员”里补上工号。';
          const { agentId, agentName, atMs, ms, there } = call;
          const calibration =
            calibrationId === null ? null : (await scores.listCalibrations(pool, calibrationId))[0];
          if (calibration === undefined || (calibration && (calibration.callId !== callId || !all)))
            return '没有这次校准，请刷新列表。';
          const score = await scores.scoreOfCall(pool, callId, calibrationId, person.id);
          // a draft is nobody's but the scorers', also when the agent is a supervisor
          if ((!all && !score) || (score?.state === 'draft' && agentId === person.id))
            return '这通电话还没有评分。';
          const by = score ?? calibration;
          const form = by
            ? await kept.formVersion(pool, by.formId, by.version)
            : await kept.formInForce(pool);
          if (!form) return NO_FORM;
          return {
            ...{ callId, atMs, ms, agentId, agentName, form, score, there },
            proposals: proposals(form.body, call),
          };
        },
        mine: (person) => scores.listScores(pool, now() - MINE_MS, now() + DAY_MS, person.id),
        appeals: () => scores.openAppeals(pool),
        trends: async (fromMs, untilMs) => (await trends(fromMs, untilMs)).found,
        async file(fromMs, untilMs, person) {
          const { counted, found } = await trends(fromMs, untilMs);
          const span = periodWords(spanPeriod(dateAt(fromMs), dateAt(untilMs - 1))!);
          await writeAudit(pool, { personId: person.id, what: 'quality-exported', about: span });
          return qualityXlsx(maskFor({ span, scores: counted, ...found }, receiverOf(person)));
        },
        forms: () => kept.listForms(pool),
        async saveForm(of, body, person) {
          const faults = formFaults(body);
          if (faults.length > 0) return faults.join('');
          return inTransaction(pool, async (client) => {
            const version = of
              ? await kept.addVersion(client, of.formId, of.version, body, person.id)
              : await kept.addForm(client, body, person.id);
            if (version === null) return '别人刚保存了新的一版，请刷新后再改。';
            const about = `${body.name} 第 ${of ? version : 1} 版，${pointsOf(body).length} 项`;
            const detail = body;
            await writeAudit(client, { personId: person.id, what: 'quality-form-saved', about, detail });
            return null;
          });
        },
        putInForce: (formId, person) =>
          inTransaction(pool, async (client) => {
            const form = (await kept.listForms(client)).find((one) => one.formId === formId);
            if (!form || !(await kept.putInForce(client, formId))) return '没有这张质检表，请刷新。';
            const about = `${form.body.name} 第 ${form.version} 版`;
            await writeAudit(client, { personId: person.id, what: 'quality-form-in-force', about });
            return null;
          }),
        async calibrations(person) {
          const found = await scores.listCalibrations(pool);
          return found.map(({ scores: all, form, formId: _f, version: _v, ...one }): Calibration => {
            const given = all.filter((score) => score.state !== 'draft');
            const mine = all.find((score) => score.scorerId === person.id)?.state ?? null;
            // nobody is led by what others thought: the spread is for who has given a score, or when it is closed
            const open = one.closedAtMs !== null || (mine !== null && mine !== 'draft');
            return { ...one, given: given.length, mine, spread: open ? spreadOf(form, given) : null };
          });
        },
        openCalibration: (callId, person) =>
          inTransaction(pool, async (client) => {
            const call = await kept.heardCall(client, callId);
            if (!call?.there) return '没有这通电话的录音，请换一通。';
            const form = await kept.formInForce(client);
            if (!form) return NO_FORM;
            const one = { callId, formId: form.formId, version: form.version, personId: person.id };
            if ((await scores.openCalibration(client, { ...one, atMs: now() })) === null)
              return '这通电话已经在校准列表里了，请在“校准”页打开。';
            await writeAudit(client, {
              ...{ personId: person.id, what: 'quality-calibration-opened', about: callId },
            });
            return null;
          }),
        closeCalibration: (id, person) =>
          inTransaction(pool, async (client) => {
            if (!(await scores.closeCalibration(client, id, now()))) return '这次校准已经结束，请刷新。';
            const about = String(id);
            await writeAudit(client, { personId: person.id, what: 'quality-calibration-closed', about });
            return null;
          }),
      }),
    ],
    async start() {
      await inTransaction(pool, (client) => kept.beginForms(client, FIRST_FORM));
      timer = setInterval(() => void look().catch(onFault), LOOK_EVERY_MS);
      timer.unref();
      await look().catch(onFault);
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
};
