import { z } from 'zod';
import { CALL_LIST_WORDS, type AnyCallList, type CallWhere } from '../core/office/call-lists.ts';
import { misfootings, type ReportDocument } from '../core/office/document.ts';
import type { ReportFilter } from '../core/office/named-report.ts';
import { DIMS, type Where } from '../core/office/receipts.ts';
import { parsePeriod, type Period } from '../core/office/period.ts';
import { allow, refuse, said } from './door.ts';
import { fileKind, sendFile, shownTo, type FileKind } from './report-file.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Listed {
  callId: string;
  arrivedAtMs: number;
  ani: string | null;
}

export interface ReportPorts {
  /** makes a report by its name of a period, also one that was saved under a name; null: there is none */
  make: (report: string, period: Period, filter: ReportFilter) => Promise<ReportDocument | null>;
  file: (document: ReportDocument, kind: FileKind) => Promise<Buffer>;
  listCalls: (
    period: Period,
    query: {
      list: AnyCallList;
      where: CallWhere;
      after?: { arrivedAtMs: number; callId: string };
      limit: number;
    },
  ) => Promise<Listed[]>;
  /** how many there are, and the sums that means are made of */
  sumList: (
    period: Period,
    query: { list: AnyCallList; where: CallWhere },
  ) => Promise<{ count: number; waited: number; waitMs: number; talkMs: number; holdMs: number }>;
  listReceipts: (
    period: Period,
    where: Where,
    after: { atMs: number; ref: string } | null,
    most: number,
  ) => Promise<{ ref: string; atMs: number; phone: string | null; address: string }[]>;
  countReceipts: (period: Period, where: Where) => Promise<number>;
  /** what `where` says, in words */
  whereWords: (where: Where) => Promise<string[]>;
}

const PAGE = 100;

/** A period by its key, or a refusal that says so. */
export const periodKey = z
  .string('没有给出时间段，请从报表里点开数字')
  .max(60)
  .transform((key, context) => {
    const period = parsePeriod(key);
    if (period) return period;
    context.addIssue({ code: 'custom', message: '没有这个时间段，请重新选择' });
    return z.NEVER;
  });
const key = z.string().max(80).optional();
const listQuery = z.object({
  period: periodKey,
  list: z.enum(Object.keys(CALL_LIST_WORDS) as [AnyCallList, ...AnyCallList[]]),
  day: key,
  half: key,
  weekday: key,
  queue: key,
  agent: key,
  lastAgent: key,
  matter: key,
  /** the last call of the page before: `<arrivedAtMs>,<callId>` */
  after: z
    .string()
    .regex(/^\d+(\.\d+)?,.+$/)
    .max(140)
    .optional(),
});

const text = z.string().max(80);
const some = z.union([text, z.array(text).max(60)]).optional();
const many = z.union([text.transform((one) => [one]), z.array(text).max(60)]).optional();
/** what an “any” report is narrowed to; the others are not */
const reportQuery = z.object({
  period: periodKey,
  ...{ category: many, district: many, unit: many, channel: many },
});
const NO_REPORT = '没有这张报表，可能已被删除；请从报表目录重新打开。';

const receiptQuery = z.object({
  period: periodKey,
  ...(Object.fromEntries([...DIMS, 'community', 'day'].map((dim) => [dim, some])) as Record<
    keyof Where,
    typeof some
  >),
  /** the last receipt of the page before: `<atMs>,<ref>` */
  after: z
    .string()
    .regex(/^\d+(\.\d+)?,.+$/)
    .max(80)
    .optional(),
});

/** Reports on the screen and as files, and the lists behind their numbers. */
export function reportRoutes(ports: ReportPorts): Routes {
  const router = declareRoutes();

  router.get('/reports/:report', allow('read-reports'), async (request, response) => {
    const asked = said(response, reportQuery, request.query);
    if (!asked) return;
    const { period, ...filter } = asked;
    const document = await ports.make(String(request.params['report']), period, given(filter));
    if (!document) return refuse(response, 404, 'no-such-report', NO_REPORT);
    response.json({ document: shownTo(request, document), misfootings: misfootings(document) });
  });

  router.get('/reports/:report/file', allow('read-reports'), async (request, response) => {
    const asked = said(response, reportQuery.extend({ as: fileKind }), request.query);
    if (!asked) return;
    const { period, as: kind, ...filter } = asked;
    const document = await ports.make(String(request.params['report']), period, given(filter));
    if (!document) return refuse(response, 404, 'no-such-report', NO_REPORT);
    const wrong = misfootings(document);
    if (wrong.length > 0)
      return refuse(response, 409, 'does-not-foot', `报表不平，不能导出：${wrong[0]!.words}。请告诉管理员。`);
    const shown = shownTo(request, document);
    sendFile(response, shown, kind, await ports.file(shown, kind));
  });

  router.get('/receipts', allow('read-reports'), async (request, response) => {
    const query = said(response, receiptQuery, request.query);
    if (!query) return;
    const { period, after, ...where } = query;
    const narrow = given(where);
    const comma = after?.indexOf(',') ?? -1;
    const page = await ports.listReceipts(
      period,
      narrow,
      after ? { atMs: Number(after.slice(0, comma)), ref: after.slice(comma + 1) } : null,
      PAGE,
    );
    response.json({
      receipts: page,
      count: after ? null : await ports.countReceipts(period, narrow),
      words: await ports.whereWords(narrow),
      more: page.length === PAGE,
    });
  });

  router.get('/calls', allow('list-calls'), async (request, response) => {
    const query = said(response, listQuery, request.query);
    if (!query) return;
    const { period, list, after, ...narrow } = query;
    const where = Object.fromEntries(
      Object.entries(narrow).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const comma = after?.indexOf(',') ?? -1;
    const page = await ports.listCalls(period, {
      list,
      where,
      limit: PAGE,
      ...(after
        ? { after: { arrivedAtMs: Number(after.slice(0, comma)), callId: after.slice(comma + 1) } }
        : {}),
    });
    response.json({
      calls: page,
      ...(after ? { count: null } : await ports.sumList(period, { list, where })),
      more: page.length === PAGE,
    });
  });
  return router;
}

/** Only what was asked for. */
function given<T extends object>(asked: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as never;
}
