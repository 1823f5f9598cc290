import { expect } from 'chai';
import fc from 'fast-check';
import { normaliseNumber } from '../../../src/core/people/number.ts';

describe('a telephone number has one spelling', () => {
  const same: Record<string, string[]> = {
    '13912345678': [
      '13912345678',
      '013912345678',
      '+8613912345678',
      '8613912345678',
      '008613912345678',
      '+86 139-1234-5678',
      ' 139 1234 5678 ',
      '１３９１２３４５６７８',
      '+86 013912345678',
    ],
    '09516012345': [
      '6012345',
      '09516012345',
      '0951-6012345',
      '(0951) 601 2345',
      '9516012345',
      '+869516012345',
      '+86 0951 6012345',
      '00869516012345',
      '869516012345',
      '+86 6012345',
    ],
    '01062345678': ['01062345678', '010-62345678', '+861062345678', '861062345678'],
    '4008096666': ['4008096666', '400-809-6666', '+864008096666'],
    '12345': ['12345', '+8612345'],
    '96666': ['96666'],
    '1001': ['1001'],
    '0012025550123': ['+1 202 555 0123', '0012025550123'],
  };
  for (const [number, spellings] of Object.entries(same)) {
    it(`${number}: ${spellings.join(', ')}`, () => {
      for (const spelling of spellings) expect(normaliseNumber(spelling), spelling).to.equal(number);
    });
  }

  it('a withheld number, or one without digits, is none', () => {
    for (const none of [null, '', ' ', 'anonymous', '+', '+86', '0086']) {
      expect(normaliseNumber(none)).to.equal(null);
    }
  });

  it('a local number belongs to the home area, which is a setting', () => {
    expect(normaliseNumber('62345678', '010')).to.equal('01062345678');
  });

  it('what is normalised stays as it is, whatever came in', () => {
    const digits = fc.array(fc.constantFrom(...'00112345678996'), { maxLength: 18 });
    const written = fc.tuple(fc.constantFrom('', '+', '+86', '86', '0', '00', '0086', '0951', '951'), digits);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          written.map(([start, rest]) => start + rest.join('')),
        ),
        (text) => {
          const once = normaliseNumber(text);
          expect(normaliseNumber(once)).to.equal(once);
          if (once !== null) expect(once).to.match(/^\d+$/);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
