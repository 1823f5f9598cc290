/**
 * A workbook's first visible tab, row by row, as a person sees it. Read by ourselves, for no package that was tried gives the order of
 * tabs, the text that shows, whole date-times, hidden rows and lost digits together (test/documents/real-world-lists.test.ts has them).
 */
import { filledDown, type Joined } from './joined.ts';
import { RefusedKind } from './kind.ts';
import {
  TABLE_LIMITS,
  tooMuch,
  type TableFile,
  type TableLimits,
  type TableMessage,
  type TableRow,
} from './limits.ts';
import { shownIso, shownNumber, type Shown } from './shown.ts';
import { isTrue, readWorkbook, richText, unescaped, type Workbook } from './workbook.ts';
import { readXml, type Attributes } from './xml.ts';
import { openPacked, type Packed } from './zip.ts';

const FOOT_CHARACTERS = 20_000_000;
const HIDDEN = '这一行在表格里是隐藏的（筛选或手工隐藏），没有读；要读请先取消筛选或隐藏';

export async function* readXlsx(
  path: string,
  limits: TableLimits = TABLE_LIMITS,
): AsyncGenerator<TableMessage> {
  const packed = await openPacked(path);
  try {
    if (packed.has('xl/workbook.bin'))
      throw new RefusedKind('xlsb', '这是二进制的 .xlsb 表格。请用 Excel 或 WPS 另存为 .xlsx 再上传。');
    const book = await readWorkbook(packed, limits);
    const file: TableFile = {
      ...{ kind: 'xlsx', sheet: book.sheetName, encoding: null, delimiter: null, notes: book.notes },
    };
    yield { file };
    const foot = await readFoot(packed, book.sheetPath, limits);
    const sheet = sheetReader(book, foot.joined, limits);
    let unpacked = 0;
    const bytes = packed.stream(book.sheetPath, limits.partBytes);
    const counted = (async function* () {
      for await (const chunk of bytes) {
        unpacked += chunk.length;
        yield chunk;
      }
    })();
    for await (const _piece of readXml(counted, sheet.handlers)) {
      const share = Math.min(1, unpacked / Math.max(1, foot.bytes));
      for (const row of sheet.taken()) yield { ...row, share };
    }
    yield { file: { ...file, notes: [...book.notes, ...sheet.notes()] } };
  } finally {
    packed.close();
  }
}

/** What stands behind the rows and is needed before them: which cells are joined. */
async function readFoot(packed: Packed, path: string, { partBytes }: TableLimits) {
  const end = /<\/(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*\/>/;
  let bytes = 0;
  let tail = '';
  let behind = false;
  for await (const chunk of packed.stream(path, partBytes)) {
    bytes += chunk.length;
    tail += chunk.toString('latin1');
    if (tail.length > FOOT_CHARACTERS) throw tooMuch('合并单元格或条件格式太多');
    if (behind) continue;
    const at = tail.search(end);
    behind = at >= 0;
    // the end may be torn between two pieces
    tail = behind ? tail.slice(at) : tail.slice(-80);
  }
  const joined: Joined[] = [];
  for (const [, ref] of tail.matchAll(/<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z$]+\d+:[A-Z$]+\d+)["']/g)) {
    const [from, to] = ref!.split(':').map((one) => placeOf(one.replaceAll('$', '')));
    if (from && to) joined.push({ row: from[1], column: from[0], lastRow: to[1], lastColumn: to[0] });
  }
  return { bytes, joined };
}

/** Column (from 0) and row (from 1) of `C12`. */
function placeOf(ref: string): [number, number] | null {
  const parts = /^([A-Z]{1,3})(\d{1,7})$/.exec(ref);
  if (!parts) return null;
  const column = [...parts[1]!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return [column, Number(parts[2])];
}

export function columnName(column: number): string {
  const first = Math.floor(column / 26);
  return (first > 0 ? columnName(first - 1) : '') + String.fromCharCode(65 + (column % 26));
}

interface Cell {
  column: number;
  type: string;
  style: number;
  value: string;
  valued: boolean;
  formula: boolean;
}

function sheetReader(book: Workbook, joined: Joined[], limits: TableLimits) {
  let rows: TableRow[] = [];
  const hiddenColumns = new Set<number>();
  const rich = richText();
  let row: TableRow | null = null;
  let lastRow = 0;
  let count = 0;
  let cell: Cell | null = null;
  let inlineValue = '';
  let nextColumn = 0;
  let inValue = false;
  let inline = false;
  const fill = filledDown(joined);
  const seenHidden = new Set<number>();
  let hiddenRows = 0;
  let farColumns = false;

  function hideColumns({ min, max, hidden }: Attributes): void {
    if (!isTrue(hidden)) return;
    const last = Math.min(Number(max), limits.columns);
    for (let column = Number(min) - 1; column < last; column += 1) hiddenColumns.add(column);
  }
  function beginRow({ r, hidden, ht, customHeight }: Attributes): void {
    lastRow = Number(r) || lastRow + 1;
    row = { row: lastRow, share: 0, cells: [] };
    nextColumn = 0;
    if (isTrue(hidden) || (ht !== undefined && Number(ht) === 0 && isTrue(customHeight)))
      row.refused = HIDDEN;
  }
  function beginCell({ r, t, s }: Attributes): void {
    const column = (r === undefined ? null : placeOf(r)?.[0]) ?? nextColumn;
    nextColumn = column + 1;
    cell = { column, type: t ?? 'n', style: Number(s) || 0, value: '', valued: false, formula: false };
    rich.begin();
  }
  function endCell(): void {
    if (!cell || !row) return;
    const shown = shownCell(cell);
    const { column } = cell;
    cell = null;
    if (shown.text === '' && shown.fault === undefined) return;
    if (column >= limits.columns) return void (farColumns = true);
    if (hiddenColumns.has(column)) {
      seenHidden.add(column);
      return;
    }
    row.cells[column] = shown.text.slice(0, limits.cellCharacters);
    if (shown.fault !== undefined) (row.faults ??= {})[column] = shown.fault;
  }
  function shownCell(of: Cell): Shown {
    const { type, value } = of;
    if (type === 'inlineStr') return { text: inlineValue };
    if (of.formula && !of.valued)
      return { text: '', fault: '公式还没有算出结果，请用 Excel 或 WPS 打开，保存后再上传' };
    if (!of.valued) return { text: '' };
    if (type === 's') {
      const shared = book.shared[Number(value)];
      return shared === undefined
        ? { text: '', fault: '这一格的文字不在文件里，文件可能损坏' }
        : { text: shared };
    }
    if (type === 'str') return { text: unescaped(value) };
    if (type === 'b') return { text: isTrue(value.trim()) ? 'TRUE' : 'FALSE' };
    if (type === 'e') return { text: value, fault: `公式出错，显示为 ${value.slice(0, 20)}` };
    if (type === 'd') return shownIso(value);
    if (value.trim() === '') return { text: '' };
    return shownNumber(value, book.patterns[of.style] ?? 'General', book.from1904);
  }

  function endRow(): void {
    if (!row) return;
    const done = fill(row);
    row = null;
    for (let at = 0; at < done.cells.length; at += 1) done.cells[at] ??= '';
    if (!done.faults && done.cells.every((text) => text.trim() === '')) return;
    count += 1;
    if (count > limits.rows) throw tooMuch(`超过 ${limits.rows} 行`);
    if (done.refused !== undefined) hiddenRows += 1;
    rows.push(done);
  }

  return {
    handlers: {
      open(name: string, attributes: Attributes) {
        if (name === 'col') hideColumns(attributes);
        else if (name === 'row') beginRow(attributes);
        else if (name === 'c') beginCell(attributes);
        else if (name === 'v' && cell) [inValue, cell.valued] = [true, true];
        else if (name === 'f' && cell) cell.formula = true;
        else if (name === 'is') [inline, inlineValue] = [true, ''];
        else if (inline) rich.open(name);
      },
      text(text: string) {
        if (inValue && cell) cell.value += text;
        else if (inline) rich.text(text);
      },
      close(name: string) {
        if (name === 'v') inValue = false;
        else if (name === 'is') [inline, inlineValue] = [false, rich.end()];
        else if (name === 'c') {
          endCell();
          inlineValue = '';
        } else if (name === 'row') endRow();
        else if (inline) rich.close(name);
      },
    },
    taken(): TableRow[] {
      const taken = rows;
      rows = [];
      return taken;
    },
    notes(): string[] {
      const notes: string[] = [];
      if (hiddenRows > 0) notes.push(`有 ${hiddenRows} 行是隐藏的（筛选或手工隐藏），没有读`);
      const columns = [...seenHidden].sort((a, b) => a - b).map(columnName);
      if (columns.length > 0) notes.push(`隐藏的列没有读：${columns.slice(0, 20).join('、')}`);
      if (farColumns) notes.push(`第 ${limits.columns} 列以后的没有读`);
      return notes;
    },
  };
}
