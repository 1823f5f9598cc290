/** The roster: a rotation of teams over the days, changed by hand and by swaps; and what the clocks saw of it. */
import { beginOf, DAY_MS, dateAt, dateText, parseDate } from '../office/period.ts';
import { shiftsOf, shiftWords, type Shift, type ShiftKind, type ShiftPlan } from './shift.ts';

/** A rotation: team k works on day d what the cycle says at d + k × step. A word of the cycle is a shift's code, '' is off. */
export interface Pattern {
  teams: readonly string[];
  cycle: readonly string[];
  /** days by which each team is ahead of the one before */
  step: number;
  /** the day on which the first team is at the cycle's begin, `2026-12-01` */
  beginDate: string;
}

/** Rotations that utilities use, as a begin. */
export const PATTERNS: Record<string, Pick<Pattern, 'cycle' | 'step'> & { zh: string; teams: number }> = {
  fourTeams: {
    zh: '四班三运转（早早中中夜夜休休）',
    ...{ teams: 4, cycle: ['early', 'early', 'middle', 'middle', 'night', 'night', '', ''], step: 2 },
  },
  fourTeamsQuick: {
    zh: '四班三运转（早中夜休）',
    ...{ teams: 4, cycle: ['early', 'middle', 'night', ''], step: 1 },
  },
  days: {
    zh: '常白班（做五休二，从星期一起）',
    ...{ teams: 1, cycle: ['early', 'early', 'early', 'early', 'early', '', ''], step: 0 },
  },
};

/** What a team works on a day; '' is off. Days before the begin go on backwards. */
export function patternShift(pattern: Pattern, team: number, date: string): string {
  const begin = parseDate(pattern.beginDate);
  const day = parseDate(date);
  if (!begin || !day || pattern.cycle.length === 0) return '';
  const days = Math.round((beginOf(day) - beginOf(begin)) / DAY_MS) + team * pattern.step;
  const length = pattern.cycle.length;
  return pattern.cycle[((days % length) + length) % length]!;
}

/** Null: the pattern can be used. Else in Chinese what is wrong with it. */
export function patternFault(pattern: Pattern, kinds: readonly ShiftKind[]): string | null {
  if (pattern.teams.length === 0 || pattern.teams.length > 12) return '班组要有 1 到 12 个。';
  if (new Set(pattern.teams).size !== pattern.teams.length) return '班组的名称不能重复。';
  if (pattern.cycle.length === 0 || pattern.cycle.length > 60) return '一个周期要有 1 到 60 天。';
  const stranger = pattern.cycle.find((code) => code !== '' && !kinds.some((kind) => kind.code === code));
  if (stranger !== undefined) return `没有“${stranger}”这种班次。`;
  return parseDate(pattern.beginDate) ? null : '请选开始的日期。';
}

/** The days of a month, `2026-12` ─▶ `2026-12-01` …; an empty list: no such month. */
export function datesOfMonth(month: string): string[] {
  const first = parseDate(`${month}-01`);
  if (!first) return [];
  const dates: string[] = [];
  for (let ms = beginOf(first); ; ms += DAY_MS) {
    const date = dateAt(ms);
    if (date.month !== first.month) return dates;
    dates.push(dateText(date));
  }
}

/** One spell of an agent's state, as the switch told it; `untilMs` null: it lasts. */
export interface Spell {
  state: string;
  fromMs: number;
  untilMs: number | null;
}
export interface Attendance {
  /** first instant at the desk, from two hours before the shift on; null: never */
  cameAtMs: number | null;
  /** last instant at the desk; null: still there, or never */
  leftAtMs: number | null;
  /** Article 24 wants ten minutes before the begin; `unseen`: no clock could see it, and nothing is held against them */
  verdict: 'coming' | 'on-time' | 'not-early' | 'late' | 'absent' | 'unseen';
  leftEarly: boolean;
  /** away in the middle of the shift, together */
  awayMs: number;
}

export const EARLY_MS = 10 * 60_000;
const BEFORE_MS = 2 * 3_600_000;
const ABSENT_MS = 30 * 60_000;
/** clocks differ a little, and a page is loaded again */
const TOLERANCE_MS = 60_000;
/** Who is in this state has come to the desk: presence is the sign-in (Article 24). */
export const AT_DESK = (state: string) => state !== 'offline';

/** Who has no extension is at no desk that a clock sees. */
export const UNSEEN: Attendance = {
  cameAtMs: null,
  leftAtMs: null,
  verdict: 'unseen',
  leftEarly: false,
  awayMs: 0,
};

/**
 * What the clocks saw of one person's shift: sign-in at the desk is presence. `unheard`: stretches in which nothing was
 * heard of the switch; what may have happened in one is not held against anybody.
 */
export function attendance(
  shift: Pick<Shift, 'fromMs' | 'untilMs'>,
  spells: readonly Spell[],
  nowMs: number,
  unheard: readonly { fromMs: number; untilMs: number }[] = [],
): Attendance {
  const there = spells
    .filter((one) => AT_DESK(one.state))
    .map((one) => ({ fromMs: one.fromMs, untilMs: one.untilMs ?? nowMs, lasts: one.untilMs === null }))
    .filter((one) => one.untilMs > shift.fromMs - BEFORE_MS && one.fromMs < shift.untilMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const [first] = there;
  const last = there.at(-1);
  const cameAtMs = first ? Math.max(first.fromMs, shift.fromMs - BEFORE_MS) : null;
  const leftAtMs = !last || last.lasts ? null : last.untilMs;
  const over = nowMs >= shift.untilMs;
  const deafMs = (fromMs: number, untilMs: number) =>
    unheard.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(gap.untilMs, untilMs) - Math.max(gap.fromMs, fromMs)),
      0,
    );
  const deafAtBegin =
    deafMs(shift.fromMs - EARLY_MS, Math.min(cameAtMs ?? nowMs, shift.untilMs)) > TOLERANCE_MS;
  let awayMs = 0;
  let at = Math.max(cameAtMs ?? shift.untilMs, shift.fromMs);
  for (const one of there) {
    const backAtMs = Math.min(one.fromMs, shift.untilMs);
    if (one.fromMs > at) awayMs += backAtMs - at - deafMs(at, backAtMs);
    at = Math.max(at, one.untilMs);
  }
  return {
    cameAtMs,
    leftAtMs,
    verdict:
      cameAtMs === null
        ? nowMs < shift.fromMs + ABSENT_MS
          ? 'coming'
          : deafAtBegin
            ? 'unseen'
            : 'absent'
        : cameAtMs <= shift.fromMs - EARLY_MS + TOLERANCE_MS
          ? 'on-time'
          : deafAtBegin
            ? 'unseen'
            : cameAtMs <= shift.fromMs
              ? 'not-early'
              : 'late',
    leftEarly:
      over &&
      leftAtMs !== null &&
      leftAtMs < shift.untilMs - TOLERANCE_MS &&
      deafMs(leftAtMs - TOLERANCE_MS, shift.untilMs) === 0,
    awayMs,
  };
}

/** The shift that a code means on a day; null: off. */
export function shiftOn(date: string, code: string, plans: readonly ShiftPlan[]): Shift | null {
  return shiftsOf(date, plans).find((one) => one.code === code) ?? null;
}

/** How far before and after their shift people may sign in for calls. */
export interface Margins {
  beforeMs: number;
  afterMs: number;
}

/**
 * The roster says who may be in the queue. Null: this person may sign in for calls now. Else in Chinese why not, and what
 * to do. Where nobody at all is planned the roster says nothing and keeps nobody out: a hotline without a roster answers.
 */
export function keptOut(
  personId: number,
  cells: readonly { personId: number; date: string; code: string }[],
  plans: readonly ShiftPlan[],
  nowMs: number,
  { beforeMs, afterMs }: Margins,
): string | null {
  const shifts = cells.flatMap((cell) => {
    const shift = shiftOn(cell.date, cell.code, plans);
    return shift ? [{ personId: cell.personId, shift }] : [];
  });
  if (!shifts.some(({ shift }) => shift.fromMs <= nowMs && nowMs < shift.untilMs)) return null;
  const mine = shifts.filter((one) => one.personId === personId).map((one) => one.shift);
  if (mine.some((one) => one.fromMs - beforeMs <= nowMs && nowMs < one.untilMs + afterMs)) return null;
  const next = mine.filter((one) => one.fromMs > nowMs).sort((a, b) => a.fromMs - b.fromMs)[0];
  return `现在的班没有排您${next ? `，下一班是 ${shiftWords(next)}` : ''}。要上岗请班长在“排班”里把您排进今天的班。`;
}

/** The codes of the four cells that a swap touches; '' is off. */
export interface SwapCells {
  askerDate: string;
  otherDate: string;
  /** the asker's on the day that they give, and on the day that they take */
  askerGives: string;
  askerHas: string;
  otherGives: string;
  otherHas: string;
}

/** Why two can't change shifts: each of their other shifts stays what it is. Null: they can. */
export function swapFault(swap: SwapCells, asker: string, other: string): string | null {
  const { askerDate, otherDate, askerGives, otherGives } = swap;
  if (askerDate === otherDate)
    return askerGives === otherGives ? `${asker} 和 ${other} 在 ${askerDate} 的班一样，不用换。` : null;
  if (askerGives === '') return `${asker} 在 ${askerDate} 没有班可以换，请刷新后重选。`;
  if (otherGives === '') return `${other} 在 ${otherDate} 没有班可以换，请刷新后重选。`;
  const both = (name: string, date: string) =>
    `${name} 在 ${date} 已经另有班，换过去就有两个班了。请改选双方各自休息的日子，或先由班长调整排班。`;
  if (swap.otherHas !== '') return both(other, askerDate);
  return swap.askerHas !== '' ? both(asker, otherDate) : null;
}
