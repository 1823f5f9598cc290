/** Runs in a thread of its own (threads/parse-apart.ts): a file that people bring ─▶ its rows. */
import { readCsv } from './csv.ts';
import { kindOf, RefusedKind } from './kind.ts';
import type { TableFile, TableMessage } from './limits.ts';
import { readOds } from './ods.ts';
import { readXlsx } from './xlsx.ts';
import { openPacked } from './zip.ts';

export async function* parse({ path }: { path: string }): AsyncGenerator<TableMessage> {
  try {
    const kind = await kindOf(path);
    if (kind === 'csv') yield* readCsv(path);
    else if (await isOpenDocument(path)) yield* readOds(path);
    else yield* readXlsx(path);
  } catch (cause) {
    if (cause instanceof RefusedKind) {
      const file: TableFile = { kind: cause.kind, sheet: null, encoding: null, delimiter: null, notes: [] };
      yield { file };
    }
    throw cause;
  }
}

async function isOpenDocument(path: string): Promise<boolean> {
  const packed = await openPacked(path);
  packed.close();
  return packed.has('content.xml') && !packed.has('xl/workbook.xml');
}
