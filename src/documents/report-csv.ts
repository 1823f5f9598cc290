/** A report as text for other programs: UTF-8 with BOM, so that Excel reads the Chinese; one table under the other. */
import type { ReportDocument } from '../core/office/document.ts';
import { cellText } from '../core/office/written.ts';

export function reportCsv(document: ReportDocument): Buffer {
  const scope = document.scope ? [`统计范围：${document.scope}`] : [];
  const lines: string[] = [csvLine([document.title, document.period.words, ...scope])];
  for (const table of document.tables) {
    lines.push('', csvLine([table.zh]), csvLine(table.columns.map((column) => column.zh)));
    for (const row of [...table.rows, ...(table.total ? [table.total] : [])]) {
      lines.push(
        csvLine(
          table.columns.map((column) => {
            const one = row.cells[column.key];
            return cellText(one?.value ?? null, one?.unit ?? column.unit);
          }),
        ),
      );
    }
  }
  for (const { heading, text } of document.passages ?? [])
    if (text.trim() !== '') lines.push('', csvLine([heading]), csvLine([text]));
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`, 'utf8');
}

/** Quoted where it must be; what a spreadsheet would take for a formula gets a quote before it. */
export function csvLine(values: readonly string[]): string {
  return values
    .map((value) => (/^[=+\-@\t\r]/.test(value) && !/^-?[\d.]+%?$/.test(value) ? `'${value}` : value))
    .map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(',');
}
