/**
 * The periods that the rule book reports by, in the hotline's own time (core/zone.ts). Half open: `fromMs` belongs to
 * the period, `untilMs` does not. A call belongs to the period in which it was offered, an order to the one in which it
 * was drafted. Pure arithmetic on dates: the hotline's days all have 24 hours.
 */
import { zoneOffsetMs } from '../zone.ts';

export type PeriodKind = 'day' | 'week' | 'month' | 'cycle' | 'year' | 'summer' | 'span';

export interface Period {
  kind: PeriodKind;
  /** tells it apart, stands in addresses: `day:2026-11-25`, `week:2026-W48`, `month:2026-11`, `cycle:2026-11`, `year:2026`, `summer:2026`, `span:2026-01-01..2026-03-31` */
  key: string;
  /** Unix ms */
  fromMs: number;
  /** Unix ms, exclusive */
  untilMs: number;
}

export const DAY_MS = 86_400_000;
/** Article 21 and 23: the summer of the rule book, May to September */
const SUMMER = { first: 5, last: 9 };

/** A date of the hotline's calendar; months count from 1. */
export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

/** The instant at which a date begins in the hotline's zone; months and days may run over (`month: 13`). */
export function beginOf({ year, month, day }: LocalDate): number {
  const days = Date.UTC(year, month - 1, day);
  // Date.UTC takes years below 100 for 19xx; nobody reports on them
  return days - zoneOffsetMs();
}

/** The date that this instant falls on in the hotline's zone. */
export function dateAt(atMs: number): LocalDate {
  const local = new Date(atMs + zoneOffsetMs());
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** `2026-11-25` */
export function dateText(date: LocalDate): string {
  return `${date.year}-${two(date.month)}-${two(date.day)}`;
}

/** Monday is 1, Sunday 7. */
export function weekdayOf(atMs: number): number {
  return new Date(atMs + zoneOffsetMs()).getUTCDay() || 7;
}

/** The ISO week of an instant: the week belongs to the year that has its Thursday. */
export function isoWeekOf(atMs: number): { year: number; week: number } {
  const thursdayMs = atMs + (4 - weekdayOf(atMs)) * DAY_MS;
  const { year } = dateAt(thursdayMs);
  const week = Math.floor((thursdayMs - beginOf({ year, month: 1, day: 1 })) / (7 * DAY_MS)) + 1;
  return { year, week };
}

/** The period of a kind in which an instant falls. A cycle is named by the month in which it ends: 26 December to 25 January is January's. Outside of summer: this year's. */
export function periodAt(kind: Exclude<PeriodKind, 'span'>, atMs: number): Period {
  const { year, month, day } = dateAt(atMs);
  switch (kind) {
    case 'day':
      return dayPeriod({ year, month, day });
    case 'week': {
      const iso = isoWeekOf(atMs);
      return weekPeriod(iso.year, iso.week);
    }
    case 'month':
      return monthPeriod(year, month);
    case 'cycle':
      return day >= 26 ? cyclePeriod(year, month + 1) : cyclePeriod(year, month);
    case 'year':
      return yearPeriod(year);
    case 'summer':
      return summerPeriod(year);
  }
}

/** Any days, the last one included; null: they are the wrong way round. */
export function spanPeriod(first: LocalDate, last: LocalDate): Period | null {
  const fromMs = beginOf(first);
  const untilMs = beginOf(last) + DAY_MS;
  if (untilMs <= fromMs) return null;
  return { kind: 'span', key: `span:${dateText(first)}..${dateText(last)}`, fromMs, untilMs };
}

/** Reads a key back; null: it names no period (30 February, week 53 of a year that has 52, …). */
export function parsePeriod(key: string): Period | null {
  const [, kind, rest] = /^(day|week|month|cycle|year|summer|span):(.+)$/.exec(key) ?? [];
  if (!kind || !rest) return null;
  const found = read(kind as PeriodKind, rest);
  return found?.key === key ? found : null;
}

function read(kind: PeriodKind, rest: string): Period | null {
  if (kind === 'span') {
    const [first, last, more] = rest.split('..').map(parseDate);
    return first && last && more === undefined ? spanPeriod(first, last) : null;
  }
  if (kind === 'day') {
    const date = parseDate(rest);
    return date && dayPeriod(date);
  }
  const [, year, week, month] = /^(\d{4})(?:-W(\d\d)|-(\d\d))?$/.exec(rest) ?? [];
  if (!year) return null;
  if (kind === 'week') {
    if (!week) return null;
    const period = weekPeriod(Number(year), Number(week));
    return periodAt('week', period.fromMs).key === period.key ? period : null;
  }
  if (kind === 'month' || kind === 'cycle') {
    if (!month || Number(month) < 1 || Number(month) > 12) return null;
    return kind === 'month'
      ? monthPeriod(Number(year), Number(month))
      : cyclePeriod(Number(year), Number(month));
  }
  return kind === 'year' ? yearPeriod(Number(year)) : summerPeriod(Number(year));
}

/** `2026-02-30` ─▶ null */
export function parseDate(text: string): LocalDate | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!year) return null;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  return dateText(dateAt(beginOf(date))) === text ? date : null;
}

/** The one before: the week before a week, the same number of days before a span. */
export function periodBefore(period: Period): Period {
  switch (period.kind) {
    case 'span':
      return spanPeriod(dateAt(2 * period.fromMs - period.untilMs), dateAt(period.fromMs - DAY_MS))!;
    case 'summer':
      return summerPeriod(dateAt(period.fromMs).year - 1);
    default:
      return periodAt(period.kind, period.fromMs - 1);
  }
}

/** The same a year ago (环比 is `periodBefore`, this is 同比): week 53 has the year's last week, 29 February the 28th. */
export function periodLastYear(period: Period): Period {
  const { year, month, day } = dateAt(period.fromMs);
  switch (period.kind) {
    case 'day':
      return dayPeriod(yearBack({ year, month, day }));
    case 'week': {
      const iso = isoWeekOf(period.fromMs);
      const same = weekPeriod(iso.year - 1, iso.week);
      return periodAt('week', same.fromMs).key === same.key ? same : weekPeriod(iso.year - 1, iso.week - 1);
    }
    case 'month':
      return monthPeriod(year - 1, month);
    case 'cycle': {
      const end = dateAt(period.untilMs - DAY_MS);
      return cyclePeriod(end.year - 1, end.month);
    }
    case 'year':
      return yearPeriod(year - 1);
    case 'summer':
      return summerPeriod(year - 1);
    case 'span':
      return spanPeriod(yearBack({ year, month, day }), yearBack(dateAt(period.untilMs - DAY_MS)))!;
  }
}

/** The days of a period, oldest first. */
export function daysOf(period: Period): Period[] {
  const days: Period[] = [];
  for (let atMs = period.fromMs; atMs < period.untilMs; atMs += DAY_MS) days.push(dayPeriod(dateAt(atMs)));
  return days;
}

/** As the reports write it: `2026年11月25日`, `2026年第48周（11月23日—11月29日）`, `2026年10月26日—11月25日`. */
export function periodWords(period: Period): string {
  const first = dateAt(period.fromMs);
  const last = dateAt(period.untilMs - DAY_MS);
  const day = (date: LocalDate) => `${date.month}月${date.day}日`;
  const lastWithYear = last.year === first.year ? day(last) : `${last.year}年${day(last)}`;
  switch (period.kind) {
    case 'day':
      return `${first.year}年${day(first)}`;
    case 'week': {
      const iso = isoWeekOf(period.fromMs);
      return `${iso.year}年第${iso.week}周（${day(first)}—${lastWithYear}）`;
    }
    case 'month':
      return `${first.year}年${first.month}月`;
    case 'year':
      return `${first.year}年`;
    case 'summer':
      return `${first.year}年夏季用水高峰期（${first.month}月—${last.month}月）`;
    default:
      return `${first.year}年${day(first)}—${lastWithYear}`;
  }
}

function dayPeriod(date: LocalDate): Period {
  const fromMs = beginOf(date);
  return { kind: 'day', key: `day:${dateText(dateAt(fromMs))}`, fromMs, untilMs: fromMs + DAY_MS };
}

function weekPeriod(year: number, week: number): Period {
  // 4 January is always in week 1
  const fourth = beginOf({ year, month: 1, day: 4 });
  const fromMs = fourth - (weekdayOf(fourth) - 1) * DAY_MS + (week - 1) * 7 * DAY_MS;
  return { kind: 'week', key: `week:${year}-W${two(week)}`, fromMs, untilMs: fromMs + 7 * DAY_MS };
}

function monthPeriod(year: number, month: number): Period {
  const fromMs = beginOf({ year, month, day: 1 });
  const date = dateAt(fromMs);
  return {
    kind: 'month',
    key: `month:${date.year}-${two(date.month)}`,
    fromMs,
    untilMs: beginOf({ year, month: month + 1, day: 1 }),
  };
}

/** Article 22: from the 26th of the month before to the 25th of this one. */
function cyclePeriod(year: number, month: number): Period {
  const untilMs = beginOf({ year, month, day: 26 });
  const date = dateAt(untilMs);
  return {
    kind: 'cycle',
    key: `cycle:${date.year}-${two(date.month)}`,
    fromMs: beginOf({ year, month: month - 1, day: 26 }),
    untilMs,
  };
}

function yearPeriod(year: number): Period {
  return {
    kind: 'year',
    key: `year:${year}`,
    fromMs: beginOf({ year, month: 1, day: 1 }),
    untilMs: beginOf({ year: year + 1, month: 1, day: 1 }),
  };
}

function summerPeriod(year: number): Period {
  return {
    kind: 'summer',
    key: `summer:${year}`,
    fromMs: beginOf({ year, month: SUMMER.first, day: 1 }),
    untilMs: beginOf({ year, month: SUMMER.last + 1, day: 1 }),
  };
}

function yearBack(date: LocalDate): LocalDate {
  const leapDay = date.month === 2 && date.day === 29;
  return { ...date, year: date.year - 1, day: leapDay ? 28 : date.day };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
