/** An OpenDocument table (LibreOffice, WPS): its first visible tab, as it shows. */
import { Refused } from '../../threads/parse-apart.ts';
import type { Joined } from './joined.ts';
import {
  TABLE_LIMITS,
  tooMuch,
  type TableFile,
  type TableLimits,
  type TableMessage,
  type TableRow,
} from './limits.ts';
import { shownIso, type Shown } from './shown.ts';
import { readXml, type Attributes } from './xml.ts';
import { openPacked } from './zip.ts';

/** A style is repeated to the end of the sheet, what is written is not. */
const MOST_REPEATED = 1000;

export async function* readOds(
  path: string,
  limits: TableLimits = TABLE_LIMITS,
): AsyncGenerator<TableMessage> {
  const packed = await openPacked(path);
  try {
    let manifest = '';
    for await (const chunk of packed.stream('META-INF/manifest.xml', 1024 * 1024))
      manifest += chunk.toString();
    if (manifest.includes('encryption-data'))
      throw new Refused('这个表格有打开密码，读不出来。请打开后去掉密码，另存为 .xlsx 再上传。');
    const sheet = sheetReader(limits);
    const file: TableFile = { kind: 'ods', sheet: null, encoding: null, delimiter: null, notes: [] };
    let begun = false;
    const described = () => ({ file: { ...file, sheet: sheet.name(), notes: sheet.notes() } });
    for await (const _piece of readXml(packed.stream('content.xml', limits.partBytes), sheet.handlers)) {
      const rows = sheet.taken();
      if (rows.length > 0 && !begun) {
        yield described();
        begun = true;
      }
      for (const row of rows) yield { ...row, share: 0.5 };
    }
    if (sheet.name() === null) throw new Refused('文件里没有能读的工作表。请另存为 .xlsx 再上传。');
    yield described();
  } finally {
    packed.close();
  }
}

function sheetReader(limits: TableLimits) {
  const hiddenStyles = new Set<string>();
  let style = '';
  let name: string | null = null;
  let reading = false;
  const others: string[] = [];
  const hiddenTabs: string[] = [];
  let rows: TableRow[] = [];
  let row: TableRow | null = null;
  let rowRepeats = 1;
  let lastRow = 0;
  let cell: { attributes: Attributes; paragraphs: string[] } | null = null;
  let column = 0;
  let depth = 0;
  let aside = 0;
  const joined: Joined[] = [];
  let count = 0;

  function shown({ attributes, paragraphs }: NonNullable<typeof cell>): Shown {
    const text = paragraphs.join('\n');
    const type = attributes['office:value-type'] ?? attributes[':value-type'];
    if (type === 'date') return shownIso(attributes['office:date-value'] ?? '');
    if (/^#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$|^Err:\d+$/.test(text))
      return { text, fault: `公式出错，显示为 ${text}` };
    if (type === 'float') {
      const value = Number(attributes['office:value']);
      if (Number.isInteger(value) && Math.abs(value) >= 1e15)
        return {
          text,
          fault:
            '超过 15 位的数，表格软件只保留前 15 位，后面的已经丢了；请把这一列设成文本，从原系统重新导出',
        };
      if (Number.isSafeInteger(value) && (/E\+/i.test(text) || text.replace(/[,\s]/g, '') === String(value)))
        return { text: String(value) };
    }
    return { text };
  }
  function endCell(): void {
    if (!cell || !row) return;
    const { attributes } = cell;
    const repeats = Number(attributes['table:number-columns-repeated']) || 1;
    const { text, fault } = shown(cell);
    const [down, across] = [
      Number(attributes['table:number-rows-spanned']) || 1,
      Number(attributes['table:number-columns-spanned']) || 1,
    ];
    if (down > 1 || across > 1)
      joined.push({ row: row.row, column, lastRow: row.row + down - 1, lastColumn: column + across - 1 });
    if (text !== '' || fault !== undefined)
      for (let at = column; at < column + Math.min(repeats, limits.columns) && at < limits.columns; at += 1) {
        row.cells[at] = text.slice(0, limits.cellCharacters);
        if (fault !== undefined) (row.faults ??= {})[at] = fault;
      }
    column += repeats;
    cell = null;
  }
  const reaching = new Map<number, { until: number; text: string }>();
  function endRow(): void {
    if (!row) return;
    const done = row;
    row = null;
    const empty = done.cells.every((text) => (text ?? '').trim() === '');
    for (const [at, { until, text }] of reaching) {
      if (until < done.row) reaching.delete(at);
      else if (!empty && (done.cells[at] ?? '') === '') done.cells[at] = text;
    }
    for (const { row: from, column: at, lastRow: until, lastColumn } of joined.splice(0)) {
      (done.joined ??= []).push([at, lastColumn, until - from + 1]);
      const text = done.cells[at] ?? '';
      if (until > from && text !== '') reaching.set(at, { until, text });
    }
    for (let at = 0; at < done.cells.length; at += 1) done.cells[at] ??= '';
    if (!empty || done.faults)
      for (let n = 0; n < Math.min(rowRepeats, MOST_REPEATED); n += 1) {
        count += 1;
        if (count > limits.rows) throw tooMuch(`超过 ${limits.rows} 行`);
        rows.push({ ...done, row: done.row + n });
      }
    lastRow = done.row + rowRepeats - 1;
  }
  function beginTable(attributes: Attributes): void {
    const tab = attributes['table:name'] ?? '';
    const hidden = hiddenStyles.has(attributes['table:style-name'] ?? '');
    reading = name === null && !hidden;
    if (reading) name = tab;
    else (hidden ? hiddenTabs : others).push(`“${tab}”`);
  }

  return {
    handlers: {
      open(tag: string, attributes: Attributes) {
        if (tag === 'style') style = attributes['style:name'] ?? '';
        if (tag === 'table-properties' && attributes['table:display'] === 'false') hiddenStyles.add(style);
        if (tag === 'table') {
          depth += 1;
          if (depth === 1) beginTable(attributes);
        }
        if (!reading || depth !== 1) return;
        if (tag === 'annotation' || tag === 'shapes') aside += 1;
        if (aside > 0) return;
        if (tag === 'table-row') {
          row = { row: lastRow + 1, share: 0, cells: [] };
          rowRepeats = Number(attributes['table:number-rows-repeated']) || 1;
          column = 0;
          if (['collapse', 'filter'].includes(attributes['table:visibility'] ?? ''))
            row.refused = '这一行在表格里是隐藏的（筛选或手工隐藏），没有读；要读请先取消筛选或隐藏';
        }
        if (tag === 'table-cell' || tag === 'covered-table-cell') cell = { attributes, paragraphs: [] };
        if (tag === 'p' && cell) cell.paragraphs.push('');
        const space =
          tag === 's'
            ? ' '.repeat(Math.min(100, Number(attributes['text:c']) || 1))
            : tag === 'tab'
              ? '\t'
              : tag === 'line-break'
                ? '\n'
                : '';
        if (space !== '' && cell && cell.paragraphs.length > 0)
          cell.paragraphs[cell.paragraphs.length - 1] += space;
      },
      text(text: string) {
        if (cell && aside === 0 && cell.paragraphs.length > 0)
          cell.paragraphs[cell.paragraphs.length - 1] += text;
      },
      close(tag: string) {
        if (tag === 'table') depth -= 1;
        if (tag === 'table' && depth === 0) reading = false;
        if (!reading || depth !== 1) return;
        if (tag === 'annotation' || tag === 'shapes') aside -= 1;
        else if (aside > 0) return;
        else if (tag === 'table-cell' || tag === 'covered-table-cell') endCell();
        else if (tag === 'table-row') endRow();
      },
    },
    name: () => name,
    taken(): TableRow[] {
      const taken = rows;
      rows = [];
      return taken;
    },
    notes(): string[] {
      const notes: string[] = [];
      if (others.length > 0)
        notes.push(`读的是第一个工作表“${name ?? ''}”，没有读：${others.slice(0, 10).join('、')}`);
      if (hiddenTabs.length > 0) notes.push(`隐藏的工作表没有读：${hiddenTabs.slice(0, 10).join('、')}`);
      return notes;
    },
  };
}
