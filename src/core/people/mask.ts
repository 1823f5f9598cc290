/** A telephone number for who does not need the whole of it, and for every log: `139****5678`. */
export function maskNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const kept = number.length >= 11 ? 3 : 1;
  return `${number.slice(0, kept)}****${number.slice(-Math.min(4, number.length - kept - 2))}`;
}

/** Every run of seven or more digits in a text, masked. */
export function maskText(text: string): string {
  return text.replace(/\+?\d{7,}/g, (number) => maskNumber(number));
}

/** An address for who does not need the door: the community stays, its numbers go. */
export function maskAddress(address: string): string {
  return address.replace(/[0-9０-９]+/g, '**');
}
