/** What the screens work out for themselves, from the server's instants and the browser's clock. Pure but for the language. */

import { measureLimits } from '../core/limits.ts';
import { hotlineZone, zoneOffsetMs } from '../core/zone.ts';
import { decimalText, shareText } from '../core/figures.ts';
import { numberParts } from '../core/people/telephone.ts';

/** In which language times are said; the shell sets it with the page's own. */
let english = false;
export function sayTimesIn(language: 'zh' | 'en'): void {
  english = language === 'en';
}

/** Which ring sounds now: ⌊ms / cadence⌋ + 1 (MEASURES). */
export function ringCount(firstRingAtMs: number, nowMs: number): number {
  return Math.floor(Math.max(0, nowMs - firstRingAtMs) / measureLimits().ringCadenceMs) + 1;
}

export function isLate(firstRingAtMs: number, nowMs: number): boolean {
  return nowMs - firstRingAtMs >= measureLimits().threeRingsMs;
}

/** `0:07`, `12:30`, `1:02:03` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** How long somebody waits: to the second within the hour, then `5 小时`, then `3 天`. */
export function waited(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 1) return duration(ms);
  const [count, unit] =
    hours < 48 ? [hours, english ? 'h' : '小时'] : [Math.floor(hours / 24), english ? 'd' : '天'];
  return `${count} ${unit}`;
}

/** A ratio as the hotline reads it; nothing below the line is “—”. */
export const percent = shareText;

export function secondsOf(ms: number | null): string {
  return decimalText(ms === null ? null : ms / 1000);
}

/** How fresh the wall's data is: amber after 3 s, grey after 10 s. */
export type Freshness = 'fresh' | 'late' | 'stale';
export function freshness(ageMs: number): Freshness {
  if (ageMs > 10_000) return 'stale';
  return ageMs > 3000 ? 'late' : 'fresh';
}

export type Grade = 'good' | 'warn' | 'bad' | 'none';
/** Against the 95 % that Article 13 and GB/T 33358 are held to. */
export function grade(ratio: number | null, good = 0.95, warn = 0.9): Grade {
  if (ratio === null) return 'none';
  if (ratio >= good) return 'good';
  return ratio >= warn ? 'warn' : 'bad';
}

/** `139 1234 5678`: as people read a number aloud */
export function spaced(number: string | null): string {
  if (number === null) return english ? 'Number withheld' : '未显示号码';
  const { number: main, extension } = numberParts(number);
  if (extension !== null && /^\d{7,}$/.test(main) && /^\d{1,6}$/.test(extension))
    return `${spaced(main)} ${english ? 'ext.' : '转'} ${extension}`;
  if (/^1\d{10}$/.test(number)) return number.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');
  if (/^0\d{9,11}$/.test(number))
    return number.replace(/^(0(?:10|2\d|[3-9]\d{2}))(\d{3,4})(\d{4})$/, '$1 $2 $3');
  return number;
}

/** The page knows its zone before anything is shown (settings.ts); tests may set another. */
const LOCAL = { hourCycle: 'h23' } as const;
function format(language: 'zh-CN' | 'en-GB', parts: Intl.DateTimeFormatOptions) {
  let made: { zone: string; as: Intl.DateTimeFormat } | null = null;
  return {
    format(ms: number): string {
      const { name } = hotlineZone();
      if (made?.zone !== name)
        made = { zone: name, as: new Intl.DateTimeFormat(language, { timeZone: name, ...parts }) };
      return made.as.format(ms);
    },
  };
}
const clockFormat = format('zh-CN', {
  ...LOCAL,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const hourFormat = format('zh-CN', { ...LOCAL, hour: 'numeric' });
const dayParts = { month: 'long', day: 'numeric', weekday: 'short' } as const;
const dayFormat = format('zh-CN', dayParts);
const englishDayFormat = format('en-GB', dayParts);
const stampFormat = format('zh-CN', {
  ...LOCAL,
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const yearFormat = format('zh-CN', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
});

export const clock = (ms: number) => clockFormat.format(ms);
export const day = (ms: number) => (english ? englishDayFormat : dayFormat).format(ms);
export const hour = (ms: number) => `${Number.parseInt(hourFormat.format(ms), 10)}${english ? ':00' : '时'}`;

/** `今天 09:12`, `昨天 …`, `3月2日 …`, `2025/3/2` */
export function when(ms: number, nowMs: number): string {
  const days = dayNumber(nowMs) - dayNumber(ms);
  const time = clockFormat.format(ms).slice(0, 5);
  if (days === 0) return `${english ? 'today' : '今天'} ${time}`;
  if (days === 1) return `${english ? 'yesterday' : '昨天'} ${time}`;
  return days < 300 ? stampFormat.format(ms) : yearFormat.format(ms);
}

function dayNumber(ms: number): number {
  return Math.floor((ms + zoneOffsetMs()) / 86_400_000);
}
