import { minuteText } from '../core/zone.ts';
import ExcelJS from 'exceljs';
import { ANSWERS, pointsOf } from '../core/quality/form.ts';
import { SCORE_STATES, type ScoreState } from '../core/quality/score.ts';
import type { Counted, PointTrend, Trend } from '../core/quality/spread.ts';

export interface QualityBook {
  /** `2026年11月1日—11月30日` */
  span: string;
  scores: readonly (Counted & {
    callId: string;
    agentName: string;
    scorer: string;
    state: ScoreState;
    note: string;
    comments: readonly { atMs: number; words: string }[];
  })[];
  people: readonly { id: number; name: string }[];
  weeks: readonly Trend[];
  points: readonly PointTrend[];
}

/** Scores of a span with every answer, each agent's weeks, and how well each point is done. */
export async function qualityXlsx(one: QualityBook): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = '供水热线96666';
  const name = (id: number) => one.people.find((person) => person.id === id)?.name ?? '';
  const points = new Map<string, string>();
  // the newest form's name of a point stands at the head of its column
  for (const { form } of one.scores) for (const point of pointsOf(form)) points.set(point.key, point.name);
  const keys = [...points.keys()];

  const scores = sheetOf(book, '评分', `供水热线 96666 质检评分（${one.span}）`, [
    ...['通话时间', '受理员', '评分人', '得分', '状态'],
    ...points.values(),
    ...['评语', '批注', '通话编号'],
  ]);
  for (const score of one.scores)
    scores.addRow([
      ...[localTime(score.atMs), score.agentName, score.scorer, score.tenths / 10],
      SCORE_STATES[score.state],
      ...keys.map((key) => (score.answers[key] ? ANSWERS[score.answers[key]] : '')),
      score.note,
      score.comments.map((pin) => `${minutes(pin.atMs)} ${pin.words}`).join('\n'),
      score.callId,
    ]);
  scores.getColumn(1).width = 18;
  scores.getColumn(4).numFmt = '0.0';

  const weeks = sheetOf(book, '每周', `每周平均得分（${one.span}）`, ['周', '受理员', '通数', '平均得分']);
  for (const { week, agentId, count, meanTenths } of one.weeks)
    weeks.addRow([week.replace('week:', ''), name(agentId), count, meanTenths / 10]);
  weeks.getColumn(4).numFmt = '0.0';

  const shares = sheetOf(book, '分项', `各项做到率（${one.span}）`, ['受理员', '评分项', '次数', '做到率']);
  for (const { agentId, name: point, count, share } of one.points)
    shares.addRow([name(agentId), point, count, share / 1000]);
  shares.getColumn(2).width = 32;
  shares.getColumn(4).numFmt = '0.0%';
  return Buffer.from(await book.xlsx.writeBuffer());
}

function sheetOf(book: ExcelJS.Workbook, name: string, title: string, heads: string[]): ExcelJS.Worksheet {
  const sheet = book.addWorksheet(name, {
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
    views: [{ state: 'frozen', ySplit: 2 }],
  });
  sheet.getCell(1, 1).value = title;
  sheet.getCell(1, 1).font = { bold: true, size: 14 };
  sheet.getRow(2).values = heads;
  sheet.getRow(2).font = { bold: true };
  return sheet;
}

function localTime(ms: number): string {
  return minuteText(ms);
}

function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
