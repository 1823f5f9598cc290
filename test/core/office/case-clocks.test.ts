import { expect } from 'chai';
import {
  caseClockNotice,
  caseClocks,
  type CaseClockFacts,
  type CaseClockRules,
} from '../../../src/core/office/case-clocks.ts';
import { moodOf, ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { SETTINGS, settingValues } from '../../../src/core/people/settings.ts';

const RULES = settingValues(SETTINGS['cases']!, {}) as unknown as CaseClockRules;
const at = (time: string) => Date.parse(`2026-11-${time}:00+08:00`);
const FACTS: CaseClockFacts = {
  ...{ madeAtMs: at('25T19:00'), firstDueAtMs: at('28T18:00'), dueAtMs: at('30T18:00'), signedAtMs: null },
  ...{ decidedAtMs: null, returnedAtMs: null, repliedAtMs: null, calledBackAtMs: null, closedAtMs: null },
  hasPhone: true,
};
const of = (more: Partial<CaseClockFacts> = {}) =>
  Object.fromEntries(
    caseClocks({ ...FACTS, ...more }, RULES, ORDER_SETTINGS.calendar).map((clock) => [clock.name, clock]),
  );

describe('the clocks of a case from outside', () => {
  it('sign and return run in working time from when we had it; the reply is due when the channel says', () => {
    const { sign, return: back, reply, 'call-back': callBack } = of();
    // an hour of the evening, then from eight on
    expect(sign!.dueAtMs).to.equal(at('26T09:00'));
    expect(sign!.warnAtMs).to.equal(at('26T08:30'));
    expect(sign!.escalateAtMs).to.equal(at('26T10:00'));
    expect(back!.dueAtMs).to.equal(at('26T19:00'));
    expect([reply!.firstDueAtMs, reply!.dueAtMs, reply!.warnAtMs]).to.deep.equal([
      ...[at('28T18:00'), at('30T18:00'), at('30T14:00')],
    ]);
    expect(callBack).to.equal(undefined);
    expect(of({ dueAtMs: null, firstDueAtMs: null })).to.have.all.keys('sign', 'return');
  });
  it('returned, it asks for nothing more; made an order, it is not asked whether it is ours', () => {
    const back = of({ returnedAtMs: at('25T19:30') });
    expect(Object.values(back).map((clock) => clock.metAtMs)).to.deep.equal(Array(3).fill(at('25T19:30')));
    const made = of({ signedAtMs: at('25T19:10'), decidedAtMs: at('25T19:20') });
    expect([made['sign']!.metAtMs, made['return']!.metAtMs, made['reply']!.metAtMs]).to.deep.equal([
      ...[at('25T19:10'), at('25T19:20'), null],
    ]);
  });
  it('who was replied to is called back, if there is a number; a callback before the reply is none', () => {
    const replied = { signedAtMs: at('25T19:10'), repliedAtMs: at('26T10:00') };
    expect(of(replied)['call-back']!.dueAtMs).to.equal(at('27T10:00'));
    expect(of({ ...replied, hasPhone: false })).to.not.have.property('call-back');
    expect(of({ ...replied, calledBackAtMs: at('26T09:00') })['call-back']!.metAtMs).to.equal(null);
    expect(of({ ...replied, calledBackAtMs: at('26T11:00') })['call-back']!.metAtMs).to.equal(at('26T11:00'));
    expect(of({ ...replied, closedAtMs: at('26T12:00') })['call-back']!.metAtMs).to.equal(at('26T12:00'));
  });
  it('warns, is breached and escalates as an order’s clock', () => {
    const { sign } = of();
    expect(
      ['26T08:29', '26T08:30', '26T09:00', '26T10:00'].map((time) => moodOf(sign!, at(time))),
    ).to.deep.equal(['calm', 'warning', 'breached', 'escalated']);
  });
  it('says what to do, to the company’s leaders when it escalates, and no whole number', () => {
    const one = { channel: '12345' as const, outsideNo: 'YC1', content: '停水，电话13912345678' };
    const said = caseClockNotice(one, { name: 'return', dueAtMs: at('26T19:00') }, 'escalation');
    expect(said.roles).to.deep.equal(['supervisor', 'manager']);
    expect(said.title).to.equal('来件超时仍未退单或认领');
    expect(said.text).to.match(/12345市长专线 YC1：退单或认领时限 11-26 19:00.*请退单.*139\*{4}5678/);
  });
});
