import { beginOf, dateAt, DAY_MS, periodAt, weekdayOf, type Period } from './period.ts';

/** When a report makes itself and goes out, and to whom. */
export interface Schedule {
  report: string;
  enabled: boolean;
  /** weekly: 1 Monday to 7; monthly and month-end: the day of the month, 0 its last; daily: not looked at */
  day: number;
  /** of the day, in Asia/Shanghai */
  minute: number;
  roles: string[];
  addresses: string[];
  /** what fell due before was not asked for */
  begunAtMs: number;
}

/** The latest run that has fallen due by now: of which period, and when; null: none since the schedule began. */
export function dueRun(
  schedule: Pick<Schedule, 'report' | 'day' | 'minute' | 'begunAtMs'>,
  nowMs: number,
): { period: Period; dueAtMs: number } | null {
  const run = latest(schedule, nowMs);
  return run && run.dueAtMs >= schedule.begunAtMs ? run : null;
}

function latest(
  { report, day, minute }: Pick<Schedule, 'report' | 'day' | 'minute'>,
  nowMs: number,
): { period: Period; dueAtMs: number } | null {
  const today = dateAt(nowMs);
  const at = (date: { year: number; month: number; day: number }) => beginOf(date) + minute * 60_000;
  switch (report) {
    case 'daily': {
      // the day before, the next morning
      const due = at(today) <= nowMs ? at(today) : at(today) - DAY_MS;
      return { period: periodAt('day', due - DAY_MS), dueAtMs: due };
    }
    case 'weekly': {
      const monday = beginOf(today) - (weekdayOf(nowMs) - 1) * DAY_MS;
      const here = monday + (day - 1) * DAY_MS + minute * 60_000;
      const due = here <= nowMs ? here : here - 7 * DAY_MS;
      return { period: periodAt('week', due - 7 * DAY_MS), dueAtMs: due };
    }
    case 'monthly':
    case 'month-end': {
      const inMonth = (month: number) => {
        const last = dateAt(beginOf({ year: today.year, month: month + 1, day: 1 }) - DAY_MS);
        return at({ ...last, day: day === 0 ? last.day : Math.min(day, last.day) });
      };
      const due = inMonth(today.month) <= nowMs ? inMonth(today.month) : inMonth(today.month - 1);
      if (report === 'month-end') return { period: periodAt('month', due), dueAtMs: due };
      // on the 26th the cycle that ended with the 25th; before that day the one that still runs
      const date = dateAt(due);
      return {
        period: periodAt('cycle', date.day >= 26 ? beginOf({ ...date, day: 25 }) : due),
        dueAtMs: due,
      };
    }
    default:
      return null;
  }
}
