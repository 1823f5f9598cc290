import { expect } from 'chai';
import fc from 'fast-check';
import { callerNumber, readNumbers, soughtNumber, writtenNumber } from '../../../src/core/people/number.ts';
import { maskNumber, maskText } from '../../../src/core/people/mask.ts';
import { numbersIn, numberText } from '../../../src/core/people/telephone.ts';
import { readNumber } from '../../../src/read/number.ts';
import { spaced } from '../../../src/web/view.ts';

const MOBILE = '13995001122';
const DESK = '09515012345';

describe('a telephone number has one spelling, however it was written', () => {
  const same: Record<string, string[]> = {
    '13912345678': [
      ...['13912345678', '013912345678', '+8613912345678', '8613912345678', '008613912345678'],
      ...[
        '+86 139-1234-5678',
        ' 139 1234 5678 ',
        '１３９１２３４５６７８',
        '+86 013912345678',
        '86-139-1234-5678',
      ],
      ...[
        '139\u00a01234\u00a05678',
        '\u202d13912345678\u202c',
        '139.1234.5678',
        '1795113912345678',
        '12593013912345678',
      ],
      ...[
        "'13912345678",
        '张三13912345678',
        '13912345678（张三）',
        '手机：13912345678',
        'tel:+8613912345678',
        'sip:13912345678@10.0.0.1:5060',
      ],
      ...['13912345678_x000D_', '13912345678 13912345678', '张和平13912345678'],
    ],
    '09516012345': [
      ...['6012345', '09516012345', '0951-6012345', '(0951) 601 2345', '（0951）6012345', '9516012345'],
      ...[
        '+869516012345',
        '+86 0951 6012345',
        '00869516012345',
        '869516012345',
        '+86 6012345',
        '+86 951 601 2345',
      ],
      ...[
        '0951—6012345',
        '0951一6012345',
        '0951－601－2345',
        '0951/6012345',
        '区号0951电话6012345',
        '1795109516012345',
      ],
    ],
    '01062345678': ['01062345678', '010-62345678', '+861062345678', '861062345678', '010-6234 5678'],
    '4008096666': ['4008096666', '400-809-6666', '400 8096666', '+864008096666'],
    '12345': ['12345', '+8612345'],
    '10086': ['10086', '移动10086', '+8610086'],
    '95598': ['95598'],
    '110': ['110'],
    '96666': ['96666'],
    '17491234567': ['17491234567'],
    '0012025550123': ['+1 202 555 0123', '0012025550123'],
    '0085366123456': ['+853 6612 3456', '0085366123456'],
  };
  for (const [number, spellings] of Object.entries(same)) {
    it(`${number}: ${spellings.join(' · ')}`, () => {
      for (const spelling of spellings) {
        const { numbers, refused } = readNumbers(spelling);
        expect(numbers.map(numberText), spelling).to.deep.equal([number]);
        expect(refused, spelling).to.equal(null);
      }
    });
  }

  it('says its international form, which a short code has not', () => {
    const e164 = (text: string) => readNumber(text).numbers.map((one) => one.e164);
    expect(e164('13995001122、5012345、010-62345678、12345、+853 6612 3456')).to.deep.equal([
      ...['+8613995001122', '+869515012345', '+861062345678', null, '+85366123456'],
    ]);
  });

  it('keeps an extension apart', () => {
    for (const [text, extension] of [
      ['0951-5012345-8001', '8001'],
      ['0951－5012345－8001', '8001'],
      ['0951 5012345-801', '801'],
      ['0951-5012345-3', '3'],
      ['5012345-8001', '8001'],
      ['0951-5012345转3', '3'],
      ['5012345 转 8001', '8001'],
      ['09515012345 — 转8001', '8001'],
      ['5012345转分机8001', '8001'],
      ['5012345分机：8001', '8001'],
      ['5012345内线8001', '8001'],
      ['5012345按3', '3'],
      ['0951 5012345 ext. 8001', '8001'],
      ['5012345x8001', '8001'],
      ['5012345#8001', '8001'],
      ['tel:+86-951-5012345;ext=8001', '8001'],
    ] as const)
      expect(readNumber(text), text).to.deep.equal({
        numbers: [{ e164: '+869515012345', national: DESK, extension }],
        refused: null,
      });
    // what shops give out in place of a customer's number
    expect(readNumbers('18412345678-1234').numbers.map(numberText)).to.deep.equal(['18412345678-1234']);
  });

  it('finds two numbers in one cell', () => {
    for (const between of [
      '/',
      '、',
      ',',
      '，',
      ';',
      '；',
      '\n',
      '\r\n',
      ' ',
      ' 或 ',
      '或者',
      '|',
      '；座机：',
      '（手机）',
    ])
      expect(readNumbers(`${MOBILE}${between}5012345`), between).to.deep.include({
        numbers: [
          { e164: '+8613995001122', national: MOBILE, extension: null },
          { e164: '+869515012345', national: DESK, extension: null },
        ],
        refused: null,
      });
    const all = (text: string) => readNumbers(text).numbers.map(numberText);
    expect(all('139 9500 1122 0951 501 2345')).to.deep.equal([MOBILE, DESK]);
    expect(all('13995001122-13895001133')).to.deep.equal([MOBILE, '13895001133']);
    expect(all('010-62345678、62345679')).to.deep.equal(['01062345678', '01062345679']);
    expect(all('5012345、5012346转8001')).to.deep.equal([DESK, '09515012346-8001']);
    expect(all('5012345转13995001122')).to.deep.equal([DESK, MOBILE]);
  });

  it('refuses what is not one whole number, and says why', () => {
    for (const [text, why] of [
      ['1.39950E+10', '科学计数'],
      ['1.4E10', '科学计数'],
      ['13995001122.0', '文本'],
      ['1399500112', '10 位'],
      ['139950011220', '12 位'],
      ['1399500l122', '不'],
      ['139****1122', '遮住'],
      ['139xxxx1122', '遮住'],
      ['640102199001011234', '18 位'],
      ['0300012345', '固定电话'],
      ['0951501234', '固定电话'],
      ['0400-809-6666', '固定电话'],
      ['1234567', '7 位'],
      ['20261201', '日期'],
      ['2026-12-01', '日期'],
      ['5012345-6', '分机'],
      ['5012345 8001', '分机'],
      ['0951-5012345(8001)', '分机'],
      ['139950011225012345', '18 位'],
      ['+85312', '境外'],
      ['+13995001122', '境外'],
      ['110室', '不像电话'],
      ['中山街110号', '不像电话'],
      ['8001', '4 位'],
      ...['-', '无', '0', '000', '匿名', '', '　', '/'].map((none) => [none, '没有号码'] as const),
    ] as const) {
      const { numbers, refused } = readNumbers(text);
      expect(numbers, text).to.deep.equal([]);
      expect(refused, text).to.contain(why);
      expect(writtenNumber(text)).to.equal(null);
    }
    expect(readNumbers('无').none).to.equal(true);
    expect(readNumbers('1399500112').none).to.equal(false);
  });

  it('takes what is sure and tells of the rest', () => {
    const { numbers, refused } = readNumbers('13995001122/501234；0951-5012345/46');
    expect(numbers.map(numberText)).to.deep.equal([MOBILE, DESK]);
    expect(refused).to.contain('501234').and.contain('46');
  });

  it('a local number belongs to the home area', () => {
    expect(writtenNumber('62345678', '010')).to.equal('01062345678');
    expect(callerNumber('62345678', '010')).to.equal('01062345678');
  });
});

describe("the trunk's numbers have the same spelling as the written ones", () => {
  it('in every way in which trunks tell them', () => {
    for (const told of ['13995001122', '013995001122', '+8613995001122', '8613995001122', '008613995001122'])
      expect(callerNumber(told), told).to.equal(writtenNumber(MOBILE));
    for (const told of ['5012345', '09515012345', '9515012345', '+869515012345', '+8609515012345'])
      expect(callerNumber(told), told).to.equal(writtenNumber('0951-5012345转8001'));
    // the 0 of the area code was dropped
    expect(callerNumber('2162345678')).to.equal(writtenNumber('021-62345678'));
    expect(callerNumber('+85366123456')).to.equal(writtenNumber('00853 6612 3456'));
    for (const none of [null, '', ' ', 'anonymous', '+', '+86', '0086', '0', '00000000'])
      expect(callerNumber(none)).to.equal(null);
  });

  it('a caller whose number is none is known again by its digits', () => {
    expect(callerNumber('1001')).to.equal('1001');
    expect(callerNumber('12345678901234')).to.equal('12345678901234');
    expect(soughtNumber('12345678901234')).to.equal('12345678901234');
    expect(soughtNumber('0951-5012345-8001')).to.equal(DESK);
  });

  const digits = fc.array(fc.constantFrom(...'00112345678996'), { maxLength: 18 });
  const starts = fc.constantFrom('', '+', '+86', '86', '0', '00', '0086', '0951', '951', '17951');
  const anything = fc.oneof(
    fc.string(),
    fc.tuple(starts, digits).map(([start, rest]) => start + rest.join('')),
  );

  it('what has its spelling keeps it, whatever came in', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const caller = callerNumber(text);
        expect(callerNumber(caller)).to.equal(caller);
        if (caller !== null) expect(caller).to.match(/^\d+$/);
        const { numbers, refused, none } = readNumbers(text);
        if (numbers.length === 0) expect(refused).to.be.a('string');
        if (none) expect(numbers).to.deep.equal([]);
        for (const one of numbers) {
          expect(readNumbers(numberText(one)).numbers, text).to.deep.equal([one]);
          expect(callerNumber(one.national)).to.equal(one.national);
          if (one.e164 !== null) expect(callerNumber(one.e164)).to.equal(one.national);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a telephone number is shown and masked', () => {
  it('spaced as people read it, with its extension', () => {
    expect(
      ['13995001122', '09515012345', '01062345678', '09515012345-8001', '12345'].map(spaced),
    ).to.deep.equal([
      ...['139 9500 1122', '0951 501 2345', '010 6234 5678', '0951 501 2345 转 8001', '12345'],
    ]);
  });

  it('masked in a text also where it is spaced, and dates are not', () => {
    expect(maskText('2026-11-25 08:00 张三 139 9500 1122、0951-5012345转3、13895001133')).to.equal(
      '2026-11-25 08:00 张三 139****1122、095****2345转3、138****1133',
    );
    expect(maskNumber('09515012345-8001')).to.equal('095****2345-8001');
  });

  it('is dialled without its extension', () => {
    expect(numbersIn('0951-5012345-8001', () => false).numbers[0]).to.deep.include({ national: DESK });
  });
});
