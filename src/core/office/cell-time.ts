/** The instant that a cell of a list says; a deadline may also be a span: 5个工作日. */
import type { Calendar } from '../orders/calendar.ts';
import { cellCode } from '../lists/cells.ts';
import { readTimeText, type TimeRead } from './time-text.ts';

/** `receivedAtMs`: where a span begins, and what year a date without one is of. */
export function cellTime(
  written: string,
  of: 'received' | 'due',
  receivedAtMs: number,
  calendar: Calendar,
  mayBeOver = false,
): TimeRead {
  return readTimeText(cellCode(written), { of, receivedAtMs, calendar, mayBeOver });
}
