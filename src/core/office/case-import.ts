/** A list of cases from a portal, as the portals export it: which column is what, and whether a row can be taken. */
import { FIELD_LIMITS } from '../field-limits.ts';
import type { Calendar } from '../orders/calendar.ts';
import { instantOf, LABELS, readPortalText, type PortalText } from './portal-text.ts';

export type CaseColumn = keyof PortalText;
export const CASE_COLUMNS: Record<CaseColumn, string> = {
  ...{ outsideNo: '编号', kind: '类型', person: '姓名', phone: '电话', address: '地址', content: '内容' },
  ...{ receivedAtMs: '来件时间', dueAtMs: '时限' },
};
/** column of the list by what it holds; -1 or not there: the list has none */
export type CaseColumns = Partial<Record<CaseColumn, number>>;

/** Guesses by the labels that the portals use: the same words, or a header that holds one. */
export function guessCaseColumns(headers: readonly string[]): CaseColumns {
  const found: CaseColumns = {};
  const taken = new Set<number>();
  for (const same of [true, false])
    for (const column of Object.keys(CASE_COLUMNS) as CaseColumn[]) {
      if (found[column] !== undefined) continue;
      for (const label of LABELS[column]) {
        const at = headers.findIndex(
          (header, index) => !taken.has(index) && (same ? header.trim() === label : header.includes(label)),
        );
        if (at < 0) continue;
        found[column] = at;
        taken.add(at);
        break;
      }
    }
  return found;
}

/** What was remembered of a channel, by the headers' words, on this list; null: a column is not there any more. */
export function rememberedColumns(
  headers: readonly string[],
  remembered: Partial<Record<CaseColumn, string>>,
): CaseColumns | null {
  const found: CaseColumns = {};
  for (const [column, header] of Object.entries(remembered) as [CaseColumn, string][]) {
    const at = headers.findIndex((one) => one.trim() === header);
    if (at < 0) return null;
    found[column] = at;
  }
  return Object.keys(found).length === 0 ? null : found;
}

export type ReadCaseRow = { ok: true; fields: PortalText } | { ok: false; reason: string };

/** One row; the content must be there, dates must be dates. A deadline in words (5 个工作日) is reckoned as in a pasted text. */
export function readCaseRow(
  row: readonly string[],
  columns: CaseColumns,
  nowMs: number,
  calendar: Calendar,
): ReadCaseRow {
  const cell = (column: CaseColumn) => (row[columns[column] ?? -1] ?? '').trim();
  const content = cell('content');
  if (content === '') return { ok: false, reason: '没有内容' };
  if (content.length > FIELD_LIMITS.content)
    return { ok: false, reason: `内容超过 ${FIELD_LIMITS.content} 字` };
  const received = cell('receivedAtMs');
  const receivedAtMs = received === '' ? nowMs : instantOf(received, nowMs, 'begin');
  if (receivedAtMs === null) return { ok: false, reason: `来件时间“${received.slice(0, 30)}”看不懂` };
  if (receivedAtMs > nowMs + 86_400_000)
    return { ok: false, reason: `来件时间“${received.slice(0, 30)}”在将来` };
  const due = cell('dueAtMs');
  const dueAtMs =
    due === ''
      ? null
      : (instantOf(due, nowMs, 'end') ?? readPortalText(`办理时限：${due}`, receivedAtMs, calendar).dueAtMs);
  if (due !== '' && dueAtMs === null) return { ok: false, reason: `时限“${due.slice(0, 30)}”看不懂` };
  const short = (column: 'outsideNo' | 'kind' | 'person' | 'phone' | 'address', most: number) =>
    cell(column).slice(0, most);
  return {
    ok: true,
    fields: {
      ...{
        outsideNo: short('outsideNo', FIELD_LIMITS.outsideNo),
        kind: short('kind', FIELD_LIMITS.caseKind),
      },
      ...{ person: short('person', FIELD_LIMITS.name), phone: short('phone', FIELD_LIMITS.phone) },
      ...{ address: short('address', FIELD_LIMITS.address), content, receivedAtMs, dueAtMs },
    },
  };
}
