/** Lists that people bring, read in a thread of its own: xlsx, ods, or csv as any program in this country writes it. */
import { parseApart, Refused } from '../threads/parse-apart.ts';
import type { TableFile, TableMessage, TableRow } from './tables/limits.ts';

export type { TableFile, TableRow } from './tables/limits.ts';
/** The file is none of ours; its message is for who brought it. */
export { Refused as NotATable };

const LIMITS = { timeMs: 120_000, memoryMb: 512 };
const PARSER = new URL('./tables/parser.ts', import.meta.url);

/** The rows of a list, as its own program numbers them; rows with nothing in them are left out. Throws `NotATable`. */
export async function* readTable(
  path: string,
  onFile: (file: TableFile) => void = () => undefined,
): AsyncGenerator<TableRow> {
  for await (const message of parseApart<TableMessage>(PARSER, { path }, LIMITS))
    if ('file' in message) onFile(message.file);
    else yield message;
}
