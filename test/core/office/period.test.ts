import { expect } from 'chai';
import fc from 'fast-check';
import {
  DAY_MS,
  daysOf,
  parsePeriod,
  periodAt,
  periodBefore,
  periodLastYear,
  periodWords,
  type PeriodKind,
} from '../../../src/core/office/period.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const span = (key: string) => {
  const { fromMs, untilMs } = parsePeriod(key)!;
  const local = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);
  return [local(fromMs), local(untilMs)];
};

describe('the periods of the rule book', () => {
  it('run from the 26th to the 25th, over the new year and through February', () => {
    expect(span('cycle:2026-11')).to.deep.equal(['2026-10-26T00:00', '2026-11-26T00:00']);
    expect(span('cycle:2027-01')).to.deep.equal(['2026-12-26T00:00', '2027-01-26T00:00']);
    expect(span('cycle:2024-03')).to.deep.equal(['2024-02-26T00:00', '2024-03-26T00:00']);
    expect(daysOf(parsePeriod('cycle:2024-03')!)).to.have.length(29);
    expect(daysOf(parsePeriod('cycle:2026-03')!)).to.have.length(28);
    expect(periodAt('cycle', at('2026-11-25T23:59:59.999')).key).to.equal('cycle:2026-11');
    expect(periodAt('cycle', at('2026-11-26T00:00')).key).to.equal('cycle:2026-12');
    expect(periodAt('cycle', at('2026-12-26T00:00')).key).to.equal('cycle:2027-01');
  });

  it('know the ISO weeks around new year', () => {
    expect(periodAt('week', at('2026-12-31T12:00')).key).to.equal('week:2026-W53');
    expect(periodAt('week', at('2027-01-03T23:59')).key).to.equal('week:2026-W53');
    expect(periodAt('week', at('2027-01-04T00:00')).key).to.equal('week:2027-W01');
    expect(periodAt('week', at('2024-12-30T00:00')).key).to.equal('week:2025-W01');
    expect(span('week:2026-W48')).to.deep.equal(['2026-11-23T00:00', '2026-11-30T00:00']);
    expect(parsePeriod('week:2027-W53')).to.equal(null);
  });

  it('belong to the day of Shanghai, not of Greenwich', () => {
    expect(periodAt('day', Date.parse('2026-11-24T16:00:00Z')).key).to.equal('day:2026-11-25');
    expect(periodAt('day', Date.parse('2026-11-24T15:59:59.999Z')).key).to.equal('day:2026-11-24');
  });

  it('have one before and one a year ago', () => {
    const before = (key: string) => periodBefore(parsePeriod(key)!).key;
    const lastYear = (key: string) => periodLastYear(parsePeriod(key)!).key;
    expect(before('cycle:2026-01')).to.equal('cycle:2025-12');
    expect(before('week:2026-W01')).to.equal('week:2025-W52');
    expect(before('month:2026-03')).to.equal('month:2026-02');
    expect(before('span:2026-03-01..2026-03-10')).to.equal('span:2026-02-19..2026-02-28');
    expect(before('summer:2026')).to.equal('summer:2025');
    expect(lastYear('week:2026-W53')).to.equal('week:2025-W52');
    expect(lastYear('day:2024-02-29')).to.equal('day:2023-02-28');
    expect(lastYear('cycle:2026-11')).to.equal('cycle:2025-11');
  });

  it('are written as the office writes them', () => {
    const words = (key: string) => periodWords(parsePeriod(key)!);
    expect(words('cycle:2027-01')).to.equal('2026年12月26日—2027年1月25日');
    expect(words('week:2026-W48')).to.equal('2026年第48周（11月23日—11月29日）');
    expect(words('summer:2026')).to.equal('2026年夏季用水高峰期（5月—9月）');
  });

  it('refuse what is no date', () => {
    for (const key of [
      'day:2026-02-30',
      'month:2026-13',
      'span:2026-03-02..2026-03-01',
      'week:2026-11',
      'x',
      'day:',
    ])
      expect(parsePeriod(key), key).to.equal(null);
  });

  it('hold the instant they are asked for, are read back from their key, and follow each other without gap or overlap', () => {
    const kinds: Exclude<PeriodKind, 'span'>[] = ['day', 'week', 'month', 'cycle', 'year'];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.integer({ min: at('2015-01-01T00:00'), max: at('2045-01-01T00:00') }),
        (kind, instant) => {
          const period = periodAt(kind, instant);
          expect(period.fromMs).to.be.at.most(instant);
          expect(period.untilMs).to.be.greaterThan(instant);
          expect(parsePeriod(period.key)).to.deep.equal(period);
          const before = periodBefore(period);
          expect(before.untilMs).to.equal(period.fromMs);
          expect(periodAt(kind, period.untilMs).fromMs).to.equal(period.untilMs);
          const days = daysOf(period);
          expect(days[0]!.fromMs).to.equal(period.fromMs);
          expect(days.at(-1)!.untilMs).to.equal(period.untilMs);
          expect(days.length * DAY_MS).to.equal(period.untilMs - period.fromMs);
        },
      ),
      { numRuns: 500 },
    );
  });
});
