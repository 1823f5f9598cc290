/** Annex 2 as a workbook, ready to print. */
import ExcelJS from 'exceljs';
import { ANNEX_2, ANNEX_2_TITLE, annex2Cells, type Annex2Row } from '../core/callbacks/annex2.ts';
import { cellText } from '../core/office/written.ts';

const THIN = { style: 'thin' } as const;

export async function annex2Xlsx(rows: readonly Annex2Row[], words: string): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = '供水热线96666';
  book.title = ANNEX_2_TITLE;
  const sheet = book.addWorksheet('回访记录表', {
    views: [{ state: 'frozen', ySplit: 3 }],
    pageSetup: {
      paperSize: 9,
      orientation: 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '1:3',
    },
    headerFooter: { oddFooter: '&R&8第 &P 页，共 &N 页' },
  });
  const title = sheet.addRow([ANNEX_2_TITLE]);
  title.font = { size: 16, bold: true };
  title.alignment = { horizontal: 'center' };
  sheet.mergeCells(1, 1, 1, ANNEX_2.length);
  sheet.addRow([words]).alignment = { horizontal: 'right' };
  sheet.mergeCells(2, 1, 2, ANNEX_2.length);
  const head = sheet.addRow(ANNEX_2.map(({ zh }) => zh));
  head.font = { bold: true };
  for (const [at, row] of rows.entries()) {
    const cells = annex2Cells(row, at);
    const line = sheet.addRow(
      ANNEX_2.map(({ key, unit }) => {
        const value = cells[key];
        return unit === 'count' || value === null ? value : cellText(value, unit);
      }),
    );
    // a text of a customer is never a formula
    line.eachCell((cell, column) => (cell.numFmt = ANNEX_2[column - 1]!.unit === 'count' ? '0' : '@'));
  }
  for (let at = 3; at <= sheet.rowCount; at += 1)
    sheet.getRow(at).eachCell((cell) => {
      cell.border = { top: THIN, left: THIN, bottom: THIN, right: THIN };
      cell.alignment = { vertical: 'middle', horizontal: at === 3 ? 'center' : 'left', wrapText: true };
    });
  ANNEX_2.forEach(({ width }, at) => (sheet.getColumn(at + 1).width = width));
  return Buffer.from(await book.xlsx.writeBuffer());
}
