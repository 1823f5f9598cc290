/** Portal texts, spoilt: whatever is pasted has an answer, nothing in it is invented, and its times are real ones or asked. */
import { expect } from 'chai';
import { readPortalText } from '../../src/core/office/portal-text.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import type { FuzzTarget, Random } from './target.ts';

const LABELS = [
  '工单编号',
  '流水号',
  '诉求人',
  '联系电话',
  '事发地址',
  '诉求内容',
  '受理时间',
  '办理时限',
  '承诺完成时间',
  '备注',
];
const TIMES = [
  ...[
    '2026-11-25 08:30',
    '11月25日下午4:30',
    '3-5个工作日',
    '二十四小时内',
    '春节前',
    '11/12/2026',
    '周五前',
    '46350.6875',
  ],
  ...[
    '2026-11-27T04:00:00.000Z',
    '12月30日',
    '24日至27日',
    '廿四日',
    '99999个工作日',
    '9999年12月31日',
    '0000-00-00',
    '24:00',
  ],
];
const NASTY = [
  '\0',
  '\r\n',
  '\t',
  '\ud800',
  '\u202e',
  '：',
  ':',
  '】',
  '【',
  '（',
  '至',
  '前',
  '日',
  '点',
  '半',
  '个',
  '-',
  '年',
  '　',
  '十',
];

export const target: FuzzTarget = {
  cases: 1500,
  mustSee: ['received', 'due', 'asked', 'nothing'],
  open: () => ({
    run(random, seen) {
      const text = portalText(random);
      const nowMs = Date.UTC(2026, random.whole(0, 11), random.whole(1, 28), random.whole(0, 23));
      const read = readPortalText(text, nowMs, ORDER_SETTINGS.calendar);
      const flat = text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
      for (const value of [read.outsideNo, read.kind, read.phone, read.address, read.content])
        expect(flat).to.contain(value);
      for (const atMs of [read.receivedAtMs, read.dueAtMs])
        if (atMs !== null) expect(new Date(atMs).getTime()).to.equal(atMs);
      if (read.dueAtMs !== null && read.receivedAtMs !== null)
        expect(read.dueAtMs).to.be.above(read.receivedAtMs);
      for (const { words } of read.remarks) expect(words).to.not.equal('');
      if (read.receivedAtMs !== null) seen('received');
      if (read.dueAtMs !== null) seen('due');
      if (read.remarks.some(({ taken }) => !taken)) seen('asked');
      if (read.receivedAtMs === null && read.dueAtMs === null && read.remarks.length === 0) seen('nothing');
    },
  }),
};

function portalText(random: Random): string {
  let text = '';
  for (let count = random.whole(0, 8); count > 0; count -= 1) {
    const label = random.pick(LABELS);
    const value = random.chance(0.6)
      ? random.pick(TIMES)
      : random.pick(['YC20261125001234', '马建国', '13909511234', '请于11月30日前办结']);
    text += `${label}${random.pick(['：', ':', '\t', '\n', '】'])}${value}${random.pick(['\n', ' ', '，', '\t', ''])}`;
  }
  for (let times = random.whole(0, 6); times > 0; times -= 1) {
    const at = random.whole(0, text.length);
    const to = Math.min(text.length, at + random.whole(0, 6));
    const junk = random.chance(0.7) ? random.pick(NASTY) : random.pick(TIMES);
    text = random.chance(0.5)
      ? text.slice(0, at) + junk + text.slice(at)
      : text.slice(0, at) + text.slice(to);
  }
  // far longer than anybody pastes: no pattern may go over it again and again
  return random.chance(0.01) ? random.pick([...NASTY, ...TIMES, '请于']).repeat(20_000) : text;
}
