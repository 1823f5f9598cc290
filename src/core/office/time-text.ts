/**
 * Which instant a time or a deadline in Chinese office text is: `11月27日中午12点前`, `3-5个工作日内`, `2026/11/24 4:30 PM`. Either all of
 * the text was understood, or a person is asked, with what was not. No library does this: chrono-node (zh) drops what it does
 * not know in silence and takes “晚8点前” for noon, luxon reads formats and no sentences.
 */
import { addWorking, unknownYearsBetween, type Calendar } from '../orders/calendar.ts';
import { minuteText, zoneOffsetMs } from '../zone.ts';
import { beginOf, dateAt, DAY_MS, weekdayOf } from './period.ts';
import { dayOf, Doubt, type TimeTextContext } from './time-days.ts';
import { timeWords, type PartOfDay, type SpanUnit, type TimeWord, type WrittenDay } from './time-words.ts';

export type { TimeTextContext };
/** `from`: the text that was read. `note`: what a person should know of it. `left`: what was not understood, `why` in Chinese. */
export type TimeRead =
  | { sure: true; atMs: number; from: string; note: string | null }
  | { sure: false; from: string; left: string; why: string };

/** One time: a day, a clock, or a length from when it was received. */
interface Side {
  day?: WrittenDay;
  /** “（周五）” behind a date must agree with it */
  weekday?: number;
  clock?: Extract<TimeWord, { kind: 'clock' }>;
  part?: PartOfDay;
  half?: 'am' | 'pm';
  zoneMs?: number;
  spans: { amount: number; unit: SpanUnit }[];
}
interface Statement {
  sides: Side[];
  /** 自11月24日起: a length counts from there */
  base?: Side;
  before: boolean;
}
const MOST_LENGTH = 200;
const HOUR_MS = 3_600_000;

/** Reads one time out of a short text, which must hold nothing else. */
export function readTimeText(text: string, context: TimeTextContext): TimeRead {
  const from = text.trim();
  const asked = (why: string, left: string): TimeRead => ({ sure: false, from, left: left || from, why });
  if (from === '') return asked('没有写时间', '');
  if (from.length > MOST_LENGTH) return asked('太长，看不出哪个是时间', '');
  try {
    const serial = serialDay(from, context);
    if (serial) return settledRead(from, serial, context);
    const words = timeWords(from);
    const unread = words.filter((word) => word.kind === 'unread').map((word) => word.text.trim());
    if (unread.length > 0) return asked(`看不懂“${unread.join('…')}”`, unread.join('…'));
    const doubts = words.filter((word) => word.kind === 'doubt');
    if (doubts[0]) return asked(doubts[0].why, doubts.map((word) => word.text).join('…'));
    const statements = statementsOf(words);
    if (statements.length === 0)
      return asked(words.some((word) => word.kind === 'soon') ? '没有写到什么时间' : '没有写时间', '');
    const read = statements.map((statement) => instantOf(statement, context));
    if (new Set(read.map((one) => one.atMs)).size > 1) return asked('写了不止一个时间', '');
    return settledRead(from, read[0]!, context);
  } catch (cause) {
    if (cause instanceof Doubt) return asked(cause.message, cause.left);
    throw cause;
  }
}

function settledRead(
  from: string,
  { atMs, note }: { atMs: number; note: string | null },
  { of, receivedAtMs, mayBeOver }: TimeTextContext,
): TimeRead {
  if (of === 'due' && atMs <= receivedAtMs && !mayBeOver)
    return { sure: false, from, left: from, why: '早于收到的时间' };
  return { sure: true, atMs, from, note };
}

/** Does the text hold any word of a time? */
export function holdsTime(text: string): boolean {
  return timeWords(text).some(
    ({ kind, text: word }) =>
      ['day', 'clock', 'span', 'part', 'doubt'].includes(kind) || (kind === 'unread' && /\d/u.test(word)),
  );
}

/** The words put together; a second time without a “至” before it is another statement of the same. */
function statementsOf(words: readonly TimeWord[]): Statement[] {
  const statements: Statement[] = [];
  let statement: Statement | null = null;
  let side: Side = { spans: [] };
  const begin = () => {
    statement = { sides: [], before: false };
    statements.push(statement);
    side = { spans: [] };
    statement.sides.push(side);
    return statement;
  };
  const room = (taken: boolean) => {
    if (statement === null || taken) begin();
  };
  for (const word of words)
    switch (word.kind) {
      case 'day':
        if (word.day.at === 'weekday' && word.day.weeks === null && side.day && side.day.at !== 'weekday')
          side.weekday = word.day.weekday;
        else if (side.day?.at === 'weekday' && side.day.weeks === null && !side.clock) {
          // Tue, 24 Nov 2026
          side.weekday = side.day.weekday;
          side.day = word.day;
        } else {
          room(side.day !== undefined || side.spans.length > 0);
          side.day = word.day;
        }
        break;
      case 'part':
        room(side.part !== undefined || side.spans.length > 0);
        side.part = word.part;
        break;
      case 'clock':
        room(side.clock !== undefined || side.spans.length > 0);
        side.clock = word;
        break;
      case 'half':
        if (side.half) throw new Doubt('上下午写了两次', word.text);
        room(false);
        side.half = word.half;
        break;
      case 'zone':
        if (!side.clock || side.zoneMs !== undefined) throw new Doubt('时区不知道是哪个时间的', word.text);
        side.zoneMs = word.offsetMs;
        break;
      case 'span':
        // 1天12小时 is one length
        room(side.day !== undefined || side.clock !== undefined || finer(side.spans.at(-1)?.unit, word.unit));
        side.spans.push({ amount: word.amount, unit: word.unit });
        break;
      case 'to':
        if (statement === null || isEmpty(side)) break;
        side = { spans: [] };
        (statement as Statement).sides.push(side);
        break;
      case 'before':
        if (statement !== null) (statement as Statement).before = true;
        break;
      case 'since':
        if (statement === null) break;
        if (!side.day || (statement as Statement).sides.length > 1)
          throw new Doubt('“起”到什么时间没有写', word.text);
        (statement as Statement).base = side;
        side = { spans: [] };
        (statement as Statement).sides = [side];
        break;
      default:
        break;
    }
  return statements;
}
const ORDER: SpanUnit[] = ['month', 'week', 'working-day', 'day', 'hour', 'minute'];
/** A unit that may not follow this one in one length. */
function finer(last: SpanUnit | undefined, next: SpanUnit): boolean {
  return last !== undefined && (ORDER.indexOf(next) <= ORDER.indexOf(last) || last === 'working-day');
}
const isEmpty = (side: Side) => !side.day && !side.clock && !side.part && side.spans.length === 0;

function instantOf(statement: Statement, context: TimeTextContext): { atMs: number; note: string | null } {
  const { sides, base, before } = statement;
  if (sides.length > 2) throw new Doubt('时间段看不懂');
  if (sides.length === 2 && isEmpty(sides[1]!)) throw new Doubt('“至”后面没有时间');
  const first = sides[0]!;
  const last = sides.at(-1)!;
  if (isEmpty(first)) throw new Doubt('“起”到什么时间没有写');
  if (context.of === 'received' && (sides.length > 1 || base)) throw new Doubt('是一段时间，不是一个时间');
  if (first.spans.length > 0 || last.spans.length > 0) return lengthOf(statement, context);
  if (context.of === 'received' && before) throw new Doubt('只写了在什么时间以前');
  if (base) throw new Doubt('“起”后面看不懂');
  if (first === last) return settled(first, dayOf(first, null, context, before), context);
  return endOfRange(first, last, before, context);
}

/** 11月24日至27日: the later end; the begin may lie before the day of receipt. */
function endOfRange(first: Side, last: Side, before: boolean, context: TimeTextContext) {
  const firstDay = { ...dayOf(first, null, context, true, true) };
  const beginMs = firstDay.ms + (clockOf(first) ?? 0);
  // 下午2点至4点, 11月24日14:00-16:00, 11月24日至27日
  const inherits = !last.day && !last.part && !last.half && last.clock?.style === first.clock?.style;
  const whole: Side = {
    ...last,
    ...(inherits && first.part && (last.clock?.hour ?? 13) <= 12 ? { part: first.part } : {}),
  };
  const bare = first.day?.at === 'day-of-month' && first.day.bare;
  const lastDay = whole.day ? dayOf(whole, firstDay.ms, context, before || !bare) : firstDay;
  if (bare && lastDay.ms - firstDay.ms > 14 * DAY_MS) throw new Doubt('时间段的结束早于开始');
  if (whole.zoneMs !== undefined && first.zoneMs === undefined) first.zoneMs = whole.zoneMs;
  if (first.zoneMs !== undefined) whole.zoneMs ??= first.zoneMs;
  const end = settled(whole, lastDay, context);
  const zoneMs = first.zoneMs === undefined ? 0 : zoneOffsetMs() - first.zoneMs;
  if (end.atMs < beginMs + zoneMs) throw new Doubt('时间段的结束早于开始');
  return end;
}

/** The day and its clock as one instant; a day alone is its end for a deadline, its begin for what has passed. */
function settled(
  side: Side,
  day: { ms: number; written: boolean; note: string | null },
  context: TimeTextContext,
): { atMs: number; note: string | null } {
  if (side.weekday !== undefined && weekdayOf(day.ms) !== side.weekday) throw new Doubt('日期和星期对不上');
  const clockMs = clockOf(side);
  if (clockMs === null) return { atMs: context.of === 'due' ? day.ms + DAY_MS : day.ms, note: day.note };
  const zoneMs = side.zoneMs === undefined ? 0 : zoneOffsetMs() - side.zoneMs;
  const atMs = day.ms + clockMs + zoneMs;
  if (!day.written && context.of === 'due' && atMs <= context.receivedAtMs)
    throw new Doubt('没有写日期，而今天这个时间已经过了');
  if (!day.written && context.of === 'received' && atMs > context.receivedAtMs)
    throw new Doubt('没有写日期，而今天还没有到这个时间');
  return { atMs, note: day.note };
}

/** Milliseconds after the day's begin; null: no clock was written. */
function clockOf({ clock, part, half }: Side): number | null {
  if (!clock) {
    if (part === 'noon') return 12 * HOUR_MS;
    if (part || half) throw new Doubt('没有写几点');
    return null;
  }
  const { hour, minute, ms, style } = clock;
  if (half) {
    if (part && (half === 'am') !== ['small-hours', 'morning'].includes(part))
      throw new Doubt('上下午对不上');
    if (half === 'am' ? hour > 12 : hour === 0 || hour === 24) throw new Doubt('上下午和钟点对不上');
    if (half === 'am') return hour === 12 ? ms - 12 * HOUR_MS : ms;
    return hour < 12 ? ms + 12 * HOUR_MS : ms;
  }
  if (!part) {
    // who says 4点 may mean the afternoon; 4:30 and 16时 are clocks of 24 hours
    if (style === 'spoken' && hour >= 1 && hour <= 7) throw new Doubt(`${hour}点是上午还是下午没有写`);
    return ms;
  }
  const shift = SHIFTS[part](hour, minute);
  if (shift === null) throw new Doubt('上下午和钟点对不上');
  return ms + shift * HOUR_MS;
}

/** Hours to add to what the clock says in this part of the day; null: it can't be, or may be two things. */
const SHIFTS: Record<PartOfDay, (hour: number, minute: number) => number | null> = {
  'small-hours': (hour) => (hour <= 6 ? 0 : hour === 12 ? -12 : null),
  // Windows writes 上午 12:05 for five past midnight, people for five past noon
  morning: (hour) => (hour < 12 && (hour === 0 || hour >= 4) ? 0 : null),
  noon: (hour) => (hour >= 10 && hour <= 14 ? 0 : hour >= 1 && hour <= 3 ? 12 : null),
  afternoon: (hour) => (hour >= 1 && hour <= 11 ? 12 : hour >= 12 && hour <= 23 ? 0 : null),
  dusk: (hour) => (hour >= 4 && hour <= 8 ? 12 : hour >= 16 && hour <= 20 ? 0 : null),
  // 晚上12点 is the end of the day; 晚上12:30 is already another one: which?
  evening: (hour, minute) =>
    hour >= 5 && hour <= 11 ? 12 : hour >= 17 ? 0 : hour === 12 && minute === 0 ? 12 : null,
  night: (hour, minute) =>
    hour >= 7 && hour <= 11 ? 12 : hour >= 19 ? 0 : hour === 12 && minute === 0 ? 12 : null,
};

/** A length: from when it was received, or from the day that was named. The first day does not count (民法典第二百零一条). */
function lengthOf({ sides, base, before }: Statement, context: TimeTextContext) {
  if (sides.some((side) => side.day || side.clock || side.part || side.half || side.spans.length === 0))
    throw new Doubt('时长和时间写在了一起');
  const { spans } = sides.at(-1)!;
  if (context.of === 'received') {
    const [span] = spans;
    const back = { hour: HOUR_MS, minute: 60_000 }[span!.unit as string];
    if (!before || spans.length > 1 || back === undefined) throw new Doubt('是一段时间，不是一个时间');
    return { atMs: context.receivedAtMs - span!.amount * back, note: null };
  }
  if (before) throw new Doubt('“前”是几天以前还是几天以内没有写明');
  const baseDay = base && dayOf(base, null, { ...context, of: 'received' }, true);
  const fromMs = base && baseDay ? baseDay.ms + (clockOf(base) ?? 0) : context.receivedAtMs;
  const ends = sides.map((side) => endOf(side.spans, fromMs, context.calendar));
  const last = ends.at(-1)!;
  if (last.atMs < ends[0]!.atMs) throw new Doubt('时间段的结束早于开始');
  return last;
}

function endOf(spans: Side['spans'], fromMs: number, calendar: Calendar) {
  let atMs = fromMs;
  let note: string | null = null;
  for (const { amount, unit } of spans) {
    const midnightMs = beginOf(dateAt(atMs)) + DAY_MS;
    const date = dateAt(atMs);
    if (unit === 'hour') atMs += amount * HOUR_MS;
    else if (unit === 'minute') atMs += amount * 60_000;
    else if (unit === 'day') atMs = spans.length > 1 ? atMs + amount * DAY_MS : midnightMs + amount * DAY_MS;
    else if (unit === 'week') atMs = midnightMs + amount * 7 * DAY_MS;
    else if (unit === 'month') {
      const days = dateAt(beginOf({ ...date, month: date.month + amount + 1, day: 0 })).day;
      atMs = beginOf({ ...date, month: date.month + amount, day: Math.min(date.day, days) }) + DAY_MS;
    } else {
      // whole working days, each as long as a day: it ends at 24:00 of the last
      const offices = { ...calendar, weekdays: [1, 2, 3, 4, 5], fromMinute: 0, untilMinute: 24 * 60 };
      const beginMs = atMs;
      atMs = addWorking(offices, midnightMs, amount * DAY_MS);
      const years = unknownYearsBetween(calendar, beginMs, atMs);
      if (years.length > 0)
        note = `${years.join('、')}年的放假安排还没有，按元旦、五一、国庆的法定假日和周一至周五上班算的；请管理员在“时限与日历”里补上后核对`;
    }
  }
  return { atMs, note };
}

/** `46350.6875`: a cell that lost its form. */
function serialDay(
  text: string,
  { of, receivedAtMs }: TimeTextContext,
): { atMs: number; note: string } | null {
  const number = /^\d{5}(?:\.\d+)?$/.exec(text.normalize('NFKC'))?.[0];
  if (!number) return null;
  // day 25569 of Excel's is 1 January 1970
  const wallMs = Math.round((Number(number) - 25_569) * 86_400) * 1000;
  const atMs = wallMs - zoneOffsetMs() + (of === 'due' && wallMs % DAY_MS === 0 ? DAY_MS : 0);
  if (Math.abs(atMs - receivedAtMs) > 3 * 366 * DAY_MS) return null;
  return { atMs, note: `“${text}”是 Excel 的日期序号，按 ${minuteText(atMs)} 读的` };
}
