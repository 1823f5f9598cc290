import { type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import type { FieldLink } from '../protocol/field.ts';
import { allow, anybody, personOf, refuse, said } from './door.ts';
import { broughtFile, fileBody, sendKept, tooBig } from './kept-files.ts';
import { beginSession } from './sign-in.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Stored {
  id: string;
  name: string;
  type: string;
}
export interface FieldPorts {
  /** null: the link opens nothing (any more) */
  enter: (
    token: string,
    address: string | null,
  ) => Promise<{ person: SignedIn; sessionEpoch: number; linkId: number } | null>;
  links: (person: SignedIn) => Promise<FieldLink[]>;
  /** the token, this once; null: no such worker in the asker's unit */
  give: (personId: number, person: SignedIn) => Promise<{ token: string; days: number } | null>;
  withdraw: (personId: number, person: SignedIn) => Promise<boolean>;
  /** does the order exist for this person? */
  sees: (orderNo: string, person: SignedIn) => Promise<boolean>;
  store: (
    orderNo: string,
    bytes: Buffer,
    name: string,
    person: SignedIn,
  ) => Promise<Stored | { refused: string }>;
  /** null: the order has no such file */
  file: (orderNo: string, id: string) => Promise<{ path: string; name: string; type: string } | null>;
}

/** Field workers come in by a personal link; photos and papers come to orders. */
export function fieldRoutes(ports: FieldPorts): Routes {
  const router = declareRoutes();
  const tries = rateLimit({
    windowMs: 60_000,
    limit: 30,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) => refuse(response, 429, 'too-many-tries', '打开太频繁，请一分钟后再试。'),
  });
  // no session yet: the link is what the person has
  router.post('/field/enter', anybody, tries, async (request, response) => {
    const asked = said(response, z.object({ token: z.string().min(20).max(100) }), request.body);
    if (!asked) return;
    const found = await ports.enter(asked.token, request.ip ?? null);
    if (!found) return refuse(response, 403, 'link-over', '这个链接已收回或过期，请向本单位调度要新的链接。');
    await beginSession(request, found.person, found.sessionEpoch, 'link');
    request.session.linkId = found.linkId;
    response.json(request.session.person);
  });

  const give = allow('give-field-links');
  const workerOf = (response: Response, request: Request) =>
    said(response, z.coerce.number().int().positive('没有这位维修人员'), request.params['personId']);
  router.get('/field-links', give, async (request, response) => {
    response.json({ links: await ports.links(personOf(request)) });
  });
  router.post('/field-links/:personId', give, async (request, response) => {
    const personId = workerOf(response, request);
    if (!personId) return;
    const made = await ports.give(personId, personOf(request));
    if (!made) return refuse(response, 404, 'no-such-worker', '这位维修人员不在您的单位，或账号已停用。');
    response.status(201).json(made);
  });
  router.delete('/field-links/:personId', give, async (request, response) => {
    const personId = workerOf(response, request);
    if (!personId) return;
    if (!(await ports.withdraw(personId, personOf(request))))
      return refuse(response, 404, 'no-such-worker', '这位维修人员不在您的单位。');
    response.json({ ok: true });
  });

  router.post(
    '/orders/:orderNo/files',
    allow('step-orders'),
    fileBody,
    async (request: Request, response: Response) => {
      const orderNo = String(request.params['orderNo']);
      const person = personOf(request);
      if (!(await ports.sees(orderNo, person)))
        return refuse(response, 404, 'no-such-order', '没有这个工单号，或它不属于您的单位。');
      const brought = broughtFile(request, response);
      if (!brought) return;
      const stored = await ports.store(orderNo, brought.bytes, brought.name, person);
      if ('refused' in stored) return refuse(response, 415, 'wrong-type', stored.refused);
      response.status(201).json(stored);
    },
    tooBig,
  );

  router.get('/orders/:orderNo/files/:id', allow('see-orders'), async (request, response) => {
    const orderNo = String(request.params['orderNo']);
    const id = String(request.params['id']);
    const file =
      /^[0-9a-f]{64}$/.test(id) && (await ports.sees(orderNo, personOf(request)))
        ? await ports.file(orderNo, id)
        : null;
    if (!file) return refuse(response, 404, 'no-such-file', '没有这个附件，或它不属于您的单位。');
    sendKept(response, file);
  });
  return router;
}
