import { expect } from 'chai';
import fc from 'fast-check';
import { misfootings } from '../../../src/core/office/document.ts';
import { MATTER_REPORTS, matterReport, type MatterReport } from '../../../src/core/office/matters.ts';
import type { MatterCounts } from '../../../src/core/office/matter-tables.ts';
import { beginOf, parsePeriod, type Period, type PeriodKind } from '../../../src/core/office/period.ts';
import { CATEGORIES, DIMS, FAULTS, LINES, type Group } from '../../../src/core/office/receipts.ts';
import { dueRuns, nextRun, usualTime } from '../../../src/core/office/schedule.ts';

const CYCLE = parsePeriod('cycle:2026-11')!;
const NONE = Object.fromEntries(DIMS.map((dim) => [dim, ''])) as Record<(typeof DIMS)[number], string>;
const group = (some: Partial<Group>): Group => ({
  ...NONE,
  ...{
    side: 'hotline',
    channel: 'phone',
    event: 'yes',
    ordered: 'no',
    answered: 'yes',
    closed: 'yes',
    count: 1,
  },
  ...some,
});
/** A small month, reckoned by hand: 10 leaks of which 6 orders, 5 card meters, 4 from 12345 of which one is a double. */
const SMALL: Group[] = [
  group({ line: 'leak', category: 'leak', item: '2', district: '兴庆区', count: 4 }),
  group({
    ...{
      line: 'leak',
      category: 'leak',
      item: '4',
      district: '兴庆区',
      unit: '7',
      ordered: 'yes',
      cause: 'burst',
    },
    ...{ raw: 'in', adjusted: 'in', count: 3 },
  }),
  group({
    ...{
      line: 'leak',
      category: 'leak',
      item: '2',
      district: '金凤区',
      unit: '7',
      ordered: 'yes',
      cause: 'leak',
    },
    ...{ raw: 'late', adjusted: 'in', count: 2 },
  }),
  group({
    ...{
      line: 'leak',
      category: 'leak',
      item: '2',
      district: '金凤区',
      unit: '8',
      ordered: 'yes',
      cause: 'leak',
    },
    ...{ raw: 'late', adjusted: 'late', answered: 'no', closed: 'no', count: 1 },
  }),
  group({ line: 'card-meter', fault: 'no-display', category: 'card-meter-fault', item: '7', count: 3 }),
  group({ line: 'card-meter', fault: 'overdrawn', category: 'card-meter-fault', item: '9', count: 2 }),
  group({
    ...{ side: 'outside', channel: '12345', line: 'no-water', category: 'no-water', case_answered: 'yes' },
    ...{ case_raw: 'late', case_adjusted: 'in', count: 3 },
  }),
  group({
    ...{
      side: 'outside',
      channel: '12345',
      line: 'leak',
      category: 'leak',
      unit: '7',
      ordered: 'yes',
      event: 'no',
    },
    ...{ case_answered: 'no', case_raw: 'running', case_adjusted: 'running', count: 1 },
  }),
];
const counts = (groups: readonly Group[]): MatterCounts => ({
  ...{
    groups,
    before: [],
    lastYear: groups,
    open: { rows: [], total: 0 },
    places: [],
    calls: null,
    countedAtMs: 0,
  },
  units: [
    { id: '7', code: 'network-xingqing', name: '兴庆区管网维护中心' },
    { id: '8', code: 'branch-helan', name: '贺兰分公司' },
  ],
});
const made = (report: MatterReport, groups = SMALL, period: Period = CYCLE) =>
  matterReport(report, period, counts(groups));
const value = (report: MatterReport, table: string, row: string, column: string) => {
  const found = made(report).tables.find(({ key }) => key === table)!;
  const line = row === 'total' ? found.total! : found.rows.find(({ key }) => key === row)!;
  return line.cells[column]!.value;
};

describe('the reports of what was taken down', () => {
  it('say of the small month what was reckoned by hand', () => {
    const monthly = (table: string, row: string, column: string) => value('monthly', table, row, column);
    expect(monthly('headline', 'all', 'now')).to.equal(15);
    expect(monthly('headline', 'ordered', 'now')).to.equal(6);
    expect(monthly('categories', 'leak', 'hotline')).to.equal(10);
    expect(monthly('categories', 'leak', 'outside')).to.equal(1);
    expect(monthly('categories', 'leak', 'all')).to.equal(11);
    expect(monthly('categories', 'leak', 'events'), 'the double is no event').to.equal(10);
    expect(monthly('categories', 'total', 'all')).to.equal(19);
    expect(monthly('lines', 'card-meter', 'now')).to.equal(5);
    expect(monthly('faults', 'no-display', 'now')).to.equal(3);
    expect(monthly('faults', 'total', 'now')).to.equal(5);
    expect(monthly('above', '12345', 'taken')).to.equal(4);
    expect(monthly('above', '12345', 'raw')).to.equal(0);
    expect(monthly('above', '12345', 'adjusted')).to.equal(3);
    expect(monthly('twelve', 'no-water', 'now')).to.equal(3);
    expect(monthly('causes', '7', 'burst')).to.equal(3);
    expect(monthly('causes', 'total', 'leak')).to.equal(3);
    expect(monthly('units', '7', 'all'), 'events only').to.equal(5);
    const weekly = (row: string, column: string) => value('weekly', 'units', row, column);
    expect(weekly('7', 'taken')).to.equal(5);
    expect(weekly('7', 'raw')).to.equal(3 / 5);
    expect(weekly('7', 'adjusted')).to.equal(1);
    expect(weekly('8', 'unanswered')).to.equal(1);
    expect(weekly('total', 'raw')).to.equal(3 / 6);
  });

  it('have the eight parts of Article 22 in their order', () => {
    const { tables, passages } = made('monthly');
    const words = [...tables.map(({ zh }) => zh), ...passages!.map(({ heading }) => heading)];
    for (const part of ['一、', '二、', '三、', '四、', '五、', '六、', '七、', '八、'])
      expect(
        words.some((zh) => zh.startsWith(part)),
        part,
      ).to.equal(true);
    expect(words).to.include('案例分析');
    expect(Object.values(FAULTS)).to.deep.equal(
      '无显无水 液晶不采样 水小 表响 表体漏水 透支 表自转 计量有误 表冻或烫坏 其它情况'.split(' '),
    );
  });

  for (const report of Object.keys(MATTER_REPORTS) as MatterReport[])
    it(`${report} foots, whatever was taken down, and a number that is wrong is found`, () => {
      const some = (...values: string[]) => fc.constantFrom(...values);
      const flag = some('yes', 'no');
      const onTime = some('', 'in', 'late', 'running');
      const any = fc
        .record({
          ...{
            category: some('', ...CATEGORIES.map(({ code }) => code)),
            item: some('', '1', '2'),
            unit: some('', '7', '8'),
          },
          ...{ side: some('hotline', 'outside', 'other'), line: some(...Object.keys(LINES)) },
          ...{
            fault: some(...Object.keys(FAULTS)),
            district: some('', '兴庆区', '永宁'),
            event: flag,
            ordered: flag,
          },
          ...{
            answered: flag,
            closed: flag,
            raw: onTime,
            adjusted: onTime,
            cause: some('', 'burst', 'leak', 'works'),
          },
          count: fc.nat(50),
        })
        .map(({ side, line, fault, ...rest }) =>
          group({
            ...{ ...rest, side, line, fault: line === 'card-meter' ? fault : '' },
            channel: side === 'hotline' ? 'phone' : side === 'outside' ? 'petition' : 'wechat',
            unit: rest.ordered === 'yes' ? rest.unit : '',
          }),
        );
      fc.assert(
        fc.property(fc.array(any, { maxLength: 30 }), (groups) => {
          const document = made(report, groups);
          expect(misfootings(document)).to.deep.equal([]);
          const table = document.tables.find(({ total, rows }) => total && rows.length > 0);
          const column = table?.columns.find(({ adds }) => adds);
          if (!table || !column) return;
          const cell = table.rows[0]!.cells[column.key]!;
          cell.value = (cell.value as number) + 1;
          expect(misfootings(document).length).to.be.above(0);
        }),
        { numRuns: 50 },
      );
    });
});

describe('a schedule', () => {
  const at = (year: number, month: number, day: number, hour: number, minute = 0) =>
    beginOf({ year, month, day }) + (hour * 60 + minute) * 60_000;
  const due = (kind: PeriodKind, day: number, minute: number, nowMs: number, begunAtMs = 0) => {
    const run = dueRuns({ kind, day, minute, begunAtMs }, nowMs).at(-1) ?? null;
    return run && [run.period.key, run.dueAtMs];
  };
  it('sends the week before on Monday at eight, also over new year', () => {
    expect(due('week', 1, 480, at(2027, 1, 4, 8))).to.deep.equal(['week:2026-W53', at(2027, 1, 4, 8)]);
    expect(due('week', 1, 480, at(2027, 1, 4, 7, 59))).to.deep.equal(['week:2026-W52', at(2026, 12, 28, 8)]);
  });
  it('sends the cycle on its 25th, or on the 26th when it is over', () => {
    expect(due('cycle', 25, 1020, at(2026, 11, 25, 17))![0]).to.equal('cycle:2026-11');
    expect(due('cycle', 26, 480, at(2026, 11, 26, 8))![0]).to.equal('cycle:2026-11');
    expect(due('cycle', 26, 480, at(2027, 1, 3, 0))![0]).to.equal('cycle:2026-12');
  });
  it('sends the cycle whole: on the 25th, when that day is over', () => {
    const usual = usualTime('cycle')!;
    expect(usual.day).to.equal(25);
    const run = (nowMs: number) => due('cycle', usual.day, usual.minute, nowMs);
    const over = at(2026, 11, 26, 0, 5);
    expect(run(over)).to.deep.equal(['cycle:2026-11', over]);
    expect(parsePeriod('cycle:2026-11')!.untilMs, 'all of it is known').to.be.below(over);
    expect(run(over - 1)![0], 'not before').to.equal('cycle:2026-10');
    expect(run(at(2026, 11, 25, 23, 59))![0]).to.equal('cycle:2026-10');
    expect(run(at(2027, 1, 1, 0))![0]).to.equal('cycle:2026-12');
    const next = nextRun({ kind: 'cycle', ...usual }, at(2026, 11, 10, 9))!;
    expect([next.period.key, next.dueAtMs]).to.deep.equal(['cycle:2026-11', over]);
  });
  it('makes up every period that was missed, the earliest first, and none from before it began', () => {
    const runs = (kind: PeriodKind, begunAtMs: number, nowMs: number, day = 1, minute = 480) =>
      dueRuns({ kind, day, minute, begunAtMs }, nowMs).map((run) => run.period.key);
    expect(runs('day', at(2026, 11, 27, 9), at(2026, 11, 30, 8))).to.deep.equal([
      'day:2026-11-27',
      'day:2026-11-28',
      'day:2026-11-29',
    ]);
    expect(runs('day', at(2026, 11, 30, 9), at(2026, 11, 30, 10))).to.deep.equal([]);
    expect(runs('week', at(2026, 12, 10, 0), at(2027, 1, 4, 8))).to.deep.equal([
      'week:2026-W50',
      'week:2026-W51',
      'week:2026-W52',
      'week:2026-W53',
    ]);
    const { day, minute } = usualTime('cycle')!;
    expect(runs('cycle', at(2026, 9, 1, 0), at(2026, 11, 26, 0, 5), day, minute)).to.deep.equal([
      'cycle:2026-09',
      'cycle:2026-10',
      'cycle:2026-11',
    ]);
    expect(runs('month', at(2026, 9, 1, 0), at(2026, 12, 1, 0), 0, 1020)).to.deep.equal([
      'month:2026-09',
      'month:2026-10',
      'month:2026-11',
    ]);
    // years away: the latest hundred, no more
    const many = runs('day', 0, at(2026, 11, 30, 8));
    expect(many).to.have.length(100);
    expect(many.at(-1)).to.equal('day:2026-11-29');
  });
  it('early in a month is of what ended before', () => {
    expect(due('cycle', 1, 480, at(2026, 12, 1, 8))![0]).to.equal('cycle:2026-11');
    expect(due('month', 3, 480, at(2027, 1, 3, 8))![0]).to.equal('month:2026-12');
  });
  it('sends a summer and a year in the month after', () => {
    expect(due('summer', 1, 480, at(2026, 10, 1, 8))).to.deep.equal(['summer:2026', at(2026, 10, 1, 8)]);
    expect(due('summer', 1, 480, at(2026, 10, 1, 7))![0]).to.equal('summer:2025');
    expect(due('year', 0, 480, at(2027, 1, 31, 8))![0]).to.equal('year:2026');
    expect(due('year', 0, 480, at(2027, 1, 30, 8))![0]).to.equal('year:2025');
    expect(due('span', 1, 480, at(2027, 1, 30, 8))).to.equal(null);
  });
  it('sends the month on its last day, also in February', () => {
    expect(due('month', 0, 1020, at(2028, 2, 29, 17))).to.deep.equal(['month:2028-02', at(2028, 2, 29, 17)]);
    expect(due('month', 31, 1020, at(2026, 2, 28, 18))![0]).to.equal('month:2026-02');
  });
  it('sends yesterday in the morning', () => {
    expect(due('day', 0, 480, at(2026, 1, 1, 9))![0]).to.equal('day:2025-12-31');
  });
  it('asks for nothing that fell due before it was switched on', () => {
    expect(due('day', 0, 480, at(2026, 1, 1, 9), at(2026, 1, 1, 8, 30))).to.equal(null);
  });
});
