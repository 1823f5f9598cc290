import { z } from 'zod';
import type { Misfooting, ReportDocument } from '../core/office/document.ts';
import { parsePeriod, type Period } from '../core/office/period.ts';
import type { Schedule } from '../core/office/schedule.ts';
import { ROLES, type Role } from '../core/people/may.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { fileKind, sendFile, shownTo } from './report-file.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** What would go out, as it stands. */
export interface Preview {
  id: string;
  document: ReportDocument;
  recipients: string[];
  version: number;
  mail: { subject: string; text: string; files: string[] };
}

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
  /** makes the report as it is now and shows whoever asks what would go, and to whom */
  preview: (
    report: string,
    period: Period,
    to: { roles: string[]; addresses: string[]; why: string },
    person: SignedIn,
  ) => Promise<
    | { ok: true; preview: Preview }
    | { ok: false; why: 'misfoots'; wrong: Misfooting }
    | { ok: false; why: 'nobody' }
    | { ok: false; why: 'gone' }
  >;
  /** the report of a preview as the mail has it; null: it is too old, or another's */
  previewed: (id: string, person: SignedIn) => ReportDocument | null;
  /** freezes and sends what was previewed, once; null: it is too old, sent, or another's */
  send: (id: string, person: SignedIn) => Promise<{ version: number; recipients: number } | null>;
  /** once more to one recipient */
  resend: (id: number, recipient: string, person: SignedIn) => Promise<'sent' | 'unknown' | 'being-sent'>;
  schedules: () => Promise<{ schedules: Schedule[]; runs: unknown[] }>;
  saveSchedule: (schedule: Omit<Schedule, 'begunAtMs' | 'kind' | 'name'>, person: SignedIn) => Promise<void>;
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
const GONE = '没有这张报表，可能已被删除；请从报表目录重新打开。';
const OLD = '预览已过期或已发送：请重新预览，核对后再发。';

/** Words in reports, sending them, the archive of what was sent, and when they go by themselves. */
export function archiveRoutes(ports: ArchivePorts): Routes {
  const router = declareRoutes();
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

  router.post('/report-previews/:report', send, async (request, response) => {
    const report = String(request.params['report']);
    const period = parsePeriod(String(request.query['period'] ?? ''));
    if (!period || !ports.parts(report)) return refuse(response, 404, 'no-such-report', GONE);
    const told = said(response, sending, request.body);
    if (!told) return;
    const answer = await ports.preview(report, period, told, personOf(request));
    if (answer.ok) {
      const { preview } = answer;
      return void response.status(201).json({ ...preview, document: shownTo(request, preview.document) });
    }
    if (answer.why === 'gone') return refuse(response, 404, 'no-such-report', GONE);
    if (answer.why === 'nobody')
      return refuse(response, 400, 'nobody', '没有收件人：所选角色的人还没有邮箱，请填写邮箱地址。');
    refuse(response, 409, 'does-not-foot', `报表不平，没有发送：${answer.wrong.words}。请告诉管理员。`);
  });
  router.get('/report-previews/:id/file', send, async (request, response) => {
    const kind = said(response, fileKind, request.query['as']);
    if (!kind) return;
    const document = ports.previewed(String(request.params['id']), personOf(request));
    if (!document) return refuse(response, 404, 'preview-gone', OLD);
    sendFile(response, document, kind, await ports.file(document, kind));
  });
  router.post('/report-previews/:id/send', send, async (request, response) => {
    const sent = await ports.send(String(request.params['id']), personOf(request));
    if (!sent) return refuse(response, 409, 'preview-gone', OLD);
    response.status(201).json(sent);
  });

  router.get('/report-versions', read, async (_request, response) => {
    response.json({ versions: await ports.versions() });
  });
  router.get('/report-versions/:id', read, async (request, response) => {
    const document = await ports.version(Number(request.params['id']) || 0);
    if (!document) return refuse(response, 404, 'no-such-version', '没有这份已发送的报表。');
    response.json({ document: shownTo(request, document), misfootings: [] });
  });
  router.get('/report-versions/:id/file', read, async (request, response) => {
    const kind = said(response, fileKind, request.query['as']);
    if (!kind) return;
    const found = await ports.version(Number(request.params['id']) || 0);
    if (!found) return refuse(response, 404, 'no-such-version', '没有这份已发送的报表。');
    const document = shownTo(request, found);
    sendFile(response, document, kind, await ports.file(document, kind));
  });
  router.post('/report-versions/:id/resend', send, async (request, response) => {
    const told = said(response, z.object({ recipient: z.string().max(200) }), request.body);
    if (!told) return;
    const id = Number(request.params['id']) || 0;
    const what = await ports.resend(id, told.recipient, personOf(request));
    if (what === 'unknown')
      return refuse(
        response,
        404,
        'no-such-recipient',
        '这份报表没有发给过这个邮箱；要加收件人请再次定稿发送。',
      );
    if (what === 'being-sent') return refuse(response, 409, 'being-sent', '正在发送，请等几秒看结果再重发。');
    response.json({ ok: true });
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
