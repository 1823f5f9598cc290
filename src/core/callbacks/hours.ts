import { specialDays, type Calendar } from '../orders/calendar.ts';
import { beginOf, dateAt, dateText, DAY_MS, weekdayOf } from '../office/period.ts';

/** A stretch of the day in which we may call, minutes since midnight in the hotline's time; `until` is out. */
export interface Band {
  from: number;
  until: number;
}
/** 09:00–12:00, 14:30–20:00 */
export const BANDS: readonly Band[] = [
  { from: 540, until: 720 },
  { from: 870, until: 1200 },
];
/** `2026-10-01` ─▶ is it worked? Only days that differ from Monday to Friday stand here. */
export type Holidays = Readonly<Record<string, 'holiday' | 'worked'>>;

/** The days of the working calendar, which the orders' clocks share. */
export function holidaysOf(calendar: Pick<Calendar, 'holidays' | 'worked' | 'plain'>): Holidays {
  return Object.fromEntries(
    [...specialDays(calendar)].map(
      ([date, { kind }]) => [date, kind === 'worked' ? kind : 'holiday'] as const,
    ),
  );
}

const MINUTE_MS = 60_000;
/** no holiday of China lasts longer, so a year of looking ahead always finds a band, if there is one at all */
const LOOK_AHEAD_DAYS = 366;

export function isWorkingDay(atMs: number, holidays: Holidays): boolean {
  const told = holidays[dateText(dateAt(atMs))];
  return told ? told === 'worked' : weekdayOf(atMs) <= 5;
}

/** Do two of these stretches of the day share an instant? */
export function bandsOverlap(bands: readonly Band[]): boolean {
  return plainBands(bands).length < bands.length;
}

/** The same stretches of the day, those that overlap as one: which band an instant lies in is then sure. */
export function plainBands(bands: readonly Band[]): Band[] {
  const plain: Band[] = [];
  for (const { from, until } of [...bands].sort((a, b) => a.from - b.from)) {
    const last = plain.at(-1);
    if (last && from < last.until) last.until = Math.max(last.until, until);
    else plain.push({ from, until });
  }
  return plain;
}

/** In which band an instant lies; null: nobody is called now. */
export function bandAt(atMs: number, bands: readonly Band[], holidays: Holidays): number | null {
  if (!isWorkingDay(atMs, holidays)) return null;
  const minutes = (atMs - beginOf(dateAt(atMs))) / MINUTE_MS;
  const at = bands.findIndex((band) => minutes >= band.from && minutes < band.until);
  return at < 0 ? null : at;
}

/** The first instant from `fromMs` on that lies in a band, and not in the band `not`; null: there is none in a year. */
export function nextCallableMs(
  fromMs: number,
  bands: readonly Band[],
  holidays: Holidays,
  not: number | null = null,
): number | null {
  let dayMs = beginOf(dateAt(fromMs));
  for (let days = 0; days < LOOK_AHEAD_DAYS; days += 1, dayMs += DAY_MS) {
    if (!isWorkingDay(dayMs, holidays)) continue;
    let earliest: number | null = null;
    bands.forEach((band, at) => {
      if (at === not) return;
      const begin = Math.max(fromMs, dayMs + band.from * MINUTE_MS);
      if (begin >= dayMs + band.until * MINUTE_MS) return;
      if (earliest === null || begin < earliest) earliest = begin;
    });
    if (earliest !== null) return earliest;
  }
  return null;
}
