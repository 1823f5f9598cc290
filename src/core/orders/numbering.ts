import { dateAt, dateText } from '../office/period.ts';

/** `HL202611250007`: the day of the hotline on which it was drafted, and the count of that day. */
export function orderNumber(atMs: number, count: number): string {
  return `HL${dateText(dateAt(atMs)).replaceAll('-', '')}${String(count).padStart(4, '0')}`;
}

export const ORDER_NUMBER = /^HL\d{12,15}$/;
