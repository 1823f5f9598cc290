import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { homeAreaCode } from './home-area.ts';
import { numbersIn, wholeNumber, type ReadNumbers } from './telephone.ts';

const knowsForeign = (digits: string) => parsePhoneNumberFromString(`+${digits}`)?.isValid() ?? false;

/** The telephone numbers of a text, and what of it is none. */
export function readNumbers(written: string, homeArea = homeAreaCode()): ReadNumbers {
  return numbersIn(written, knowsForeign, homeArea);
}

/**
 * The one spelling of the number that somebody wrote down, of the first where they wrote two; null: there is none in it.
 * The text is kept beside it as it was written.
 */
export function writtenNumber(written: string | null, homeArea = homeAreaCode()): string | null {
  return readNumbers(written ?? '', homeArea).numbers[0]?.national ?? null;
}

/**
 * The spelling of a number that the trunk told: the same as writtenNumber's where it is a telephone number. Else the
 * digits as they came, so that the same caller is known again. Null: none was shown.
 */
export function callerNumber(ani: string | null, homeArea = homeAreaCode()): string | null {
  const text = (ani ?? '').normalize('NFKC').trim();
  const digits = text.replace(/\D/g, '');
  if (/^0*$/.test(digits)) return null;
  const abroad = text.startsWith('+');
  const whole = wholeNumber(digits, abroad, knowsForeign, homeArea);
  if (whole) return whole.national;
  // some trunks drop the 0 of the area code
  const area = abroad ? null : wholeNumber(`0${digits}`, false, knowsForeign, homeArea);
  if (area && digits.length >= 10) return area.national;
  const code = abroad ? digits : digits.startsWith('00') ? digits.slice(2) : null;
  if (code === null) return digits;
  return code.startsWith('86') ? callerNumber(code.slice(2), homeArea) : `00${code}`;
}

/** What somebody looks for: a number in any spelling, or the digits that a trunk told of a caller who is none. */
export function soughtNumber(written: string): string | null {
  return writtenNumber(written) ?? callerNumber(written);
}

/** What a number that somebody wrote down is found by: as it was written, and in its one spelling. */
export function numberWords(written: string): string[] {
  return [written, ...readNumbers(written).numbers.map((one) => one.national)];
}
