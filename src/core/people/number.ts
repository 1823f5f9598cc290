/** The area code of Yinchuan: a number of seven or eight digits is one of ours. */
const HOME_AREA = '0951';

const MOBILE = /^1[3-9]\d{9}$/;
const LOCAL = /^[2-8]\d{6,7}$/;

/**
 * One spelling for one telephone, however the trunk, a clerk or a spreadsheet wrote it: `013912345678`,
 * `+86 139-1234-5678` and `13912345678` are the mobile `13912345678`; `6012345`, `951 6012345` and `+869516012345`
 * are the landline `09516012345`; a foreign number begins with `00`. Null: nothing in it can be dialled.
 */
export function normaliseNumber(written: string | null, homeArea = HOME_AREA): string | null {
  const text = (written ?? '').normalize('NFKC').trim();
  const digits = text.replace(/\D/g, '');
  if (digits === '') return null;
  const abroad = text.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : null;
  if (abroad !== null && !abroad.startsWith('86')) return `00${abroad}`;
  if (abroad !== null) return national(abroad.slice(2), homeArea) || null;
  if (/^86(1[3-9]\d{9}|[2-9]\d{8,10}|10\d{8})$/.test(digits)) return national(digits.slice(2), homeArea);
  if (LOCAL.test(digits)) return homeArea + digits;
  // the 0 before a mobile is how a landline dials one in another city
  if (digits.startsWith('0') && MOBILE.test(digits.slice(1))) return digits.slice(1);
  // some trunks drop the 0 of the area code
  const area = homeArea.slice(1);
  if (digits.startsWith(area) && LOCAL.test(digits.slice(area.length))) return `0${digits}`;
  return digits;
}

/** What follows +86: a mobile, an area code without its 0, or a service number. */
function national(written: string, homeArea: string): string {
  const digits = written.replace(/^0+/, '');
  if (LOCAL.test(digits)) return homeArea + digits;
  const whole = MOBILE.test(digits) || /^[48]00\d{7}$/.test(digits) || digits.length < 9;
  return whole ? digits : `0${digits}`;
}
