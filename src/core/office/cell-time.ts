/** The instant that a cell of a list says; a deadline may also be a span: 5个工作日. */
import type { Calendar } from '../orders/calendar.ts';
import { cellCode } from '../lists/cells.ts';
import { instantOf, readPortalText } from './portal-text.ts';

/** Null: it can't be said for sure, and is asked. `fromMs`: where a span begins, and what year a date without one is of. */
export function cellInstant(
  written: string,
  alone: 'begin' | 'end',
  fromMs: number,
  calendar: Calendar,
): number | null {
  const text = cellCode(written);
  // a bare number may be a day's number in a spreadsheet, a year, or anything
  if (/^[\d.\s]+$/.test(text) && !/^\d{4}\.\d{1,2}\.\d{1,2}(\s|$)/.test(text)) return null;
  const instant = instantOf(text, fromMs, alone);
  if (instant !== null || alone === 'begin') return instant;
  return readPortalText(`办理时限：${text}`, fromMs, calendar).dueAtMs;
}
