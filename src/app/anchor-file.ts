/** Anchors of the audit log in VAR_DIR, one line a day: the backup carries them, and whoever changes the log has to reach it too. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const folderOf = (varDir: string) => join(varDir, 'audit-anchors');
export const anchorFile = (varDir: string): string => join(folderOf(varDir), 'anchors.txt');

export function storedAnchors(varDir: string): string {
  const file = anchorFile(varDir);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Adds a line; it is on the disk when this returns. */
export function storeAnchor(varDir: string, line: string): void {
  mkdirSync(folderOf(varDir), { recursive: true, mode: 0o700 });
  const file = openSync(anchorFile(varDir), 'a', 0o600);
  try {
    writeSync(file, `${line}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
