import { expect } from 'chai';
import fc from 'fast-check';
import { beginOf } from '../../../src/core/office/period.ts';
import {
  fillChanges,
  floodRecorded,
  giveFault,
  takeFault,
  type Filled,
  type HandoverItem,
} from '../../../src/core/shifts/handover.ts';
import {
  SHIFT_KINDS,
  USUAL_PLANS,
  shiftAt,
  shiftBefore,
  shiftKindsFault,
  shiftsOf,
} from '../../../src/core/shifts/shift.ts';

const at = (year: number, month: number, day: number, hour: number) =>
  beginOf({ year, month, day }) + hour * 3_600_000;
const item = (some: Partial<HandoverItem>): HandoverItem => ({
  ...{ id: 1, section: 'key', source: 'a', text: '爆管', link: null, key: true, version: 1 },
  ...{ edited: false, settled: false, removed: false, readVersion: null },
  ...some,
});
const line = (some: Partial<Filled> = {}): Filled => ({
  ...{ section: 'key', source: 'a', text: '爆管', link: null, key: true },
  ...some,
});

describe('the shifts of a day', () => {
  it('leave no minute to nobody, over new year, too', () => {
    fc.assert(
      fc.property(fc.integer({ min: at(2026, 12, 30, 0), max: at(2027, 1, 3, 0) }), (ms) => {
        const shift = shiftAt(ms, USUAL_PLANS);
        expect(shift.fromMs).to.be.at.most(ms);
        expect(shift.untilMs).to.be.above(ms);
        expect(shiftBefore(shift, USUAL_PLANS).untilMs).to.equal(shift.fromMs);
      }),
    );
    expect(shiftsOf('2026-12-31', USUAL_PLANS).map(({ key }) => key)).to.deep.equal([
      '2026-12-31:night',
      '2026-12-31:early',
      '2026-12-31:middle',
    ]);
  });
  it('are refused when two begin at once', () => {
    expect(shiftKindsFault(SHIFT_KINDS)).to.equal(null);
    expect(shiftKindsFault([SHIFT_KINDS[0]!, { ...SHIFT_KINDS[0]!, code: 'x', zh: '乙' }])).to.contain(
      '同时',
    );
  });
});

describe('the flood record (Article 21)', () => {
  const of = (month: number, day: number, hour = 9) =>
    floodRecorded(shiftAt(at(2026, month, day, hour), USUAL_PLANS));
  it('is asked for from 1 May to 30 September', () => {
    expect(of(4, 30)).to.equal(false);
    expect(of(5, 1, 0)).to.equal(true);
    expect(of(9, 30, 23)).to.equal(true);
    expect(of(10, 1, 0)).to.equal(false);
  });
  it('must be whole before who hands over can sign', () => {
    const may = shiftAt(at(2026, 5, 1, 9), USUAL_PLANS);
    expect(giveFault('open', [], may)).to.contain('防汛记录');
    const questions = ['rain', 'places', 'crews', 'pumps', 'leaders'].map((name, id) =>
      item({ id, section: 'flood', source: `flood:${name}`, text: '无' }),
    );
    expect(giveFault('open', questions, may)).to.equal(null);
    expect(giveFault('open', questions.slice(1), may)).to.contain('降雨情况');
    expect(giveFault('open', [], shiftAt(at(2026, 10, 1, 9), USUAL_PLANS))).to.equal(null);
  });
});

describe('a handover', () => {
  it('can be taken only by another, when each key line was ticked as it stands', () => {
    const unread = [item({})];
    expect(takeFault('open', [], 1, 2)).to.contain('交班人还没有签字');
    expect(takeFault('given', [], 1, 1)).to.contain('不能是同一个人');
    expect(takeFault('given', unread, 1, 2)).to.contain('还有 1 条重点事项');
    expect(takeFault('given', [item({ readVersion: 1, version: 2 })], 1, 2), 'changed since').to.contain(
      '已阅',
    );
    expect(takeFault('given', [item({ readVersion: 1 })], 1, 2)).to.equal(null);
    expect(takeFault('given', [item({ settled: true })], 1, 2), 'over').to.equal(null);
    expect(takeFault('signed', [], 1, 2)).to.contain('不能再改');
  });

  it('an order that is urged moves its line to the key ones: nothing says that it is settled', () => {
    const before = item({ section: 'unanswered', source: 'order:HL1:open', key: false });
    const urged = line({ section: 'key', source: 'order:HL1:key', text: '爆管｜催办1次' });
    expect(fillChanges([before], [urged])).to.deep.equal([{ kind: 'renew', id: 1, line: urged }]);
    // taken away, or written by a person: the key line stands by itself, and theirs stays
    for (const some of [{ removed: true }, { edited: true }])
      expect(fillChanges([{ ...before, ...some }], [urged])).to.deep.equal([{ kind: 'add', line: urged }]);
  });
  it('fills itself, and what a person wrote or took away stays as they left it', () => {
    expect(fillChanges([], [line()])).to.deep.equal([{ kind: 'add', line: line() }]);
    expect(fillChanges([item({})], [line()])).to.deep.equal([]);
    expect(fillChanges([item({})], [line({ text: '止水' })])[0]).to.include({ kind: 'renew', id: 1 });
    expect(fillChanges([item({ edited: true })], [line({ text: '止水' })])).to.deep.equal([]);
    expect(fillChanges([item({ removed: true })], [line({ text: '止水' })])).to.deep.equal([]);
    expect(fillChanges([item({})], []), 'over').to.deep.equal([{ kind: 'settle', id: 1 }]);
    expect(fillChanges([item({ source: null })], []), 'written by a person').to.deep.equal([]);
  });
});
