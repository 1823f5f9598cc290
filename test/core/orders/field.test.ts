import { expect } from 'chai';
import fc from 'fast-check';
import { FIELD_STEPS, fieldSteps, stateAfter } from '../../../src/core/orders/field.ts';
import { STATES } from '../../../src/core/orders/order.ts';

describe('a worker at the place', () => {
  it('taps at an urgent leak: set out, arrived, water stopped, done', () => {
    const leak = { clockSet: 'urgent-leak' } as const;
    expect(fieldSteps(leak, 'dispatched')).to.deep.equal(['sign', 'set-out']);
    expect(fieldSteps(leak, 'set-out')).to.deep.equal(['arrive']);
    expect(fieldSteps(leak, 'arrived'), 'the water still runs').to.deep.equal(['stop-water']);
    expect(fieldSteps(leak, 'stopped')).to.deep.equal(['finish']);
    expect(fieldSteps(leak, 'done')).to.deep.equal([]);
  });

  it('is done at a meter without water to stop', () => {
    expect(fieldSteps({ clockSet: 'card-meter' }, 'arrived')).to.deep.equal(['stop-water', 'finish']);
  });

  it('sees in a cellar what the taps will have led to', () => {
    expect(stateAfter('dispatched', ['set-out', 'note', 'arrive'])).to.equal('arrived');
  });

  it('comes to an end whatever is tapped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATES), fc.array(fc.nat(4), { maxLength: 20 }), (begin, choices) => {
        let state = begin;
        let taps = 0;
        for (const choice of choices) {
          const open = fieldSteps({ clockSet: 'standard' }, state);
          if (open.length === 0) break;
          state = stateAfter(state, [open[choice % open.length]!]);
          taps += 1;
        }
        expect(taps).to.be.at.most(FIELD_STEPS.length);
      }),
    );
  });
});
