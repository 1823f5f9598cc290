/** Cells that are joined into one over several rows say the same in each of them: so a person reads them. */
import type { TableRow } from './limits.ts';

export interface Joined {
  row: number;
  column: number;
  lastRow: number;
  lastColumn: number;
}

/** Fills each row, in order, with what stands in the cells that reach down into it. */
export function filledDown(joined: readonly Joined[]): (row: TableRow) => TableRow {
  const begins = new Map<number, Joined[]>();
  for (const one of joined) begins.set(one.row, [...(begins.get(one.row) ?? []), one]);
  const starts = [...begins.keys()].sort((a, b) => a - b);
  let reaching: { until: number; column: number; text: string; fault: string | undefined }[] = [];
  let next = 0;
  return (row) => {
    reaching = reaching.filter(({ until }) => until >= row.row);
    const empty = row.cells.every((text) => (text ?? '').trim() === '');
    for (const { column, text, fault } of reaching) {
      // a row that holds nothing of its own is an empty one
      if (empty || (row.cells[column] ?? '') !== '') continue;
      row.cells[column] = text;
      if (fault !== undefined) (row.faults ??= {})[column] = fault;
    }
    while (next < starts.length && starts[next]! <= row.row) {
      if (starts[next] === row.row)
        for (const { column, lastRow, lastColumn } of begins.get(row.row)!) {
          (row.joined ??= []).push([column, lastColumn, lastRow - row.row + 1]);
          const text = row.cells[column] ?? '';
          if (lastRow > row.row && text !== '')
            reaching.push({ until: lastRow, column, text, fault: row.faults?.[column] });
        }
      next += 1;
    }
    return row;
  };
}
