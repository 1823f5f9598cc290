/** A list of cases from a portal, as the portals export it: which column is what, and whether a row can be taken. */
import { FIELD_LIMITS } from '../field-limits.ts';
import { cellCode, cellText, faultOf, isScientific, LOST_DIGITS } from '../lists/cells.ts';
import { besideColumns, guessColumnsBy, headerKey, type TaughtWords } from '../lists/columns.ts';
import type { Calendar } from '../orders/calendar.ts';
import { LABELS, NOT_THE_CASES } from './case-labels.ts';
import { cellTime } from './cell-time.ts';
import type { PortalText } from './portal-text.ts';

export type CaseColumn = keyof PortalText;
export const CASE_COLUMNS: Record<CaseColumn, string> = {
  ...{ outsideNo: '编号', kind: '类型', person: '姓名', phone: '电话', address: '地址', content: '内容' },
  ...{ receivedAtMs: '来件时间', dueAtMs: '时限' },
};
/** column of the list by what it holds; -1 or not there: the list has none */
export type CaseColumns = Partial<Record<CaseColumn, number>>;

/** Guesses by what people have taught, then by the labels that the portals use. */
export function guessCaseColumns(
  headers: readonly string[],
  taught: TaughtWords<CaseColumn> = {},
): CaseColumns {
  return guessColumnsBy(headers, LABELS, { taught, others: NOT_THE_CASES });
}

/** How many of a row's words are names of a case's columns. */
export const recogniseCases = (taught: TaughtWords<CaseColumn>) => (headers: readonly string[]) =>
  Object.keys(guessCaseColumns(headers, taught)).length;

/** Columns that are not read though their names would fit, in words for people. */
export const besideCaseColumns = (headers: readonly string[], columns: CaseColumns) =>
  besideColumns(headers, columns, LABELS, NOT_THE_CASES);

/** What was remembered of a channel, by the headers' words, on this list; null: a column is not there any more. */
export function rememberedColumns(
  headers: readonly string[],
  remembered: Partial<Record<CaseColumn, string>>,
): CaseColumns | null {
  const found: CaseColumns = {};
  const keys = headers.map(headerKey);
  for (const [column, header] of Object.entries(remembered) as [CaseColumn, string][]) {
    const at = keys.indexOf(headerKey(header));
    if (at < 0) return null;
    found[column] = at;
  }
  return Object.keys(found).length === 0 ? null : found;
}

/** how people write that there is none */
const NO_TIME = /^([-—/\\]+|无|没有|暂无)$/;

/** `notes`: what a person should know of a row that is taken */
export type ReadCaseRow = { ok: true; fields: PortalText; notes: string[] } | { ok: false; reason: string };

/** One row; the content must be there, dates must be dates. A deadline in words (5 个工作日) is reckoned as in a pasted text. */
export function readCaseRow(
  row: readonly string[],
  columns: CaseColumns,
  nowMs: number,
  calendar: Calendar,
  faults?: Readonly<Record<number, string>>,
): ReadCaseRow {
  const no = (reason: string): ReadCaseRow => ({ ok: false, reason });
  const cell = (column: CaseColumn) => cellText(row[columns[column] ?? -1] ?? '');
  const fault = faultOf(faults, columns, CASE_COLUMNS);
  if (fault !== null) return no(fault);
  const content = cell('content');
  if (content === '') return no('没有内容');
  if (content.length > FIELD_LIMITS.content) return no(`内容超过 ${FIELD_LIMITS.content} 字`);
  for (const column of ['outsideNo', 'phone'] as const) {
    const code = cellCode(cell(column));
    if (isScientific(code)) return no(`${CASE_COLUMNS[column]}“${code}”${LOST_DIGITS}`);
    if (code.includes('\ufffd')) return no(`${CASE_COLUMNS[column]}里有坏字，看不清`);
  }
  const time = (column: CaseColumn) => cell(column).replace(NO_TIME, '');
  const times = timesOf(time('receivedAtMs'), time('dueAtMs'), nowMs, calendar);
  if ('reason' in times) return no(times.reason);
  const { receivedAtMs, dueAtMs, notes } = times;
  const short = (column: 'kind' | 'person' | 'address', most: number) => cell(column).slice(0, most);
  return {
    ok: true,
    fields: {
      outsideNo: cellCode(cell('outsideNo')).slice(0, FIELD_LIMITS.outsideNo),
      ...{ kind: short('kind', FIELD_LIMITS.caseKind), person: short('person', FIELD_LIMITS.name) },
      phone: cellCode(cell('phone')).slice(0, FIELD_LIMITS.phone),
      ...{ address: short('address', FIELD_LIMITS.address), content, receivedAtMs, dueAtMs },
    },
    notes,
  };
}

/** What can't be read for sure refuses the row, in words that say what to write instead. */
function timesOf(received: string, due: string, nowMs: number, calendar: Calendar) {
  const shown = (text: string) => `“${text.slice(0, 30)}”`;
  const why = (words: string) => `：${words}，请在表里写成 2026-11-28 18:00 的样子再导入`;
  const notes: string[] = [];
  let receivedAtMs = nowMs;
  if (received !== '') {
    const read = cellTime(received, 'received', nowMs, calendar);
    if (!read.sure) return { reason: `来件时间${shown(received)}看不懂${why(read.why)}` };
    if (read.atMs > nowMs + 86_400_000) return { reason: `来件时间${shown(received)}在将来` };
    if (read.note !== null) notes.push(`来件时间${shown(received)}：${read.note}`);
    receivedAtMs = read.atMs;
  }
  if (due === '') return { receivedAtMs, dueAtMs: null, notes };
  const read = cellTime(due, 'due', receivedAtMs, calendar, received === '');
  if (!read.sure) return { reason: `时限${shown(due)}看不懂${why(read.why)}` };
  if (read.note !== null) notes.push(`时限${shown(due)}：${read.note}`);
  return { receivedAtMs, dueAtMs: read.atMs, notes };
}
