/**
 * Reads what was copied from a portal, a letter or a chat: number, name, phone, address, deadline. A label and its value,
 * with a colon, a tab or a line's end between them, in any order. What it understood is shown and corrected by a person.
 */
import { homeAreaCode } from '../people/home-area.ts';
import type { Calendar } from '../orders/calendar.ts';
import { readNumbers } from '../people/number.ts';
import { LABELS } from './case-labels.ts';
import { DAY_MS } from './period.ts';
import { holdsTime, readTimeText, type TimeTextContext } from './time-text.ts';

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
/** A time that a person should look at: not taken, since it can't be read for sure, or taken with a note. */
export interface TimeRemark {
  part: 'receivedAtMs' | 'dueAtMs';
  /** as it stands in the text */
  text: string;
  /** why it is asked, or what to know of it */
  words: string;
  taken: boolean;
}
export interface PortalReading extends PortalText {
  remarks: TimeRemark[];
}

const PARTS = new Map(
  (Object.keys(LABELS) as Part[]).flatMap((part) => LABELS[part].map((label) => [label, part] as const)),
);
const LABEL = new RegExp(
  `(^|[\\s，,；;。|｜【\\[（(、.．*•●■◆])(${[...PARTS.keys()].sort((a, b) => b.length - a.length).join('|')})(?:[】\\])）]|[（(][^）)\\n]{1,12}[）)])?[ \\u3000]*(?:[：:]|\\t|[】\\]]|(?=\\n))`,
  'gu',
);
/** a number as people write it, with its extension; another city's area code stands apart */
const phonePattern = (home = homeAreaCode()) =>
  new RegExp(
    `(?<!\\d)(?:1[3-9]\\d[ -]?\\d{4}[ -]?\\d{4}|\\(?${home}\\)?[ -]?[2-8]\\d{6,7}|\\(?0(?:10|2\\d|[3-9]\\d\\d)[) -][ -]?[2-8]\\d{6,7})(?: ?(?:-|转|分机|ext\\.?) ?\\d{1,6})?(?!\\d)`,
    'u',
  );
const NUMBER = /(?<![\dA-Za-z])(?=[A-Za-z\d-]{0,37}\d{6})[A-Za-z]{0,6}-?\d[\d-]{7,29}(?![\dA-Za-z])/gu;
const MOST = 20_000;

/** a label that we do not know ends a short value: 姓名：马建国 性别：男 */
const OTHER_LABEL = /[\s，,；;|｜]+\p{Script=Han}{2,8}[：:](?!\d)/u;
const NOTHING = /^(?:无|没有|暂无|未填|不限|空|\/+|-+|—+|N\/A)?$/iu;

/** What the text says; what it does not say is empty. A deadline “3个工作日内” counts from when it was received, else now. */
export function readPortalText(pasted: string, nowMs: number, calendar: Calendar): PortalReading {
  const text = pasted.slice(0, MOST).normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
  const found = inColumns(text) ?? labelled(text);
  const of = (part: Part) => found.get(part)?.[0] ?? '';
  const remarks: TimeRemark[] = [];
  const receivedAtMs = receivedOf(oneLine(of('receivedAtMs')), nowMs, calendar, remarks);
  const written = (found.get('dueAtMs') ?? []).map(oneLine).filter((value) => !NOTHING.test(value));
  const deadlines = written.length > 0 ? written : deadlinesInWords(text);
  // two numbers stay both, as they were written
  const phoneWritten = phonePattern();
  const more = readNumbers(of('phone')).numbers.length > 1 ? oneLine(of('phone')) : '';
  const phone = more || (phoneWritten.exec(of('phone'))?.[0] ?? oneLine(of('phone')) ?? '');
  return {
    outsideNo: oneLine(of('outsideNo')) || bareNumber(text),
    kind: oneLine(of('kind')),
    person: oneLine(of('person')).replace(phoneWritten, '').trim(),
    phone: phone || (phoneWritten.exec(text)?.[0] ?? ''),
    address: oneLine(of('address')),
    // a letter without labels is its own content
    content: of('content') || (found.size <= 1 ? text.trim() : ''),
    receivedAtMs,
    dueAtMs: dueOf(
      deadlines,
      {
        of: 'due',
        receivedAtMs: receivedAtMs ?? nowMs,
        mayBeOver: NOTHING.test(oneLine(of('receivedAtMs'))),
        calendar,
      },
      remarks,
    ),
    remarks,
  };
}

function receivedOf(text: string, nowMs: number, calendar: Calendar, remarks: TimeRemark[]): number | null {
  if (NOTHING.test(text)) return null;
  const read = readTimeText(text, { of: 'received', receivedAtMs: nowMs, calendar });
  if (read.sure && read.atMs > nowMs + DAY_MS) {
    remarks.push({ part: 'receivedAtMs', text, words: '在将来', taken: false });
    return null;
  }
  const words = read.sure ? read.note : read.why;
  if (words !== null) remarks.push({ part: 'receivedAtMs', text, words, taken: read.sure });
  return read.sure ? read.atMs : null;
}

/** Several deadlines that are not the same instant are asked; one that can be read stands beside “尽快”. */
function dueOf(texts: readonly string[], context: TimeTextContext, remarks: TimeRemark[]): number | null {
  const read = texts.map((text) => readTimeText(text, context));
  const sure = read.filter((one) => one.sure);
  const ask = (text: string, words: string) => remarks.push({ part: 'dueAtMs', text, words, taken: false });
  if (new Set(sure.map((one) => one.atMs)).size > 1) {
    ask(texts.join('；'), '写了不止一个时限');
    return null;
  }
  const [first] = sure;
  if (first) {
    if (first.note !== null)
      remarks.push({ part: 'dueAtMs', text: first.from, words: first.note, taken: true });
    return first.atMs;
  }
  for (const one of read) if (!one.sure) ask(one.from, one.why);
  return null;
}

/** A row of names and a row of values, as they are copied out of a list. */
function inColumns(text: string): Map<Part, string[]> | null {
  const rows = text.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));
  const at = rows.findIndex((cells) => cells.filter((cell) => PARTS.has(cell)).length >= 3);
  const [names, values] = [rows[at], rows[at + 1]];
  // a label and its value beside it have a name in every second cell only
  if (!names || !values || values.length < 3 || names.some((cell) => /\d{5}/.test(cell))) return null;
  if (values.some((cell) => PARTS.has(cell))) return null;
  const found = new Map<Part, string[]>();
  for (const [column, name] of names.entries()) {
    const part = PARTS.get(name);
    const value = values[column] ?? '';
    if (part && value !== '') found.set(part, [...(found.get(part) ?? []), value]);
  }
  return found;
}

/** Every label that stands in the text, with what follows it up to the next one, in their order. */
function labelled(text: string): Map<Part, string[]> {
  const marks = [...text.matchAll(LABEL)].map((mark) => ({
    part: PARTS.get(mark[2]!)!,
    from: mark.index + mark[1]!.length,
    to: mark.index + mark[0].length,
  }));
  const found = new Map<Part, string[]>();
  for (const [at, mark] of marks.entries()) {
    const value = text.slice(mark.to, marks[at + 1]?.from ?? text.length);
    const clean = value.replace(/[\s，,；;|｜【[（(]+$/u, '').replace(/^[\s：:]+/u, '');
    if (clean !== '') found.set(mark.part, [...(found.get(mark.part) ?? []), clean]);
  }
  return found;
}

/** A short value ends with its line, or before the next label. */
function oneLine(value: string): string {
  const line = /^[^\n\t]*/u.exec(value)?.[0] ?? '';
  return line
    .slice(0, OTHER_LABEL.exec(line)?.index)
    .replace(/[。；;，,]+$/u, '')
    .trim();
}

/** A number without a label: the longest that is no telephone and no date. */
function bareNumber(text: string): string {
  const phoneWritten = phonePattern();
  const all = [...text.matchAll(NUMBER)].map((one) => one[0]);
  return (
    all
      .filter((one) => !phoneWritten.test(one) && !/^(\d{4}-\d{1,2}-\d{1,2}|20\d{6}(\d{4,6})?)$/.test(one))
      .sort((a, b) => b.length - a.length)[0] ?? ''
  );
}

const IN_WORDS =
  /(?:请(?:贵单位|你单位|各单位|贵公司|你公司)?(?:务必)?(?:于|在)?|须(?:于|在)?|务必(?:于|在)?|限(?:于|在|期)?|应当?(?:于|在)|要求(?:于|在)?|最迟|最晚|于)([^。；;，,\n]{1,30}?(?:之前|以前|前|之内|以内|内))([^。；;\n]{0,12}?)(?:办结|回复|反馈|办理|处理|处置|答复|完成|上报|报送|回告)/gu;

/** Deadlines in running text: “请于11月28日前办结”, “限3个工作日内反馈”; “3天内无人处理” is a complaint. */
function deadlinesInWords(text: string): string[] {
  return [...text.matchAll(IN_WORDS)]
    .filter(([, time, gap]) => !/未|无人|没有|不/u.test(gap!) && holdsTime(time!))
    .map(([, time]) => time!.trim());
}
