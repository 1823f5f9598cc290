/**
 * Finds telephone numbers in a text however they are written: in groups, by dashes, over two lines, with their country, in
 * full-width or Chinese numerals. For who may not see them and for every log, so it rather finds one too many.
 */

/** what stands between the digits of one number; `\u2060` is put where a sign has no width */
const SPACE = '[\\s\\u2060\\-‐-―−－.·•()（）/_]';
const GAP = `${SPACE}{0,4}`;
const CHINESE = '零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖';
const CHINESE_DIGITS: Record<string, string> = Object.fromEntries(
  [...CHINESE].map((sign, at) => [sign, '00012345678912123456789'[at]!]),
);
/** a run of numerals that is long enough to be a number: 一三九九五零零一一二二, 139零零零1122 */
const CHINESE_RUN = new RegExp(`[\\d${CHINESE}](?:${SPACE}{0,2}[\\d${CHINESE}]){6,}`, 'g');
const NO_WIDTH = /[\p{Cf}\ufe00-\ufe0f\u20e3]/u;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/** what names a call, a channel, a row, an order, a file, an address of a machine or a moment */
const THINGS = [
  '(?<![\\d.])(?:[A-Za-z][\\w-]*-)?\\d{10}\\.\\d+(?![\\d.])',
  '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}',
  '(?<=/[^\\s/;]{1,80})-[\\da-f]{8}(?![\\w])',
  '(?<!\\w)(?=\\d*[a-f])[\\da-f]{32,}(?!\\w)',
  '(?<!\\d)(?:19|20)\\d{2}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日?(?:[T ]\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?Z?)?(?!\\d)',
  '(?<!\\d)20\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?!\\d)',
  '(?<!\\d)1[5-9]\\d{11}(?:\\.\\d+)?(?!\\d)',
  `(?<![\\d.])${OCTET}(?:\\.${OCTET}){3}(?![\\d.])`,
  '(?<![A-Za-z])HL\\d{8}-?\\d{4,7}(?!\\d)',
];
const COUNTRY = `(?:(?:\\+|00)?${GAP}86${GAP})?`;
const NUMBERS = [
  `(?<!\\d)${COUNTRY}0?1${GAP}[3-9](?:${GAP}\\d){9}(?!\\d)`,
  `(?<!\\d)${COUNTRY}0${GAP}[1-9](?:${GAP}\\d){1,2}${GAP}[2-8](?:${GAP}\\d){6,7}(?!\\d)`,
  `(?<!\\d)[48]00(?:${GAP}\\d){7}(?!\\d)`,
  `\\+\\d(?:${GAP}\\d){6,14}`,
  '(?<!\\d)1[3-9]\\d[,，、]\\d{4}[,，、]\\d{4}(?!\\d)',
  '\\+?\\d(?:\\u2060*\\d){6,}',
  // the rest was cut off
  `(?<!\\d)\\d(?:${GAP}\\d){4,}${GAP}(?=…)`,
  // a number of this city, or of one with eight digits; a year and a day are none
  '(?<!\\d)[2-8]\\d{2}[- ]\\d{4}(?!\\d)',
  '(?<!\\d)(?!20[0-4]\\d)[2-8]\\d{3}[- ]\\d{4}(?!\\d)',
];
const IN_TEXT = new RegExp(`(${THINGS.join('|')})|${NUMBERS.join('|')}`, 'gi');
/** fewer digits are no number: most texts are left at once */
const DIGIT = new RegExp(`[\\p{Nd}\\p{No}${CHINESE}]`, 'gu');
const FEWEST_DIGITS = 7;

/** The text with each telephone number in it replaced by what `mask` makes of its digits, as they were written. */
export function replaceNumbers(text: string, mask: (digits: string) => string): string {
  if ((text.match(DIGIT)?.length ?? 0) < FEWEST_DIGITS) return text;
  const plain = plainDigits(text);
  let done = '';
  let from = 0;
  for (const found of plain.matchAll(IN_TEXT)) {
    if (found[1] !== undefined) continue;
    const until = found.index + found[0].length;
    done += text.slice(from, found.index) + mask(writtenDigits(text, plain, found.index, until));
    from = until;
  }
  return from === 0 ? text : done + text.slice(from);
}

/** Does anything in it read as a telephone number? */
export function hasNumber(text: string): boolean {
  let found = false;
  replaceNumbers(text, (digits) => {
    found = true;
    return digits;
  });
  return found;
}

/** The text with every digit as 0 to 9, sign for sign at the same place. */
function plainDigits(text: string): string {
  const ascii = /^[\x20-\x7e\n]*$/.test(text)
    ? text
    : Array.from(text, (sign) => {
        if (sign <= '\x7e') return sign;
        const digit = NO_WIDTH.test(sign) ? '\u2060' : digitOf(sign);
        return digit === null ? sign : digit.padEnd(sign.length, '\u2060');
      }).join('');
  return ascii.replace(CHINESE_RUN, (run) =>
    Array.from(run, (sign) => CHINESE_DIGITS[sign] ?? sign).join(''),
  );
}

/** `１`, `𝟏`, `①`, `١` are 1; null: no digit */
function digitOf(sign: string): string | null {
  const same = sign.normalize('NFKC');
  if (/^\d$/.test(same)) return same;
  if (!/^\p{Nd}$/u.test(sign)) return null;
  // the digits of every script stand in a row, 0 first
  let zero = sign.codePointAt(0)!;
  for (let count = 0; count < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1)); count += 1) zero -= 1;
  return String(sign.codePointAt(0)! - zero);
}

function writtenDigits(text: string, plain: string, from: number, until: number): string {
  let digits = '';
  for (let at = from; at < until;) {
    const sign = String.fromCodePoint(text.codePointAt(at)!);
    if (/[\d+]/.test(plain[at]!)) digits += sign;
    at += sign.length;
  }
  return digits;
}
