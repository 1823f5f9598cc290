/** Files of cases put together: what people bring, checked by its bytes, kept where orders' files are kept. */
import type pg from 'pg';
import { CASE_FILE_WORDS, caseFileType } from '../core/office/case-files.ts';
import { typeOfBytes } from '../documents/file-type.ts';
import { caseFileRoutes } from '../http/case-files.ts';
import type { Routes } from '../http/routes.ts';
import { addCaseFile, caseFile } from '../postgres/case-files.ts';
import { openKeptFiles } from './kept-files.ts';

/** The type under which a case keeps these bytes; null: it does not. */
export async function typeOfCaseFile(name: string, bytes: Buffer): Promise<string | null> {
  const found = await typeOfBytes(bytes);
  return caseFileType(name, found, bytes.subarray(0, 200).toString('latin1'));
}

export function openCaseFiles({ pool, varDir }: { pool: pg.Pool; varDir: string }): Routes {
  const files = openKeptFiles(varDir);
  return caseFileRoutes({
    async store(caseId, bytes, name, person) {
      const type = await typeOfCaseFile(name, bytes);
      if (!type) return { refused: `${CASE_FILE_WORDS}，请换一个文件。` };
      const id = await files.keep(bytes);
      return addCaseFile(pool, caseId, { id, name, type, bytes: bytes.length, personId: person.id });
    },
    async file(caseId, id) {
      const file = await caseFile(pool, caseId, id);
      return file && { ...file, path: files.pathOf(id) };
    },
  });
}
