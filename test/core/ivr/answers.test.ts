import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { accountSaid, DISTRICT_KEYS, orderSaid, outageSaid } from '../../../src/core/ivr/answers.ts';
import {
  englishClock,
  englishDay,
  englishDigits,
  englishNumber,
  englishOrdinal,
} from '../../../src/core/ivr/english.ts';
import { waitingSaid } from '../../../src/core/ivr/waiting.ts';
import { STATES } from '../../../src/core/orders/order.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const zh = (text: string) => ({ language: 'zh', text });
const en = (text: string) => ({ language: 'en', text });

const outage = {
  ...{ id: 1, kind: 'sudden' as const, districts: ['兴庆区'], communities: ['丽景园'], streets: [] },
  ...{ buildings: 3, cause: '管网抢修', unitId: null, unit: null, notice: '', version: 1 },
  ...{ beginAtMs: at('2026-11-25T13:00'), expectedAtMs: at('2026-11-25T16:30') },
  ...{ publishedAtMs: 1, endedAtMs: null },
};
const order = {
  ...{ no: 'HL20261125-0012', item: '漏水', state: 'dispatched' as const, unit: '兴庆区维修所' },
  atMs: at('2026-11-24T09:00'),
};

describe('what the service says of outages, orders and accounts', () => {
  it('an outage says where, why and until when, and no time once that time is past', () => {
    expect(outageSaid(outage, at('2026-11-25T14:00'), 'zh', false)).to.deep.equal([
      zh('兴庆区丽景园正在停水，原因是管网抢修。预计今天下午四点三十分恢复。'),
    ]);
    expect(outageSaid(outage, at('2026-11-24T14:00'), 'zh', true)).to.deep.equal([
      zh('您所在的地方明天下午一点开始停水，原因是管网抢修。预计明天下午四点三十分恢复。'),
    ]);
    expect(outageSaid(outage, at('2026-11-25T17:00'), 'zh', false)[0]!.text)
      .to.match(/已过.*核实/)
      .and.not.match(/四点/);
  });
  it('in English the names of places alone are Chinese', () => {
    expect(outageSaid(outage, at('2026-11-25T14:00'), 'en', true)).to.deep.equal([
      en('The water is off where you live. It should be back today at four thirty p.m.'),
    ]);
    expect(outageSaid(outage, at('2026-11-24T14:00'), 'en', false)).to.deep.equal([
      en('The water will be turned off tomorrow at one p.m. in Xingqing District, here:'),
      zh('丽景园'),
      en('It should be back tomorrow at four thirty p.m.'),
    ]);
    expect(
      outageSaid({ ...outage, expectedAtMs: at('2026-11-26T00:00') }, at('2026-11-25T14:00'), 'en', true),
    ).to.deep.equal([en('The water is off where you live. It should be back tomorrow at midnight.')]);
    const whole = { ...outage, districts: ['金凤区', '灵武市'], communities: [] };
    const [late] = outageSaid(whole, at('2026-11-25T17:00'), 'en', false);
    expect(late!.text)
      .to.match(/^The water is off in Jinfeng District and Lingwu City\..*finding out/)
      .and.not.match(/four/);
    expect(
      outageSaid({ ...whole, districts: ['宁东'] }, at('2026-11-25T14:00'), 'en', false).slice(0, 2),
    ).to.deep.equal([en('The water is off, here:'), zh('宁东')]);
  });
  it('every district of the menu and every state of an order has English words', () => {
    const one = { ...outage, communities: [] };
    for (const district of DISTRICT_KEYS)
      expect(
        outageSaid({ ...one, districts: [district] }, at('2026-11-25T14:00'), 'en', false),
      ).to.have.length(1);
    for (const state of STATES)
      expect(orderSaid({ ...order, state }, at('2026-11-25T09:00'), 'en')[0]!.text).to.match(/^[ -~]+$/);
  });
  it('an order is told by its last four digits, without a name or an address', () => {
    expect(orderSaid(order, at('2026-11-25T09:00'), 'zh')).to.deep.equal([
      zh('您昨天反映的漏水，工单尾号零零幺二，现在是派单，由兴庆区维修所办理。'),
    ]);
    expect(orderSaid(order, at('2026-11-25T09:00'), 'en')).to.deep.equal([
      en('Your work order ending in zero zero one two, reported yesterday, is with the repair team.'),
    ]);
  });
  it('an address is Chinese in either language', () => {
    expect(accountSaid('兴庆区新华街1号', 'zh')).to.deep.equal([zh('核对无误，用水地址是兴庆区新华街1号。')]);
    expect(accountSaid('兴庆区新华街1号', 'en')).to.deep.equal([
      en('That is right. The address of this account is:'),
      zh('兴庆区新华街1号'),
    ]);
  });
});

describe('what is said in English', () => {
  for (const [n, said] of [
    [0, 'zero'],
    [2, 'two'],
    [10, 'ten'],
    [13, 'thirteen'],
    [20, 'twenty'],
    [21, 'twenty one'],
    [40, 'forty'],
    [99, 'ninety nine'],
  ] as const)
    it(`${n} is ${said}`, () => expect(englishNumber(n)).to.equal(said));
  it('the numbers of a recorded voice are these, and all that one who waits is told has English words', () => {
    const file = resolve(import.meta.dirname, '../../../dialplan/prompts-en.json');
    const prompts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    for (let n = 1; n <= 31; n += 1) expect(prompts[`survey-n-${n}`]).to.equal(englishNumber(n));
    for (const ahead of [0, 1, 2, 5, 60])
      for (const expectedMs of [null, 30_000, 120_000, 600_000])
        for (const name of waitingSaid(ahead, expectedMs, 90_000))
          expect(prompts, name).to.have.property(name.replace('hotline/', ''));
  });
  for (const [n, said] of [
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
    [4, 'fourth'],
    [5, 'fifth'],
    [8, 'eighth'],
    [9, 'ninth'],
    [12, 'twelfth'],
    [20, 'twentieth'],
    [22, 'twenty second'],
    [30, 'thirtieth'],
    [31, 'thirty first'],
  ] as const)
    it(`day ${n} is the ${said}`, () => expect(englishOrdinal(n)).to.equal(said));
  for (const [when, said] of [
    ['2026-11-25T00:00', 'midnight'],
    ['2026-11-25T00:30', 'twelve thirty a.m.'],
    ['2026-11-25T01:05', 'one oh five a.m.'],
    ['2026-11-25T09:00', 'nine a.m.'],
    ['2026-11-25T12:00', 'noon'],
    ['2026-11-25T12:30', 'twelve thirty p.m.'],
    ['2026-11-25T16:45', 'four forty five p.m.'],
    ['2026-11-25T23:59', 'eleven fifty nine p.m.'],
  ] as const)
    it(`${when.slice(11)} is ${said}`, () => expect(englishClock(at(when))).to.equal(said));
  it('days near by have names, others their date', () => {
    const now = at('2026-12-31T23:50');
    expect(englishDay(at('2026-12-31T00:00'), now)).to.equal('today');
    expect(englishDay(at('2027-01-01T00:10'), now)).to.equal('tomorrow');
    expect(englishDay(at('2026-12-30T23:59'), now)).to.equal('yesterday');
    expect(englishDay(at('2027-01-02T08:00'), now)).to.equal('on January second');
  });
  it('numbers of orders are said digit by digit', () =>
    expect(englishDigits('HL-0907')).to.equal('zero nine zero seven'));
});
