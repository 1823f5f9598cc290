import { expect } from 'chai';
import { fuzz, fuzzTargets } from './target.ts';

/** Fixed, so that a green suite stays green; `npm run proof -- fuzz` draws its own. */
const SEED = 96_666;

const targets = await fuzzTargets();

describe('no bytes from outside make a parser throw or stall (short; npm run proof -- fuzz is long)', function () {
  this.timeout(180_000);
  for (const { name, target } of targets) {
    it(`${name}, and its rare situations are reached`, async () => {
      const { seen } = await fuzz(name, target, { seed: SEED, cases: target.cases });
      for (const situation of target.mustSee ?? [])
        expect(seen.get(situation), `${name}: ${situation}`).to.be.above(0);
    });
  }
});
