/** Words that people write into reports, reports as they were sent, and who gets which when. */
import type pg from 'pg';
import type { ReportDocument } from '../core/office/document.ts';
import type { Schedule } from '../core/office/schedule.ts';

/** What stands in a report now, by the passage's key. */
export async function reportPassages(
  pool: pg.Pool,
  report: string,
  period: string,
): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ part: string; text: string }>(
    `select distinct on (part) part, text from report_passages where report = $1 and period = $2
      order by part, id desc`,
    [report, period],
  );
  return Object.fromEntries(rows.map(({ part, text }) => [part, text]));
}

export async function savePassage(
  pool: pg.Pool,
  passage: { report: string; period: string; part: string; text: string; personId: number },
): Promise<void> {
  await pool.query(
    'insert into report_passages (report, period, part, text, person_id) values ($1, $2, $3, $4, $5)',
    [passage.report, passage.period, passage.part, passage.text, passage.personId],
  );
}

export interface ReportVersion {
  id: number;
  report: string;
  period: string;
  version: number;
  title: string;
  words: string;
  why: string;
  /** empty: its schedule sent it */
  who: string;
  atMs: number;
  sent: Sending[];
}
/** One mail of a report: where it stands, and what the receiving server said. */
export interface Sending {
  recipient: string;
  state: string;
  attempts: number;
  /** when it was asked for */
  atMs: number;
  deliveredAtMs: number | null;
  proof: string | null;
  words: string | null;
  /** who asked for it once more */
  resentBy: string | null;
}

const VERSION = `v.id::int, v.report, v.period, v.version, v.document ->> 'title' as title,
  v.document -> 'period' ->> 'words' as words, v.why, coalesce(p.name, '') as who,
  (extract(epoch from v.at) * 1000)::float8 as "atMs",
  coalesce((select json_agg(json_build_object('recipient', d.recipient, 'state', d.state, 'attempts', d.attempts,
        'atMs', (extract(epoch from d.created_at) * 1000)::float8,
        'deliveredAtMs', (extract(epoch from d.delivered_at) * 1000)::float8,
        'proof', d.proof, 'words', d.answer, 'resentBy', r.name) order by d.recipient, d.id)
     from deliveries d left join people r on r.id = d.resent_by
    where d.kind = 'report' and d.about = 'report:' || v.id), '[]') as sent`;

/** Every report that was sent, the latest first. */
export async function listVersions(pool: pg.Pool, most: number): Promise<ReportVersion[]> {
  const { rows } = await pool.query<ReportVersion>(
    `select ${VERSION} from report_versions v left join people p on p.id = v.person_id order by v.id desc limit $1`,
    [most],
  );
  return rows;
}

/** Which version the next one of a report will be. */
export async function nextVersion(pool: pg.Pool, report: string, period: string): Promise<number> {
  const { rows } = await pool.query<{ next: number }>(
    'select coalesce(max(version), 0) + 1 as next from report_versions where report = $1 and period = $2',
    [report, period],
  );
  return rows[0]!.next;
}

/** The last mail of a sent report to this recipient; null: it was never sent to them. */
export async function lastDelivery(
  client: pg.PoolClient,
  versionId: number,
  recipient: string,
): Promise<{ id: number; state: string; subject: string } | null> {
  const { rows } = await client.query<{ id: number; state: string; subject: string }>(
    `select id::float8 as id, state, message ->> 'subject' as subject from deliveries
      where kind = 'report' and about = $1 and recipient = $2 order by id desc limit 1 for update`,
    [`report:${versionId}`, recipient],
  );
  return rows[0] ?? null;
}

export async function findVersion(pool: pg.Pool, id: number): Promise<ReportDocument | null> {
  const { rows } = await pool.query<{ document: ReportDocument }>(
    'select document from report_versions where id = $1',
    [id],
  );
  return rows[0]?.document ?? null;
}

/** Freezes a report as its next version. */
export async function addVersion(
  client: pg.PoolClient,
  kept: { report: string; period: string; document: ReportDocument; why: string; personId: number | null },
): Promise<{ id: number; version: number }> {
  // two who send at once are one after the other
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [`${kept.report} ${kept.period}`]);
  const { rows } = await client.query<{ id: number; version: number }>(
    `insert into report_versions (report, period, version, document, why, person_id)
     select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5 from report_versions where report = $1 and period = $2
     returning id::int, version`,
    [kept.report, kept.period, JSON.stringify(kept.document), kept.why, kept.personId],
  );
  return rows[0]!;
}

export async function listSchedules(pool: pg.Pool | pg.PoolClient): Promise<Schedule[]> {
  const { rows } = await pool.query<Schedule>(
    `select report, coalesce(n.name, '') as name, s.kind, enabled, day, minute, roles, addresses,
            (extract(epoch from begun_at) * 1000)::float8 as "begunAtMs"
       from report_schedules s left join named_reports n on report = 'named:' || n.id order by n.id nulls first, report`,
  );
  return rows;
}

export async function saveSchedule(
  client: pg.PoolClient,
  schedule: Omit<Schedule, 'begunAtMs' | 'kind' | 'name'>,
): Promise<void> {
  await client.query(
    `update report_schedules set enabled = $2, day = $3, minute = $4, roles = $5, addresses = $6,
            begun_at = case when enabled then begun_at else now() end where report = $1`,
    [schedule.report, schedule.enabled, schedule.day, schedule.minute, schedule.roles, schedule.addresses],
  );
}

/** Which of these periods were made already. */
export async function doneRuns(
  pool: pg.Pool,
  report: string,
  periods: readonly string[],
): Promise<Set<string>> {
  const { rows } = await pool.query<{ period: string }>(
    'select period from report_runs where report = $1 and period = any($2::text[])',
    [report, periods],
  );
  return new Set(rows.map((row) => row.period));
}

/** Takes a run of a schedule; false: it was done, or another service does it. */
export async function takeRun(
  client: pg.PoolClient,
  run: { report: string; period: string; dueAtMs: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into report_runs (report, period, due_at) values ($1, $2, to_timestamp($3::float8 / 1000))
     on conflict do nothing`,
    [run.report, run.period, run.dueAtMs],
  );
  return rowCount === 1;
}

export async function endRun(
  client: pg.PoolClient,
  run: { report: string; period: string },
  outcome: string,
): Promise<void> {
  await client.query('update report_runs set outcome = $3 where report = $1 and period = $2', [
    run.report,
    run.period,
    outcome,
  ]);
}

export interface ReportRun {
  report: string;
  /** what people called it; '' : it is one of the house's own */
  name: string;
  period: string;
  dueAtMs: number;
  ranAtMs: number;
  outcome: string;
}
export async function listRuns(pool: pg.Pool, most: number): Promise<ReportRun[]> {
  const { rows } = await pool.query<ReportRun>(
    `select report, coalesce(n.name, '') as name, period, (extract(epoch from due_at) * 1000)::float8 as "dueAtMs",
            (extract(epoch from ran_at) * 1000)::float8 as "ranAtMs", outcome
       from report_runs left join named_reports n on report = 'named:' || n.id order by ran_at desc limit $1`,
    [most],
  );
  return rows;
}

/** The mail addresses of everybody with one of these roles. */
export async function addressesOfRoles(
  pool: pg.Pool | pg.PoolClient,
  roles: readonly string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ address: string }>(
    `select a.address from mail_addresses a join people p on p.id = a.person_id
      where p.role = any($1::text[]) and not p.disabled order by a.address`,
    [roles],
  );
  return rows.map(({ address }) => address);
}
