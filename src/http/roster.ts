import { z } from 'zod';
import { CONDUCT_KINDS, type ConductKind, type ConductRow } from '../core/shifts/conduct.ts';
import type { Pattern } from '../core/shifts/roster.ts';
import type { ShiftPlan } from '../core/shifts/shift.ts';
import type { RosterDay, RosterMonth } from '../protocol/roster.ts';
import { may } from '../core/people/may.ts';
import { allow, attach, deedsOn, personOf, said, type Done } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface ConductDecision {
  id: number;
  state: 'confirmed' | 'waived';
  reason: string;
  /** what who decides saw; not told: whatever it is */
  was?: 'seen' | 'confirmed' | 'waived' | undefined;
}

export interface RosterPorts {
  month: (month: string) => Promise<RosterMonth>;
  day: (date: string) => Promise<RosterDay>;
  file: (month: string) => Promise<Buffer>;
  savePattern: (
    pattern: Pattern,
    members: { personId: number; team: number | null }[],
    person: SignedIn,
  ) => Done;
  /** the shifts' times from a day on; without kinds: they are not changed on that day after all */
  savePlan: (plan: ShiftPlan, person: SignedIn) => Done;
  fill: (month: string, person: SignedIn) => Done;
  /** `was`: what who changes it saw there; not told: whatever it is */
  setCell: (
    cell: { personId: number; date: string; code: string; was?: string | undefined },
    person: SignedIn,
  ) => Done;
  askSwap: (swap: { askerDate: string; otherId: number; otherDate: string }, person: SignedIn) => Done;
  answerSwap: (id: number, yes: boolean, person: SignedIn) => Done;
  conduct: (fromMs: number, untilMs: number, personId: number | null) => Promise<ConductRow[]>;
  conductFile: (month: string, person: SignedIn) => Promise<Buffer>;
  addConduct: (
    one: { personId: number; kind: ConductKind; atMs: number; detail: string },
    person: SignedIn,
  ) => Promise<void>;
  decideConduct: (decision: ConductDecision, person: SignedIn) => Done;
  answerConduct: (id: number, answer: string, person: SignedIn) => Done;
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '请选月份');
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/, '请选日期');
const id = z.number().int().positive();
const code = z.string().max(20);
const instant = z.coerce.number().int().min(0).max(4e12);

/** The roster for who works by it; the list of conduct for who judges it, and each agent's own. */
export function rosterRoutes(ports: RosterPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-roster');
  const keep = allow('keep-roster');
  const deed = deedsOn(router);

  router.get('/roster', see, async (request, response) => {
    const asked = said(response, z.object({ month }), request.query);
    if (asked) response.json(await ports.month(asked.month));
  });
  router.get('/roster/day', see, async (request, response) => {
    const asked = said(response, z.object({ date }), request.query);
    if (asked) response.json(await ports.day(asked.date));
  });
  router.get('/roster/file', see, async (request, response) => {
    const asked = said(response, z.object({ month }), request.query);
    if (asked) attach(response, `排班表${asked.month}.xlsx`).send(await ports.file(asked.month));
  });
  const pattern = z.object({
    teams: z.array(z.string().trim().min(1).max(20)).max(12),
    cycle: z.array(code).max(60),
    step: z.number().int().min(0).max(60),
    beginDate: date,
  });
  const members = z
    .array(z.object({ personId: id, team: z.number().int().min(0).max(11).nullable() }))
    .max(1000);
  deed('/roster/pattern', keep, z.object({ pattern, members }), (told, person) =>
    ports.savePattern(told.pattern, told.members, person),
  );
  const kinds = z.array(
    z.object({
      code: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, '班次代号不对，请刷新'),
      zh: z.string().trim().min(1, '每个班次都要有名称').max(10, '班次名称最多 10 个字'),
      fromMinute: z.number().int().min(0).max(1439),
    }),
  );
  deed(
    '/roster/shifts',
    keep,
    z.object({ fromDate: date, kinds: kinds.max(8, '一天最多 8 个班次') }),
    ports.savePlan,
  );
  deed('/roster/fill', keep, z.object({ month }), (told, person) => ports.fill(told.month, person));
  deed('/roster/cell', keep, z.object({ personId: id, date, code, was: code.optional() }), ports.setCell);
  deed(
    '/roster/swaps',
    allow('take-calls'),
    z.object({ askerDate: date, otherId: id, otherDate: date }),
    ports.askSwap,
  );
  deed('/roster/swaps/answer', allow('take-calls'), z.object({ id, yes: z.boolean() }), (told, person) =>
    ports.answerSwap(told.id, told.yes, person),
  );

  router.get('/conduct', allow('see-conduct'), async (request, response) => {
    const asked = said(response, z.object({ fromMs: instant, untilMs: instant }), request.query);
    if (!asked) return;
    const person = personOf(request);
    const only = may(person.role, 'see-all-conduct') ? null : person.id;
    response.json(await ports.conduct(asked.fromMs, asked.untilMs, only));
  });
  router.get('/conduct/file', allow('see-all-conduct'), async (request, response) => {
    const asked = said(response, z.object({ month }), request.query);
    if (!asked) return;
    const file = await ports.conductFile(asked.month, personOf(request));
    attach(response, `值守情况${asked.month}.xlsx`).send(file);
  });
  const judge = allow('judge-conduct');
  const kind = z.enum(Object.keys(CONDUCT_KINDS) as [ConductKind]);
  const words = z.string().trim().max(300, '最多 300 个字');
  deed(
    '/conduct',
    judge,
    z.object({ personId: id, kind, atMs: instant, detail: words.min(1, '请写经过') }),
    async (told, person) => {
      await ports.addConduct(told, person);
      return null;
    },
  );
  deed(
    '/conduct/decide',
    judge,
    z
      .object({
        ...{ id, state: z.enum(['confirmed', 'waived']), reason: words },
        was: z.enum(['seen', 'confirmed', 'waived']).optional(),
      })
      .refine((one) => one.state === 'confirmed' || one.reason !== '', {
        path: ['reason'],
        message: '免予追究要写原因',
      }),
    ports.decideConduct,
  );
  deed(
    '/conduct/answer',
    allow('take-calls'),
    z.object({ id, answer: words.min(1, '请写说明') }),
    (told, person) => ports.answerConduct(told.id, told.answer, person),
  );
  return router;
}
