import { expect } from 'chai';
import fc from 'fast-check';
import { caseOfLetter, type Letter } from '../../../src/core/office/case-mail.ts';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const LETTER: Letter = {
  ...{ messageId: '<1@example.cn>', fromName: '王秀兰', fromAddress: 'wang@example.cn', subject: '停水' },
  ...{ text: '你好，我家停水两天了，电话13912345678。', receivedAtMs: NOW - 60_000, attachments: [] },
};
const of = (more: Partial<Letter>) => caseOfLetter({ ...LETTER, ...more }, NOW, ORDER_SETTINGS.calendar);

describe('a mail as a case', () => {
  it('a customer’s letter is its own content, with who wrote it and from where to answer', () => {
    expect(of({})).to.deep.include({
      ...{ channel: 'mail', person: '王秀兰 <wang@example.cn>', phone: '13912345678', outsideNo: '' },
      ...{
        content: '停水\n\n你好，我家停水两天了，电话13912345678。',
        receivedAtMs: NOW - 60_000,
        dueAtMs: null,
      },
    });
  });
  it('an office’s letter is read by its labels', () => {
    const text = [
      ...['工单编号：YC20261125001', '诉求人：马建国', '联系电话：0951-6012345', '事发地址：丽景园3号楼'],
      ...['诉求内容：水压不足', '受理时间：2026-11-25 09:00', '办理时限：3个工作日'],
    ].join('\n');
    expect(of({ text, subject: '转办单', fromName: '' })).to.deep.include({
      ...{ outsideNo: 'YC20261125001', person: '马建国 <wang@example.cn>', address: '丽景园3号楼' },
      ...{ content: '转办单\n\n水压不足', receivedAtMs: Date.parse('2026-11-25T09:00:00+08:00') },
      dueAtMs: Date.parse('2026-12-01T00:00:00+08:00'),
    });
  });
  it('a bare number is a meter’s, not the office’s; a deadline that is over, a time to come, are not taken', () => {
    expect(of({ text: '户号 0300000001234，水表转得快' }).outsideNo).to.equal('');
    const late = of({ text: '受理时间：2027-01-01 09:00\n办理时限：2026-11-20\n内容：漏水' });
    expect([late.dueAtMs, late.receivedAtMs]).to.deep.equal([null, NOW - 60_000]);
  });
  it('an empty one says where to look', () => {
    expect(of({ text: ' \n', subject: '' }).content).to.match(/请看附件/);
  });
  it('whatever it holds, can be kept', () => {
    const anyText = fc.string({
      unit: fc.constantFrom('\0', '\ud83d', '\ude00', '水', '编号：', '\n', ' ', '7'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(anyText, anyText, anyText, (text, subject, fromName) => {
        const one = of({ text, subject, fromName });
        for (const value of Object.values(one)) expect(String(value)).to.not.match(/\0|\p{Surrogate}/u);
        expect(one.content).to.not.equal('');
      }),
    );
  });
});
