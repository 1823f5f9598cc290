/** A list as the pages read it, on the screen of who tries it: one object a row, the file last. */
import type { Recognise } from '../core/lists/header.ts';
import { openList } from '../documents/list-reader.ts';
import { NotATable, type TableFile, type TableRow } from '../documents/table-reader.ts';

export type ReadLine = { row: number; taken: object } | { row: number; refused: string };
export interface ReadFile {
  file: TableFile & { headerRow: number | null; columns: Record<string, string>; refused?: string };
}

/** `columnsOf` gives each field's column; `read` a row's answer. Nothing is taken of a file that breaks off. */
export async function readListFile(
  path: string,
  recognise: Recognise,
  columnsOf: (headers: readonly string[]) => {
    columns: Record<string, number | undefined>;
    beside: string[];
  },
  read: (row: TableRow, headers: readonly string[]) => { taken: object } | { refused: string },
): Promise<(ReadLine | ReadFile)[]> {
  let known: TableFile = { kind: 'unknown', sheet: null, encoding: null, delimiter: null, notes: [] };
  const lines: ReadLine[] = [];
  try {
    const list = await openList(path, recognise, (file) => (known = file));
    const { headers, headerRow } = list;
    for await (const row of list.rows)
      lines.push({
        row: row.row,
        ...(row.refused === undefined ? read(row, headers) : { refused: row.refused }),
      });
    const found = columnsOf(headers);
    const columns: Record<string, string> = {};
    for (const [field, at] of Object.entries(found.columns))
      if (at !== undefined && at >= 0) columns[field] = headers[at] ?? '';
    const file = list.file();
    return [...lines, { file: { ...file, headerRow, columns, notes: [...file.notes, ...found.beside] } }];
  } catch (cause) {
    if (!(cause instanceof NotATable)) throw cause;
    const notes = [...known.notes, cause.message];
    return [{ file: { ...known, notes, headerRow: null, columns: {}, refused: cause.message } }];
  }
}
