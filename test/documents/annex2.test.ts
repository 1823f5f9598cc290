import { expect } from 'chai';
import ExcelJS from 'exceljs';
import { ANNEX_2, annex2Cells, type Annex2Row } from '../../src/core/callbacks/annex2.ts';
import { cellText } from '../../src/core/office/written.ts';
import { annex2Xlsx } from '../../src/documents/annex2-xlsx.ts';

const ROW: Annex2Row = {
  ...{ acceptedAtMs: Date.UTC(2026, 10, 24, 1, 2), calledBackAtMs: Date.UTC(2026, 10, 25, 1, 2) },
  ...{ caller: '马先生', number: '09515012345', extension: '8001', address: '丽景园3号楼', content: '=停水' },
  ...{ department: '兴庆区管网', handledBy: '王某', handling: '', solved: true, satisfied: 'fair' },
};

describe('Annex 2', () => {
  it('has the regulation’s ten columns in its order', () => {
    expect(ANNEX_2.map(({ zh }) => zh).join(' ')).to.equal(
      '序号 受理时间 回访日期 来电人 用户电话 用户地址 反映内容 处理部门及人员 处理完成情况 是否满意',
    );
  });

  it('as a workbook has each value under its own name', async () => {
    const rows = [ROW, { ...ROW, calledBackAtMs: null, number: null, solved: null, satisfied: null }];
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await annex2Xlsx(rows, '2026-W48')) as unknown as ExcelJS.Buffer);
    const sheet = book.worksheets[0]!;
    for (const [at, row] of rows.entries())
      for (const [column, { key, zh, unit }] of ANNEX_2.entries()) {
        expect(sheet.getCell(3, column + 1).value).to.equal(zh);
        const value = annex2Cells(row, at)[key];
        const written = sheet.getCell(4 + at, column + 1).value ?? '';
        expect(written, zh).to.equal(value === null ? '' : unit === 'count' ? value : cellText(value, unit));
      }
    const shown = ANNEX_2.map((_, column) => String(sheet.getCell(4, column + 1).value));
    expect(shown).to.deep.equal([
      ...['1', '2026-11-24 09:02', '2026-11-25', '马先生', '09515012345-8001', '丽景园3号楼', '=停水'],
      ...['兴庆区管网 王某', '已解决', '一般'],
    ]);
  });
});
