/** Cases from outside for other systems: handed in once, and read with what became of them. */
import { z } from 'zod';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import {
  CASE_STATES,
  CHANNEL_KEYS,
  CHANNELS,
  type CaseState,
  type Channel,
} from '../../core/office/cases.ts';
import type { CaseAsked, ReadCase } from '../../core/outward/case.ts';
import type { OtherSystem } from '../../core/outward/scope.ts';
import { fromCursor, No, operation, page, pageOf, paging, type Operation } from './operation.ts';

const instant = z.iso.datetime().meta({ example: '2026-11-25T02:58:07.123Z' });
const when = z.iso.datetime({ offset: true, error: '时间要写成 2026-11-25T08:00:00+08:00 的样子' });
const text = (most: number) => z.string('要写文字').trim().max(most, `最多 ${most} 个字`);
const STATES = Object.keys(CASE_STATES) as [CaseState, ...CaseState[]];
const CHANNEL_LIST = CHANNEL_KEYS.map((key) => `${key} ${CHANNELS[key].zh}`).join('、');
const BY_WORDS = new Map<string, Channel>(CHANNEL_KEYS.map((key) => [CHANNELS[key].zh, key]));
/** by its key or by its Chinese name */
const channel = z.preprocess(
  (said) => (typeof said === 'string' ? (BY_WORDS.get(said) ?? said) : said),
  z.enum(CHANNEL_KEYS, `要写 ${CHANNEL_KEYS.join('、')} 之一`),
);

const caseShape = z
  .object({
    id: z.number().int(),
    channel: z.enum(CHANNEL_KEYS),
    channelName: z.string().meta({ example: '12345市长专线' }),
    outsideNo: z.string().meta({ description: '贵方的编号' }),
    kind: z.string().meta({ description: '来件类型，如 投诉' }),
    state: z.enum(STATES),
    status: z.string().meta({ description: '状态的中文', example: '已回复' }),
    version: z.number().int().meta({ description: '办了几步；也是 ETag' }),
    person: z.string(),
    phone: z.string().meta({ description: '没有 numbers:read 权限时打码' }),
    ...{ address: z.string(), community: z.string(), district: z.string() },
    category: z.string().meta({ description: '投诉事由的代码' }),
    itemNo: z.number().int().nullable(),
    content: z.string(),
    reply: z.string().meta({ description: '回复原文' }),
    returnedFor: z.string().meta({ description: '退单的原因' }),
    orderNo: z.string().nullable().meta({ description: '转成或并入的工单' }),
    orderStatus: z.string().nullable(),
    madeBy: z.string().meta({ description: '登记的人或系统' }),
    receivedAt: instant,
    firstDueAt: instant.nullable().meta({ description: '来件时的时限，延期不改它' }),
    ...{ dueAt: instant.nullable(), signedAt: instant.nullable(), returnedAt: instant.nullable() },
    ...{ repliedAt: instant.nullable(), calledBackAt: instant.nullable(), closedAt: instant.nullable() },
  })
  .meta({ id: 'Case', description: '一件外部来件。' });

const wantedCase = z.object({
  channel: channel.meta({ description: CHANNEL_LIST, example: '12345' }),
  outsideNo: text(FIELD_LIMITS.outsideNo)
    .min(1, '请写贵方的编号：同一渠道同一编号只登记一次')
    .meta({ description: '贵方的编号，同一渠道内唯一', example: 'YC20261125001' }),
  kind: text(FIELD_LIMITS.caseKind).default(''),
  receivedAt: when.nullable().default(null).meta({ description: '贵方受理的时间；不写就是现在' }),
  dueAt: when.nullable().default(null).meta({ description: '贵方要求的办结时限' }),
  person: text(FIELD_LIMITS.name).default(''),
  phone: text(FIELD_LIMITS.phone).default(''),
  address: text(FIELD_LIMITS.address).default(''),
  community: text(FIELD_LIMITS.community).default(''),
  district: text(FIELD_LIMITS.district).default(''),
  category: text(FIELD_LIMITS.category)
    .default('')
    .meta({ description: '投诉事由，中文或代码；不写由热线分类' }),
  itemNo: z.number('要写数字').int().positive().nullable().default(null),
  content: text(FIELD_LIMITS.content).min(1, '请写来件内容'),
});
export type WantedCase = z.output<typeof wantedCase>;

export interface CasesPorts {
  list: (asked: CaseAsked, most: number) => Promise<(ReadCase & { atMs: number })[]>;
  find: (id: number, unitId: number | null) => Promise<ReadCase | null>;
  /** `again`: the same words were handed in before */
  handIn: (
    client: unknown,
    wanted: WantedCase,
    system: OtherSystem,
  ) => Promise<{ one: ReadCase; again: boolean }>;
}

const cursor = z.object({ atMs: z.number(), id: z.number() });

export function caseOperations(ports: CasesPorts): Operation[] {
  return [
    operation({
      method: 'get',
      path: '/cases',
      scope: 'cases:read',
      group: '外部来件',
      summary: '外部来件清单，新的在前',
      description: '绑定单位的令牌只看到转成本单位工单的来件。',
      query: z.object({
        channel: channel.optional().meta({ description: CHANNEL_LIST }),
        state: z
          .enum(STATES)
          .optional()
          .meta({ description: STATES.map((state) => `${state} ${CASE_STATES[state]}`).join('、') }),
        outsideNo: text(FIELD_LIMITS.outsideNo).default('').meta({ description: '贵方的编号，要完整' }),
        from: when.optional().meta({ description: '从此时起受理的（含）' }),
        until: when.optional().meta({ description: '到此时止（不含）' }),
        ...paging,
      }),
      answer: pageOf(caseShape, 'CasePage'),
      async run({ query, system }) {
        const asked: CaseAsked = {
          ...{ channel: query.channel ?? null, state: query.state ?? null, outsideNo: query.outsideNo },
          fromMs: query.from === undefined ? null : Date.parse(query.from),
          untilMs: query.until === undefined ? null : Date.parse(query.until),
          ...{ unitId: system.unitId, after: fromCursor(query.after, cursor) ?? null },
        };
        const rows = await ports.list(asked, query.limit + 1);
        const { items, next } = page(rows, query.limit, ({ atMs, id }) => ({ atMs, id }));
        return { body: { items: items.map(({ atMs: _, ...one }) => withWords(one)), next } };
      },
    }),
    operation({
      method: 'get',
      path: '/cases/{id}',
      scope: 'cases:read',
      group: '外部来件',
      summary: '一件外部来件：办到哪里，怎样回复的',
      params: z.object({ id: z.coerce.number('要写数字').int().positive().max(1e15) }),
      answer: caseShape,
      refusals: { 404: '没有这件来件' },
      async run({ params: { id }, system }) {
        const one = await ports.find(id, system.unitId);
        if (!one) throw new No(404, 'no-such-case', '没有这件来件，或它不属于贵单位，请核对。');
        return { body: withWords(one), version: one.version };
      },
    }),
    operation({
      method: 'post',
      path: '/cases',
      scope: 'cases:create',
      group: '外部来件',
      summary: '登记一件外部来件，由热线签收办理',
      description:
        '同一渠道同一编号只登记一次：内容一样的再发一次，得到 200 和同一件来件；内容不一样得到 409。绑定单位的令牌不能登记。',
      body: wantedCase,
      answer: caseShape,
      refusals: { 403: '令牌绑定了单位', 409: '这个编号已登记过，内容不一样' },
      async run({ body, system, client }) {
        if (system.unitId !== null)
          throw new No(
            403,
            'unit-token',
            '这个令牌绑定了单位，不能登记外部来件，请向热线管理员要不绑定单位的令牌。',
          );
        const { one, again } = await ports.handIn(client, body, system);
        return { status: again ? 200 : 201, body: withWords(one), version: one.version };
      },
    }),
  ];
}

function withWords(one: ReadCase) {
  return { ...one, channelName: CHANNELS[one.channel].zh, status: CASE_STATES[one.state] };
}
