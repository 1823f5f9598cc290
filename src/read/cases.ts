import { firstRows } from '../core/lists/doubles.ts';
import {
  besideCaseColumns,
  guessCaseColumns,
  readCaseRow,
  recogniseCases,
  type CaseColumn,
} from '../core/office/case-import.ts';
import type { PortalText } from '../core/office/portal-text.ts';
import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { instantText } from './instant.ts';
import { readListFile } from './list.ts';

/** What the fields are called outside. */
export const NAMES: Record<CaseColumn, string> = {
  ...{ outsideNo: 'number', kind: 'kind', person: 'caller', phone: 'phone', address: 'address' },
  ...{ content: 'content', receivedAtMs: 'receivedAt', dueAtMs: 'dueAt' },
};

/** A case, its instants as people write them. */
export function takenCase(fields: PortalText) {
  return {
    number: fields.outsideNo,
    receivedAt: instantText(fields.receivedAtMs),
    dueAt: instantText(fields.dueAtMs),
    caller: fields.person,
    phone: fields.phone,
    address: fields.address,
    kind: fields.kind,
    content: fields.content,
  };
}

/** A portal's list of cases, as the import page would take it. */
export function readCases(path: string, nowMs: number) {
  const first = firstRows();
  return readListFile(
    path,
    recogniseCases({}),
    (headers) => {
      const found = guessCaseColumns(headers);
      const columns = Object.fromEntries(
        Object.entries(found).map(([field, at]) => [NAMES[field as CaseColumn], at]),
      );
      return { columns, beside: besideCaseColumns(headers, found) };
    },
    ({ row, cells, faults }, headers) => {
      const read = readCaseRow(cells, guessCaseColumns(headers), nowMs, ORDER_SETTINGS.calendar, faults);
      if (!read.ok) return { refused: read.reason };
      const { outsideNo } = read.fields;
      const before = outsideNo === '' ? null : first(outsideNo, row);
      if (before !== null) return { refused: `编号 ${outsideNo} 在文件里出现了两次（第 ${before} 行）` };
      return { taken: takenCase(read.fields), ...(read.notes.length > 0 && { notes: read.notes }) };
    },
  );
}
