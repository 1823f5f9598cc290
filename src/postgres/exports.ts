/** Lists that people take along as files. */
import type pg from 'pg';
import type { ExportProgress } from '../protocol/outward.ts';

export interface ExportJob {
  id: string;
  /** which of its takers: one that was silent too long has lost it to the next */
  attempt: number;
  list: string;
  format: 'xlsx' | 'csv';
  filter: Record<string, string | string[]>;
  words: string;
  askedBy: number;
}
export interface ExportRow extends ExportProgress {
  list: string;
  format: 'xlsx' | 'csv';
  words: string;
  createdAtMs: number;
  finishedAtMs: number | null;
  untilAtMs: number | null;
  downloads: number;
}

const ROW = `id, list, format, words, state, rows, total, bytes::float8 as bytes, why,
  (extract(epoch from created_at) * 1000)::float8 as "createdAtMs",
  (extract(epoch from finished_at) * 1000)::float8 as "finishedAtMs",
  (extract(epoch from until_at) * 1000)::float8 as "untilAtMs", downloads`;

/** Asks for a file; null: this person has so many being made already. */
export async function askExport(
  pool: pg.Pool,
  job: Omit<ExportJob, 'id' | 'attempt'>,
  most: number,
): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into exports (list, format, filter, words, asked_by)
     select $1, $2, $3, $4, $5
      where (select count(*) from exports where asked_by = $5 and state in ('waiting', 'running')) < $6
     returning id`,
    [job.list, job.format, JSON.stringify(job.filter), job.words, job.askedBy, most],
  );
  return rows[0]?.id ?? null;
}

/** The next file to make: one that waits, or that a service which died had begun. */
export async function takeExport(pool: pg.Pool): Promise<ExportJob | null> {
  const { rows } = await pool.query<ExportJob>(
    `update exports set state = 'running', rows = 0, total = null, beat_at = now(), attempt = attempt + 1
      where id = (select id from exports
                   where state = 'waiting' or (state = 'running' and beat_at < now() - interval '1 minute')
                   order by created_at for update skip locked limit 1)
     returning id, attempt, list, format, filter, words, asked_by::float8 as "askedBy"`,
  );
  return rows[0] ?? null;
}

/** How far it is; false: another has taken it over. */
export async function moveExport(
  pool: pg.Pool,
  { id, attempt }: Pick<ExportJob, 'id' | 'attempt'>,
  rows: number,
  total: number | null,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update exports set rows = $3, total = $4, beat_at = now() where id = $1 and attempt = $2 and state = 'running'`,
    [id, attempt, rows, total],
  );
  return rowCount === 1;
}

export async function finishExport(
  pool: pg.Pool,
  { id, attempt }: Pick<ExportJob, 'id' | 'attempt'>,
  made: { rows: number; bytes: number; sha256: string; keepDays: number },
): Promise<void> {
  await pool.query(
    `update exports set state = 'ready', rows = $2, total = $2, bytes = $3, sha256 = $4, finished_at = now(),
            until_at = now() + make_interval(days => $5)
      where id = $1 and attempt = $6 and state = 'running'`,
    [id, made.rows, made.bytes, made.sha256, made.keepDays, attempt],
  );
}

export async function failExport(
  pool: pg.Pool,
  { id, attempt }: Pick<ExportJob, 'id' | 'attempt'>,
  why: string,
): Promise<void> {
  await pool.query(
    `update exports set state = 'failed', why = $2, finished_at = now()
      where id = $1 and attempt = $3 and state = 'running'`,
    [id, why.slice(0, 500), attempt],
  );
}

/** Lays it back to be made anew; false: it was tried so often, or another has taken it over. */
export async function exportAgain(
  pool: pg.Pool,
  { id, attempt }: Pick<ExportJob, 'id' | 'attempt'>,
  mostAttempts: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update exports set state = 'waiting', rows = 0, total = null
      where id = $1 and attempt = $2 and attempt < $3 and state = 'running'`,
    [id, attempt, mostAttempts],
  );
  return rowCount === 1;
}

/** What this person asked for, newest first. */
export async function listExports(pool: pg.Pool, personId: number): Promise<ExportRow[]> {
  const { rows } = await pool.query<ExportRow>(
    `select ${ROW} from exports where asked_by = $1 order by created_at desc limit 100`,
    [personId],
  );
  return rows;
}

/** One file of this person's; null: there is none, or it is another's. */
export async function findExport(pool: pg.Pool, id: string, personId: number): Promise<ExportRow | null> {
  const { rows } = await pool.query<ExportRow>(`select ${ROW} from exports where id = $1 and asked_by = $2`, [
    id,
    personId,
  ]);
  return rows[0] ?? null;
}

export async function countDownload(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('update exports set downloads = downloads + 1 where id = $1', [id]);
}

/** Files whose time is over: they are closed, and their ids given so that they can be taken off the disk. */
export async function expireExports(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `update exports set state = 'expired' where state = 'ready' and until_at < now() returning id`,
  );
  return rows.map(({ id }) => id);
}
