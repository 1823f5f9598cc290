/** “Any” reports that people saved under a name (Article 23), each with a schedule of its own. */
import type pg from 'pg';
import type { NamedReport } from '../core/office/named-report.ts';
import { usualTime } from '../core/office/schedule.ts';

const NAMED = `n.id::int, 'named:' || n.id as report, n.name, n.kind, n.filter, p.name as who`;
const FROM = 'named_reports n join people p on p.id = n.saved_by';

/** Those that stand, by name. */
export async function listNamed(pool: pg.Pool): Promise<NamedReport[]> {
  const { rows } = await pool.query<NamedReport>(
    `select ${NAMED} from ${FROM} where n.removed_at is null order by n.name, n.id`,
  );
  return rows;
}

export async function findNamed(pool: pg.Pool, id: number): Promise<NamedReport | null> {
  const { rows } = await pool.query<NamedReport>(
    `select ${NAMED} from ${FROM} where n.id = $1 and n.removed_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

/** Saves a report under a name (id null) or changes one. */
export async function saveNamed(
  client: pg.PoolClient,
  id: number | null,
  { name, kind, filter }: Pick<NamedReport, 'name' | 'kind' | 'filter'>,
  personId: number,
): Promise<{ id: number } | 'taken' | 'gone'> {
  // two who save at once are one after the other
  await client.query(`select pg_advisory_xact_lock(hashtext('named_reports'))`);
  const taken = await client.query(
    'select from named_reports where name = $1 and removed_at is null and id is distinct from $2',
    [name, id],
  );
  if (taken.rowCount) return 'taken';
  const values = [name, kind, JSON.stringify(filter), personId];
  const { rows } = await client.query<{ id: number }>(
    id === null
      ? 'insert into named_reports (name, kind, filter, saved_by) values ($1, $2, $3, $4) returning id::int'
      : `update named_reports set name = $1, kind = $2, filter = $3, saved_by = $4, saved_at = now()
          where id = $5 and removed_at is null returning id::int`,
    id === null ? values : [...values, id],
  );
  const saved = rows[0];
  if (!saved) return 'gone';
  await keepSchedule(client, `named:${saved.id}`, kind);
  return saved;
}

/** A kind of period has its own days: where it changes, the schedule begins anew, switched off. */
async function keepSchedule(client: pg.PoolClient, report: string, kind: NamedReport['kind']): Promise<void> {
  await client.query('delete from report_schedules where report = $1 and kind <> $2', [report, kind]);
  const time = usualTime(kind);
  if (!time) return;
  await client.query(
    `insert into report_schedules (report, kind, day, minute) values ($1, $2, $3, $4) on conflict do nothing`,
    [report, kind, time.day, time.minute],
  );
}

/** Takes a name away, and its schedule; what was sent under it stays. Gives the name; null: it was gone. */
export async function removeNamed(client: pg.PoolClient, id: number): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    'update named_reports set removed_at = now() where id = $1 and removed_at is null returning name',
    [id],
  );
  if (!rows[0]) return null;
  await client.query('delete from report_schedules where report = $1', [`named:${id}`]);
  return rows[0].name;
}
