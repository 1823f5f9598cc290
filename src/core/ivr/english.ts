/** How numbers, times and order numbers are said in English, as words: no voice is left to guess. Yinchuan's clock. */
import { zoneOffsetMs } from '../zone.ts';
const ONES = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'],
  ...['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS: Record<string, string> = {
  ...{ one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth' },
  ...{ twelve: 'twelfth', twenty: 'twentieth', thirty: 'thirtieth' },
};
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];

/** `0` … `99`: twelve, twenty one; as the prompts survey-n-1 … 31 say them. */
export function englishNumber(n: number): string {
  if (n < 20) return ONES[n]!;
  const rest = n % 10;
  return `${TENS[Math.floor(n / 10)]!}${rest === 0 ? '' : ` ${ONES[rest]!}`}`;
}

/** A day of the month: first, twelfth, twenty third. */
export function englishOrdinal(n: number): string {
  const words = englishNumber(n).split(' ');
  const last = words.pop()!;
  return [...words, ORDINALS[last] ?? `${last}th`].join(' ');
}

/** Digit by digit: of order numbers. */
export function englishDigits(digits: string): string {
  return [...digits.replace(/\D/g, '')].map((one) => ONES[Number(one)]!).join(' ');
}

/** nine a.m., four thirty p.m., one oh five a.m., noon, midnight. */
export function englishClock(atMs: number): string {
  const minutes = Math.floor((atMs + zoneOffsetMs()) / 60_000) % 1440;
  if (minutes === 0) return 'midnight';
  if (minutes === 720) return 'noon';
  const hour = englishNumber(Math.floor(minutes / 60) % 12 || 12);
  const minute = minutes % 60;
  const past = minute === 0 ? '' : ` ${minute < 10 ? 'oh ' : ''}${englishNumber(minute)}`;
  return `${hour}${past} ${minutes < 720 ? 'a.m.' : 'p.m.'}`;
}

/** today, tomorrow, yesterday, or on November twenty fifth. */
export function englishDay(atMs: number, nowMs: number): string {
  const dayOf = (ms: number) => Math.floor((ms + zoneOffsetMs()) / 86_400_000);
  const near = { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(dayOf(atMs) - dayOf(nowMs))];
  if (near) return near;
  const date = new Date(atMs + zoneOffsetMs());
  return `on ${MONTHS[date.getUTCMonth()]!} ${englishOrdinal(date.getUTCDate())}`;
}
