/** Files that people and mails bring, on disk under the hash of their bytes: the same file is kept once. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface KeptFiles {
  pathOf: (id: string) => string;
  /** its id */
  keep: (bytes: Buffer) => Promise<string>;
}

export function openKeptFiles(varDir: string): KeptFiles {
  const folder = resolve(varDir, 'files');
  const pathOf = (id: string) => join(folder, id.slice(0, 2), id);
  return {
    pathOf,
    async keep(bytes) {
      const id = createHash('sha256').update(bytes).digest('hex');
      const path = pathOf(id);
      if (existsSync(path)) return id;
      await mkdir(join(folder, id.slice(0, 2)), { recursive: true, mode: 0o700 });
      // whole or not at all: a full disk leaves no half photo under its name
      const part = `${path}.${randomBytes(4).toString('hex')}`;
      await writeFile(part, bytes, { mode: 0o600 });
      await rename(part, path);
      return id;
    },
  };
}
