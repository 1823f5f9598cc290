import ExcelJS from 'exceljs';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  decimalText,
  lengthText,
  percentOf,
  ratio,
  rounded,
  shareText,
  thousandthsOf,
  writtenPercent,
} from '../../src/core/figures.ts';
import type { ReportDocument } from '../../src/core/office/document.ts';
import { cellText } from '../../src/core/office/written.ts';
import { alarmSentence } from '../../src/core/walls/alarms.ts';
import { measuredText, newTile, type TileKind } from '../../src/core/walls/tiles.ts';
import { reportCsv } from '../../src/documents/report-csv.ts';
import { reportXlsx } from '../../src/documents/report-xlsx.ts';
import { percent } from '../../src/web/view.ts';

describe('how a measure is written', () => {
  it('half goes away from zero, by the decimal figures and not by their binary noise', () => {
    expect(rounded(1.005, 2)).to.equal(1.01);
    expect(rounded(-1.005, 2)).to.equal(-1.01);
    expect(rounded(8.345, 2)).to.equal(8.35);
    expect(rounded(2.5)).to.equal(3);
    expect(rounded(-2.5)).to.equal(-3);
    expect(rounded(-0.04, 1)).to.equal(0);
    expect(rounded(5e-7, 6)).to.equal(0.000001);
    expect(rounded(1e21, 1)).to.equal(1e21);
    expect(decimalText(0.25)).to.equal('0.3');
    expect(decimalText(-0.25)).to.equal('-0.3');
  });

  it('a share is what the two counts say, to a tenth of a per cent', () => {
    expect(shareText(ratio(23, 40))).to.equal('57.5%');
    expect(shareText(ratio(1149, 2000))).to.equal('57.5%');
    expect(shareText(ratio(-1, 3))).to.equal('-33.3%');
    expect(shareText(ratio(2, 3))).to.equal('66.7%');
    expect(shareText(ratio(-2, 3))).to.equal('-66.7%');
    expect(shareText(ratio(5, 0))).to.equal('—');
  });

  it('every share of two whole numbers is rounded as whole numbers round it', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.integer({ min: 1, max: 2_000_000 }), (above, below) => {
        const doubled = BigInt(above) * 2000n;
        const thousandths = (doubled / BigInt(below) + 1n) / 2n;
        const written = writtenPercent(percentOf(above / below));
        const edge = above > 0 && above !== below && (thousandths === 0n || thousandths === 1000n);
        if (!edge) expect(Math.round(written * 10)).to.equal(Number(thousandths));
      }),
    );
  });

  it('a share that is not 0 or 100 % is never written as one', () => {
    expect(shareText(0)).to.equal('0.0%');
    expect(shareText(1)).to.equal('100.0%');
    expect(shareText(ratio(1, 2500))).to.equal('0.1%');
    expect(shareText(ratio(2499, 2500))).to.equal('99.9%');
    expect(shareText(ratio(-1, 2500))).to.equal('-0.1%');
    expect(shareText(ratio(-2499, 2500))).to.equal('-99.9%');
    expect(shareText(ratio(2501, 2500))).to.equal('100.1%');
    expect(thousandthsOf(2499, 2500)).to.equal(999);
    expect(thousandthsOf(0, 0)).to.equal(0);
  });

  it('a length of time carries over where its tenths round up to the minute', () => {
    expect(lengthText(14_600)).to.equal('14.6秒');
    expect(lengthText(14_950)).to.equal('15.0秒');
    expect(lengthText(59_960)).to.equal('1:00');
    expect(lengthText(3_599_600)).to.equal('1:00:00');
    expect(lengthText(3_723_000)).to.equal('1:02:03');
  });

  it('screen, wall, speech, CSV and Excel write the same share', async () => {
    const tile = (kind: TileKind) => ({ ...newTile(kind), red: 90 });
    for (const [above, below, text] of [
      [23, 40, '57.5%'],
      [1, 2500, '0.1%'],
      [2499, 2500, '99.9%'],
      [1149, 2000, '57.5%'],
    ] as const) {
      const share = above / below;
      expect(percent(share)).to.equal(text);
      expect(cellText(share, 'ratio')).to.equal(text);
      expect(`${measuredText('three-ring', percentOf(share))}%`).to.equal(text);
      const sentence = alarmSentence(tile('three-ring'), 'red', percentOf(share));
      expect(sentence).to.equal(`警报：三声接听率 百分之 ${text.slice(0, -1)}`);
      expect(reportCsv(oneCell(share)).toString('utf8')).to.contain(text);
      const cell = await excelCell(share);
      expect(cell.value).to.equal(share);
      // what is not as Excel would round it stands there as text, over the whole number
      expect([text, '0.0%']).to.include(cell.numFmt.replaceAll('"', ''));
      if (cell.numFmt === '0.0%') expect(`${rounded(percentOf(share), 1).toFixed(1)}%`).to.equal(text);
    }
  });
});

const oneCell = (value: number): ReportDocument => ({
  report: 'daily',
  title: '日报',
  period: { kind: 'day', key: 'day:2026-11-25', fromMs: 0, untilMs: 1, words: '' },
  tables: [
    {
      key: 'one',
      zh: '一',
      columns: [{ key: 'share', zh: '占比', unit: 'ratio' }],
      rows: [{ key: 'one', cells: { share: { value } } }],
      total: null,
    },
  ],
  measuresVersion: 1,
  countedAtMs: 0,
});

async function excelCell(value: number): Promise<ExcelJS.Cell> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await reportXlsx(oneCell(value))) as unknown as ExcelJS.Buffer);
  return book.worksheets[0]!.getCell(4, 1);
}
