import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads the lines that a program adds to a file, from now on, also after the file was put aside and begun anew (logrotate). */
export interface FollowedFile {
  look(): void;
  close(): void;
}

const LOOK_EVERY_MS = 2000;
const MOST_AT_ONCE = 1_000_000;
const LONGEST_LINE = 4000;

export function followFile(
  path: string,
  onLine: (line: string) => void,
  onFault: (cause: unknown) => void,
): FollowedFile {
  /** of the file that is read: a new one under the same name has another */
  let inode: number | null = null;
  let offset = 0;
  let rest = '';
  let begun = false;
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  look();

  function look(): void {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch {
      // not written yet: what comes then is read from its beginning
      begun = true;
      return;
    }
    try {
      const { ino, size } = fstatSync(file);
      if (ino !== inode || size < offset) {
        // what stands in it from before this start was told before
        offset = begun ? 0 : size;
        inode = ino;
        rest = '';
      }
      begun = true;
      const bytes = Buffer.alloc(Math.min(size - offset, MOST_AT_ONCE));
      const read = readSync(file, bytes, 0, bytes.length, offset);
      offset += read;
      const lines = (rest + bytes.subarray(0, read).toString('latin1')).split('\n');
      rest = lines.pop()!.slice(-LONGEST_LINE);
      for (const line of lines) onLine(line.slice(0, LONGEST_LINE));
    } catch (cause) {
      onFault(cause);
    } finally {
      closeSync(file);
    }
  }

  return { look, close: () => clearInterval(timer) };
}
