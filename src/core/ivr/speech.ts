/** How numbers, times, money and order numbers are said in Chinese: 量词 with 两, telephone digits with 幺. */
import { zoneOffsetMs } from '../zone.ts';
const DIGITS = '零一二三四五六七八九';

/** `0` … `99999999`: 十二, 一百零五, 两万三千. In counting, two is 二 except before 千 and 万. */
export function chineseNumber(n: number): string {
  const whole = Math.floor(Math.abs(n));
  if (whole >= 10_000) {
    const rest = whole % 10_000;
    const head = Math.floor(whole / 10_000);
    const high = head === 2 ? '两' : chineseNumber(head);
    return `${high}万${rest === 0 ? '' : (rest < 1000 ? '零' : '') + below10000(rest, true)}`;
  }
  return below10000(whole, false);
}

function below10000(n: number, inside: boolean): string {
  if (n < 10) return DIGITS[n]!;
  if (n < 20 && !inside) return `十${n === 10 ? '' : DIGITS[n - 10]!}`;
  let said = '';
  let rest = n;
  for (const [size, unit] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
  ] as const) {
    const digit = Math.floor(rest / size);
    rest %= size;
    if (digit > 0) said += `${digit === 2 && size === 1000 ? '两' : DIGITS[digit]!}${unit}`;
    else if (said !== '' && rest > 0 && !said.endsWith('零')) said += '零';
  }
  return said + (rest > 0 ? DIGITS[rest]! : '');
}

/** Before a measure word a lone two is 两: 两位, 十二位, 两百户. */
export function counted(n: number, measure: string): string {
  const said =
    n === 2 ? '两' : n >= 200 && n < 300 ? chineseNumber(n).replace(/^二/, '两') : chineseNumber(n);
  return said + measure;
}

/** Digit by digit as on the telephone, one as 幺: of account, telephone and order numbers. */
export function digitsSpoken(digits: string): string {
  return [...digits.replace(/\D/g, '')].map((one) => (one === '1' ? '幺' : DIGITS[Number(one)]!)).join('');
}

/** A year, read digit by digit with 〇: 二〇二六年. */
export function yearSpoken(year: number): string {
  return `${[...String(year)].map((one) => (one === '0' ? '〇' : DIGITS[Number(one)]!)).join('')}年`;
}

/** Money from fen: 十二元五角, 两元零五分, 一百元. */
export function moneySpoken(fen: number): string {
  const yuan = Math.floor(fen / 100);
  const jiao = Math.floor((fen % 100) / 10);
  const rest = fen % 10;
  const parts = [yuan > 0 || fen === 0 ? counted(yuan, '元') : ''];
  if (jiao > 0) parts.push(counted(jiao, '角'));
  else if (rest > 0 && yuan > 0) parts.push('零');
  if (rest > 0) parts.push(counted(rest, '分'));
  return parts.join('');
}

/** The time of day as people say it: 凌晨一点零五分, 上午九点, 中午十二点三十分, 下午两点, 晚上八点. */
export function clockSpoken(atMs: number): string {
  const minutes = Math.floor((atMs + zoneOffsetMs()) / 60_000) % 1440;
  const hour = Math.floor(minutes / 60);
  const minute = minutes % 60;
  const part = hour < 6 ? '凌晨' : hour < 12 ? '上午' : hour === 12 ? '中午' : hour < 18 ? '下午' : '晚上';
  const twelve = hour > 12 ? hour - 12 : hour;
  const past =
    minute === 0
      ? ''
      : minute < 10
        ? `零${counted(minute, '分').replace('两', '二')}`
        : `${chineseNumber(minute)}分`;
  return `${part}${counted(twelve, '点')}${past}`;
}

/** 今天, 明天, 昨天, or 十一月二十五日. */
export function daySpoken(atMs: number, nowMs: number): string {
  const dayOf = (ms: number) => Math.floor((ms + zoneOffsetMs()) / 86_400_000);
  const days = dayOf(atMs) - dayOf(nowMs);
  const near = { '-1': '昨天', '0': '今天', '1': '明天' }[String(days)];
  if (near) return near;
  const date = new Date(atMs + zoneOffsetMs());
  return `${chineseNumber(date.getUTCMonth() + 1)}月${chineseNumber(date.getUTCDate())}日`;
}
