/** How much of a list is read at all: beyond it, the list is refused in words that say what was too much. */
import { Refused } from '../../threads/parse-apart.ts';

export interface TableLimits {
  /** of one part of a packed file, unpacked */
  partBytes: number;
  /** of all texts that cells share */
  sharedCharacters: number;
  rows: number;
  columns: number;
  cellCharacters: number;
}
export const TABLE_LIMITS: TableLimits = {
  partBytes: 400 * 1024 * 1024,
  sharedCharacters: 60_000_000,
  rows: 300_000,
  columns: 500,
  // Excel's own
  cellCharacters: 32_767,
};

export const tooMuch = (what: string) =>
  new Refused(`文件太大：${what}。请拆成几个小文件，或删掉用不着的内容再上传。`);

/** What kind of file it is, as people are told. */
export type TableKind = 'xlsx' | 'ods' | 'csv' | 'xls' | 'xlsb' | 'html' | 'xml' | 'encrypted' | 'unknown';

export interface TableFile {
  kind: TableKind;
  /** the tab that is read */
  sheet: string | null;
  encoding: string | null;
  delimiter: string | null;
  /** what people should know of it: other tabs, hidden columns, broken bytes */
  notes: string[];
}
export interface TableRow {
  /** as the table's own program numbers it */
  row: number;
  /** of 1: how much of the file was read */
  share: number;
  cells: string[];
  /** why a cell's text is not to be taken, by column */
  faults?: Record<number, string>;
  /** why the whole row is not to be taken */
  refused?: string;
  /** cells joined into one, that begin in this row: first and last column, and how many rows */
  joined?: [number, number, number][];
}
/** What a parser of tables yields: the file once its kind is known, its rows, the file once more with all its notes. */
export type TableMessage = { file: TableFile } | TableRow;
