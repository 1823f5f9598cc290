import ExcelJS from 'exceljs';
import type { ShiftKind } from '../core/shifts/shift.ts';

const WEEKDAYS = '日一二三四五六';

export interface RosterSheet {
  month: string;
  kinds: readonly ShiftKind[];
  /** `2026-12-01` … */
  dates: readonly string[];
  /** `codes`: of each date; '' is off, null nothing is planned */
  rows: readonly { team: string; name: string; codes: readonly (string | null)[] }[];
}

/** The roster of a month on one landscape sheet: people down, days across. */
export async function rosterXlsx({ month, kinds, dates, rows }: RosterSheet): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = '供水热线96666';
  const sheet = book.addWorksheet(`排班 ${month}`, {
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
    views: [{ state: 'frozen', xSplit: 2, ySplit: 3 }],
  });
  sheet.mergeCells(1, 1, 1, dates.length + 2);
  sheet.getCell(1, 1).value = `供水热线 96666 排班表（${month}）`;
  sheet.getCell(1, 1).font = { bold: true, size: 16 };
  sheet.getCell(1, 1).alignment = { horizontal: 'center' };
  sheet.getRow(2).values = ['班组', '姓名', ...dates.map((date) => Number(date.slice(8)))];
  sheet.getRow(3).values = [
    '',
    '',
    ...dates.map((date) => WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()]!),
  ];
  const words = new Map(kinds.map((kind) => [kind.code, kind.zh.slice(0, 1)]));
  for (const { team, name, codes } of rows)
    sheet.addRow([
      team,
      name,
      ...codes.map((code) => (code === null ? '' : code === '' ? '休' : (words.get(code) ?? code))),
    ]);
  sheet.getColumn(1).width = 8;
  sheet.getColumn(2).width = 10;
  for (let at = 3; at <= dates.length + 2; at += 1) sheet.getColumn(at).width = 4;
  sheet.eachRow((row, at) => {
    if (at < 2) return;
    row.eachCell((cell) => {
      cell.alignment = { horizontal: 'center' };
      cell.border = {
        top: { style: 'thin' },
        left: { style: 'thin' },
        bottom: { style: 'thin' },
        right: { style: 'thin' },
      };
    });
  });
  return Buffer.from(await book.xlsx.writeBuffer());
}
