import type pg from 'pg';
import { drawnFrom, redoReason, type ClosedOrder } from '../../core/callbacks/campaign.ts';
import { bandAt, BANDS, holidaysOf, nextCallableMs, type Holidays } from '../../core/callbacks/hours.ts';
import type { AttemptResult } from '../../core/callbacks/outcome.ts';
import { NOT_REACHED, RULES } from '../../core/callbacks/rules.ts';
import {
  ARTICLE_14,
  DRAW_VERSION,
  drawSample,
  replacementFor,
  type Place,
} from '../../core/callbacks/sample.ts';
import { mayCallBack } from '../../core/floor/dialling.ts';
import { periodAt, periodBefore, type Period } from '../../core/office/period.ts';
import { importCallbacks, type PastAttempt, type PastItem } from '../../postgres/callback-import.ts';
import { addCampaign, addItems, calledBackAmong, finishCampaigns } from '../../postgres/callbacks.ts';
import { closedOnSiteOrders } from '../../postgres/closed-orders.ts';
import { orderSettings } from '../../postgres/order-rules.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { DEMO_AGENTS } from './history.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEKS = 56;
/** drawn on Monday at 08:10, as the hotline does it by itself */
const DRAWN_AFTER_MS = 8 * HOUR_MS + 10 * MINUTE_MS;
/** what is younger is still being called by people, and its redo drafts wait for somebody */
const OPEN_MS = 10 * DAY_MS;
const RESULTS: Partial<Record<AttemptResult, number>> = {
  ...{ complete: 62, 'no-answer': 16, busy: 5, unreachable: 3 },
  ...{ 'hung-up': 5, partly: 3, nodigit: 3, 'asks-person': 2, declined: 1 },
};
const WORDS = {
  satisfied: ['来得快，修得好。', '师傅态度很好。', '很满意，谢谢。'],
  fair: ['等的时间有点长。', '修好了，但是现场没有清理干净。'],
  dissatisfied: ['修完又漏了，请再来看看。', '约好的时间没有来。'],
};

interface Caller {
  id: number;
}

/** Each week of the past, drawn as Article 14 wants it, called by the machine and, where it must be, by hand; once. */
export async function saveDemoCallbacks(pool: pg.Pool, random: Random, nowMs: number): Promise<void> {
  const { rows: callers } = await pool.query<Caller>(
    `select id::int from people where agent = any($1::text[]) order by agent`,
    [DEMO_AGENTS.map((extension) => `PJSIP/${extension}`)],
  );
  if (callers.length < 2) return;
  const holidays = holidaysOf((await orderSettings(pool)).body.calendar);
  const weeks: Period[] = [];
  for (let week = periodBefore(periodAt('week', nowMs)); weeks.length < WEEKS; week = periodBefore(week))
    weeks.unshift(week);
  for (const week of weeks) {
    // a week whose calls have hardly begun is left for the next start
    if (week.untilMs + DRAWN_AFTER_MS + DAY_MS > nowMs) continue;
    await inTransaction(pool, (client) => saveWeek(client, random, week, { callers, holidays, nowMs }));
  }
}

interface Given {
  callers: Caller[];
  holidays: Holidays;
  nowMs: number;
}

async function saveWeek(client: pg.PoolClient, random: Random, week: Period, given: Given): Promise<void> {
  const orders = await closedOnSiteOrders(client, week.fromMs, week.untilMs);
  if (orders.length === 0) return;
  const drawnAtMs = week.untilMs + DRAWN_AFTER_MS;
  const seed = `demo-${week.key}`;
  const id = await addCampaign(client, {
    ...{ period: week.key, fromMs: week.fromMs, untilMs: week.untilMs, weekly: true, seed },
    ...{ drawVersion: DRAW_VERSION, rule: ARTICLE_14, personId: null, atMs: drawnAtMs },
  });
  if (id === null) return;
  const population = drawnFrom(orders, {
    doNotCall: new Set(),
    calledBack: await calledBackAmong(
      client,
      orders.map(({ orderNo }) => orderNo),
    ),
    canBeCalled: mayCallBack,
  });
  const draw = drawSample(population, ARTICLE_14, seed);
  await addItems(client, id, orders, population, draw, drawnAtMs);

  const items: PastItem[] = [];
  const attempts: PastAttempt[] = [];
  const byNumber = new Map(orders.map((order) => [order.orderNo, order]));
  const waiting: { place: Place; replaces: string | null; fromMs: number }[] = draw.places
    .filter((place) => place.drawn)
    .map((place, nth) => ({ place, replaces: null, fromMs: drawnAtMs + nth * 2 * MINUTE_MS }));
  const used = new Set(waiting.map(({ place }) => place.orderNo));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { place, replaces, fromMs } = next;
    const called = callBack(random, byNumber.get(place.orderNo)!, fromMs, given);
    items.push({ ...called.item, replaces });
    attempts.push(...called.attempts);
    const instead =
      called.item.state === 'replaced' ? replacementFor(place.orderNo, draw.places, used) : null;
    if (!instead) continue;
    used.add(instead.orderNo);
    waiting.push({ place: instead, replaces: place.orderNo, fromMs: called.attempts.at(-1)!.endedAtMs });
  }
  await importCallbacks(client, id, items, attempts);
  await finishCampaigns(client, Math.max(drawnAtMs, ...attempts.map(({ endedAtMs }) => endedAtMs)));
}

/** One order called back: by the machine up to three times, and by a person where somebody picked up and did not answer. */
function callBack(
  random: Random,
  order: ClosedOrder,
  fromMs: number,
  { callers, holidays, nowMs }: Given,
): { item: Omit<PastItem, 'replaces'>; attempts: PastAttempt[] } {
  const attempts: PastAttempt[] = [];
  const item: Omit<PastItem, 'replaces'> = {
    ...{ orderNo: order.orderNo, state: 'people', why: null, solved: null, satisfied: null, words: null },
    ...{ channel: null, personId: null, calledBackAtMs: null, redo: null },
  };
  /** false: that would be in the future */
  const tried = (afterMs: number, result: AttemptResult, personId: number | null): boolean => {
    const begin = nextCallableMs(afterMs, BANDS, holidays) ?? afterMs;
    const placedAtMs = Math.round(begin + random.between(0, 8 * MINUTE_MS));
    const endedAtMs = placedAtMs + Math.round(random.between(25_000, 95_000));
    if (endedAtMs > nowMs) return false;
    const band = personId === null ? bandAt(placedAtMs, BANDS, holidays) : null;
    attempts.push({ orderNo: order.orderNo, personId, band, placedAtMs, endedAtMs, result });
    return true;
  };
  const answered = (channel: 'machine' | 'person', personId: number | null): void => {
    const solved = random.chance(0.96);
    const satisfied = solved
      ? random.weighted({ satisfied: 88, fair: 9, dissatisfied: 3 })
      : random.weighted({ fair: 40, dissatisfied: 60 });
    const words = channel === 'person' ? random.pick(WORDS[satisfied]) : null;
    const calledBackAtMs = attempts.at(-1)!.endedAtMs;
    const reason = redoReason({ solved: solved ? 'yes' : 'no', satisfied });
    const redo = reason && { reason, state: nowMs - calledBackAtMs < OPEN_MS ? 'drafted' : 'dropped' };
    Object.assign(item, { state: 'done', solved, satisfied, words, channel, personId, calledBackAtMs, redo });
  };

  let afterMs = fromMs;
  let result: AttemptResult = 'no-answer';
  for (let tries = 1; tries <= RULES.tries; tries += 1) {
    result = random.weighted(RESULTS as Record<AttemptResult, number>);
    if (!tried(afterMs, result, null)) return { item, attempts };
    if (!NOT_REACHED.has(result)) break;
    afterMs = attempts.at(-1)!.endedAtMs + 2 * HOUR_MS;
  }
  if (result === 'complete') answered('machine', null);
  else if (NOT_REACHED.has(result)) Object.assign(item, { state: 'replaced', why: result });
  else {
    item.why = result;
    const byHandMs = attempts.at(-1)!.endedAtMs + random.between(1, 6) * HOUR_MS;
    // who took the order never asks how it was
    const person = random.pick(callers.filter(({ id }) => id !== order.agentId));
    const open = nowMs - byHandMs < OPEN_MS && random.chance(0.6);
    if (!open && tried(byHandMs, 'complete', person.id)) answered('person', person.id);
  }
  return { item, attempts };
}
