import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type { ReportDocument } from '../../src/core/office/document.ts';
import { parsePeriod } from '../../src/core/office/period.ts';
import { csvLine, reportCsv } from '../../src/documents/report-csv.ts';
import { reportDocx } from '../../src/documents/report-docx.ts';
import { reportXlsx } from '../../src/documents/report-xlsx.ts';

const REPORT: ReportDocument = {
  report: 'telephone',
  title: '供水热线96666话务报表',
  period: { ...parsePeriod('day:2026-11-25')!, words: '2026年11月25日' },
  tables: [
    {
      key: 'queue',
      zh: '按队列',
      columns: [
        { key: 'name', zh: '队列', unit: 'text' },
        { key: 'offered', zh: '来电', unit: 'count', adds: true },
        { key: 'rate', zh: '接通率', unit: 'ratio' },
        { key: 'asa', zh: '平均应答', unit: 'ms' },
      ],
      rows: [
        {
          key: 'a',
          cells: {
            name: { value: '=cmd|x' },
            offered: { value: 90 },
            rate: { value: 0.954 },
            asa: { value: 7800 },
          },
        },
        {
          key: 'b',
          cells: {
            name: { value: '夜间' },
            offered: { value: 10 },
            rate: { value: null },
            asa: { value: 3_723_000 },
          },
        },
      ],
      total: {
        key: 'total',
        cells: {
          name: { value: '合计' },
          offered: { value: 100 },
          rate: { value: 0.9 },
          asa: { value: 8000 },
        },
      },
    },
  ],
  measuresVersion: 1,
  countedAtMs: Date.parse('2026-11-25T02:00:00Z'),
};

describe('a report as a file', () => {
  it('is a workbook with real numbers, durations, a living sum and no formula out of a name', async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await reportXlsx(REPORT)) as never);
    const sheet = book.getWorksheet('按队列')!;
    const values = (row: number) => (sheet.getRow(row).values as unknown[]).slice(1);
    expect(sheet.getCell('A1').value).to.equal('供水热线96666话务报表');
    expect(values(3)).to.deep.equal(['队列', '来电', '接通率', '平均应答']);
    // exceljs reads a number with a time's format as an instant after Excel's first day
    const spent = new Date(Date.UTC(1899, 11, 30) + 7800);
    expect(values(4)).to.deep.equal(['=cmd|x', 90, 0.954, spent]);
    expect(sheet.getCell('A4').type).to.equal(ExcelJS.ValueType.String);
    expect(sheet.getCell('C4').numFmt).to.equal('0.0%');
    expect(values(5)[2]).to.equal('—');
    expect(sheet.getCell('B6').value).to.deep.include({ formula: 'SUM(B4:B5)', result: 100 });
    expect(sheet.views[0]).to.include({ state: 'frozen', ySplit: 3 });
  });

  it('says what it is narrowed to', async () => {
    const narrowed = { ...REPORT, scope: '辖区：兴庆区' };
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await reportXlsx(narrowed)) as never);
    expect(book.worksheets[0]!.getCell('A2').value).to.equal(
      '按队列　2026年11月25日　统计范围：辖区：兴庆区',
    );
    expect(reportCsv(narrowed).toString('utf8')).to.include('统计范围：辖区：兴庆区');
    const [plain, told] = await Promise.all([reportDocx(REPORT), reportDocx(narrowed)]);
    expect(told.length).to.be.above(plain.length);
  });

  it('is an office document that opens', async () => {
    const bytes = await reportDocx({
      ...REPORT,
      passages: [{ key: 'a', heading: '分析', after: '', text: '一\n二' }],
    });
    expect(bytes.subarray(0, 2).toString()).to.equal('PK');
    expect(bytes.length).to.be.greaterThan(5000);
  });

  it('is text that Excel reads as Chinese, with nothing in it that it would run', () => {
    const text = reportCsv(REPORT).toString('utf8');
    expect(text.startsWith('\ufeff供水热线96666话务报表')).to.equal(true);
    expect(text).to.include("'=cmd|x,90,95.4%,7.8秒");
    expect(text).to.include('夜间,10,—,1:02:03');
    expect(csvLine(['a"b', 'c,d', '-5', '-x'])).to.equal('"a""b","c,d",-5,\'-x');
  });
});
