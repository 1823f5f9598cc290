import { expect } from 'chai';
import fc from 'fast-check';
import { readTimeText } from '../../../src/core/office/time-text.ts';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { setHotlineZone, SHANGHAI, zonedIso, zoneNamed } from '../../../src/core/zone.ts';

const CALENDAR = ORDER_SETTINGS.calendar;
/** a Wednesday */
const RECEIVED = Date.parse('2026-11-25T10:00:00+08:00');

/** the instant in ISO, or `?` and why it is asked */
function read(of: 'received' | 'due', text: string, receivedAtMs = RECEIVED): string {
  const answer = readTimeText(text, { of, receivedAtMs, calendar: CALENDAR });
  return answer.sure ? zonedIso(answer.atMs).replace(/:00\+08:00$/, '') : `? ${answer.why} [${answer.left}]`;
}

/** text, when it is due */
const DUE: [string, string][] = [
  // the house's own styles
  ['2026-11-28 18:00', '2026-11-28T18:00'],
  ['2026/11/28 18:00', '2026-11-28T18:00'],
  ['2026.11.28 18:00:00', '2026-11-28T18:00'],
  ['2026年11月28日18时30分', '2026-11-28T18:30'],
  ['2026年11月28日 18:30:00', '2026-11-28T18:30'],
  ['２０２６－１１－２８　１８：００', '2026-11-28T18:00'],
  ['2026-11-28', '2026-11-29T00:00'],
  ['20261128', '2026-11-29T00:00'],
  ['20261128180000', '2026-11-28T18:00'],
  ['11月28日', '2026-11-29T00:00'],
  ['11月28日前', '2026-11-29T00:00'],
  ['11-28', '2026-11-29T00:00'],
  ['11/28 12:00', '2026-11-28T12:00'],
  ['截止2026年11月28日24时', '2026-11-29T00:00'],
  ['2026-11-28 24:00', '2026-11-29T00:00'],
  ['2026-11-28 0点', '2026-11-28T00:00'],
  ['2026-11-28零点', '2026-11-28T00:00'],
  ['二〇二六年十一月二十八日', '2026-11-29T00:00'],
  ['十一月二十八日下午三点半前', '2026-11-28T15:30'],
  ['26年11月28日', '2026-11-29T00:00'],
  ['26-11-28', '2026-11-29T00:00'],
  ['28/11/26', '2026-11-29T00:00'],
  // parts of the day
  ['2026-11-27 下午4:30', '2026-11-27T16:30'],
  ['2026-11-27 晚8点', '2026-11-27T20:00'],
  ['晚8点前', '2026-11-25T20:00'],
  ['2026-11-27 4:30 PM', '2026-11-27T16:30'],
  ['Fri Nov 27 2026 16:30:00 GMT+0800 (中国标准时间)', '2026-11-27T16:30'],
  ['2026-11-27 PM 4:30', '2026-11-27T16:30'],
  ['11/27/2026 4:30:00 PM', '2026-11-27T16:30'],
  ['2026-11-27 12:00 AM', '2026-11-27T00:00'],
  ['2026-11-27 12:30 p.m.', '2026-11-27T12:30'],
  ['27日中午12点', '2026-11-27T12:00'],
  ['27日中午前', '2026-11-27T12:00'],
  ['11月27日中午1点', '2026-11-27T13:00'],
  ['11月27日凌晨2点', '2026-11-27T02:00'],
  ['11月27日凌晨12点', '2026-11-27T00:00'],
  ['11月27日上午十点', '2026-11-27T10:00'],
  ['明天上午十点', '2026-11-26T10:00'],
  ['明早9点前', '2026-11-26T09:00'],
  ['今晚12点前', '2026-11-26T00:00'],
  ['11月27日傍晚6点', '2026-11-27T18:00'],
  ['11月27日夜里11点', '2026-11-27T23:00'],
  ['11月27日下午12:30', '2026-11-27T12:30'],
  ['11月27日下午16:30', '2026-11-27T16:30'],
  ['11月27日12点', '2026-11-27T12:00'],
  ['11月27日9点三刻', '2026-11-27T09:45'],
  ['11月27日16时整', '2026-11-27T16:00'],
  // zones
  ['2026-11-27T04:00:00Z', '2026-11-27T12:00'],
  ['2026-11-27T04:00:00.000Z', '2026-11-27T12:00'],
  ['2026-11-27T12:00:00+08:00', '2026-11-27T12:00'],
  ['2026-11-27T12:00:00+0800', '2026-11-27T12:00'],
  ['2026-11-26T23:00:00-05:00', '2026-11-27T12:00'],
  ['2026-11-27 12:00 (UTC+8)', '2026-11-27T12:00'],
  ['2026-11-27 04:00 UTC', '2026-11-27T12:00'],
  ['2026-11-27 12:00（北京时间）', '2026-11-27T12:00'],
  // either order
  ['28/11/2026', '2026-11-29T00:00'],
  ['11/28/2026', '2026-11-29T00:00'],
  ['28.11.2026 18:00', '2026-11-28T18:00'],
  ['28 Nov 2026 18:00', '2026-11-28T18:00'],
  ['Nov 28, 2026 6:00 PM', '2026-11-28T18:00'],
  ['12/12/2026', '2026-12-13T00:00'],
  // days by their names
  ['28日', '2026-11-29T00:00'],
  ['28号前', '2026-11-29T00:00'],
  ['本月28日', '2026-11-29T00:00'],
  ['下月5日', '2026-12-06T00:00'],
  ['5号前', '2026-12-06T00:00'],
  ['今天', '2026-11-26T00:00'],
  ['当日', '2026-11-26T00:00'],
  ['次日', '2026-11-27T00:00'],
  ['明天18:00', '2026-11-26T18:00'],
  ['后天', '2026-11-28T00:00'],
  ['大后天12:00前', '2026-11-28T12:00'],
  ['周五前', '2026-11-28T00:00'],
  ['本周五', '2026-11-28T00:00'],
  ['下周三', '2026-12-03T00:00'],
  ['下星期一上午9点', '2026-11-30T09:00'],
  ['周一前', '2026-12-01T00:00'],
  ['11月27日（周五）前', '2026-11-28T00:00'],
  ['2026-11-27 星期五 18:00', '2026-11-27T18:00'],
  ['月底前', '2026-12-01T00:00'],
  ['本月底', '2026-12-01T00:00'],
  ['12月底前', '2027-01-01T00:00'],
  ['1月底前', '2027-02-01T00:00'],
  ['年底前', '2027-01-01T00:00'],
  ['2026年底前', '2027-01-01T00:00'],
  ['年内', '2027-01-01T00:00'],
  ['明年1月3日', '2027-01-04T00:00'],
  ['1月3日', '2027-01-04T00:00'],
  // ranges: the later end
  ['11月24日至27日', '2026-11-28T00:00'],
  ['11月24日-11月27日', '2026-11-28T00:00'],
  ['2026-11-24~2026-11-27', '2026-11-28T00:00'],
  ['2026-11-24 至 2026-11-27 12:00', '2026-11-27T12:00'],
  ['24-27日', '2026-11-28T00:00'],
  ['14:00-16:00', '2026-11-25T16:00'],
  ['11月27日14:00-16:00', '2026-11-27T16:00'],
  ['11月27日14:00—16:00', '2026-11-27T16:00'],
  ['11月27日下午2-4点', '2026-11-27T16:00'],
  ['11月27日下午2点至4点', '2026-11-27T16:00'],
  ['11月27日上午9点至下午5点', '2026-11-27T17:00'],
  ['11月27日14:00至11月28日10:00', '2026-11-28T10:00'],
  ['12月30日至1月3日', '2027-01-04T00:00'],
  ['3-5个工作日', '2026-12-03T00:00'],
  ['3至5个工作日内', '2026-12-03T00:00'],
  ['三到五天内', '2026-12-01T00:00'],
  ['3个工作日至5个工作日', '2026-12-03T00:00'],
  ['24-48小时内', '2026-11-27T10:00'],
  // lengths
  ['二十四小时', '2026-11-26T10:00'],
  ['24小时内', '2026-11-26T10:00'],
  ['24h', '2026-11-26T10:00'],
  ['十五个工作日', '2026-12-17T00:00'],
  ['15个工作日', '2026-12-17T00:00'],
  ['3个工作日内办结', '2026-12-01T00:00'],
  ['1个工作日', '2026-11-27T00:00'],
  ['三日内', '2026-11-29T00:00'],
  ['五日内', '2026-12-01T00:00'],
  ['3天内', '2026-11-29T00:00'],
  ['两天', '2026-11-28T00:00'],
  ['廿日内', '2026-12-16T00:00'],
  ['7个自然日', '2026-12-03T00:00'],
  ['60日内', '2027-01-25T00:00'],
  ['半小时内', '2026-11-25T10:30'],
  ['一个半小时', '2026-11-25T11:30'],
  ['1.5小时', '2026-11-25T11:30'],
  ['30分钟内', '2026-11-25T10:30'],
  ['一刻钟内', '2026-11-25T10:15'],
  ['2小时内回复', '2026-11-25T12:00'],
  ['1小时30分钟内', '2026-11-25T11:30'],
  ['一周内', '2026-12-03T00:00'],
  ['两周', '2026-12-10T00:00'],
  ['一个月内', '2026-12-26T00:00'],
  ['自收到之日起3个工作日内', '2026-12-01T00:00'],
  ['收到后24小时内反馈', '2026-11-26T10:00'],
  ['自2026年11月26日起3个工作日内', '2026-12-02T00:00'],
  ['请于11月28日前办结并反馈', '2026-11-29T00:00'],
  ['立即处理，24小时内反馈', '2026-11-26T10:00'],
  ['3个工作日内（2026-11-30前）', '2026-12-01T00:00'],
  ['三个工作日内（即11月30日前）', '2026-12-01T00:00'],
  ['11月27日前（含当日）', '2026-11-28T00:00'],
  ['2026-11-24 08:00 至 2026-11-27 18:00', '2026-11-27T18:00'],
  ['截止到11月27日17:30', '2026-11-27T17:30'],
  ['周五下午5点前', '2026-11-27T17:00'],
  ['下个星期三', '2026-12-03T00:00'],
  ['11月27日下午3:00-5:00', '2026-11-27T17:00'],
  ['2026/11/27 下午 04:30:00', '2026-11-27T16:30'],
  ['2026-11-27 16:30:00.0', '2026-11-27T16:30'],
  ['2026-11-27T08:30:00.000+0000', '2026-11-27T16:30'],
  ['27-Nov-26 16:30', '2026-11-27T16:30'],
  ['接单后2个小时内到场', '2026-11-25T12:00'],
  ['五至七个工作日', '2026-12-05T00:00'],
  ['次日12时前', '2026-11-26T12:00'],
  ['11月27日24点', '2026-11-28T00:00'],
];
/** what a person is asked */
const ASKED_DUE = [
  ...['', '尽快', '即时', '立即办理', '春节前', '国庆前', '十一前', '五一前', '节前', '今天下班前', '下班前'],
  ...[
    '11/12/2026',
    '5日',
    '三日',
    '3-5日',
    '三五天',
    '几天内',
    '半天',
    '半个月内',
    '一天半',
    '周末前',
    '本周内',
  ],
  ...['下午', '11月27日下午', '11月27日4点前', '11月27日5点半', '11月27日晚上1点', '上午14:30', '下午0:30'],
  ...['11月27日上午12:05', '第三个工作日', '下一个工作日', '剩余2天', '5天（不含节假日）', '11月内'],
  ...['2月30日', '2026-11-31', '2026-13-05', '25:00', '12:60', '11月20日', '2025-11-24', '08:00前'],
  ...['11月27日（周四）前', '11月27日前后', '11月上旬', '十二月中旬', '农历十二月初八', '腊月二十三'],
  ...['3天前', '11月27日或28日', '3个工作日，最迟5个工作日', '11月27日 CST 12:00', '2026-11-27 12:00 XYZ'],
  ...[
    '见附件',
    '无',
    '——',
    'N/A',
    '00',
    '11月27日18:00前（如遇节假日顺延）',
    '至少3天',
    '3个以上工作日',
    '11月27日至',
  ],
  ...['27日至24日', '16:00-14:00', '0天', '1795509000', '13909511234', '2026', '11月', '周三'],
];
const RECEIVED_AT: [string, string, string?][] = [
  ['2026-11-24 08:30:12', '2026-11-24T08:30:12+08:00'],
  ['2026-11-24 08:30:12.345', '2026-11-24T08:30:12.345+08:00'],
  ['2026/11/24 4:30', '2026-11-24T04:30'],
  ['2026年11月24日 上午08时30分', '2026-11-24T08:30'],
  ['2026-11-24', '2026-11-24T00:00'],
  ['11月24日16:30', '2026-11-24T16:30'],
  ['24日16:30', '2026-11-24T16:30'],
  ['28日16:30', '2026-10-28T16:30'],
  ['昨天下午3点', '2026-11-24T15:00'],
  ['今天9:00', '2026-11-25T09:00'],
  ['09:15', '2026-11-25T09:15'],
  ['周一 9:00', '2026-11-23T09:00'],
  ['上周五', '2026-11-20T00:00'],
  ['2小时前', '2026-11-25T08:00'],
  ['11/24/2025 4:30 PM', '2025-11-24T16:30'],
  ['2026-11-24T08:30:00Z', '2026-11-24T16:30'],
  ['46350.6875', '2026-11-24T16:30'],
  ['12月30日 16:00', '2026-12-30T16:00', '2027-01-05T09:00:00+08:00'],
  ['12月30日', '2025-12-30T00:00'],
  ['Tue, 24 Nov 2026 08:30:00 +0800', '2026-11-24T08:30'],
];

describe('a time in office words', () => {
  for (const [text, right] of DUE)
    it(`“${text}” is due at ${right}`, () => expect(read('due', text)).to.equal(right));
  for (const [text, right, now] of RECEIVED_AT)
    it(`“${text}” was received at ${right}`, () =>
      expect(read('received', text, now ? Date.parse(now) : RECEIVED)).to.equal(right));
  for (const text of ASKED_DUE)
    it(`“${text}” is asked, not guessed`, () => expect(read('due', text)).to.match(/^\? /));
  for (const text of ['11/12/2026 4:30', '24日至27日', '3个工作日', '11月24日前', '刚才', '明天或后天'])
    it(`“${text}” is no time of receipt`, () => expect(read('received', text)).to.match(/^\? /));
});

describe('an instant written down and read again', () => {
  const two = (part: number) => String(part).padStart(2, '0');
  const HAN = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
  const han = (part: number) =>
    part <= 10
      ? HAN[part]!
      : `${part < 20 ? '' : HAN[Math.floor(part / 10)]}十${part % 10 ? HAN[part % 10] : ''}`;
  const wide = (text: string) =>
    text.replace(/[0-9:]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
  const part = (hour: number) =>
    hour < 5
      ? '凌晨'
      : hour < 12
        ? '上午'
        : hour === 12
          ? '中午'
          : hour < 18
            ? '下午'
            : hour < 23
              ? '晚上'
              : '夜里';
  const twelve = (hour: number) => (hour > 12 ? hour - 12 : hour);
  type Parts = { y: number; mo: number; d: number; h: number; mi: number };
  const STYLES: Record<string, (parts: Parts) => string> = {
    'iso with a blank': ({ y, mo, d, h, mi }) => `${y}-${two(mo)}-${two(d)} ${two(h)}:${two(mi)}`,
    slashes: ({ y, mo, d, h, mi }) => `${y}/${mo}/${d} ${h}:${two(mi)}`,
    dots: ({ y, mo, d, h, mi }) => `${y}.${two(mo)}.${two(d)} ${two(h)}:${two(mi)}:00.000`,
    'Chinese, of 24 hours': ({ y, mo, d, h, mi }) => `${y}年${mo}月${d}日${h}时${mi}分`,
    'Chinese, with the part of the day': ({ y, mo, d, h, mi }) =>
      `${y}年${mo}月${d}日${part(h)}${h === 0 ? 0 : twelve(h)}:${two(mi)}`,
    'Chinese numerals': ({ y, mo, d, h, mi }) =>
      `${[...String(y)].map((digit) => (digit === '0' ? '〇' : HAN[Number(digit)])).join('')}年${han(mo)}月${han(d)}日${han(h)}时${han(mi)}分`,
    'American, AM and PM': ({ y, mo, d, h, mi }) =>
      `${d > 12 || d === mo ? `${mo}/${d}/${y}` : `${y}/${mo}/${d}`} ${h % 12 || 12}:${two(mi)} ${h < 12 ? 'AM' : 'PM'}`,
    'day first': ({ y, mo, d, h, mi }) =>
      `${d > 12 || d === mo ? `${d}/${mo}/${y}` : `${y}/${mo}/${d}`} ${two(h)}:${two(mi)}`,
    'full width': ({ y, mo, d, h, mi }) => wide(`${y}-${two(mo)}-${two(d)} ${two(h)}:${two(mi)}`),
    'without marks': ({ y, mo, d, h, mi }) => `${y}${two(mo)}${two(d)}${two(h)}${two(mi)}00`,
    'in UTC': ({ y, mo, d, h, mi }) =>
      new Date(Date.parse(`${y}-${two(mo)}-${two(d)}T${two(h)}:${two(mi)}:00+08:00`)).toISOString(),
    'in New York': ({ y, mo, d, h, mi }) =>
      `${new Date(Date.parse(`${y}-${two(mo)}-${two(d)}T${two(h)}:${two(mi)}:00+08:00`) - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`,
    'as a range that ends there': ({ y, mo, d, h, mi }) =>
      `${y}-${two(mo)}-${two(d)} 00:00至${y}-${two(mo)}-${two(d)} ${two(h)}:${two(mi)}`,
  };
  /** minutes from 2024 to 2030 */
  const instants = fc.integer({ min: 28_400_000, max: 31_500_000 }).map((minutes) => minutes * 60_000);
  const partsOf = (atMs: number): Parts => {
    const [y, mo, d, h, mi] = zonedIso(atMs).split(/\D/).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { y, mo, d, h, mi };
  };

  for (const [name, write] of Object.entries(STYLES))
    it(`${name}: is the same instant`, () => {
      fc.assert(
        fc.property(instants, (atMs) => {
          const text = write(partsOf(atMs));
          const receivedAtMs = atMs - 3_600_000;
          const answer = readTimeText(text, { of: 'due', receivedAtMs, calendar: CALENDAR });
          expect(answer, text).to.deep.include({ sure: true, atMs });
        }),
        { numRuns: 300 },
      );
    });

  it('month and day alone are the day at or before receipt, or at or after it for a deadline', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 180 }), (atMs, days) => {
        const { mo, d, h, mi } = partsOf(atMs);
        const text = `${mo}月${d}日${h}时${mi}分`;
        const gapMs = days * 86_400_000 + 60_000;
        const past = readTimeText(text, { of: 'received', receivedAtMs: atMs + gapMs, calendar: CALENDAR });
        const due = readTimeText(text, { of: 'due', receivedAtMs: atMs - gapMs, calendar: CALENDAR });
        expect([past, due]).to.deep.equal([
          { sure: true, atMs, from: text, note: null },
          { sure: true, atMs, from: text, note: null },
        ]);
      }),
    );
  });

  it('one more word than was understood is asked', () => {
    const strange = fc.constantFrom(
      '左右',
      '或',
      '约',
      '不定',
      '见附件',
      '除外',
      '顺延',
      '农历',
      'XYZ',
      '#',
      '第',
      '％',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...DUE.map(([text]) => text)),
        strange,
        fc.boolean(),
        (text, word, first) => {
          const whole = first ? `${word}${text}` : `${text}${word}`;
          expect(read('due', whole), whole).to.match(/^\? /);
        },
      ),
    );
  });

  it('whatever the text is, there is an answer', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...DUE.map(([text]) => text),
        ...ASKED_DUE,
        '至',
        '前',
        '上午',
        '点',
        '日',
        '一',
        '十',
        '-',
        ':',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('due', 'received'), (pieces, of) => {
        const answer = readTimeText(pieces.join(''), { of, receivedAtMs: RECEIVED, calendar: CALENDAR });
        if (answer.sure) expect(answer.atMs).to.satisfy(Number.isSafeInteger);
        else expect(answer.why).to.not.equal('');
      }),
      { numRuns: 1000 },
    );
  });

  it('in another zone the same words are that zone’s', () => {
    try {
      setHotlineZone(zoneNamed('Asia/Urumqi')!);
      const answer = readTimeText('2026-11-27 中午12点', {
        of: 'due',
        receivedAtMs: RECEIVED,
        calendar: CALENDAR,
      });
      expect(answer).to.deep.include({ sure: true, atMs: Date.parse('2026-11-27T12:00:00+06:00') });
      const utc = readTimeText('2026-11-27T04:00:00Z', {
        of: 'due',
        receivedAtMs: RECEIVED,
        calendar: CALENDAR,
      });
      expect(utc).to.deep.include({ sure: true, atMs: Date.parse('2026-11-27T04:00:00Z') });
      expect([zoneNamed('Europe/Berlin'), zoneNamed('Asia/Nowhere')]).to.deep.equal([null, null]);
    } finally {
      setHotlineZone(SHANGHAI);
    }
  });
  it('working days that end in a year whose holidays nobody has said are told', () => {
    const long = (text: string, receivedAt: string) =>
      readTimeText(text, { of: 'due', receivedAtMs: Date.parse(receivedAt), calendar: CALENDAR });
    expect(long('5个工作日', '2026-12-29T09:00:00+08:00'))
      .to.have.property('note')
      .that.contains('2027年的放假安排');
    expect(long('2个工作日', '2026-12-29T09:00:00+08:00')).to.have.property('note', null);
    // 1 January 2027 is a holiday by law
    expect(long('2个工作日', '2026-12-30T09:00:00+08:00')).to.have.property(
      'atMs',
      Date.parse('2027-01-05T00:00:00+08:00'),
    );
    // 国庆节 2026: 1–7 October, and Saturday the 10th is worked
    expect(long('1个工作日', '2026-09-30T16:00:00+08:00')).to.have.property(
      'atMs',
      Date.parse('2026-10-09T00:00:00+08:00'),
    );
    expect(long('3个工作日', '2026-09-30T16:00:00+08:00')).to.have.property(
      'atMs',
      Date.parse('2026-10-11T00:00:00+08:00'),
    );
  });
});
