/** Lists of cases from the portals, put together: read, checked row by row, taken in one transaction. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import {
  besideCaseColumns,
  guessCaseColumns,
  readCaseRow,
  recogniseCases,
  rememberedColumns,
  type CaseColumn,
  type CaseColumns,
} from '../core/office/case-import.ts';
import { firstRows } from '../core/lists/doubles.ts';
import { taughtBy } from '../core/lists/columns.ts';
import type { Channel } from '../core/office/cases.ts';
import type { PortalText } from '../core/office/portal-text.ts';
import { openList } from '../documents/list-reader.ts';
import { NotATable, type TableRow } from '../documents/table-reader.ts';
import { caseImportRoutes } from '../http/case-import.ts';
import type { CaseCheck } from '../protocol/case-import.ts';
import type { SignedIn } from '../http/sessions.ts';
import { writeAudit } from '../postgres/audit.ts';
import { addCase, knownNumbers } from '../postgres/cases.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { inTransaction } from '../postgres/pool.ts';
import { taughtWords, teachWords } from './column-words.ts';
import { keepSettings, keptSettings } from '../postgres/settings.ts';

const SETTING = 'case-imports';
const MOST_ROWS = 5000;
const SAMPLE = 5;
const KEPT_MS = 60 * 60_000;
const MOST_KEPT = 20;

interface Uploaded {
  headers: string[];
  rows: TableRow[];
  notes: string[];
  atMs: number;
}
type Remembered = Partial<Record<Channel, Partial<Record<CaseColumn, string>>>>;

export function openCaseImport({ pool, now }: { pool: pg.Pool; now: () => number }) {
  /** uploads wait here until they are taken; after a restart the file is chosen again */
  const uploads = new Map<string, Uploaded>();

  async function read(bytes: Buffer): Promise<Uploaded | string> {
    const folder = await mkdtemp(join(tmpdir(), 'hotline-cases-'));
    try {
      const file = join(folder, 'list');
      await writeFile(file, bytes);
      const list = await openList(file, recogniseCases(await taughtWords(pool, 'cases')));
      const rows: TableRow[] = [];
      for await (const row of list.rows) {
        rows.push(row);
        if (rows.length > MOST_ROWS) return `一次最多 ${MOST_ROWS} 行，请分几次导入。`;
      }
      return { headers: list.headers, rows, notes: list.file().notes, atMs: now() };
    } catch (cause) {
      if (cause instanceof NotATable) return cause.message;
      throw cause;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function checked(
    client: Pick<pg.ClientBase, 'query'>,
    upload: Uploaded,
    channel: Channel,
    columns: CaseColumns,
  ): Promise<{ check: CaseCheck; good: PortalText[] }> {
    const { body } = await orderSettings(client as pg.Pool);
    const nowMs = now();
    const read = upload.rows.map(({ cells, faults, refused }) =>
      refused === undefined
        ? readCaseRow(cells, columns, nowMs, body.calendar, faults)
        : { ok: false as const, reason: refused },
    );
    const numbers = read.flatMap((one) =>
      one.ok && one.fields.outsideNo !== '' ? [one.fields.outsideNo] : [],
    );
    const known = await knownNumbers(client, channel, numbers);
    const check: CaseCheck = { good: 0, bad: [], known: [] };
    const good: PortalText[] = [];
    const first = firstRows();
    read.forEach((one, at) => {
      const { row } = upload.rows[at]!;
      if (!one.ok) return check.bad.push({ row, reason: one.reason });
      const { outsideNo } = one.fields;
      if (known.has(outsideNo)) return check.known.push({ row, outsideNo });
      if (outsideNo !== '' && first(outsideNo, row) !== null)
        return check.bad.push({ row, reason: `编号 ${outsideNo} 在文件里出现了两次` });
      for (const words of one.notes) (check.notes ??= []).push({ row, words });
      return good.push(one.fields);
    });
    check.good = good.length;
    return { check, good };
  }

  return caseImportRoutes({
    async read(file, bytes, channel) {
      const upload = await read(bytes);
      if (typeof upload === 'string') return upload;
      for (const [token, one] of uploads)
        if (one.atMs < now() - KEPT_MS || uploads.size >= MOST_KEPT) uploads.delete(token);
      const token = randomUUID();
      uploads.set(token, upload);
      const { headers, rows } = upload;
      const kept = ((await keptSettings(pool, SETTING)) as Remembered)[channel];
      const remembered = kept ? rememberedColumns(headers, kept) : null;
      const columns = remembered ?? guessCaseColumns(headers, await taughtWords(pool, 'cases'));
      const sample = rows.slice(0, SAMPLE).map(({ cells }) => cells);
      const notes = [...upload.notes, ...besideCaseColumns(headers, columns)];
      return {
        ...{ token, file, headers, sample, notes, columns },
        count: rows.length,
        remembered: remembered !== null,
      };
    },
    async check(token, channel, columns) {
      const upload = uploads.get(token);
      return upload ? (await checked(pool, upload, channel, columns)).check : null;
    },
    async take(token, channel, columns, person: SignedIn) {
      const upload = uploads.get(token);
      if (!upload) return null;
      // of two who take the same list the second finds none
      uploads.delete(token);
      const check = await inTransaction(pool, async (client) => {
        const found = await checked(client, upload, channel, columns);
        for (const fields of found.good) {
          const receivedAtMs = fields.receivedAtMs ?? now();
          const none = { community: '', district: '', category: '', item: null };
          const added = await addCase(
            client,
            { ...fields, ...none, channel, receivedAtMs },
            '',
            person,
            now(),
          );
          // somebody typed it in a moment ago
          if ('takenBy' in added) found.check.good -= 1;
        }
        const words = Object.fromEntries(
          Object.entries(columns).flatMap(([column, at]) => {
            const header = at === undefined || at < 0 ? undefined : upload.headers[at]?.trim();
            return header ? [[column, header]] : [];
          }),
        );
        const guessed = guessCaseColumns(upload.headers, await taughtWords(client, 'cases'));
        await teachWords(client, 'cases', taughtBy(upload.headers, columns, guessed), person.name);
        const kept = (await keptSettings(client, SETTING)) as Remembered;
        await keepSettings(client, SETTING, { ...kept, [channel]: words }, person.name);
        const about = `${channel}：${found.check.good} 件`;
        await writeAudit(client, { personId: person.id, what: 'cases-imported', about });
        return found.check;
      }).catch((cause: unknown) => {
        uploads.set(token, upload);
        throw cause;
      });
      return check;
    },
  });
}
