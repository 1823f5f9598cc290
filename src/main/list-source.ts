/** Where the rows of a list come from that is taken along as a file. */
import type pg from 'pg';
import type { z } from 'zod';
import type { CellValue, ListKind } from '../core/outward/list.ts';

/** For whom a file is made. */
export interface Taker {
  personId: number;
  unitId: number | null;
}

export interface ListSource<F> {
  kind: ListKind;
  /** the same that the list's page has in its address */
  filter: z.ZodType<F>;
  words: (filter: F) => string;
  /** all in one transaction that sees one state of the database */
  count: (client: pg.Pool, filter: F, taker: Taker) => Promise<number>;
  /** whole rows; what the taker may not see is masked when they are written */
  pages: (client: pg.Pool, filter: F, taker: Taker) => AsyncGenerator<CellValue[][]>;
}

/** rows that are read at a time */
export const PAGE = 1000;

/** Pages of a keyset list, one after the other, until there are no more. */
export async function* keyset<T>(
  fetch: (after: T | undefined) => Promise<T[]>,
  row: (one: T) => CellValue[],
  most = PAGE,
): AsyncGenerator<CellValue[][]> {
  let after: T | undefined;
  for (;;) {
    const rows = await fetch(after);
    if (rows.length > 0) yield rows.map(row);
    if (rows.length < most) return;
    after = rows.at(-1);
  }
}
