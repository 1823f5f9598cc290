import { type Request, type Response } from 'express';
import { z } from 'zod';
import { allow, personOf, refuse, said } from './door.ts';
import { broughtFile, fileBody, sendKept, tooBig } from './kept-files.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Stored {
  id: string;
  name: string;
  type: string;
}
export interface CaseFilePorts {
  /** null: there is no such case */
  store: (
    caseId: number,
    bytes: Buffer,
    name: string,
    person: SignedIn,
  ) => Promise<Stored | { refused: string } | null>;
  /** null: the case has no such file */
  file: (caseId: number, id: string) => Promise<(Stored & { path: string }) | null>;
}

/** Files of cases from outside: what came with one, and the proof of a reply. A step takes them to itself. */
export function caseFileRoutes(ports: CaseFilePorts): Routes {
  const router = declareRoutes();
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive('没有这件来件').max(1e15), sent);

  router.post(
    '/cases/:id/files',
    allow('keep-cases'),
    fileBody,
    async (request: Request, response: Response) => {
      const id = idOf(response, request.params['id']);
      const brought = id !== null && broughtFile(request, response);
      if (id === null || !brought) return;
      const stored = await ports.store(id, brought.bytes, brought.name, personOf(request));
      if (!stored) return refuse(response, 404, 'no-such-case', '没有这件来件，请从列表打开。');
      if ('refused' in stored) return refuse(response, 415, 'wrong-type', stored.refused);
      response.status(201).json(stored);
    },
    tooBig,
  );

  router.get('/cases/:id/files/:file', allow('see-cases'), async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (id === null) return;
    const name = String(request.params['file']);
    const file = /^[0-9a-f]{64}$/.test(name) ? await ports.file(id, name) : null;
    if (!file) return refuse(response, 404, 'no-such-file', '没有这个附件，请从来件页面打开。');
    sendKept(response, file);
  });
  return router;
}
