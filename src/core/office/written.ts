import { minuteText } from '../zone.ts';
import type { Unit } from './document.ts';

/** A cell as people read it: `95.4%` never shown better than it is, `1:02:03`, `2026-11-25 09:03`; null is “—”. */
export function cellText(value: number | string | null, unit: Unit): string {
  if (value === null) return '—';
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'count':
      return String(Math.round(value));
    case 'ratio':
      return `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)}%`;
    case 'ms':
      return durationText(value);
    case 'instant':
      return minuteText(value);
    case 'date':
      return minuteText(value).slice(0, 10);
    case 'decimal':
      return value.toFixed(1);
    case 'text':
      return String(value);
  }
}

/** Under a minute with tenths: an answer after 14.6 s is not 15 s. */
function durationText(ms: number): string {
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}秒`;
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
