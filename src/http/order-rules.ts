import { z } from 'zod';
import { FIELD_LIMITS } from '../core/field-limits.ts';
import type { OrderSettings } from '../core/orders/clocks.ts';
import type { Checked, DecisionTable, Matter } from '../core/orders/decision.ts';
import type { DecisionView } from '../protocol/orders.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface OrderRulesPorts {
  table: () => Promise<unknown>;
  oldTable: (version: number) => Promise<unknown>;
  versions: () => Promise<unknown>;
  decide: (matter: Matter, table: DecisionTable | null) => Promise<DecisionView>;
  check: (table: DecisionTable) => Promise<Checked>;
  /** null: another changed it meanwhile */
  saveTable: (after: number, table: DecisionTable, note: string, personId: number) => Promise<number | null>;
  settings: () => Promise<unknown>;
  saveSettings: (
    after: number,
    settings: OrderSettings,
    note: string,
    personId: number,
  ) => Promise<{ version: number; moved: number } | null>;
}

const short = z.string().trim().min(1).max(200);
const lists = z.record(z.string().max(40), z.array(z.string().max(40)));
const numbers = z.array(z.number().int().positive()).max(100);
const choice = z.union([
  z.strictObject({ code: short }),
  z.strictObject({ kind: z.enum(['sales', 'network']) }),
]);
const tableShape: z.ZodType<DecisionTable> = z.object({
  categories: z
    .array(
      z.object({
        code: short,
        no: z.number().int().positive(),
        zh: short,
        items: z
          .array(z.object({ no: z.number().int().positive(), zh: short, say: z.string().max(1000) }))
          .min(1)
          .max(100),
        questions: z
          .array(
            z.object({
              ...{ id: short, items: numbers, zh: short },
              answers: z
                .array(z.object({ id: short, zh: short }))
                .min(2, '至少两个答案')
                .max(9, '最多九个答案'),
            }),
          )
          .max(6, '最多六个问题'),
        rules: z
          .array(
            z.object({
              ...{ items: numbers, when: lists, districts: z.array(short), say: z.string().max(1000) },
              ...{ lead: choice.nullable(), assist: z.array(choice).max(5) },
              clocks: z.enum(['standard', 'card-meter']),
            }),
          )
          .max(200),
        urgent: z.object({ items: numbers, when: lists }).nullable(),
      }),
    )
    .min(1)
    .max(50),
});
const minutes = z.number().int().min(0).max(43_200);
const clock = z.object({
  minutes: minutes.min(1),
  ...{ warnMinutes: minutes, escalateMinutes: minutes, working: z.boolean() },
});
const days = z.array(z.object({ date: z.iso.date('要写成 2026-10-01'), name: z.string().max(40) })).max(500);
const settingsShape: z.ZodType<OrderSettings> = z.object({
  ...{ dispatch: clock, sign: clock, urgentSign: clock, urgentArrive: clock, urgentStop: clock },
  cardMeterArrive: clock,
  feedback: z.object({
    ...{ warnMinutes: minutes, escalateMinutes: minutes, working: z.boolean() },
    nightFromMinute: z.number().int().min(0).max(1440),
  }),
  outside: z.object({ warnMinutes: minutes, escalateMinutes: minutes }),
  calendar: z
    .object({
      fromMinute: z.number().int().min(0).max(1439),
      untilMinute: z.number().int().min(1).max(1440),
      weekdays: z.array(z.number().int().min(1).max(7)).max(7),
      ...{ holidays: days, worked: days, plain: days.default([]) },
      years: z.array(z.number().int().min(2000).max(2100)).max(100).default([]),
    })
    .refine((one) => one.fromMinute < one.untilMinute, '下班时间要晚于上班时间'),
});
const matterShape = z.object({
  category: z.string().max(FIELD_LIMITS.category),
  item: z.number().int(),
  answers: z.record(z.string().max(40), z.string().max(40)).default({}),
  district: z.string().max(FIELD_LIMITS.district).default(''),
  urgent: z.boolean().default(false),
});
const note = z.string().trim().min(1, '请写明改了什么').max(500);

export function orderRulesRoutes(ports: OrderRulesPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-orders');
  const edit = allow('edit-order-rules');
  router.get('/decision-table', see, async (_request, response) => void response.json(await ports.table()));
  router.get('/decision-table/versions', edit, async (_request, response) => {
    response.json(await ports.versions());
  });
  router.get('/decision-table/versions/:version', edit, async (request, response) => {
    const version = said(response, z.coerce.number().int().positive(), request.params['version']);
    if (version === null) return;
    const old = await ports.oldTable(version);
    if (!old) return refuse(response, 404, 'no-such-version', '没有这个版本，请从版本列表里选。');
    response.json(old);
  });
  router.post('/decision-table/decide', see, async (request, response) => {
    const told = said(response, matterShape.extend({ table: tableShape.optional() }), request.body);
    if (!told) return;
    const { table, ...matter } = told;
    response.json(await ports.decide(matter, table ?? null));
  });
  router.post('/decision-table/check', edit, async (request, response) => {
    const told = said(response, z.object({ table: tableShape }), request.body);
    if (told) response.json(await ports.check(told.table));
  });
  router.post('/decision-table', edit, async (request, response) => {
    const shape = z.object({ after: z.number().int().positive(), table: tableShape, note });
    const told = said(response, shape, request.body);
    if (!told) return;
    const { faults } = await ports.check(told.table);
    if (faults.length > 0) return refuse(response, 400, 'wrong-table', `${faults[0]}，请改正后再保存。`);
    const version = await ports.saveTable(told.after, told.table, told.note, personOf(request).id);
    if (version === null)
      return refuse(response, 409, 'moved-meanwhile', '别人刚刚保存了新版本，请刷新后在新版本上修改。');
    response.status(201).json({ version });
  });
  router.get(
    '/orders-settings',
    see,
    async (_request, response) => void response.json(await ports.settings()),
  );
  router.post('/orders-settings', edit, async (request, response) => {
    const shape = z.object({ after: z.number().int().positive(), settings: settingsShape, note });
    const told = said(response, shape, request.body);
    if (!told) return;
    const saved = await ports.saveSettings(told.after, told.settings, told.note, personOf(request).id);
    if (!saved) return refuse(response, 409, 'moved-meanwhile', '别人刚刚改过时限设置，请刷新后再改。');
    response.status(201).json(saved);
  });
  return router;
}
