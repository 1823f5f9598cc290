import { expect } from 'chai';
import fc from 'fast-check';
import {
  placeDeed,
  PLACE_RULES,
  positionOf,
  placeIdOf,
  placeCallId,
  type KeptPlace,
} from '../../../src/core/ivr/places.ts';
import {
  chineseNumber,
  clockSpoken,
  counted,
  daySpoken,
  digitsSpoken,
  moneySpoken,
  yearSpoken,
} from '../../../src/core/ivr/speech.ts';
import { estimateMs, isDue, minutesSaid, waitingSaid } from '../../../src/core/ivr/waiting.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);

describe('what is said in Chinese', () => {
  for (const [n, said] of [
    [0, '零'],
    [2, '二'],
    [10, '十'],
    [11, '十一'],
    [20, '二十'],
    [31, '三十一'],
    [100, '一百'],
    [105, '一百零五'],
    [110, '一百一十'],
    [115, '一百一十五'],
    [200, '二百'],
    [1000, '一千'],
    [1001, '一千零一'],
    [1010, '一千零一十'],
    [2026, '两千零二十六'],
    [9666, '九千六百六十六'],
    [10000, '一万'],
    [10001, '一万零一'],
    [12000, '一万两千'],
    [20300, '两万零三百'],
    [23000, '两万三千'],
    [120000, '十二万'],
    [100010, '十万零一十'],
  ] as const)
    it(`${n} is ${said}`, () => expect(chineseNumber(n)).to.equal(said));
  for (const [n, measure, said] of [
    [1, '位', '一位'],
    [2, '位', '两位'],
    [12, '位', '十二位'],
    [22, '户', '二十二户'],
    [200, '户', '两百户'],
    [2000, '户', '两千户'],
  ] as const)
    it(`${n} ${measure} is ${said}`, () => expect(counted(n, measure)).to.equal(said));
  for (const [fen, said] of [
    [0, '零元'],
    [5, '五分'],
    [200, '两元'],
    [205, '两元零五分'],
    [250, '两元五角'],
    [1250, '十二元五角'],
    [1255, '十二元五角五分'],
    [10000, '一百元'],
    [22, '两角两分'],
  ] as const)
    it(`${fen} fen is ${said}`, () => expect(moneySpoken(fen)).to.equal(said));
  for (const [when, said] of [
    ['2026-11-25T00:00', '凌晨零点'],
    ['2026-11-25T01:05', '凌晨一点零五分'],
    ['2026-11-25T02:02', '凌晨两点零二分'],
    ['2026-11-25T09:00', '上午九点'],
    ['2026-11-25T12:30', '中午十二点三十分'],
    ['2026-11-25T14:00', '下午两点'],
    ['2026-11-25T20:15', '晚上八点十五分'],
    ['2026-11-25T23:59', '晚上十一点五十九分'],
  ] as const)
    it(`${when.slice(11)} is ${said}`, () => expect(clockSpoken(at(when))).to.equal(said));
  it('numbers of telephones and orders are said digit by digit, one as 幺', () => {
    expect(digitsSpoken('13911110022')).to.equal('幺三九幺幺幺幺零零二二');
    expect(digitsSpoken('HL20261125-0012')).to.equal('二零二六幺幺二五零零幺二');
    expect(yearSpoken(2026)).to.equal('二〇二六年');
    expect(yearSpoken(2000)).to.equal('二〇〇〇年');
  });
  it('days near by have names', () => {
    const now = at('2026-12-31T23:50');
    expect(daySpoken(at('2026-12-31T00:00'), now)).to.equal('今天');
    expect(daySpoken(at('2027-01-01T00:10'), now)).to.equal('明天');
    expect(daySpoken(at('2026-12-30T23:59'), now)).to.equal('昨天');
    expect(daySpoken(at('2027-01-02T08:00'), now)).to.equal('一月二日');
  });
});

describe('what one who waits is told', () => {
  it('one becomes free every h / n', () => {
    expect(estimateMs({ ahead: 0, agents: 1, handlingMs: 180_000 })).to.equal(180_000);
    expect(estimateMs({ ahead: 3, agents: 4, handlingMs: 180_000 })).to.equal(180_000);
    expect(estimateMs({ ahead: 3, agents: 0, handlingMs: 180_000 })).to.equal(null);
  });
  it('it never falls with more callers before, nor rises with more agents', () =>
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 600_000 }),
        (ahead, agents, handlingMs) => {
          const one = estimateMs({ ahead, agents, handlingMs })!;
          expect(estimateMs({ ahead: ahead + 1, agents, handlingMs })!).to.be.at.least(one);
          expect(estimateMs({ ahead, agents: agents + 1, handlingMs })!).to.be.at.most(one);
          expect(minutesSaid(one)).to.be.within(0, 30);
        },
      ),
    ));
  it('says the place, the time, and after a minute the key that keeps it', () => {
    expect(waitingSaid(0, 30_000, 20_000)).to.deep.equal(['hotline/wait-next', 'hotline/wait-soon']);
    expect(waitingSaid(2, 130_000, 61_000)).to.deep.equal([
      ...['hotline/wait-ahead', 'hotline/n-liang', 'hotline/wait-people'],
      ...['hotline/wait-about', 'hotline/survey-n-3', 'hotline/wait-minutes', 'hotline/wait-keep'],
    ]);
    expect(waitingSaid(45, null, 0)).to.include('hotline/survey-n-31');
  });
  it('is due after 20 s and then every 45 s, never while a phone rings', () => {
    expect(isDue({ joinedAtMs: 0, lastToldAtMs: null, rings: false }, 19_999)).to.equal(false);
    expect(isDue({ joinedAtMs: 0, lastToldAtMs: null, rings: false }, 20_000)).to.equal(true);
    expect(isDue({ joinedAtMs: 0, lastToldAtMs: 20_000, rings: false }, 64_999)).to.equal(false);
    expect(isDue({ joinedAtMs: 0, lastToldAtMs: 20_000, rings: false }, 65_000)).to.equal(true);
    expect(isDue({ joinedAtMs: 0, lastToldAtMs: null, rings: true }, 65_000)).to.equal(false);
  });
});

describe('a kept place', () => {
  const place = (more: Partial<KeptPlace> = {}): KeptPlace => ({
    ...{
      id: 12,
      number: '13911112222',
      callId: 'pbx-1.0',
      queue: 'hotline',
      language: 'zh',
      joinedAtMs: 0,
      askedAtMs: 60_000,
    },
    ...{ state: 'waiting', placings: 0, placedAtMs: null, tries: 0, lastTryAtMs: null },
    ...more,
  });
  const deed = (one: KeptPlace, lives: boolean, nowMs: number) =>
    placeDeed(one, lives, nowMs, PLACE_RULES).kind;
  it('is put into the queue once, and left alone while its call stands', () => {
    expect(deed(place(), false, 61_000)).to.equal('place');
    expect(deed(place({ placings: 1, placedAtMs: 61_000 }), true, 9_000_000)).to.equal('nothing');
    expect(deed(place({ placings: 1, placedAtMs: 61_000 }), false, 62_000)).to.equal('nothing');
  });
  it('that is gone without a word is asked of the switch before anything else is done', () =>
    expect(deed(place({ placings: 1, placedAtMs: 61_000 }), false, 80_000)).to.equal('ask-switch'));
  it('is tried again five minutes after the caller did not answer, three times at most', () => {
    const missed = place({ placings: 1, placedAtMs: 61_000, tries: 1, lastTryAtMs: 100_000 });
    expect(deed(missed, false, 120_000)).to.equal('nothing');
    expect(deed(missed, false, 400_000)).to.equal('place');
    expect(deed({ ...missed, tries: 3 }, false, 400_000)).to.equal('give-up');
  });
  it('is done with when it was reached or cancelled, whatever else is known', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('reached', 'cancelled', 'missed'),
        fc.nat(1e9),
        fc.boolean(),
        (state, nowMs, lives) => {
          expect(deed(place({ state: state as 'reached' }), lives, nowMs)).to.equal('nothing');
        },
      ),
    ));
  it('stands before everybody who joined later', () => {
    expect(positionOf(100, [])).to.equal(1);
    expect(positionOf(100, [{ sinceMs: 50 }, { sinceMs: 150 }, { sinceMs: 99 }])).to.equal(3);
  });
  it('names its call, and the call names it', () =>
    expect(placeIdOf(placeCallId({ id: 12, placings: 3 }))).to.equal(12));
});
