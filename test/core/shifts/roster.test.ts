import { expect } from 'chai';
import fc from 'fast-check';
import {
  attendance,
  datesOfMonth,
  keptOut,
  PATTERNS,
  patternFault,
  patternShift,
  type Pattern,
} from '../../../src/core/shifts/roster.ts';
import {
  kindsAmong,
  kindsOn,
  SHIFT_KINDS,
  shiftAt,
  shiftBefore,
  shiftsOf,
  USUAL_PLANS,
  type ShiftPlan,
} from '../../../src/core/shifts/shift.ts';
import { agentsNeeded, erlangC, serviceLevel } from '../../../src/core/shifts/staffing.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const DAY_MS = 86_400_000;
const fourTeams: Pattern = {
  ...{
    teams: ['甲', '乙', '丙', '丁'],
    cycle: PATTERNS['fourTeams']!.cycle,
    step: 2,
    beginDate: '2026-12-01',
  },
};

describe('a rotation', () => {
  it('over new year goes on as if it were any other night', () => {
    const days = ['2026-12-29', '2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'];
    expect(days.map((date) => patternShift(fourTeams, 0, date))).to.deep.equal([
      'night',
      'night',
      '',
      '',
      'early',
    ]);
  });
  it('goes through the end of February, in a leap year, too', () => {
    const days = ['2028-02-28', '2028-02-29', '2028-03-01'];
    const from = { ...fourTeams, beginDate: '2028-02-28' };
    expect(days.map((date) => patternShift(from, 0, date))).to.deep.equal(['early', 'early', 'middle']);
    expect(datesOfMonth('2028-02')).to.have.length(29);
    expect(datesOfMonth('2027-02')).to.have.length(28);
    expect(datesOfMonth('2026-12').at(-1)).to.equal('2026-12-31');
  });
  for (const name of ['fourTeams', 'fourTeamsQuick'])
    it(`${name}: on every day each shift has exactly one team, and one is off`, () =>
      fc.assert(
        fc.property(fc.integer({ min: -4000, max: 4000 }), (days) => {
          const { cycle, step } = PATTERNS[name]!;
          const date = new Date(at('2026-12-01T12:00') + days * DAY_MS).toISOString().slice(0, 10);
          const said = [0, 1, 2, 3]
            .map((team) => patternShift({ ...fourTeams, cycle, step }, team, date))
            .sort();
          expect(said).to.deep.equal(['', 'early', 'middle', 'night']);
        }),
      ));
  it('says what is wrong with a pattern', () => {
    expect(patternFault(fourTeams, SHIFT_KINDS)).to.equal(null);
    expect(patternFault({ ...fourTeams, teams: [] }, SHIFT_KINDS)).to.include('班组');
    expect(patternFault({ ...fourTeams, cycle: ['noon'] }, SHIFT_KINDS)).to.include('noon');
    expect(patternFault({ ...fourTeams, beginDate: '2026-02-30' }, SHIFT_KINDS)).to.include('日期');
  });
});

describe('presence against the roster (Article 24)', () => {
  const shift = { fromMs: at('2026-11-25T08:00'), untilMs: at('2026-11-25T16:00') };
  const there = (from: string, until: string | null, state = 'ready') => ({
    state,
    fromMs: at(`2026-11-25T${from}`),
    untilMs: until === null ? null : at(`2026-11-25T${until}`),
  });
  const seen = (spells: ReturnType<typeof there>[], now = '2026-11-25T17:00') =>
    attendance(shift, spells, at(now));
  it('ten minutes early is on time; five is not early; five past is late', () => {
    expect(seen([there('07:49', '16:05')])).to.include({ verdict: 'on-time', leftEarly: false, awayMs: 0 });
    expect(seen([there('07:55', '16:05')]).verdict).to.equal('not-early');
    expect(seen([there('08:05', '16:05')]).verdict).to.equal('late');
  });
  it('nobody is absent before the half hour is over', () => {
    expect(seen([], '2026-11-25T08:20').verdict).to.equal('coming');
    expect(seen([], '2026-11-25T08:31').verdict).to.equal('absent');
    expect(seen([there('07:00', null, 'offline')], '2026-11-25T09:00').verdict).to.equal('absent');
  });
  it('who leaves before the end left early, once the shift is over', () => {
    expect(seen([there('07:45', '15:30')]).leftEarly).to.equal(true);
    expect(seen([there('07:45', '15:30')], '2026-11-25T15:40').leftEarly).to.equal(false);
    expect(seen([there('07:45', null)]).leftEarly).to.equal(false);
  });
  it('a gap in the middle is away; a pause is not', () => {
    const spells = [
      there('07:45', '10:00'),
      there('10:00', '10:30', 'paused'),
      there('11:00', '16:00', 'talking'),
    ];
    expect(seen(spells).awayMs).to.equal(30 * 60_000);
  });
});

describe('how many agents a half hour needs (Erlang C)', () => {
  // tables of the Erlang C formula: load in erlangs, agents, probability of waiting
  for (const [erlangs, agents, waits] of [
    [1, 2, 0.3333],
    [2, 3, 0.4444],
    [5, 7, 0.3241],
    [10, 12, 0.4494],
    [20, 24, 0.2981],
  ] as const)
    it(`${erlangs} E, ${agents} agents: ${waits} wait`, () =>
      expect(erlangC(agents, erlangs)).to.be.closeTo(waits, 5e-4));
  it('120 calls a half hour of 3 min: 12 E need 18 for 95 % within 15 s', () => {
    const need = agentsNeeded(120, 180_000);
    expect(serviceLevel(need, 12, 180_000)).to.be.at.least(0.95);
    expect(serviceLevel(need - 1, 12, 180_000)).to.be.below(0.95);
  });
  it('nobody calls: nobody is needed', () => expect(agentsNeeded(0, 180_000)).to.equal(0));
  it('more calls, or longer ones, never need fewer; one agent more never answers less', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 20_000, max: 600_000 }),
        (calls, handlingMs) => {
          const need = agentsNeeded(calls, handlingMs);
          expect(agentsNeeded(calls + 1, handlingMs)).to.be.at.least(need);
          expect(agentsNeeded(calls, handlingMs + 1000)).to.be.at.least(need);
          const erlangs = (calls * handlingMs) / 1_800_000;
          expect(serviceLevel(need + 1, erlangs, handlingMs)).to.be.at.least(
            serviceLevel(need, erlangs, handlingMs) - 1e-9,
          );
        },
      ),
    ));
});

describe("the shifts' times, changed from a day on", () => {
  const twelve: ShiftPlan = {
    fromDate: '2026-12-01',
    kinds: [
      { code: 'day', zh: '白班', fromMinute: 7 * 60 },
      { code: 'dark', zh: '黑班', fromMinute: 19 * 60 },
    ],
  };
  const plans = [...USUAL_PLANS, twelve];

  it('moves no shift that was, and is the plan of every day after', () => {
    expect(kindsOn('2026-11-30', plans).map((kind) => kind.code)).to.deep.equal(['night', 'early', 'middle']);
    expect(kindsOn('2026-12-01', plans).map((kind) => kind.code)).to.deep.equal(['day', 'dark']);
    expect(shiftsOf('2026-11-29', plans)).to.deep.equal(shiftsOf('2026-11-29', USUAL_PLANS));
    expect(kindsAmong(['2026-11-30', '2026-12-01'], plans).map((kind) => kind.zh)).to.deep.equal([
      ...['夜班', '白班', '早班', '中班', '黑班'],
    ]);
  });
  it('lasts until the first shift of the new plan, whenever that begins', () => {
    const last = shiftsOf('2026-11-30', plans).at(-1)!;
    expect(last.untilMs).to.equal(at('2026-12-01T07:00'));
    expect(shiftAt(at('2026-12-01T06:59'), plans).key).to.equal('2026-11-30:middle');
    expect(shiftAt(at('2026-12-02T03:00'), plans).key).to.equal('2026-12-01:dark');
  });
  it('each instant belongs to exactly one shift, and the one before ends where it begins', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -40, max: 40 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: -10 * 1440, max: 10 * 1440 }),
        (days, begins, minutes) => {
          const fromDate = new Date(at('2026-12-01T12:00') + days * DAY_MS).toISOString().slice(0, 10);
          const kinds = begins.map((fromMinute, n) => ({ code: `s${n}`, zh: `班${n}`, fromMinute }));
          const changed = [...USUAL_PLANS, { fromDate, kinds }];
          const atMs = at(`${fromDate}T00:00`) + minutes * 60_000;
          const shift = shiftAt(atMs, changed);
          expect(shift.fromMs).to.be.at.most(atMs);
          expect(shift.untilMs).to.be.greaterThan(atMs);
          expect(shiftBefore(shift, changed).untilMs).to.equal(shift.fromMs);
        },
      ),
    ));
});

describe('the roster says who may be in the queue', () => {
  const margins = { beforeMs: 3_600_000, afterMs: 7_200_000 };
  const cells = [
    { personId: 1, date: '2026-11-25', code: 'early' },
    { personId: 2, date: '2026-11-25', code: 'middle' },
    { personId: 3, date: '2026-11-25', code: '' },
    { personId: 3, date: '2026-11-27', code: 'night' },
  ];
  const asked = (person: number, when: string) => keptOut(person, cells, USUAL_PLANS, at(when), margins);

  it('lets in who works now, and a while before and after', () => {
    expect(asked(1, '2026-11-25T12:00')).to.equal(null);
    expect(asked(2, '2026-11-25T15:00')).to.equal(null);
    expect(asked(1, '2026-11-25T17:59')).to.equal(null);
  });
  it('keeps out who is off, and says when they work and what to do', () => {
    expect(asked(2, '2026-11-25T14:59')).to.include('11月25日 中班 16:00—00:00').and.to.include('班长');
    expect(asked(3, '2026-11-25T12:00')).to.include('11月27日 夜班');
    expect(asked(4, '2026-11-25T12:00')).to.include('请班长');
    expect(asked(1, '2026-11-25T18:00')).to.include('现在的班没有排您');
  });
  it('says nothing when nobody is planned: a hotline without a roster answers', () => {
    expect(asked(4, '2026-11-26T12:00')).to.equal(null);
    expect(keptOut(1, [], USUAL_PLANS, at('2026-11-25T12:00'), margins)).to.equal(null);
  });
});
