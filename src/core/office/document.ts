import { maskFor, maskRow } from '../people/mask-for.ts';
import { seesAll, SEES_NOTHING, type PrivateKind, type Receiver } from '../people/sight.ts';
import type { Period } from './period.ts';

/** The version of MEASURES that a report was counted by; printed on it, so that an old one can be counted again. */
export const MEASURES_VERSION = 2;

/** How a column's numbers are written; `ratio` 0.954 is 95.4 %, `ms` a duration, `instant` and `date` Unix ms. A null is “—”. */
export type Unit = 'text' | 'count' | 'ratio' | 'ms' | 'instant' | 'date' | 'decimal';

export interface Column {
  key: string;
  zh: string;
  unit: Unit;
  /** its rows add up to the table's total row; ratios never do */
  adds?: boolean;
  /** what only those see whole who see whole numbers; mails never carry it whole */
  private?: PrivateKind;
}

/** A number, and the list that gives the number again; `below` is the list below the line of a ratio. */
export interface Cell {
  value: number | string | null;
  /** the address of the list without `/`: `calls?period=…&list=answered&queue=hotline` */
  list?: string;
  below?: string;
  /** where a column's rows have units of their own */
  unit?: Unit;
}

export interface Row {
  key: string;
  cells: Record<string, Cell>;
}

export interface Table {
  key: string;
  zh: string;
  columns: Column[];
  rows: Row[];
  /** the last line, “合计”; null: a table whose rows are different measures, or parts of nothing */
  total: Row | null;
  /** how the screen draws it, beside the numbers */
  chart?: {
    kind: 'bar' | 'line';
    x: string;
    series: string[];
    ratio?: string;
    /** bars beside each other: their sum says nothing */
    beside?: true;
  };
  note?: string;
}

/** What a report is on every medium: the screen, xlsx, docx, csv and the archive are made from this one value. */
export interface ReportDocument {
  /** which report: `telephone`, `daily`, … */
  report: string;
  title: string;
  period: Pick<Period, 'kind' | 'key' | 'fromMs' | 'untilMs'> & { words: string };
  /** what it is narrowed to, in words; printed under the title on every medium. Absent: everything */
  scope?: string;
  tables: Table[];
  /** what people wrote, each after the table that it belongs to */
  passages?: { key: string; heading: string; after: string; text: string }[];
  /** numbers of one part that must equal those of another */
  equalities?: Equality[];
  /** its headings carry their numbers themselves, as an article names the parts */
  numbered?: boolean;
  measuresVersion: number;
  /** Unix ms: what was known then is what stands here */
  countedAtMs: number;
}

/** A sum that does not hold; a report with one is never sent. */
export interface Misfooting {
  table: string;
  /** in Chinese: where, what stands there, what the rows make */
  words: string;
}

/** One number that must equal another: part 1 against part 2, categories against the total taken. */
export interface Equality {
  table: string;
  zh: string;
  left: number;
  right: number;
}

/** Adds every adding column up and holds each against its total; and the equalities between parts. Empty: it foots. */
export function misfootings(
  document: ReportDocument,
  equalities: readonly Equality[] = document.equalities ?? [],
): Misfooting[] {
  const found: Misfooting[] = [];
  for (const table of document.tables) {
    if (!table.total) continue;
    for (const column of table.columns) {
      if (!column.adds) continue;
      const total = numberIn(table.total, column.key);
      const sum = table.rows.reduce((so, row) => so + numberIn(row, column.key), 0);
      if (!same(sum, total))
        found.push({
          table: table.key,
          words: `“${table.zh}”的“${column.zh}”：合计 ${total}，各行相加 ${sum}`,
        });
    }
  }
  for (const { table, zh, left, right } of equalities)
    if (!same(left, right)) found.push({ table, words: `${zh}：${left} ≠ ${right}` });
  return found;
}

/** The report as its receiver may see it. */
export function documentFor(document: ReportDocument, receiver: Receiver): ReportDocument {
  if (seesAll(receiver)) return document;
  const { passages } = document;
  return {
    ...document,
    tables: document.tables.map((table) => tableFor(table, receiver)),
    ...(passages ? { passages: maskFor(passages, receiver) } : {}),
  };
}

/** For every mail: who opens it is not known. */
export function masked(document: ReportDocument): ReportDocument {
  return documentFor(document, SEES_NOTHING);
}

function tableFor(table: Table, receiver: Receiver): Table {
  const kinds = table.columns.map((column) => column.private ?? null);
  const rows = table.rows.map((row) => {
    const shown = maskRow(
      table.columns.map(({ key }) => row.cells[key]?.value ?? null),
      kinds,
      receiver,
    );
    const cells = { ...row.cells };
    table.columns.forEach(({ key }, at) => {
      if (cells[key] && cells[key].value !== shown[at]) cells[key] = { ...cells[key], value: shown[at]! };
    });
    return { ...row, cells };
  });
  return { ...table, rows };
}

function numberIn(row: Row, key: string): number {
  const value = row.cells[key]?.value;
  return typeof value === 'number' ? value : 0;
}

/** Counts are whole; durations carry the noise of floating point. */
function same(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}
