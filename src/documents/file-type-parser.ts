/** Runs in a thread of its own (threads/parse-apart.ts): bytes ─▶ their MIME type. */
import { fileTypeFromBuffer } from 'file-type';

export async function* parse({ bytes }: { bytes: Uint8Array }): AsyncGenerator<{ mime: string | null }> {
  yield { mime: (await fileTypeFromBuffer(bytes))?.mime ?? null };
}
