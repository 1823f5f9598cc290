import { expect } from 'chai';
import { clockEvent, stepEvent } from '../../../src/core/outward/order.ts';
import fc from 'fast-check';
import { outcomeOf, waitAfterMs, type Answer, type Channel } from '../../../src/core/outward/delivery.ts';
import type { OutwardEvent } from '../../../src/core/outward/event.ts';
import { whoIsTold, type Audience, type Subscription } from '../../../src/core/outward/subscription.ts';
import {
  byteLength,
  cutToBytes,
  WECHAT_MARKDOWN_BYTES,
  wechatMarkdown,
} from '../../../src/core/outward/wechat.ts';

const event: OutwardEvent = {
  id: 'order:HL20261125-0007:overdue:dispatch',
  name: 'order-overdue',
  atMs: 1_764_000_000_000,
  title: 'HL20261125-0007 超过派单时限',
  text: '来电 13912345678：北京中路爆管，水漫到路上了',
  about: 'HL20261125-0007',
  unitId: 7,
  personIds: [3],
  link: '/orders/HL20261125-0007',
  data: {
    order: { number: 'HL20261125-0007', phone: '13912345678', steps: [{ note: '已联系 13912345678' }] },
  },
};
const audience: Audience = {
  receivers: [
    {
      id: 1,
      name: '值班群',
      channel: 'wechat',
      address: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k',
      seesNumbers: false,
      disabled: false,
    },
    {
      id: 2,
      name: '管网系统',
      channel: 'webhook',
      address: 'https://gw.example.cn/h',
      seesNumbers: true,
      disabled: false,
    },
    {
      id: 3,
      name: '12345平台',
      channel: 'webhook',
      address: 'https://12345.example.cn/h',
      seesNumbers: false,
      disabled: false,
    },
    {
      id: 4,
      name: '停用的',
      channel: 'webhook',
      address: 'https://old.example.cn/h',
      seesNumbers: false,
      disabled: true,
    },
  ],
  people: [
    { id: 1, name: '王班长', role: 'supervisor', unitId: null, mail: 'wang@example.cn' },
    { id: 2, name: '李经理', role: 'manager', unitId: null, mail: 'li@example.cn' },
    { id: 3, name: '赵派单', role: 'dispatcher', unitId: 7, mail: 'zhao@example.cn' },
    { id: 4, name: '钱维修', role: 'field-worker', unitId: 7, mail: null },
  ],
  units: [{ id: 7, name: '兴庆区管网维护中心' }],
  publicUrl: 'https://hotline.example.cn',
};
let rules = 0;
const rule = (
  channel: Channel,
  whom: Subscription['whom'],
  more: Partial<Subscription> = {},
): Subscription => ({
  id: (rules += 1),
  event: 'order-overdue',
  channel,
  whom,
  ofUnitId: null,
  sound: false,
  ...more,
});

describe('who is told what', () => {
  it('the unit of the order hears it on its screens and by mail, other units do not', () => {
    const told = whoIsTold(
      event,
      [rule('screen', { kind: 'order-unit' }, { sound: true }), rule('mail', { kind: 'order-unit' })],
      audience,
    );
    expect(told.map((one) => one.message.channel)).to.deep.equal(['screen', 'mail']);
    expect(told[0]!.message).to.include({
      room: 'told:unit:7',
      sound: true,
      link: '/orders/HL20261125-0007',
    });
    expect(told[1]!.recipient).to.equal('赵派单 <zhao@example.cn>');
    expect(
      whoIsTold(
        event,
        [
          rule('mail', { kind: 'unit', unitId: 8 }),
          rule('webhook', { kind: 'receiver', receiverId: 2 }, { ofUnitId: 8 }),
        ],
        audience,
      ),
    ).to.deep.equal([]);
  });

  it('whoever is named by three rules gets one message, and the sound of one of them', () => {
    const told = whoIsTold(
      event,
      [
        rule('screen', { kind: 'person', personId: 3 }),
        rule('screen', { kind: 'concerned' }, { sound: true }),
        rule('mail', { kind: 'person', personId: 3 }),
        rule('mail', { kind: 'order-unit' }),
        rule('mail', { kind: 'concerned' }, { event: '*' }),
      ],
      audience,
    );
    expect(told).to.have.length(2);
    expect(told[0]!.message).to.include({ room: 'person:3', sound: true });
  });

  it('numbers are whole for who may see them and masked for all others, wherever they stand', () => {
    const told = whoIsTold(
      event,
      [
        rule('mail', { kind: 'role', role: 'supervisor' }),
        rule('mail', { kind: 'role', role: 'manager' }),
        rule('wechat', { kind: 'receiver', receiverId: 1 }),
        rule('webhook', { kind: 'receiver', receiverId: 2 }),
        rule('webhook', { kind: 'receiver', receiverId: 3 }),
        rule('webhook', { kind: 'receiver', receiverId: 4 }),
      ],
      audience,
    );
    const sees = told.map((one) => JSON.stringify(one.message).includes('13912345678'));
    expect(sees).to.deep.equal([true, false, false, true, false]);
    // the order's own number has as many digits and stays
    for (const one of told) expect(JSON.stringify(one.message)).to.include('HL20261125-0007');
  });

  it('a receiver is told by its own channel only', () => {
    expect(whoIsTold(event, [rule('mail', { kind: 'receiver', receiverId: 2 })], audience)).to.deep.equal([]);
  });
});

describe('what an order tells', () => {
  const order = {
    ...{ orderNo: 'HL202611250007', state: 'dispatched', status: '派单', version: 2, urgent: true },
    ...{ category: '漏水', item: '爆管', content: '水漫到路上', caller: '张三', phone: '139-1234-5678' },
    ...{ address: '北京中路1号', district: '兴庆区', unitId: 7, unit: '兴庆区管网维护中心', outsideNo: null },
    ...{ createdAt: '2026-11-25T02:00:00.000Z', dueAt: '2026-11-25T02:30:00.000Z' },
  };

  it('names the unit it goes to, its clock and its worker, with the number masked for others', () => {
    const step = {
      ordinal: 2,
      kind: 'dispatch',
      state: 'dispatched',
      at: '2026-11-25T02:01:00.000Z',
      person: '马晓燕',
      note: '',
      system: null,
    };
    const dispatched = stepEvent('HL202611250007:2', 'order-dispatched', order, step, 3);
    expect(dispatched.title).to.equal('HL202611250007 派给兴庆区管网维护中心（紧急）');
    expect(dispatched).to.deep.include({ about: 'HL202611250007', unitId: 7, personIds: [3] });
    const late = clockEvent(
      'notice:1',
      'order-overdue',
      order,
      { clock: 'arrive', dueAtMs: Date.parse('2026-11-25T02:30:00Z'), late: true },
      1,
      null,
    );
    expect(late.title).to.equal('HL202611250007 到场已超时（紧急）');
    expect(late.text).to.include('时限：11-25 10:30').and.to.include('补发');
    const [told] = whoIsTold(late, [rule('mail', { kind: 'role', role: 'manager' })], audience);
    const words = JSON.stringify(told!.message);
    expect(words).to.not.include('139-1234-5678').and.not.include('13912345678');
    expect(words).to.not.include('张三').and.not.include('北京中路1号');
    expect(words).to.include('北京中路**号');
    // the unit that has to go there
    const [own] = whoIsTold(late, [rule('mail', { kind: 'order-unit' })], audience);
    expect(JSON.stringify(own!.message)).to.include('139-1234-5678').and.include('北京中路1号');
  });
});

describe('a delivery that fails', () => {
  const answer = fc.oneof(
    fc.record({
      kind: fc.constant('failed' as const),
      status: fc.constant(500),
      words: fc.string(),
      retry: fc.boolean(),
      afterMs: fc.integer({ min: 0, max: 1e12 }),
    }),
    fc.record({
      kind: fc.constant('delivered' as const),
      status: fc.constant(200),
      words: fc.string(),
      proof: fc.constant(null),
    }),
    fc.record({
      kind: fc.constant('later' as const),
      afterMs: fc.integer({ min: 1, max: 60_000 }),
      words: fc.string(),
    }),
  );

  it('is tried again after longer and longer times, spread, never more than two hours and a half apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const wait = waitAfterMs(attempt, random);
          expect(wait).to.be.within(3750, 2.5 * 3_600_000);
          expect(waitAfterMs(attempt + 2, 0)).to.be.at.least(
            Math.min(waitAfterMs(attempt, 1), 0.75 * 2 * 3_600_000),
          );
        },
      ),
    );
  });

  it('is tried at most so often: whatever the receiver answers, it ends', () => {
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        (answers, most) => {
          let tries = 0;
          for (const one of answers as Answer[]) {
            const outcome = outcomeOf({ attempt: tries + 1, mostAttempts: most }, one, 0.5);
            if (outcome.state !== 'waiting') return;
            expect(outcome.afterMs).to.be.greaterThan(0);
            if (outcome.counted) tries += 1;
            expect(tries).to.be.lessThan(most);
          }
        },
      ),
    );
  });
});

describe('a notice to a WeChat group', () => {
  it('never exceeds the 4096 bytes of a robot, and never cuts a character in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 3000 }),
        fc.string({ unit: 'grapheme', maxLength: 9000 }),
        (title, text) => {
          const content = wechatMarkdown(
            title.slice(0, 200),
            text,
            'https://hotline.example.cn/orders/HL20261125-0007',
          );
          expect(Buffer.byteLength(content)).to.be.at.most(WECHAT_MARKDOWN_BYTES);
          expect(content).to.match(/HL20261125-0007\)$/);
          expect(byteLength(content)).to.equal(Buffer.byteLength(content));
        },
      ),
      { numRuns: 60 },
    );
    const long = cutToBytes('水'.repeat(2000), 4096);
    expect(long).to.include('余下请在系统内查看').and.not.include('\ufffd');
  });

  it('makes no link, no mention and no colour out of what a caller said', () => {
    const content = wechatMarkdown(
      '爆管',
      '<@all> [点我](http://evil.example) <font color="warning">假</font> **粗**',
      null,
    );
    expect(content).to.not.match(/<|\[|\*\*粗/);
  });
});
