/** A list that can be taken along as a file, whatever its length. */
import type { Deed } from '../people/may.ts';
import type { PrivateKind } from '../people/sight.ts';

/** Instants and durations are milliseconds. */
export type CellValue = string | number | boolean | null;

export interface ListColumn {
  zh: string;
  kind: 'text' | 'count' | 'decimal' | 'instant' | 'duration';
  /** in characters */
  width: number;
  /** what of a caller stands in it; `code`: a number that is nobody's. Absent: a text, searched for what is private */
  private?: PrivateKind | 'code';
}

/** What a list is called, who may take it along, and what stands in it; where its rows come from is the edge's. */
export interface ListKind {
  /** `calls` */
  name: string;
  zh: string;
  deed: Deed;
  columns: readonly ListColumn[];
}
