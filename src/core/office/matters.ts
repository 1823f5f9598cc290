/** The reports of Articles 18 to 23 about what was taken down and what became of it. Pure: counts in, documents out. */
import { ratio } from '../figures.ts';
import {
  MEASURES_VERSION,
  type Cell,
  type Equality,
  type Row,
  type ReportDocument,
  type Table,
} from './document.ts';
import {
  above,
  byCategory,
  byDistrict,
  byUnit,
  categoryLines,
  channelLines,
  compared,
  headline,
  linesOf,
  ORDERS,
  pipes,
  unitsByCategory,
  type MatterCounts,
} from './matter-tables.ts';
import { openTable, placesTable } from './matter-lists.ts';
import { filterWords, type NamedReport } from './named-report.ts';
import { PASSAGES } from './passages.ts';
import { periodWords, type Period } from './period.ts';
import { FAULTS, LINES, sumWhere } from './receipts.ts';

export const MATTER_REPORTS = {
  daily: '供水热线96666日报',
  weekly: '供水热线96666周报',
  monthly: '12345供水月小结及供水热线受理情况统计',
  'month-end': '供水热线及上级转办月度分类统计分析',
  any: '供水热线受理专题统计',
} as const;
export type MatterReport = keyof typeof MATTER_REPORTS;

/** Makes a report of a period from its counts; `passages` by their keys. `named`: one that was saved under a name. */
export function matterReport(
  report: MatterReport,
  period: Period,
  counts: MatterCounts,
  passages: Readonly<Record<string, string>> = {},
  named?: Pick<NamedReport, 'report' | 'name'>,
): ReportDocument {
  const tables = TABLES[report](period, counts);
  const total = (key: string, column: string) =>
    tables.find((table) => table.key === key)?.total?.cells[column]?.value;
  const equalities: Equality[] = [];
  const equal = (zh: string, table: string, left: unknown, right: unknown) => {
    if (typeof left === 'number' && typeof right === 'number') equalities.push({ table, zh, left, right });
  };
  const scope = filterWords(counts.within ?? {}, new Map(counts.units.map(({ id, name }) => [id, name])));
  if (report === 'monthly') {
    equal('第一部分热线合计与第二部分合计', 'lines', total('categories', 'hotline'), total('lines', 'now'));
    equal(
      '第二部分IC卡水表故障与其分类合计',
      'faults',
      tables.find(({ key }) => key === 'lines')?.rows.find(({ key }) => key === 'card-meter')?.cells['now']
        ?.value,
      total('faults', 'now'),
    );
    equal('第一部分上级合计与第三部分合计', 'above', total('categories', 'outside'), total('above', 'taken'));
    equal('第八部分合计与已建工单的首件', 'units', total('units', 'all'), sumWhere(counts.groups, ORDERS));
  }
  return {
    report: named?.report ?? report,
    title: named ? `供水热线受理专题统计：${named.name}` : MATTER_REPORTS[report],
    period: { ...period, words: periodWords(period) },
    ...(scope === '' ? {} : { scope }),
    tables,
    passages: PASSAGES[report].map(({ key, zh, after }) => ({
      key,
      heading: zh,
      after,
      text: passages[key] ?? '',
    })),
    equalities,
    numbered: report === 'monthly',
    measuresVersion: MEASURES_VERSION,
    countedAtMs: counts.countedAtMs,
  };
}

const TABLES: Record<MatterReport, (period: Period, counts: MatterCounts) => Table[]> = {
  daily: (period, counts) => [
    ...(counts.calls ? [calls(period, counts.calls)] : []),
    byCategory('categories', '受理分类', period, counts),
    byUnit('units', '各单位办理', period, counts),
    openTable('overdue', '没有办结的工单', counts.open),
  ],
  weekly: (period, counts) => [
    byUnit('units', '相关单位接受热线指令、回复和办结情况', period, counts),
    openTable('open', '没有回复或没有办结的工单', counts.open),
    compared('categories', '受理分类', period, counts, categoryLines(), {}),
  ],
  monthly: (period, counts) => [
    byCategory('categories', '一、各类受理问题分类统计', period, counts),
    compared('twelve', '12345供水月小结（第十八条）', period, counts, categoryLines(), { channel: '12345' }),
    headline('headline', '二、供水热线受理情况', period, counts),
    compared('lines', '二、供水热线受理情况分类', period, counts, linesOf('line', LINES), {
      side: 'hotline',
    }),
    compared('faults', 'IC卡水表故障分类', period, counts, linesOf('fault', FAULTS), {
      ...{ side: 'hotline', line: 'card-meter' },
    }),
    above('above', '三、上级单位受理统计', period, counts),
    pipes('causes', '四、各单位主要爆管、漏水及施工断管统计', period, counts),
    unitsByCategory('units', '八、各主要单位投诉统计', period, counts),
  ],
  'month-end': (period, counts) => [
    byCategory('categories', '热线和上级转办分类统计', period, counts),
    compared('compared', '与上期和去年同期比较', period, counts, categoryLines(), {}),
    byDistrict('districts', '按辖区', period, counts),
    placesTable('places', '热点小区', period, counts),
    byUnit('units', '各单位办理', period, counts),
  ],
  any: (period, counts) => [
    compared('categories', '按类别', period, counts, categoryLines(), {}),
    byDistrict('districts', '按辖区和类别', period, counts),
    compared('channels', '按渠道', period, counts, channelLines(), {}),
    placesTable('places', '热点小区', period, counts),
    byUnit('units', '按单位', period, counts),
  ],
};

function calls(
  period: Period,
  { offered, answered, rang, within }: NonNullable<MatterCounts['calls']>,
): Table {
  const list = (name: string) => `calls?period=${encodeURIComponent(period.key)}&list=${name}`;
  const line = (key: string, zh: string, cell: Cell): Row => ({
    key,
    cells: { name: { value: zh }, value: cell },
  });
  return {
    ...{ key: 'calls', zh: '来电' },
    columns: [
      { key: 'name', zh: '项目', unit: 'text' },
      { key: 'value', zh: '数值', unit: 'count' },
    ],
    rows: [
      line('offered', '来电总量', { value: offered, list: list('offered') }),
      line('answered', '已接听', { value: answered, list: list('answered') }),
      line('within', '三声内接听', { value: within, list: list('withinThreeRings') }),
      line('rate', '三声接听率（第十三条）', {
        ...{ value: ratio(within, rang), unit: 'ratio' },
        ...{ list: list('withinThreeRings'), below: list('rang') },
      }),
    ],
    total: null,
  };
}
