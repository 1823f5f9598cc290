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

/** An address for who does not need the door: the community stays, its numbers go. */
export function maskAddress(address: string): string {
  return address.replace(/[0-9０-９]+/g, '**');
}
