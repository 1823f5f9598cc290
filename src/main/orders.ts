/** Work orders put together: the decision table, the steps, the clocks' watch, the lists and the figures. */
import { zonedIso } from '../core/zone.ts';
import { openOrderWatch } from '../app/order-watch.ts';
import {
  checkTable,
  clocksFor,
  decide,
  mayBeUrgent,
  type DecisionTable,
  type Matter,
} from '../core/orders/decision.ts';
import { actorOf, stepsFor, type Step, type StepKind } from '../core/orders/order.ts';
import type { Cursor, OrderFilter } from '../core/orders/list.ts';
import { STEP_WORDS, stepRefusalWords } from '../core/orders/words.ts';
import { may } from '../core/people/may.ts';
import { socketEvent } from '../http/events.ts';
import { orderRulesRoutes } from '../http/order-rules.ts';
import { orderRoutes, type Answered, type AskedOrder, type OrderPorts } from '../http/orders.ts';
import type { SignedIn } from '../http/sessions.ts';
import { callbackOfOrder } from '../postgres/callback-lists.ts';
import { endCalls, fireClocks, readClocks, resetClocks } from '../postgres/order-clocks.ts';
import { listOrders, overdueCells, similarOrders, workersOf } from '../postgres/order-lists.ts';
import { orderFiles } from '../postgres/field.ts';
import { lateNotices } from '../postgres/order-notices.ts';
import { communityFor } from '../postgres/order-corrections.ts';
import { orderOf } from '../postgres/order-rows.ts';
import { addVersion, decisionTable, listVersions, oldTable, orderSettings } from '../postgres/order-rules.ts';
import {
  createOrder,
  orderLine,
  orderOfRecord,
  stepOrder,
  stepsOf,
  wholeOrder,
  type StepBy,
} from '../postgres/orders.ts';
import { stepCase } from '../postgres/cases.ts';
import { inTransaction } from '../postgres/pool.ts';
import { listDistricts, listUnits, type Unit } from '../postgres/units.ts';
import type { DecisionView, OrderView } from '../protocol/orders.ts';
import { z } from 'zod';
import { CaseRefused, caseRefusal } from './cases.ts';
import { saidOfStep } from './order-steps.ts';
import { orderMetrics } from './order-figures.ts';
import { openOrderOperations } from './order-operations.ts';
import { tellOrder } from './order-told.ts';
import type { OpenWing } from './wings.ts';

const MOST_FIRED = 200;
const NONE_WORDS = {
  'no-category': '请先选投诉事由。',
  'no-item': '请先选内容。',
  'no-district': '请先选辖区，才能知道派给谁。',
  'no-rule': '分类表里没有这一种情况，请自选单位，并告诉管理员补上。',
  'no-unit': '这个辖区没有对应的单位，请自选单位，并告诉管理员补上。',
};

export const openOrders: OpenWing = (ground) => {
  const { pool, live, now, log } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'orders');
  const figures = orderMetrics(ground);

  async function decideNow(matter: Matter, given: DecisionTable | null): Promise<DecisionView> {
    const [table, units] = await Promise.all([
      given ?? decisionTable(pool).then((one) => one.body),
      listUnits(pool),
    ]);
    const category = table.categories.find((one) => one.code === matter.category);
    const urgent = category !== undefined && mayBeUrgent(category, matter);
    const found = decide(table, matter, units);
    switch (found.kind) {
      case 'ask':
        return { kind: 'ask', questions: found.questions, mayBeUrgent: urgent };
      case 'answer':
        return { kind: 'answer', say: found.say, mayBeUrgent: urgent };
      case 'none':
        return { kind: 'none', message: NONE_WORDS[found.why], mayBeUrgent: urgent };
      case 'dispatch': {
        const { say, leadId, assistIds, clocks, why } = found;
        const name = (id: number) => units.find((one) => one.id === id)?.name ?? '';
        return {
          ...{ kind: 'dispatch', say, leadId, assistIds, clocks, why, mayBeUrgent: urgent },
          ...{ lead: name(leadId), assist: assistIds.map(name) },
        };
      }
    }
  }

  const refused = (status: number, code: string, message: string) => ({
    ok: false as const,
    refusal: { status, code, message },
  });

  function byOf(person: SignedIn): StepBy {
    return {
      ...{ personId: person.id, personName: person.name, unitId: person.unitId, system: null },
      origin: person.role === 'field-worker' ? 'field' : person.role === 'dispatcher' ? 'unit' : 'desk',
    };
  }

  async function create(asked: AskedOrder, person: SignedIn): Promise<Answered<{ orderNo: string }>> {
    const [table, settings, units] = await Promise.all([
      decisionTable(pool),
      orderSettings(pool),
      listUnits(pool),
    ]);
    const { categoryCode, itemNo, answers, district, urgent } = asked;
    const category = table.body.categories.find((one) => one.code === categoryCode);
    const item = category?.items.find((one) => one.no === itemNo);
    if (!category || !item) return refused(400, 'wrong-field', '投诉事由或内容不在分类表里，请重新选择。');
    const matter = { category: categoryCode, item: itemNo, answers, district, urgent };
    const found = decide(table.body, matter, units);
    const lead = asked.unitId ?? (found.kind === 'dispatch' ? found.leadId : null);
    if (asked.dispatch && lead === null) {
      const why =
        found.kind === 'ask'
          ? `还要问：${found.questions.map((one) => one.zh).join(' ')}`
          : found.kind === 'none'
            ? NONE_WORDS[found.why]
            : '按分类表当场答复即可；确要派单请自选单位。';
      return refused(409, 'no-unit', why);
    }
    if (lead !== null && !units.some((one) => one.id === lead && !one.disabled))
      return refused(400, 'no-such-unit', '没有这个单位，或它已停用，请另选。');
    const clockSet = asked.clockSet ?? clocksFor(found, category, matter);
    const by = byOf(person);
    const atMs = now();
    const made = await inTransaction(pool, async (client): Promise<Answered<{ orderNo: string }>> => {
      const known = asked.recordId === null ? null : await orderOfRecord(client, asked.recordId);
      if (known) return refused(409, 'already-made', `这条受理记录已经建了工单 ${known}，请打开它处理。`);
      const orderNo = await createOrder(
        client,
        {
          ...asked,
          ...{ category: category.zh, item: item.zh, clockSet, urgent: clockSet === 'urgent-leak' },
          ...{ ruleVersion: table.version, atMs },
        },
        by,
        settings.body,
      );
      if (asked.dispatch && lead !== null) {
        const assistIds =
          asked.assistIds ?? (found.kind === 'dispatch' && found.leadId === lead ? found.assistIds : []);
        const step: Step = {
          ...{ kind: 'dispatch', body: { unitId: lead, assistIds } },
          ...{ atMs, receivedAtMs: atMs, note: asked.note },
        };
        const sent = await stepOrder(client, orderNo, null, step, () => 'desk', by, settings.body);
        // both or none
        if (!sent.ok) throw new Error(`${orderNo} could not be dispatched: ${JSON.stringify(sent)}`);
      }
      if (asked.caseId !== null) {
        const one = { kind: 'order' as const, note: '', untilMs: null };
        const link = { orderNo, joined: false };
        const linked = await stepCase(client, asked.caseId, null, one, person, atMs, link, settings.body);
        if (!linked.ok) throw new CaseRefused(caseRefusal(linked).words);
      }
      return { ok: true, orderNo };
    }).catch((cause: unknown) => {
      if (cause instanceof CaseRefused) return refused(409, 'not-now', cause.message);
      throw cause;
    });
    if (made.ok) {
      await told(made.orderNo, asked.dispatch ? 'dispatch' : 'draft');
      if (asked.dispatch) figures.dispatched(atMs, made.orderNo);
    }
    return made;
  }

  const step: OrderPorts['step'] = async (orderNo, version, taken, person, more) => {
    const settings = await orderSettings(pool);
    if (taken.kind === 'dispatch') {
      const wanted = [taken.body.unitId, ...taken.body.assistIds];
      const units = await listUnits(pool);
      if (!wanted.every((id) => units.some((one) => one.id === id && !one.disabled)))
        return refused(400, 'no-such-unit', '没有这个单位，或它已停用，请另选。');
    }
    if (taken.kind === 'assign') {
      const workers = person.unitId === null ? [] : await workersOf(pool, person.unitId);
      if (!workers.some((one) => one.id === taken.body.workerId))
        return refused(400, 'no-such-worker', '这位维修人员不在您的单位，请另选。');
    }
    // only what was brought to this order, under the name and type that it was kept with
    const files =
      more.files.length === 0
        ? []
        : await orderFiles(
            pool,
            orderNo,
            more.files.map(({ id }) => id),
          );
    if (files.length < new Set(more.files.map(({ id }) => id)).size)
      return refused(400, 'no-such-file', '有一个附件没有传完，请重新添加后再办。');
    const done = await inTransaction(pool, (client) =>
      stepOrder(
        client,
        orderNo,
        version,
        taken,
        (order) => actorOf(person, order),
        { ...byOf(person), ...more, files },
        settings.body,
      ),
    );
    if (done.ok) {
      if (!done.repeated) {
        await told(orderNo, taken.kind);
        if (taken.kind === 'arrive') figures.arrived(done.order);
        if (taken.kind === 'dispatch' && done.order.round === 1) figures.dispatched(taken.atMs, orderNo);
      }
      return { ok: true, orderNo };
    }
    switch (done.why) {
      case 'no-such-order':
        return refused(404, 'no-such-order', '没有这个工单号，请核对。');
      case 'moved-meanwhile': {
        const { last } = done;
        const who = [last.unit, last.person].filter((one) => one !== '').join(' ') || '系统';
        const at = zonedIso(last.atMs).slice(11, 19);
        return refused(
          409,
          'moved-meanwhile',
          `${who} 在 ${at} 刚做了“${STEP_WORDS[last.kind]}”，您看到的已不是最新，请看过后再办。`,
        );
      }
      case 'refused':
        return refused(
          done.refusal.code === 'not-yours' ? 403 : 409,
          done.refusal.code,
          stepRefusalWords(done.refusal),
        );
    }
  };

  /** Pushed to who watches orders; the page asks for the rest. */
  const told = (orderNo: string, kind: StepKind) => tellOrder({ pool, live, onFault }, orderNo, kind);

  async function view(orderNo: string, person: SignedIn): Promise<OrderView | null> {
    const [line, whole] = await Promise.all([orderLine(pool, orderNo), wholeOrder(pool, orderNo)]);
    if (!line || !whole || !orderSeen(person, line)) return null;
    const [steps, clocks, units, calledBack] = await Promise.all([
      stepsOf(pool, whole.id),
      readClocks(pool, whole.id),
      listUnits(pool),
      callbackOfOrder(pool, orderNo),
    ]);
    const order = orderOf(whole);
    const name = (id: unknown) => units.find((one) => one.id === id)?.name ?? '';
    return {
      ...line,
      content: whole.content,
      ...{
        round: order.round,
        at: order.at,
        answeredAtMs: order.answeredAtMs,
        callEndedAtMs: order.callEndedAtMs,
      },
      ...{ callId: whole.callId, recordId: whole.recordId, account: whole.account, source: whole.source },
      ...{ outsideNo: whole.outsideNo, result: order.result, answers: whole.answers },
      asked: order.deferral?.answer === 'open' ? order.deferral : null,
      grantedUntilMs: order.grantedUntilMs,
      calledBack,
      assist: order.assistIds.map(name),
      clocks: clocks.map(({ fired: _, ...clock }) => clock),
      steps: await Promise.all(
        steps.map(async ({ body, ...row }) => ({
          ...row,
          said: await saidOfStep(pool, row.kind, body, name),
        })),
      ),
      may: may(person.role, 'step-orders') ? stepsFor(order, actorOf(person, order)) : [],
    };
  }

  const watch = openOrderWatch({
    async look() {
      const settings = await orderSettings(pool);
      return inTransaction(pool, async (client) => {
        const moved = await endCalls(client, settings.body);
        const notices = await fireClocks(client, now(), MOST_FIRED);
        return { notices, moved, more: notices.length >= MOST_FIRED };
      });
    },
    said(notice) {
      const rooms = ['orders', ...(notice.unitId === null ? [] : [`orders:unit:${notice.unitId}`])];
      for (const room of rooms) live.tell(room, 'clockNotice', notice);
    },
    moved: (orderNo) => void told(orderNo, 'note'),
    onFault,
  });

  const ports: OrderPorts = {
    ...{ now, create, step, view },
    list: (filter: OrderFilter, person: SignedIn, after: Cursor | null, most: number) =>
      listOrders(pool, filter, { personId: person.id, ofUnitId: scopeOf(person), nowMs: now() }, after, most),
    similar: async (about) =>
      similarOrders(pool, { ...about, community: await communityFor(pool, about), nowMs: now() }),
    overdue: async () => ({ atMs: now(), cells: await overdueCells(pool, now()) }),
    notices: (person) => lateNotices(pool, scopeOf(person)),
    units: async () => ({
      units: (await listUnits(pool)) satisfies Unit[],
      districts: await listDistricts(pool),
    }),
    workers: (unitId) => workersOf(pool, unitId),
  };

  return {
    routers: [
      orderRulesRoutes({
        table: () => decisionTable(pool),
        oldTable: (version) => oldTable(pool, version),
        versions: () => listVersions(pool, 'decision_tables'),
        decide: decideNow,
        check: async (table) => checkTable(table, await listUnits(pool), await listDistricts(pool)),
        saveTable: (after, table, note, personId) =>
          addVersion(pool, 'decision_tables', after, table, note, personId),
        settings: () => orderSettings(pool),
        async saveSettings(after, settings, note, personId) {
          return inTransaction(pool, async (client) => {
            const version = await addVersion(client, 'order_settings', after, settings, note, personId);
            return version === null ? null : { version, moved: await resetClocks(client, settings) };
          });
        },
      }),
      orderRoutes(ports),
    ],
    outward: (own) => openOrderOperations({ own, now, told, figures }),
    events: [
      socketEvent({
        ...{ name: 'watchOrder', permission: 'see-orders', hear: () => undefined },
        schema: z.object({ orderNo: z.string().max(20) }),
      }),
    ],
    line(line) {
      const { person } = line;
      if (!may(person.role, 'see-orders')) return;
      const unitId = scopeOf(person);
      line.join(unitId === null ? 'orders' : `orders:unit:${unitId}`);
    },
    async start() {
      await Promise.all([decisionTable(pool), orderSettings(pool)]);
      watch.start();
    },
    close: () => watch.close(),
  };
};

/** A unit's people see their unit's orders; −1: they have no unit and see none. */
function scopeOf(person: SignedIn): number | null {
  return person.role === 'dispatcher' || person.role === 'field-worker' ? (person.unitId ?? -1) : null;
}
/** May this person see this order at all? */
export function orderSeen(person: SignedIn, line: { unitId: number | null; assistIds: number[] }): boolean {
  const scope = scopeOf(person);
  return scope === null || line.unitId === scope || line.assistIds.includes(scope);
}
