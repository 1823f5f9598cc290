import { expect } from 'chai';
import { maskNumber, maskText } from '../../../src/core/people/mask.ts';
import { DEEDS, may, ROLES, type Deed, type Role } from '../../../src/core/people/may.ts';

/** Every cell of the table, written out: a change of a right is a change here. */
const TABLE: Record<Role, Record<Deed, boolean>> = {
  agent: { 'take-calls': true, 'watch-wall': true, 'see-full-number': true, 'edit-people': false },
  supervisor: { 'take-calls': true, 'watch-wall': true, 'see-full-number': true, 'edit-people': false },
  dispatcher: { 'take-calls': false, 'watch-wall': true, 'see-full-number': false, 'edit-people': false },
  'field-worker': { 'take-calls': false, 'watch-wall': true, 'see-full-number': false, 'edit-people': false },
  manager: { 'take-calls': false, 'watch-wall': true, 'see-full-number': false, 'edit-people': false },
  administrator: { 'take-calls': false, 'watch-wall': true, 'see-full-number': true, 'edit-people': true },
};

describe('who may do what', () => {
  for (const role of ROLES) {
    for (const deed of DEEDS) {
      it(`${role}: ${deed} ${TABLE[role][deed] ? 'yes' : 'no'}`, () => {
        expect(may(role, deed)).to.equal(TABLE[role][deed]);
      });
    }
  }
});

describe('a number that is masked', () => {
  it('keeps what tells two apart, and hides the person', () => {
    expect(maskNumber('13912345678')).to.equal('139****5678');
    expect(maskNumber('110')).to.equal('***');
    expect(maskText('call from +8613912345678 failed')).to.not.match(/\d{8}/);
  });
});
