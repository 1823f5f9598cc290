/** What a cell says, without the marks that programs put around it so that a spreadsheet leaves it as it is. */

/** Nothing is seen of these: marks of width and direction, soft hyphens, byte order marks. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** what programs write where a database has nothing */
const NOTHING = /^(\(?null\)?|\\n|undefined|nan)$/i;

/** The text as a person reads it: `="30215501"`, `'30215501`, `30215501⇥` are 30215501. */
export function cellText(written: string): string {
  const text = written
    .replace(UNSEEN, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00a0\u3000]/g, ' ')
    .trim();
  if (NOTHING.test(text)) return '';
  const forced = /^="((?:[^"]|"")*)"$/.exec(text);
  if (forced) return forced[1]!.replaceAll('""', '"').trim();
  // a mark before a number, a date or a code only: a sentence may begin with a quotation
  return /^['`’‘][+\dA-Za-z][\dA-Za-z\s()/:+._-]*$/.test(text) ? text.slice(1).trim() : text;
}

/** A code or a number: in one width, whatever the keyboard was set to. */
export function cellCode(written: string): string {
  return cellText(written).normalize('NFKC').trim();
}

/** A spreadsheet has turned a long number into 1.23E+11 and forgotten its digits. */
export function isScientific(text: string): boolean {
  return /^[+-]?\d(\.\d+)?E\+?\d+$/i.test(text.trim());
}

export const LOST_DIGITS = '被表格软件写成了科学计数，位数已经丢了；请把这一列改成文本，从原系统重新导出';

/** Why these columns of a row are not to be taken: their cells' faults, with the columns' names. Null: they are. */
export function faultOf(
  faults: Readonly<Record<number, string>> | undefined,
  columns: Readonly<Record<string, number | undefined>>,
  words: Readonly<Record<string, string>>,
): string | null {
  if (!faults) return null;
  for (const [field, at] of Object.entries(columns)) {
    const fault = at === undefined ? undefined : faults[at];
    if (fault !== undefined) return `${words[field] ?? field}：${fault}`;
  }
  return null;
}
