import { expect } from 'chai';
import { readCaseRow } from '../../../src/core/office/case-import.ts';
import { caseOfLetter } from '../../../src/core/office/case-mail.ts';
import { readPortalText } from '../../../src/core/office/portal-text.ts';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { zonedIso } from '../../../src/core/zone.ts';

const CALENDAR = ORDER_SETTINGS.calendar;
const NOW = Date.parse('2026-11-25T10:00:00+08:00');
function read(text: string, nowMs = NOW) {
  const { receivedAtMs, dueAtMs, remarks, ...fields } = readPortalText(text, nowMs, CALENDAR);
  const iso = (ms: number | null) => ms && zonedIso(ms).replace(/:00\+08:00$/, '');
  return {
    ...fields,
    receivedAt: iso(receivedAtMs),
    dueAt: iso(dueAtMs),
    asked: remarks.map((one) => one.text),
  };
}

describe('a pasted text of another city', () => {
  it('has its own labels', () => {
    expect(
      read(`【流水号】NX2026112500017
【派发时间】2026/11/25 9:05:00
【来电人】张三 【来电号码】13995001171
【事发地点】金凤区正源北街
【主要诉求】小区水压低
【承诺完成时间】2026/11/30 5:00 PM`),
    ).to.deep.equal({
      ...{ outsideNo: 'NX2026112500017', kind: '', person: '张三', phone: '13995001171' },
      ...{ address: '金凤区正源北街', content: '小区水压低', asked: [] },
      ...{ receivedAt: '2026-11-25T09:05', dueAt: '2026-11-30T17:00' },
    });
  });
  it('is a row of names and a row of values, as it is copied out of a list', () => {
    const told = read(
      '办件编号\t派发时间\t诉求人\t联系电话\t诉求内容\t办结时限\nA20261125001\t2026-11-25 08:00\t李四\t13995001172\t停水\t3个工作日',
    );
    expect(told).to.include({
      ...{ outsideNo: 'A20261125001', person: '李四', phone: '13995001172', content: '停水' },
      ...{ receivedAt: '2026-11-25T08:00', dueAt: '2026-12-01T00:00' },
    });
  });
  it('has labels that nobody knows beside those that are known', () => {
    const told = read(
      '1、工单号：YC20261125 受理员：王五\n2、诉求人：马建国 性别：男 年龄：50\n3、受理时间：2026-11-25 08:30 受理渠道：电话\n办理时限：24小时 紧急程度：一般',
    );
    expect(told).to.include({
      ...{
        outsideNo: 'YC20261125',
        person: '马建国',
        receivedAt: '2026-11-25T08:30',
        dueAt: '2026-11-26T08:30',
      },
    });
    expect(told.asked).to.deep.equal([]);
  });
  it('that says a deadline which can’t be read is asked, with the text', () => {
    expect(read('编号：A1234567\n办理时限：春节前')).to.deep.include({ dueAt: null, asked: ['春节前'] });
    expect(read('编号：A1234567\n受理时间：11/12/2026 4:30 PM')).to.deep.include({
      ...{ receivedAt: null, asked: ['11/12/2026 4:30 PM'] },
    });
    expect(read('编号：A1234567\n受理时间：2027-01-01 09:00').asked).to.deep.equal(['2027-01-01 09:00']);
    expect(read('办理时限：3个工作日\n要求办结时间：2026-12-10\n内容：漏水')).to.deep.include({
      ...{ dueAt: null, asked: ['3个工作日；2026-12-10'] },
    });
    expect(read('处理时限：尽快\n要求办结时间：2026-12-10\n内容：漏水')).to.deep.include({
      ...{ dueAt: '2026-12-11T00:00', asked: [] },
    });
    expect(read('内容：漏水\n时限：无').asked).to.deep.equal([]);
  });
  it('in running words has the deadline that is asked for, not the time of the complaint', () => {
    const due = (text: string) => read(text).dueAt;
    expect(due('请于11月27日中午12点前反馈。')).to.equal('2026-11-27T12:00');
    expect(due('请贵单位在3个工作日内与市民联系并回复')).to.equal('2026-12-01T00:00');
    expect(due('请2小时内回复')).to.equal('2026-11-25T12:00');
    expect(due('要求二十四小时内办结')).to.equal('2026-11-26T10:00');
    expect(due('市民反映报修后3天内无人处理，于11月20日前来电未处理')).to.equal(null);
    expect(read('请于春节前办结').asked).to.deep.equal(['春节前']);
    expect(read('请在小区门前处理漏水').asked).to.deep.equal([]);
  });
  it('of December, read in January, was received in December and is due from there', () => {
    const january = Date.parse('2027-01-04T09:00:00+08:00');
    expect(read('受理时间：12月30日 16:00\n办理时限：1月8日\n内容：漏水', january)).to.include({
      ...{ receivedAt: '2026-12-30T16:00', dueAt: '2027-01-09T00:00' },
    });
  });
  it('whose working days end in a year that nobody knows yet says so', () => {
    const { remarks, dueAtMs } = readPortalText(
      '受理时间：2026-12-29 09:00\n办理时限：十个工作日\n内容：漏水',
      Date.parse('2026-12-29T10:00:00+08:00'),
      CALENDAR,
    );
    expect(dueAtMs).to.be.a('number');
    expect(remarks).to.have.length(1);
    expect(remarks[0]).to.include({ taken: true, part: 'dueAtMs' });
  });
});

describe('where nobody looks on', () => {
  it('a mail’s deadline that can’t be read for sure is left empty and asked of people', () => {
    const letter = {
      ...{ messageId: '<1@x>', fromName: '', fromAddress: 'a@x.cn', subject: '转办', receivedAtMs: NOW },
      ...{ attachments: [], text: '编号：A1234567\n办理时限：5日\n内容：漏水' },
    };
    const made = caseOfLetter(letter, NOW, CALENDAR);
    expect(made.dueAtMs).to.equal(null);
    expect(made.dueAsked).to.contain('“5日”');
    expect(caseOfLetter({ ...letter, text: '办理时限：晚8点前\n内容：漏水' }, NOW, CALENDAR)).to.include({
      ...{ dueAsked: '', dueAtMs: Date.parse('2026-11-25T20:00:00+08:00') },
    });
  });
  it('a row of a list is refused with the cell and why, and taken with its note', () => {
    const columns = { content: 0, receivedAtMs: 1, dueAtMs: 2 };
    const row = (received: string, due: string) =>
      readCaseRow(['漏水', received, due], columns, NOW, CALENDAR);
    expect(row('2026-11-24 4:30 PM', '春节前')).to.have.property('reason').that.contains('“春节前”');
    expect(row('2026-11-24 4:30 PM', '3-5个工作日')).to.deep.include({ ok: true, notes: [] });
    expect(row('46350.6875', '2026-11-27 12:00')).to.have.property('notes').that.has.length(1);
  });
});
