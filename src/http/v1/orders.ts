/** Orders for other systems: read, made, and stepped by a unit's own system. */
import { z } from 'zod';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { ORDER_LISTS, type Cursor, type OrderFilter } from '../../core/orders/list.ts';
import { STATES, STEP_KINDS } from '../../core/orders/order.ts';
import type { ReadOrder, ReadStep } from '../../core/outward/order.ts';
import type { OtherSystem } from '../../core/outward/scope.ts';
import { fromCursor, No, operation, page, pageOf, paging, type Operation } from './operation.ts';

/** What a unit's own system may do: as its dispatcher and workers, but for choosing among people. */
export const SYSTEM_STEPS = [
  ...(['sign', 'return', 'set-out', 'arrive', 'stop-water', 'finish'] as const),
  ...(['feed-back', 'defer-ask', 'note'] as const),
] as const;

const instant = z.iso.datetime().meta({ example: '2026-11-25T02:58:07.123Z' });
const when = z.iso.datetime({ offset: true, error: '时间要写成 2026-11-25T08:00:00+08:00 的样子' });
const text = (most: number) => z.string('要写文字').max(most, `最多 ${most} 个字`);
const flag = z.enum(['true', 'false'], '写 true 或 false').transform((one) => one === 'true');
const place = z.object({
  latitude: z.number('要写数字').min(-90).max(90),
  longitude: z.number('要写数字').min(-180).max(180),
  accuracyM: z.number().min(0).nullable().default(null).meta({ description: '误差，米' }),
});

export const orderShape = z
  .object({
    orderNo: z.string().meta({ example: 'HL202611250001' }),
    state: z.enum(STATES),
    status: z.string().meta({ description: '状态的中文', example: '签收' }),
    version: z.number().int().meta({ description: '办了几步；也是 ETag' }),
    urgent: z.boolean(),
    clockSet: z
      .string()
      .meta({ description: 'standard、card-meter（3 小时上门）、urgent-leak（30 分钟到场止水）' }),
    category: z.string(),
    item: z.string().nullable(),
    content: z.string(),
    caller: z.string(),
    phone: z.string().meta({ description: '没有 numbers:read 权限时打码' }),
    account: z.string(),
    address: z.string(),
    community: z.string(),
    district: z.string(),
    unitId: z.number().int().nullable(),
    unit: z.string().nullable().meta({ description: '责任单位' }),
    assistUnits: z.array(z.string()).meta({ description: '协办单位' }),
    worker: z.string().meta({ description: '维修人员' }),
    outsideNo: z.string().nullable().meta({ description: '外部系统的编号，如 12345 的' }),
    result: z.string().meta({ description: '回复的结果' }),
    deferral: z.string().nullable().meta({ description: '延期：open、granted、refused' }),
    createdAt: instant,
    dueAt: instant.nullable().meta({ description: '下一个时限' }),
    firstDueAt: instant.nullable().meta({ description: '规定的回复时限，延期不改它' }),
    ...{ dispatchedAt: instant.nullable(), signedAt: instant.nullable(), setOutAt: instant.nullable() },
    ...{ arrivedAt: instant.nullable(), stoppedAt: instant.nullable(), doneAt: instant.nullable() },
    ...{ fedBackAt: instant.nullable(), closedAt: instant.nullable() },
  })
  .meta({ id: 'Order', description: '一张工单。' });
const stepShape = z
  .object({
    ordinal: z.number().int(),
    kind: z.enum(STEP_KINDS),
    state: z.enum(STATES),
    at: instant.meta({ description: '办的时间' }),
    receivedAt: instant.meta({ description: '我们收到的时间' }),
    person: z.string(),
    unit: z.string(),
    system: z.string().nullable(),
    note: z.string(),
    place: place.nullable(),
  })
  .meta({ id: 'OrderStep' });
const categoryShape = z
  .object({
    code: z.string(),
    category: z.string(),
    items: z.array(z.object({ no: z.number().int(), item: z.string() })),
    questions: z
      .array(
        z.object({
          ...{ id: z.string(), question: z.string(), items: z.array(z.number().int()) },
          answers: z.array(z.object({ id: z.string(), answer: z.string() })),
        }),
      )
      .meta({ description: '建单时 answers 写 {问题 id: 答案 id}；items 为空：每项都问' }),
  })
  .meta({ id: 'OrderCategory' });

const wantedOrder = z.object({
  category: text(FIELD_LIMITS.category).meta({
    description: '投诉事由，中文或代码，见 /order-categories',
    example: '漏水',
  }),
  itemNo: z.number('要写数字').int().positive().meta({ description: '内容的序号' }),
  answers: z
    .record(z.string().max(40), z.string().max(40))
    .default({})
    .meta({ example: { side: 'before' } }),
  urgent: z.boolean().default(false).meta({ description: '表前漏水、水流不止或危及人车' }),
  content: text(FIELD_LIMITS.content).trim().min(1, '请写反映内容'),
  caller: text(FIELD_LIMITS.name).default(''),
  phone: text(FIELD_LIMITS.phone).default(''),
  account: text(FIELD_LIMITS.account).default(''),
  address: text(FIELD_LIMITS.address).default(''),
  community: text(FIELD_LIMITS.community).default(''),
  district: text(FIELD_LIMITS.district).default(''),
  outsideNo: text(FIELD_LIMITS.outsideNo).nullable().default(null).meta({ description: '贵方的编号' }),
  outsideDueAt: when.nullable().default(null).meta({ description: '贵方要求的办结时限' }),
});
export type WantedOrder = z.output<typeof wantedOrder>;
const wantedStep = z.object({
  kind: z.enum(SYSTEM_STEPS, `要写 ${SYSTEM_STEPS.join('、')} 之一`),
  note: text(FIELD_LIMITS.note).default('').meta({ description: '退单、延期写原因；回复写处理结果' }),
  at: when.optional().meta({ description: '办的时间，不能在将来，不能早于上一步；不写就是现在' }),
  person: text(FIELD_LIMITS.name).default('').meta({ description: '办的人' }),
  place: place.nullable().default(null),
  until: when.optional().meta({ description: '申请延期到什么时间' }),
});
export type WantedStep = z.output<typeof wantedStep>;

export interface OrdersPorts {
  list: (
    filter: OrderFilter,
    system: OtherSystem,
    after: Cursor | null,
    most: number,
  ) => Promise<(ReadOrder & { atMs: number })[]>;
  /** `client`: within a change's transaction; null: read by itself */
  find: (orderNo: string, system: OtherSystem, client: unknown) => Promise<ReadOrder | null>;
  steps: (orderNo: string) => Promise<ReadStep[]>;
  categories: () => Promise<z.output<typeof categoryShape>[]>;
  create: (
    client: unknown,
    wanted: WantedOrder,
    system: OtherSystem,
    afterwards: (follow: () => void) => void,
  ) => Promise<ReadOrder>;
  step: (
    client: unknown,
    orderNo: string,
    wanted: WantedStep,
    version: number | null,
    system: OtherSystem,
    afterwards: (follow: () => void) => void,
  ) => Promise<ReadOrder>;
}

const { mine: _mine, shift: _shift, ...lists } = ORDER_LISTS;
const params = z.object({ orderNo: z.string().min(1).max(20) });
const cursor = z.object({ atMs: z.number(), orderNo: z.string().max(20) });

export function orderOperations(ports: OrdersPorts): Operation[] {
  async function found(orderNo: string, system: OtherSystem, client: unknown): Promise<ReadOrder> {
    const order = await ports.find(orderNo, system, client);
    if (!order) throw new No(404, 'no-such-order', '没有这个工单号，或它不属于贵单位，请核对。');
    return order;
  }
  return [
    operation({
      method: 'get',
      path: '/orders',
      scope: 'orders:read',
      group: '工单',
      summary: '工单清单，新的在前',
      description: '绑定单位的令牌只看到本单位主办和协办的工单。',
      query: z.object({
        list: z
          .enum(Object.keys(lists) as [keyof typeof lists])
          .default('all')
          .meta({
            description: Object.entries(lists)
              .map((one) => one.join(' '))
              .join('、'),
          }),
        state: z.enum(STATES).optional(),
        words: text(100).default('').meta({ description: '内容、地址、单号、姓名、电话尾号' }),
        unitId: z.coerce.number('要写数字').int().positive().optional(),
        district: text(FIELD_LIMITS.district).default(''),
        category: text(40).default(''),
        phone: text(FIELD_LIMITS.phone).default(''),
        account: text(FIELD_LIMITS.account).default(''),
        urgent: flag.optional(),
        supervised: flag.optional(),
        from: when.optional().meta({ description: '从此时起建的（含）' }),
        until: when.optional().meta({ description: '到此时止（不含）' }),
        ...paging,
      }),
      answer: pageOf(orderShape, 'OrderPage'),
      async run({ query, system }) {
        const { list, words, district, category, phone, account } = query;
        const filter: OrderFilter = {
          ...{ list, words, district, category, phone, account },
          ...{ states: query.state ? [query.state] : [], unitId: query.unitId ?? null, workerId: null },
          ...{ urgent: query.urgent ?? false, supervised: query.supervised ?? false, byDue: false },
          fromMs: query.from === undefined ? null : Date.parse(query.from),
          untilMs: query.until === undefined ? null : Date.parse(query.until),
        };
        const after = fromCursor(query.after, cursor) ?? null;
        const rows = await ports.list(filter, system, after, query.limit + 1);
        const { items, next } = page(rows, query.limit, ({ atMs, orderNo }) => ({ atMs, orderNo }));
        return { body: { items: items.map(({ atMs: _, ...order }) => order), next } };
      },
    }),
    operation({
      method: 'get',
      path: '/orders/{orderNo}',
      scope: 'orders:read',
      group: '工单',
      summary: '一张工单',
      params,
      answer: orderShape,
      refusals: { 404: '没有这个工单号' },
      async run({ params: { orderNo }, system }) {
        const order = await found(orderNo, system, null);
        return { body: order, version: order.version };
      },
    }),
    operation({
      method: 'get',
      path: '/orders/{orderNo}/steps',
      scope: 'orders:read',
      group: '工单',
      summary: '办理经过，从头到尾',
      params,
      answer: z.object({ items: z.array(stepShape) }),
      refusals: { 404: '没有这个工单号' },
      async run({ params: { orderNo }, system }) {
        await found(orderNo, system, null);
        return { body: { items: await ports.steps(orderNo) } };
      },
    }),
    operation({
      method: 'get',
      path: '/order-categories',
      scope: 'orders:create',
      group: '工单',
      summary: '投诉事由和内容，建单时用',
      answer: z.object({ items: z.array(categoryShape) }),
      run: async () => ({ body: { items: await ports.categories() } }),
    }),
    operation({
      method: 'post',
      path: '/orders',
      scope: 'orders:create',
      group: '工单',
      summary: '建立工单，由受理台核对后派单',
      body: wantedOrder,
      answer: orderShape,
      async run({ body, system, client, afterwards }) {
        const order = await ports.create(client, body, system, afterwards);
        return { body: order, version: order.version };
      },
    }),
    operation({
      method: 'post',
      path: '/orders/{orderNo}/steps',
      scope: 'orders:step',
      group: '工单',
      summary: '办一步：签收、退单、出发、到场、止水、处理完毕、回复、申请延期、备注',
      description:
        '令牌要绑定单位，只能办本单位的工单。断网时存下的步骤，恢复后按先后补报，at 写当时的时间。带 If-Match 时，工单已被他人推进得到 412。',
      params,
      body: wantedStep,
      answer: orderShape,
      refusals: {
        403: '令牌没有绑定单位，或这一步不由单位办理',
        404: '没有这个工单号',
        409: '现在不能办这一步',
      },
      async run({ params: { orderNo }, body, system, version, client, afterwards }) {
        if (system.unitId === null)
          throw new No(
            403,
            'no-unit',
            '这个令牌没有绑定单位，不能办理工单，请向热线管理员要绑定单位的令牌。',
          );
        await found(orderNo, system, client);
        const order = await ports.step(client, orderNo, body, version, system, afterwards);
        return { body: order, version: order.version };
      },
    }),
  ];
}
