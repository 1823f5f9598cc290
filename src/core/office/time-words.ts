/**
 * The words of which times and deadlines are made in Chinese office text. Every character of a text becomes a word of one
 * kind or is `unread`: nothing is dropped, so who puts the words together knows whether the whole sentence was understood.
 */
import { withDigits } from './chinese-numerals.ts';

/** A day as it was written; which day it is depends on when the text was received. */
export type WrittenDay =
  | { at: 'date'; year: number | null; month: number; day: number; note?: string }
  /** `24日`, `本月24日`; months after the one of receipt, null: not said. `bare`: might as well be a number of days */
  | { at: 'day-of-month'; months: number | null; day: number; bare: boolean }
  | { at: 'relative'; days: number }
  /** weeks after the one of receipt, null: not said */
  /** a year of two digits: the days that it may be */
  | { at: 'one-of'; dates: { year: number; month: number; day: number }[] }
  | { at: 'weekday'; weeks: number | null; weekday: number }
  | { at: 'month-end'; month: number | null; months: number; years: number | null }
  | { at: 'year-date'; years: number; month: number; day: number };

export type PartOfDay = 'small-hours' | 'morning' | 'noon' | 'afternoon' | 'dusk' | 'evening' | 'night';
export type SpanUnit = 'working-day' | 'day' | 'hour' | 'minute' | 'week' | 'month';

export type TimeWord = { text: string } & (
  | { kind: 'day'; day: WrittenDay }
  /** `style`: 16:30 and 16时30分 are of 24 hours, “4点” may be of twelve */
  | { kind: 'clock'; hour: number; minute: number; ms: number; style: 'twenty-four' | 'spoken' }
  | { kind: 'part'; part: PartOfDay }
  | { kind: 'half'; half: 'am' | 'pm' }
  | { kind: 'zone'; offsetMs: number }
  | { kind: 'span'; amount: number; unit: SpanUnit }
  /** `soon`: 立即, 尽快 */
  | { kind: 'to' | 'before' | 'since' | 'soon' | 'filler' }
  | { kind: 'doubt'; why: string }
  | { kind: 'unread' }
);
type Meaning = TimeWord extends infer W ? (W extends { text: string } ? Omit<W, 'text'> : never) : never;

const PARTS: Record<string, PartOfDay> = {
  凌晨: 'small-hours',
  ...Object.fromEntries(['清晨', '早晨', '早上', '上午', '早'].map((word) => [word, 'morning'] as const)),
  ...Object.fromEntries(['中午', '正午', '午间'].map((word) => [word, 'noon'] as const)),
  ...Object.fromEntries(['下午', '午后'].map((word) => [word, 'afternoon'] as const)),
  傍晚: 'dusk',
  ...Object.fromEntries(['晚上', '晚间', '晚'].map((word) => [word, 'evening'] as const)),
  ...Object.fromEntries(
    ['夜里', '夜间', '夜晚', '深夜', '半夜', '午夜'].map((word) => [word, 'night'] as const),
  ),
};
const DAYS: Record<string, number> = {
  ...{ 大前天: -3, 前天: -2, 前日: -2, 昨天: -1, 昨日: -1, 大后天: 3, 后天: 2, 后日: 2 },
  ...{ 今天: 0, 今日: 0, 当天: 0, 当日: 0, 本日: 0, 即日: 0 },
  ...{ 明天: 1, 明日: 1, 次日: 1, 翌日: 1, 第二天: 1, 第2天: 1 },
};
/** `今晚`, `明早`: a day and its part in two characters */
const SHORT_DAYS: Record<string, number> = { 今: 0, 当: 0, 明: 1, 次: 1, 昨: -1 };
const UNITS: [RegExp, SpanUnit, number][] = [
  [/^(?:法定)?工作(?:日|天)$|^working ?days?$|^business ?days?$/iu, 'working-day', 1],
  [/^(?:自然|日历)?(?:日|天)$|^(?:calendar ?)?days?$/iu, 'day', 1],
  [/^小时$|^钟头$|^h(?:ou)?rs?$|^h$/iu, 'hour', 1],
  [/^分钟?$|^min(?:ute)?s?$/iu, 'minute', 1],
  [/^刻钟$/u, 'minute', 15],
  [/^周$|^星期$|^礼拜$|^weeks?$/iu, 'week', 1],
  [/^月$|^months?$/iu, 'month', 1],
];
const UNIT =
  '(?:法定)?工作(?:日|天)|working ?days?|business ?days?|自然(?:日|天)|日历(?:日|天)|calendar ?days?|days?|小时|钟头|h(?:ou)?rs?|h|分钟|min(?:ute)?s?|刻钟|星期|礼拜|周|weeks?|months?|天';
const TO = '(?:-|–|—|－|~|〜|～|至|到)+';
const FESTIVALS =
  '十一|春节|元旦|国庆节?|中秋节?|端午节?|清明节?|劳动节|五一|除夕|元宵节?|小年|过年|节假日|节';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;
const SINCE_WHAT =
  '(?:自|从)?(?:收到|接到|接收|受理|签收|派单|派发|交办|转办|接单|登记|来件|收文|下发|通知)(?:工单|本单|此单|来件|转办单|通知|本函|此件|件|市民诉求|诉求)?(?:之日|当日|之时|时)?(?:起|后|之后|以后)(?:的)?';
/** What stands around a time without changing it. */
const FILLERS =
  '含(?:当日|当天|本日)|即|自|从|截止(?:时间|日期)?|截至|到期(?:时间)?|最迟|最晚|最长|最多|至多|不晚于|不迟于|不超过|务必|必须|需要|请(?:贵单位|你单位|各单位)?|须|应当?|要求|限期?|需|于|在|为|是|内|之内|以内|为止|止|整|的|办结|完成|回复|反馈|处理|答复|办理|处置|回访|上报|报送|办毕|完毕|结案|回告|联系|到场|到位|并|市民|群众|诉求人|用户|来电人|时限|期限|时间|日期|等待|within|by|before|at|on|in';

type Rule = [RegExp, (match: RegExpExecArray) => Meaning | Meaning[]];
const number = (text: string | undefined) => Number(text ?? 0);
const yearOf = (text: string) => (text.length === 2 ? 2000 + Number(text) : Number(text));
const doubt = (why: string): Meaning => ({ kind: 'doubt', why });
const dayOf = (day: WrittenDay): Meaning => ({ kind: 'day', day });
const date = (year: string | null, month: string, day: string): Meaning =>
  dayOf({
    ...{ at: 'date', month: Number(month), day: Number(day) },
    year: year === null ? null : yearOf(year),
  });
const monthsOf = (word: string) => (word.startsWith('下') ? 1 : word.startsWith('上') ? -1 : 0);
const yearsOf = (word: string | undefined) =>
  word === undefined ? null : word.startsWith('明') ? 1 : word.startsWith('去') ? -1 : 0;

/** In this order: the longer reading of a place comes before the shorter one. */
const RULES: Rule[] = [
  [/\s+|[,，、。.;；:："'“”‘’()（）[\]【】<>《》|*!！_=·]/y, () => ({ kind: 'filler' })],
  [new RegExp(SINCE_WHAT, 'y'), () => ({ kind: 'filler' })],
  // 20261124, 20261124163000
  [
    /(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[ T]?([01]\d|2[0-4])([0-5]\d)([0-5]\d)?)?(?![\d.])/y,
    ([, year, month, day, hour, minute, second]) => [
      date(year!, month!, day!),
      ...(hour === undefined ? [] : [clockOf(hour, minute, second, undefined, 'twenty-four')]),
    ],
  ],
  // 2026-11-24, 2026/11/24, 2026年11月24日
  [
    /(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?:\s*[日号]|T(?=\d)|(?!\d))/y,
    ([, year, month, day]) => date(year!, month!, day!),
  ],
  [/(\d{2})年\s*(\d{1,2})月\s*(\d{1,2})[日号]?/y, ([, year, month, day]) => date(year!, month!, day!)],
  [
    /(今年|明年|去年|本年)\s*(\d{1,2})月\s*(\d{1,2})[日号]?/y,
    ([, word, month, day]) =>
      dayOf({ at: 'year-date', years: yearsOf(word)!, month: Number(month), day: Number(day) }),
  ],
  // Tue Nov 24 16:30:00 2026 is met as Nov 24, then a clock; its year is read where it stands
  [
    new RegExp(`(\\d{1,2})(?:st|nd|rd|th)?[ -]+${MONTH}[ ,-]*(\\d{4}|\\d{2})(?!\\d)`, 'iy'),
    ([, day, month, year]) => date(year!, monthNumber(month!), day!),
  ],
  [
    new RegExp(`${MONTH}[ -]+(\\d{1,2})(?:st|nd|rd|th)?[ ,]+(\\d{4})(?!\\d)`, 'iy'),
    ([, month, day, year]) => date(year!, monthNumber(month!), day!),
  ],
  // 24/11/2026, 11/24/2025
  [
    /(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/y,
    ([, first, , second, year]) => eitherOrder(Number(first), Number(second), Number(year)),
  ],
  [
    /(\d{2})([-/.])(\d{1,2})\2(\d{2})(?![\d-])/y,
    ([, first, , second, third]) => shortYear(Number(first), Number(second), Number(third)),
  ],
  // “14:00-16:00” is two clocks and a “to” between them
  [
    /(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:[.,](\d{1,9}))?)?(?![\d:])/y,
    ([, hour, minute, second, part]) => clockOf(hour!, minute, second, part, 'twenty-four'),
  ],
  [
    new RegExp(`(\\d{1,2})\\s*${TO}\\s*(\\d{1,2})\\s*([点时])(?![间限段])(半|整)?`, 'y'),
    ([, first, second, unit, half]) => [
      clockOf(first!, '0', '0', undefined, unit === '点' ? 'spoken' : 'twenty-four'),
      { kind: 'to' },
      clockOf(second!, half === '半' ? '30' : '0', '0', undefined, unit === '点' ? 'spoken' : 'twenty-four'),
    ],
  ],
  [
    /(\d{1,2})\s*点(?:钟)?(?:\s*(半|整|[13]刻)|\s*(\d{1,2})\s*(?:分(?!钟)(?:\s*(\d{1,2})\s*秒)?|(?![\d点月日号天个])))?/y,
    ([, hour, quarter, minute, second]) =>
      clockOf(
        hour!,
        quarter === '半' ? '30' : quarter?.endsWith('刻') ? String(15 * Number(quarter[0])) : minute,
        ...([second, undefined, 'spoken'] as const),
      ),
  ],
  [/(\d+)\s*时(?=(?:之|以)?内)/y, ([, count]) => spanOf(Number(count), '小时')],
  [
    /(\d{1,2})\s*时(?![间限段长])(?:\s*(半|整)|\s*(\d{1,2})\s*分(?!钟)(?:\s*(\d{1,2})\s*秒)?)?/y,
    ([, hour, half, minute, second]) =>
      clockOf(hour!, half === '半' ? '30' : minute, second, undefined, 'twenty-four'),
  ],
  // 3-5个工作日: the later end
  [
    new RegExp(`(\\d+(?:\\.\\d+)?)\\s*${TO}\\s*(\\d+(?:\\.\\d+)?)\\s*个?\\s*(${UNIT})`, 'iy'),
    ([, first, second, unit]) => [
      spanOf(Number(first), unit!),
      { kind: 'to' },
      spanOf(Number(second), unit!),
    ],
  ],
  [
    /(\d+)\s*(?:-|–|—|~|～|至|到)\s*(\d+)\s*日(?=(?:之|以)?内)/y,
    ([, first, second]) => [spanOf(Number(first), '天'), { kind: 'to' }, spanOf(Number(second), '天')],
  ],
  [
    /(\d+)\s*(?:-|–|—|~|～|至|到)\s*(\d+)\s*([日号])/y,
    ([, first, second, unit]) => [
      dayOf({ at: 'day-of-month', months: null, day: Number(first), bare: unit === '日' }),
      { kind: 'to' },
      dayOf({ at: 'day-of-month', months: null, day: Number(second), bare: unit === '日' }),
    ],
  ],
  [/(\d+)\s*个半\s*(?:小时|钟头)/y, ([, count]) => spanOf(Number(count) + 0.5, '小时')],
  [/半\s*个?\s*(?:小时|钟头)/y, () => spanOf(0.5, '小时')],
  [/半\s*(?:天|日|个月|年)/y, ([text]) => doubt(`“${text}”有多长没有说定`)],
  [
    /(\d+(?:\.\d+)?)\s*个\s*月/y,
    ([, count]) =>
      Number.isInteger(Number(count)) ? spanOf(Number(count), '月') : doubt('不是整月，算不出是哪一天'),
  ],
  [
    new RegExp(`(\\d+(?:\\.\\d+)?)\\s*个?\\s*(${UNIT})(?![a-z])`, 'iy'),
    ([, count, unit]) => spanOf(Number(count), unit!),
  ],
  [/(\d+)\s*日(?=(?:之|以)?内|后|之后|以后)/y, ([, count]) => spanOf(Number(count), '天')],
  // 11月24日, 11-24, 11/24, 24/11
  [/(\d{1,2})\s*月\s*(\d{1,2})(?:\s*[日号]|(?!\d))/y, ([, month, day]) => date(null, month!, day!)],
  [
    new RegExp(`(今年|明年|去年|本年)?(\\d{1,2})\\s*月\\s*(?:底|末)`, 'y'),
    ([, year, month]) => dayOf({ at: 'month-end', month: Number(month), months: 0, years: yearsOf(year) }),
  ],
  [
    /(下|上|本|当|这)个?月\s*(\d{1,2})\s*[日号]/y,
    ([, word, day]) => dayOf({ at: 'day-of-month', months: monthsOf(word!), day: Number(day), bare: false }),
  ],
  [
    /(下|上|本|当|这)个?月(?:底|末|之?内|以内)/y,
    ([, word]) => dayOf({ at: 'month-end', month: null, months: monthsOf(word!), years: null }),
  ],
  [/月底|月末/y, () => dayOf({ at: 'month-end', month: null, months: 0, years: null })],
  [
    /(今年|明年|去年|本年|本年度|当年)?(?:年底|年末|年终|底(?=前|之前|以前))|(?:今年|本年度?|年)之?内/y,
    ([text, word]) =>
      text.startsWith('底')
        ? { kind: 'unread' }
        : dayOf({ at: 'month-end', month: 12, months: 0, years: yearsOf(word) ?? 0 }),
  ],
  [
    /(今年|明年|本年|去年)(?:底|末)/y,
    ([, word]) => dayOf({ at: 'month-end', month: 12, months: 0, years: yearsOf(word)! }),
  ],
  [/(\d{4})\s*年\s*(?:底|末)/y, ([, year]) => dayOf({ at: 'date', year: Number(year), month: 12, day: 31 })],
  [
    /(\d{1,2})([-/.])(\d{1,2})(?![\d%])/y,
    ([, first, , second]) => monthAndDay(Number(first), Number(second)),
  ],
  [
    /(\d{1,2})\s*([日号])/y,
    ([, day, unit]) => dayOf({ at: 'day-of-month', months: null, day: Number(day), bare: unit === '日' }),
  ],
  [
    /(下下|下|上|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天1-7])/y,
    ([, word, name]) =>
      dayOf({
        at: 'weekday',
        weeks: word === undefined ? null : word === '下下' ? 2 : monthsOf(word),
        weekday: '一二三四五六日'.indexOf(name === '天' ? '日' : name!) + 1 || Number(name),
      }),
  ],
  [new RegExp(Object.keys(DAYS).join('|'), 'y'), ([text]) => dayOf({ at: 'relative', days: DAYS[text]! })],
  [
    /([今当明次昨])(晚上|晚间|晚|早上|早晨|早|夜里|夜)/y,
    ([, day, part]) => [
      dayOf({ at: 'relative', days: SHORT_DAYS[day!]! }),
      { kind: 'part', part: PARTS[part!] ?? 'night' },
    ],
  ],
  [new RegExp(Object.keys(PARTS).join('|'), 'y'), ([text]) => ({ kind: 'part', part: PARTS[text]! })],
  [/([ap])\.?\s?m\b\.?/iy, ([, half]) => ({ kind: 'half', half: half!.toLowerCase() === 'a' ? 'am' : 'pm' })],
  // as a browser writes it: GMT+0800 (中国标准时间)
  [
    /GMT([+-])(\d{2})(\d{2}) ?\([^()\d]{2,40}\)/y,
    ([, sign, hours, minutes]) => ({
      kind: 'zone',
      offsetMs: (sign === '-' ? -1 : 1) * (number(hours) * 60 + number(minutes)) * 60_000,
    }),
  ],
  [/北京时间|中国标准时间|东八区/y, () => ({ kind: 'zone', offsetMs: 8 * 3_600_000 })],
  [/CST\b/y, () => doubt('“CST”有几个意思，不知道是哪个时区')],
  [
    // a minus without a word before it is a “to”, but after 2026-11-24T16:30
    /(?:(?:UTC|GMT)\s*([+-])|(\+)|(?<=T\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)(-))(\d{1,2})(?::?(\d{2}))?(?!\d)/y,
    ([, sign, , minus, hours, minutes]) => ({
      kind: 'zone',
      offsetMs: ((sign ?? minus) === '-' ? -1 : 1) * (number(hours) * 60 + number(minutes)) * 60_000,
    }),
  ],
  [/(?:Z|UTC|GMT)(?![a-z])/iy, () => ({ kind: 'zone', offsetMs: 0 })],
  [
    /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*/iy,
    ([text]) =>
      dayOf({
        at: 'weekday',
        weeks: null,
        weekday: 'montuewedthufrisatsun'.indexOf(text.slice(0, 3).toLowerCase()) / 3 + 1,
      }),
  ],
  [/下班(?:之?前|以前|时)?/y, ([text]) => doubt(`“${text}”是几点没有写`)],
  [new RegExp(`(?:${FESTIVALS})(?:之?前|以前)?`, 'y'), ([text]) => doubt(`“${text}”是哪一天没有写`)],
  [/(?:即时|即刻|立即|立刻|马上|尽快|及时|尽早|速办|当场)/y, () => ({ kind: 'soon' })],
  [/前后|左右|上下/y, ([text]) => doubt(`“${text}”不是一个确定的时间`)],
  [/(?:之|以)?前(?!天|日)/y, () => ({ kind: 'before' })],
  [/起/y, () => ({ kind: 'since' })],
  [/(?:之|以)后|后/y, () => ({ kind: 'unread' })],
  [new RegExp(FILLERS, 'iy'), () => ({ kind: 'filler' })],
  [new RegExp(TO, 'y'), () => ({ kind: 'to' })],
];

function monthNumber(name: string): string {
  return String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

function clockOf(
  hour: string,
  minute: string | undefined,
  second: string | undefined,
  part: string | undefined,
  style: 'twenty-four' | 'spoken',
): Meaning {
  const [hours, minutes, seconds] = [Number(hour), number(minute), number(second)];
  if (hours > 24 || minutes > 59 || seconds > 59 || (hours === 24 && minutes + seconds > 0))
    return doubt('没有这个钟点');
  const milliseconds = Math.floor(Number(`0.${part ?? '0'}`) * 1000 + 1e-6);
  return {
    ...{ kind: 'clock', hour: hours, minute: minutes, style },
    ms: ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds,
  };
}

function spanOf(amount: number, unit: string): Meaning {
  const [, name, factor] = UNITS.find(([pattern]) => pattern.test(unit))!;
  if (amount <= 0 || amount > 9999) return doubt('时长不对');
  const whole = name === 'hour' || name === 'minute' || Number.isInteger(amount);
  return whole ? { kind: 'span', amount: amount * factor, unit: name } : doubt('不是整天，算不出到几点');
}

/** 24/11/2026 and 11/24/2026 have one reading each; 11/12/2026 has two. */
function eitherOrder(first: number, second: number, year: number): Meaning {
  if (first > 12 && second <= 12) return dayOf({ at: 'date', year, month: second, day: first });
  if (first <= 12 && (second > 12 || first === second))
    return dayOf({ at: 'date', year, month: first, day: second });
  return doubt(first > 12 ? '没有这一天' : `分不清是${first}月${second}日还是${second}月${first}日`);
}

/** 26-11-24, 24/11/26, 11/24/26: every day that it may be. */
function shortYear(first: number, second: number, third: number): Meaning {
  const orders: [number, number, number][] = [
    [first, second, third],
    [third, second, first],
    [third, first, second],
  ];
  const dates = orders
    .filter(([, month, day]) => month >= 1 && month <= 12 && day >= 1 && day <= 31)
    .map(([year, month, day]) => ({ year: 2000 + year, month, day }));
  return dates.length === 0 ? doubt('没有这一天') : dayOf({ at: 'one-of', dates });
}

function monthAndDay(first: number, second: number): Meaning {
  if (first >= 1 && first <= 12 && second <= 31)
    return dayOf({ at: 'date', year: null, month: first, day: second });
  return first <= 31 && second >= 1 && second <= 12
    ? dayOf({ at: 'date', year: null, month: second, day: first })
    : { kind: 'unread' };
}

/** The words of a text, in order; `filler` is left out. */
export function timeWords(text: string): TimeWord[] {
  const plain = withDigits(text.normalize('NFKC').replace(/[−‐‑‒]/gu, '-')).replace(/∶|︰/gu, ':');
  const words: TimeWord[] = [];
  let unread = '';
  const flush = () => {
    if (unread !== '') words.push({ kind: 'unread', text: unread });
    unread = '';
  };
  for (let at = 0; at < plain.length;) {
    // the rest of a long number is no day
    const inNumber = /\d$/u.test(unread) && /\d/u.test(plain[at]!);
    const found = inNumber ? null : wordAt(plain, at);
    if (found === null) unread += plain[at++]!;
    else {
      flush();
      for (const meaning of found.meanings)
        if (meaning.kind !== 'filler') words.push({ ...meaning, text: found.text });
      at += found.text.length;
    }
  }
  flush();
  return words;
}

function wordAt(text: string, at: number): { text: string; meanings: Meaning[] } | null {
  for (const [pattern, meaning] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { text: match[0], meanings: [meaning(match)].flat() };
  }
  return null;
}
