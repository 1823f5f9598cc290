/**
 * Nobody makes the PBX call where it should not. What an agent or a program dials is digits only, fits a pattern that
 * the utility allows, and is capped per agent and hour. The dialplan checks the same again (dialplan/extensions.conf).
 */
export type DialRefusal = 'number-empty' | 'number-not-digits' | 'number-not-allowed' | 'cap-reached';

/** Numbers that may be called: mobiles, local and national fixed lines, three- to five-digit service numbers, our own phones. */
export const ALLOWED_NUMBERS: readonly RegExp[] = [
  /^1[3-9]\d{9}$/,
  /^[2-8]\d{6,7}$/,
  /^0[1-9]\d{8,10}$/,
  /^(12345|12319|110|119|120|122|96\d{3})$/,
  /^1[0-9]{3}$/,
];
/** Whom the machine may call back: a customer's mobile or fixed line, never a service number or one of our phones. */
export const CALLBACK_NUMBERS: readonly RegExp[] = [/^1[3-9]\d{9}$/, /^[2-8]\d{6,7}$/, /^0[1-9]\d{8,10}$/];
export const CALLS_PER_AGENT_AND_HOUR = 60;

export type Dialling = { ok: true; number: string } | { ok: false; refusal: DialRefusal };

/** May this be dialled? Never repaired, never guessed: `139 1111 2222&PJSIP/x` is refused, not cleaned. */
export function mayDial(
  typed: string,
  callsThisHour: number,
  allowed: readonly RegExp[] = ALLOWED_NUMBERS,
): Dialling {
  if (typed === '') return { ok: false, refusal: 'number-empty' };
  if (!/^[0-9]+$/.test(typed)) return { ok: false, refusal: 'number-not-digits' };
  if (!allowed.some((pattern) => pattern.test(typed))) return { ok: false, refusal: 'number-not-allowed' };
  if (callsThisHour >= CALLS_PER_AGENT_AND_HOUR) return { ok: false, refusal: 'cap-reached' };
  return { ok: true, number: typed };
}
