/** The tables of the matter reports: counts in, rows out, each number with its list. */
import { ratio } from '../figures.ts';
import type { Cell, Column, Row, Table } from './document.ts';
import type { OpenMatters, Place } from './matter-lists.ts';
import { periodBefore, periodLastYear, type Period } from './period.ts';
import {
  CATEGORIES,
  CAUSES,
  CHANNEL_ORDER,
  CHANNEL_WORDS,
  receiptList,
  SIDES,
  sumWhere,
  valuesOf,
  type Group,
  type Where,
} from './receipts.ts';

export interface MatterCounts {
  groups: readonly Group[];
  before: readonly Group[];
  lastYear: readonly Group[];
  /** in the order in which reports name them */
  units: readonly { id: string; code: string; name: string }[];
  open: OpenMatters;
  /** the communities with the most receipts */
  places: readonly Place[];
  /** of the telephone, for the daily report */
  calls: { offered: number; answered: number; rang: number; within: number } | null;
  countedAtMs: number;
  /** what everything above is narrowed to, so that the lists are narrowed too; none: everything */
  within?: Where;
}

type Line = { key: string; zh: string; where: Where };

/** one event, one order: what a unit was told to do */
export const ORDERS: Where = { ordered: 'yes', event: 'yes' };

export function linesOf(dim: 'line' | 'fault', words: Record<string, string>): Line[] {
  return Object.entries(words).map(([key, zh]) => ({ key, zh, where: { [dim]: key } }));
}
export function channelLines(): Line[] {
  return CHANNEL_ORDER.map((channel) => ({
    ...{ key: channel, zh: CHANNEL_WORDS[channel]!, where: { channel } },
  }));
}
export function categoryLines(): Line[] {
  return [...CATEGORIES, { code: '', zh: '未分类' }].map(({ code, zh }) => ({
    ...{ key: code || 'none', zh, where: { category: code } },
  }));
}

/** Lines × columns of counts, each a list; the total is counted by itself and never added up. */
function crossed(
  key: string,
  zh: string,
  head: string,
  lines: readonly Line[],
  columns: readonly Line[],
  of: (where: Where) => Cell,
): Table {
  const row = (line: Line): Row => ({
    key: line.key,
    cells: {
      name: { value: line.zh },
      ...Object.fromEntries(columns.map((column) => [column.key, of({ ...line.where, ...column.where })])),
    },
  });
  return {
    ...{ key, zh },
    columns: [
      { key: 'name', zh: head, unit: 'text' },
      ...columns.map((column): Column => ({ key: column.key, zh: column.zh, unit: 'count', adds: true })),
    ],
    rows: lines.map(row),
    total: row({ key: 'total', zh: '合计', where: {} }),
  };
}

/** The lines that a report narrowed to some values can have anything in. */
function linesWithin(lines: readonly Line[], within: Where = {}): Line[] {
  return lines.filter(({ where }) =>
    Object.entries(where).every(([dim, value]) => {
      const wanted = within[dim as keyof Where];
      return wanted === undefined || valuesOf(value).every((one) => valuesOf(wanted).includes(one));
    }),
  );
}

function counted(period: Period, { groups, within }: MatterCounts, base: Where) {
  return (where: Where): Cell => {
    const whole = { ...within, ...base, ...where };
    return { value: sumWhere(groups, whole), list: receiptList(period, whole) };
  };
}

export function byCategory(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const sides = Object.entries(SIDES).map(([side, words]) => ({ key: side, zh: words, where: { side } }));
  const table = crossed(
    ...([key, zh, '类别', categoryLines()] as const),
    [
      ...sides,
      { key: 'all', zh: '合计', where: {} },
      { key: 'events', zh: '其中首件', where: { event: 'yes' } },
    ],
    counted(period, counts, {}),
  );
  return {
    ...table,
    chart: { kind: 'bar', x: 'name', series: ['hotline', 'outside', 'other'] },
    note: '一件事由几个渠道反映，每次都计受理，“首件”只计一次。',
  };
}

/** A count beside the period before and the one a year ago, with the change. */
export function compared(
  key: string,
  zh: string,
  period: Period,
  { groups, before, lastYear, within }: MatterCounts,
  lines: readonly Line[],
  base: Where,
): Table {
  const row = (line: Line): Row => {
    const where = { ...within, ...base, ...line.where };
    const list = receiptList(period, where);
    const [listBefore, listLastYear] = [
      receiptList(periodBefore(period), where),
      receiptList(periodLastYear(period), where),
    ];
    const [now, then, year] = [groups, before, lastYear].map((some) => sumWhere(some, where)) as [
      number,
      number,
      number,
    ];
    return {
      key: line.key,
      cells: {
        name: { value: line.zh },
        now: { value: now, list },
        before: { value: then, list: listBefore },
        change: { value: ratio(now - then, then), list, below: listBefore },
        lastYear: { value: year, list: listLastYear },
        yearChange: { value: ratio(now - year, year), list, below: listLastYear },
      },
    };
  };
  return {
    ...{ key, zh },
    columns: [
      { key: 'name', zh: '项目', unit: 'text' },
      { key: 'now', zh: '本期', unit: 'count', adds: true },
      { key: 'before', zh: '上期', unit: 'count', adds: true },
      { key: 'change', zh: '环比', unit: 'ratio' },
      { key: 'lastYear', zh: '去年同期', unit: 'count', adds: true },
      { key: 'yearChange', zh: '同比', unit: 'ratio' },
    ],
    rows: linesWithin(lines, within).map(row),
    total: row({ key: 'total', zh: '合计', where: {} }),
    chart: { kind: 'bar', x: 'name', series: ['now', 'before', 'lastYear'], beside: true },
  };
}

export function headline(
  key: string,
  zh: string,
  period: Period,
  { groups, before, lastYear }: MatterCounts,
): Table {
  const line = (name: string, words: string, where: Where): Row => ({
    key: name,
    cells: {
      name: { value: words },
      now: { value: sumWhere(groups, where), list: receiptList(period, where) },
      before: { value: sumWhere(before, where), list: receiptList(periodBefore(period), where) },
      lastYear: { value: sumWhere(lastYear, where), list: receiptList(periodLastYear(period), where) },
    },
  });
  return {
    ...{ key, zh },
    columns: [
      { key: 'name', zh: '项目', unit: 'text' },
      { key: 'now', zh: '本期', unit: 'count' },
      { key: 'before', zh: '上期', unit: 'count' },
      { key: 'lastYear', zh: '去年同期', unit: 'count' },
    ],
    rows: [
      line('all', '热线受理总量', { side: 'hotline' }),
      line('ordered', '需要处理的有记录投诉', { side: 'hotline', ordered: 'yes' }),
    ],
    total: null,
  };
}

export function above(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const channels = Object.entries(CHANNEL_WORDS).filter(([channel]) => ABOVE.includes(channel));
  return crossed(
    ...([
      key,
      zh,
      '来源',
      channels.map(([channel, words]) => ({ key: channel, zh: words, where: { channel } })),
    ] as const),
    [
      { key: 'taken', zh: '受理', where: {} },
      { key: 'ordered', zh: '转工单', where: { ordered: 'yes' } },
      { key: 'answered', zh: '已回复', where: { case_answered: 'yes' } },
      { key: 'open', zh: '未回复', where: { case_answered: 'no' } },
      { key: 'raw', zh: '按时（原时限）', where: { case_raw: 'in' } },
      { key: 'adjusted', zh: '按时（延期后）', where: { case_adjusted: 'in' } },
      { key: 'late', zh: '超时（延期后）', where: { case_adjusted: 'late' } },
    ],
    counted(period, counts, { side: 'outside' }),
  );
}
/** Article 22 (3), in its order */
const ABOVE = [
  '12345',
  'interaction',
  'petition',
  'construction',
  'consumer',
  'digital-city',
  'media',
  'superior',
];

function unitLines({ groups, units }: MatterCounts, base: Where): Line[] {
  const lines = [...units, { id: '', name: '未派单' }].map(({ id, name }) => ({
    ...{ key: id || 'none', zh: name, where: { unit: id } },
  }));
  return lines.filter((line) => sumWhere(groups, { ...base, ...line.where }) > 0);
}

export function byUnit(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const count = counted(period, counts, ORDERS);
  const onTime = (where: Where, dim: 'raw' | 'adjusted'): Cell => {
    const whole = { ...counts.within, ...ORDERS, ...where };
    const kept = sumWhere(counts.groups, { ...whole, [dim]: 'in' });
    const due = sumWhere(counts.groups, { ...whole, [dim]: ['in', 'late'] });
    return {
      value: ratio(kept, due),
      list: receiptList(period, { ...whole, [dim]: 'in' }),
      below: receiptList(period, { ...whole, [dim]: ['in', 'late'] }),
    };
  };
  const row = (line: Line): Row => ({
    key: line.key,
    cells: {
      name: { value: line.zh },
      taken: count(line.where),
      answered: count({ ...line.where, answered: 'yes' }),
      closed: count({ ...line.where, closed: 'yes' }),
      unanswered: count({ ...line.where, answered: 'no' }),
      open: count({ ...line.where, closed: 'no' }),
      rawIn: count({ ...line.where, raw: 'in' }),
      raw: onTime(line.where, 'raw'),
      adjustedIn: count({ ...line.where, adjusted: 'in' }),
      adjusted: onTime(line.where, 'adjusted'),
    },
  });
  return {
    ...{ key, zh },
    columns: [
      { key: 'name', zh: '单位', unit: 'text' },
      { key: 'taken', zh: '接受指令', unit: 'count', adds: true },
      { key: 'answered', zh: '已回复', unit: 'count', adds: true },
      { key: 'closed', zh: '已办结', unit: 'count', adds: true },
      { key: 'unanswered', zh: '未回复', unit: 'count', adds: true },
      { key: 'open', zh: '未办结', unit: 'count', adds: true },
      { key: 'rawIn', zh: '按时回复（原时限）', unit: 'count', adds: true },
      { key: 'raw', zh: '按时率（原时限）', unit: 'ratio' },
      { key: 'adjustedIn', zh: '按时回复（延期后）', unit: 'count', adds: true },
      { key: 'adjusted', zh: '按时率（延期后）', unit: 'ratio' },
    ],
    rows: unitLines(counts, ORDERS).map(row),
    total: row({ key: 'total', zh: '合计', where: {} }),
    chart: {
      kind: 'bar',
      x: 'name',
      series: ['taken', 'answered', 'closed'],
      ratio: 'adjusted',
      beside: true,
    },
    note: '按时率＝按时回复 ÷（按时＋超时），还没有到时限的不算。',
  };
}

export function pipes(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const lines = unitLines(counts, ORDERS).filter(({ where }) =>
    Object.keys(CAUSES).some((cause) => sumWhere(counts.groups, { ...ORDERS, ...where, cause }) > 0),
  );
  return crossed(
    ...([key, zh, '单位', lines] as const),
    Object.entries(CAUSES).map(([cause, words]) => ({ key: cause, zh: words, where: { cause } })),
    counted(period, counts, ORDERS),
  );
}

export function unitsByCategory(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const table = crossed(
    ...([key, zh, '单位', unitLines(counts, ORDERS)] as const),
    [{ key: 'all', zh: '合计', where: {} }, ...categoryLines()],
    counted(period, counts, ORDERS),
  );
  // Article 22 (8) names six first, in this order
  const named = [
    'network-xingqing',
    'sales-xingqing',
    'branch-yongning',
    'branch-helan',
    'branch-lingwu',
    'branch-hedong',
  ];
  const place = (row: Row) => {
    const at = named.indexOf(counts.units.find(({ id }) => id === row.key)?.code ?? '');
    return at < 0 ? named.length : at;
  };
  return { ...table, rows: [...table.rows].sort((a, b) => place(a) - place(b)) };
}

export function byDistrict(key: string, zh: string, period: Period, counts: MatterCounts): Table {
  const districts = [...new Set(counts.groups.map(({ district }) => district))].sort(
    (a, b) =>
      Number(a === '') - Number(b === '') ||
      sumWhere(counts.groups, { district: b }) - sumWhere(counts.groups, { district: a }),
  );
  return crossed(
    ...([
      key,
      zh,
      '辖区',
      districts.map((district) => ({
        key: district || 'none',
        zh: district || '未写辖区',
        where: { district },
      })),
    ] as const),
    [{ key: 'all', zh: '合计', where: {} }, ...linesWithin(categoryLines(), counts.within)],
    counted(period, counts, {}),
  );
}
