/**
 * A list of any length as a workbook or as text: rows are written as they come and never kept. Around exceljs's
 * streaming writer, whose zip does not say when it is full: after each slice of rows we wait until what was written has
 * gone to the disk, and let the calls have the processor in between.
 */
import { zoneOffsetMs } from '../core/zone.ts';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import ExcelJS from 'exceljs';
import { csvRow, safeText } from '../core/outward/cells.ts';
import type { CellValue, ListColumn } from '../core/outward/list.ts';

export interface ListFile {
  add(row: readonly CellValue[]): Promise<void>;
  /** bytes on the disk */
  bytes(): number;
  finish(): Promise<void>;
  /** gives up; the file is not whole */
  abandon(): void;
}

export interface ListHead {
  title: string;
  columns: readonly ListColumn[];
  madeAtMs: number;
}

/** Rows between two breaths: some milliseconds of work. */
const SLICE = 50;
/** What Excel takes on one sheet; more go on another. */
const SHEET_ROWS = 1_048_576;
const FORMATS: Record<ListColumn['kind'], string> = {
  text: '@',
  count: '#,##0',
  decimal: '#,##0.0',
  instant: 'yyyy-mm-dd hh:mm:ss',
  duration: '[h]:mm:ss',
};
const HEAD = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFDCEAF0' } } as const;

export function openXlsx(path: string, head: ListHead, sheetRows = SHEET_ROWS): ListFile {
  const file = createWriteStream(path);
  const fault = faultOf(file);
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: file,
    useSharedStrings: false,
    useStyles: true,
  });
  book.creator = '供水热线96666';
  book.created = new Date(head.madeAtMs);
  const wide = head.columns.reduce((sum, column) => sum + column.width, 0) > 90;
  let sheets = 0;
  let sheet = newSheet();
  let onSheet = 1;
  let since = 0;

  function newSheet(): ExcelJS.Worksheet {
    sheets += 1;
    const one = book.addWorksheet(`${sheetName(head.title)}${sheets > 1 ? `（${sheets}）` : ''}`, {
      views: [{ state: 'frozen', ySplit: 1 }],
      pageSetup: {
        paperSize: 9,
        orientation: wide ? 'landscape' : 'portrait',
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: '1:1',
        margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.2, footer: 0.3 },
      },
      headerFooter: { oddFooter: `&L&8${head.title.replaceAll('&', '&&')}&R&8第 &P 页，共 &N 页` },
    });
    one.columns = head.columns.map(({ width, kind }) => ({
      width,
      style: {
        numFmt: FORMATS[kind],
        alignment: kind === 'text' ? { vertical: 'top', wrapText: width >= 30 } : { vertical: 'top' },
      },
    }));
    const top = one.addRow(head.columns.map(({ zh }) => zh));
    top.eachCell((cell) => {
      cell.font = { bold: true };
      cell.fill = HEAD;
      cell.numFmt = '@';
      cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
    });
    top.commit();
    one.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: head.columns.length } };
    return one;
  }

  return {
    async add(row) {
      if (onSheet >= sheetRows) {
        sheet.commit();
        sheet = newSheet();
        onSheet = 1;
      }
      sheet.addRow(row.map((value, at) => excelValue(value, head.columns[at]!.kind))).commit();
      onSheet += 1;
      since += 1;
      if (since >= SLICE) {
        since = 0;
        fault.check();
        await breath(file);
      }
    },
    bytes: () => file.bytesWritten,
    async finish() {
      sheet.commit();
      await Promise.race([book.commit(), fault.thrown]);
      fault.check();
    },
    abandon: () => void file.destroy(),
  };
}

/** The same as text for other programs: UTF-8 with BOM, so that Excel reads the Chinese. */
export function openCsv(path: string, head: ListHead): ListFile {
  const file = createWriteStream(path);
  const fault = faultOf(file);
  file.write('\ufeff' + csvRow(head.columns.map(({ zh }) => zh)));
  let since = 0;
  return {
    async add(row) {
      const free = file.write(csvRow(row.map((value, at) => csvValue(value, head.columns[at]!.kind))));
      since += 1;
      if (!free) await Promise.race([once(file, 'drain'), fault.thrown]);
      else if (since % (SLICE * 4) === 0) await breath(file);
      fault.check();
    },
    bytes: () => file.bytesWritten,
    async finish() {
      file.end();
      await Promise.race([once(file, 'close'), fault.thrown]);
      fault.check();
    },
    abandon: () => void file.destroy(),
  };
}

/** A full disk is told at the next row, not to the whole service. */
function faultOf(file: WriteStream) {
  let cause: Error | null = null;
  let fail: (cause: Error) => void = () => undefined;
  const thrown = new Promise<never>((_done, reject) => (fail = reject));
  thrown.catch(() => undefined);
  file.on('error', (one) => {
    cause = one;
    fail(one);
  });
  return {
    thrown,
    check() {
      if (cause) throw cause;
    },
  };
}

async function breath(file: WriteStream): Promise<void> {
  await new Promise<void>((done) => setImmediate(done));
  while (file.writableLength > 1e6 && !file.destroyed) await new Promise<void>((done) => setImmediate(done));
}

function excelValue(value: CellValue, kind: ListColumn['kind']): string | number | Date | null {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (kind === 'instant') return new Date(Math.round(value + zoneOffsetMs()));
  // a day is 1
  if (kind === 'duration') return value / 86_400_000;
  return value;
}

function csvValue(value: CellValue, kind: ListColumn['kind']): string {
  if (value === null) return '';
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (kind === 'instant')
    return new Date(value + zoneOffsetMs()).toISOString().slice(0, 19).replace('T', ' ');
  if (kind === 'duration') return String(Math.round(value / 1000));
  return String(value);
}

function sheetName(title: string): string {
  return title.replace(/[[\]:*?/\\']/g, ' ').slice(0, 24) || '清单';
}
