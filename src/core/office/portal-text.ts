/**
 * Reads what was copied from a portal, a letter or a chat: number, name, phone, address, deadline. A label and its value,
 * with a colon, a tab or a line's end between them, in any order. What it understood is shown and corrected by a person.
 */
import { readNumbers } from '../people/number.ts';
import { addWorking, type Calendar } from '../orders/calendar.ts';
import { beginOf, dateAt, DAY_MS, parseDate, type LocalDate } from './period.ts';

export interface PortalText {
  outsideNo: string;
  kind: string;
  person: string;
  phone: string;
  address: string;
  content: string;
  receivedAtMs: number | null;
  dueAtMs: number | null;
}
type Part = keyof PortalText;

/** The labels that the portals use; the longer ones first, so that 诉求内容 is not read as 内容. */
export const LABELS: Record<Part, readonly string[]> = {
  outsideNo: [
    ...['工单编号', '受理编号', '案件编号', '案卷编号', '诉求编号', '信件编号', '来件编号', '转办单号'],
    ...['投诉编号', '任务编号', '受理单号', '工单号', '案卷号', '受理号', '编号', '单号', '文号'],
  ],
  kind: [
    '工单类型',
    '诉求类型',
    '业务类型',
    '问题类型',
    '案件类型',
    '来件类型',
    '诉求类别',
    '问题类别',
    '类别',
    '类型',
  ],
  person: [
    ...[
      '市民姓名',
      '来电人姓名',
      '诉求人姓名',
      '投诉人姓名',
      '联系人姓名',
      '诉求人',
      '投诉人',
      '反映人',
      '来电人',
    ],
    ...['来信人', '信访人', '举报人', '上报人', '联系人', '姓名'],
  ],
  phone: ['联系电话', '来电号码', '联系方式', '手机号码', '电话号码', '联系号码', '手机号', '手机', '电话'],
  address: [
    ...[
      '事发地址',
      '诉求地址',
      '事件地址',
      '发生地址',
      '问题地址',
      '详细地址',
      '联系地址',
      '家庭住址',
      '事发地点',
    ],
    ...['发生地点', '事件位置', '地址', '地点', '住址'],
  ],
  content: [
    ...[
      '诉求内容',
      '反映内容',
      '投诉内容',
      '主要内容',
      '问题描述',
      '事件描述',
      '来信内容',
      '信件内容',
      '诉求描述',
    ],
    ...['案件描述', '工单内容', '反映问题', '内容'],
  ],
  receivedAtMs: [
    '受理时间',
    '登记时间',
    '派单时间',
    '转办时间',
    '来电时间',
    '来信时间',
    '上报时间',
    '交办时间',
  ],
  dueAtMs: [
    ...[
      '要求办结时间',
      '办结时限',
      '办理时限',
      '处理时限',
      '处置时限',
      '反馈时限',
      '回复时限',
      '截止时间',
      '到期时间',
    ],
    ...['办理期限', '截止日期', '限办时间', '时限', '期限'],
  ],
};
const PARTS = new Map(
  (Object.keys(LABELS) as Part[]).flatMap((part) => LABELS[part].map((label) => [label, part] as const)),
);
const LABEL = new RegExp(
  `(^|[\\s，,；;。|｜【\\[（(])(${[...PARTS.keys()].sort((a, b) => b.length - a.length).join('|')})(?:[】\\])）])?[ \\u3000]*(?:[：:]|\\t|[】\\]]|(?=\\n))`,
  'gu',
);
/** a number as people write it, with its extension; another city's area code stands apart */
const PHONE =
  /(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?0951\)?[ -]?[2-8]\d{6,7}|\(?0(?:10|2\d|[3-9]\d\d)[) -][ -]?[2-8]\d{6,7})(?: ?(?:-|转|分机|ext\.?) ?\d{1,6})?(?!\d)/u;
const NUMBER = /(?<![\dA-Za-z])(?=[A-Za-z\d-]*\d{6})[A-Za-z]{0,6}-?\d[\d-]{7,29}(?![\dA-Za-z])/gu;
const MOST = 20_000;

/** What the text says; what it does not say is empty. A deadline “3个工作日内” counts from when it was received, else now. */
export function readPortalText(pasted: string, nowMs: number, calendar: Calendar): PortalText {
  const text = pasted.slice(0, MOST).normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
  const found = labelled(text);
  const of = (part: Part) => found.get(part) ?? '';
  const receivedAtMs = instantOf(of('receivedAtMs'), nowMs, 'begin');
  const from = receivedAtMs ?? nowMs;
  // two numbers stay both, as they were written
  const more = readNumbers(of('phone')).numbers.length > 1 ? oneLine(of('phone')) : '';
  const phone = more || (PHONE.exec(of('phone'))?.[0] ?? oneLine(of('phone')) ?? '');
  return {
    outsideNo: oneLine(of('outsideNo')) || bareNumber(text),
    kind: oneLine(of('kind')),
    person: oneLine(of('person')).replace(PHONE, '').trim(),
    phone: phone || (PHONE.exec(text)?.[0] ?? ''),
    address: oneLine(of('address')),
    // a letter without labels is its own content
    content: of('content') || (found.size <= 1 ? text.trim() : ''),
    receivedAtMs,
    dueAtMs:
      dueOf(of('dueAtMs'), from, calendar) ??
      (of('dueAtMs') === '' ? dueInWords(text, from, calendar) : null),
  };
}

/** Every label that stands in the text, with what follows it up to the next one; the first of a kind counts. */
function labelled(text: string): Map<Part, string> {
  const marks = [...text.matchAll(LABEL)].map((mark) => ({
    part: PARTS.get(mark[2]!)!,
    from: mark.index + mark[1]!.length,
    to: mark.index + mark[0].length,
  }));
  const found = new Map<Part, string>();
  for (const [at, mark] of marks.entries()) {
    const value = text.slice(mark.to, marks[at + 1]?.from ?? text.length);
    const clean = value.replace(/[\s，,；;|｜【[（(]+$/u, '').replace(/^[\s：:]+/u, '');
    if (clean !== '' && !found.has(mark.part)) found.set(mark.part, clean);
  }
  return found;
}

/** A short value ends with its line. */
function oneLine(value: string): string {
  return (/^[^\n\t]*/u.exec(value)?.[0] ?? '').replace(/[。；;，,]+$/u, '').trim();
}

/** A number without a label: the longest that is no telephone and no date. */
function bareNumber(text: string): string {
  const all = [...text.matchAll(NUMBER)].map((one) => one[0]);
  return (
    all
      .filter((one) => !PHONE.test(one) && !/^\d{4}-\d{1,2}-\d{1,2}$/.test(one))
      .sort((a, b) => b.length - a.length)[0] ?? ''
  );
}

const DATE = /(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?/u;
const TIME = /(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*分?)?/u;

/** `2026-11-28 18:00`, `11月28日18时30分`; a date alone is its end for a deadline, its begin for a receipt. */
export function instantOf(value: string, nowMs: number, alone: 'begin' | 'end'): number | null {
  const date = DATE.exec(value);
  if (!date) return null;
  const here = dateAt(nowMs);
  const month = Number(date[2]);
  // “1月3日” read in December is next year's
  const year = date[1] ? Number(date[1]) : here.year + (month + 6 < here.month ? 1 : 0);
  const day = real({ year, month, day: Number(date[3]) });
  if (day === null) return null;
  const time = TIME.exec(value.slice(date.index + date[0].length));
  if (!time) return alone === 'end' ? day + DAY_MS : day;
  const [hour, minute] = [Number(time[1]), Number(time[2] ?? 0)];
  return hour > 24 || minute > 59 ? null : day + (hour * 60 + minute) * 60_000;
}

function real({ year, month, day }: LocalDate): number | null {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = parseDate(`${year}-${two(month)}-${two(day)}`);
  return date && beginOf(date);
}

const NUMERALS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
const SPAN = /(\d{1,3}|[一二两三四五六七八九十])\s*个?\s*(工作日|自然日|日|天|小时)/u;

function dueOf(value: string, fromMs: number, calendar: Calendar): number | null {
  // what names a day that does not exist is no span of thirty days either
  return DATE.test(value) ? instantOf(value, fromMs, 'end') : spanOf(value, fromMs, calendar);
}

/** `3个工作日`, `五日`, `24小时` from an instant on. */
function spanOf(value: string, fromMs: number, calendar: Calendar): number | null {
  const span = SPAN.exec(value);
  if (!span) return null;
  const count = span[1] === '两' ? 2 : Math.max(NUMERALS.indexOf(span[1]!), Number(span[1]) || 0);
  if (count <= 0) return null;
  if (span[2] === '小时') return fromMs + count * 3_600_000;
  const nextMidnightMs = beginOf(dateAt(fromMs)) + DAY_MS;
  if (span[2] !== '工作日') return nextMidnightMs + count * DAY_MS;
  // whole working days, each as long as a day: it ends at 24:00 of the last
  const offices = { ...calendar, weekdays: [1, 2, 3, 4, 5], fromMinute: 0, untilMinute: 24 * 60 };
  return addWorking(offices, nextMidnightMs, count * DAY_MS);
}

/** A deadline in running text: “请于11月28日前办结”, “限3个工作日内反馈”. */
function dueInWords(text: string, fromMs: number, calendar: Calendar): number | null {
  const said =
    /(?:请于|请在|须于|务必于|限于?|应在|应于|于)([^。；;\n]{1,30}?)(?:前|之前|以前|内|之内|以内)[^。；;\n]{0,12}?(?:办结|回复|反馈|办理|处理|处置|答复)/u.exec(
      text,
    );
  return said ? dueOf(said[1]!, fromMs, calendar) : null;
}
