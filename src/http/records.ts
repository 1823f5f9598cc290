import { z } from 'zod';
import { FIELD_LIMITS, type LimitedField } from '../core/field-limits.ts';
import { FIELD_NAMES, type FieldChange, type FieldName } from '../core/orders/records.ts';
import type { DeskRecord, RecordAnswer, RecordRefusal } from '../protocol/records.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { socketEvent, type PersonLine, type SocketEvent } from './events.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** Records of calls, as the routes and the browsers' line meet them. */
export interface RecordPorts {
  open: (begin: { callId: string | null; personId: number; phone?: string }) => Promise<DeskRecord>;
  find: (id: number) => Promise<DeskRecord | null>;
  save: (
    id: number,
    personId: number,
    changes: FieldChange[],
  ) => Promise<{ record: DeskRecord; conflicts: (RecordAnswer & { ok: true })['conflicts'] } | null>;
  complete: (id: number, personId: number) => Promise<{ record: DeskRecord; missing: FieldName[] } | null>;
  openOf: (personId: number) => Promise<DeskRecord[]>;
  past: (about: { phone: string; account: string; notId: number | null }) => Promise<DeskRecord[]>;
  annex: () => unknown;
  /** to every tab that has this record open */
  tell: (record: DeskRecord) => void;
  onFault: (fault: unknown) => void;
}

/** A field's name in the rule book's words, where the agent is told what is missing. */
export const FIELD_WORDS: Record<FieldName, string> = {
  caller: '来电人',
  phone: '联系电话',
  account: '户号',
  address: '用水地址',
  district: '辖区',
  category: '类别',
  item: '项目',
  content: '反映内容',
  urgent: '紧急',
  conclusion: '处理方式',
  answer: '答复内容',
};

const words = (field: LimitedField) =>
  z.string().max(FIELD_LIMITS[field], `最多 ${FIELD_LIMITS[field]} 个字`);
const values = {
  caller: words('name'),
  phone: words('phone'),
  account: words('account'),
  address: words('address'),
  district: words('district'),
  category: words('category'),
  item: z.number().int().min(1).max(99).nullable(),
  content: words('content'),
  urgent: z.boolean(),
  conclusion: z.enum(['', 'answered', 'order', 'void']),
  answer: words('answer'),
} satisfies Record<FieldName, z.ZodType>;
const change = z.union(
  FIELD_NAMES.map((name) => z.object({ field: z.literal(name), from: values[name], to: values[name] })),
) as unknown as z.ZodType<FieldChange>;
const recordId = z.number().int().positive();
const callId = z.string().min(1).max(100);

const AWAY: RecordRefusal = {
  code: 'database-away',
  message: '数据库暂时连不上，写的内容留在本机，连上后自动补存。',
};
const NONE: RecordRefusal = { code: 'no-such-record', message: '没有这份记录，请刷新页面。' };

/** What a tab says of records while the agent types. */
export function recordEvents(ports: RecordPorts): SocketEvent[] {
  const answering = (answer: (told: unknown) => void, work: () => Promise<RecordAnswer>) =>
    void work()
      .catch((fault: unknown): RecordAnswer => {
        ports.onFault(fault);
        return { ok: false, refusal: AWAY };
      })
      .then(answer);
  const opened = (line: PersonLine, record: DeskRecord | null): RecordAnswer => {
    if (!record) return { ok: false, refusal: NONE };
    line.join(`record:${record.id}`);
    return { ok: true, record, conflicts: [] };
  };
  const permission = 'keep-records';

  return [
    socketEvent({
      ...{ name: 'openRecord', permission },
      schema: z.union([z.object({ callId }), z.object({ recordId })]),
      hear: (which, line, answer) =>
        answering(answer, async () =>
          opened(
            line,
            'callId' in which
              ? await ports.open({ callId: which.callId, personId: line.person.id })
              : await ports.find(which.recordId),
          ),
        ),
    }),
    socketEvent({
      ...{ name: 'newRecord', permission },
      schema: z.object({ phone: words('phone').optional() }),
      hear: (about, line, answer) =>
        answering(answer, async () =>
          opened(
            line,
            await ports.open({
              callId: null,
              personId: line.person.id,
              ...(about.phone ? { phone: about.phone } : {}),
            }),
          ),
        ),
    }),
    socketEvent({
      ...{ name: 'saveRecord', permission },
      schema: z.object({ recordId, changes: z.array(change).min(1).max(FIELD_NAMES.length) }),
      hear: (asked, line, answer) =>
        answering(answer, async () => {
          const saved = await ports.save(asked.recordId, line.person.id, asked.changes);
          if (!saved) return { ok: false, refusal: NONE };
          ports.tell(saved.record);
          return { ok: true, ...saved };
        }),
    }),
    socketEvent({
      ...{ name: 'completeRecord', permission },
      schema: z.object({ recordId }),
      hear: (asked, line, answer) =>
        answering(answer, async () => {
          const done = await ports.complete(asked.recordId, line.person.id);
          if (!done) return { ok: false, refusal: NONE };
          if (done.missing.length > 0) {
            const words = done.missing.map((name) => FIELD_WORDS[name]).join('、');
            const refusal = {
              code: 'incomplete' as const,
              message: `还缺：${words}。`,
              missing: done.missing,
            };
            return { ok: false, refusal };
          }
          ports.tell(done.record);
          return { ok: true, record: done.record, conflicts: [] };
        }),
    }),
  ];
}

const about = z.object({
  phone: words('phone').default(''),
  account: words('account').default(''),
  not: z.coerce.number().int().positive().optional(),
});

export function recordRoutes(ports: RecordPorts): Routes {
  const router = declareRoutes();
  const mine = allow('keep-records');
  router.get('/annex', mine, (_request, response) => void response.json(ports.annex()));
  router.get('/records/open', mine, async (request, response) => {
    response.json(await ports.openOf(personOf(request).id));
  });
  router.get('/records/past', mine, async (request, response) => {
    const asked = said(response, about, request.query);
    if (!asked) return;
    response.json(await ports.past({ phone: asked.phone, account: asked.account, notId: asked.not ?? null }));
  });
  router.get('/records/:id', mine, async (request, response) => {
    const id = said(response, z.coerce.number().int().positive(), request.params['id']);
    if (id === null) return;
    const record = await ports.find(id);
    if (!record) return refuse(response, 404, NONE.code, NONE.message);
    response.json(record);
  });
  return router;
}
