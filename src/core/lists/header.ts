/** Where the names of a list's columns stand: below a title, in two rows, behind an empty column. */
import { cellText } from './cells.ts';

export interface HeaderRow {
  row: number;
  cells: readonly string[];
  /** cells joined into one, that begin in this row: first and last column, and how many rows */
  joined?: readonly [number, number, number][];
}
export interface Header {
  headers: string[];
  /** the last row of the header, as the table's own program numbers it */
  lastRow: number;
  notes: string[];
}
/** How many of these words are names of columns. */
export type Recognise = (headers: readonly string[]) => number;

const textOf = (cell: string | undefined) => cellText(cell ?? '').replace(/\s+/g, ' ');
const filledOf = (row: HeaderRow) => row.cells.filter((cell) => textOf(cell) !== '').length;

/** Null: there is no header with a row below it. */
export function findHeader(rows: readonly HeaderRow[], recognise: Recognise): Header | null {
  // where no name is known, they stand in the first row that is not a title's
  const widest = Math.max(0, ...rows.map(filledOf));
  const first = Math.max(
    0,
    rows.findIndex((row) => filledOf(row) * 2 >= widest),
  );
  let best = { at: first, known: 0, depth: 1, headers: (rows[first]?.cells ?? []).map(textOf) };
  for (let at = 0; at < rows.length - 1; at += 1) {
    const row = rows[at]!;
    const own = row.cells.map(textOf);
    const known = recognise(own);
    if (known > best.known) best = { at, known, depth: 1, headers: own };
    // two rows: the upper says what several columns of the lower have in common
    const lower = rows[at + 1]!;
    const both = combined(row, lower);
    const knownOfBoth = recognise(both);
    const better = knownOfBoth > Math.max(best.known, known, recognise(lower.cells.map(textOf)));
    if (known > 0 && (better || (joinsRows(row) && best.at === at)))
      best = { at, known: knownOfBoth, depth: 2, headers: both };
  }
  if (rows.length < best.at + best.depth + 1) return null;
  const notes: string[] = [];
  if (best.at > 0) {
    const title = rows[0]!.cells.map(textOf).filter(Boolean).join(' ').slice(0, 40);
    notes.push(`列名在第 ${rows[best.at]!.row} 行；上面的 ${best.at} 行是标题或说明（“${title}”），没有读`);
  }
  if (best.depth === 2)
    notes.push(`列名有两行（第 ${rows[best.at]!.row}、${rows[best.at + 1]!.row} 行），合在一起读`);
  return { headers: best.headers, lastRow: rows[best.at + best.depth - 1]!.row, notes };
}

/** The names reach over two rows: some of their cells are joined downwards. */
function joinsRows(row: HeaderRow): boolean {
  return (row.joined ?? []).some(([, , rows]) => rows === 2) && filledOf(row) > 1;
}

/** `联系方式` above `电话` and `手机` is `联系方式 电话` and `联系方式 手机`. */
function combined(upper: HeaderRow, lower: HeaderRow): string[] {
  const width = Math.max(upper.cells.length, lower.cells.length);
  const above = Array.from({ length: width }, (_, at) => textOf(upper.cells[at]));
  for (const [from, to] of upper.joined ?? [])
    for (let at = from + 1; at <= Math.min(to, width - 1); at += 1) above[at] ||= above[from]!;
  return above.map((text, at) => {
    const below = textOf(lower.cells[at]);
    if (below === '' || below === text) return text;
    return text === '' ? below : `${text} ${below}`;
  });
}
