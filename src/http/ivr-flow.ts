import { z } from 'zod';
import { KEYS, type Flow, type Key } from '../core/ivr/flow.ts';
import type { FlowView } from '../protocol/ivr-flow.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** A refusal's sentence, or null: done. */
type Done = Promise<string | null>;

export interface IvrFlowPorts {
  view: () => Promise<FlowView>;
  /** the number of the version that it became */
  save: (body: Flow, note: string, person: SignedIn) => Promise<number>;
  /** null: at once */
  put: (version: number, fromMs: number | null, person: SignedIn) => Done;
  /** rings the person's own phone, which then meets this version; `token`: the browser knows its call by it */
  try: (version: number, token: string, person: SignedIn) => Done;
  takeBack: (termId: number, person: SignedIn) => Done;
}

const id = z.string().max(24, '代号太长');
const prompt = z.string().regex(/^[a-z0-9-]{1,40}$/, '没有这条语音');
const says = z.array(prompt).max(8, '一处最多 8 条语音');
const words = z.string().trim().min(1, '请写名称').max(20, '名称最多 20 个字');
const clock = z.string().regex(/^\d\d:\d\d$/, '时间写成 08:30');
const way = z.enum(['queue', 'announce', 'message', 'callback']);
const text = z
  .string()
  .max(200, '最多 200 个字')
  .transform((one) => one.replace(/[\u0000-\u001f]/g, ' ').trim());
const key = z.enum(KEYS as [Key, ...Key[]]);

const flow = z.object({
  nodes: z
    .array(
      z.object({
        ...{ id, words, says },
        kind: z.enum([
          ...(['greeting', 'menu', 'say', 'outages', 'order', 'account', 'leak'] as const),
          ...(['queue', 'message', 'callback', 'hang-up'] as const),
        ]),
        keys: z.partialRecord(key, id),
        then: id.optional(),
      }),
    )
    .max(40, '节点最多 40 个'),
  hours: z.array(z.object({ from: clock, until: clock }).nullable()).length(7),
  outside: z.object({ way, says }),
  holidays: z
    .array(z.object({ date: z.string().max(10), name: z.string().trim().max(20), way, says }))
    .max(120, '节假日最多 120 天'),
  languageKey: key.nullable(),
  texts: z.record(prompt, z.object({ zh: text.optional(), en: text.optional() })),
});
const number = z.coerce.number().int().min(1).max(1e9);

/** Versions of the flow for who runs the IVR: seen, saved, put in force, taken back. */
export function ivrFlowRoutes(ports: IvrFlowPorts): Routes {
  const router = declareRoutes();
  const run = allow('run-ivr');

  router.get('/ivr/flow', run, async (_request, response) => void response.json(await ports.view()));
  router.post('/ivr/flow', run, async (request, response) => {
    const told = said(
      response,
      z.object({ body: flow, note: z.string().trim().max(100, '说明最多 100 个字') }),
      request.body,
    );
    if (told) response.json({ version: await ports.save(told.body as Flow, told.note, personOf(request)) });
  });
  router.post('/ivr/flow/:version/put', run, async (request, response) => {
    const version = said(response, number, request.params['version']);
    const told =
      version && said(response, z.object({ fromMs: z.number().min(0).max(4e12).nullable() }), request.body);
    if (!version || !told) return;
    const refused = await ports.put(version, told.fromMs, personOf(request));
    if (refused !== null) return refuse(response, 409, 'not-put', refused);
    response.json({ ok: true });
  });
  router.post('/ivr/flow/:version/try', run, async (request, response) => {
    const version = said(response, number, request.params['version']);
    const told = version && said(response, z.object({ token: z.uuid() }), request.body);
    if (!version || !told) return;
    const refused = await ports.try(version, told.token, personOf(request));
    if (refused !== null) return refuse(response, 409, 'not-tried', refused);
    response.json({ ok: true });
  });
  router.post('/ivr/flow/terms/:id/take-back', run, async (request, response) => {
    const termId = said(response, number, request.params['id']);
    if (!termId) return;
    const refused = await ports.takeBack(termId, personOf(request));
    if (refused !== null) return refuse(response, 409, 'not-taken-back', refused);
    response.json({ ok: true });
  });
  return router;
}
