import type { CaseColumns } from '../core/office/case-import.ts';

/** A portal's list as it was uploaded. */
export interface CaseList {
  token: string;
  file: string;
  headers: string[];
  /** the first rows, to see what is in which column */
  sample: string[][];
  count: number;
  /** what people should know of the file: other tabs, hidden rows, a title above the names */
  notes: string[];
  columns: CaseColumns;
  /** the columns are those of the last list of this channel */
  remembered: boolean;
}
export interface CaseCheck {
  /** rows that can be taken */
  good: number;
  bad: { row: number; reason: string }[];
  /** rows that are taken, with what a person should know of them */
  notes?: { row: number; words: string }[];
  /** their number is there already: left as they are */
  known: { row: number; outsideNo: string }[];
}
