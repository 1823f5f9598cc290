/**
 * Article 14's callbacks as a report: what was drawn, who was reached, what they said, and Annex 2's form. An order
 * belongs to the period in which it was closed: a week's callbacks are over the orders of that week, whenever somebody
 * was reached. Pure: counts in, document out.
 */
import { ANNEX_2, annex2Cells, type Annex2Row } from '../callbacks/annex2.ts';
import { ARTICLE_14, neededOf } from '../callbacks/sample.ts';
import { ratio } from '../figures.ts';
import {
  MEASURES_VERSION,
  type Cell,
  type Column,
  type ReportDocument,
  type Row,
  type Table,
} from './document.ts';
import { PASSAGES } from './passages.ts';
import { dateAt, DAY_MS, parsePeriod, periodWords, spanPeriod, type Period } from './period.ts';

/** The lists of callbacks that are counted, each opened by its number. */
export const CALLBACK_COUNTS = {
  population: '办结的上门工单',
  drawn: '应回访',
  called: '已拨',
  reached: '已回访',
  valid: '有效回答',
  satisfied: '满意',
  fair: '一般',
  dissatisfied: '不满意',
  'not-solved': '未解决',
  people: '待人工',
} as const;
export type CallbackCount = keyof typeof CALLBACK_COUNTS;
type Counts = Record<CallbackCount, number>;

/** What one group of callbacks adds up to; `both`: a department in an ISO week, over which Article 14's 5 % is taken. */
export interface CallbackGroup extends Counts {
  by: 'all' | 'department' | 'category' | 'district' | 'week' | 'both';
  department: string;
  category: string;
  district: string;
  /** `2026-W48` */
  week: string;
}

/** A line of Annex 2's form, and the order that it opens. */
export interface Annex2Line extends Annex2Row {
  orderNo: string;
}

export interface CallbackReportCounts {
  groups: readonly CallbackGroup[];
  /** as many as are listed; `all.reached` says how many there are */
  lines: readonly Annex2Line[];
  passages: Readonly<Record<string, string>>;
  countedAtMs: number;
}

/** Makes the report of callbacks; Annex 2 stands in it as the regulation prints it. */
export function callbackReport(period: Period, counts: CallbackReportCounts): ReportDocument {
  const { groups, lines, passages, countedAtMs } = counts;
  const all = groups.find(({ by }) => by === 'all');
  if (!all) throw new Error('the whole period is missing');
  return {
    report: 'callbacks',
    title: '供水热线96666工单回访统计',
    period: { ...period, words: periodWords(period) },
    tables: [
      byGroup('department', '按部门', period, groups, all),
      byGroup('category', '按类别', period, groups, all),
      byGroup('district', '按片区', period, groups, all),
      byGroup('week', '按周', period, groups, all),
      annex2(lines, all.reached),
    ],
    passages: PASSAGES.callbacks.map(({ key, zh, after }) => ({
      ...{ key, heading: zh, after, text: passages[key] ?? '' },
    })),
    measuresVersion: MEASURES_VERSION,
    countedAtMs,
  };
}

type By = 'department' | 'category' | 'district' | 'week';
const KEYS: Record<By, string> = {
  department: 'departments',
  category: 'categories',
  district: 'districts',
  week: 'weeks',
};
/** [column, words, above, below] */
const RATES: [string, string, CallbackCount, CallbackCount][] = [
  ['sampling', '回访率（≥5%）', 'reached', 'population'],
  ['reach', '接通率', 'reached', 'called'],
  ['validity', '有效率', 'valid', 'reached'],
  ['satisfaction', '满意率', 'satisfied', 'valid'],
];

function byGroup(by: By, zh: string, period: Period, groups: readonly CallbackGroup[], all: Counts): Table {
  const counts = Object.entries(CALLBACK_COUNTS) as [CallbackCount, string][];
  // Article 14 asks it of each department's week: no other line has a number of its own
  const asked = by === 'department' || by === 'week';
  const row = (key: string, name: string, one: Counts, where: Where, needed: number): Row => ({
    key,
    cells: {
      name: { value: name },
      ...Object.fromEntries(
        counts.map(([list]): [string, Cell] => [list, { value: one[list], list: callbackList(list, where) }]),
      ),
      ...(asked ? { needed: { value: needed } } : {}),
      ...Object.fromEntries(
        RATES.map(([column, , above, below]): [string, Cell] => [
          column,
          {
            value: ratio(one[above], one[below]),
            ...{ list: callbackList(above, where), below: callbackList(below, where) },
          },
        ]),
      ),
    },
  });
  const neededIn = (key: string | null) =>
    groups
      .filter((one) => one.by === 'both' && (key === null || one[by] === key))
      .reduce((sum, { population }) => sum + neededOf(population, ARTICLE_14.rate), 0);
  const whereOf = (key: string): Where =>
    by === 'week' ? { period: weekWithin(period, key) } : { period: period.key, [by]: key };
  const [population, ...rest] = counts.map(([key, words]): Column => ({
    key,
    zh: words,
    unit: 'count',
    adds: true,
  }));
  return {
    ...{ key: KEYS[by], zh },
    columns: [
      { key: 'name', zh: zh.slice(1), unit: 'text' },
      population!,
      ...(asked ? [{ key: 'needed', zh: '至少抽（5%）', unit: 'count', adds: true } satisfies Column] : []),
      ...rest,
      ...RATES.map(([key, words]): Column => ({ key, zh: words, unit: 'ratio' })),
    ],
    rows: groups
      .filter((one) => one.by === by)
      .map((one) => row(one[by] || 'none', one[by] || '未填', one, whereOf(one[by]), neededIn(one[by]))),
    total: row('total', '合计', all, { period: period.key }, neededIn(null)),
    chart: {
      ...{ kind: 'bar', x: 'name', series: ['drawn', 'reached', 'satisfied'], ratio: 'satisfaction' },
      beside: true,
    },
    note: [
      '工单按办结时间归入时间段。',
      ...(asked ? ['“至少抽”是各部门每周办结的上门工单的 5%，逐部门逐周进位（第十四条）。'] : []),
      '接通率＝已回访 ÷ 已拨，有效率＝有效回答 ÷ 已回访，满意率＝满意 ÷ 有效回答。',
    ].join(''),
  };
}

interface Where {
  period: string;
  department?: string;
  category?: string;
  district?: string;
}

/** The address of a list of callbacks. */
function callbackList(list: CallbackCount, where: Where): string {
  const more = Object.entries(where).map(([key, value]) => `&${key}=${encodeURIComponent(String(value))}`);
  return `callbacks/annex2?list=${list}${more.join('')}`;
}

/** The days of an ISO week that lie within the period. */
function weekWithin(period: Period, week: string): string {
  const whole = parsePeriod(`week:${week}`);
  if (!whole) return period.key;
  const [fromMs, untilMs] = [Math.max(whole.fromMs, period.fromMs), Math.min(whole.untilMs, period.untilMs)];
  if (fromMs === whole.fromMs && untilMs === whole.untilMs) return whole.key;
  return spanPeriod(dateAt(fromMs), dateAt(untilMs - DAY_MS))?.key ?? period.key;
}

function annex2(lines: readonly Annex2Line[], all: number): Table {
  return {
    ...{ key: 'annex2', zh: '附件二　工单处理回访记录表' },
    columns: ANNEX_2.map(({ width: _, ...column }): Column => column),
    rows: lines.map((line, at) => {
      const values = Object.entries(annex2Cells(line, at));
      const cells: Row['cells'] = Object.fromEntries(values.map(([key, value]) => [key, { value }]));
      cells['no']!.list = `orders/${line.orderNo}`;
      return { key: `${at} ${line.orderNo}`, cells };
    }),
    total: null,
    ...(all > lines.length
      ? { note: `已回访的共 ${all} 件，这里列出最早的 ${lines.length} 件；分周打开可看全部。` }
      : {}),
  };
}
