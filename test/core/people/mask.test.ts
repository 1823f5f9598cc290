import { expect } from 'chai';
import fc from 'fast-check';
import { maskFor, maskRow } from '../../../src/core/people/mask-for.ts';
import { maskAddress, maskDoors, maskName, maskNamed, maskText } from '../../../src/core/people/mask.ts';
import { receiverOf, SEES_ALL, SEES_NOTHING, systemOf } from '../../../src/core/people/sight.ts';

describe('what is private in a text', () => {
  const NUMBERS = [
    '13748291653',
    '137 4829 1653',
    '137-4829-1653',
    '1374829 1653',
    '1 3 7 4 8 2 9 1 6 5 3',
    '137.4829.1653',
    '137，4829，1653',
    '(137)48291653',
    '+8613748291653',
    '+86 137-4829-1653',
    '0086-137-4829-1653',
    '8613748291653',
    '017951 13748291653',
    '１３７４８２９１６５３',
    '１３７－４８２９－１６５３',
    '𝟏𝟑𝟕𝟒𝟖𝟐𝟗𝟏𝟔𝟓𝟑',
    '一三七四八二九一六五三',
    '幺三七 四八二九 一六五三',
    '137肆捌贰玖1653',
    '137\u200b4829\u200b1653',
    '1374829\n1653',
    '1374829\r\n  1653',
    '13748291653转8001',
    '13748291653ext.3',
    'a13748291653b',
    '０９５１－６２８４７１９',
    '0951-6284719',
    '(0951)6284719',
    '0951 628 4719转12',
    '6284719',
    '628-4719',
    '400-628-4719',
    '+1 (415) 628-4719',
  ];
  for (const number of NUMBERS)
    it(`${JSON.stringify(number)} is no whole number any more`, () => {
      const masked = maskText(`请打${number}，谢谢`).normalize('NFKC').replace(/\s/g, '');
      expect(masked).to.match(/\*{4}/);
      expect(masked).to.not.match(/4829|四八二九|肆捌|[^\d]628[^\d]?4719/);
    });

  for (const text of [
    '工单HL202611250007，2026-11-25 08:30:00 派单',
    '11-25 08:30',
    '2026年11月25日',
    '通话pbx-1795461314.0',
    '127.0.0.1 和 10.168.100.231',
    '1764000000123~HL202611250007',
    'cc67d336-6bf9-4411-b46d-62314288d248',
    'ab12'.repeat(16),
    '等待 15 秒，水压 0.25 MPa，共 3 件',
    '96666、12345、110',
  ])
    it(`${text} stays`, () => {
      expect(maskText(text)).to.equal(text);
    });

  it('a number that was cut off shows its first and its last digits', () => {
    expect(maskText('联系137 48291…')).to.equal('联系1****8291…');
  });

  it('names and doors', () => {
    expect(maskName('欧阳雪莲')).to.equal('欧**');
    expect(maskName('王')).to.equal('王');
    expect(maskName('13748291653')).to.not.include('4829');
    expect(maskAddress('丽景园北区7号楼2单元501室')).to.equal('丽景园北区**号楼**单元**室');
    expect(maskAddress('丽景园七号楼五零一')).to.equal('丽景园**号楼**');
    expect(maskAddress('纳家户村马家大院东头')).to.equal('纳家户村马**');
    expect(maskAddress('兴庆区')).to.equal('兴庆区');
    for (const whole of ['丽景园北区7号楼', '纳家户村马家大院东头', '兴庆区'])
      expect(maskAddress(maskAddress(whole))).to.equal(maskAddress(whole));
    expect(maskDoors('丽景园3号楼2单元漏水，北京中路12号也漏，7-2-501没水')).to.equal(
      '丽景园**号楼**单元漏水，北京中路**号也漏，**没水',
    );
    expect(maskDoors('11月24日来电3次，12345号线')).to.equal('11月24日来电3次，12345号线');
    expect(maskNamed('来电人：张三 已联系')).to.equal('来电人：张** 已联系');
  });

  it('is searched in no time, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void maskText(text)));
    for (const sign of ['1', '1 ', '一', '-', '(0', '86', '1-3'])
      expect(maskText(sign.repeat(20_000)).length).to.be.greaterThan(0);
  });
});

describe('a value as its receiver may see it', () => {
  const order = {
    ...{ orderNo: 'HL202611250007', unitId: 7, assistIds: [8], caller: '欧阳雪莲', phone: '13748291653' },
    ...{ address: '丽景园3号楼', content: '欧阳雪莲说丽景园3号楼漏水', atMs: 1_764_000_000_000 },
    steps: [{ person: '马晓燕', note: '已联系欧阳雪莲 137 4829 1653' }],
  };

  it('is the same one for who sees all, and where nothing is private', () => {
    expect(maskFor(order, SEES_ALL)).to.equal(order);
    const plain = { state: 'open', list: [{ name: '兴庆营销所', kind: 'sales' }], at: new Date(0) };
    expect(maskFor(plain, SEES_NOTHING)).to.deep.equal({ ...plain, at: '1970-01-01T00:00:00.000Z' });
  });

  it('is masked in its fields and in what people wrote, colleagues are not', () => {
    const seen = maskFor(order, receiverOf({ role: 'manager', unitId: null }));
    expect(seen).to.deep.equal({
      ...order,
      ...{ caller: '欧**', phone: '137****1653', address: '丽景园**号楼' },
      content: '欧**说丽景园**号楼漏水',
      steps: [{ person: '马晓燕', note: '已联系欧** 137****1653' }],
    });
    expect(maskFor(seen, SEES_NOTHING)).to.deep.equal(seen);
  });

  it('is whole for the unit that leads or helps, masked for another', () => {
    for (const role of ['dispatcher', 'field-worker'] as const) {
      for (const unitId of [7, 8]) expect(maskFor(order, receiverOf({ role, unitId }))).to.equal(order);
      for (const unitId of [9, null])
        expect(maskFor(order, receiverOf({ role, unitId })).phone).to.equal('137****1653');
      expect(
        maskFor([{ number: '13748291653', name: '欧阳雪莲' }], receiverOf({ role, unitId: 7 })),
      ).to.deep.equal([{ number: '137****1653', name: '欧**' }]);
    }
    // a manager who belongs to the unit
    expect(maskFor(order, receiverOf({ role: 'manager', unitId: 7 })).phone).to.equal('137****1653');
  });

  it('a system that is bound to a unit is told where to go, not whom to call', () => {
    const seen = maskFor(order, systemOf({ scopes: ['orders:read'], unitId: 7 }, 'orders:read'));
    expect(seen).to.include({ caller: '欧阳雪莲', address: '丽景园3号楼', phone: '137****1653' });
    expect(systemOf({ scopes: ['customers:read'], unitId: 7 }, 'customers:read')).to.deep.equal(SEES_NOTHING);
  });

  it('numbers are found as keys, as figures and under names that nobody thought of', () => {
    expect(
      maskFor({ '13748291653': 1, odd: { thing: 13_748_291_653 }, bytes: 13_748_291_653 }, SEES_NOTHING),
    ).to.deep.equal({ '137****1653': 1, odd: { thing: '137****1653' }, bytes: 13_748_291_653 });
    expect(maskFor({ account: '100200300', outsideNo: '20261125000123' }, SEES_NOTHING)).to.deep.equal({
      ...{ account: '100200300', outsideNo: '20261125000123' },
    });
  });

  it('a row of a list, by its columns', () => {
    expect(
      maskRow(
        ['HL202611250007', '欧阳雪莲', '13748291653', '丽景园3号楼', '欧阳雪莲家漏水', 3, '100200300'],
        ['code', 'name', 'number', 'address', null, null, 'code'],
        SEES_NOTHING,
      ),
    ).to.deep.equal(['HL202611250007', '欧**', '137****1653', '丽景园**号楼', '欧**家漏水', 3, '100200300']);
  });
});
