/** What other systems ask of the orders, put together: they read, make drafts, and a unit's own system works its orders off. */
import type pg from 'pg';
import { clocksFor, decide } from '../core/orders/decision.ts';
import type { Order, Step, StepKind } from '../core/orders/order.ts';
import { stepRefusalWords, STEP_WORDS } from '../core/orders/words.ts';
import type { OtherSystem } from '../core/outward/scope.ts';
import { No, type Operation } from '../http/v1/operation.ts';
import { orderOperations, type WantedStep } from '../http/v1/orders.ts';
import { decisionTable, orderSettings } from '../postgres/order-rules.ts';
import { createOrder, stepOrder, type StepBy } from '../postgres/orders.ts';
import { readOrder, readOrders, readSteps } from '../postgres/outward-orders.ts';
import { listUnits } from '../postgres/units.ts';

export function openOrderOperations(on: {
  own: pg.Pool;
  now: () => number;
  /** pushed to who watches orders */
  told: (orderNo: string, kind: StepKind) => Promise<void>;
  figures: { arrived: (order: Order) => void };
}): Operation[] {
  const { own, now, told, figures } = on;
  return orderOperations({
    list: (filter, system, after, most) =>
      readOrders(own, filter, { personId: -1, ofUnitId: system.unitId, nowMs: now() }, after, most),
    find: (orderNo, system, client) => readOrder((client ?? own) as pg.Pool, orderNo, system.unitId),
    steps: (orderNo) => readSteps(own, orderNo),
    async categories() {
      const { body } = await decisionTable(own);
      return body.categories.map(({ code, zh, items, questions }) => ({
        ...{ code, category: zh },
        items: items.map((one) => ({ no: one.no, item: one.zh })),
        questions: questions.map((one) => ({
          ...{ id: one.id, question: one.zh, items: one.items },
          answers: one.answers.map((answer) => ({ id: answer.id, answer: answer.zh })),
        })),
      }));
    },
    async create(given, wanted, system, afterwards) {
      const client = given as pg.Pool;
      // all on the change's own connection: changes that wait for another one would wait for each other
      const table = await decisionTable(client);
      const settings = await orderSettings(client);
      const units = await listUnits(client);
      const category = table.body.categories.find((one) => [one.code, one.zh].includes(wanted.category));
      const item = category?.items.find((one) => one.no === wanted.itemNo);
      if (!category || !item)
        throw new No(400, 'wrong-field', 'category、itemNo：分类表里没有，请看 /order-categories。');
      const { answers, district, urgent } = wanted;
      const matter = { category: category.code, item: item.no, answers, district, urgent };
      const clockSet = clocksFor(decide(table.body, matter, units), category, matter);
      const orderNo = await createOrder(
        client,
        {
          ...wanted,
          ...{ category: category.zh, categoryCode: category.code, item: item.zh, clockSet, source: 'api' },
          ...{ urgent: clockSet === 'urgent-leak', callId: null, recordId: null },
          outsideDueAtMs: wanted.outsideDueAt === null ? null : Date.parse(wanted.outsideDueAt),
          ...{ ruleVersion: table.version, atMs: now() },
        },
        byOf(system, ''),
        settings.body,
      );
      afterwards(() => void told(orderNo, 'draft'));
      return (await readOrder(client, orderNo, null))!;
    },
    async step(given, orderNo, wanted, version, system, afterwards) {
      const client = given as pg.Pool;
      const step = stepOf(wanted, now());
      const settings = await orderSettings(client);
      const theirs = (order: Order) =>
        order.unitId === system.unitId || order.assistIds.includes(system.unitId!) ? 'unit' : null;
      const by = { ...byOf(system, wanted.person), place: wanted.place };
      const done = await stepOrder(client, orderNo, version, step, theirs, by, settings.body);
      if (done.ok) {
        afterwards(() => {
          void told(orderNo, step.kind);
          if (step.kind === 'arrive') figures.arrived(done.order);
        });
        return (await readOrder(client, orderNo, null))!;
      }
      switch (done.why) {
        case 'no-such-order':
          throw new No(404, 'no-such-order', '没有这个工单号，请核对。');
        case 'moved-meanwhile': {
          const { person, unit, kind } = done.last;
          throw new No(
            412,
            'moved-meanwhile',
            `${[unit, person].filter(Boolean).join(' ') || '系统'}刚做了“${STEP_WORDS[kind]}”，请重新读取后再办。`,
          );
        }
        case 'refused': {
          const { refusal } = done;
          throw new No(refusal.code === 'not-yours' ? 403 : 409, refusal.code, stepRefusalWords(refusal));
        }
      }
    },
  });
}

function byOf(system: OtherSystem, personName: string): StepBy {
  const { unitId, system: name } = system;
  return { personId: null, personName, unitId, origin: 'api', system: name };
}

function stepOf(wanted: WantedStep, nowMs: number): Exclude<Step, { kind: 'draft' }> {
  const atMs = wanted.at === undefined ? nowMs : Date.parse(wanted.at);
  const base = { atMs, receivedAtMs: nowMs, note: wanted.note };
  if (wanted.kind !== 'defer-ask') return { ...base, kind: wanted.kind, body: {} };
  if (wanted.until === undefined) throw new No(400, 'wrong-field', 'until：请写延期到什么时间。');
  return { ...base, kind: 'defer-ask', body: { untilMs: Date.parse(wanted.until) } };
}
