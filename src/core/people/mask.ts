/** A telephone number for who does not need the whole of it, and for every log: `139****5678`. */
export function maskNumber(number: string): string {
  // an extension alone reaches nobody
  const [, main, extension] = /^(\d{7,})(-\d{1,6})$/.exec(number) ?? [];
  if (main !== undefined) return maskNumber(main) + extension!;
  if (number.length <= 4) return '*'.repeat(number.length);
  const kept = number.length >= 11 ? 3 : 1;
  return `${number.slice(0, kept)}****${number.slice(-Math.min(4, number.length - kept - 2))}`;
}

/** `139 9500 1122`, `0951-501 2345`: numbers as people space them; a date is none */
const SPACED =
  /(?<!\d)(?:1[3-9]\d[ -]\d{4}[ -]?\d{4}|1[3-9]\d{2}[ -]\d{3}[ -]?\d{4}|0\d{2,3}[ -][2-8]\d{2,3}[ -]?\d{4}|[48]00[ -]\d{3,4}[ -]?\d{3,4})(?!\d)/g;

/** Every telephone number in a text, and every run of seven or more digits, masked. */
export function maskText(text: string): string {
  return text
    .replace(SPACED, (number) => maskNumber(number.replace(/\D/g, '')))
    .replace(/\+?\d{7,}/g, (number) => maskNumber(number));
}

/** what names a call, a channel, a row or a moment: `pbx-1795461314.0`, `PJSIP/trunk-0000001a`, a UUID, a date */
const NAMES_A_THING = [
  '(?<![\\d.])(?:[A-Za-z][\\w-]*-)?\\d{10}\\.\\d+(?![\\d.])',
  '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}',
  '(?<=/[^\\s/;]{1,80})-[\\da-f]{8}(?![\\w])',
  '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}',
];
const NUMBER_DIGIT = '[0-9０-９]';
const TELEPHONES = [
  // a mobile or a hotline number in groups, or with its country
  `(?<![0-9])(?:(?:\\+|00)?86[- ]?)?1[3-9]${NUMBER_DIGIT}[- ]${NUMBER_DIGIT}{4}[- ]${NUMBER_DIGIT}{4}`,
  `(?<![0-9])0${NUMBER_DIGIT}{2,3}[- ]${NUMBER_DIGIT}{3,4}[- ]?${NUMBER_DIGIT}{4}`,
  `\\+?${NUMBER_DIGIT}{7,}`,
];
const IN_WORDS = new RegExp(`(${NAMES_A_THING.join('|')})|${TELEPHONES.join('|')}`, 'gi');

/** Every telephone number in a line of the log, masked; what names a call, a channel or a moment stays whole. */
export function maskWords(text: string): string {
  return text.replace(IN_WORDS, (found, thing: string | undefined) =>
    thing === undefined ? maskNumber(found.replace(/[- ]/g, '')) : found,
  );
}

/** Whether a figure is a mobile number of this country. */
export function isMobileNumber(figure: number): boolean {
  return Number.isInteger(figure) && figure >= 13_000_000_000 && figure <= 19_999_999_999;
}

/** An address for who does not need the door: the community stays, its numbers go. */
export function maskAddress(address: string): string {
  return address.replace(/[0-9０-９]+/g, '**');
}
