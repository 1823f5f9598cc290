import { Router } from 'express';
import { z } from 'zod';
import type { Misfooting, ReportDocument } from '../core/office/document.ts';
import { parsePeriod, type Period } from '../core/office/period.ts';
import type { Schedule } from '../core/office/schedule.ts';
import { ROLES, type Role } from '../core/people/may.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';

export interface ArchivePorts {
  /** the passages that people write into this report; null: there is no such report */
  parts: (report: string) => readonly { key: string }[] | null;
  savePassage: (passage: {
    report: string;
    period: string;
    part: string;
    text: string;
    personId: number;
  }) => Promise<void>;
  versions: () => Promise<unknown[]>;
  version: (id: number) => Promise<ReportDocument | null>;
  /** freezes the report as it is now and sends it; misfootings: it was not sent */
  send: (
    report: string,
    period: Period,
    to: { roles: string[]; addresses: string[]; why: string },
    person: SignedIn,
  ) => Promise<
    | { ok: true; version: number; recipients: number }
    | { ok: false; why: 'misfoots'; wrong: Misfooting }
    | { ok: false; why: 'nobody' }
  >;
  schedules: () => Promise<{ schedules: Schedule[]; runs: unknown[] }>;
  saveSchedule: (schedule: Omit<Schedule, 'begunAtMs'>, person: SignedIn) => Promise<void>;
  file: (document: ReportDocument, kind: 'xlsx' | 'docx' | 'csv') => Promise<Buffer>;
}

const address = z.email('邮箱地址不对，请改正').max(200);
const recipients = z.object({
  roles: z.array(z.enum(ROLES as [Role, ...Role[]])).max(6),
  addresses: z.array(address).max(50),
});
const passage = z.object({
  text: z
    .string()
    .max(20_000, '最多 20000 个字')
    .transform((text) => text.replace(/\u0000/g, '')),
});
const sending = recipients.extend({ why: z.string().trim().max(500).default('') });
const schedule = recipients.extend({
  enabled: z.boolean(),
  day: z.number().int().min(0).max(31),
  minute: z.number().int().min(0).max(1439),
});
const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv; charset=utf-8',
} as const;

/** Words in reports, sending them, the archive of what was sent, and when they go by themselves. */
export function archiveRoutes(ports: ArchivePorts): Router {
  const router = Router();
  const read = allow('read-reports');
  const send = allow('send-reports');

  router.put('/report-passages/:report/:part', send, async (request, response) => {
    const [report, part] = [String(request.params['report']), String(request.params['part'])];
    const period = parsePeriod(String(request.query['period'] ?? ''));
    if (!period || !ports.parts(report)?.some(({ key }) => key === part))
      return refuse(response, 404, 'no-such-part', '这张报表没有这一段文字。');
    const told = said(response, passage, request.body);
    if (!told) return;
    const personId = personOf(request).id;
    await ports.savePassage({ report, period: period.key, part, text: told.text, personId });
    response.json({ ok: true });
  });

  router.post('/report-versions/:report', send, async (request, response) => {
    const report = String(request.params['report']);
    const period = parsePeriod(String(request.query['period'] ?? ''));
    if (!period || !ports.parts(report)) return refuse(response, 404, 'no-such-report', '没有这张报表。');
    const told = said(response, sending, request.body);
    if (!told) return;
    const answer = await ports.send(report, period, told, personOf(request));
    if (answer.ok) return void response.status(201).json(answer);
    if (answer.why === 'nobody')
      return refuse(response, 400, 'nobody', '没有收件人：所选角色的人还没有邮箱，请填写邮箱地址。');
    refuse(response, 409, 'does-not-foot', `报表不平，没有发送：${answer.wrong.words}。请告诉管理员。`);
  });

  router.get('/report-versions', read, async (_request, response) => {
    response.json({ versions: await ports.versions() });
  });
  router.get('/report-versions/:id', read, async (request, response) => {
    const document = await ports.version(Number(request.params['id']) || 0);
    if (!document) return refuse(response, 404, 'no-such-version', '没有这份已发送的报表。');
    response.json({ document, misfootings: [] });
  });
  router.get('/report-versions/:id/file', read, async (request, response) => {
    const document = await ports.version(Number(request.params['id']) || 0);
    const kind = z.enum(['xlsx', 'docx', 'csv']).safeParse(request.query['as']);
    if (!document || !kind.success) return refuse(response, 404, 'no-such-version', '没有这份已发送的报表。');
    const name = encodeURIComponent(`${document.title} ${document.period.words}.${kind.data}`);
    response.type(TYPES[kind.data]);
    response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${name}`);
    response.send(await ports.file(document, kind.data));
  });

  router.get('/report-schedules', send, async (_request, response) => {
    response.json(await ports.schedules());
  });
  router.put('/report-schedules/:report', send, async (request, response) => {
    const report = String(request.params['report']);
    const known = (await ports.schedules()).schedules.some((one) => one.report === report);
    if (!known) return refuse(response, 404, 'no-such-schedule', '这张报表不定时发送。');
    const told = said(response, schedule, request.body);
    if (!told) return;
    if (told.enabled && told.roles.length + told.addresses.length === 0)
      return refuse(response, 400, 'nobody', '请先选收件角色或填邮箱地址，再打开定时发送。');
    await ports.saveSchedule({ report, ...told }, personOf(request));
    response.json({ ok: true });
  });
  return router;
}
