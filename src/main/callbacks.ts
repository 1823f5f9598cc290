/** Article 14 put together: the weekly draw, the calls that place themselves, Annex 2. */
import { isDeepStrictEqual } from 'node:util';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import PgBoss from 'pg-boss';
import { openCallbacks } from '../app/callbacks.ts';
import { drawnFrom } from '../core/callbacks/campaign.ts';
import { holidaysOf, nextCallableMs, type Holidays } from '../core/callbacks/hours.ts';
import { differences, drawSample, DRAW_VERSION, type Draw } from '../core/callbacks/sample.ts';
import { dialRulesOf, USUAL, type SurveySettings } from '../core/callbacks/settings.ts';
import { dialRules, mayCallBack } from '../core/floor/dialling.ts';
import type { CallRecord } from '../core/floor/record.ts';
import { agentViews, waitingViews } from '../core/floor/views.ts';
import { periodAt, periodBefore, type Period } from '../core/office/period.ts';
import { callerNumber, readNumbers, soughtNumber } from '../core/people/number.ts';
import { reachedCap } from '../core/telephone/caps.ts';
import { telephoneLimits } from '../core/telephone/settings.ts';
import { annex2Xlsx } from '../documents/annex2-xlsx.ts';
import { callbackRoutes } from '../http/callbacks.ts';
import {
  calledLately,
  finishAttempt,
  listOpenAttempts,
  listWaiting,
  moveItem,
  openAttempt,
  recordOfCall,
  replaceItem,
  setAnswers,
  setItemState,
} from '../postgres/callback-attempts.ts';
import * as lists from '../postgres/callback-lists.ts';
import * as campaigns from '../postgres/callbacks.ts';
import { closedOnSiteOrders, numbersWithOpenOrders } from '../postgres/closed-orders.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { stepOrder } from '../postgres/orders.ts';
import { findPerson } from '../postgres/people.ts';
import { installJobs } from '../postgres/jobs.ts';
import { inTransaction, oneAtATime, openPool } from '../postgres/pool.ts';
import { surveyCaps } from '../postgres/telephone.ts';
import { callbackFigures } from './callback-figures.ts';
import type { OpenWing } from './wings.ts';

const WEEKLY = 'callbacks-weekly';
const SETTINGS_EVERY_MS = 30_000;
/** a person tried so often and nobody was there: the next of the draw */
const PERSON_TRIES = 3;

class RedoRefused extends Error {}

export const openCallbacksWing: OpenWing = (ground) => {
  const { databaseUrl, now, log, floor, live, registry, varDir, config } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'callbacks');
  // connections of its own: the dialler is never late because of a report
  const pool = openPool(databaseUrl, { most: 4, onBreak: onFault });
  const metrics = callbackFigures(registry, pool);
  let settings: SurveySettings = USUAL;
  let holidays: Holidays = {};
  let boss: PgBoss | null = null;
  let settingsAgain: NodeJS.Timeout | undefined;
  const moved = () => live.tell('callbacks', 'callbacksMoved');

  const numberOnCall = (number: string) => {
    for (const call of floor.calls.values())
      if (callerNumber(call.ani) === number || callerNumber(call.dnis) === number) return true;
    return false;
  };
  /** so many were placed in this hour, or today, that no more may be; counted in the database */
  let capReached = false;
  async function countPlaced(): Promise<void> {
    const caps = await surveyCaps(pool, now(), periodAt('day', now()).fromMs, telephoneLimits());
    capReached = reachedCap(caps) !== null;
  }
  const freeAgents = () =>
    capReached || dialRules().stopped.includes('')
      ? 0
      : Math.max(
          0,
          agentViews(floor).filter((one) => one.state === 'ready').length - waitingViews(floor).length,
        );

  const dialler = openCallbacks({
    store: {
      waiting: (itemIds) => listWaiting(pool, itemIds),
      calledSince: (atMs) => calledLately(pool, atMs),
      paused: async () =>
        (await campaigns.listCampaigns(pool)).filter((one) => one.state === 'paused').map((one) => one.id),
      openAttempts: () => listOpenAttempts(pool),
      openAttempt: (one) => openAttempt(pool, one),
      recordOf: async (callId) => (await recordOfCall(pool, callId)) as CallRecord | null,
      finish: (...told) => inTransaction(pool, (client) => finishAttempt(client, ...told)),
      move: (action) => moveItem(pool, action, now()),
      hasOpenOrder: async (number) => (await numbersWithOpenOrders(pool, [number])).has(number),
      finishCampaigns: (atMs) => campaigns.finishCampaigns(pool, atMs),
    },
    pbx: {
      connected: () => ground.commands()?.connected() ?? false,
      async callBack(call) {
        const answer = await ground.commands()?.callBack({ ...call, callerId: config.HOTLINE_NUMBER });
        return answer ?? { ok: false, refusal: 'pbx-disconnected' };
      },
      async lives(channel) {
        const answer = await ground
          .commands()
          ?.act({ action: 'Getvar', channel, variable: 'CHANNEL(state)' });
        if (answer?.ok) return true;
        return answer && /no such channel/i.test(answer.message) ? false : null;
      },
      async keptOf(surveyId) {
        const answer = await ground.commands()?.keptOf(surveyId);
        return answer?.ok ? (answer.value ?? null) : undefined;
      },
    },
    rules: dialRulesOf(USUAL, {}),
    now,
    newToken: () => randomBytes(4).toString('hex'),
    freeAgents,
    onCall: numberOnCall,
    moved,
    onResult: (result) => metrics.attempts.inc({ result }),
    onPlaced(lateMs) {
      metrics.lateness.observe(lateMs / 1000);
      void countPlaced().catch(onFault);
    },
    onFault,
  });

  async function readSettings(): Promise<void> {
    const [rules, clocks] = await Promise.all([campaigns.readSurveyRules(pool), orderSettings(pool)]);
    settings = { ...USUAL, ...rules };
    holidays = holidaysOf(clocks.body.calendar);
    dialler.setRules(dialRulesOf(settings, holidays));
    await countPlaced();
  }

  /** Draws and begins; null: nothing was closed then, or this week's is drawn already. */
  async function begin(period: Period, weekly: boolean, personId: number | null) {
    const atMs = now();
    const begun = await inTransaction(pool, async (client) => {
      // of two draws over the same days the second finds what the first has drawn
      await oneAtATime(client, 'survey_campaigns');
      const orders = await closedOnSiteOrders(client, period.fromMs, period.untilMs);
      if (orders.length === 0) return null;
      const doNotCall = new Set((await campaigns.listDoNotCall(client)).map((one) => one.number));
      const calledBack = await campaigns.calledBackAmong(
        client,
        orders.map((one) => one.orderNo),
      );
      const population = drawnFrom(orders, { doNotCall, calledBack, canBeCalled: mayCallBack });
      // all of it is drawn already
      if (population.every((one) => one.exclusion === 'called-back')) return null;
      const seed = randomBytes(16).toString('hex');
      const draw = drawSample(population, settings.sample, seed);
      const { fromMs, untilMs, key } = period;
      const rule = settings.sample;
      const one = {
        period: key,
        fromMs,
        untilMs,
        weekly,
        seed,
        drawVersion: DRAW_VERSION,
        rule,
        personId,
        atMs,
      };
      const id = await campaigns.addCampaign(client, one);
      if (id === null) return null;
      const { bands } = dialRulesOf(settings, holidays);
      await campaigns.addItems(
        client,
        id,
        orders,
        population,
        draw,
        nextCallableMs(atMs, bands, holidays) ?? atMs,
      );
      return { id, drawn: draw.places.filter((place) => place.drawn).length };
    });
    if (begun) await dialler.reload();
    moved();
    return begun;
  }

  async function drawn(
    id: number,
  ): Promise<{ again: Draw; recorded: Awaited<ReturnType<typeof campaigns.listPlaces>> } | null> {
    const campaign = await campaigns.findCampaign(pool, id);
    if (!campaign) return null;
    const recorded = await campaigns.listPlaces(pool, id);
    return { again: drawSample(recorded, campaign.rule, campaign.seed), recorded };
  }

  /** The week before, once; a Monday that was missed is made up for at the next start. */
  async function weekly(): Promise<void> {
    if (settings.weekly) await begin(periodBefore(periodAt('week', now())), true, null);
  }

  /** The callback that this person decides on now; nobody else does until the transaction is over. */
  async function mine(client: pg.PoolClient, id: number, person: { id: number; role: string }) {
    const row = await lists.lockCallback(client, id);
    if (!row || row.state !== 'people')
      return { code: 'not-open', words: '这条回访已经处理过了，请刷新列表。' } as const;
    if (person.role === 'agent' && row.agentId === person.id)
      return { code: 'own-order', words: '自己受理的工单要由别人回访。' } as const;
    return row;
  }

  return {
    routers: [
      callbackRoutes({
        settings: () => settings,
        async saveSettings(wish, was) {
          const saved = await inTransaction(pool, async (client) => {
            const before = { ...USUAL, ...(await campaigns.lockSurveyRules(client)) };
            if (was !== null && !isDeepStrictEqual(before, was)) return false;
            await campaigns.saveSurveySettings(client, { ...wish });
            return true;
          });
          await readSettings();
          return saved;
        },
        campaigns: () => campaigns.listCampaigns(pool),
        begin: (period, personId) => begin(period, false, personId),
        async setState(id, state) {
          const changed = await campaigns.setCampaignState(pool, id, state, now());
          if (changed) await dialler.reload();
          moved();
          return changed;
        },
        async certificate(id) {
          const campaign = await campaigns.findCampaign(pool, id);
          const found = campaign && (await drawn(id));
          return found && { campaign, places: found.recorded, quotas: found.again.quotas };
        },
        async drawAgain(id) {
          const found = await drawn(id);
          if (!found) return null;
          const recorded = found.recorded.filter((one) => one.place !== null);
          const wrong = differences(recorded, found.again.places);
          return {
            same: wrong.length === 0,
            differences: wrong.slice(0, 50),
            drawn: found.again.places.filter((one) => one.drawn).length,
          };
        },
        live: () => ({
          calling: dialler.calling(),
          waiting: dialler.waitingCount(),
          freeAgents: freeAgents(),
        }),
        figures: (by, filter) => lists.countCallbacks(pool, by, filter),
        list: (filter, most) => lists.listCallbacks(pool, filter, most),
        count: (filter) => lists.countCallbackList(pool, filter),
        forPeople: (person) => lists.listForPeople(pool, person.id, person.role),
        async answer(id, person, answer) {
          const { solved, satisfied } = answer;
          const refused = await inTransaction(pool, async (client) => {
            const row = await mine(client, id, person);
            if ('code' in row) return row;
            const atMs = now();
            await setAnswers(client, id, {
              solved,
              satisfied,
              words: answer.words || null,
              handling: answer.handling || null,
              recording: null,
              channel: 'person',
              personId: person.id,
              atMs,
            });
            await lists.addPersonAttempt(client, id, person.id, 'complete', atMs);
            await setItemState(client, id, 'done', null, null);
            if (!solved) await campaigns.draftRedo(client, id, 'not-solved');
            else if (satisfied === 'dissatisfied') await campaigns.draftRedo(client, id, 'dissatisfied');
            await campaigns.finishCampaigns(client, atMs);
            return null;
          });
          moved();
          return refused ? { ok: false, ...refused } : { ok: true };
        },
        async later(id, person, atMs) {
          if (atMs !== null && atMs < now())
            return { ok: false, code: 'too-early', words: '约定的时间已经过去，请改到以后。' };
          const replaced = await inTransaction(pool, async (client) => {
            const row = await mine(client, id, person);
            if ('code' in row) return row;
            await lists.addPersonAttempt(client, id, person.id, 'no-answer', now());
            const over = row.tries + 1 >= PERSON_TRIES && atMs === null;
            if (over) {
              await setItemState(client, id, 'replaced', 'no-answer', null);
              await replaceItem(client, id, now());
            } else await setItemState(client, id, 'people', 'no-answer', atMs ?? now() + 2 * 3_600_000);
            return over;
          });
          if (replaced === true) await dialler.reload();
          moved();
          return typeof replaced === 'object' ? { ok: false, ...replaced } : { ok: true };
        },
        redo: () => lists.listRedo(pool),
        async sendRedo(draftId, personId) {
          const draft = (await lists.listRedo(pool)).find((one) => one.draftId === draftId);
          if (!draft) return null;
          const why = draft.reason === 'not-solved' ? '回访：用户反映问题没有解决。' : '回访：用户不满意。';
          const heard = draft.words ?? (draft.recording ? '（用户留言见回访录音）' : '');
          const rules = await orderSettings(pool);
          const sent = await inTransaction(pool, async (client) => {
            if ((await lists.decideRedo(client, draftId, 'sent', personId, draft.orderNo)) === null)
              return false;
            const atMs = now();
            const step = { kind: 'redo' as const, atMs, receivedAtMs: atMs, note: why + heard, body: {} };
            const person = await findPerson(client, personId);
            const by = {
              ...{ personId, personName: person?.name ?? '', unitId: null, system: null },
              ...{ origin: 'desk' as const, once: `callback-redo-${draftId}` },
            };
            const taken = await stepOrder(
              client,
              draft.orderNo,
              null,
              step,
              () => 'supervisor',
              by,
              rules.body,
            );
            // it was redone, or is gone, by another way meanwhile: the draft stays for the supervisor to drop
            if (!taken.ok) throw new RedoRefused();
            return true;
          }).catch((cause: unknown) => {
            if (cause instanceof RedoRefused) return false;
            throw cause;
          });
          const orderNo = sent ? draft.orderNo : null;
          moved();
          return orderNo;
        },
        async dropRedo(draftId, personId) {
          const itemId = await inTransaction(pool, (client) =>
            lists.decideRedo(client, draftId, 'dropped', personId, null),
          );
          moved();
          return itemId !== null;
        },
        async recording(itemId) {
          const row = await lists.findCallback(pool, itemId);
          if (!row?.recording || !/^[0-9]+x[0-9a-f]+$/.test(row.recording)) return null;
          const file = join(varDir, 'pbx/spool/survey', `${row.recording}.wav`);
          return existsSync(file) ? file : null;
        },
        async today(number) {
          const spelled = soughtNumber(number);
          return spelled === null ? null : lists.calledToday(pool, spelled, periodAt('day', now()).fromMs);
        },
        doNotCall: () => campaigns.listDoNotCall(pool),
        async addDoNotCall(number, personId) {
          const { numbers, refused } = readNumbers(number);
          const only = numbers.length === 1 && refused === null ? numbers[0]! : null;
          if (!only || !mayCallBack(only.national)) return false;
          await campaigns.addDoNotCall(pool, only.national, 'person', personId);
          return true;
        },
        removeDoNotCall: (number) => campaigns.removeDoNotCall(pool, number),
        annex2: annex2Xlsx,
      }),
    ],
    line(line) {
      if (['agent', 'supervisor', 'manager', 'administrator'].includes(line.person.role))
        line.join('callbacks');
    },
    hear: (facts) => dialler.hear(facts),
    async start() {
      await readSettings();
      // the calendar is changed on a page of the orders
      settingsAgain ??= setInterval(() => void readSettings().catch(onFault), SETTINGS_EVERY_MS);
      await dialler.start();
      // invented customers are never called
      if (new URL(databaseUrl).pathname === '/hotline_demo') return;
      // begun again after a fault: the one before never came to work
      await boss?.stop({ graceful: false }).catch(onFault);
      await installJobs(pool);
      boss = new PgBoss({ connectionString: databaseUrl, max: 2, application_name: 'hotline-jobs' });
      boss.on('error', onFault);
      await boss.start();
      await boss.createQueue(WEEKLY);
      await boss.schedule(WEEKLY, '10 8 * * 1', {}, { tz: config.TIME_ZONE });
      await boss.work(WEEKLY, weekly);
      await weekly();
    },
    async close() {
      clearInterval(settingsAgain);
      dialler.close();
      await boss?.stop({ graceful: false }).catch(onFault);
      await pool.end();
    },
  };
};
