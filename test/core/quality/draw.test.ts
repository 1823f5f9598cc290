import { expect } from 'chai';
import fc from 'fast-check';
import { drawDifferences, drawWeek, toListen, type Listenable } from '../../../src/core/quality/draw.ts';

const calls = (agent: string, count: number): Listenable[] =>
  Array.from({ length: count }, (_, at) => ({ callId: `${agent}-${at}`, agent }));
const anyCalls = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 5 })), {
    selector: ([id]) => id,
    maxLength: 80,
  })
  .map((drawn) => drawn.map(([id, agent]) => ({ callId: `c${id}`, agent: `PJSIP/100${agent}` })));

describe("a week's calls to listen to", () => {
  it('are three of each agent, or all of who took fewer; the rest stands in reserve', () =>
    fc.assert(
      fc.property(anyCalls, fc.string(), fc.integer({ min: 1, max: 6 }), (population, seed, perAgent) => {
        const draw = drawWeek(population, seed, perAgent);
        expect(draw.map((one) => one.callId)).to.have.members(population.map((one) => one.callId));
        for (const agent of new Set(population.map((one) => one.agent))) {
          const mine = draw.filter((one) => one.agent === agent);
          expect(mine.map((one) => one.place)).to.deep.equal(mine.map((_, at) => at + 1));
          expect(mine.filter((one) => one.drawn)).to.have.length(Math.min(perAgent, mine.length));
        }
      }),
    ));

  it('are the same for the same seed, in whatever order the calls come, and whatever other agents took', () =>
    fc.assert(
      fc.property(anyCalls, fc.string(), (population, seed) => {
        const draw = drawWeek(population, seed);
        expect(drawWeek([...population].reverse(), seed)).to.deep.equal(draw);
        expect(drawDifferences(draw, drawWeek(population, seed))).to.deep.equal([]);
        const first = draw.filter((one) => one.agent === 'PJSIP/1001');
        expect(
          drawWeek(
            population.filter((one) => one.agent === 'PJSIP/1001'),
            seed,
          ),
        ).to.deep.equal(first);
      }),
    ));

  it('are each as likely: of ten calls each is drawn in 3 of 10 weeks, within five deviations', () => {
    const weeks = 4000;
    const times = new Map<string, number>();
    for (let week = 0; week < weeks; week += 1)
      for (const one of drawWeek(calls('PJSIP/1001', 10), `week ${week}`))
        if (one.drawn) times.set(one.callId, (times.get(one.callId) ?? 0) + 1);
    const deviation = Math.sqrt(weeks * 0.3 * 0.7);
    for (const count of times.values()) expect(count).to.be.closeTo(weeks * 0.3, 5 * deviation);
    expect(times.size).to.equal(10);
  });

  it('a draw that somebody changed by hand is found out', () => {
    const draw = drawWeek(calls('PJSIP/1001', 6), 'seed');
    const changed = draw.map((one) => (one.place === 1 ? { ...one, callId: 'a friend' } : one));
    expect(drawDifferences(changed, draw).join('')).to.include('a friend');
    expect(drawDifferences(draw.slice(0, 5), draw)).to.have.length(1);
    expect(drawDifferences(draw, draw.slice(0, 5))).to.have.length(1);
  });

  it('whose recording is gone gives its place to the next; what was scored stays', () => {
    const draw = drawWeek(calls('PJSIP/1001', 5), 'seed').map((one) => ({
      ...one,
      there: one.place !== 2 && one.place !== 1,
      scored: one.place === 1,
    }));
    expect(toListen(draw).map((one) => one.place)).to.deep.equal([1, 3, 4]);
  });
});
