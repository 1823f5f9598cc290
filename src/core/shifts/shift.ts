/** The shifts of a day: early, middle, night. Every instant belongs to exactly one. */
import { minuteText } from '../zone.ts';
import { beginOf, dateAt, DAY_MS, dateText, parseDate } from '../office/period.ts';

/** One kind of shift, as the service centre sets it. */
export interface ShiftKind {
  /** `early` */
  code: string;
  /** 早班 */
  zh: string;
  /** minutes after midnight at which it begins */
  fromMinute: number;
}
/** A shift of a day; a night shift belongs to the day on which it begins. */
export interface Shift {
  /** `2026-11-25:early` */
  key: string;
  /** `2026-11-25` */
  date: string;
  code: string;
  zh: string;
  fromMs: number;
  /** exclusive */
  untilMs: number;
}

/** 早 08:00, 中 16:00, 夜 00:00. */
export const SHIFT_KINDS: readonly ShiftKind[] = [
  { code: 'night', zh: '夜班', fromMinute: 0 },
  { code: 'early', zh: '早班', fromMinute: 480 },
  { code: 'middle', zh: '中班', fromMinute: 960 },
];
/** The shifts of a day as they are from a day on: changed times never move a shift that was. */
export interface ShiftPlan {
  /** `2026-12-01` */
  fromDate: string;
  kinds: readonly ShiftKind[];
}
/** Before the service centre has set any. */
export const USUAL_PLANS: readonly ShiftPlan[] = [{ fromDate: '0001-01-01', kinds: SHIFT_KINDS }];
const MINUTE_MS = 60_000;

/** The kinds of shift that a day has, in their order: those of the last plan that began by then. */
export function kindsOn(date: string, plans: readonly ShiftPlan[]): ShiftKind[] {
  const begun = plans
    .filter((plan) => plan.fromDate <= date)
    .sort((a, b) => (a.fromDate < b.fromDate ? -1 : 1));
  return [...(begun.at(-1)?.kinds ?? SHIFT_KINDS)].sort((a, b) => a.fromMinute - b.fromMinute);
}

/** Every kind that a shift of these days may be, each code once, with the words of its last day. */
export function kindsAmong(dates: readonly string[], plans: readonly ShiftPlan[]): ShiftKind[] {
  const among = new Map(dates.flatMap((date) => kindsOn(date, plans)).map((kind) => [kind.code, kind]));
  return [...among.values()].sort((a, b) => a.fromMinute - b.fromMinute);
}

/** The shifts that begin on a day, in their order: each lasts until the next begins, so that no minute is nobody's. */
export function shiftsOf(date: string, plans: readonly ShiftPlan[]): Shift[] {
  const parsed = parseDate(date);
  if (!parsed) return [];
  const dayMs = beginOf(parsed);
  const sorted = kindsOn(date, plans);
  const [morrow] = kindsOn(dateText(dateAt(dayMs + DAY_MS)), plans);
  return sorted.map(({ code, zh, fromMinute }, at) => {
    const next = sorted[at + 1];
    const untilMinute = next ? next.fromMinute : morrow!.fromMinute + 1440;
    return {
      ...{ key: `${date}:${code}`, date, code, zh },
      fromMs: dayMs + fromMinute * MINUTE_MS,
      untilMs: dayMs + untilMinute * MINUTE_MS,
    };
  });
}

/** The shift in which an instant lies. */
export function shiftAt(atMs: number, plans: readonly ShiftPlan[]): Shift {
  const near = [atMs, atMs - DAY_MS].flatMap((ms) => shiftsOf(dateText(dateAt(ms)), plans));
  return near.find((one) => one.fromMs <= atMs && atMs < one.untilMs)!;
}

export function shiftBefore(shift: Shift, plans: readonly ShiftPlan[]): Shift {
  return shiftAt(shift.fromMs - 1, plans);
}

/** Null: these may be the shifts of a day. Else in Chinese what is wrong. */
export function shiftKindsFault(kinds: readonly ShiftKind[]): string | null {
  if (kinds.length === 0) return '至少要有一个班次。';
  if (kinds.some(({ zh }) => zh.trim() === '')) return '每个班次都要有名称。';
  if (kinds.some(({ fromMinute }) => !Number.isInteger(fromMinute) || fromMinute < 0 || fromMinute > 1439))
    return '班次开始时间要在 00:00 到 23:59 之间。';
  const begins = new Set(kinds.map((one) => one.fromMinute));
  const codes = new Set(kinds.map((one) => one.code));
  const names = new Set(kinds.map((one) => one.zh.trim()));
  if (begins.size < kinds.length) return '两个班次不能同时开始。';
  if (codes.size < kinds.length || names.size < kinds.length) return '两个班次不能同名。';
  const letters = new Set(kinds.map((one) => [...one.zh.trim()][0]));
  // the roster and the rotation write a shift as its first character
  if (letters.size < kinds.length || letters.has('休'))
    return '班次名称的第一个字不能相同，也不能是“休”：排班表上只写这一个字。';
  return null;
}

/** `11月25日 早班 08:00—16:00` */
export function shiftWords(shift: Pick<Shift, 'zh' | 'fromMs' | 'untilMs'>): string {
  const { month, day } = dateAt(shift.fromMs);
  return `${month}月${day}日 ${shift.zh} ${clockText(shift.fromMs)}—${clockText(shift.untilMs)}`;
}

/** `08:00` */
export function clockText(atMs: number): string {
  return minuteText(atMs).slice(11);
}
