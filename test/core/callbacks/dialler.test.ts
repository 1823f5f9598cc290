import { expect } from 'chai';
import fc from 'fast-check';
import {
  callingCount,
  openDialler,
  stepDialler,
  type DialAction,
} from '../../../src/core/callbacks/dialler.ts';
import { diceOf } from '../../../src/core/callbacks/draw.ts';
import {
  bandAt,
  bandsOverlap,
  nextCallableMs,
  plainBands,
  type Holidays,
} from '../../../src/core/callbacks/hours.ts';
import type { AttemptResult } from '../../../src/core/callbacks/outcome.ts';
import { NOT_REACHED, RULES } from '../../../src/core/callbacks/rules.ts';
import { dialRulesOf, USUAL, type SurveySettings } from '../../../src/core/callbacks/settings.ts';
import { beginOf, DAY_MS, weekdayOf } from '../../../src/core/office/period.ts';

const MONDAY = beginOf({ year: 2026, month: 9, day: 28 });
const HOUR = 3_600_000;
/** National Day week, and the Saturday that is worked for it */
const HOLIDAYS: Holidays = {
  '2026-10-01': 'holiday',
  '2026-10-02': 'holiday',
  '2026-10-05': 'holiday',
  '2026-10-06': 'holiday',
  '2026-10-07': 'holiday',
  '2026-10-10': 'worked',
};
const RESULTS: AttemptResult[] = [
  'busy',
  'no-answer',
  'no-answer',
  'no-answer',
  'unreachable',
  'declined',
  'hung-up',
  'nodigit',
  'partly',
  'complete',
  'complete',
  'asks-person',
  'not-placed',
];

/** Calls so many by these settings until each is at an end; what must never happen fails. */
function callAll(count: number, settings: SurveySettings, dice: ReturnType<typeof diceOf>): void {
  const rules = dialRulesOf(settings, HOLIDAYS);
  const dialler = openDialler(rules);
  // some numbers stand for two orders
  for (let itemId = 1; itemId <= count; itemId += 1) {
    const number = String(13_900_000_000 + dice.roll(Math.ceil(count * 0.95)));
    const callee = { itemId, number, campaignId: 1, dueAtMs: MONDAY + dice.roll(24) * HOUR };
    stepDialler(dialler, { kind: 'added', callee: { ...callee, calling: false, tries: [] } });
  }
  const ends: { atMs: number; itemId: number; number: string }[] = [];
  const placed = new Map<number, { atMs: number; band: number; result?: AttemptResult }[]>();
  const byNumber = new Map<string, number[]>();
  const over = new Map<number, DialAction['kind']>();
  const onLine = new Set<string>();
  let free = 10;
  const take = (actions: DialAction[]) => {
    for (const action of actions) {
      if (action.kind === 'people' || action.kind === 'done' || action.kind === 'replace') {
        expect(over.has(action.itemId), 'ends once').to.equal(false);
        over.set(action.itemId, action.kind);
      }
    }
  };
  // six tries of five orders at one number, one a week
  for (let atMs = MONDAY; atMs < MONDAY + 400 * DAY_MS && over.size < count; atMs += 30_000) {
    while (ends[0] && ends[0].atMs <= atMs) {
      const { itemId, number } = ends.shift()!;
      onLine.delete(number);
      const result = RESULTS[dice.roll(RESULTS.length)]!;
      const tries = placed.get(itemId)!;
      tries.at(-1)!.result = result;
      if (result === 'not-placed') {
        byNumber.get(number)!.pop();
        tries.pop();
      }
      take(stepDialler(dialler, { kind: 'ended', itemId, atMs, result }));
    }
    if (dice.roll(20) === 0) free = dice.roll(30);
    const barred = (number: string) => number.endsWith('7') && atMs < MONDAY + 2 * DAY_MS;
    const actions = stepDialler(dialler, { kind: 'tick', atMs, freeAgents: free, barred });
    take(actions);
    for (const action of actions) {
      if (action.kind !== 'place') continue;
      expect(bandAt(atMs, rules.bands, HOLIDAYS), 'only in a band').to.equal(action.band);
      expect(barred(action.number)).to.equal(false);
      expect(onLine.has(action.number), 'one call a number at a time').to.equal(false);
      onLine.add(action.number);
      const times = [...(byNumber.get(action.number) ?? []), atMs];
      byNumber.set(action.number, times);
      expect(times.filter((one) => one > atMs - 7 * DAY_MS).length).to.be.at.most(rules.perNumberAndWeek);
      const tries = placed.get(action.itemId) ?? [];
      expect(
        tries.every((one) => NOT_REACHED.has(one.result!)),
        'nobody who picked up is called again',
      ).to.equal(true);
      expect(tries.length, 'never more tries than are set').to.be.below(rules.tries);
      placed.set(action.itemId, [...tries, { atMs, band: action.band }]);
      ends.push({
        atMs: atMs + 30_000 * (1 + dice.roll(4)),
        itemId: action.itemId,
        number: action.number,
      });
      ends.sort((a, b) => a.atMs - b.atMs);
    }
    if (actions.some((one) => one.kind === 'place')) {
      expect(callingCount(dialler), 'never more than the free agents').to.be.at.most(
        Math.min(rules.atOnce, free - rules.agentsKept),
      );
    }
    // nights, holidays and weeks of a cap are passed over in one step
    if (ends.length > 0) continue;
    const due = Math.min(...[...dialler.callees.values()].map((one) => one.dueAtMs));
    const next = Math.max(atMs, Number.isFinite(due) ? due : atMs);
    if (next > atMs || bandAt(atMs, rules.bands, HOLIDAYS) === null)
      atMs = Math.max(atMs, nextCallableMs(next, rules.bands, HOLIDAYS)! - 30_000);
  }
  expect(over.size).to.equal(count);
  const bandsWanted = Math.min(rules.triesBands, rules.bands.length, rules.tries);
  for (const [itemId, how] of over) {
    if (how !== 'replace') continue;
    const tries = placed.get(itemId)!;
    expect(tries.length).to.equal(rules.tries);
    expect(new Set(tries.map((one) => one.band)).size).to.be.at.least(bandsWanted);
  }
}

describe('the dialler', () => {
  it('calls 2,000 people by the usual settings, and ends with each of them', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, atOnce) =>
        callAll(2000, { ...USUAL, atOnce }, diceOf(String(seed))),
      ),
      { numRuns: 2 },
    );
  });

  it('calls everybody whatever is set: bands, tries, caps; and gives up who is never reached', function () {
    this.timeout(120_000);
    const minutes = fc.integer({ min: 0, max: 96 }).map((quarter) => quarter * 15);
    const bands = fc
      .array(fc.tuple(minutes, minutes), { minLength: 1, maxLength: 4 })
      .map((pairs) => pairs.map(([a, b]) => ({ from: Math.min(a, b), until: Math.max(a, b) })))
      .filter((some) => some.every((band) => band.from < band.until));
    const settings = fc.record({
      ...{ bands, atOnce: fc.integer({ min: 1, max: 60 }), agentsKept: fc.integer({ min: 0, max: 5 }) },
      ...{ perNumberAndWeek: fc.integer({ min: 1, max: 7 }), tries: fc.integer({ min: 1, max: 6 }) },
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), settings, (seed, wish) => {
        const { bands: used, tries } = dialRulesOf({ ...USUAL, ...wish }, HOLIDAYS);
        seen.add(used.length === 1 ? 'one band' : 'more bands').add(tries === 1 ? 'one try' : 'more tries');
        if (used.length < wish.bands.length) seen.add('bands that overlap');
        callAll(60, { ...USUAL, ...wish }, diceOf(String(seed)));
      }),
      { numRuns: 150 },
    );
    expect([...seen].sort()).to.deep.equal([
      ...['bands that overlap', 'more bands', 'more tries', 'one band', 'one try'],
    ]);
  });

  it('gives up who does not answer on a day of one band after the tries that are set', () => {
    const rules = dialRulesOf({ ...USUAL, bands: [{ from: 540, until: 720 }] }, {});
    const dialler = openDialler(rules);
    const callee = { itemId: 1, number: '13912345678', campaignId: 1, dueAtMs: MONDAY };
    stepDialler(dialler, { kind: 'added', callee: { ...callee, calling: false, tries: [] } });
    let calls = 0;
    const ends: DialAction[] = [];
    for (let atMs = MONDAY; atMs < MONDAY + 70 * DAY_MS; atMs += HOUR / 4) {
      const placed = stepDialler(dialler, { kind: 'tick', atMs, freeAgents: 5, barred: () => false });
      if (!placed.some((one) => one.kind === 'place')) continue;
      calls += 1;
      ends.push(
        ...stepDialler(dialler, { kind: 'ended', itemId: 1, atMs: atMs + 30_000, result: 'no-answer' }),
      );
    }
    expect(calls).to.equal(rules.tries);
    expect(ends.at(-1)).to.deep.equal({ kind: 'replace', itemId: 1, why: 'no-answer' });
  });

  it('calls a busy number again in ten minutes, and one that did not answer two hours later in the other band', () => {
    const dialler = openDialler(RULES);
    const at = (hours: number) => MONDAY + hours * HOUR;
    const callee = {
      itemId: 1,
      number: '13912345678',
      campaignId: 1,
      dueAtMs: at(9),
      calling: false,
      tries: [],
    };
    stepDialler(dialler, { kind: 'added', callee });
    const tick = (atMs: number) =>
      stepDialler(dialler, { kind: 'tick', atMs, freeAgents: 5, barred: () => false });
    expect(tick(at(8.99))).to.deep.equal([]);
    expect(tick(at(9))[0]).to.deep.include({ kind: 'place', band: 0, lateMs: 0 });
    expect(stepDialler(dialler, { kind: 'ended', itemId: 1, atMs: at(9.01), result: 'busy' })).to.deep.equal([
      { kind: 'again', itemId: 1, dueAtMs: at(9.01) + 600_000 },
    ]);
    tick(at(10));
    expect(
      stepDialler(dialler, { kind: 'ended', itemId: 1, atMs: at(10), result: 'no-answer' }),
    ).to.deep.equal([{ kind: 'again', itemId: 1, dueAtMs: at(14.5) }]);
    tick(at(14.5));
    expect(stepDialler(dialler, { kind: 'ended', itemId: 1, atMs: at(14.6), result: 'busy' })).to.deep.equal([
      { kind: 'replace', itemId: 1, why: 'busy' },
    ]);
  });

  it('keeps to Monday to Friday but for the table of holidays', () => {
    expect(weekdayOf(MONDAY)).to.equal(1);
    // Wednesday evening before National Day: the next band is Thursday 8 October's
    const evening = beginOf({ year: 2026, month: 9, day: 30 }) + 20 * HOUR;
    expect(nextCallableMs(evening, RULES.bands, HOLIDAYS)).to.equal(
      beginOf({ year: 2026, month: 10, day: 8 }) + 9 * HOUR,
    );
    expect(bandAt(beginOf({ year: 2026, month: 10, day: 10 }) + 10 * HOUR, RULES.bands, HOLIDAYS)).to.equal(
      0,
    );
    expect(bandAt(MONDAY + 13 * HOUR, RULES.bands, HOLIDAYS)).to.equal(null);
  });

  it('calls nobody of a campaign that is paused', () => {
    const dialler = openDialler(RULES);
    const callee = {
      itemId: 1,
      number: '13912345678',
      campaignId: 7,
      dueAtMs: MONDAY,
      calling: false,
      tries: [],
    };
    stepDialler(dialler, { kind: 'added', callee });
    stepDialler(dialler, { kind: 'paused', campaignId: 7, paused: true });
    const tick = () =>
      stepDialler(dialler, { kind: 'tick', atMs: MONDAY + 9 * HOUR, freeAgents: 5, barred: () => false });
    expect(tick()).to.deep.equal([]);
    stepDialler(dialler, { kind: 'paused', campaignId: 7, paused: false });
    expect(tick()).to.have.length(1);
  });
});

describe('the hours of callbacks', () => {
  it('that overlap are one stretch of the day, and are told of where they are set', () => {
    const [morning, noon, evening] = [
      { from: 540, until: 720 },
      { from: 700, until: 800 },
      { from: 800, until: 900 },
    ];
    expect(plainBands([evening, noon, morning])).to.deep.equal([{ from: 540, until: 800 }, evening]);
    expect(bandsOverlap([morning, noon])).to.equal(true);
    expect(bandsOverlap([evening, morning])).to.equal(false);
    expect(bandsOverlap([noon, evening]), 'one begins where the other ends').to.equal(false);
  });
});
