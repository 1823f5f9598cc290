import { z } from 'zod';
import { ANSWERS, type Answer, type Answers, type QualityForm } from '../core/quality/form.ts';
import { MEASURED, type Measured } from '../core/quality/measured.ts';
import { parsePeriod, type Period } from '../core/office/period.ts';
import type {
  Calibration,
  DrawProof,
  FilledForm,
  KeptForm,
  QualityTrends,
  QualityWeek,
  ScoreLine,
  ScoreSheet,
} from '../protocol/quality.ts';
import { allow, attach, deedsOn, personOf, refuse, said, type Coded, type Done } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface QualityPorts {
  week: (week: Period | null) => Promise<QualityWeek>;
  draw: (week: Period, person: SignedIn) => Done;
  prove: (week: Period) => Promise<DrawProof | null>;
  sheet: (callId: string, calibrationId: number | null, person: SignedIn) => Promise<ScoreSheet | string>;
  fill: (callId: string, filled: FilledForm, person: SignedIn) => Promise<string | Coded | null>;
  mine: (person: SignedIn) => Promise<ScoreLine[]>;
  appeals: () => Promise<ScoreLine[]>;
  agentsWord: (id: number, deed: 'see' | 'answer' | 'appeal', words: string, person: SignedIn) => Done;
  decide: (id: number, answers: Answers | null, words: string, person: SignedIn) => Done;
  trends: (fromMs: number, untilMs: number) => Promise<QualityTrends>;
  file: (fromMs: number, untilMs: number, person: SignedIn) => Promise<Buffer>;
  forms: () => Promise<KeptForm[]>;
  saveForm: (of: { formId: number; version: number } | null, body: QualityForm, person: SignedIn) => Done;
  putInForce: (formId: number, person: SignedIn) => Done;
  calibrations: (person: SignedIn) => Promise<Calibration[]>;
  openCalibration: (callId: string, person: SignedIn) => Done;
  closeCalibration: (id: number, person: SignedIn) => Done;
}

const id = z.number().int().positive();
const instant = z.coerce.number().int().min(0).max(4e12);
const week = z
  .string()
  .transform((text) => parsePeriod(text))
  .refine((period): period is Period => period?.kind === 'week', '请选一周');
const words = z.string().trim().max(500, '最多 500 个字');
const callId = z.string().min(1).max(100);
const answers = z.record(z.string().max(60), z.enum(Object.keys(ANSWERS) as [Answer]));
const content = z.object({
  answers,
  comments: z
    .array(z.object({ atMs: instant, words: words.min(1, '请写批注，或删除这一条') }))
    .max(100, '最多 100 条批注'),
  note: words,
});
const filled = content.extend({
  formId: id,
  version: id,
  calibrationId: id.nullable(),
  give: z.boolean(),
  was: content.nullable().optional(),
});
const form = z.object({
  name: z.string().trim().max(40, '最多 40 个字'),
  sections: z
    .array(
      z.object({
        name: z.string().trim().max(40, '最多 40 个字'),
        points: z
          .array(
            z.object({
              key: z.string().max(60),
              name: z.string().trim().max(60, '最多 60 个字'),
              hint: z.string().trim().max(200, '最多 200 个字'),
              weight: z.number(),
              fatal: z.boolean(),
              optional: z.boolean(),
              measured: z.enum(Object.keys(MEASURED) as [Measured]).nullable(),
            }),
          )
          .max(60),
      }),
    )
    .max(20, '最多 20 个部分'),
});
const span = z
  .object({ fromMs: instant, untilMs: instant })
  .refine((one) => one.untilMs > one.fromMs && one.untilMs - one.fromMs <= 400 * 86_400_000, {
    message: '请选一段不超过 400 天的时间',
  });

/** Quality: the week's calls for who scores them, the form, and each agent's own scores. */
export function qualityRoutes(ports: QualityPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-quality');
  const all = allow('see-all-quality');
  const score = allow('score-calls');
  const edit = allow('edit-quality-forms');
  const own = allow('take-calls');
  const deed = deedsOn(router);

  router.get('/quality/week', all, async (request, response) => {
    const asked = said(response, z.object({ week: week.optional() }), request.query);
    if (asked) response.json(await ports.week(asked.week ?? null));
  });
  deed('/quality/draw', score, z.object({ week }), (told, person) => ports.draw(told.week, person));
  router.get('/quality/draw', all, async (request, response) => {
    const asked = said(response, z.object({ week }), request.query);
    if (!asked) return;
    const proof = await ports.prove(asked.week);
    if (!proof) return refuse(response, 404, 'not-drawn', '这一周还没有抽取，请先抽取。');
    response.json(proof);
  });

  router.get('/quality/calls/:callId', see, async (request, response) => {
    const asked = said(
      response,
      z.object({ calibration: z.coerce.number().int().positive().optional() }),
      request.query,
    );
    if (!asked) return;
    const sheet = await ports.sheet(
      String(request.params['callId']),
      asked.calibration ?? null,
      personOf(request),
    );
    if (typeof sheet === 'string') return refuse(response, 404, 'no-such-call', sheet);
    response.json(sheet);
  });
  deed('/quality/scores', score, z.object({ callId, filled }), (told, person) =>
    ports.fill(told.callId, told.filled, person),
  );
  router.get('/quality/mine', own, async (request, response) => {
    response.json(await ports.mine(personOf(request)));
  });
  deed('/quality/scores/see', own, z.object({ id }), (told, person) =>
    ports.agentsWord(told.id, 'see', '', person),
  );
  deed('/quality/scores/answer', own, z.object({ id, words }), (told, person) =>
    ports.agentsWord(told.id, 'answer', told.words, person),
  );
  deed(
    '/quality/scores/appeal',
    own,
    z.object({ id, words: words.min(1, '请写申诉的理由') }),
    (told, person) => ports.agentsWord(told.id, 'appeal', told.words, person),
  );
  router.get('/quality/appeals', allow('decide-appeals'), async (_request, response) => {
    response.json(await ports.appeals());
  });
  deed(
    '/quality/scores/decide',
    allow('decide-appeals'),
    z.object({ id, answers: answers.nullable(), words: words.min(1, '请写裁定的理由') }),
    (told, person) => ports.decide(told.id, told.answers, told.words, person),
  );

  router.get('/quality/trends', all, async (request, response) => {
    const asked = said(response, span, request.query);
    if (asked) response.json(await ports.trends(asked.fromMs, asked.untilMs));
  });
  router.get('/quality/file', all, async (request, response) => {
    const asked = said(response, span, request.query);
    if (!asked) return;
    attach(response, '质检评分.xlsx').send(await ports.file(asked.fromMs, asked.untilMs, personOf(request)));
  });

  router.get('/quality/forms', all, async (_request, response) => {
    response.json(await ports.forms());
  });
  deed(
    '/quality/forms',
    edit,
    z.object({ of: z.object({ formId: id, version: id }).nullable(), body: form }),
    (told, person) => ports.saveForm(told.of, told.body, person),
  );
  deed('/quality/forms/in-force', edit, z.object({ formId: id }), (told, person) =>
    ports.putInForce(told.formId, person),
  );

  router.get('/quality/calibrations', score, async (request, response) => {
    response.json(await ports.calibrations(personOf(request)));
  });
  deed('/quality/calibrations', score, z.object({ callId }), (told, person) =>
    ports.openCalibration(told.callId, person),
  );
  deed('/quality/calibrations/close', score, z.object({ id }), (told, person) =>
    ports.closeCalibration(told.id, person),
  );
  return router;
}
