import { type Request, type Response } from 'express';
import { z } from 'zod';
import { ANNEX_2, ANNEX_2_TITLE, type Annex2Row } from '../core/callbacks/annex2.ts';
import { bandsOverlap } from '../core/callbacks/hours.ts';
import type { SurveySettings } from '../core/callbacks/settings.ts';
import { parsePeriod, periodWords, type Period } from '../core/office/period.ts';
import { maskFor } from '../core/people/mask-for.ts';
import { receiverOfRequest } from './masks.ts';
import { allow, attach, personOf, proven, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Row extends Annex2Row {
  id: number;
}
type List =
  | 'population'
  | 'drawn'
  | 'called'
  | 'reached'
  | 'valid'
  | 'satisfied'
  | 'fair'
  | 'dissatisfied'
  | 'not-solved'
  | 'people';
interface Filter {
  campaignId?: number | undefined;
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  department?: string | undefined;
  category?: string | undefined;
  district?: string | undefined;
  channel?: 'machine' | 'person' | undefined;
}
type By = 'department' | 'category' | 'district' | 'week';
/** A rule of the work said no; its words are the answer. */
type Said = { ok: true } | { ok: false; code: string; words: string };

export interface CallbackRoutePorts {
  settings(): SurveySettings;
  /** `was`: what who changed them saw; false: another has changed them since, and nothing is written over that */
  saveSettings(settings: SurveySettings, was: SurveySettings | null): Promise<boolean>;
  campaigns(): Promise<unknown[]>;
  begin(period: Period, personId: number): Promise<{ id: number; drawn: number } | null>;
  setState(id: number, state: 'running' | 'paused' | 'stopped'): Promise<boolean>;
  certificate(id: number): Promise<Record<string, unknown> | null>;
  drawAgain(id: number): Promise<{ same: boolean; differences: string[]; drawn: number } | null>;
  live(): {
    calling: { itemId: number; number: string; sinceMs: number }[];
    waiting: number;
    freeAgents: number;
  };
  figures(by: By, filter: Filter): Promise<unknown[]>;
  list(filter: Filter & { list: List }, most: number): Promise<Row[]>;
  /** how many the list has, however many are shown */
  count(filter: Filter & { list: List }): Promise<number>;
  forPeople(person: { id: number; role: string }): Promise<Row[]>;
  answer(id: number, person: { id: number; role: string }, answer: PersonAnswer): Promise<Said>;
  later(id: number, person: { id: number; role: string }, atMs: number | null): Promise<Said>;
  redo(): Promise<Row[]>;
  sendRedo(draftId: number, personId: number): Promise<string | null>;
  dropRedo(draftId: number, personId: number): Promise<boolean>;
  /** the word that was left; null: there is none */
  recording(itemId: number): Promise<string | null>;
  today(number: string): Promise<unknown>;
  doNotCall(): Promise<{ number: string; sinceMs: number; how: string }[]>;
  addDoNotCall(number: string, personId: number): Promise<boolean>;
  removeDoNotCall(number: string): Promise<boolean>;
  annex2(rows: readonly Row[], words: string): Promise<Buffer>;
}
export interface PersonAnswer {
  solved: boolean;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied';
  words: string;
  handling: string;
}

const periodKey = z
  .string()
  .max(60)
  .transform((key, context) => {
    const period = parsePeriod(key);
    if (period) return period;
    context.addIssue({ code: 'custom', message: '没有这个时间段，请重新选择' });
    return z.NEVER;
  });
const text = z.string().max(80).optional();
const filter = z.object({
  campaign: z.coerce.number().int().positive().optional(),
  period: periodKey.optional(),
  department: text,
  category: text,
  district: text,
  channel: z.enum(['machine', 'person']).optional(),
});
const list = z
  .enum([
    'population',
    'drawn',
    'called',
    'reached',
    'valid',
    'satisfied',
    'fair',
    'dissatisfied',
    'not-solved',
    'people',
  ])
  .default('reached');
const id = z.coerce.number().int().positive();
const rate = z.number().int('比例最多两位小数').min(0, '比例不能小于 0').max(10_000, '比例不能超过 100%');
const minutes = z.number().int().min(0).max(1440);
const settings = z.object({
  sample: z.object({
    rate: rate.min(500, '第十四条要求不低于 5%'),
    rates: z.record(z.string().max(80), rate.min(500, '第十四条要求不低于 5%')),
    wholeUrgent: z.boolean(),
    wholeRedone: z.boolean(),
  }),
  bands: z
    .array(
      z
        .object({ from: minutes, until: minutes })
        .refine((band) => band.from < band.until, '时段的结束要晚于开始'),
    )
    .min(1, '至少要有一个外呼时段')
    .max(4)
    .refine((bands) => !bandsOverlap(bands), '外呼时段不能重叠，请改开始或结束时间'),
  atOnce: z.number().int().min(1, '至少 1 路').max(60, '最多 60 路'),
  agentsKept: z.number().int().min(0).max(60),
  perNumberAndWeek: z.number().int().min(1, '至少 1 次').max(7, '一周最多 7 次'),
  tries: z.number().int().min(2).max(6),
  weekly: z.boolean(),
});
const answer = z.object({
  solved: z.boolean({ error: '请选是否解决' }),
  satisfied: z.enum(['satisfied', 'fair', 'dissatisfied'], { error: '请选是否满意' }),
  words: z.string().max(1000, '意见最多 1000 字'),
  handling: z.string().max(500, '处理完成情况最多 500 字'),
});

const ON_SCREEN = 2000;
const IN_FILE = 20_000;

/** Callback campaigns, their certificates, Annex 2, and what people call back themselves. */
export function callbackRoutes(ports: CallbackRoutePorts): Routes {
  const router = declareRoutes();
  const read = allow('read-callbacks');
  const run = allow('run-callbacks');
  const call = allow('call-back');

  const numbered = (request: Request, response: Response): number | null =>
    said(response, id, request.params['id']);
  const gone = (response: Response) =>
    refuse(response, 404, 'not-found', '没有这条记录，可能已被处理，请刷新。');

  router.get('/callbacks/campaigns', read, async (_request, response) => {
    response.json({ campaigns: await ports.campaigns(), settings: ports.settings() });
  });
  router.post('/callbacks/campaigns', run, async (request, response) => {
    const asked = said(response, z.object({ period: periodKey }), request.body);
    if (!asked) return;
    const begun = await ports.begin(asked.period, personOf(request).id);
    if (!begun)
      return refuse(response, 409, 'nothing-to-draw', '这段时间没有办结的上门工单，换一个时间段再抽。');
    response.status(201).json(begun);
  });
  router.get('/callbacks/campaigns/:id', read, async (request, response) => {
    const asked = numbered(request, response);
    if (asked === null) return;
    const certificate = await ports.certificate(asked);
    if (!certificate) return gone(response);
    response.json(certificate);
  });
  router.post('/callbacks/campaigns/:id/again', read, async (request, response) => {
    const asked = numbered(request, response);
    if (asked === null) return;
    const again = await ports.drawAgain(asked);
    if (!again) return gone(response);
    response.json(again);
  });
  router.post('/callbacks/campaigns/:id/state', run, async (request, response) => {
    const asked = numbered(request, response);
    const wish =
      asked === null
        ? null
        : said(response, z.object({ state: z.enum(['running', 'paused', 'stopped']) }), request.body);
    if (asked === null || !wish) return;
    if (!(await ports.setState(asked, wish.state)))
      return refuse(response, 409, 'campaign-over', '这次回访已经结束，不能再改；需要时请重新抽样。');
    response.json({});
  });
  router.get('/callbacks/live', read, (_request, response) => {
    const { calling, ...rest } = ports.live();
    response.json({ ...rest, calling });
  });
  router.put('/callbacks/settings', run, async (request, response) => {
    const wish = said(response, settings.extend({ was: settings.nullable().default(null) }), request.body);
    if (!wish) return;
    const { was, ...next } = wish;
    if (!(await ports.saveSettings(next, was)))
      return refuse(response, 409, 'changed-meanwhile', '另一处刚改过回访设置。这里填的还在，没有保存。');
    response.json({});
  });

  router.get('/callbacks/figures', read, async (request, response) => {
    const asked = said(
      response,
      filter.extend({ by: z.enum(['department', 'category', 'district', 'week']) }),
      request.query,
    );
    if (!asked) return;
    response.json({ rows: await ports.figures(asked.by, filterOf(asked)) });
  });
  router.get('/callbacks/list', read, async (request, response) => {
    const asked = said(response, filter.extend({ list }), request.query);
    if (!asked) return;
    const wanted = { ...filterOf(asked), list: asked.list };
    const [rows, count] = await Promise.all([ports.list(wanted, ON_SCREEN), ports.count(wanted)]);
    response.json({ rows: rows, count });
  });
  router.get('/callbacks/annex2.xlsx', allow('export-lists'), proven, read, async (request, response) => {
    const asked = said(response, filter.extend({ list }), request.query);
    if (!asked) return;
    const wanted = { ...filterOf(asked), list: asked.list };
    if ((await ports.count(wanted)) > IN_FILE)
      return refuse(response, 409, 'too-many', `超过 ${IN_FILE} 条，请缩小时间段或选一个部门再导出。`);
    const rows = maskFor(await ports.list(wanted, IN_FILE), receiverOfRequest(request));
    const words = asked.period ? periodWords(asked.period) : `${ANNEX_2.length} 栏，共 ${rows.length} 条`;
    const file = await ports.annex2(rows, words);
    attach(response, `${ANNEX_2_TITLE.replaceAll('"', '')}.xlsx`).send(file);
  });

  router.get('/callbacks/people', call, async (request, response) => {
    response.json({ rows: await ports.forPeople(personOf(request)) });
  });
  router.post('/callbacks/items/:id/answer', call, async (request, response) => {
    const asked = numbered(request, response);
    const told = asked === null ? null : said(response, answer, request.body);
    if (asked === null || !told) return;
    done(response, await ports.answer(asked, personOf(request), told));
  });
  router.post('/callbacks/items/:id/later', call, async (request, response) => {
    const asked = numbered(request, response);
    const told =
      asked === null
        ? null
        : said(response, z.object({ atMs: z.number().finite().nullable() }), request.body);
    if (asked === null || !told) return;
    done(response, await ports.later(asked, personOf(request), told.atMs));
  });
  router.get('/callbacks/items/:id/recording', read, async (request, response) => {
    const asked = numbered(request, response);
    if (asked === null) return;
    const file = await ports.recording(asked);
    if (!file) return refuse(response, 404, 'no-recording', '没有留言录音，或录音已不在这台机器上。');
    response.type('audio/wav').sendFile(file, { dotfiles: 'allow' });
  });

  router.get('/callbacks/redo', run, async (_request, response) => {
    response.json({ rows: await ports.redo() });
  });
  router.post('/callbacks/redo/:id', run, async (request, response) => {
    const asked = numbered(request, response);
    const told = asked === null ? null : said(response, z.object({ send: z.boolean() }), request.body);
    if (asked === null || !told) return;
    const { id: personId } = personOf(request);
    if (told.send) {
      const orderNo = await ports.sendRedo(asked, personId);
      if (!orderNo)
        return refuse(
          response,
          409,
          'not-closed',
          '这张工单现在不能重办（可能已在重办），请打开工单看一看，不需要就选“不重办”。',
        );
      return void response.json({ orderNo });
    }
    if (!(await ports.dropRedo(asked, personId))) return gone(response);
    response.json({});
  });

  router.get('/callbacks/today/:number', call, async (request, response) => {
    response.json({ call: await ports.today(String(request.params['number'])) });
  });
  router.get('/callbacks/do-not-call', run, async (_request, response) => {
    response.json({ rows: await ports.doNotCall() });
  });
  router.post('/callbacks/do-not-call', call, async (request, response) => {
    const told = said(response, z.object({ number: z.string().max(40) }), request.body);
    if (!told) return;
    if (!(await ports.addDoNotCall(told.number, personOf(request).id)))
      return refuse(response, 400, 'wrong-field', '号码不对，请填手机或座机号码。');
    response.status(201).json({});
  });
  router.delete('/callbacks/do-not-call/:number', run, async (request, response) => {
    if (!(await ports.removeDoNotCall(String(request.params['number'])))) return gone(response);
    response.json({});
  });
  return router;
}

function filterOf(asked: z.infer<typeof filter>): Filter {
  const { campaign, period, department, category, district, channel } = asked;
  return {
    campaignId: campaign,
    fromMs: period?.fromMs,
    untilMs: period?.untilMs,
    department,
    category,
    district,
    channel,
  };
}

function done(response: Response, answered: Said): void {
  if (answered.ok) response.json({});
  else refuse(response, 409, answered.code, answered.words);
}
