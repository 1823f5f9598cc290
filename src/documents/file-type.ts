/** What a file is by its bytes, found in a thread of its own: photos and papers come from anybody's telephone. */
import { parseOneApart } from '../threads/parse-apart.ts';

const PARSER = new URL('./file-type-parser.ts', import.meta.url);
const LIMITS = { timeMs: 60_000, memoryMb: 256 };

/** Its MIME type; null: nobody knows it, or it can't be found out within the limits. */
export async function typeOfBytes(bytes: Buffer): Promise<string | null> {
  try {
    return (await parseOneApart<{ mime: string | null }>(PARSER, { bytes }, LIMITS)).mime;
  } catch {
    return null;
  }
}
