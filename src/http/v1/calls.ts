import { z } from 'zod';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import type { OutwardCall } from '../../core/outward/call.ts';
import { soughtNumber } from '../../core/people/number.ts';
import { fromCursor, No, operation, page, pageOf, paging, type Operation } from './operation.ts';

const instant = z.iso.datetime().meta({ example: '2026-11-25T02:58:07.123Z' });
const durationMs = z.number().nullable();

export const callShape = z
  .object({
    callId: z.string().meta({ example: '1764039487.42' }),
    direction: z.enum(['inbound', 'outbound', 'internal']),
    ani: z
      .string()
      .nullable()
      .meta({ description: '主叫号码；没有 numbers:read 权限时打码', example: '139****5678' }),
    dnis: z.string().nullable().meta({ description: '被叫号码', example: '96666' }),
    queue: z.string().nullable(),
    outcome: z
      .enum(['answered', 'abandoned', 'callback', 'overflowed', 'blocked', 'unknown'])
      .nullable()
      .meta({ description: 'null：通话还没结束' }),
    abandonStage: z.enum(['ivr', 'queue', 'ringing']).nullable(),
    arrivedAt: instant,
    queuedAt: instant.nullable(),
    firstRingAt: instant.nullable(),
    answeredAt: instant.nullable(),
    endedAt: instant.nullable(),
    waitMs: durationMs.meta({ description: '入队到接听，毫秒' }),
    ringMs: durationMs.meta({ description: '首次振铃到接听，毫秒' }),
    rings: z.number().int().nullable(),
    withinThreeRings: z.boolean().nullable().meta({ description: '三声内接听' }),
    talkMs: durationMs,
    holdMs: durationMs,
    hungUpFirst: z.enum(['caller', 'agent', 'pbx']).nullable(),
    agent: z.string().nullable().meta({ description: '受理员工号' }),
    agentName: z.string().nullable(),
    surveyScore: z.number().nullable(),
    talks: z
      .array(
        z.object({
          agent: z.string().nullable().meta({ description: '受理员工号' }),
          agentName: z.string(),
          fromAt: instant.nullable(),
          talkMs: durationMs,
          holdMs: z.number(),
        }),
      )
      .meta({ description: '谁与来电人通话、各多久：转接以后是接过去的那一位' }),
    transfers: z
      .array(
        z.object({
          kind: z.enum(['blind', 'attended', 'redirect']),
          byAgent: z.string().nullable().meta({ description: '转出的受理员工号；null：不知道' }),
          byAgentName: z.string().nullable(),
          to: z.string(),
          at: instant,
        }),
      )
      .meta({ description: '每一次转接：谁转给谁' }),
  })
  .meta({ id: 'Call', description: '一通电话。时间为 UTC，时长为毫秒。' });

export interface CallsAsked {
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  direction?: OutwardCall['direction'] | undefined;
  outcome?: string | undefined;
  party?: string | undefined;
  after?: { arrivedAtMs: number; callId: string } | undefined;
}
export interface CallsPorts {
  listCalls: (asked: CallsAsked, most: number) => Promise<(OutwardCall & { arrivedAtMs: number })[]>;
  findCall: (callId: string) => Promise<OutwardCall | null>;
}

const when = z.iso.datetime({ offset: true, error: '时间要写成 2026-11-25T08:00:00+08:00 的样子' });
const place = z.object({ arrivedAtMs: z.number(), callId: z.string() });

export function callOperations(ports: CallsPorts): Operation[] {
  return [
    operation({
      method: 'get',
      path: '/calls',
      scope: 'calls:read',
      group: '通话',
      summary: '通话清单，按来电时间从早到晚',
      description: '拉取增量：记住最后一页的位置，下次从那里继续。还没结束的通话 outcome 为 null。',
      query: z.object({
        from: when.optional().meta({ description: '从此时起（含）' }),
        until: when.optional().meta({ description: '到此时止（不含）' }),
        direction: z.enum(['inbound', 'outbound', 'internal']).optional(),
        outcome: callShape.shape.outcome.unwrap().optional(),
        phone: z.string().max(FIELD_LIMITS.phone).optional().meta({ description: '对方号码，任何写法' }),
        ...paging,
      }),
      answer: pageOf(callShape, 'CallPage'),
      async run({ query }) {
        const party = query.phone === undefined ? undefined : (soughtNumber(query.phone) ?? undefined);
        if (query.phone !== undefined && party === undefined)
          throw new No(400, 'wrong-field', 'phone：里面没有号码，请写电话号码。');
        const rows = await ports.listCalls(
          {
            fromMs: query.from === undefined ? undefined : Date.parse(query.from),
            untilMs: query.until === undefined ? undefined : Date.parse(query.until),
            direction: query.direction,
            outcome: query.outcome,
            party,
            after: fromCursor(query.after, place),
          },
          query.limit + 1,
        );
        const { items, next } = page(rows, query.limit, (last) => ({
          arrivedAtMs: last.arrivedAtMs,
          callId: last.callId,
        }));
        return { body: { items: items.map(({ arrivedAtMs: _, ...call }) => call), next } };
      },
    }),
    operation({
      method: 'get',
      path: '/calls/{callId}',
      scope: 'calls:read',
      group: '通话',
      summary: '一通电话',
      params: z.object({ callId: z.string().min(1).max(150) }),
      answer: callShape,
      refusals: { 404: '没有这通电话' },
      async run({ params }) {
        const call = await ports.findCall(params.callId);
        if (!call) throw new No(404, 'no-call', '没有这通电话，请核对 callId。');
        return { body: call };
      },
    }),
  ];
}
