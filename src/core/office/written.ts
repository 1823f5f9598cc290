import { minuteText } from '../zone.ts';
import { decimalText, lengthText, rounded, shareText } from '../figures.ts';
import type { Unit } from './document.ts';

/** A cell as people read it: `95.4%`, `1:02:03`, `2026-11-25 09:03`; null is “—”. */
export function cellText(value: number | string | null, unit: Unit): string {
  if (value === null) return '—';
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'count':
      return String(rounded(value));
    case 'ratio':
      return shareText(value);
    case 'ms':
      return lengthText(value);
    case 'instant':
      return minuteText(value);
    case 'date':
      return minuteText(value).slice(0, 10);
    case 'decimal':
      return decimalText(value);
    case 'text':
      return String(value);
  }
}
