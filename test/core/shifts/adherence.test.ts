import { expect } from 'chai';
import fc from 'fast-check';
import { adherence } from '../../../src/core/shifts/adherence.ts';
import { shiftsOf, USUAL_PLANS } from '../../../src/core/shifts/shift.ts';

const at = (clock: string) => Date.parse(`2026-11-26T${clock}+08:00`);
const early = shiftsOf('2026-11-26', USUAL_PLANS).find((one) => one.code === 'early')!;
const spell = (from: string, until: string | null, state = 'ready') => ({
  ...{ state, fromMs: at(from), untilMs: until === null ? null : at(until) },
});

describe('adherence: the roster against this moment', () => {
  it('who is at the desk in their shift keeps to it', () =>
    expect(
      adherence([early], [spell('07:48', null)], { state: 'paused', sinceMs: at('09:00') }, at('10:00')),
    ).to.deep.equal({ shift: '早班 08:00—16:00', verdict: 'kept', sinceMs: null, ratio: 1 }));
  it('is due ten minutes before the begin, and late from the begin on', () => {
    const gone = { state: 'offline', sinceMs: at('00:00') };
    expect(adherence([early], [], gone, at('07:49')).verdict).to.equal('off');
    expect(adherence([early], [], gone, at('07:51')).verdict).to.equal('due');
    expect(adherence([early], [], { state: 'ready', sinceMs: at('07:45') }, at('07:51')).verdict).to.equal(
      'kept',
    );
    expect(adherence([early], [], gone, at('08:05'))).to.deep.include({
      ...{ verdict: 'late', sinceMs: at('08:00'), ratio: 0 },
    });
  });
  it('counts late coming and a gap against the shift, and says since when they are away', () => {
    const spells = [spell('09:00', '11:00'), spell('11:00', '12:00', 'talking')];
    expect(
      adherence([early], spells, { state: 'offline', sinceMs: at('12:00') }, at('12:30')),
    ).to.deep.include({
      ...{ verdict: 'away', sinceMs: at('12:00'), ratio: 3 / 4.5 },
    });
    // back before the database knows of it
    expect(adherence([early], spells, { state: 'ready', sinceMs: at('12:30') }, at('13:00')).ratio).to.equal(
      3.5 / 5,
    );
  });
  it('says who is there without a shift, and nothing of who is neither', () => {
    expect(adherence([], [], { state: 'talking', sinceMs: at('09:00') }, at('10:00')).verdict).to.equal(
      'unplanned',
    );
    expect(adherence([early], [], { state: 'talking', sinceMs: at('09:00') }, at('16:00')).verdict).to.equal(
      'unplanned',
    );
    expect(adherence([], [], { state: 'offline', sinceMs: at('09:00') }, at('10:00')).verdict).to.equal(
      'off',
    );
  });
  it('is never more than whole, nor less than nothing, whatever the spells overlap', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -9e6, max: 3e7 }), fc.integer({ min: 0, max: 3e7 }))),
        fc.integer({ min: 0, max: 28_799_999 }),
        fc.boolean(),
        (times, passed, here) => {
          const spells = times.map(([from, ms]) => ({
            ...{ state: 'ready', fromMs: early.fromMs + from, untilMs: early.fromMs + from + ms },
          }));
          const live = { state: here ? 'ready' : 'offline', sinceMs: early.fromMs + passed };
          const { ratio } = adherence([early], spells, live, early.fromMs + passed);
          expect(ratio).to.be.within(0, 1);
        },
      ),
    ));
});
