/** Annex 2 as a workbook: the regulation's title, its ten columns in its order, ready to print. */
import ExcelJS from 'exceljs';
import { ANNEX_2, ANNEX_2_TITLE } from '../core/callbacks/campaign.ts';

const THIN = { style: 'thin' } as const;
const WIDTHS = [6, 17, 12, 10, 14, 30, 36, 20, 24, 10];

/** `lines` are the cells of ANNEX_2 but the first, which is counted here. */
export async function annex2Xlsx(lines: readonly string[][], words: string): Promise<Buffer> {
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
  const head = sheet.addRow([...ANNEX_2]);
  head.font = { bold: true };
  for (const [at, line] of lines.entries()) {
    const row = sheet.addRow([at + 1, ...line]);
    // a text of a customer is never a formula
    row.eachCell((cell, column) => (cell.numFmt = column === 1 ? '0' : '@'));
  }
  for (let at = 3; at <= sheet.rowCount; at += 1)
    sheet.getRow(at).eachCell((cell) => {
      cell.border = { top: THIN, left: THIN, bottom: THIN, right: THIN };
      cell.alignment = { vertical: 'middle', horizontal: at === 3 ? 'center' : 'left', wrapText: true };
    });
  WIDTHS.forEach((width, at) => (sheet.getColumn(at + 1).width = width));
  return Buffer.from(await book.xlsx.writeBuffer());
}
