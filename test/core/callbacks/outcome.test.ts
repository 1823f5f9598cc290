import { expect } from 'chai';
import fc from 'fast-check';
import { outcomeOf, parseKept, type Recorded } from '../../../src/core/callbacks/outcome.ts';
import { chineseNumber, spokenDate, spokenMatter } from '../../../src/core/callbacks/spoken.ts';
import { beginOf } from '../../../src/core/office/period.ts';

const recorded = (more: Partial<Recorded>): Recorded => ({
  answered: true,
  known: true,
  result: null,
  keys: {},
  ...more,
});

describe('what came of a call that placed itself', () => {
  it('counts a pressed key only: a mailbox that talks is never satisfied', () => {
    const { result, answers } = outcomeOf(recorded({ result: 'nodigit' }), parseKept('up:1.result:nodigit'));
    expect(result).to.equal('nodigit');
    expect(answers.satisfied).to.equal(null);
  });

  it('is whole though the service was away and only the switch wrote it down', () => {
    const kept = parseKept('up:1.solved:1.satisfied:3.word:1.result:scored');
    expect(outcomeOf(null, kept)).to.deep.equal(outcomeOf(recorded({ keys: kept! }), null));
    expect(outcomeOf(null, kept).answers).to.deep.include({ satisfied: 'dissatisfied', word: true });
  });

  it('never calls somebody again who may have picked up when the switch died', () => {
    expect(outcomeOf(recorded({ answered: false, known: false, result: 'no-answer' }), null).result).to.equal(
      'lost',
    );
    expect(outcomeOf(recorded({ answered: false, known: false }), null).result).to.equal('lost');
    expect(outcomeOf(null, parseKept('up:1')).result).to.equal('hung-up');
    expect(outcomeOf(null, null).result).to.equal('not-placed');
  });

  it('reads what the switch kept, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseKept(text);
      }),
    );
    expect(parseKept('')).to.equal(null);
    // the first press stands
    expect(parseKept('solved:1.solved:2')).to.deep.equal({ solved: '1' });
  });
});

describe('what the script says', () => {
  it('reads numbers as Chinese reads them', () => {
    expect([1, 10, 11, 20, 25, 31].map(chineseNumber)).to.deep.equal([
      '一',
      '十',
      '十一',
      '二十',
      '二十五',
      '三十一',
    ]);
  });
  it('says the date and the kind of the matter by names of prompts only', () => {
    expect(spokenDate(beginOf({ year: 2026, month: 11, day: 25 }))).to.deep.equal([
      'hotline/survey-n-11',
      'hotline/survey-month',
      'hotline/survey-n-25',
      'hotline/survey-day',
    ]);
    expect(spokenMatter('漏水')).to.equal('hotline/survey-matter-leak');
    expect(spokenMatter('漏水&System(x)')).to.equal('hotline/survey-matter-other');
  });
});
