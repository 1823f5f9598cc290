import { parsePhoneNumberFromString, type NumberType } from 'libphonenumber-js/max';
import { wholeNumber } from '../people/telephone.ts';

/**
 * Nobody makes the PBX call where it should not. What is dialled, by whomever (an agent, a callback, a survey, a kept place, a
 * transfer), is digits only, is a number that costs what a common one costs, and is capped per agent and hour. The
 * dialplan checks the same again, also for a phone that dials by itself (dialplan/extensions.conf, dial-check).
 */
export type DialRefusal =
  'number-empty' | 'number-not-digits' | 'number-not-allowed' | 'cap-reached' | 'budget-reached';

/** What the utility's people have set (settings, telephone), and what the day's budget has stopped. */
export interface DialRules {
  /** numbers allowed beside the usual ones: `4008001234`; with * at its end all that begin so: `400*` */
  extras: readonly string[];
  /** beginnings to which nobody is called any more today; `` is all */
  stopped: readonly string[];
  callsPerAgentAndHour: number;
}
export const USUAL_DIAL_RULES: DialRules = { extras: [], stopped: [], callsPerAgentAndHour: 60 };

let rules = USUAL_DIAL_RULES;

export function dialRules(): DialRules {
  return rules;
}
/** One for the whole process, as the limits of the measures are (core/limits.ts). */
export function setDialRules(some: Partial<DialRules>): void {
  rules = { ...USUAL_DIAL_RULES, ...some };
}

/** What a number is, by its digits as they are dialled in Yinchuan. `premium`: it costs more than a common call. */
export type NumberKind = 'own-phone' | 'service' | 'mobile' | 'fixed' | 'premium' | 'foreign' | 'unknown';

const OWN_PHONE = /^1\d{3}$/;
const EMERGENCY = /^(?:110|119|120|122)$/;
const SERVICE = /^(?:12345|12319|110|119|120|122|96\d{3})$/;
const MOBILE = /^0?1[3-9]\d{9}$/;
/** satellites: Inmarsat 1349, Tiantong 1740 and 1749 */
const SATELLITE = /^0?1(?:349|74[09])\d{7}$/;
const FIXED = /^(?:[2-8]\d{6,7}|0(?:10|2[0-57-9])[2-8]\d{7}|0(?![48]00)[3-9]\d{2}[2-8]\d{6,7})$/;
/** what libphonenumber knows to be charged apart */
const CHARGED: readonly NumberType[] = [
  'PREMIUM_RATE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'UAN',
  'VOIP',
  'PAGER',
];

export function kindOfNumber(digits: string): NumberKind {
  if (SERVICE.test(digits)) return 'service';
  if (OWN_PHONE.test(digits)) return 'own-phone';
  if (/^00/.test(digits)) return 'foreign';
  if (SATELLITE.test(digits) || CHARGED.includes(typeOf(digits))) return 'premium';
  if (MOBILE.test(digits)) return 'mobile';
  return FIXED.test(digits) ? 'fixed' : 'unknown';
}

function typeOf(digits: string): NumberType {
  const e164 = wholeNumber(digits, false, () => false)?.e164;
  const number = e164 ? parsePhoneNumberFromString(e164) : parsePhoneNumberFromString(digits, 'CN');
  return number?.getType();
}

/** Who asks: a person at a phone; or the machine, which calls back customers only, never a service number or one of our phones. */
export type DialPurpose = 'agent' | 'callback';

export type Dialling = { ok: true; number: string } | { ok: false; refusal: DialRefusal };

/** May this be dialled? Never repaired, never guessed: `139 1111 2222&PJSIP/x` is refused, not cleaned. */
export function mayDial(typed: string, callsThisHour: number, purpose: DialPurpose = 'agent'): Dialling {
  if (typed === '') return { ok: false, refusal: 'number-empty' };
  if (!/^[0-9]+$/.test(typed)) return { ok: false, refusal: 'number-not-digits' };
  const kind = kindOfNumber(typed);
  const common = kind === 'mobile' || kind === 'fixed';
  const own = kind === 'service' || kind === 'own-phone' || isExtra(typed);
  if (!common && !(purpose === 'agent' && own)) return { ok: false, refusal: 'number-not-allowed' };
  if (callsThisHour >= rules.callsPerAgentAndHour) return { ok: false, refusal: 'cap-reached' };
  if (kind !== 'own-phone' && !EMERGENCY.test(typed) && isStopped(typed))
    return { ok: false, refusal: 'budget-reached' };
  return { ok: true, number: typed };
}

/** May the machine call this number back at all? What the day's budget has stopped is another day's. */
export function mayCallBack(number: string): boolean {
  return /^[0-9]+$/.test(number) && ['mobile', 'fixed'].includes(kindOfNumber(number));
}

function isExtra(digits: string): boolean {
  return rules.extras.some((extra) =>
    extra.endsWith('*') ? digits.startsWith(extra.slice(0, -1)) : digits === extra,
  );
}
function isStopped(digits: string): boolean {
  const national = wholeNumber(digits, false, () => false)?.national ?? digits;
  return rules.stopped.some((beginning) => national.startsWith(beginning));
}
