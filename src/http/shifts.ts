import { type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { SECTION_KEYS, type Section } from '../core/shifts/handover.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

type Done = { ok: true } | { ok: false; status: number; code: string; words: string };
interface View {
  items: { text: string }[];
}
interface Listed {
  found: string | null;
}

export interface HandoverPorts {
  now: () => number;
  current: () => Promise<unknown>;
  list: (words: string, untilMs: number, most: number) => Promise<Listed[]>;
  view: (id: number) => Promise<View | null>;
  add: (id: number, wish: { section: Section; text: string; key: boolean }, by: SignedIn) => Promise<Done>;
  change: (
    id: number,
    itemId: number,
    wish: { version: number; text: string; key: boolean; removed: boolean },
    by: SignedIn,
  ) => Promise<Done>;
  tick: (id: number, ticks: { id: number; version: number }[], read: boolean, by: SignedIn) => Promise<Done>;
  sign: (
    id: number,
    as: 'giver' | 'taker',
    signer: { login: string; password: string; address: string | null },
  ) => Promise<Done>;
  reopen: (id: number, by: SignedIn) => Promise<Done>;
}

const words = (most: number) =>
  z
    .string()
    .max(most, `最多 ${most} 个字`)
    .transform((text) =>
      text
        .replace(/\u0000/g, '')
        .replace(/\p{Surrogate}/gu, '\ufffd')
        .trim(),
    );
const written = z.object({
  section: z.enum(SECTION_KEYS, '请选记在哪一栏'),
  text: words(2000).pipe(z.string().min(1, '请写要交待的事项')),
  key: z.boolean().default(false),
});
const changed = z.object({
  version: z.number().int().positive(),
  text: words(2000),
  key: z.boolean(),
  removed: z.boolean().default(false),
});
const ticked = z.object({
  ticks: z
    .array(z.object({ id: z.number().int().positive(), version: z.number().int().positive() }))
    .min(1, '请勾选已阅的事项')
    .max(500),
  read: z.boolean().default(true),
});
const signed = z.object({
  as: z.enum(['giver', 'taker']),
  login: z.string().trim().min(1, '请填写工号').max(60),
  password: z.string().min(1, '请填写密码').max(200),
});
const listed = z.object({
  words: words(100).default(''),
  untilMs: z.coerce.number().min(0).max(4e12).optional(),
});
const PAGE = 40;

/** The handovers: the one of this shift, those before, what is written on them, and both signatures. */
export function handoverRoutes(ports: HandoverPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-handovers');
  const keep = allow('keep-handovers');
  const tries = rateLimit({
    ...{ windowMs: 60_000, limit: 30, standardHeaders: 'draft-8' as const, legacyHeaders: false },
    handler: (_request, response) =>
      refuse(response, 429, 'too-many-tries', '尝试次数过多，请一分钟后再试。'),
  });
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive('没有这份交接班记录'), sent);

  async function answer(response: Response, id: number, done: Done): Promise<void> {
    if (!done.ok) return refuse(response, done.status, done.code, done.words);
    const view = await ports.view(id);
    if (!view) return refuse(response, 404, 'no-such-handover', '没有这份交接班记录，请从列表打开。');
    response.json(view);
  }

  router.get('/handovers', see, async (request, response) => {
    const told = said(response, listed, request.query);
    if (!told) return;
    const rows = await ports.list(told.words, told.untilMs ?? ports.now() + 1, PAGE + 1);
    response.json({ handovers: rows.slice(0, PAGE), more: rows.length > PAGE });
  });
  router.get('/handovers/current', see, async (_request, response) => {
    response.json(await ports.current());
  });
  router.get('/handovers/:id', see, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (id !== null) await answer(response, id, { ok: true });
  });
  router.post('/handovers/:id/items', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id !== null && said(response, written, request.body);
    if (id === null || !told) return;
    await answer(response, id, await ports.add(id, told, personOf(request)));
  });
  router.put('/handovers/:id/items/:item', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const item = id !== null && idOf(response, request.params['item']);
    const told = id !== null && item && said(response, changed, request.body);
    if (id === null || !item || !told) return;
    await answer(response, id, await ports.change(id, item, told, personOf(request)));
  });
  router.post('/handovers/:id/ticks', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id !== null && said(response, ticked, request.body);
    if (id === null || !told) return;
    await answer(response, id, await ports.tick(id, told.ticks, told.read, personOf(request)));
  });
  router.post('/handovers/:id/signatures', keep, tries, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id !== null && said(response, signed, request.body);
    if (id === null || !told) return;
    const { as, login, password } = told;
    const signer = { login, password, address: request.ip ?? null };
    await answer(response, id, await ports.sign(id, as, signer));
  });
  router.post('/handovers/:id/reopen', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (id !== null) await answer(response, id, await ports.reopen(id, personOf(request)));
  });
  return router;
}
