/** Words from outside cut to a length, without what PostgreSQL can't hold: NUL, and halves of characters, also those of the cut. */
export function keptWords(text: string, most: number): string {
  return text
    .replace(/\u0000/g, '')
    .slice(0, most)
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
