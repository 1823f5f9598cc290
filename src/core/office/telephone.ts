import {
  CALL_LISTS,
  callList,
  measuresOfCounts,
  type CallCounts,
  type CallGroup,
  type CallGrouping,
  type CallList,
  type CallWhere,
  type TelephoneCounts,
} from './call-lists.ts';
import { ratio } from '../figures.ts';
import { agents } from './telephone-agents.ts';
import { ivrTable, ratingTables } from './telephone-ivr.ts';
import { serviceLevel, type ServiceLevelForm } from '../floor/measures.ts';
import {
  MEASURES_VERSION,
  type Cell,
  type Column,
  type ReportDocument,
  type Row,
  type Table,
} from './document.ts';
import {
  dateAt,
  dateText,
  daysOf,
  periodBefore,
  periodLastYear,
  periodWords,
  type Period,
} from './period.ts';

const WEEKDAYS = ['星期一', '星期二', '星期三', '星期四', '星期五', '星期六', '星期日'];
const SERVICE_LEVELS: Record<ServiceLevelForm, string> = {
  1: '① ÷ 已接听',
  2: '② ÷（已接听 + 放弃）',
  3: '③ ÷（已接听 + 放弃 − 短放弃）',
  4: '④ ÷（已接听 + 15秒后放弃）',
  5: '⑤（15秒内接听 + 15秒内放弃）÷（已接听 + 放弃）',
  6: '⑥ ÷（已接听 + 放弃 + 溢出）',
};

/** what stands below the line of each form */
const BELOW: Record<ServiceLevelForm, CallList> = {
  1: 'answered',
  2: 'answeredOrAbandoned',
  3: 'answeredOrNotShort',
  4: 'answeredOrAbandonedLate',
  5: 'answeredOrAbandoned',
  6: 'answeredOrLost',
};

/** Every measure of MEASURES.md that calls give, over a period: by day, half hour, weekday, queue and agent. */
export function telephoneReport(
  period: Period,
  counts: TelephoneCounts,
  chosen: ServiceLevelForm,
): ReportDocument {
  const all = counts.groups.find((group) => group.by === 'all');
  if (!all) throw new Error('the whole period is missing');
  const of = (by: CallGrouping) => counts.groups.filter((group) => group.by === by);
  const days = daysOf(period).map((day) => dateText(dateAt(day.fromMs)));
  const tables: Table[] = [
    { ...overall(period, all, counts.before, counts.lastYear), ...floodNote(counts.flood) },
    ...(days.length > 1 && days.length <= 400
      ? [byGroup('day', '按日', period, days, (key) => key.slice(5), of('day'), all)]
      : []),
    byGroup('half', '按半小时', period, numbered(0, 48), halfHour, of('half'), all),
    ...(days.length >= 7
      ? [
          byGroup(
            'weekday',
            '按星期',
            period,
            numbered(1, 7),
            (key) => WEEKDAYS[Number(key) - 1]!,
            of('weekday'),
            all,
          ),
        ]
      : []),
    byGroup(
      'queue',
      '按队列',
      period,
      of('queue').map((one) => one.key),
      (key) => key || '未进队列',
      of('queue'),
      all,
    ),
    serviceLevels(period, all, chosen),
    rings(period, all),
    abandons(period, all),
    agents(period, counts, all),
    ivrTable(period, counts.ivr),
    ...ratingTables(period, counts.ratings),
  ];
  return {
    report: 'telephone',
    title: '供水热线96666话务报表',
    period: { ...period, words: periodWords(period) },
    tables,
    measuresVersion: MEASURES_VERSION,
    countedAtMs: counts.countedAtMs,
  };
}

type Measure = [
  zh: string,
  unit: Column['unit'],
  of: (counts: CallCounts) => number | null,
  list?: CallList,
  below?: CallList,
];

const MEASURES: Measure[] = [
  ['来电总量', 'count', (one) => one.offered, 'offered'],
  ['已接听', 'count', (one) => one.answered, 'answered'],
  [
    '三声接听率（第十三条，÷ 振过铃的来电）',
    'ratio',
    (one) => measuresOfCounts(one).threeRingRatio,
    'withinThreeRings',
    'rang',
  ],
  [
    '三声接听率（÷ 已接听）',
    'ratio',
    (one) => measuresOfCounts(one).threeRingOfAnsweredRatio,
    'withinThreeRings',
    'answered',
  ],
  [
    '15秒接听率（÷ 来电总量）',
    'ratio',
    (one) => measuresOfCounts(one).within15sRatio,
    'within15s',
    'offered',
  ],
  ['接通率', 'ratio', (one) => measuresOfCounts(one).connectRatio, 'answered', 'offered'],
  ['放弃', 'count', (one) => one.abandoned, 'abandoned'],
  ['放弃率', 'ratio', (one) => measuresOfCounts(one).abandonRatio, 'abandoned', 'offered'],
  ['要求回电', 'count', (one) => one.callback, 'callback'],
  ['排队溢出', 'count', (one) => one.overflowed, 'overflowed'],
  ['未能进线', 'count', (one) => one.blocked, 'blocked'],
  ['结果不明', 'count', (one) => one.unknown, 'unknown'],
  ['平均应答速度', 'ms', (one) => measuresOfCounts(one).averageSpeedOfAnswerMs, 'answered'],
  ['平均通话', 'ms', (one) => ratio(one.talkMs, one.answered), 'answered'],
  ['平均保持', 'ms', (one) => ratio(one.holdMs, one.answered), 'answered'],
  ['转接', 'count', (one) => one.transferred, 'transferred'],
  [
    '坐席先挂机（第十一条，不计转接）',
    'ratio',
    (one) => ratio(one.agentHungUp, one.answered),
    'agentHungUp',
    'answered',
  ],
];

function overall(period: Period, all: CallCounts, before: CallCounts, lastYear: CallCounts): Table {
  const periods = { now: period, before: periodBefore(period), lastYear: periodLastYear(period) };
  const of = { now: all, before, lastYear };
  const cell = ([, unit, read, list, below]: Measure, which: keyof typeof of): Cell => ({
    value: read(of[which]),
    unit,
    ...(list ? { list: callList(periods[which], list) } : {}),
    ...(below ? { below: callList(periods[which], below) } : {}),
  });
  return {
    key: 'overall',
    zh: '总体',
    columns: [
      { key: 'measure', zh: '指标', unit: 'text' },
      { key: 'now', zh: '本期', unit: 'count' },
      { key: 'before', zh: `上期（${periodWords(periods.before)}）`, unit: 'count' },
      { key: 'lastYear', zh: `去年同期（${periodWords(periods.lastYear)}）`, unit: 'count' },
    ],
    rows: MEASURES.map((measure) => ({
      key: measure[0],
      cells: {
        measure: { value: measure[0] },
        now: cell(measure, 'now'),
        before: cell(measure, 'before'),
        lastYear: cell(measure, 'lastYear'),
      },
    })),
    total: null,
  };
}

/** Calls of a flood are shown apart and taken out of nothing. */
function floodNote(flood: TelephoneCounts['flood']): Pick<Table, 'note'> {
  if (!flood || flood.calls === 0) return {};
  const { calls, passed } = flood;
  return {
    note: `来电中有 ${calls} 通是疑似伪造号码高峰期间的陌生来电（其中 ${passed} 通按键后接入），已照常计入以上各项；明细在“电话防护”。`,
  };
}

const GROUP_COUNTS: [CallList, string][] = [
  ['offered', '来电'],
  ['answered', '已接听'],
  ['withinThreeRings', '三声内'],
  ['abandoned', '放弃'],
  ['callback', '要求回电'],
  ['overflowed', '溢出'],
  ['blocked', '未进线'],
  ['unknown', '不明'],
  ['live', '进行中'],
];

const GROUP_COLUMNS: Column[] = [
  ...GROUP_COUNTS.map(([key, zh]): Column => ({ key, zh, unit: 'count', adds: true })),
  { key: 'threeRing', zh: '三声接听率', unit: 'ratio' },
  { key: 'within15s', zh: '15秒接听率', unit: 'ratio' },
  { key: 'connect', zh: '接通率', unit: 'ratio' },
  { key: 'asa', zh: '平均应答', unit: 'ms' },
  { key: 'talk', zh: '平均通话', unit: 'ms' },
];

function byGroup(
  by: Exclude<CallGrouping, 'all' | 'agent'>,
  zh: string,
  period: Period,
  keys: string[],
  words: (key: string) => string,
  groups: CallGroup[],
  all: CallCounts,
): Table {
  const found = new Map(groups.map((group) => [group.key, group]));
  return {
    key: by,
    zh,
    columns: [{ key: 'name', zh: zh.slice(1), unit: 'text' }, ...GROUP_COLUMNS],
    rows: keys.map((key) => groupRow(key, words(key), found.get(key) ?? null, period, { [by]: key })),
    total: groupRow('total', '合计', all, period, {}),
    chart: {
      kind: by === 'day' ? 'line' : 'bar',
      x: 'name',
      series: ['answered', 'abandoned'],
      ratio: 'threeRing',
    },
  };
}

function groupRow(
  key: string,
  name: string,
  counts: CallCounts | null,
  period: Period,
  where: CallWhere,
): Row {
  const cells: Row['cells'] = { name: { value: name } };
  for (const [list] of GROUP_COUNTS)
    cells[list] = { value: counts?.[list] ?? 0, list: callList(period, list, where) };
  const measures = counts && measuresOfCounts(counts);
  const of = (value: number | null | undefined, list: CallList, below: CallList): Cell => ({
    value: value ?? null,
    list: callList(period, list, where),
    below: callList(period, below, where),
  });
  cells['threeRing'] = of(measures?.threeRingRatio, 'withinThreeRings', 'rang');
  cells['within15s'] = of(measures?.within15sRatio, 'within15s', 'offered');
  cells['connect'] = of(measures?.connectRatio, 'answered', 'offered');
  const answered = callList(period, 'answered', where);
  cells['asa'] = { value: measures?.averageSpeedOfAnswerMs ?? null, list: answered };
  cells['talk'] = { value: counts && ratio(counts.talkMs, counts.answered), list: answered };
  return { key, cells };
}

function serviceLevels(period: Period, all: CallCounts, chosen: ServiceLevelForm): Table {
  const counts = {
    answered: all.answered,
    answeredWithin: all.within15s,
    abandoned: all.abandoned,
    abandonedWithin: all.abandonedWithin,
    shortAbandoned: all.shortAbandoned,
    overflowed: all.overflowed,
  };
  return {
    key: 'service-level',
    zh: '服务水平（15秒内接听）',
    columns: [
      { key: 'form', zh: '算法', unit: 'text' },
      { key: 'value', zh: '服务水平', unit: 'ratio' },
    ],
    rows: ([1, 2, 3, 4, 5, 6] as const).map((form) => ({
      key: String(form),
      cells: {
        form: { value: `${SERVICE_LEVELS[form]}${form === chosen ? '（本单位采用）' : ''}` },
        value: {
          value: serviceLevel(form, counts),
          list: callList(period, form === 5 ? 'settledWithin' : 'within15s'),
          below: callList(period, BELOW[form]),
        },
      },
    })),
    total: null,
  };
}

function rings(period: Period, all: CallCounts): Table {
  return split(
    'rings',
    '接听时的振铃声数',
    period,
    all,
    ['rings1', 'rings2', 'rings3', 'rings4', 'ringsUnknown'],
    'answered',
  );
}

function abandons(period: Period, all: CallCounts): Table {
  return split(
    'abandons',
    '放弃的阶段',
    period,
    all,
    ['abandonedIvr', 'abandonedQueue', 'abandonedRinging'],
    'abandoned',
  );
}

/** A list of calls and the parts that it falls into. */
function split(
  key: string,
  zh: string,
  period: Period,
  all: CallCounts,
  parts: CallList[],
  whole: CallList,
): Table {
  const row = (list: CallList, name: string): Row => ({
    key: list,
    cells: {
      name: { value: name },
      count: { value: all[list], list: callList(period, list) },
      share: {
        value: ratio(all[list], all[whole]),
        list: callList(period, list),
        below: callList(period, whole),
      },
    },
  });
  return {
    key,
    zh,
    columns: [
      { key: 'name', zh: '分类', unit: 'text' },
      { key: 'count', zh: '通数', unit: 'count', adds: true },
      { key: 'share', zh: '占比', unit: 'ratio' },
    ],
    rows: parts.map((list) => row(list, CALL_LISTS[list])),
    total: row(whole, '合计'),
    chart: { kind: 'bar', x: 'name', series: ['count'] },
  };
}

function numbered(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(from + at));
}
function halfHour(key: string): string {
  const at = Number(key);
  const clock = (half: number) =>
    `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`;
  return `${clock(at)}–${clock(at + 1)}`;
}
