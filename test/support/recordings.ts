import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../recordings');

export const RECORDINGS: string[] = readdirSync(root).filter((name) =>
  existsSync(join(root, name, 'raw.jsonl')),
);

/** The bytes that the switch said in a recording, connection after connection. */
export function bytesOf(name: string): Buffer {
  const lines = readFileSync(join(root, name, 'raw.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return Buffer.concat(
    lines.map((line) => {
      const { data, b64 } = JSON.parse(line) as { data?: string; b64?: string };
      return data !== undefined ? Buffer.from(data) : Buffer.from(b64 ?? '', 'base64');
    }),
  );
}

/** The same bytes, cut into whole frames with their blank lines. */
export function framesOf(name: string): Buffer[] {
  const text = bytesOf(name);
  const frames: Buffer[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\r\n\r\n', from);
    const until = end < 0 ? text.length : end + 4;
    frames.push(text.subarray(from, until));
    from = until;
  }
  return frames;
}

/** Calls of several kinds, one after the other, as one stream of one switch. */
export function streamOfCalls(): Buffer[] {
  return ['b-rna-17s', 'e-atxfer-ami', 'e-hold', 'g-queue-timeout', 'c-abandon-ringing'].flatMap((name) =>
    framesOf(name).filter((frame) => /^Event: (?!QueueSummary|CoreShow)/.test(frame.toString('latin1'))),
  );
}
