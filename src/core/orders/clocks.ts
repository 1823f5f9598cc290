/**
 * The clocks of Article 13: pure functions of an order's facts, the settings and the calendar. Each has two due times:
 * the first one is the rule book's and never moves; the other heeds the calendar and what was deferred. Both rates are printed.
 */
import { beginOf, dateAt, DAY_MS } from '../office/period.ts';
import { addWorking, endOfWorkingDay, type Calendar } from './calendar.ts';
import { isOpen, type Order } from './order.ts';

export const CLOCK_NAMES = ['dispatch', 'sign', 'arrive', 'stop', 'feedback', 'outside'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

/** How long, how long before it warns and after it escalates; in working time, or day and night. */
export interface ClockRule {
  minutes: number;
  warnMinutes: number;
  escalateMinutes: number;
  working: boolean;
}

export interface OrderSettings {
  dispatch: ClockRule;
  sign: ClockRule;
  urgentSign: ClockRule;
  urgentArrive: ClockRule;
  urgentStop: ClockRule;
  cardMeterArrive: ClockRule;
  /** due at 24:00 of the day; from this minute of the day on, at 24:00 of the next */
  feedback: { warnMinutes: number; escalateMinutes: number; nightFromMinute: number; working: boolean };
  outside: { warnMinutes: number; escalateMinutes: number };
  calendar: Calendar;
}

const rule = (minutes: number, warnMinutes: number, escalateMinutes: number, working = false): ClockRule => ({
  ...{ minutes, warnMinutes, escalateMinutes, working },
});

/** Article 13, and for what it leaves open the customer service centre's habit; an administrator edits them. */
export const ORDER_SETTINGS: OrderSettings = {
  dispatch: rule(3, 1, 2),
  sign: rule(30, 10, 30, true),
  urgentSign: rule(5, 2, 5),
  urgentArrive: rule(30, 10, 10),
  urgentStop: rule(30, 5, 10),
  cardMeterArrive: rule(180, 30, 60),
  feedback: { warnMinutes: 120, escalateMinutes: 480, nightFromMinute: 22 * 60, working: false },
  outside: { warnMinutes: 240, escalateMinutes: 60 },
  calendar: {
    ...{ fromMinute: 8 * 60, untilMinute: 20 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7] },
    ...{ holidays: [], worked: [], plain: [], years: [] },
  },
};

export interface Clock {
  name: ClockName;
  round: number;
  fromMs: number;
  /** the rule book's own */
  firstDueAtMs: number;
  /** with calendar and deferral */
  dueAtMs: number;
  warnAtMs: number;
  escalateAtMs: number;
  /** when it was met; null: it runs, or was stopped unmet */
  metAtMs: number | null;
  /** the order was cancelled: it runs no more */
  stopped: boolean;
}

const MINUTE_MS = 60_000;

/** Every clock of the order's present round that has begun. */
export function clocksOf(order: Order, settings: OrderSettings): Clock[] {
  const clocks: Clock[] = [];
  const urgent = order.clockSet === 'urgent-leak';
  const add = (name: ClockName, fromMs: number, length: ClockRule, metAtMs: number | null) => {
    const ms = length.minutes * MINUTE_MS;
    const dueAtMs = length.working ? addWorking(settings.calendar, fromMs, ms) : fromMs + ms;
    clocks.push(timed(order, { name, fromMs, firstDueAtMs: fromMs + ms, dueAtMs, metAtMs, ...length }));
  };
  const { at, round } = order;
  const received = round > 1 ? order.roundAtMs : (order.callEndedAtMs ?? order.createdAtMs);
  // while the caller still talks nothing is late; the figure from the answer is shown beside it
  if (round === 1 && (!order.inCall || order.callEndedAtMs !== null || at.dispatched !== null))
    add('dispatch', received, settings.dispatch, at.dispatched);
  if (at.dispatched !== null) {
    const signed = at.signed ?? at.setOut ?? at.arrived ?? at.done;
    add('sign', at.dispatched, urgent ? settings.urgentSign : settings.sign, signed);
    // the 30 minutes and the 3 hours count from the caller's word, not from when we got round to it
    const begun = round > 1 ? order.roundAtMs : order.createdAtMs;
    if (urgent) {
      add('arrive', begun, settings.urgentArrive, at.arrived);
      add('stop', begun, settings.urgentStop, at.stopped);
    } else if (order.clockSet === 'card-meter')
      add('arrive', begun, settings.cardMeterArrive, at.arrived ?? at.done);
  }
  const begunMs = round > 1 ? order.roundAtMs : order.createdAtMs;
  clocks.push(feedbackClock(order, settings, begunMs));
  if (order.outsideDueAtMs !== null) {
    const due = order.outsideDueAtMs;
    const { warnMinutes, escalateMinutes } = settings.outside;
    clocks.push(
      timed(order, {
        ...{ name: 'outside', fromMs: order.createdAtMs, firstDueAtMs: due, dueAtMs: due },
        ...{ metAtMs: at.fedBack, warnMinutes, escalateMinutes },
      }),
    );
  }
  return clocks;
}

function feedbackClock(order: Order, settings: OrderSettings, fromMs: number): Clock {
  const { nightFromMinute, working, warnMinutes, escalateMinutes } = settings.feedback;
  const midnight = beginOf(dateAt(fromMs));
  const night = fromMs >= midnight + nightFromMinute * MINUTE_MS;
  const dayMs = night ? midnight + DAY_MS : midnight;
  const ruled = working ? endOfWorkingDay(settings.calendar, dayMs) : dayMs + DAY_MS;
  return timed(order, {
    ...{ name: 'feedback', fromMs, firstDueAtMs: midnight + DAY_MS },
    dueAtMs: Math.max(ruled, order.grantedUntilMs ?? 0),
    ...{ metAtMs: order.at.fedBack, warnMinutes, escalateMinutes },
  });
}

function timed(
  order: Order,
  clock: Pick<Clock, 'name' | 'fromMs' | 'firstDueAtMs' | 'dueAtMs' | 'metAtMs'> & {
    warnMinutes: number;
    escalateMinutes: number;
  },
): Clock {
  const { name, fromMs, firstDueAtMs, dueAtMs, metAtMs, warnMinutes, escalateMinutes } = clock;
  return {
    ...{ name, round: order.round, fromMs, firstDueAtMs, dueAtMs, metAtMs },
    warnAtMs: Math.max(fromMs, dueAtMs - warnMinutes * MINUTE_MS),
    escalateAtMs: dueAtMs + escalateMinutes * MINUTE_MS,
    stopped: metAtMs === null && !isOpen(order.state),
  };
}

export const FIRINGS = ['warning', 'breach', 'escalation'] as const;
export type Firing = (typeof FIRINGS)[number];

type Fires = Pick<Clock, 'warnAtMs' | 'dueAtMs' | 'escalateAtMs' | 'metAtMs' | 'stopped'>;

export function firesAt(clock: Fires, firing: Firing): number {
  switch (firing) {
    case 'warning':
      return clock.warnAtMs;
    case 'breach':
      return clock.dueAtMs;
    case 'escalation':
      return clock.escalateAtMs;
  }
}

/** What the clock has still to say, earliest first; met in time it says nothing more. */
export function firingsLeft(clock: Fires, fired: readonly Firing[]): { firing: Firing; atMs: number }[] {
  if (clock.stopped) return [];
  return FIRINGS.filter((firing) => !fired.includes(firing))
    .map((firing) => ({ firing, atMs: firesAt(clock, firing) }))
    .filter(({ atMs }) => clock.metAtMs === null || atMs < clock.metAtMs);
}

/** When something more falls due for this clock; null: never. */
export function nextFiring(clock: Fires, fired: readonly Firing[]): number | null {
  const left = firingsLeft(clock, fired);
  return left.length === 0 ? null : Math.min(...left.map((one) => one.atMs));
}

export type ClockMood = 'met' | 'missed' | 'stopped' | 'calm' | 'warning' | 'breached' | 'escalated';

/** How it stands now: its colour. */
export function moodOf(
  clock: Pick<Clock, 'metAtMs' | 'stopped' | 'warnAtMs' | 'dueAtMs' | 'escalateAtMs'>,
  nowMs: number,
): ClockMood {
  if (clock.metAtMs !== null) return clock.metAtMs <= clock.dueAtMs ? 'met' : 'missed';
  if (clock.stopped) return 'stopped';
  if (nowMs >= clock.escalateAtMs) return 'escalated';
  if (nowMs >= clock.dueAtMs) return 'breached';
  return nowMs >= clock.warnAtMs ? 'warning' : 'calm';
}

/** The running clock that is due next. */
export function dueNext(clocks: readonly Clock[]): number | null {
  const running = clocks.filter((one) => one.metAtMs === null && !one.stopped).map((one) => one.dueAtMs);
  return running.length === 0 ? null : Math.min(...running);
}
