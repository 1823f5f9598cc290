/** The shifts of a day: early, middle, night. Every instant belongs to exactly one. */
import { beginOf, dateAt, DAY_MS, dateText, parseDate } from '../office/period.ts';

/** One kind of shift, as the service centre sets it. */
export interface ShiftKind {
  /** `early` */
  code: string;
  /** 早班 */
  zh: string;
  /** minutes after midnight, Asia/Shanghai, at which it begins */
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
const MINUTE_MS = 60_000;

/** The shifts that begin on a day, in their order: each lasts until the next begins, so that no minute is nobody's. */
export function shiftsOf(date: string, kinds: readonly ShiftKind[]): Shift[] {
  const parsed = parseDate(date);
  if (!parsed) return [];
  const dayMs = beginOf(parsed);
  const sorted = [...kinds].sort((a, b) => a.fromMinute - b.fromMinute);
  return sorted.map(({ code, zh, fromMinute }, at) => {
    const next = sorted[at + 1];
    const untilMinute = next ? next.fromMinute : sorted[0]!.fromMinute + 1440;
    return {
      ...{ key: `${date}:${code}`, date, code, zh },
      fromMs: dayMs + fromMinute * MINUTE_MS,
      untilMs: dayMs + untilMinute * MINUTE_MS,
    };
  });
}

/** The shift in which an instant lies. */
export function shiftAt(atMs: number, kinds: readonly ShiftKind[]): Shift {
  const near = [atMs, atMs - DAY_MS].flatMap((ms) => shiftsOf(dateText(dateAt(ms)), kinds));
  return near.find((one) => one.fromMs <= atMs && atMs < one.untilMs)!;
}

export function shiftBefore(shift: Shift, kinds: readonly ShiftKind[]): Shift {
  return shiftAt(shift.fromMs - 1, kinds);
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
  return null;
}

/** `11月25日 早班 08:00—16:00` */
export function shiftWords(shift: Pick<Shift, 'zh' | 'fromMs' | 'untilMs'>): string {
  const { month, day } = dateAt(shift.fromMs);
  return `${month}月${day}日 ${shift.zh} ${clockText(shift.fromMs)}—${clockText(shift.untilMs)}`;
}

/** `08:00` */
export function clockText(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(11, 16);
}
