import ExcelJS from 'exceljs';
import { dateAt, dateText } from '../core/office/period.ts';
import { CONDUCT_KINDS, CONDUCT_STATES, type ConductKind, type ConductRow } from '../core/shifts/conduct.ts';
import { clockText } from '../core/shifts/shift.ts';

/** A month's conduct: what counts of each person (all but what was waived) with live sums, and behind it every row. */
export async function conductXlsx(month: string, rows: readonly ConductRow[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = '供水热线96666';
  const kinds = Object.keys(CONDUCT_KINDS) as ConductKind[];
  const people = [...new Set(rows.map((one) => one.name))].sort((a, b) => a.localeCompare(b, 'zh-CN'));
  const sum = book.addWorksheet('月度汇总', {
    views: [{ state: 'frozen', xSplit: 1, ySplit: 2 }],
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sum.mergeCells(1, 1, 1, kinds.length + 2);
  sum.getCell(1, 1).value = `供水热线 96666 值守情况月度汇总（${month}，免予追究的不计）`;
  sum.getCell(1, 1).font = { bold: true, size: 14 };
  sum.getRow(2).values = ['姓名', ...kinds.map((kind) => CONDUCT_KINDS[kind]), '合计'];
  for (const name of people) {
    const line = sum.addRow([
      name,
      ...kinds.map(
        (kind) =>
          rows.filter((one) => one.name === name && one.kind === kind && one.state !== 'waived').length,
      ),
    ]);
    const last = line.getCell(kinds.length + 1).address;
    line.getCell(kinds.length + 2).value = { formula: `SUM(${line.getCell(2).address}:${last})` };
  }
  sum.getColumn(1).width = 12;
  const all = book.addWorksheet('明细', {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  all.addRow(['时间', '姓名', '事项', '经过', '本人说明', '核定', '核定人', '原因']);
  for (const one of rows)
    all.addRow([
      `${dateText(dateAt(one.atMs))} ${clockText(one.atMs)}`,
      ...[one.name, CONDUCT_KINDS[one.kind], one.detail, one.answer],
      ...[CONDUCT_STATES[one.state], one.decidedBy ?? '', one.reason],
    ]);
  for (const [at, width] of [18, 10, 18, 30, 30, 10, 10, 24].entries()) all.getColumn(at + 1).width = width;
  for (const sheet of [sum, all]) sheet.getRow(sheet === sum ? 2 : 1).font = { bold: true };
  return Buffer.from(await book.xlsx.writeBuffer());
}
