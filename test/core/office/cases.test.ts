import { expect } from 'chai';
import fc from 'fast-check';
import {
  CASE_STATES,
  CASE_TABLE,
  caseMood,
  caseStepsFor,
  takeCaseStep,
  unlookedPlaces,
  type CaseState,
  type CaseStep,
} from '../../../src/core/office/cases.ts';
import { readPortalText } from '../../../src/core/office/portal-text.ts';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';

const CALENDAR = ORDER_SETTINGS.calendar;
const at = (text: string) => Date.parse(`${text}+08:00`);
const NOW = at('2026-11-25T10:00:00');
const read = (text: string) => readPortalText(text, NOW, CALENDAR);

describe('a portal’s text that was pasted', () => {
  it('of 12345, label by label, is read into number, name, phone, address, content and deadline', () => {
    expect(
      read(
        `工单编号：YC20261125001234
工单类型：投诉
受理时间：2026-11-25 08:30:12
诉求人：马建国　联系电话：13909511234
事发地址：兴庆区清和北街天成小区5号楼2单元301
诉求内容：家中停水两天，拨打热线无人上门，
要求尽快处理。
办结时限：2026-11-28 18:00`,
      ),
    ).to.deep.equal({
      outsideNo: 'YC20261125001234',
      kind: '投诉',
      person: '马建国',
      phone: '13909511234',
      address: '兴庆区清和北街天成小区5号楼2单元301',
      content: '家中停水两天，拨打热线无人上门，\n要求尽快处理。',
      receivedAtMs: at('2026-11-25T08:30:12'),
      dueAtMs: at('2026-11-28T18:00:00'),
      remarks: [],
    });
  });

  it('of a table, with tabs between label and value, is read the same way', () => {
    const told = read(
      '案卷编号\tDC2026-110345\t类型\t部件\n上报人\t李萍\t电话\t0951-6012345\n事件位置\t金凤区正源街与贺兰山路口\n问题描述\t上水井盖缺损\n处置时限\t24小时',
    );
    expect(told).to.include({
      outsideNo: 'DC2026-110345',
      kind: '部件',
      person: '李萍',
      phone: '0951-6012345',
    });
    expect(told.address).to.equal('金凤区正源街与贺兰山路口');
    expect(told.content).to.equal('上水井盖缺损');
    expect(told.dueAtMs).to.equal(NOW + 24 * 3_600_000);
  });

  it('keeps the extension of a telephone number, and the second number beside the first', () => {
    const phone = (text: string) =>
      readPortalText(`联系人：马\n联系电话：${text}\n内容：没有水`, NOW, CALENDAR).phone;
    for (const written of [
      ...['0951-5012345转8001', '0951-5012345-8001', '029-88888888', '(0951)5012345'],
      ...['13995001122、0951-5012345', '13995001122/5012345'],
    ])
      expect(phone(written), written).to.equal(written);
    expect(phone('13995001122（马先生）')).to.equal('13995001122');
  });

  it('that is a letter in running words keeps its words, and gives number, phone and “请于11月30日前办结”', () => {
    const letter =
      '市信访局转来信访件640100202611250077，王先生（13800001111）反映水压低，请于11月30日前办结并反馈。';
    const told = read(letter);
    expect(told.content).to.equal(letter);
    expect(told).to.include({ outsideNo: '640100202611250077', phone: '13800001111' });
    expect(told.dueAtMs).to.equal(at('2026-12-01T00:00:00'));
  });

  it('counts working days over weekends and holidays, and plain days as they come', () => {
    // a Wednesday: Thursday, Friday, Monday
    expect(read('编号：A1234567\n时限：3个工作日').dueAtMs).to.equal(at('2026-12-01T00:00:00'));
    expect(read('编号：A1234567\n时限：五日内').dueAtMs).to.equal(at('2026-12-01T00:00:00'));
    expect(readPortalText('时限：1个工作日', at('2026-09-30T16:00:00'), CALENDAR).dueAtMs).to.equal(
      at('2026-10-09T00:00:00'),
    );
  });

  it('reads “1月3日” in December as next year’s, and no 30 February', () => {
    expect(readPortalText('截止时间：1月3日', at('2026-12-28T09:00:00'), CALENDAR).dueAtMs).to.equal(
      at('2027-01-04T00:00:00'),
    );
    expect(read('截止时间：2月30日').dueAtMs).to.equal(null);
  });

  it('whatever it is, is read without a fault, and nothing is invented', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '工单编号：',
        '姓名',
        '：',
        '\t',
        '\n',
        '电话:',
        '内容：',
        '时限：',
        '3个工作日',
        '11月31日',
        '】【',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const told = read(text);
        const flat = text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
        for (const value of [told.outsideNo, told.kind, told.phone, told.address, told.content])
          expect(flat).to.contain(value);
      }),
    );
  });
});

describe('a case from outside', () => {
  const facts = (state: CaseState, more = {}) => ({ state, dueAtMs: NOW, hasOrder: false, ...more });
  const step = (kind: CaseStep['kind'], note = '', untilMs: number | null = null): CaseStep => ({
    kind,
    note,
    untilMs,
  });

  it('is signed for, replied to with the reply’s words, and closed', () => {
    expect(takeCaseStep(facts('new'), step('sign'))).to.deep.equal({ ok: true, state: 'signed' });
    expect(takeCaseStep(facts('signed'), step('reply'))).to.have.property('ok', false);
    expect(takeCaseStep(facts('signed'), step('reply', '已修复'))).to.deep.equal({
      ok: true,
      state: 'replied',
    });
    expect(takeCaseStep(facts('replied'), step('close'))).to.deep.equal({ ok: true, state: 'closed' });
  });
  it('is deferred only to later, and has one order at most', () => {
    expect(takeCaseStep(facts('signed'), step('defer', '等配件', NOW))).to.have.property('ok', false);
    expect(takeCaseStep(facts('signed'), step('defer', '等配件', NOW + 1))).to.have.property('ok', true);
    expect(takeCaseStep(facts('signed', { hasOrder: true }), step('order'))).to.have.property('ok', false);
  });
  it('has the buttons that are taken, and no others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(CASE_STATES) as CaseState[])),
        fc.constantFrom(...(Object.keys(CASE_TABLE) as CaseStep['kind'][])),
        fc.boolean(),
        (state, kind, hasOrder) => {
          const whole = { ...step(kind, '为此', NOW + 1), fileIds: ['a'] };
          const taken = takeCaseStep(facts(state, { hasOrder }), whole);
          expect(caseStepsFor(facts(state, { hasOrder })).includes(kind)).to.equal(taken.ok);
        },
      ),
    );
  });
  it('warns before its deadline, is late after it, and stays in time once answered in time', () => {
    const one = (state: CaseState, answeredAtMs: number | null = null) => ({
      state,
      dueAtMs: NOW,
      answeredAtMs,
    });
    expect(caseMood(one('new'), NOW - 5 * 3_600_000)).to.equal('calm');
    expect(caseMood(one('signed'), NOW - 3_600_000)).to.equal('warning');
    expect(caseMood(one('signed'), NOW)).to.equal('late');
    expect(caseMood(one('replied', NOW - 1), NOW + 9e9)).to.equal('in-time');
    expect(caseMood(one('replied', NOW + 1), NOW + 9e9)).to.equal('answered-late');
  });
  it('reminds of a portal that nobody looked at by ten', () => {
    const looks = [{ place: 'interaction', atMs: at('2026-11-25T08:10:00') }];
    expect(unlookedPlaces(looks, at('2026-11-25T09:59:00'))).to.deep.equal([]);
    expect(unlookedPlaces(looks, NOW).map((one) => one.place)).to.deep.equal([
      '12345-portal',
      '12345-group',
      'digital-city',
    ]);
    expect(unlookedPlaces(looks, at('2026-11-26T10:00:00'))).to.have.length(4);
  });
});
