import { expect } from 'chai';
import { budgetState, extrasWritten, stoppedWritten } from '../../../src/core/telephone/budget.ts';
import { reachedCap } from '../../../src/core/telephone/caps.ts';
import { telephoneSettings, TELEPHONE_SETTINGS } from '../../../src/core/telephone/settings.ts';
import { kindOfNumber, mayCallBack, mayDial, setDialRules } from '../../../src/core/floor/dialling.ts';
import { settingFault } from '../../../src/core/people/settings.ts';

const refusal = (number: string, purpose: 'agent' | 'callback' = 'agent') => {
  const dialling = mayDial(number, 0, purpose);
  return dialling.ok ? 'ok' : dialling.refusal;
};

describe('what may be dialled, whoever asks', () => {
  afterEach(() => setDialRules({}));

  it('is what costs as a common call does', () => {
    for (const number of [
      '13912345678',
      '013912345678',
      '19912345678',
      '17012345678',
      '6012345',
      '09516012345',
      '01062345678',
      '075583765566',
    ])
      expect([number, refusal(number), refusal(number, 'callback')]).to.deep.equal([number, 'ok', 'ok']);
    for (const number of ['12345', '110', '120', '96555', '1002'])
      expect([number, refusal(number), refusal(number, 'callback')]).to.deep.equal([
        number,
        'ok',
        'number-not-allowed',
      ]);
  });

  it('is no number that costs more, none of another country, and none that does not exist', () => {
    for (const number of [
      ...['16812345', '0951168123', '09511681234', '02116812345', '16012345', '4008001234', '8008101234'],
      ...[
        '04008001234',
        '13491234567',
        '017401234567',
        '17491234567',
        '0085366123456',
        '00447700900123',
        '008613912345678',
      ],
      ...[
        '0012025550123',
        '17951',
        '118114',
        '114',
        '95588',
        '12590',
        '10086',
        '0911234567',
        '01234567890',
        '1',
      ],
    ]) {
      expect([number, refusal(number)]).to.deep.equal([number, 'number-not-allowed']);
      expect(mayCallBack(number), number).to.equal(false);
    }
  });

  it('may be more, by a setting, for people but never for the machine', () => {
    setDialRules({ extras: ['95588', '400*'] });
    for (const number of ['95588', '4008001234']) {
      expect(refusal(number), number).to.equal('ok');
      expect(refusal(number, 'callback'), number).to.equal('number-not-allowed');
    }
    expect(refusal('955880')).to.equal('number-not-allowed');
    expect(refusal('0014008001234')).to.equal('number-not-allowed');
    const field = TELEPHONE_SETTINGS.fields['extraNumbers']!;
    expect(settingFault(field, [])).to.equal(null);
    expect(settingFault(field, ['95588', '400*'])).to.equal(null);
    for (const wrong of ['*', '1*', '+86139', '139x', '40*0'])
      expect(settingFault(field, [wrong]), wrong).to.contain('不对');
  });

  it('ends with the budget of the day, but for an emergency and our own phones', () => {
    setDialRules({ stopped: ['1391234'] });
    expect([refusal('13912345678'), refusal('013912345678'), refusal('13912355678')]).to.deep.equal([
      ...['budget-reached', 'budget-reached', 'ok'],
    ]);
    setDialRules({ stopped: ['0951601'] });
    expect([refusal('6012345'), refusal('09516012345'), refusal('6022345')]).to.deep.equal([
      ...['budget-reached', 'budget-reached', 'ok'],
    ]);
    setDialRules({ stopped: [''] });
    expect(['13912345678', '12345', '110', '1002'].map((number) => refusal(number))).to.deep.equal([
      ...['budget-reached', 'budget-reached', 'ok', 'ok'],
    ]);
  });

  it('has one kind', () => {
    expect(
      ['1002', '12345', '13912345678', '6012345', '16812345', '0085366123456', '5'].map(kindOfNumber),
    ).to.deep.equal([...['own-phone', 'service', 'mobile', 'fixed', 'premium', 'foreign', 'unknown']]);
  });
});

describe('the budget of a day', () => {
  const budget = {
    budgetMinutes: 100,
    budgetCalls: 50,
    prefixMinutes: 30,
    prefixCalls: 10,
    budgetStops: true,
  };

  it('is reached by minutes or by calls, in all or to one block of numbers', () => {
    expect(budgetState([], budget)).to.deep.equal({
      calls: 0,
      minutes: 0,
      usedPercent: 0,
      reached: [],
      stopped: [],
    });
    const some = [
      { block: '1391234', calls: 9, minutes: 30 },
      { block: '0951601', calls: 10, minutes: 2 },
      { block: '1391235', calls: 8, minutes: 3 },
    ];
    expect(budgetState(some, budget)).to.deep.include({ usedPercent: 100, reached: ['0951601', '1391234'] });
    expect(budgetState([{ block: '1391234', calls: 1, minutes: 100 }], budget).reached).to.deep.equal([
      '',
      '1391234',
    ]);
    expect(budgetState(some, { ...budget, budgetStops: false }).stopped).to.deep.equal([]);
  });

  it('is written as the dialplan reads it', () => {
    expect(stoppedWritten(['0951601', '1391234'])).to.equal('0951601x:1391234x');
    expect(stoppedWritten(['', '1391234'])).to.equal('all');
    expect(extrasWritten(['95588', '400*'])).to.equal('95588:400x');
  });
});

describe('caps', () => {
  it('are reached at what they say', () => {
    expect(reachedCap([{ name: 'in-all', most: 2, count: 1 }])).to.equal(null);
    expect(
      reachedCap([
        { name: 'in-all', most: 2, count: 1 },
        { name: 'per-number', most: 2, count: 2 },
      ]),
    ).to.equal('per-number');
  });
  it('have sensible values, and of what is stored only what fits', () => {
    expect(telephoneSettings({ keptMost: 7, keptTries: 99 })).to.deep.include({ keptMost: 7, keptTries: 2 });
    for (const field of Object.values(TELEPHONE_SETTINGS.fields))
      expect(settingFault(field, field.usual)).to.equal(null);
  });
});
