/** A report as lines that a person can reckon by hand: each row with its cells, counts of nothing left out. */
import type { ReportDocument, Row, Table } from '../../src/core/office/document.ts';
import { cellText } from '../../src/core/office/written.ts';

/** `leak: hotline=5 all=5 events=4`; rows in which nothing was counted are left out, so what is not written is nothing. */
export function told(document: ReportDocument, key: string): string[] {
  const table = document.tables.find((one) => one.key === key);
  if (!table) throw new Error(`no table ${key}`);
  return [...table.rows, ...(table.total ? [table.total] : [])].flatMap((row) => {
    const cells = table.columns.slice(1).flatMap((column) => {
      const cell = row.cells[column.key];
      const unit = cell?.unit ?? column.unit;
      if (unit === 'count' && cell?.value === 0) return [];
      return [`${column.key}=${cellText(cell?.value ?? null, unit)}`];
    });
    return counted(table, row) || row === table.total ? [`${row.key}: ${cells.join(' ')}`] : [];
  });
}

function counted(table: Table, row: Row): boolean {
  return table.columns.slice(1).some(({ key }) => {
    const value = row.cells[key]?.value ?? null;
    return value !== null && value !== 0;
  });
}

/** What stands in every adding column, by `table row column`. */
export function sums(document: ReportDocument): Map<string, number> {
  const found = new Map<string, number>();
  for (const table of document.tables)
    for (const row of [...table.rows, ...(table.total ? [table.total] : [])])
      for (const { key, adds } of table.columns) {
        const value = row.cells[key]?.value;
        if (adds && typeof value === 'number') found.set(`${table.key} ${row.key} ${key}`, value);
      }
  return found;
}
