import { createHash } from 'node:crypto';
import { type Response } from 'express';
import { z } from 'zod';
import type { Outage, OutageFields } from '../core/outages/outage.ts';
import type { OutageAsker, OutageStep } from '../protocol/outages.ts';
import { allow, anybody, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface OutagePorts {
  open: () => Promise<Outage[]>;
  past: () => Promise<Outage[]>;
  one: (id: number) => Promise<{ outage: Outage; steps: OutageStep[]; askers: OutageAsker[] } | null>;
  /** who calls wants to hear when water is back */
  join: (id: number, number: string, callId: string) => Promise<void>;
  /** false: told already, or never asked */
  askerTold: (id: number, number: string, person: SignedIn) => Promise<boolean>;
  touched: (area: Pick<OutageFields, 'districts' | 'communities' | 'streets'>) => Promise<number>;
  add: (fields: OutageFields, person: SignedIn) => Promise<number>;
  change: (id: number, version: number, fields: OutageFields, person: SignedIn) => Promise<boolean>;
  /** how many were told by the rules; null: it is over, or moved since that version */
  publish: (id: number, version: number, person: SignedIn) => Promise<number | null>;
  end: (id: number, person: SignedIn) => Promise<boolean>;
}

/** What PostgreSQL's text can't hold is taken out. */
const text = (most: number, missing: string) =>
  z
    .string()
    .max(most, `最多 ${most} 个字`)
    .transform((words) => words.replace(/\u0000/g, '').trim())
    .pipe(z.string().min(1, missing));
const names = z
  .array(text(60, '请写名称'))
  .max(100, '最多 100 个')
  .transform((all) => [...new Set(all)]);
const instant = z.number().int().min(0).max(4e12);
const area = z.object({
  districts: names.refine((all) => all.length > 0, '请选辖区'),
  communities: names.default([]),
  streets: names.default([]),
});
const fieldsShape = area
  .extend({
    kind: z.enum(['planned', 'sudden'], '请选计划停水或突发停水'),
    buildings: z.number().int().min(0).max(100_000).default(0),
    cause: text(300, '请写停水原因'),
    unitId: z.number().int().positive().nullable().default(null),
    beginAtMs: instant,
    expectedAtMs: instant,
    notice: text(1000, '请写通知内容'),
  })
  .refine((one) => one.expectedAtMs > one.beginAtMs, {
    path: ['expectedAtMs'],
    message: '恢复时间要在停水时间之后',
  });

/** Outages for who sits at the desk; publishing and ending them is the shift's to do. */
export function outageRoutes(ports: OutagePorts): Routes {
  const router = declareRoutes();
  const see = allow('see-outages');
  const keep = allow('keep-outages');
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive('没有这次停水'), sent);

  router.get('/outages', see, async (_request, response) => {
    const [open, past] = await Promise.all([ports.open(), ports.past()]);
    response.json({ open, past });
  });
  router.post('/outages/touched', keep, async (request, response) => {
    const told = said(response, area, request.body);
    if (told) response.json({ count: await ports.touched(told) });
  });
  router.get('/outages/:id', see, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const found = id && (await ports.one(id));
    if (id && !found) return refuse(response, 404, 'no-such-outage', '没有这次停水，请从列表打开。');
    if (found) response.json(found);
  });
  router.post('/outages', keep, async (request, response) => {
    const fields = said(response, fieldsShape, request.body);
    if (fields) response.status(201).json({ id: await ports.add(fields, personOf(request)) });
  });
  router.put('/outages/:id', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told =
      id && said(response, z.object({ version: z.number().int(), fields: fieldsShape }), request.body);
    if (!id || !told) return;
    if (!(await ports.change(id, told.version, told.fields, personOf(request))))
      return refuse(response, 409, 'changed-meanwhile', '另一人刚改过，或已经恢复供水；请刷新看过后再改。');
    response.json({ ok: true });
  });
  router.post('/outages/:id/publish', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const seen = id && said(response, z.object({ version: z.number().int() }), request.body);
    if (!id || !seen) return;
    const told = await ports.publish(id, seen.version, personOf(request));
    if (told === null)
      return refuse(
        response,
        409,
        'changed-meanwhile',
        '另一人刚发布或改过，或已经恢复供水；请刷新看过后再发。',
      );
    response.json({ told });
  });
  router.post('/outages/:id/askers', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const asked =
      id &&
      said(
        response,
        z.object({
          number: z.string().regex(/^\d{3,20}$/, '没有号码，不能通知'),
          callId: z.string().min(1).max(100),
        }),
        request.body,
      );
    if (!id || !asked) return;
    if (!(await ports.one(id))) return refuse(response, 404, 'no-such-outage', '没有这次停水，请刷新。');
    await ports.join(id, asked.number, asked.callId);
    response.json({ ok: true });
  });
  router.post('/outages/:id/askers/told', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id && said(response, z.object({ number: z.string().regex(/^\d{3,20}$/) }), request.body);
    if (!id || !told) return;
    if (!(await ports.askerTold(id, told.number, personOf(request))))
      return refuse(response, 409, 'told', '另一人已经通知过。');
    response.json({ ok: true });
  });
  router.post('/outages/:id/end', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (!id) return;
    if (!(await ports.end(id, personOf(request))))
      return refuse(response, 409, 'over', '这次停水已经恢复了。');
    response.json({ ok: true });
  });
  return router;
}

/** The page that anybody's phone may open: `page` is kept in memory, so that a town that looks asks the database nothing. */
export function noticeRoutes(page: () => string): Routes {
  const router = declareRoutes();
  let told = { text: '', tag: '' };
  router.get('/notice', anybody, (request, response) => {
    const text = page();
    if (text !== told.text)
      told = { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` };
    response.setHeader('Cache-Control', 'public, max-age=15');
    response.setHeader('ETag', told.tag);
    if (request.headers['if-none-match'] === told.tag) return void response.status(304).end();
    response.type('html').send(text);
  });
  return router;
}
