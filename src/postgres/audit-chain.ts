/** The audit log's chain: its head, and reckoning it again row by row, by what is stored and not by the database's own functions. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import {
  ChainJudge,
  type AuditAnchor,
  type AuditVerdict,
  type ChainedRow,
  type Checkpoint,
} from '../core/people/audit-chain.ts';
import { inTransaction } from './pool.ts';

const AT_ONCE = 5000;

/** The last row, to be written down outside (`anchorText`). */
export async function auditHead(
  db: pg.Pool | pg.PoolClient,
): Promise<{ id: number; atMs: number; hash: string }> {
  const { rows } = await db.query<{ id: number; atMs: number; hash: string }>(
    `select id::float8 as id, (extract(epoch from at) * 1000)::float8 as "atMs", encode(hash, 'hex') as hash from audit_head`,
  );
  return rows[0]!;
}

/** Reckons the whole chain again, as it stands at one moment, and holds it against its head and these anchors. */
export async function verifyAudit(
  pool: pg.Pool,
  anchors: readonly AuditAnchor[],
  nowMs: number,
): Promise<AuditVerdict> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const judge = new ChainJudge(hashOf, anchors, await firstCheckpoint(client));
    for (let after = 0; ;) {
      const { rows } = await client.query<ChainedRow>(
        `select form, id::float8 as id, (extract(epoch from at) * 1000000)::bigint::text as "atUs", person_id::text as "personId",
                who, what, about, detail::text as detail, address, encode(hash, 'hex') as hash
           from audit where id > $1 order by id limit $2`,
        [after, AT_ONCE],
      );
      for (const row of rows) judge.row(row);
      if (rows.length < AT_ONCE) break;
      after = rows.at(-1)!.id;
    }
    return judge.end(await auditHead(client), nowMs);
  });
}

/** What old rows went last, if the log does not begin at its first. */
async function firstCheckpoint(client: pg.PoolClient): Promise<Checkpoint | null> {
  const { rows } = await client.query<Checkpoint>(
    `select (detail->>'through')::float8 as through, detail->>'hash' as hash, (detail->>'lastAtMs')::float8 as "lastAtMs",
            (extract(epoch from at) * 1000)::float8 as "atMs"
       from audit
      where what = 'audit-retired' and detail->>'through' = ((select min(id) from audit) - 1)::text
      order by id desc limit 1`,
  );
  return rows[0] ?? null;
}

function hashOf(before: string, text: string): string {
  return createHash('sha256').update(Buffer.from(before, 'hex')).update(text, 'utf8').digest('hex');
}

/** Clears rows older than this, `most` at a time; the chain says so itself. How many went. */
export async function retireAudit(pool: pg.Pool, beforeMs: number, most: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select audit_retire(to_timestamp($1::float8 / 1000), $2) as count',
    [beforeMs, most],
  );
  return rows[0]!.count;
}

/** Whether the role that this pool works as could change or remove audit rows, by its rights or by what it owns. */
export async function canChangeAudit(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ can: boolean }>(
    `select r.rolsuper or pg_has_role(current_user, c.relowner, 'member')
         or has_table_privilege('public.audit', 'update, delete, truncate, trigger')
         or has_any_column_privilege('public.audit', 'update')
         or has_table_privilege('public.audit_head', 'insert, update, delete, truncate, trigger')
         or has_any_column_privilege('public.audit_head', 'update') as can
       from pg_roles r, pg_class c where r.rolname = current_user and c.oid = 'public.audit'::regclass`,
  );
  return rows[0]!.can;
}

/** Tells whom the rules name what the log's last row is, once a day. */
export async function tellAnchor(
  pool: pg.Pool,
  day: string,
  head: { id: number; atMs: number; hash: string },
): Promise<void> {
  await pool.query(`insert into outbox (event, ref, body) values ('audit-anchor', $1, $2)`, [
    day,
    JSON.stringify(head),
  ]);
}
