/** What a cell's number shows a person: numbers by their format, dates as whole instants, and what is lost said. */
import { format, getFormatDateInfo, getFormatFromId, isDateFormat, isValidFormat } from 'numfmt';

export interface Shown {
  text: string;
  /** why it is not to be taken */
  fault?: string;
}

/** More digits than these no spreadsheet keeps: what stands behind them is 0, whatever was typed in. */
const KEPT_DIGITS = 15;
const DAY_SECONDS = 86_400;
/** 9999-12-31 */
const LAST_DAY = 2_958_465;
/** The pattern of a format that a workbook names by its number only. */
export function builtInFormat(id: number): string {
  // 27–36 and 50–58 are dates in China's Excel and nothing elsewhere
  return getFormatFromId(id, 'zh-CN') ?? 'General';
}

/** A number of a cell, as its digits stand in the file. */
export function shownNumber(digits: string, pattern: string, from1904: boolean): Shown {
  const value = Number(digits);
  if (digits.trim() === '' || !Number.isFinite(value))
    return { text: digits, fault: `“${digits.slice(0, 30)}”不是数` };
  const known = pattern.replaceAll('G/通用格式', 'General');
  if (!isValidFormat(known))
    return { text: plain(value), fault: `数字格式“${pattern.slice(0, 40)}”看不懂，请把这一格改成文本或常规` };
  if (isDateFormat(known)) return shownDate(value, known, from1904);
  if (Math.abs(value) >= 10 ** KEPT_DIGITS && Number.isInteger(value)) {
    const count = BigInt(Math.abs(value)).toString().length;
    const text = BigInt(value).toString();
    return {
      text,
      fault: `${count} 位的数，表格软件只保留前 ${KEPT_DIGITS} 位，后面的已经丢了；请把这一列设成文本，从原系统重新导出`,
    };
  }
  if (/^(General|@)$/i.test(known)) return { text: plain(value) };
  const shown = format(known, value, { locale: 'zh-CN', throws: false }).trim();
  // what only sets groups apart, or writes 1.40E+10, has the same number underneath: its digits are sure
  const regrouped = shown.replace(/[,\s]/g, '');
  if (Number.isInteger(value) && (regrouped === plain(value) || /\dE[+-]?\d/i.test(shown)))
    return { text: plain(value) };
  if (/^#+$/.test(shown)) return { text: plain(value), fault: '这一格显示为 ####，看不出是什么' };
  return { text: shown };
}

const plain = (value: number) =>
  Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(KEPT_DIGITS)));

function shownDate(serial: number, pattern: string, from1904: boolean): Shown {
  const has = getFormatDateInfo(pattern);
  const dated = has.year || has.month || has.day;
  const timed = has.hours || has.minutes || has.seconds;
  // a length of time, such as [h]:mm, is as long as it shows
  if (/\[(h+|m+|s+)\]/i.test(pattern))
    return { text: format(pattern, serial, { locale: 'zh-CN', throws: false }) };
  if (serial < 0 || serial > LAST_DAY + 1)
    return { text: plain(serial), fault: '这一格是日期格式，但数值不是日期（显示为 ####）' };
  const seconds = Math.round(serial * DAY_SECONDS);
  const day = Math.floor(seconds / DAY_SECONDS);
  const ofDay = seconds % DAY_SECONDS;
  const clock = clockText(ofDay);
  if (!dated && day === 0) return { text: clock };
  // a day without a date is none: Excel calls it 1900-01-00
  if (day === 0 && !from1904) return { text: clock, fault: '只有时间，没有日期' };
  const date = dateText(day, from1904);
  return { text: timed || ofDay > 0 ? `${date} ${clock}` : date };
}

function clockText(ofDay: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const seconds = ofDay % 60;
  const minutes = `${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}`;
  return seconds === 0 ? minutes : `${minutes}:${two(seconds)}`;
}

/** Excel counts 1900-02-29, a day that never was: days before it are one off. */
function dateText(day: number, from1904: boolean): string {
  if (!from1904 && day === 60) return '1900-02-29';
  const first = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  return new Date(first + day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

/** `2026-11-24T16:30:00` of a cell that holds its date in words (strict OOXML, OpenDocument). */
export function shownIso(written: string): Shown {
  const parts = /^(\d{4}-\d{2}-\d{2})?T?(?:(\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
    written.trim(),
  );
  if (!parts || (!parts[1] && !parts[2]))
    return { text: written, fault: `日期“${written.slice(0, 30)}”看不懂` };
  const zone = parts[4];
  // some programs show its digits, some shift them by hours: nobody can say which was meant
  if (zone !== undefined)
    return {
      text: written,
      fault: `日期“${written.slice(0, 30)}”带时区，说不准是几点；请把这一列改成日期格式另存`,
    };
  const [, date = '', minutes = '', seconds = '00'] = parts;
  const clock = seconds === '00' ? minutes : `${minutes}:${seconds}`;
  return { text: [date, clock].filter(Boolean).join(' ') };
}
