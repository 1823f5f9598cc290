/** What the IVR says of outages, orders and accounts, in the caller's language. No name of a person is in it. */
import type { OrderState } from '../orders/order.ts';
import { STATE_WORDS } from '../orders/words.ts';
import { placeOf, outageState, type Outage } from '../outages/outage.ts';
import { englishClock, englishDay, englishDigits } from './english.ts';
import type { Language } from './flow.ts';
import { clockSpoken, daySpoken, digitsSpoken } from './speech.ts';

/** A text and the voice that speaks it: names of places are Chinese, whatever is said around them. */
export interface Said {
  language: Language;
  text: string;
}
const zh = (text: string): Said => ({ language: 'zh', text });
const en = (text: string): Said => ({ language: 'en', text });

/** the districts by the keys of hotline/menu-district */
export const DISTRICT_KEYS = ['兴庆区', '金凤区', '西夏区', '永宁县', '贺兰县', '灵武市'] as const;
const DISTRICTS_IN_ENGLISH: Record<string, string> = {
  ...{ 兴庆区: 'Xingqing District', 金凤区: 'Jinfeng District', 西夏区: 'Xixia District' },
  ...{ 永宁县: 'Yongning County', 贺兰县: 'Helan County', 灵武市: 'Lingwu City' },
};

/** An outage, to who asks of a district, or (`here`) to who lives in its area. */
export function outageSaid(outage: Outage, nowMs: number, language: Language, here: boolean): Said[] {
  return language === 'en'
    ? outageInEnglish(outage, nowMs, here)
    : [zh(outageInChinese(outage, nowMs, here ? '您所在的地方' : placeOf(outage)))];
}

/** Where or "where you live", since or from when, why, until when; past its time no time is said. */
function outageInChinese(outage: Outage, nowMs: number, where: string): string {
  const state = outageState(outage, nowMs);
  const why = outage.cause === '' ? '' : `，原因是${outage.cause}`;
  const when = (atMs: number) => `${daySpoken(atMs, nowMs)}${clockSpoken(atMs)}`;
  if (state === 'overrun') return `${where}正在停水${why}。原定恢复时间已过，我们正在核实新的时间。`;
  if (state === 'coming')
    return `${where}${when(outage.beginAtMs)}开始停水${why}。预计${when(outage.expectedAtMs)}恢复。`;
  return `${where}正在停水${why}。预计${when(outage.expectedAtMs)}恢复。`;
}

/** The same without the cause: it is written by people, in Chinese. */
function outageInEnglish(outage: Outage, nowMs: number, here: boolean): Said[] {
  const state = outageState(outage, nowMs);
  const when = (atMs: number) => `${englishDay(atMs, nowMs)} at ${englishClock(atMs)}`;
  const off =
    state === 'coming' ? `The water will be turned off ${when(outage.beginAtMs)}` : 'The water is off';
  const until =
    state === 'overrun'
      ? 'The time when it should have been back has passed. We are finding out the new time.'
      : // "p.m." ends a sentence by itself
        `It should be back ${when(outage.expectedAtMs)}.`.replace(/\.\.$/, '.');
  if (here) return [en(`${off} where you live. ${until}`)];
  const known = outage.districts.flatMap((one) => DISTRICTS_IN_ENGLISH[one] ?? []);
  const where = known.length === 0 ? '' : ` in ${known.join(' and ')}`;
  const places = [
    ...outage.districts.filter((one) => !(one in DISTRICTS_IN_ENGLISH)),
    ...outage.streets,
    ...outage.communities,
  ];
  return places.length === 0
    ? [en(`${off}${where}. ${until}`)]
    : [en(`${off}${where}, here:`), zh(places.join('、')), en(until)];
}

const STATES_IN_ENGLISH: Record<OrderState, string> = {
  drafted: 'waiting to be sent to a repair team',
  dispatched: 'with the repair team',
  signed: 'accepted by the repair team',
  returned: 'being sent to another team',
  'set-out': 'on its way: the repair team has set out',
  arrived: 'being repaired',
  stopped: 'being repaired, and the leak has stopped',
  done: 'repaired',
  'fed-back': 'repaired',
  closed: 'closed',
  cancelled: 'cancelled',
};

/**
 * How far an order is, for who asks by telephone: its last four digits and its state. Its kind and its unit are named in
 * Chinese only: they are lists that people keep, with no English beside them.
 */
export function orderSaid(
  order: { no: string; item: string; state: OrderState; unit: string | null; atMs: number },
  nowMs: number,
  language: Language,
): Said[] {
  const tail = order.no.slice(-4);
  if (language === 'en') {
    const day = englishDay(order.atMs, nowMs);
    const state = STATES_IN_ENGLISH[order.state];
    return [en(`Your work order ending in ${englishDigits(tail)}, reported ${day}, is ${state}.`)];
  }
  const day = daySpoken(order.atMs, nowMs);
  const unit = order.unit === null ? '' : `，由${order.unit}办理`;
  const state = STATE_WORDS[order.state];
  return [zh(`您${day}反映的${order.item}，工单尾号${digitsSpoken(tail)}，现在是${state}${unit}。`)];
}

/** The address of an account, to who has shown that it is theirs. */
export function accountSaid(address: string, language: Language): Said[] {
  return language === 'en'
    ? [en('That is right. The address of this account is:'), zh(address)]
    : [zh(`核对无误，用水地址是${address}。`)];
}
