import {
  beginOf,
  dateAt,
  DAY_MS,
  periodAt,
  periodBefore,
  weekdayOf,
  type Period,
  type PeriodKind,
} from './period.ts';

/** When a report makes itself and goes out, and to whom. */
export interface Schedule {
  report: string;
  /** what people called it; '' : it is one of the house's own */
  name: string;
  /** of which period */
  kind: PeriodKind;
  enabled: boolean;
  /** week: 1 Monday to 7; others: the day of the month, 0 its last; day: not looked at */
  day: number;
  /** of the day */
  minute: number;
  roles: string[];
  addresses: string[];
  /** what fell due before was not asked for */
  begunAtMs: number;
}
type Time = Pick<Schedule, 'kind' | 'day' | 'minute'>;
/** A run of a schedule: of which period, and when. */
export interface Run {
  period: Period;
  dueAtMs: number;
}

const MINUTE_MS = 60_000;
/** what was told of the last minute's calls is stored by then */
const SETTLED_MS = 5 * MINUTE_MS;
/** up to this day a month's report is of what ended before, from the next on of what is about to end */
const FIRST_HALF = 15;

/**
 * When a report of this kind usually goes; null: it never goes by itself. A cycle goes on its 25th (Articles 18, 22) at
 * 23:59, the day's last minute: earlier the calls of that evening would be in no report, and 24:00 is the 26th.
 */
export function usualTime(kind: PeriodKind): Pick<Schedule, 'day' | 'minute'> | null {
  switch (kind) {
    case 'day':
    case 'week':
    case 'summer':
    case 'year':
      return { day: 1, minute: 8 * 60 };
    case 'cycle':
      return { day: 25, minute: 24 * 60 - 1 };
    case 'month':
      return { day: 0, minute: 17 * 60 };
    case 'span':
      return null;
  }
}

/** a service that was away for months makes up so many of each report, the latest */
const MADE_UP = 100;

/** Every run that has fallen due since the schedule began, the earliest first: one that was missed is made up for. */
export function dueRuns(schedule: Time & Pick<Schedule, 'begunAtMs'>, nowMs: number): Run[] {
  const runs: Run[] = [];
  for (let run = latest(schedule, nowMs); run && run.dueAtMs >= schedule.begunAtMs;) {
    runs.unshift(run);
    if (runs.length === MADE_UP) break;
    run = latest(schedule, run.dueAtMs - 1);
  }
  return runs;
}

/** The next run that will fall due; null: it never goes by itself. */
export function nextRun(schedule: Time, nowMs: number): Run | null {
  for (let days = 1; days <= 400; days += 1) {
    const run = latest(schedule, nowMs + days * DAY_MS);
    if (run && run.dueAtMs > nowMs) return run;
  }
  return null;
}

function latest({ kind, day, minute }: Time, nowMs: number): Run | null {
  const today = dateAt(nowMs);
  const at = (date: { year: number; month: number; day: number }) => beginOf(date) + minute * MINUTE_MS;
  const onDayOf = (month: number, year = today.year) => {
    const last = dateAt(beginOf({ year, month: month + 1, day: 1 }) - DAY_MS);
    return at({ ...last, day: day === 0 ? last.day : Math.min(day, last.day) });
  };
  switch (kind) {
    case 'day': {
      // the day before, the next morning
      const due = at(today) <= nowMs ? at(today) : at(today) - DAY_MS;
      return { period: periodAt('day', due - DAY_MS), dueAtMs: due };
    }
    case 'week': {
      const monday = beginOf(today) - (weekdayOf(nowMs) - 1) * DAY_MS;
      const here = monday + (day - 1) * DAY_MS + minute * MINUTE_MS;
      const due = here <= nowMs ? here : here - 7 * DAY_MS;
      return { period: periodAt('week', due - 7 * DAY_MS), dueAtMs: due };
    }
    case 'month':
    case 'cycle': {
      const runs = [0, -1, -2].map((more) => {
        const due = onDayOf(today.month + more);
        const running = periodAt(kind, due);
        const { day: date } = dateAt(due);
        const over = date <= FIRST_HALF || (kind === 'cycle' && date >= 26);
        return whenOver({ period: over ? periodBefore(running) : running, dueAtMs: due });
      });
      return runs.find(({ dueAtMs }) => dueAtMs <= nowMs) ?? null;
    }
    case 'summer':
    case 'year': {
      const runs = [0, -1, -2].map((more) => {
        const period = periodAt(kind, beginOf({ year: today.year + more, month: 7, day: 1 }));
        // in the month after it
        const { year, month } = dateAt(period.untilMs);
        return { period, dueAtMs: onDayOf(month, year) };
      });
      return runs.find(({ dueAtMs }) => dueAtMs <= nowMs) ?? null;
    }
    case 'span':
      return null;
  }
}

/** A run in the last minute of its period waits until the period is over and all of it is stored: it is whole. */
function whenOver(run: Run): Run {
  const leftMs = run.period.untilMs - run.dueAtMs;
  return leftMs > 0 && leftMs <= MINUTE_MS ? { ...run, dueAtMs: run.period.untilMs + SETTLED_MS } : run;
}
