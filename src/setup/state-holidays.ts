/** Writes core/orders/state-holidays.json anew from the package chinese-days: after each `npm update chinese-days`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

type Days = Record<string, string>;
export interface StateHolidays {
  years: number[];
  /** date and name, the weekends of a holiday too */
  holidays: [string, string][];
  worked: [string, string][];
}
export const STATE_HOLIDAYS_FILE = resolve(import.meta.dirname, '../core/orders/state-holidays.json');

/** The package's own table: its functions call every weekday of an unknown year a working day, and do not say so. */
export function readStateHolidays(): StateHolidays {
  const entry = createRequire(import.meta.url).resolve('chinese-days');
  const file = join(dirname(entry), 'chinese-days.json');
  const { holidays, workdays } = JSON.parse(readFileSync(file, 'utf8')) as { holidays: Days; workdays: Days };
  const listed = (days: Days, suffix: string) =>
    Object.entries(days)
      .map(([date, names]): [string, string] => [date, `${names.split(',')[1] ?? ''}${suffix}`])
      .sort(([first], [second]) => first.localeCompare(second));
  const years = [...new Set(Object.keys(holidays).map((date) => Number(date.slice(0, 4))))].sort();
  return { years, holidays: listed(holidays, ''), worked: listed(workdays, '调休') };
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(STATE_HOLIDAYS_FILE, `${JSON.stringify(readStateHolidays())}\n`);
