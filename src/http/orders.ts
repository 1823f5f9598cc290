import { type Request, type Response } from 'express';
import { z } from 'zod';
import { FIELD_LIMITS } from '../core/field-limits.ts';
import { CLOCK_SETS } from '../core/orders/decision.ts';
import { ORDER_LISTS, type Cursor, type OrderFilter } from '../core/orders/list.ts';
import { STATES, STEP_KINDS, type Step, type StepKind } from '../core/orders/order.ts';
import { may } from '../core/people/may.ts';
import type { OrderLine, OrderView } from '../protocol/orders.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** What was said no to, with a sentence for who asked. */
export interface OrderRefusal {
  status: number;
  code: string;
  message: string;
}
export type Answered<T> = ({ ok: true } & T) | { ok: false; refusal: OrderRefusal };

export interface AskedOrder {
  categoryCode: string;
  itemNo: number;
  answers: Record<string, string>;
  urgent: boolean;
  content: string;
  caller: string;
  phone: string;
  account: string;
  address: string;
  community: string;
  district: string;
  callId: string | null;
  recordId: number | null;
  source: string;
  outsideNo: string | null;
  outsideDueAtMs: number | null;
  /** of the case from outside that it is made of */
  caseId: number | null;
  /** null: where the table sends it; else the agent's own choice */
  unitId: number | null;
  assistIds: number[] | null;
  clockSet: (typeof CLOCK_SETS)[number] | null;
  dispatch: boolean;
  note: string;
}

export interface OrderPorts {
  now: () => number;
  create: (asked: AskedOrder, person: SignedIn) => Promise<Answered<{ orderNo: string }>>;
  step: (
    orderNo: string,
    version: number | null,
    step: Exclude<Step, { kind: 'draft' }>,
    person: SignedIn,
    more: { place: Place | null; once: string | null; files: { id: string; name: string; type: string }[] },
  ) => Promise<Answered<{ orderNo: string }>>;
  view: (orderNo: string, person: SignedIn) => Promise<OrderView | null>;
  list: (
    filter: OrderFilter,
    person: SignedIn,
    after: Cursor | null,
    most: number,
  ) => Promise<{ lines: OrderLine[]; next: Cursor | null }>;
  similar: (about: z.infer<typeof likeness>) => Promise<(OrderLine & { because: string })[]>;
  overdue: () => Promise<unknown>;
  notices: (person: SignedIn) => Promise<unknown>;
  units: () => Promise<unknown>;
  workers: (unitId: number) => Promise<unknown>;
}
export interface Place {
  latitude: number;
  longitude: number;
  accuracyM: number | null;
}

/** What PostgreSQL's text can't hold is taken out; the rest stays as it was said. */
const words = (most: number) =>
  z
    .string()
    .max(most, `最多 ${most} 个字`)
    .transform((text) => text.replace(/\u0000/g, '').replace(/\p{Surrogate}/gu, '\ufffd'));
const id = z.number().int().positive();
const instant = z.number().min(0).max(4e12);
const asked = z.object({
  categoryCode: words(FIELD_LIMITS.category).pipe(z.string().min(1, '请选投诉事由')),
  itemNo: z.number().int().positive('请选内容'),
  answers: z.record(z.string().max(40), z.string().max(40)).default({}),
  urgent: z.boolean().default(false),
  content: words(FIELD_LIMITS.content).pipe(z.string().trim().min(1, '请写反映内容')),
  caller: words(FIELD_LIMITS.name).default(''),
  phone: words(FIELD_LIMITS.phone).default(''),
  account: words(FIELD_LIMITS.account).default(''),
  address: words(FIELD_LIMITS.address).default(''),
  community: words(FIELD_LIMITS.community).default(''),
  district: words(FIELD_LIMITS.district).default(''),
  callId: words(100).nullable().default(null),
  recordId: id.nullable().default(null),
  source: z.enum(['call', 'visit', 'case', 'api']).default('call'),
  outsideNo: words(FIELD_LIMITS.outsideNo).nullable().default(null),
  outsideDueAtMs: instant.nullable().default(null),
  caseId: id.nullable().default(null),
  unitId: id.nullable().default(null),
  assistIds: z.array(id).max(5).nullable().default(null),
  clockSet: z.enum(CLOCK_SETS).nullable().default(null),
  dispatch: z.boolean().default(true),
  note: words(FIELD_LIMITS.note).default(''),
});
/** a phone that lay in a drawer for longer tells nothing true any more */
const MOST_AGO_MS = 30 * 86_400_000;
const stepShape = z.object({
  kind: z.enum(STEP_KINDS),
  version: z.number().int().positive().nullable().default(null),
  note: words(FIELD_LIMITS.note).default(''),
  /** how long ago it was tapped, ms: a phone's clock that is off, or was never learnt, does not move the step */
  agoMs: z.number().min(0).max(MOST_AGO_MS).default(0),
  once: words(100).nullable().default(null),
  place: z
    .object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      accuracyM: z.number().min(0).nullable().default(null),
    })
    .nullable()
    .default(null),
  files: z
    .array(z.object({ id: words(100), name: words(200), type: words(100) }))
    .max(20)
    .default([]),
  unitId: id.optional(),
  assistIds: z.array(id).max(5).default([]),
  workerId: id.optional(),
  untilMs: instant.optional(),
  callId: words(100).nullable().default(null),
  recordId: id.nullable().default(null),
  to: z
    .object({
      caller: words(FIELD_LIMITS.name).optional(),
      phone: words(FIELD_LIMITS.phone).optional(),
      address: words(FIELD_LIMITS.address).optional(),
      community: words(FIELD_LIMITS.community).optional(),
      district: words(FIELD_LIMITS.district).optional(),
      content: words(FIELD_LIMITS.content).optional(),
    })
    .optional(),
});
const flag = z.enum(['1', '0', 'true', 'false']).transform((one) => one === '1' || one === 'true');
/** What a list of orders is narrowed by, as it stands in the page's address. */
export const orderFilter = z.object({
  list: z.enum(Object.keys(ORDER_LISTS) as [keyof typeof ORDER_LISTS]).default('open'),
  words: words(100).default(''),
  states: z
    .string()
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(z.array(z.enum(STATES)))
    .default([]),
  unitId: z.coerce.number().int().positive().nullable().default(null),
  workerId: z.coerce.number().int().positive().nullable().default(null),
  district: words(FIELD_LIMITS.district).default(''),
  category: words(FIELD_LIMITS.category).default(''),
  urgent: flag.default(false),
  supervised: flag.default(false),
  phone: words(FIELD_LIMITS.phone).default(''),
  account: words(FIELD_LIMITS.account).default(''),
  fromMs: z.coerce.number().nullable().default(null),
  untilMs: z.coerce.number().nullable().default(null),
  byDue: flag.default(false),
});
const listed = orderFilter.extend({
  after: z.string().max(80).optional(),
  most: z.coerce.number().int().min(1).max(200).default(50),
});
const likeness = z.object({
  ...{
    phone: words(FIELD_LIMITS.phone).default(''),
    account: words(FIELD_LIMITS.account).default(''),
    address: words(FIELD_LIMITS.address).default(''),
  },
  ...{
    community: words(FIELD_LIMITS.community).default(''),
    category: words(FIELD_LIMITS.category).default(''),
  },
});

/** What a step says beside its kind, in the shape that core knows; null: something is missing, and which. */
function stepOf(told: z.infer<typeof stepShape>, nowMs: number): Exclude<Step, { kind: 'draft' }> | string {
  const base = { atMs: nowMs - told.agoMs, receivedAtMs: nowMs, note: told.note };
  switch (told.kind) {
    case 'draft':
      return '建单请用“新建工单”。';
    case 'dispatch':
      if (told.unitId === undefined) return '请选责任单位。';
      return { ...base, kind: 'dispatch', body: { unitId: told.unitId, assistIds: told.assistIds } };
    case 'assign':
      if (told.workerId === undefined) return '请选维修人员。';
      return { ...base, kind: 'assign', body: { workerId: told.workerId } };
    case 'defer-ask':
      if (told.untilMs === undefined) return '请写延期到什么时间。';
      return { ...base, kind: 'defer-ask', body: { untilMs: told.untilMs } };
    case 'join':
      return { ...base, kind: 'join', body: { callId: told.callId, recordId: told.recordId } };
    case 'correct': {
      const to = Object.fromEntries(Object.entries(told.to ?? {}).filter(([, value]) => value !== undefined));
      if (Object.keys(to).length === 0) return '请写要更正的内容。';
      return { ...base, kind: 'correct', body: { to } };
    }
    default:
      return { ...base, kind: told.kind, body: {} } as Exclude<Step, { kind: 'draft' }>;
  }
}

/** Deeds beside being part of the order: some steps are a supervisor's. */
const SUPERVISED: readonly StepKind[] = ['supervise', 'defer-grant', 'defer-refuse'];

export function orderRoutes(ports: OrderPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-orders');
  router.get('/orders', see, async (request, response) => {
    const told = said(response, listed, request.query);
    if (!told) return;
    const { after, most, ...filter } = told;
    const cursor = cursorOf(after);
    const page = await ports.list(filter, personOf(request), cursor, most);
    response.json({
      lines: page.lines,
      next: page.next && `${page.next.atMs}~${page.next.orderNo}`,
    });
  });
  router.get('/orders/similar', allow('make-orders'), async (request, response) => {
    const about = said(response, likeness, request.query);
    if (about) response.json(await ports.similar(about));
  });
  router.get('/orders/overdue', allow('supervise-orders'), async (_request, response) => {
    response.json(await ports.overdue());
  });
  router.get('/orders/notices', see, async (request, response) => {
    response.json(await ports.notices(personOf(request)));
  });
  router.get('/orders/units', see, async (_request, response) => void response.json(await ports.units()));
  router.get('/orders/workers', see, async (request, response) => {
    const person = personOf(request);
    // who belongs to no unit and sends nobody has no workers to choose from
    if (!may(person.role, 'make-orders'))
      return void response.json(person.unitId === null ? [] : await ports.workers(person.unitId));
    const unitId = said(response, z.coerce.number().int().positive(), request.query['unitId']);
    if (unitId !== null) response.json(await ports.workers(unitId));
  });
  router.post('/orders', allow('make-orders'), async (request, response) => {
    const told = said(response, asked, request.body);
    if (!told) return;
    const made = await ports.create(told, personOf(request));
    await answer(request, response, made, 201);
  });
  router.get('/orders/:orderNo', see, async (request, response) => {
    const view = await ports.view(String(request.params['orderNo']), personOf(request));
    if (!view) return refuse(response, 404, 'no-such-order', '没有这个工单号，或它不属于您的单位。');
    response.json(view);
  });
  router.post('/orders/:orderNo/steps', allow('step-orders'), async (request, response) => {
    const told = said(response, stepShape, request.body);
    if (!told) return;
    const person = personOf(request);
    if (SUPERVISED.includes(told.kind) && !may(person.role, 'supervise-orders'))
      return refuse(response, 403, 'not-allowed', '督办和延期批复由班长办理。');
    const step = stepOf(told, ports.now());
    if (typeof step === 'string') return refuse(response, 400, 'wrong-field', step);
    const { place, once, files } = told;
    const orderNo = String(request.params['orderNo']);
    await answer(
      request,
      response,
      await ports.step(orderNo, told.version, step, person, { place, once, files }),
      200,
    );
  });

  async function answer(
    request: Request,
    response: Response,
    done: Answered<{ orderNo: string }>,
    status: number,
  ): Promise<void> {
    if (!done.ok) return refuse(response, done.refusal.status, done.refusal.code, done.refusal.message);
    const person = personOf(request);
    const view = await ports.view(done.orderNo, person);
    // redispatched away from the own unit: it is seen no more
    response.status(status).json(view ?? { orderNo: done.orderNo });
  }
  return router;
}

function cursorOf(after: string | undefined): Cursor | null {
  const found = /^(\d+(?:\.\d+)?(?:e\+?\d+)?)~(HL\d+|\d+)$/.exec(after ?? '');
  return found ? { atMs: Number(found[1]), orderNo: found[2]! } : null;
}
