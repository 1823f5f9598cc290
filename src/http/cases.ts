import { type Response } from 'express';
import { z } from 'zod';
import { FIELD_LIMITS } from '../core/field-limits.ts';
import {
  CASE_STATES,
  CASE_STEPS,
  CHANNEL_KEYS,
  DAILY_PLACE_KEYS,
  wrongCaseTimes,
  type CaseState,
  type CaseStep,
  type CaseStepKind,
  type CaseFields,
  type Channel,
  type DailyPlace,
} from '../core/office/cases.ts';
import type { PortalReading } from '../core/office/portal-text.ts';
import { parsePeriod, type Period } from '../core/office/period.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Kept extends CaseFields {
  id: number;
  pasted: string;
}
type Done = { ok: true } | { ok: false; status: number; code: string; words: string };

export interface CasePorts {
  now: () => number;
  read: (text: string) => Promise<PortalReading>;
  add: (
    fields: CaseFields,
    pasted: string,
    person: SignedIn,
  ) => Promise<{ id: number } | { takenBy: number }>;
  /** `version`: what who corrects it saw; another has changed it since, and nothing is written over them */
  correct: (
    id: number,
    version: number | null,
    fields: CaseFields & { dueRead: boolean },
    person: SignedIn,
  ) => Promise<Done>;
  step: (id: number, version: number | null, step: CaseStep, person: SignedIn) => Promise<Done>;
  join: (id: number, orderNo: string, person: SignedIn) => Promise<Done>;
  list: (
    filter: {
      list: 'open' | 'near' | 'all';
      channel: Channel | null;
      state: CaseState | null;
      words: string;
    },
    skip: number,
    most: number,
  ) => Promise<Kept[]>;
  counts: () => Promise<unknown>;
  view: (id: number) => Promise<(Kept & { steps: unknown[]; clocks: unknown[]; may: CaseStepKind[] }) | null>;
  looks: (day: Period) => Promise<unknown>;
  look: (look: { place: DailyPlace; found: number; note: string }, person: SignedIn) => Promise<void>;
}

/** What PostgreSQL's text can't hold is taken out; the rest stays as it was said. */
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
const instant = z.number().int().min(0).max(4e12);
const fields = z.object({
  channel: z.enum(CHANNEL_KEYS, '请选来件渠道'),
  outsideNo: words(FIELD_LIMITS.outsideNo).default(''),
  kind: words(FIELD_LIMITS.caseKind).default(''),
  receivedAtMs: instant,
  dueAtMs: instant.nullable().default(null),
  person: words(FIELD_LIMITS.name).default(''),
  phone: words(FIELD_LIMITS.phone).default(''),
  address: words(FIELD_LIMITS.address).default(''),
  community: words(FIELD_LIMITS.community).default(''),
  district: words(FIELD_LIMITS.district).default(''),
  category: words(FIELD_LIMITS.category).default(''),
  item: z.number().int().positive().nullable().default(null),
  content: words(FIELD_LIMITS.content).pipe(z.string().min(1, '请写来件内容')),
});
const corrected = fields.extend({ dueRead: z.boolean().default(false) });
const entered = fields.extend({ pasted: words(FIELD_LIMITS.content).default('') });
const stepShape = z.object({
  kind: z.enum(
    (Object.keys(CASE_STEPS) as CaseStepKind[]).filter(
      (kind): kind is Exclude<CaseStepKind, 'enter' | 'order' | 'join' | 'correct'> =>
        !['enter', 'order', 'join', 'correct'].includes(kind),
    ),
  ),
  version: z.number().int().positive().nullable().default(null),
  note: words(FIELD_LIMITS.note).default(''),
  untilMs: instant.nullable().default(null),
  fileIds: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, '附件不对，请重新选择'))
    .max(20, '一次最多 20 个附件')
    .default([]),
});
const listed = z.object({
  list: z.enum(['open', 'near', 'all']).default('open'),
  channel: z.enum(CHANNEL_KEYS).nullable().default(null),
  state: z
    .enum(Object.keys(CASE_STATES) as [CaseState, ...CaseState[]])
    .nullable()
    .default(null),
  words: words(100).default(''),
  skip: z.coerce.number().int().min(0).max(100_000).default(0),
});
const day = z.string().transform((key, context) => {
  const period = parsePeriod(`day:${key}`);
  if (period) return period;
  context.addIssue({ code: 'custom', message: '没有这一天，请重新选择' });
  return z.NEVER;
});
const PAGE = 50;

/** The inbox of cases from outside, what is done with them, and who looked at which portal today. */
export function caseRoutes(ports: CasePorts): Routes {
  const router = declareRoutes();
  const see = allow('see-cases');
  const keep = allow('keep-cases');
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive('没有这件来件'), sent);

  router.get('/cases', see, async (request, response) => {
    const told = said(response, listed, request.query);
    if (!told) return;
    const { skip, ...filter } = told;
    const cases = await ports.list(filter, skip, PAGE + 1);
    response.json({
      cases: cases.slice(0, PAGE),
      more: cases.length > PAGE,
      counts: await ports.counts(),
    });
  });
  router.post('/cases/read', keep, async (request, response) => {
    const told = said(
      response,
      z.object({ text: words(20_000).pipe(z.string().min(1, '请先粘贴原文')) }),
      request.body,
    );
    if (told) response.json(await ports.read(told.text));
  });
  router.post('/cases', keep, async (request, response) => {
    const told = said(response, entered, request.body);
    if (!told) return;
    const { pasted, ...more } = told;
    const wrong = wrongCaseTimes(more, ports.now());
    if (wrong) return refuse(response, 400, 'wrong-field', wrong);
    const made = await ports.add(more, pasted, personOf(request));
    if ('takenBy' in made)
      return void response.status(409).json({
        code: 'already-entered',
        message: `编号 ${more.outsideNo} 的来件已经登记过了，请打开它办理。`,
        caseId: made.takenBy,
      });
    const view = await ports.view(made.id);
    response.status(201).json(view);
  });
  router.get('/cases/looks', see, async (request, response) => {
    const asked = said(response, day, request.query['day']);
    if (asked) response.json(await ports.looks(asked));
  });
  router.post('/cases/looks', keep, async (request, response) => {
    const told = said(
      response,
      z.object({
        place: z.enum(DAILY_PLACE_KEYS, '请选查看了哪个平台'),
        found: z.number().int().min(0, '件数不能是负的').max(999).default(0),
        note: words(200).default(''),
      }),
      request.body,
    );
    if (!told) return;
    await ports.look(told, personOf(request));
    response.status(201).json({});
  });
  router.get('/cases/:id', see, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (id !== null) await answer(response, id, { ok: true });
  });
  router.put('/cases/:id', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id !== null && said(response, corrected, request.body);
    if (id === null || !told) return;
    const wrong = wrongCaseTimes(told, ports.now());
    if (wrong) return refuse(response, 400, 'wrong-field', wrong);
    const seen = said(
      response,
      z.object({ version: z.number().int().nullable().default(null) }),
      request.body,
    );
    if (!seen) return;
    const done = await ports.correct(id, seen.version, told, personOf(request));
    await answer(response, id, done);
  });
  router.post('/cases/:id/steps', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told = id !== null && said(response, stepShape, request.body);
    if (id === null || !told) return;
    const { version, ...step } = told;
    await answer(response, id, await ports.step(id, version, step, personOf(request)));
  });
  router.post('/cases/:id/join', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const told =
      id !== null &&
      said(response, z.object({ orderNo: words(20).pipe(z.string().min(1, '请写工单号')) }), request.body);
    if (id === null || !told) return;
    await answer(response, id, await ports.join(id, told.orderNo, personOf(request)));
  });

  async function answer(response: Response, id: number, done: Done): Promise<void> {
    if (!done.ok) return refuse(response, done.status, done.code, done.words);
    const view = await ports.view(id);
    if (!view) return refuse(response, 404, 'no-such-case', '没有这件来件，请从列表打开。');
    response.json(view);
  }
  return router;
}
