import { expect } from 'chai';
import { maskNumber, maskText } from '../../../src/core/people/mask.ts';
import { DEEDS, may, ROLES, type Deed, type Role } from '../../../src/core/people/may.ts';

/** Every deed and all who may do it, written out once more: a change of a right is a change here. */
const TABLE: Record<Deed, string> = {
  'take-calls': 'agent supervisor',
  'watch-wall': 'agent supervisor dispatcher field-worker manager administrator',
  'see-full-number': 'agent supervisor administrator',
  'edit-people': 'administrator',
  'read-reports': 'supervisor manager administrator',
  'list-calls': 'supervisor manager administrator',
  'give-phones': 'administrator',
  'edit-outward': 'administrator',
  'see-deliveries': 'supervisor manager administrator',
  'keep-records': 'agent supervisor',
  'watch-agents': 'supervisor manager administrator',
  'direct-agents': 'supervisor administrator',
  'export-lists': 'supervisor manager administrator',
  'see-orders': 'agent supervisor dispatcher field-worker manager administrator',
  'make-orders': 'agent supervisor',
  'step-orders': 'agent supervisor dispatcher field-worker',
  'supervise-orders': 'supervisor',
  'edit-order-rules': 'administrator',
  'work-for-unit': 'dispatcher',
  'read-audit': 'supervisor administrator',
  'edit-settings': 'supervisor administrator',
  'call-back': 'agent supervisor',
  'read-callbacks': 'agent supervisor manager administrator',
  'run-callbacks': 'supervisor administrator',
  'export-customers': 'supervisor administrator',
  'see-cases': 'agent supervisor manager administrator',
  'keep-cases': 'agent supervisor',
  'see-customers': 'agent supervisor manager administrator',
  'edit-customers': 'agent supervisor administrator',
  'merge-customers': 'supervisor administrator',
  'reveal-numbers': 'manager',
  'give-field-links': 'dispatcher administrator',
  'work-in-field': 'field-worker',
  'see-outages': 'agent supervisor dispatcher manager administrator',
  'keep-outages': 'agent supervisor',
  'decide-incidents': 'supervisor',
  'hear-recordings': 'agent supervisor manager',
  'hear-all-recordings': 'supervisor manager',
  'keep-recordings': 'supervisor',
  'watch-console': 'supervisor administrator',
  'supervise-calls': 'supervisor',
  'see-roster': 'agent supervisor manager administrator',
  'keep-roster': 'supervisor administrator',
  'see-conduct': 'agent supervisor manager',
  'see-all-conduct': 'supervisor manager',
  'judge-conduct': 'supervisor',
  'see-words': 'agent supervisor',
  'run-ivr': 'supervisor administrator',
  'see-quality': 'agent supervisor manager',
  'see-all-quality': 'supervisor manager',
  'score-calls': 'supervisor',
  'edit-quality-forms': 'supervisor',
  'decide-appeals': 'supervisor manager',
  'keep-walls': 'supervisor administrator',
  'keep-personal-data': 'supervisor administrator',
  'see-handovers': 'agent supervisor manager administrator',
  'keep-handovers': 'agent supervisor',
  'send-reports': 'supervisor administrator',
  'name-reports': 'supervisor manager administrator',
};

describe('who may do what', () => {
  for (const deed of DEEDS) {
    for (const role of ROLES) {
      const wanted = TABLE[deed].split(' ').includes(role satisfies Role);
      it(`${role}: ${deed} ${wanted ? 'yes' : 'no'}`, () => {
        expect(may(role, deed)).to.equal(wanted);
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
