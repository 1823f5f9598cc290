/** A list that people bring, from its header on: what stands above it is told, and each row says whether it can be taken. */
import { findHeader, type Recognise } from '../core/lists/header.ts';
import { Refused } from '../threads/parse-apart.ts';
import { readTable, type TableFile, type TableRow } from './table-reader.ts';

export interface List {
  /** complete once all rows are read */
  file: () => TableFile;
  headers: string[];
  headerRow: number;
  rows: AsyncGenerator<TableRow>;
}

/** A header stands within these first rows that hold something */
const LOOK_INTO = 30;

/** `recognise` says how many of a row's words are names of columns. Throws `NotATable` for a file without a header and a row. */
export async function openList(
  path: string,
  recognise: Recognise,
  onFile: (file: TableFile) => void = () => undefined,
): Promise<List> {
  let file: TableFile = { kind: 'unknown', sheet: null, encoding: null, delimiter: null, notes: [] };
  const table = readTable(path, (told) => onFile((file = told)));
  const first: TableRow[] = [];
  let over = false;
  while (first.length < LOOK_INTO && !over) {
    const next = await table.next();
    if (next.done) over = true;
    else first.push(next.value);
  }
  // a row that is not read holds no names
  const header = findHeader(
    first.map((row) => (row.refused === undefined ? row : { row: row.row, cells: [] })),
    recognise,
  );
  if (!header) {
    await table.return(undefined);
    const where = file.sheet === null ? '文件里' : `第一个可见的工作表“${file.sheet}”里`;
    const hint = file.sheet === null ? '' : '；要读别的工作表，请把它拖到最前面再保存';
    throw new Refused(`${where}没有数据：要有一行列名，下面每行一条${hint}。`);
  }
  const columns = header.headers.findLastIndex((text) => text !== '') + 1;
  const notes = [...header.notes, ...doubleNames(header.headers)];

  async function* rows(): AsyncGenerator<TableRow> {
    const checked = (row: TableRow) =>
      file.kind === 'csv' ? withFault(row, columns, file.delimiter ?? ',') : row;
    try {
      for (const row of first) if (row.row > header!.lastRow) yield checked(row);
      if (!over) for await (const row of table) yield checked(row);
    } finally {
      await table.return(undefined);
    }
  }
  return {
    file: () => ({ ...file, notes: [...file.notes, ...notes] }),
    headers: header.headers,
    headerRow: header.lastRow,
    rows: rows(),
  };
}

function doubleNames(headers: readonly string[]): string[] {
  const doubles = new Set(headers.filter((text, at) => text !== '' && headers.indexOf(text) !== at));
  return [...doubles].map((text) => `列名“${text.slice(0, 30)}”有几列，只用第一列；要用别的请手工指定`);
}

/** A row of a text whose cells stand in the wrong columns, or that has swallowed others, is not to be taken. */
function withFault(row: TableRow, columns: number, delimiter: string): TableRow {
  if (row.refused !== undefined || columns < 2) return row;
  const swallowed = row.cells.some((cell) =>
    cell
      .split(/[\r\n]+/)
      .slice(1)
      .some((rest) => columns > 2 && rest.split(delimiter).length >= Math.max(3, columns - 1)),
  );
  if (swallowed)
    return { ...row, refused: '引号没有成对：后面的行被并进了这一行的一格里；请用表格软件打开核对' };
  const filled = row.cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  if (filled <= columns) return row;
  const mark = delimiter === '\t' ? '制表符' : delimiter;
  return {
    ...row,
    refused: `这一行有 ${filled} 格，列名只有 ${columns} 个：可能有没加引号的“${mark}”，各列对不上`,
  };
}
