import type pg from 'pg';
import { ANNEX_TABLE } from '../../core/orders/annex-table.ts';
import { communityOf } from '../../core/customers/community.ts';
import { ORDER_SETTINGS } from '../../core/orders/clocks.ts';
import { decide, mayBeUrgent, questionsOf } from '../../core/orders/decision.ts';
import { draftOrder, takeStep, type Order, type Step } from '../../core/orders/order.ts';
import { importOrders, type PastOrder, type PastStep } from '../../postgres/order-import.ts';
import { createOrder, stepOrder } from '../../postgres/orders.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { listUnits, type Unit } from '../../postgres/units.ts';
import { personName } from './city.ts';
import type { PastMatter } from './history.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DISTRICTS = ['兴庆区', '金凤区', '西夏区', '永宁', '贺兰', '灵武', '河东'];

/** The orders of a day as units could have worked them off; what time has not come to yet stays open. */
export async function saveDemoOrders(
  pool: pg.Pool,
  random: Random,
  matters: readonly PastMatter[],
  nowMs: number,
): Promise<void> {
  const units = await listUnits(pool);
  const orders = matters
    .flatMap((matter) => demoOrder(random, matter, units, nowMs) ?? [])
    .sort((a, b) => a.order.createdAtMs - b.order.createdAtMs);
  await importOrders(pool, orders, ORDER_SETTINGS);
}

function demoOrder(random: Random, matter: PastMatter, units: Unit[], nowMs: number): PastOrder | null {
  const { record, customer, content } = matter;
  const category = ANNEX_TABLE.categories.find((one) => one.zh === matter.category)!;
  const item = category.items.find((one) => one.zh === matter.item) ?? category.items[0]!;
  const answers = Object.fromEntries(
    questionsOf(category, item.no).map((one) => [one.id, random.pick(one.answers).id]),
  );
  const district = customer?.district ?? random.pick(DISTRICTS);
  const urgent = random.chance(0.4) && mayBeUrgent(category, { item: item.no, answers });
  const found = decide(
    ANNEX_TABLE,
    { category: category.code, item: item.no, answers, district, urgent },
    units,
  );
  if (found.kind !== 'dispatch') return null;
  const createdAtMs = Math.round(record.endedAtMs! - random.between(2000, 15_000));
  let order = draftOrder({
    ...{ clockSet: found.clocks, atMs: createdAtMs, answeredAtMs: record.answeredAtMs },
    ...{ callEndedAtMs: record.endedAtMs, inCall: true, outsideDueAtMs: null },
  });
  const desk = { personName: '', unitId: null, origin: 'desk' as const };
  const unit = { personName: personName(random), unitId: found.leadId, origin: 'unit' as const };
  const field = { personName: personName(random), unitId: found.leadId, origin: 'field' as const };
  const steps: PastStep[] = [
    {
      ...desk,
      step: { kind: 'draft', body: {}, atMs: createdAtMs, receivedAtMs: createdAtMs, note: '' },
      ...{ ordinal: 1, state: 'drafted' },
    },
  ];
  const take = (
    by: typeof desk | typeof unit | typeof field,
    atMs: number,
    step: { kind: string; body?: object },
    note = '',
  ) => {
    const at = Math.round(Math.max(atMs, order.movedAtMs + 1000));
    if (at > nowMs) return false;
    const whole = { body: {}, ...step, atMs: at, receivedAtMs: at, note } as Exclude<Step, { kind: 'draft' }>;
    const actor =
      by.origin === 'desk'
        ? step.kind.startsWith('defer-')
          ? 'supervisor'
          : 'desk'
        : by.origin === 'unit'
          ? 'unit'
          : 'worker';
    const taken = takeStep(order, whole, actor, null);
    if (!taken.ok) return false;
    order = taken.order;
    steps.push({ ...by, step: whole, ordinal: order.version, state: order.state });
    return true;
  };
  live(random, record.endedAtMs!, found, take, { desk, unit, field }, () => order);
  return {
    ...{
      order,
      steps,
      category: category.zh,
      categoryCode: category.code,
      item: item.zh,
      itemNo: item.no,
      answers,
    },
    ...{
      urgent,
      content,
      caller: customer?.name ?? '',
      phone: record.ani ?? '',
      account: customer?.account ?? '',
    },
    ...{
      address: customer?.address ?? '',
      community: customer?.community ?? communityOf(customer?.address ?? ''),
      district,
    },
    callId: record.callId,
    unit: units.find((one) => one.id === found.leadId)?.name ?? '',
  };
}

type By = Record<
  'desk' | 'unit' | 'field',
  { personName: string; unitId: number | null; origin: 'desk' | 'unit' | 'field' }
>;

function live(
  random: Random,
  endedAtMs: number,
  found: { leadId: number; assistIds: number[]; clocks: string },
  take: (by: never, atMs: number, step: { kind: string; body?: object }, note?: string) => boolean,
  by: By,
  now: () => Order,
): void {
  const { desk, unit, field } = by as unknown as Record<keyof By, never>;
  const urgent = found.clocks === 'urgent-leak';
  const late = random.chance(0.06);
  let at =
    endedAtMs + (random.chance(0.97) ? random.between(-8000, 150_000) : random.between(180_000, 600_000));
  const pass = (from: number, to: number) =>
    (at = Math.max(at, now().movedAtMs) + random.between(from, to) * MINUTE_MS);
  take(desk, at, { kind: 'dispatch', body: { unitId: found.leadId, assistIds: found.assistIds } });
  take(unit, urgent ? pass(0.5, 4) : pass(1, 22), { kind: 'sign' });
  if (random.chance(0.05)) take(desk, pass(20, 60), { kind: 'urge' });
  if (!urgent && random.chance(0.03)) {
    const body = { untilMs: at + 36 * HOUR_MS };
    if (take(unit, pass(5, 30), { kind: 'defer-ask', body }, '需要更换配件，库房明天到货'))
      take(desk, pass(5, 20), { kind: 'defer-grant' });
  }
  take(field, urgent ? pass(0.5, 3) : pass(3, 40), { kind: 'set-out' });
  take(field, urgent ? pass(7, late ? 30 : 16) : pass(8, late ? 240 : 60), { kind: 'arrive' });
  if (urgent) take(field, pass(2, late ? 25 : 7), { kind: 'stop-water' });
  if (!take(field, pass(10, late ? 400 : 80), { kind: 'finish' })) return;
  const result = random.pick([
    '已修复，供水恢复正常',
    '已更换配件，用户确认正常',
    '已现场处理，向用户说明了原因',
    '已处理完毕，水质清澈',
  ]);
  take(unit, pass(2, 40), { kind: 'feed-back' }, result);
  take(desk, pass(1, 60), { kind: 'close' });
}

const OPEN_MATTERS = [
  {
    item: '表前',
    urgent: true,
    content: '单元门口地面冒水，水已经流到马路上，请马上来人。',
    address: '解放东街丽景园3号楼2单元',
  },
  {
    item: '一户一表用户',
    urgent: false,
    content: '表前阀门漏水，水滴到楼道里。',
    address: '解放东街凤凰新村12号楼1单元302',
  },
  {
    item: '一户一表用户',
    urgent: false,
    content: '水表井里一直有积水，怀疑漏水。',
    address: '解放东街南苑小区7号楼',
  },
];

/** A unit that has nothing to do gets what a morning brings, made and dispatched as the desk does it. */
export async function saveOpenOrders(
  pool: pg.Pool,
  unitCode: string,
  workerLogin: string,
  nowMs: number,
): Promise<void> {
  const unit = (await listUnits(pool)).find(({ code }) => code === unitCode);
  const worker = await findPersonByLogin(pool, workerLogin);
  if (!unit || !worker) return;
  const open = await pool.query(
    `select from orders where unit_id = $1 and state not in ('closed', 'cancelled') limit 1`,
    [unit.id],
  );
  if (open.rowCount) return;
  const category = ANNEX_TABLE.categories.find(({ zh }) => zh === '漏水')!;
  const by = { personId: null, personName: '演示坐席', unitId: null, origin: 'desk' as const, system: null };
  for (const [at, matter] of OPEN_MATTERS.entries()) {
    const item = category.items.find(({ zh }) => zh.includes(matter.item)) ?? category.items[0]!;
    const atMs = nowMs - (at * 7 + 2) * MINUTE_MS;
    await inTransaction(pool, async (client) => {
      const orderNo = await createOrder(
        client,
        {
          ...{
            category: category.zh,
            categoryCode: category.code,
            item: item.zh,
            itemNo: item.no,
            answers: {},
          },
          ...{ urgent: matter.urgent, clockSet: matter.urgent ? 'urgent-leak' : 'standard' },
          ...{ content: matter.content, caller: '演示来电人', phone: `1390951${String(1200 + at)}` },
          ...{ account: '', address: matter.address, community: '', district: '兴庆区', source: 'call' },
          ...{ callId: null, recordId: null, outsideNo: null, outsideDueAtMs: null, ruleVersion: null, atMs },
        },
        by,
        ORDER_SETTINGS,
      );
      const take = (step: { kind: 'dispatch' | 'assign'; body: object }, actor: 'desk' | 'unit') =>
        stepOrder(
          ...([client, orderNo, null] as const),
          { ...step, atMs, receivedAtMs: atMs, note: '' } as Exclude<Step, { kind: 'draft' }>,
          () => actor,
          by,
          ORDER_SETTINGS,
        );
      await take({ kind: 'dispatch', body: { unitId: unit.id, assistIds: [] } }, 'desk');
      if (at < 2) await take({ kind: 'assign', body: { workerId: worker.id } }, 'unit');
    });
  }
}
