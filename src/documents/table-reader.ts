/** Lists that people bring: xlsx, or csv as any program in this country writes it. One row after the other, in little memory. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import exceljs from 'exceljs';

/** The file is none of ours; its message is for who brought it. */
export class NotATable extends Error {}

export interface ReadRow {
  /** of 1: how much of the file was read */
  share: number;
  cells: string[];
}

/** The rows of a list, its header first; rows with nothing in them are left out. Throws `NotATable`. */
export async function* readTable(path: string): AsyncGenerator<ReadRow> {
  const head = Buffer.alloc(8);
  const file = await open(path);
  try {
    await file.read(head, 0, 8, 0);
  } finally {
    await file.close();
  }
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 0x03, 0x04]))) yield* readXlsx(path);
  else if (head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0])))
    throw new NotATable('这是旧的 .xls 格式，请在表格软件里另存为 .xlsx 或 .csv 再上传。');
  else yield* readCsv(path);
}

async function* readXlsx(path: string): AsyncGenerator<ReadRow> {
  const { size } = await stat(path);
  const bytes = createReadStream(path);
  // cells' dates and numbers come as values; styles are needed to tell one from the other
  const book = new exceljs.stream.xlsx.WorkbookReader(bytes, {
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    worksheets: 'emit',
    entries: 'emit',
  });
  try {
    for await (const sheet of book) {
      for await (const row of sheet) {
        const cells: string[] = [];
        row.eachCell({ includeEmpty: true }, (cell, column) => (cells[column - 1] = textOf(cell.value)));
        for (let at = 0; at < cells.length; at += 1) cells[at] ??= '';
        if (cells.some((cell) => cell.trim() !== ''))
          yield { share: Math.min(1, bytes.bytesRead / size), cells };
      }
      // the first sheet is the list
      return;
    }
  } catch (cause) {
    throw new NotATable('这个 xlsx 文件打不开：可能没有传完整，或加了密码。请重新另存后再上传。', { cause });
  } finally {
    bytes.destroy();
  }
}

function textOf(value: exceljs.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'object') {
    if ('richText' in value) return value.richText.map(({ text }) => text).join('');
    if ('text' in value) return textOf(value.text);
    if ('result' in value) return textOf(value.result as exceljs.CellValue);
    return '';
  }
  // a long account as a number: 12345678901234 and not 1.2345678901234e13
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return String(value);
}

async function* readCsv(path: string): AsyncGenerator<ReadRow> {
  const { size } = await stat(path);
  const encoding = (await isUtf8(path)) ? 'utf-8' : 'gb18030';
  let read = 0;
  const texts = Readable.from(
    (async function* () {
      const decoder = new TextDecoder(encoding);
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
        read += chunk.length;
        const text = decoder.decode(chunk, { stream: true });
        if (text.includes('\0'))
          throw new NotATable('这不是表格文件。请上传 .xlsx 或 .csv（逗号、分号或制表符分隔）。');
        if (text !== '') yield text;
      }
      const rest = decoder.decode();
      if (rest !== '') yield rest;
    })(),
  );
  const delimiter = await delimiterOf(path, encoding);
  const rows = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 200_000,
  });
  texts.on('error', (cause) => rows.destroy(cause));
  texts.pipe(rows);
  try {
    for await (const cells of rows as AsyncIterable<string[]>)
      if (cells.some((cell) => cell.trim() !== '')) yield { share: Math.min(1, read / size), cells };
  } catch (cause) {
    if (cause instanceof NotATable) throw cause;
    throw new NotATable('csv 文件读不下去：引号没有成对，或一行太长。请用表格软件打开后另存再上传。', {
      cause,
    });
  } finally {
    texts.destroy();
  }
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
      decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

async function delimiterOf(path: string, encoding: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const line = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead)).split(/\r?\n/)[0] ?? '';
    const counts = [',', '\t', ';', '，'].map((one) => [one, line.split(one).length] as const);
    return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  } finally {
    await file.close();
  }
}
