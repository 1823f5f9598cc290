/**
 * The working calendar: the hours in which a unit works, and the days that are holidays or worked instead (调休). The State
 * Council's days are known (state-holidays.json, from the package chinese-days); what the utility has set itself wins, day by day.
 */
import { beginOf, dateAt, dateText, DAY_MS, weekdayOf } from '../office/period.ts';
import STATE from './state-holidays.json' with { type: 'json' };

export interface Calendar {
  /** minutes after midnight */
  fromMinute: number;
  untilMinute: number;
  /** Monday is 1 */
  weekdays: number[];
  /** what the utility has set itself: `2027-10-01` ─▶ why */
  holidays: { date: string; name: string }[];
  /** weekends that are worked */
  worked: { date: string; name: string }[];
  /** the State Council's day, but none here */
  plain?: { date: string; name: string }[];
  /** years of which the utility says that its days are complete */
  years?: number[];
}
export type DayKind = 'plain' | 'holiday' | 'worked';
export interface KindOfDay {
  kind: DayKind;
  name: string;
  /** the utility's own word, or the State Council's */
  own: boolean;
}

/** The years whose holidays the State Council's list has. */
export const STATE_YEARS: readonly number[] = STATE.years;
/** 《全国年节及纪念日放假办法》: holidays of every year by their date; the others and all that is moved is said each autumn. */
const BY_LAW = [
  ...[['01-01', '元旦'] as const, ['05-01', '劳动节'] as const, ['05-02', '劳动节'] as const],
  ...(['10-01', '10-02', '10-03'] as const).map((day) => [day, '国庆节'] as const),
];
const LAST_YEAR = Math.max(...STATE.years);
const YEARS_TO_COME = Array.from({ length: 20 }, (_, ahead) => LAST_YEAR + 1 + ahead);
const STATE_DAYS = new Map<string, KindOfDay>([
  ...STATE.holidays.map(([date, name]) => [date!, { kind: 'holiday', name: name!, own: false }] as const),
  ...STATE.worked.map(([date, name]) => [date!, { kind: 'worked', name: name!, own: false }] as const),
  ...YEARS_TO_COME.flatMap((year) =>
    BY_LAW.map(([day, name]) => [`${year}-${day}`, { kind: 'holiday', name, own: false }] as const),
  ),
]);
type OwnDays = Pick<Calendar, 'holidays' | 'worked' | 'plain'>;
const indexes = new WeakMap<object, OwnDays & { days: Map<string, KindOfDay> }>();
/** Looked up for every day of a reckoning, so it is made once of the same lists. */
function ownDaysOf({ holidays, worked, plain }: OwnDays): Map<string, KindOfDay> {
  const known = indexes.get(holidays);
  if (known?.worked === worked && known.plain === plain) return known.days;
  const list = (kind: DayKind, days: Calendar['holidays'] = []) =>
    days.flatMap(({ date, name }) =>
      // before the State Council's days were known, people typed them in
      STATE_DAYS.get(date)?.kind === kind ? [] : [[date, { kind, name, own: true }] as const],
    );
  const days = new Map([...list('plain', plain), ...list('worked', worked), ...list('holiday', holidays)]);
  indexes.set(holidays, { holidays, worked, ...(plain && { plain }), days });
  return days;
}

/** Every day that is not what its weekday says: the State Council's, as the utility has changed them. */
export function specialDays(calendar: OwnDays): Map<string, KindOfDay> {
  const days = new Map([...STATE_DAYS, ...ownDaysOf(calendar)]);
  for (const [date, { kind }] of days) if (kind === 'plain') days.delete(date);
  return days;
}
/** The calendar with this day set by the utility; what the State Council says of it anyway needs no word. */
export function withDay(calendar: OwnDays, date: string, kind: DayKind, name: string): Required<OwnDays> {
  const others = (days: Calendar['holidays'] = []) => days.filter((day) => day.date !== date);
  const needed = kind !== (STATE_DAYS.get(date)?.kind ?? 'plain');
  const listed = (days: Calendar['holidays'] | undefined, own: DayKind) =>
    [...others(days), ...(needed && kind === own ? [{ date, name }] : [])].sort((a, b) =>
      a.date.localeCompare(b.date),
    );
  return {
    holidays: listed(calendar.holidays, 'holiday'),
    worked: listed(calendar.worked, 'worked'),
    plain: listed(calendar.plain, 'plain'),
  };
}

/** What a day is apart from its weekday: the utility's own word first, then the State Council's. */
export function kindOfDay(calendar: OwnDays, date: string): KindOfDay {
  return ownDaysOf(calendar).get(date) ?? STATE_DAYS.get(date) ?? { kind: 'plain', name: '', own: false };
}

/** Is it known which days of this year are holidays? */
export function isKnownYear(calendar: Pick<Calendar, 'years'>, year: number): boolean {
  return STATE_YEARS.includes(year) || (calendar.years ?? []).includes(year);
}

/** The years between two instants whose holidays nobody has said. */
export function unknownYearsBetween(
  calendar: Pick<Calendar, 'years'>,
  fromMs: number,
  untilMs: number,
): number[] {
  const years: number[] = [];
  // the deadline itself is the end of the day before
  for (let { year } = dateAt(fromMs); year <= dateAt(untilMs - 1).year; year += 1)
    if (!isKnownYear(calendar, year)) years.push(year);
  return years;
}

const MINUTE_MS = 60_000;
/** two years without a working day is a calendar that was set wrong */
const MOST_DAYS = 732;

export function worksOn(calendar: Calendar, atMs: number): boolean {
  const { kind } = kindOfDay(calendar, dateText(dateAt(atMs)));
  return kind === 'plain' ? calendar.weekdays.includes(weekdayOf(atMs)) : kind === 'worked';
}

/** The instant that lies so much working time after this one; where nobody ever works, plain time. */
export function addWorking(calendar: Calendar, fromMs: number, lengthMs: number): number {
  let left = lengthMs;
  let dayMs = beginOf(dateAt(fromMs));
  for (let days = 0; days < MOST_DAYS; days += 1, dayMs += DAY_MS) {
    if (!worksOn(calendar, dayMs)) continue;
    const begin = Math.max(fromMs, dayMs + calendar.fromMinute * MINUTE_MS);
    const end = dayMs + calendar.untilMinute * MINUTE_MS;
    if (end <= begin) continue;
    if (end - begin >= left) return begin + left;
    left -= end - begin;
  }
  return fromMs + lengthMs;
}

/** 24:00 of the first working day that begins at or after this day. */
export function endOfWorkingDay(calendar: Calendar, atMs: number): number {
  let dayMs = beginOf(dateAt(atMs));
  for (let days = 0; days < MOST_DAYS; days += 1, dayMs += DAY_MS)
    if (worksOn(calendar, dayMs)) return dayMs + DAY_MS;
  return beginOf(dateAt(atMs)) + DAY_MS;
}
