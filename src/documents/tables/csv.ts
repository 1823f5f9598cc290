/** A list in text, as any program in this country writes it. */
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { Refused } from '../../threads/parse-apart.ts';
import {
  TABLE_LIMITS,
  tooMuch,
  type TableFile,
  type TableLimits,
  type TableMessage,
  type TableRow,
} from './limits.ts';
import { textOf } from './text-encoding.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const DELIMITERS = [',', '\t', ';', '，', '|'];
/** what a program writes above its list so that Excel knows the delimiter */
const SEP_LINE = /^"?sep=(.)"?[,;\t|]*(\r\n|\r|\n)/i;

export async function* readCsv(
  path: string,
  limits: TableLimits = TABLE_LIMITS,
): AsyncGenerator<TableMessage> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw tooMuch(`超过 ${MOST_BYTES / 1024 / 1024} MB`);
  const decoded = textOf(await readFile(path));
  const sep = SEP_LINE.exec(decoded.text);
  const text = sep ? decoded.text.slice(sep[0].length) : decoded.text;
  const delimiter = sep?.[1] ?? delimiterOf(text);
  const notes = [...decoded.notes];
  const file: TableFile = {
    ...{ kind: 'csv', sheet: null, encoding: decoded.encoding, delimiter },
    notes,
  };
  yield { file };
  let row = 0;
  let characters = 0;
  for await (const { cells, line } of recordsOf(text, delimiter)) {
    row += 1;
    characters += cells.reduce((sum, cell) => sum + cell.length + 1, 0);
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (row > limits.rows * 2) throw tooMuch(`超过 ${limits.rows} 行`);
    if (cells.length > limits.columns) throw tooMuch(`第 ${row} 行超过 ${limits.columns} 列`);
    const read: TableRow = { row, share: Math.min(1, characters / Math.max(1, text.length)), cells };
    const long = cells.findIndex((cell) => cell.length > limits.cellCharacters);
    if (long >= 0)
      read.refused = `第 ${long + 1} 格超过 ${limits.cellCharacters} 字：引号可能没有成对（文件第 ${line} 行起）`;
    const spoilt = cells.findIndex((cell) => cell.includes('\ufffd'));
    if (spoilt >= 0 && notes.length < 20)
      notes.push(`第 ${row} 行第 ${spoilt + 1} 格有坏字：“${cells[spoilt]!.slice(0, 30)}”`);
    yield read;
  }
  yield { file };
}

async function* recordsOf(
  text: string,
  delimiter: string,
): AsyncGenerator<{ cells: string[]; line: number }> {
  const parser = parse(text, {
    ...{ delimiter, bom: true, relax_column_count: true, relax_quotes: true, info: true },
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: 400_000,
  });
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { cells: record, line };
      line = info.lines + 1;
    }
  } catch (cause) {
    const broken = /at line (\d+)/.exec((cause as Error).message)?.[1] ?? line;
    throw new Refused(
      `csv 文件读不下去：第 ${broken} 行起引号没有成对，或一行太长。请用表格软件打开、核对后另存再上传。`,
      { cause },
    );
  }
}

/** The one that stands in the most lines equally often; what stands between quotes does not count. */
function delimiterOf(text: string): string {
  const plain = text.slice(0, 65_536).replace(/"(?:[^"]|"")*"/g, '""');
  const lines = plain
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 50);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const count = line.split(delimiter).length - 1;
      if (count > 0) counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    for (const [count, times] of counts) {
      const score = times * Math.min(count, 12);
      if (score > best.score) best = { delimiter, score };
    }
  }
  return best.delimiter;
}
