/** What is written into the audit log has no whole telephone number and no secret in it: it is kept for years, and can't be mended. */
import { isMobileNumber, maskNumber } from './mask.ts';

const HIDDEN = '•••';
const SECRET = /pass(word)?|secret|token|hash|credential|cookie|recovery/i;
/** a mobile, a number with its area, or a local one; not a date, an order's number or a call's id */
const TELEPHONE =
  /(?<![\w.-])(?:(?:\+|00)?86[- ]?)?(?:1[3-9]\d(?:[- ]?\d{4}){2}|1[3-9]\d{2}[- ]\d{3}[- ]\d{4}|0\d{2,3}[- ]?[2-8]\d{2,3}[- ]?\d{4}|[2-8]\d{2}[- ]?\d{4}|[48]00[- ]?\d{3}[- ]?\d{4})(?![\w.]*\d)/g;

export function auditText(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(TELEPHONE, (number) => maskNumber(number.replace(/[- ]/g, '')))
    .replace(/(:\/\/[^\s:/@]+:)[^\s@/]+@/g, `$1${HIDDEN}@`);
}

/** The same of whatever is written with an entry: texts however deep, and what is named a secret. */
export function auditDetail(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SECRET.test(name) && value !== '' ? HIDDEN : auditText(value);
  if (typeof value === 'number') return isMobileNumber(value) ? maskNumber(String(value)) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => auditDetail(item, name));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, auditDetail(item, key)]));
  return value;
}
