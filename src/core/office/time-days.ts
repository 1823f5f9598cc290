/** Which day a written one is, by the day on which the text was received. */
import type { Calendar } from '../orders/calendar.ts';
import { beginOf, dateAt, dateText, DAY_MS, parseDate, weekdayOf, type LocalDate } from './period.ts';
import type { WrittenDay } from './time-words.ts';

export interface TimeTextContext {
  /** a time that has passed (受理时间), or one to come by which something is due (办理时限) */
  of: 'received' | 'due';
  /** when the text was received: what has no year, no day or no date counts from here */
  receivedAtMs: number;
  /** nobody wrote when it was received, it only came to us now: a day that is over already is late, not misread */
  mayBeOver?: boolean;
  calendar: Calendar;
}
/** Ends the reading; its words are the answer. */
export class Doubt extends Error {
  readonly left: string;
  constructor(why: string, left = '') {
    super(why);
    this.left = left;
  }
}

/** What of a time says which day it is, and whether it says a clock too. */
interface DayWords {
  day?: WrittenDay;
  clock?: unknown;
  part?: unknown;
}

const NO_SUCH_DAY = '没有这一天';
/** a deadline that has just passed is more likely late than a year away */
const MOST_AHEAD_MS = 183 * DAY_MS;
const FAR_MS = 300 * DAY_MS;
/** `5日` alone: five days, or the 5th? Nobody gives 24 days. */
const USUAL_DAYS = [1, 2, 3, 5, 7, 10, 12, 14, 15, 20, 25, 30];

/** The begin of the day that was written; without one, of the day of receipt. */
export function dayOf(
  side: DayWords,
  anchorMs: number | null,
  context: TimeTextContext,
  isDate: boolean,
  isBegin = false,
): { ms: number; written: boolean; note: string | null } {
  const { day } = side;
  const todayMs = beginOf(dateAt(context.receivedAtMs));
  if (!day) return { ms: todayMs, written: false, note: null };
  const today = dateAt(anchorMs ?? context.receivedAtMs);
  const found = (ms: number, note: string | null = null) => ({ ms, written: true, note });
  const due = context.of === 'due';
  switch (day.at) {
    case 'relative':
      return found(todayMs + day.days * DAY_MS);
    case 'date':
      if (day.year !== null) return found(real(day.year, day.month, day.day));
      if (isBegin) return found(nearest(context, [-12, 0, 12], { ...today, month: day.month }, day.day));
      return yearless(day.month, day.day, anchorMs, context);
    case 'year-date':
      return found(real(dateAt(context.receivedAtMs).year + day.years, day.month, day.day));
    case 'one-of': {
      const near = day.dates
        .map((one) => exists(one.year, one.month, one.day))
        .filter((ms) => ms !== null && Math.abs(ms - todayMs) <= 400 * DAY_MS);
      const different = [...new Set(near)];
      if (different.length !== 1) throw new Doubt('年份只有两位，分不清哪个是年、月、日');
      return found(different[0]!, `年份只有两位，按 ${dateText(dateAt(different[0]!))} 读的`);
    }
    case 'day-of-month': {
      if (day.bare && !isDate && due && !side.clock && !side.part) {
        if (day.day > 31 || USUAL_DAYS.includes(day.day))
          throw new Doubt(`“${day.day}日”是${day.day}天还是${day.day}号没有写明`);
      }
      if (isBegin && day.months === null) return found(nearest(context, [-1, 0, 1], today, day.day));
      const here = inMonthAfter(today, day.months ?? 0, day.day);
      const fromMs = anchorMs ?? todayMs;
      const forward = due || anchorMs !== null;
      const fits = day.months !== null || (here !== null && (forward ? here >= fromMs : here <= fromMs));
      const ms = fits ? here : inMonthAfter(today, forward ? 1 : -1, day.day);
      if (ms === null) throw new Doubt(NO_SUCH_DAY);
      return found(ms);
    }
    case 'weekday': {
      const mondayMs = todayMs - (weekdayOf(todayMs) - 1) * DAY_MS;
      const ms = mondayMs + ((day.weeks ?? 0) * 7 + day.weekday - 1) * DAY_MS;
      if (day.weeks !== null) return found(ms);
      const fromMs = anchorMs ?? todayMs;
      if (ms === todayMs && anchorMs === null && due && !side.clock)
        throw new Doubt('是今天还是下周没有写明');
      if (due) return found(ms >= fromMs ? ms : ms + 7 * DAY_MS);
      return found(ms <= todayMs ? ms : ms - 7 * DAY_MS);
    }
    case 'month-end': {
      const here = dateAt(context.receivedAtMs);
      const year = here.year + (day.years ?? 0);
      const month = day.month ?? here.month + day.months;
      const later = day.years === null && day.month !== null && due && day.month < here.month ? 1 : 0;
      const earlier = day.years === null && day.month !== null && !due && day.month > here.month ? 1 : 0;
      return found(beginOf({ year: year + later - earlier, month: month + 1, day: 0 }));
    }
  }
}

/** `11月24日`: by when it was received; a time that has passed lies before, a deadline after. */
function yearless(month: number, day: number, anchorMs: number | null, context: TimeTextContext) {
  const found = (ms: number, note: string | null = null) => ({ ms, written: true, note });
  const fromMs = anchorMs ?? beginOf(dateAt(context.receivedAtMs));
  const { year } = dateAt(fromMs);
  const inYear = (one: number) => exists(one, month, day);
  // 29 February, or no day at all
  if ([year - 1, year, year + 1].every((one) => inYear(one) === null)) throw new Doubt(NO_SUCH_DAY);
  const here = inYear(year);
  if (context.of === 'received' && anchorMs === null) {
    const ms = here !== null && here <= context.receivedAtMs ? here : inYear(year - 1);
    if (ms === null) throw new Doubt(NO_SUCH_DAY);
    return found(ms);
  }
  if (here !== null && here >= fromMs)
    return found(
      here,
      here - fromMs > FAR_MS ? `没有写年份，按 ${dateText(dateAt(here))} 读的，请核对` : null,
    );
  const next = inYear(year + 1);
  if (next === null || next - fromMs > MOST_AHEAD_MS) throw new Doubt('没有写年份，而今年的这一天已经过了');
  return found(next);
}

/** The begin of a day; null: there is none. */
function exists(year: number, month: number, day: number): number | null {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = parseDate(`${year}-${two(month)}-${two(day)}`);
  return date && beginOf(date);
}
function real(year: number, month: number, day: number): number {
  const ms = exists(year, month, day);
  if (ms === null) throw new Doubt(NO_SUCH_DAY);
  return ms;
}
/** The day nearest to the one of receipt, among those so many months away. */
function nearest({ receivedAtMs }: TimeTextContext, months: number[], from: LocalDate, day: number): number {
  const days = months.map((by) => inMonthAfter(from, by, day)).filter((ms) => ms !== null);
  if (days.length === 0) throw new Doubt(NO_SUCH_DAY);
  return days.reduce((best, ms) => (Math.abs(ms - receivedAtMs) < Math.abs(best - receivedAtMs) ? ms : best));
}
/** A day of the month that lies so many months after this one. */
function inMonthAfter({ year, month }: LocalDate, months: number, day: number): number | null {
  const first = dateAt(beginOf({ year, month: month + months, day: 1 }));
  return exists(first.year, first.month, day);
}
