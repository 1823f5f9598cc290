/** A report as a workbook: real numbers and dates, live sums, frozen heads, ready to print. */
import { zoneOffsetMs } from '../core/zone.ts';
import ExcelJS from 'exceljs';
import { lengthText, percentOf, rounded, shareText, writtenPercent } from '../core/figures.ts';
import type { Cell, Column, ReportDocument, Table, Unit } from '../core/office/document.ts';

const FORMATS: Record<Unit, string> = {
  text: '@',
  count: '#,##0',
  ratio: '0.0%',
  ms: '[h]:mm:ss',
  instant: 'yyyy-mm-dd hh:mm:ss',
  date: 'yyyy-mm-dd',
  decimal: '#,##0.0',
};
const HEAD = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFDCEAF0' } } as const;
const THIN = { style: 'thin', color: { argb: 'FF9FB4C0' } } as const;
const BORDER = { top: THIN, left: THIN, bottom: THIN, right: THIN };

/** One sheet a table, in the report's order. */
export async function reportXlsx(document: ReportDocument): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = '供水热线96666';
  book.created = new Date(document.countedAtMs);
  book.title = document.title;
  for (const table of document.tables) addSheet(book, document, table);
  addPassages(book, document);
  return Buffer.from(await book.xlsx.writeBuffer());
}

function addSheet(book: ExcelJS.Workbook, document: ReportDocument, table: Table): void {
  const sheet = book.addWorksheet(sheetName(book, table.zh), {
    views: [{ state: 'frozen', ySplit: 3, xSplit: 1 }],
    pageSetup: {
      paperSize: 9,
      orientation: table.columns.length > 7 ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '1:3',
      margins: { left: 0.5, right: 0.5, top: 0.6, bottom: 0.6, header: 0.3, footer: 0.3 },
    },
    headerFooter: { oddFooter: '&L&8口径第' + String(document.measuresVersion) + '版&R&8第 &P 页，共 &N 页' },
  });
  const width = table.columns.length;
  const title = sheet.addRow([document.title]);
  title.font = { size: 16, bold: true };
  title.alignment = { horizontal: 'center' };
  sheet.mergeCells(1, 1, 1, width);
  const scope = document.scope ? `　统计范围：${document.scope}` : '';
  const sub = sheet.addRow([`${table.zh}　${document.period.words}${scope}`]);
  sub.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
  // a merged cell does not grow by itself
  if (scope !== '') sub.height = 32;
  sheet.mergeCells(2, 1, 2, width);
  const head = sheet.addRow(table.columns.map((column) => column.zh));
  head.eachCell((cell) => {
    cell.font = { bold: true };
    cell.fill = HEAD;
    cell.border = BORDER;
    cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
  });
  const first = sheet.rowCount + 1;
  for (const row of table.rows) {
    const line = sheet.addRow(table.columns.map((column) => written(row.cells[column.key], column)));
    dress(line, table.columns, (key) => row.cells[key]);
  }
  if (table.total) {
    const { total } = table;
    const last = sheet.rowCount;
    const line = sheet.addRow(
      table.columns.map((column, at) => {
        const value = written(total.cells[column.key], column);
        if (!column.adds || table.rows.length === 0) return value;
        const letter = sheet.getColumn(at + 1).letter;
        // the sum lives: who corrects a line sees the total follow; what we counted stands beside it as its result
        return { formula: `SUM(${letter}${first}:${letter}${last})`, result: value as number };
      }),
    );
    dress(line, table.columns, (key) => total.cells[key]);
    line.font = { bold: true };
  }
  if (table.note) sheet.addRow([table.note]).font = { size: 9, color: { argb: 'FF5B7382' } };
  table.columns.forEach((column, at) => {
    const texts = [column.zh, ...table.rows.map((row) => String(row.cells[column.key]?.value ?? ''))];
    const widest = column.unit === 'text' ? Math.max(...texts.map(widthOf)) : Math.max(widthOf(column.zh), 9);
    sheet.getColumn(at + 1).width = Math.min(60, widest + 3);
  });
}

/** What people wrote, on a sheet of its own. */
function addPassages(book: ExcelJS.Workbook, document: ReportDocument): void {
  const written = (document.passages ?? []).filter(({ text }) => text.trim() !== '');
  if (written.length === 0) return;
  const sheet = book.addWorksheet(sheetName(book, '文字说明'), {
    pageSetup: { paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.getColumn(1).width = 100;
  for (const { heading, text } of written) {
    sheet.addRow([heading]).font = { bold: true, size: 13 };
    const row = sheet.addRow([text]);
    row.alignment = { wrapText: true, vertical: 'top' };
    row.getCell(1).numFmt = '@';
  }
}

function dress(line: ExcelJS.Row, columns: Column[], of: (key: string) => Cell | undefined): void {
  columns.forEach((column, at) => {
    const cell = line.getCell(at + 1);
    cell.border = BORDER;
    const told = of(column.key);
    cell.numFmt = formatOf(told?.value ?? null, told?.unit ?? column.unit);
    cell.alignment = { horizontal: column.unit === 'text' ? 'left' : 'right' };
  });
}

/** How the cell shows its number, which stays whole: as the screens write it (core/figures.ts). */
function formatOf(value: Cell['value'], unit: Unit): string {
  if (typeof value !== 'number') return FORMATS[unit];
  // 99.96 % is not 100 %: Excel would round it up
  if (unit === 'ratio' && writtenPercent(percentOf(value)) !== rounded(percentOf(value), 1))
    return `"${shareText(value)}"`;
  if (unit === 'ms' && !lengthText(value).includes(':')) return '[h]:mm:ss.0';
  return FORMATS[unit];
}

/** What stands in the cell: text never as a formula, a duration as a part of a day, an instant as the office's clock. */
function written(cell: Cell | undefined, column: Column): string | number | Date | null {
  const value = cell?.value ?? null;
  if (value === null) return '—';
  const unit = cell?.unit ?? column.unit;
  if (typeof value === 'string') return value;
  if (unit === 'ms') return value / 86_400_000;
  if (unit === 'instant' || unit === 'date') return new Date(value + zoneOffsetMs());
  return value;
}

/** Excel wants a sheet's name short, without some signs, and once. */
function sheetName(book: ExcelJS.Workbook, zh: string): string {
  const clean = zh.replace(/[\\/*?:[\]]/g, ' ').slice(0, 28);
  let name = clean;
  for (let again = 2; book.getWorksheet(name); again += 1) name = `${clean}${again}`;
  return name;
}

/** A Chinese sign is as wide as two figures. */
function widthOf(text: string): number {
  return [...text].reduce((width, sign) => width + (sign.charCodeAt(0) > 0x2e80 ? 2 : 1), 0);
}
