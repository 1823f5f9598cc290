import { expect } from 'chai';
import fc from 'fast-check';
import {
  ARTICLE_14,
  differences,
  drawSample,
  neededOf,
  replacementFor,
  STRATA,
  type DrawnFrom,
} from '../../../src/core/callbacks/sample.ts';

const order = fc.record({
  department: fc.constantFrom('卡表中心', '兴庆区管网维护中心', '西夏区管网维修', '水质科'),
  stratum: fc.constantFrom(...STRATA),
  exclusion: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('no-number' as const, 'do-not-call' as const) },
  ),
  urgent: fc.boolean(),
  redone: fc.boolean(),
});
const orders = fc
  .array(order, { minLength: 1, maxLength: 300 })
  .map((all): DrawnFrom[] => all.map((one, at) => ({ ...one, orderNo: `GD${at}` })));
const rule = fc.record({
  rate: fc.integer({ min: 1, max: 10_000 }),
  rates: fc.dictionary(fc.constantFrom('卡表中心', '水质科'), fc.integer({ min: 1, max: 10_000 })),
  wholeUrgent: fc.boolean(),
  wholeRedone: fc.boolean(),
});

describe('the weekly sample', () => {
  it('takes ⌈rate · n⌉ of every department for every n ≥ 1 and every rate, or all who can be called', () => {
    fc.assert(
      fc.property(orders, rule, fc.string(), (all, by, seed) => {
        const { places } = drawSample(all, by, seed);
        for (const department of new Set(all.map((one) => one.department))) {
          const mine = all.filter((one) => one.department === department);
          const callable = mine.filter((one) => one.exclusion === null).length;
          const drawn = places.filter((one) => one.department === department && one.drawn).length;
          const rate = by.rates[department] ?? by.rate;
          expect(drawn).to.be.at.least(Math.min(callable, neededOf(mine.length, rate)));
          expect(places.filter((one) => one.department === department)).to.have.length(callable);
        }
      }),
    );
  });

  it('takes of IC-card and network work ⌈rate · n⌉ each, where so many can be called', () => {
    fc.assert(
      fc.property(orders, rule, fc.string(), (all, by, seed) => {
        for (const quota of drawSample(all, by, seed).quotas)
          expect(quota.drawn).to.be.at.least(Math.min(quota.needed, quota.population - quota.excluded));
      }),
    );
  });

  it('is the same again from the recorded seed, in whatever order the orders come', () => {
    fc.assert(
      fc.property(orders, rule, fc.string(), (all, by, seed) => {
        const recorded = drawSample(all, by, seed).places;
        expect(differences(recorded, drawSample([...all].reverse(), by, seed).places)).to.deep.equal([]);
      }),
    );
  });

  it('calls back every urgent leak and every order done again, where that is set', () => {
    fc.assert(
      fc.property(orders, fc.string(), (all, seed) => {
        const by = { ...ARTICLE_14, wholeUrgent: true, wholeRedone: true };
        const drawn = new Set(
          drawSample(all, by, seed)
            .places.filter((one) => one.drawn)
            .map((one) => one.orderNo),
        );
        for (const one of all)
          if (one.exclusion === null && (one.urgent || one.redone))
            expect(drawn.has(one.orderNo)).to.equal(true);
      }),
    );
  });

  it('never draws an excluded order, nor one twice', () => {
    fc.assert(
      fc.property(orders, rule, fc.string(), (all, by, seed) => {
        const { places } = drawSample(all, by, seed);
        const excluded = new Set(all.filter((one) => one.exclusion).map((one) => one.orderNo));
        expect(places.some((one) => excluded.has(one.orderNo))).to.equal(false);
        expect(new Set(places.map((one) => one.orderNo)).size).to.equal(places.length);
      }),
    );
  });

  it('replaces one that was not reached by the next of the draw, until the department has nobody left', () => {
    fc.assert(
      fc.property(orders, rule, fc.string(), (all, by, seed) => {
        const { places } = drawSample(all, by, seed);
        const first = places.find((one) => one.drawn);
        if (!first) return;
        const used = new Set(places.filter((one) => one.drawn).map((one) => one.orderNo));
        let asked = 0;
        for (;;) {
          const next = replacementFor(first.orderNo, places, used);
          if (!next) break;
          const before = places.filter(
            (one) =>
              one.department === next.department && one.stratum === next.stratum && one.place < next.place,
          );
          expect(before.every((one) => used.has(one.orderNo))).to.equal(true);
          used.add(next.orderNo);
          asked += 1;
        }
        const mine = places.filter((one) => one.department === first.department);
        expect(asked).to.equal(mine.filter((one) => !one.drawn).length);
      }),
    );
  });

  it('favours nobody: each of ten is drawn first about as often', () => {
    const ten = Array.from({ length: 10 }, (_, at): DrawnFrom => ({
      orderNo: `GD${at}`,
      department: '卡表中心',
      stratum: 'ic-card',
      exclusion: null,
      urgent: false,
      redone: false,
    }));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 5000; seed += 1) {
      const { orderNo } = drawSample(ten, ARTICLE_14, `seed ${seed}`).places[0]!;
      counts.set(orderNo, (counts.get(orderNo) ?? 0) + 1);
    }
    // chi-square with 9 degrees of freedom: above 27.9 once in a thousand
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(counts.size).to.equal(10);
    expect(chi).to.be.below(27.9);
  });
});
