/** What a mail in HTML says, as plain text: lines where it has lines, a table's cells apart, each with its label. */
import { Parser } from 'htmlparser2';
import { headerKey } from '../core/lists/columns.ts';
import { LABELS } from '../core/office/case-labels.ts';

const BLOCKS = new Set(
  'p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer blockquote pre hr address center form fieldset'.split(
    ' ',
  ),
);
const UNSEEN = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'select', 'object']);
const KNOWN = new Set(Object.values(LABELS).flatMap((labels) => labels.map(headerKey)));
/** tables within tables: beyond it, their cells are lines */
const MOST_TABLES = 20;
/** no mail is built so deep: beyond it, its tags are cut out and no more is asked of them */
const MOST_DEPTH = 2000;
class TooDeep extends Error {}

interface Table {
  rows: string[][];
  cell: string[] | null;
}

export function textOfHtml(html: string): string {
  try {
    return structuredText(html);
  } catch (cause) {
    if (!(cause instanceof TooDeep)) throw cause;
    return clean(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, '').replace(/<[^<>]*>/g, '\n'));
  }
}

function structuredText(html: string): string {
  const lines: string[] = [];
  const tables: Table[] = [];
  const unseen: string[] = [];
  const sink = () => tables.at(-1)?.cell ?? (tables.length === 0 ? lines : null);
  const write = (text: string) => sink()?.push(text);

  function endCell(table: Table): void {
    if (table.cell) table.rows.at(-1)?.push(clean(table.cell.join('')));
    table.cell = null;
  }
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > MOST_DEPTH) throw new TooDeep();
        const hidden = /display\s*:\s*none/i.test(attributes['style'] ?? '') || 'hidden' in attributes;
        if (
          unseen.length > 0 ||
          UNSEEN.has(name) ||
          (hidden && name !== 'br' && name !== 'img' && name !== 'input')
        )
          return void unseen.push(name);
        const table = tables.at(-1);
        if (name === 'br') write('\n');
        else if (name === 'table' && tables.length < MOST_TABLES) tables.push({ rows: [], cell: null });
        else if (name === 'tr' && table) {
          endCell(table);
          table.rows.push([]);
        } else if ((name === 'td' || name === 'th') && table) {
          endCell(table);
          if (table.rows.length === 0) table.rows.push([]);
          table.cell = [];
        } else if (BLOCKS.has(name)) write('\n');
      },
      ontext(text) {
        if (unseen.length === 0) write(text.replace(/\s+/g, ' '));
      },
      onclosetag(name) {
        depth -= 1;
        if (unseen.length > 0) {
          unseen.pop();
          return;
        }
        const table = tables.at(-1);
        if (name === 'table' && table) {
          endCell(table);
          tables.pop();
          write(`\n${tableText(table.rows)}\n`);
        } else if ((name === 'td' || name === 'th') && table) endCell(table);
        else if (BLOCKS.has(name)) write('\n');
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  return clean(lines.join(''));
}

function clean(text: string): string {
  return text
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.replace(/[ ]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function tableText(rows: readonly string[][]): string {
  const filled = rows.filter((cells) => cells.some((cell) => cell !== ''));
  const [head, ...rest] = filled;
  if (!head) return '';
  // the names of columns above, a case in each row below
  if (
    rest.length > 0 &&
    head.length > 1 &&
    head.filter((cell) => KNOWN.has(headerKey(cell))).length >= 2 &&
    rest[0]!.length === head.length &&
    !KNOWN.has(headerKey(rest[0]![0]!)) &&
    !paired(head)
  )
    return rest
      .map((cells) => cells.map((cell, at) => labelled(head[at] ?? '', cell)).join('\n'))
      .join('\n\n');
  return filled.map(rowText).join('\n');
}

/** A label and its value, once or more in a row. */
function paired(cells: readonly string[]): boolean {
  const isLabel = (cell: string) => cell !== '' && cell.length <= 16 && !/[\n\d]/.test(cell);
  const labels = cells.filter((_, at) => at % 2 === 0);
  const values = cells.filter((_, at) => at % 2 === 1);
  if (cells.length % 2 === 1 || !labels.every(isLabel)) return false;
  // both may be names of columns: then this is a row of names
  if (values.every((value) => KNOWN.has(headerKey(value)))) return false;
  return cells.length === 2 || labels.every((label) => KNOWN.has(headerKey(label)) || /[：:]$/.test(label));
}

function rowText(cells: readonly string[]): string {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length < 2 && !KNOWN.has(headerKey(filled[0] ?? ''))) return filled.join('');
  if (paired(cells))
    return cells
      .flatMap((cell, at) => (at % 2 === 0 ? [labelled(cell, cells[at + 1] ?? '')] : []))
      .join('\n');
  return filled.join(filled.some((cell) => cell.includes('\n')) ? '\n' : '\t');
}

const labelled = (label: string, value: string) => `${label.replace(/[：:\s]+$/, '')}：${value}`;
