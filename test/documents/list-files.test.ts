import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { csvRow, safeText } from '../../src/core/outward/cells.ts';
import type { CellValue, ListColumn } from '../../src/core/outward/list.ts';
import { openCsv, openXlsx, type ListFile } from '../../src/documents/xlsx.ts';

const columns: ListColumn[] = [
  { zh: '时间', kind: 'instant', width: 20 },
  { zh: '内容', kind: 'text', width: 60 },
  { zh: '件数', kind: 'count', width: 8 },
  { zh: '用时', kind: 'duration', width: 10 },
];
const head = { title: '工单清单', columns, madeAtMs: 1_764_000_000_000 };

describe('a list as a file', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'hotline-lists-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function written(rows: CellValue[][], sheetRows?: number) {
    const path = join(folder, 'a.xlsx');
    const file = openXlsx(path, head, sheetRows);
    for (const row of rows) await file.add(row);
    await file.finish();
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    return book;
  }

  it('has real numbers and dates on the wall clock of Yinchuan, a head that stays, and is ready to print', async () => {
    const book = await written([[Date.parse('2026-11-25T23:59:30+08:00'), '爆管', 1234, 3_723_000]]);
    const sheet = book.worksheets[0]!;
    const row = sheet.getRow(2);
    expect((row.getCell(1).value as Date).toISOString()).to.equal('2026-11-25T23:59:30.000Z');
    expect(row.getCell(1).numFmt).to.equal('yyyy-mm-dd hh:mm:ss');
    expect(row.getCell(3).value).to.equal(1234);
    // 1 h 2 min 3 s, counted from Excel's first day
    expect((row.getCell(4).value as Date).toISOString()).to.equal('1899-12-30T01:02:03.000Z');
    expect(row.getCell(4).numFmt).to.equal('[h]:mm:ss');
    expect(sheet.views[0]).to.include({ state: 'frozen', ySplit: 1 });
    expect(sheet.pageSetup).to.include({ orientation: 'landscape', fitToWidth: 1, paperSize: 9 });
    expect(sheet.getRow(1).getCell(2).value).to.equal('内容');
  });

  it('shows as text whatever a caller said: formulas, scripts, emoji, ten thousand characters', async () => {
    const said = [
      '=HYPERLINK("http://evil","点我")',
      '+8613912345678',
      '-1+1',
      '@SUM(A1)',
      '\tx',
      '\rx',
      '<script>alert(1)</script>',
      '💧水漫到路上了😱',
      '水'.repeat(10_000),
      'a\u0000b\u0007c\ud83d',
    ];
    const book = await written(said.map((text) => [null, text, null, null]));
    const cells = said.map((_, at) => book.worksheets[0]!.getRow(at + 2).getCell(2));
    for (const cell of cells) expect(cell.type).to.equal(ExcelJS.ValueType.String);
    const texts = cells.map((cell) => String(cell.value));
    expect(texts.slice(0, 4)).to.deep.equal(said.slice(0, 4).map((text) => `'${text}`));
    expect(texts.slice(6, 9)).to.deep.equal(said.slice(6, 9));
    expect(texts[9]).to.equal('abc');
  });

  it('goes on on another sheet where one is full', async () => {
    const book = await written(
      Array.from({ length: 25 }, (_, n) => [null, `第 ${n} 件`, n, null]),
      11,
    );
    expect(book.worksheets.map(({ name, rowCount }) => [name, rowCount])).to.deep.equal([
      ['工单清单', 11],
      ['工单清单（2）', 11],
      ['工单清单（3）', 6],
    ]);
    expect(book.worksheets[2]!.getRow(1).getCell(2).value).to.equal('内容');
    expect(book.worksheets[2]!.getRow(6).getCell(3).value).to.equal(24);
  });

  it('as CSV has a BOM, quotes where they must be, and the same guard', async () => {
    const path = join(folder, 'a.csv');
    const file = openCsv(path, head);
    await file.add([Date.parse('2026-11-25T08:00:00+08:00'), '他说："没水",\n两天了', 1, 61_000]);
    await file.add([null, '=1+1', null, null]);
    await file.finish();
    expect(readFileSync(path, 'utf8')).to.equal(
      '\ufeff时间,内容,件数,用时\r\n2026-11-25 08:00:00,"他说：""没水"",\n两天了",1,61\r\n,\'=1+1,,\r\n',
    );
  });

  it('no text begins a formula, and what is harmless stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const safe = safeText(text);
        expect(safe).to.not.match(/^[=+\-@\t\r]/);
        if (/^[\u4e00-\u9fffA-Za-z0-9 ]*$/.test(text)) expect(safe).to.equal(text);
      }),
    );
  });

  it('a CSV line read again gives the same cells', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (cells) => {
        const line = csvRow(cells).slice(0, -2);
        const read: string[] = [];
        const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
        for (;;) {
          const [, quoted, plain, comma] = cell.exec(line)!;
          read.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
          if (comma === '') break;
        }
        expect(read).to.deep.equal(cells);
      }),
    );
  });

  describe('ends nothing but itself', () => {
    const unforeseen: unknown[] = [];
    const note = (cause: unknown) => void unforeseen.push(cause);
    before(() => process.on('uncaughtException', note).on('unhandledRejection', note));
    after(() => process.off('uncaughtException', note).off('unhandledRejection', note));

    async function codeOf(file: ListFile, rows: number): Promise<string | undefined> {
      try {
        for (let n = 0; n < rows; n += 1) await file.add([null, `${n}`.repeat(300), n, null]);
        await file.finish();
        return undefined;
      } catch (cause) {
        file.abandon();
        return (cause as NodeJS.ErrnoException).code;
      } finally {
        // what the packer still had under way comes to its end
        for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
      }
    }
    for (const [format, open] of [
      ['xlsx', openXlsx],
      ['csv', openCsv],
    ] as const)
      for (const rows of [1, 5000])
        it(`${format}, ${rows} rows: a full disk, a folder that is gone and a maker who gives up`, async () => {
          expect(await codeOf(open('/dev/full', head), rows), 'full').to.equal('ENOSPC');
          expect(await codeOf(open(join(folder, 'gone/a'), head), rows), 'gone').to.equal('ENOENT');
          const given = open(join(folder, 'given-up'), head);
          for (let n = 0; n < rows; n += 1) await given.add([null, 'x', n, null]);
          given.abandon();
          for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
          expect(unforeseen).to.deep.equal([]);
        });
  });
});
