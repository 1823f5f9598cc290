/**
 * Telephone numbers as people, portals, spreadsheets and trunks write them. What is not one whole number is never made
 * into one: it is refused in words that say what to do.
 */
import { AREA_CODE, homeAreaCode } from './home-area.ts';

export interface TelephoneNumber {
  /** `+8613995001122`; null: a short code such as 12345, which has none */
  e164: string | null;
  /** the one spelling that is stored and compared: digits as dialled in China, `09515012345`, `0085366123456` */
  national: string;
  /** asked for after the main number has answered, never dialled with it */
  extension: string | null;
}
export interface ReadNumbers {
  numbers: TelephoneNumber[];
  /** why there are none, or what beside them was not understood; null: all of the text was */
  refused: string | null;
  /** the text says that there is no number: 无, 匿名, `-` */
  none: boolean;
}
/** Is this a number of another country? `digits` begin with its code. */
export type KnowsForeign = (digits: string) => boolean;

/** longer cells are letters, not numbers */
const LONGEST = 500;
/** trunk prefixes that made calls cheap: 17951 139… is 139… */
const IP_PREFIX = /^(?:179\d\d|12593|1180[0-9])(?=1[3-9]\d{9}$|01[3-9]\d{9}$|0[1-9]\d{9,10}$)/;
const MOBILE = /^1[3-9]\d{9}$/;
const LOCAL = /^[2-8]\d{6,7}$/;
/** no area is 0400 or 0800: 400 and 800 are numbers of their own */
const FIXED = /^0(?:10|2[0-57-9])[2-8]\d{7}$|^0(?![48]00)[3-9]\d{2}[2-8]\d{6,7}$/;
const FREE = /^[48]00\d{7}$/;
const SHORT = /^(?:1[12]\d|100\d{2}|101\d{2}|12\d{3}|1010\d{4}|11[68]114|95\d{3,6}|96\d{3,4})$/;

/** A whole number by its digits alone; null: they are none. */
export function wholeNumber(
  digits: string,
  abroad: boolean,
  knowsForeign: KnowsForeign,
  homeArea = homeAreaCode(),
): { e164: string | null; national: string } | null {
  const code = abroad ? digits : digits.startsWith('00') ? digits.slice(2) : null;
  if (code !== null && !code.startsWith('86'))
    return knowsForeign(code) ? { e164: `+${code}`, national: `00${code}` } : null;
  if (code !== null) return chinese(code.slice(2).replace(/^0+/, ''), homeArea, true);
  const home = chinese(digits.replace(IP_PREFIX, ''), homeArea, false);
  if (home || !digits.startsWith('86')) return home;
  const rest = digits.slice(2).replace(/^0/, '');
  return rest.length < 9 ? null : chinese(rest, homeArea, true);
}

/** `afterCode`: what follows +86, where an area code has no 0. */
function chinese(digits: string, homeArea: string, afterCode: boolean) {
  const mobile = digits.replace(/^0(?=1[3-9]\d{9}$)/, '');
  if (MOBILE.test(mobile) || FREE.test(digits)) return { e164: `+86${mobile}`, national: mobile };
  const area = homeArea.slice(1);
  const fixed = LOCAL.test(digits)
    ? homeArea + digits
    : afterCode || (digits.startsWith(area) && LOCAL.test(digits.slice(area.length)))
      ? `0${digits}`
      : digits;
  if (FIXED.test(fixed)) return { e164: `+86${fixed.slice(1)}`, national: fixed };
  return SHORT.test(digits) ? { e164: null, national: digits } : null;
}

const NONE = /^[\s\p{P}\p{S}0]*$/u;
const EXPONENT = /(?<![A-Za-z0-9])\d(?:\.\d+)?E\+?\d{1,2}(?!\d)/i;
const COVERED = /\d[\s-]*[*×x●•■□○…]{2,}|[*×●•■□○…]{2,}[\s-]*\d/iu;
const APART = /[/、,;|\n\\&]|或者|以及|[或和及与]/u;
const DIGITS = /[+(]*\d[\d\s().·-]*/gu;
const EXTENSION =
  /^[\s\-(,]*(?:转接|转分机|转|接|按|拨|分机|内线|ext(?:ension|n)?|x|#|\*)(?:号码?)?[\s:.=#-]*(\d{1,6})(?!\d)\s*\)?/iu;
const DATE = /^(?:19|20)\d\d[-. ]?(?:0?[1-9]|1[0-2])[-. ]?(?:0?[1-9]|[12]\d|3[01])$/;

/** Every number in a text, each in its one spelling. Names and labels around them are passed over, digits are not. */
export function numbersIn(
  written: string,
  knowsForeign: KnowsForeign,
  homeArea = homeAreaCode(),
): ReadNumbers {
  const text = written
    .replace(/_x[0-9a-f]{4}_/gi, ' ')
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(/(?<=\d)[一ー](?=\d)/g, '-')
    .replace(/;\s*ext\s*=/gi, ' ext ')
    // sip:139…@10.0.0.1: the address behind the number is no number
    .replace(/(?<=sips?:[^@\s]{1,40})@[\w.:[\]-]+/gi, '')
    .trim();
  const shown = short(text);
  const no = (refused: string, none = false): ReadNumbers => ({ numbers: [], refused, none });
  if (NONE.test(text) || !/\d/.test(text))
    return no(shown === '' ? '没有号码' : `“${shown}”里没有号码`, true);
  if (text.length > LONGEST) return no('文字太长，不像电话，请只填电话号码');
  if (EXPONENT.test(text))
    return no(`“${shown}”是表格软件写成的科学计数，后几位已经丢失，请把这一列改成文本再导出`);
  if (COVERED.test(text)) return no(`“${shown}”有几位被遮住，请填完整的号码`);
  const found: TelephoneNumber[] = [];
  const refused: string[] = [];
  for (const part of partsOf(text)) {
    let from = 0;
    let area = '';
    for (const { 0: digits, index } of part.matchAll(DIGITS)) {
      if (index < from) continue;
      const written = digits.replace(/[\s(.·-]+$/, '');
      const rest = part.slice(index + written.length);
      // 区号0951，电话5012345
      if (area === '' && AREA_CODE.test(written) && /^\D*[2-8]\d{2}/.test(rest)) {
        area = `${written}-`;
        continue;
      }
      const segment = area + written;
      area = '';
      if (SHORT.test(written) && !standsAlone(written, part.slice(0, index), rest)) {
        refused.push(`“${short(part)}”里的“${written}”不像电话，请核对`);
        continue;
      }
      const extension = EXTENSION.exec(rest);
      const read = readSegment(segment, found.at(-1) ?? null, knowsForeign, homeArea);
      if (typeof read === 'string') refused.push(read);
      else if (extension && read.at(-1)!.extension === null) read.at(-1)!.extension = extension[1]!;
      else if (extension) refused.push(`“${short(rest)}”是第二个分机，请另写一个号码`);
      if (typeof read !== 'string') found.push(...read);
      // a refused number takes its extension along
      from = index + written.length + (extension?.[0].length ?? 0);
    }
  }
  const numbers = found.filter(
    (one, at) =>
      found.findIndex((other) => other.national === one.national && other.extension === one.extension) === at,
  );
  return { numbers, refused: refused.length === 0 ? null : refused.join('；'), none: false };
}

/** A short code is one where nothing else is said of it: in 110室 and 1399500l122 there is none. */
function standsAlone(code: string, before: string, after: string): boolean {
  if (/[A-Za-z]\s*$/.test(before) || /^\s*[A-Za-z号室楼栋幢层单元年月日吨度米]/.test(after))
    return EXTENSION.test(after);
  return code.length > 3 || (before.trim() === '' && (after.trim() === '' || EXTENSION.test(after)));
}

/** What a mark stands between; an area code that a mark cut off (`0951/5012345`) goes with what follows. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(APART)) {
    const before = parts.at(-1)?.replace(/[\s()]/g, '');
    if (before !== undefined && AREA_CODE.test(before) && /^\s*[2-8]/.test(part))
      parts[parts.length - 1] = `${before}-${part.trim()}`;
    else parts.push(part);
  }
  return parts;
}

/** One run of digits with blanks, dashes and brackets in it: the numbers in it, or why it is none. */
function readSegment(
  segment: string,
  last: TelephoneNumber | null,
  knowsForeign: KnowsForeign,
  homeArea: string,
): TelephoneNumber[] | string {
  if (/^\d{7,}\.0+$/.test(segment)) return `“${segment}”是表格软件当作数字导出的，请把这一列改成文本再导出`;
  if (DATE.test(segment)) return `“${segment}”像日期，不像电话，请核对`;
  const abroad = /^[(\s]*\+/.test(segment);
  const pieces = segment.split(/[^\d]+/).filter((piece) => piece !== '');
  // a second number of the same cell has the area code of the first: 010-62345678、62345679
  const fixed = last !== null && FIXED.test(last.national) ? last.national : null;
  const area = fixed === null ? null : fixed.slice(0, /^0(?:10|2)/.test(fixed) ? 3 : 4);
  const whole = (from: number, until: number): TelephoneNumber | null => {
    const digits = pieces.slice(from, until).join('');
    const inherits = area !== null && LOCAL.test(digits) && area.length + digits.length === fixed!.length;
    const number = wholeNumber(digits, abroad && from === 0, knowsForeign, inherits ? area : homeArea);
    return number && { ...number, extension: null };
  };
  const isCode = (number: TelephoneNumber) => number.e164 === null;
  const all = whole(0, pieces.length);
  if (all && (pieces.length === 1 || FREE.test(all.national))) return [all];
  const begins = pieces.flatMap((_, at) => {
    const number = at + 1 < pieces.length ? whole(0, at + 1) : null;
    return number && (!isCode(number) || segment === pieces.join('-')) ? [{ number, until: at + 1 }] : [];
  });
  if (all && begins.length === 0) return [all];
  const rows = inRow(pieces.length, (from, until) => {
    const number = whole(from, until);
    return number && !isCode(number) ? number : null;
  });
  if (rows.length === 1) return rows[0]!;
  // 0951-5012345-8001, 139…-1234: the last piece, after a dash
  const head = begins.at(-1);
  const tail = pieces.at(-1)!;
  if (rows.length === 0 && head?.until === pieces.length - 1 && tail.length <= 6) {
    const dashed = new RegExp(`\\d\\)?\\s*-\\s*${tail}$`).test(segment);
    // what is written out in full, as numberText writes it, can have an extension of one digit
    const sure = tail.length >= 3 || head.until > 1 || pieces[0] === head.number.national;
    if (dashed && sure) return [{ ...head.number, extension: tail }];
    return `“${short(segment)}”的“${tail}”看不出是分机还是另一个号码，分机请写成“转${tail}”`;
  }
  if (rows.length > 1 || pieces.length > 3) return `“${short(segment)}”看不出是哪几个号码，请用顿号分开`;
  return refusalOf(pieces.join(''), abroad, short(segment));
}

/** Every way in which all pieces, in order, make two or more whole numbers. */
function inRow(
  count: number,
  whole: (from: number, until: number) => TelephoneNumber | null,
): TelephoneNumber[][] {
  // ways[at]: of the pieces from `at` on; ten numbers in one run are a list that needs marks
  if (count > 40) return [];
  const ways: TelephoneNumber[][][] = Array.from({ length: count + 1 }, () => []);
  ways[count] = [[]];
  for (let from = count - 1; from >= 0; from -= 1)
    for (let until = from + 1; until <= count && until - from <= 6; until += 1) {
      const number = whole(from, until);
      if (number) for (const rest of ways[until]!.slice(0, 2)) ways[from]!.push([number, ...rest]);
    }
  return ways[0]!.filter((row) => row.length > 1);
}

function refusalOf(digits: string, abroad: boolean, shown: string): string {
  if ((abroad || digits.startsWith('00')) && !digits.startsWith('86') && !digits.startsWith('0086'))
    return `“${shown}”不是有效的境外号码，请核对`;
  const count = digits.length;
  if (/^1[3-9]/.test(digits) && count >= 9) return `“${shown}”有 ${count} 位，手机号是 11 位，请核对`;
  if (/^0/.test(digits) && count >= 8) return `“${shown}”不是有效的固定电话，应为区号加 7 或 8 位，请核对`;
  return `“${shown}”有 ${count} 位，不是一个完整的电话号码，请核对`;
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** How a number stands in a list of numbers, its extension apart: `09515012345-8001`. */
export function numberText({ national, extension }: Pick<TelephoneNumber, 'national' | 'extension'>): string {
  return extension === null ? national : `${national}-${extension}`;
}

/** The two parts of what numberText wrote. */
export function numberParts(text: string): { number: string; extension: string | null } {
  const [number = '', extension] = text.split('-');
  return { number, extension: extension ?? null };
}
