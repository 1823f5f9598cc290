/** Runs in a thread of its own (threads/parse-apart.ts): a file that people bring ─▶ its rows. */
import { readCsv } from './csv.ts';
import { kindOf, RefusedKind } from './kind.ts';
import type { TableKind, TableMessage } from './limits.ts';
import { readOds } from './ods.ts';
import { readXlsx } from './xlsx.ts';
import { openPacked } from './zip.ts';

export async function* parse({ path }: { path: string }): AsyncGenerator<TableMessage> {
  let kind: TableKind = 'unknown';
  let told = false;
  try {
    kind = (await kindOf(path)) === 'csv' ? 'csv' : 'xlsx';
    const messages = await messagesOf(path, kind);
    for await (const message of messages) {
      told ||= 'file' in message;
      yield message;
    }
  } catch (cause) {
    if (cause instanceof RefusedKind) kind = cause.kind;
    if (!told) yield { file: { kind, sheet: null, encoding: null, delimiter: null, notes: [] } };
    throw cause;
  }
}

async function messagesOf(path: string, kind: TableKind): Promise<AsyncGenerator<TableMessage>> {
  if (kind === 'csv') return readCsv(path);
  return (await isOpenDocument(path)) ? readOds(path) : readXlsx(path);
}

async function isOpenDocument(path: string): Promise<boolean> {
  const packed = await openPacked(path);
  packed.close();
  return packed.has('content.xml') && !packed.has('xl/workbook.xml');
}
