/** The working calendar: the hours in which a unit works, and the days that are holidays or worked instead (调休). */
import { beginOf, dateAt, dateText, DAY_MS, weekdayOf } from '../office/period.ts';

export interface Calendar {
  /** minutes after midnight, Asia/Shanghai */
  fromMinute: number;
  untilMinute: number;
  /** Monday is 1 */
  weekdays: number[];
  /** `2026-10-01` ─▶ why */
  holidays: { date: string; name: string }[];
  /** weekends that are worked */
  worked: { date: string; name: string }[];
}

/** The State Council's holidays of 2026 that fall on Monday to Friday, and the weekend days worked instead. */
export const HOLIDAYS_2026: Pick<Calendar, 'holidays' | 'worked'> = {
  holidays: [
    { date: '2026-01-01', name: '元旦' },
    { date: '2026-01-02', name: '元旦' },
    { date: '2026-02-16', name: '春节' },
    { date: '2026-02-17', name: '春节' },
    { date: '2026-02-18', name: '春节' },
    { date: '2026-02-19', name: '春节' },
    { date: '2026-02-20', name: '春节' },
    { date: '2026-02-23', name: '春节' },
    { date: '2026-04-06', name: '清明节' },
    { date: '2026-05-01', name: '劳动节' },
    { date: '2026-05-04', name: '劳动节' },
    { date: '2026-05-05', name: '劳动节' },
    { date: '2026-06-19', name: '端午节' },
    { date: '2026-09-25', name: '中秋节' },
    { date: '2026-10-01', name: '国庆节' },
    { date: '2026-10-02', name: '国庆节' },
    { date: '2026-10-05', name: '国庆节' },
    { date: '2026-10-06', name: '国庆节' },
    { date: '2026-10-07', name: '国庆节' },
  ],
  worked: [
    { date: '2026-01-04', name: '元旦调休' },
    { date: '2026-02-14', name: '春节调休' },
    { date: '2026-02-28', name: '春节调休' },
    { date: '2026-05-09', name: '劳动节调休' },
    { date: '2026-09-20', name: '国庆节调休' },
    { date: '2026-10-10', name: '国庆节调休' },
  ],
};

const MINUTE_MS = 60_000;
/** two years without a working day is a calendar that was set wrong */
const MOST_DAYS = 732;

export function worksOn(calendar: Calendar, atMs: number): boolean {
  const day = dateText(dateAt(atMs));
  if (calendar.holidays.some((one) => one.date === day)) return false;
  return calendar.worked.some((one) => one.date === day) || calendar.weekdays.includes(weekdayOf(atMs));
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
