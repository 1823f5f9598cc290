/** Reports frozen and sent: by hand, and by themselves when their time has come. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { crashPoint } from '../core/crash-point.ts';
import { masked, misfootings, type ReportDocument } from '../core/office/document.ts';
import { passagesOf } from '../core/office/passages.ts';
import type { Period } from '../core/office/period.ts';
import { dueRuns, type Run } from '../core/office/schedule.ts';
import { deliver, deliverAgain, resendDelivery } from '../postgres/deliveries.ts';
import {
  addressesOfRoles,
  doneRuns,
  addVersion,
  endRun,
  findVersion,
  lastDelivery,
  listRuns,
  listSchedules,
  listVersions,
  nextVersion,
  savePassage,
  saveSchedule,
  takeRun,
} from '../postgres/report-archive.ts';
import { writeAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/pool.ts';
import type { ArchivePorts, Preview } from '../http/report-archive.ts';

type FileKind = 'xlsx' | 'docx' | 'csv';
export interface SendingPorts {
  pool: pg.Pool;
  varDir: string;
  now: () => number;
  make: (report: string, period: Period) => Promise<ReportDocument | null>;
  file: (document: ReportDocument, kind: FileKind) => Promise<Buffer>;
  onFault: (cause: unknown) => void;
}

const LOOK_EVERY_MS = 30_000;
/** a preview is sent within this time or made anew: its numbers grow old */
const PREVIEW_MS = 30 * 60_000;
const PREVIEWS_MOST = 50;
/** What a person has looked at and may send as it stands. */
interface Kept extends Preview {
  why: string;
  personId: number;
  madeAtMs: number;
}
const FOLDER = 'sent-reports';
const MAILED = ['docx', 'xlsx'] as const;
const TYPES: Record<'xlsx' | 'docx', string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

export function openSending(ports: SendingPorts): {
  archive: ArchivePorts;
  start: () => void;
  close: () => void;
} {
  const { pool, now, varDir } = ports;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  const previews = new Map<string, Kept>();

  /** Lays the files beside the database, freezes the document, and writes its mails, all in one transaction. */
  async function freeze(
    client: pg.PoolClient,
    document: ReportDocument,
    to: string[],
    why: string,
    personId: number | null,
  ): Promise<number> {
    const kept = await addVersion(client, {
      ...{ report: document.report, period: document.period.key, document, why, personId },
    });
    const mail = mailOf(document, kept.version, why);
    await mkdir(join(varDir, FOLDER), { recursive: true, mode: 0o700 });
    const files = await Promise.all(
      MAILED.map(async (kind) => {
        // who opens a mail is not known: nobody's number goes out whole
        const bytes = await ports.file(masked(document), kind);
        const path = join(FOLDER, `${createHash('sha256').update(bytes).digest('hex')}.${kind}`);
        await writeFile(join(varDir, path), bytes, { mode: 0o600 });
        return { name: `${mail.subject}.${kind}`, contentType: TYPES[kind], path };
      }),
    );
    // one mail each: each has a proof of its own
    await deliver(
      client,
      to.map((recipient) => ({
        ...{ once: `report:${kept.id}:${recipient}`, kind: 'report', about: `report:${kept.id}`, recipient },
        ...{ stream: null, receiverId: null },
        message: { channel: 'mail' as const, to: [recipient], ...mail, files },
      })),
    );
    return kept.version;
  }

  function forgetOld(): void {
    for (const [id, { madeAtMs }] of previews)
      if (previews.size > PREVIEWS_MOST || now() - madeAtMs > PREVIEW_MS) previews.delete(id);
  }

  async function recipientsOf(to: { roles: string[]; addresses: string[] }): Promise<string[]> {
    const all = [...to.addresses, ...(await addressesOfRoles(pool, to.roles))];
    return [...new Set(all.map((one) => one.trim().toLowerCase()))];
  }

  /** One report that can't be made holds up no other one; it is tried again at the next look. */
  async function look(): Promise<void> {
    for (const schedule of await listSchedules(pool)) {
      if (!schedule.enabled) continue;
      const due = dueRuns(schedule, now());
      const done = await doneRuns(
        pool,
        schedule.report,
        due.map((run) => run.period.key),
      ).catch((cause: unknown) => (ports.onFault(cause), null));
      for (const run of due)
        if (done && !done.has(run.period.key)) await makeUp(schedule, run).catch(ports.onFault);
    }
  }

  async function makeUp(
    schedule: Awaited<ReturnType<typeof listSchedules>>[number],
    due: Run,
  ): Promise<void> {
    const { report } = schedule;
    const run = { report, period: due.period.key, dueAtMs: due.dueAtMs };
    crashPoint('report: before it is frozen');
    const document = await ports.make(report, due.period);
    // its name was taken away a moment ago, and its schedule with it
    if (!document) return;
    const to = await recipientsOf(schedule);
    await inTransaction(pool, async (client) => {
      if (!(await takeRun(client, run))) return;
      const wrong = misfootings(document)[0];
      if (wrong) return notSent(client, run, document.title, `报表不平，没有发送：${wrong.words}`);
      if (to.length === 0) return notSent(client, run, document.title, '没有收件人，没有发送');
      const version = await freeze(client, document, to, '', null);
      crashPoint('report: frozen, not committed');
      await endRun(client, run, `已发送第 ${version} 版，${to.length} 个收件人`);
    });
  }

  /** A person must know: nothing sends it by itself any more. */
  async function notSent(
    client: pg.PoolClient,
    run: { report: string; period: string; dueAtMs: number },
    title: string,
    why: string,
  ): Promise<void> {
    await endRun(client, run as Parameters<typeof endRun>[1], why);
    await deliver(
      client,
      ['supervisor', 'administrator'].map((role) => ({
        ...{
          once: `report-not-sent:${run.report}:${run.period}:${role}`,
          kind: 'report-not-sent',
          about: null,
        },
        ...{ recipient: role, stream: null, receiverId: null },
        message: {
          ...{
            channel: 'screen' as const,
            room: `told:role:${role}`,
            event: 'report-not-sent',
            sound: false,
          },
          ...{ title: `${title}没有发出`, text: `${why}。请看过后手工发送。`, link: '/reports/archive' },
        },
      })),
    );
  }

  const archive: ArchivePorts = {
    parts: passagesOf,
    savePassage: (passage) => savePassage(pool, passage),
    versions: () => listVersions(pool, 200),
    version: (id) => findVersion(pool, id),
    async preview(report, period, { roles, addresses, why }, person) {
      const document = await ports.make(report, period);
      if (!document) return { ok: false, why: 'gone' };
      const wrong = misfootings(document)[0];
      if (wrong) return { ok: false, why: 'misfoots', wrong };
      const recipients = await recipientsOf({ roles, addresses });
      if (recipients.length === 0) return { ok: false, why: 'nobody' };
      const version = await nextVersion(pool, report, period.key);
      const mail = mailOf(document, version, why);
      const files = MAILED.map((kind) => `${mail.subject}.${kind}`);
      const kept = { id: randomUUID(), document, recipients, version, mail: { ...mail, files } };
      forgetOld();
      previews.set(kept.id, { ...kept, why, personId: person.id, madeAtMs: now() });
      return { ok: true, preview: kept };
    },
    previewed(id, person) {
      forgetOld();
      const kept = previews.get(id);
      return kept && kept.personId === person.id ? masked(kept.document) : null;
    },
    async send(id, person) {
      forgetOld();
      const kept = previews.get(id);
      if (!kept || kept.personId !== person.id) return null;
      // once: who clicks twice sends once
      previews.delete(id);
      const { document, recipients, why } = kept;
      const version = await inTransaction(pool, async (client) => {
        const sent = await freeze(client, document, recipients, why, person.id);
        await writeAudit(client, {
          ...{
            personId: person.id,
            what: 'report-sent',
            about: `${document.title} ${document.period.words}`,
          },
          detail: { version: sent, to: recipients },
        });
        return sent;
      });
      return { version, recipients: recipients.length };
    },
    async resend(id, recipient, person) {
      return inTransaction(pool, async (client) => {
        const last = await lastDelivery(client, id, recipient);
        if (!last) return 'unknown';
        // what was delivered goes out once more as a mail of its own: the first proof stays
        const done =
          last.state === 'delivered'
            ? await deliverAgain(client, last.id, person.id)
            : await resendDelivery(client, last.id, person.id);
        if (!done) return 'being-sent';
        await writeAudit(client, {
          ...{ personId: person.id, what: 'report-resent', about: last.subject, detail: { to: recipient } },
        });
        return 'sent';
      });
    },
    schedules: async () => ({ schedules: await listSchedules(pool), runs: await listRuns(pool, 20) }),
    async saveSchedule(schedule, person) {
      await inTransaction(pool, async (client) => {
        await saveSchedule(client, schedule);
        await writeAudit(client, {
          ...{ personId: person.id, what: 'report-schedule', about: schedule.report, detail: schedule },
        });
      });
    },
    file: ports.file,
  };

  return {
    archive,
    start() {
      const again = () => {
        looking ??= look()
          .catch(ports.onFault)
          .finally(() => (looking = null));
      };
      again();
      timer = setInterval(again, LOOK_EVERY_MS);
      timer.unref();
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
}

/** What a report's mail says, its first time and as a correction. */
function mailOf(document: ReportDocument, version: number, why: string): { subject: string; text: string } {
  const again = version > 1 ? ` 第${version}版` : '';
  const subject = `${document.title}　${document.period.words}${again}`;
  const text = [
    `${subject}见附件（Word 和 Excel 各一份）。`,
    ...(document.scope ? [`统计范围：${document.scope}。`] : []),
    ...(why ? [`更正说明：${why}`] : []),
    '',
    '供水热线 96666　客户服务中心',
  ].join('\n');
  return { subject, text };
}
