/** The lists that can be taken along as files. A wing with a list of its own adds it to LISTS. */
import { z } from 'zod';
import { CALL_LIST_WORDS, whereWords, type AnyCallList } from '../core/office/call-lists.ts';
import { parsePeriod, periodWords } from '../core/office/period.ts';
import { countList, listCalls } from '../postgres/call-lists.ts';
import { listOutwardCustomers } from '../postgres/outward-customers.ts';
import { listTalks, sumTalks } from '../postgres/talks.ts';
import { keyset, PAGE, type ListSource } from './list-source.ts';
import { ORDER_LIST } from './order-list.ts';
import { RECEIPT_LIST } from './receipt-list.ts';

const OUTCOMES: Record<string, string> = {
  answered: '已接听',
  abandoned: '放弃',
  callback: '要求回电',
  overflowed: '排队溢出',
  blocked: '未能进线',
  unknown: '结果不明',
};
const STAGES: Record<string, string> = { ivr: '语音中', queue: '排队中', ringing: '振铃中' };
const SIDES: Record<string, string> = { caller: '来电人', agent: '坐席', pbx: '交换机' };
const METERS: Record<string, string> = { 'ic-card': 'IC卡表', mechanical: '机械表', bulk: '趸售总表' };

const key = z.string().max(80).optional();
const ofPeriod = z
  .string()
  .max(60)
  .transform((text, context) => {
    const period = parsePeriod(text);
    if (period) return period;
    context.addIssue({ code: 'custom', message: '没有这个时间段' });
    return z.NEVER;
  });
const callFilter = z.object({
  period: ofPeriod,
  list: z.enum(Object.keys(CALL_LIST_WORDS) as [AnyCallList, ...AnyCallList[]]),
  day: key,
  half: key,
  weekday: key,
  queue: key,
  agent: key,
  lastAgent: key,
  matter: key,
});

const calls: ListSource<z.output<typeof callFilter>> = {
  kind: {
    name: 'calls',
    zh: '通话清单',
    deed: 'list-calls',
    columns: [
      { zh: '来电时间', kind: 'instant', width: 20 },
      { zh: '来电号码', kind: 'text', width: 15, private: 'number' },
      { zh: '结果', kind: 'text', width: 16 },
      { zh: '等待', kind: 'duration', width: 10 },
      { zh: '振铃', kind: 'duration', width: 10 },
      { zh: '铃声数', kind: 'count', width: 8 },
      { zh: '通话', kind: 'duration', width: 10 },
      { zh: '保持', kind: 'duration', width: 10 },
      { zh: '受理员', kind: 'text', width: 12 },
      { zh: '先挂机', kind: 'text', width: 10 },
      { zh: '队列', kind: 'text', width: 12 },
      { zh: '通话编号', kind: 'text', width: 24, private: 'code' },
    ],
  },
  filter: callFilter,
  words: ({ period, list, ...where }) =>
    [CALL_LIST_WORDS[list], periodWords(period), ...whereWords((by) => where[by] ?? null)]
      .filter(Boolean)
      .join(' '),
  count: (client, { period, list, ...where }) => countList(client, period, { list, where: given(where) }),
  pages: (client, { period, list, ...where }) =>
    keyset(
      (after: Awaited<ReturnType<typeof listCalls>>[number] | undefined) =>
        listCalls(client, period, { list, where: given(where), limit: PAGE, ...(after ? { after } : {}) }),
      (call) => [
        call.arrivedAtMs,
        call.ani,
        call.outcome === null
          ? '进行中'
          : `${OUTCOMES[call.outcome] ?? call.outcome}${call.abandonStage ? `（${STAGES[call.abandonStage]}）` : ''}`,
        call.waitMs,
        call.ringMs,
        call.rings,
        call.talkMs,
        call.holdMs,
        call.agentName ?? call.answeredBy?.replace(/^.*\//, '') ?? null,
        call.hungUpFirst === null ? null : (SIDES[call.hungUpFirst] ?? null),
        call.queue,
        call.callId,
      ],
    ),
};

const talkFilter = z.object({ period: ofPeriod, agent: key });
const talks: ListSource<z.output<typeof talkFilter>> = {
  kind: {
    name: 'talks',
    zh: '通话分段清单',
    deed: 'list-calls',
    columns: [
      { zh: '来电时间', kind: 'instant', width: 20 },
      { zh: '来电号码', kind: 'text', width: 15, private: 'number' },
      { zh: '受理员', kind: 'text', width: 12 },
      { zh: '第几位', kind: 'count', width: 8 },
      { zh: '开始通话', kind: 'instant', width: 20 },
      { zh: '通话', kind: 'duration', width: 10 },
      { zh: '保持', kind: 'duration', width: 10 },
      { zh: '通话编号', kind: 'text', width: 24, private: 'code' },
    ],
  },
  filter: talkFilter,
  words: ({ period, agent }) => [agent?.replace(/^.*\//, ''), periodWords(period)].filter(Boolean).join(' '),
  count: async (client, { period, agent }) => (await sumTalks(client, period, agent)).count,
  pages: (client, { period, agent }) =>
    keyset(
      (after: Awaited<ReturnType<typeof listTalks>>[number] | undefined) =>
        listTalks(client, period, agent, after ?? null, PAGE),
      (talk) => [
        talk.arrivedAtMs,
        talk.ani,
        talk.agentName ?? talk.agent.replace(/^.*\//, ''),
        talk.ordinal + 1,
        talk.fromMs,
        talk.talkMs,
        talk.holdMs,
        talk.callId,
      ],
    ),
};

const customerFilter = z.object({ district: z.string().max(20).optional() });
const customers: ListSource<z.output<typeof customerFilter>> = {
  kind: {
    name: 'customers',
    zh: '客户清单',
    deed: 'export-customers',
    columns: [
      { zh: '户号', kind: 'text', width: 16, private: 'code' },
      { zh: '户名', kind: 'text', width: 14, private: 'name' },
      { zh: '电话', kind: 'text', width: 24, private: 'number' },
      { zh: '地址', kind: 'text', width: 40, private: 'address' },
      { zh: '辖区', kind: 'text', width: 10 },
      { zh: '表型', kind: 'text', width: 10 },
    ],
  },
  filter: customerFilter,
  words: ({ district }) => district ?? '全部',
  async count(client, { district }) {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from customers
        where ($1::text is null or district = $1) and account is not null and merged_into is null`,
      [district ?? null],
    );
    return rows[0]!.count;
  },
  pages: (client, { district }) =>
    keyset(
      (after: Awaited<ReturnType<typeof listOutwardCustomers>>[number] | undefined) =>
        listOutwardCustomers(client, { district, after: after?.account }, PAGE),
      ({ account, name, phones, address, district: of, meterKind }) => [
        account,
        name,
        phones.join('、'),
        address,
        of,
        METERS[meterKind] ?? meterKind,
      ],
    ),
};

function given<T extends object>(where: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each list knows its own filter
export const LISTS: ListSource<any>[] = [calls, talks, customers, ORDER_LIST, RECEIPT_LIST];
