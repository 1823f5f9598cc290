/** Lists taken along as files: asked for on a page, made beside the calls, kept a week for who asked. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { openExports } from '../app/exports.ts';
import { maskRow } from '../core/people/mask-for.ts';
import { may } from '../core/people/may.ts';
import { receiverOf } from '../core/people/sight.ts';
import { openCsv, openXlsx } from '../documents/xlsx.ts';
import { exportRoutes } from '../http/exports.ts';
import {
  askExport,
  countDownload,
  exportAgain,
  expireExports,
  failExport,
  findExport,
  finishExport,
  listExports,
  moveExport,
  takeExport,
  type ExportJob,
} from '../postgres/exports.ts';
import { findPerson } from '../postgres/people.ts';
import { isPassing, LONG_WORK, openPool } from '../postgres/pool.ts';
import { LISTS } from './lists.ts';
import type { OpenWing } from './wings.ts';

const KEEP_DAYS = 7;
/** a fault that may pass is tried so often */
const MOST_ATTEMPTS = 5;

export const openExportsWing: OpenWing = ({ pool, databaseUrl, varDir, live, now, log, audit, accounts }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'exports');
  // a long list reads through connections of its own, and may take its time
  const own = openPool(databaseUrl, { ...LONG_WORK, most: 3, onBreak: onFault });
  const folder = join(varDir, 'exports');
  const pathOf = (id: string, format: string) => join(folder, `${id}.${format}`);

  async function make(
    job: ExportJob,
    moved: (rows: number, total: number | null) => void,
    stillOurs: () => Promise<void>,
  ) {
    const list = LISTS.find(({ kind }) => kind.name === job.list);
    const person = await findPerson(own, job.askedBy);
    if (!list || !person || person.disabled || !may(person.role, list.kind.deed))
      throw new Error('账号已没有这个清单的权限，没有导出。');
    const filter = list.filter.parse(job.filter) as unknown;
    const taker = { personId: person.id, unitId: person.unitId };
    const receiver = receiverOf(person);
    const kinds = list.kind.columns.map((column) => column.private ?? null);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = pathOf(job.id, job.format);
    // of this attempt: one that was taken over writes on into its own
    const part = `${path}.${job.attempt}.part`;
    for (const name of readdirSync(folder))
      if (name.startsWith(job.id) && name.endsWith('.part')) rmSync(join(folder, name), { force: true });
    const open = job.format === 'xlsx' ? openXlsx : openCsv;
    const file = open(part, { title: list.kind.zh, columns: list.kind.columns, madeAtMs: now() });
    let rows = 0;
    try {
      await oneState(own, async (client) => {
        const total = await list.count(client, filter, taker);
        moved(0, total);
        for await (const page of list.pages(client, filter, taker)) {
          for (const row of page) await file.add(maskRow(row, kinds, receiver));
          rows += page.length;
          moved(rows, Math.max(total, rows));
        }
      });
      await file.finish();
    } catch (cause) {
      file.abandon();
      rmSync(part, { force: true });
      throw cause;
    }
    await stillOurs().catch((cause: unknown) => {
      rmSync(part, { force: true });
      throw cause;
    });
    await rename(part, path);
    return { rows, bytes: statSync(path).size, sha256: await digestOf(path) };
  }

  const exports = openExports<ExportJob>({
    take: () => takeExport(own),
    make,
    move: (...said) => moveExport(own, ...said),
    finish: (job, made) => finishExport(own, job, { ...made, keepDays: KEEP_DAYS }),
    async fail(job, why, cause) {
      if (isPassing(cause) && !wasTooLong(cause) && (await exportAgain(own, job, MOST_ATTEMPTS))) return true;
      await failExport(own, job, why);
      return false;
    },
    async expire() {
      for (const id of await expireExports(own))
        for (const format of ['xlsx', 'csv']) rmSync(pathOf(id, format), { force: true });
    },
    tell: (personId, progress) => live.tell(`person:${personId}`, 'exportMoved', progress),
    now,
    onFault,
  });

  return {
    routers: [
      exportRoutes({
        list(name) {
          const list = LISTS.find(({ kind }) => kind.name === name);
          if (!list) return null;
          return {
            zh: list.kind.zh,
            deed: list.kind.deed,
            words(filter) {
              const parsed = list.filter.safeParse(filter);
              return parsed.success ? list.words(parsed.data) : null;
            },
          };
        },
        ask: (job, most) => askExport(pool, job, most),
        mine: (personId) => listExports(pool, personId),
        find: (id, personId) => findExport(pool, id, personId),
        file(id, format) {
          const path = pathOf(id, format);
          return existsSync(path) ? path : null;
        },
        counted: (id) => countDownload(pool, id),
        nudge: exports.nudge,
        audit,
      }),
    ],
    rightsMoved: () =>
      exports.recheck(({ list: name, askedBy }) => {
        const list = LISTS.find(({ kind }) => kind.name === name);
        return list === undefined || accounts.mayNow(askedBy, list.kind.deed) !== false;
      }),
    start() {
      exports.start();
      return Promise.resolve();
    },
    async close() {
      await exports.close();
      await own.end();
    },
  };
};

/** the statement's own limit: it would take as long the next time */
const wasTooLong = (cause: unknown) => (cause as { code?: unknown } | null)?.code === '57014';

/** All that is read inside sees one state of the database, however long it takes. */
async function oneState<T>(pool: pg.Pool, work: (client: pg.Pool) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (cause: Error) => (broken = cause);
  client.on('error', onError);
  try {
    await client.query('begin isolation level repeatable read read only');
    // a disk that is slow for once is no reason to begin anew
    await client.query(`set local idle_in_transaction_session_timeout = '5min'`);
    const result = await work(client as unknown as pg.Pool);
    await client.query('commit');
    return result;
  } catch (cause) {
    broken = cause as Error;
    throw cause;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
}
