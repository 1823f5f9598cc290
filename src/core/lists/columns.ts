/** Which column of a list holds what: by the words that people have taught, then by the words that we know. */

import { cellText } from './cells.ts';

/** Names of columns by field; one that begins with `=` counts only when it is the whole name. */
export type Vocabulary<Field extends string> = Readonly<Record<Field, readonly string[]>>;
/** What people have taught: a column's name ─▶ its field; '' : none of them. */
export type TaughtWords<Field extends string> = Readonly<Record<string, Field | ''>>;

/** A column's name without what is written around it: `*联系电话（必填）：` is 联系电话. */
export function headerKey(header: string): string {
  return cellText(header)
    .normalize('NFKC')
    .replace(/\([^)]*\)|\[[^\]]*\]/g, '')
    .replace(/[\s*:：·、_/-]+/g, '')
    .toLowerCase();
}

/** Guesses each field's column; a column is one field only. `others` names columns that are somebody else's. */
export function guessColumnsBy<Field extends string>(
  headers: readonly string[],
  vocabulary: Vocabulary<Field>,
  { taught = {}, others }: { taught?: TaughtWords<Field>; others: RegExp },
): Partial<Record<Field, number>> {
  const found: Partial<Record<Field, number>> = {};
  const keys = headers.map(headerKey);
  const free = new Set(keys.keys());
  const take = (field: Field, at: number) => {
    found[field] = at;
    free.delete(at);
  };
  for (const [at, key] of keys.entries()) {
    const field = key !== '' && Object.hasOwn(taught, key) ? taught[key] : undefined;
    if (field === '') free.delete(at);
    else if (field !== undefined && found[field] === undefined) take(field, at);
  }
  const fields = Object.keys(vocabulary) as Field[];
  for (const field of fields) {
    if (found[field] !== undefined) continue;
    for (const label of vocabulary[field]) {
      const whole = headerKey(label.replace(/^=/, ''));
      const at = keys.findIndex((key, index) => free.has(index) && key === whole);
      if (at < 0) continue;
      take(field, at);
      break;
    }
  }
  // what ends with a name that we know, the surer ones of a field first: 市民来电号码, 用户联系电话1
  for (const field of fields) {
    if (found[field] !== undefined) continue;
    const at = endsWithLabel(
      vocabulary[field],
      keys,
      (index) => free.has(index) && !others.test(keys[index]!),
    );
    if (at >= 0) take(field, at);
  }
  return found;
}

/** what is longer is a title, or a row that was read as one cell */
const LONGEST_NAME = 24;

function endsWithLabel(
  labels: readonly string[],
  keys: readonly string[],
  may: (at: number) => boolean,
): number {
  for (const label of labels) {
    if (label.startsWith('=')) continue;
    const end = headerKey(label);
    const at = keys.findIndex(
      (key, index) => key.length <= LONGEST_NAME && may(index) && key.replace(/\d$/, '').endsWith(end),
    );
    if (at >= 0) return at;
  }
  return -1;
}

/** Columns that could be a field's too, beside the one that is taken: a second telephone, another time. */
export function besideColumns<Field extends string>(
  headers: readonly string[],
  columns: Partial<Record<Field, number>>,
  vocabulary: Vocabulary<Field>,
  others: RegExp,
): string[] {
  const keys = headers.map(headerKey);
  const used = new Set(Object.values(columns));
  return (Object.keys(vocabulary) as Field[]).flatMap((field) => {
    const taken = columns[field];
    if (taken === undefined || taken < 0) return [];
    const beside = keys.flatMap((key, at) =>
      !used.has(at) &&
      key !== '' &&
      !others.test(key) &&
      endsWithLabel(vocabulary[field], [key], () => true) === 0
        ? [`“${headers[at]!.slice(0, 20)}”`]
        : [],
    );
    return beside.length > 0 ? [`列${beside.slice(0, 5).join('、')}没有读：用的是“${headers[taken]}”`] : [];
  });
}

/** What this mapping teaches: the names whose column people have changed against the guess. */
export function taughtBy<Field extends string>(
  headers: readonly string[],
  chosen: Partial<Record<Field, number>>,
  guessed: Partial<Record<Field, number>>,
): Record<string, Field | ''> {
  const taught: Record<string, Field | ''> = {};
  for (const [field, at] of Object.entries(guessed) as [Field, number][])
    if (chosen[field] !== at && headers[at] !== undefined) taught[headerKey(headers[at])] = '';
  for (const [field, at] of Object.entries(chosen) as [Field, number][])
    if (at >= 0 && guessed[field] !== at && headers[at] !== undefined) taught[headerKey(headers[at])] = field;
  delete taught[''];
  return taught;
}
