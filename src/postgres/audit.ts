/** What people did, written down for good: added to, never changed (migration 0010). */
import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { auditDetail, auditText } from '../core/people/audit-text.ts';

export interface AuditEntry {
  /** null: a program, or somebody unknown at the sign-in page */
  personId: number | null;
  /** of a program, what it is called; of a person the name is looked up */
  who?: string | undefined;
  /** a code, `person-added`, `number-revealed`, `export-asked` */
  what: string;
  /** whom or what it was done to, as people read it */
  about?: string;
  /** before and after, of a change */
  detail?: unknown;
  /** of the browser */
  address?: string | null;
}

const counts = new AsyncLocalStorage<{ rows: number }>();

/** Runs work that can ask how many entries it has written so far: the door writes what a handler forgot. */
export function countingAudit(work: (rows: () => number) => void): void {
  const count = { rows: 0 };
  counts.run(count, () => work(() => count.rows));
}

/** Writes one entry; inside a transaction it stands or falls with what it tells of. The name is the person's at this moment. */
export async function writeAudit(db: pg.Pool | pg.PoolClient, entry: AuditEntry): Promise<void> {
  const count = counts.getStore();
  if (count) count.rows += 1;
  await db.query({
    name: 'audit-write',
    text: `insert into audit (person_id, who, what, about, detail, address)
           values ($1, coalesce($6, (select name || '（' || login || '）' from people where id = $1), '—'), $2, $3, $4, $5)`,
    values: [
      entry.personId,
      entry.what,
      auditText(entry.about ?? ''),
      entry.detail === undefined ? null : JSON.stringify(auditDetail(entry.detail)),
      entry.address ?? null,
      entry.who ?? null,
    ],
  });
}

export interface AuditRow {
  id: number;
  atMs: number;
  who: string;
  what: string;
  about: string;
  detail: unknown;
  address: string | null;
}

export interface AuditQuery {
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  what?: string | undefined;
  /** any part of who or about */
  words?: string | undefined;
  /** the last id of the page before */
  before?: number | undefined;
  limit: number;
}

/** One page, newest first. */
export async function searchAudit(pool: pg.Pool, query: AuditQuery): Promise<AuditRow[]> {
  const { rows } = await pool.query<AuditRow>(
    `select id::float8 as id, (extract(epoch from at) * 1000)::float8 as "atMs", who, what, about, detail, address
       from audit
      where ($1::float8 is null or at >= to_timestamp($1 / 1000)) and ($2::float8 is null or at < to_timestamp($2 / 1000))
        and ($3::text is null or what = $3) and ($4::text is null or position($4 in who || ' ' || about) > 0)
        and ($5::bigint is null or id < $5)
      order by id desc limit $6`,
    [
      query.fromMs ?? null,
      query.untilMs ?? null,
      query.what ?? null,
      query.words || null,
      query.before ?? null,
      query.limit,
    ],
  );
  return rows;
}
