/** Accounts as an administrator keeps them, and as every session is held against. */
import type pg from 'pg';
import { inTransaction, oneAtATime } from './pool.ts';
import { FAILURES_KEPT_MS, lockoutMs } from '../core/people/lockout.ts';
import type { Role } from '../core/people/may.ts';

/** What a session is held against. */
export interface Account {
  id: number;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  unitId: number | null;
  disabled: boolean;
  mustChange: boolean;
  /** sessions of an earlier one are over */
  sessionEpoch: number;
}

const COLUMNS = `id::int, login, name, role, agent, unit_id::int as "unitId", disabled, must_change as "mustChange",
  session_epoch as "sessionEpoch"`;

/** Everybody, closed accounts too, by name. */
export async function listAccounts(db: pg.Pool): Promise<Account[]> {
  const { rows } = await db.query<Account>({
    name: 'accounts',
    text: `select ${COLUMNS} from people order by disabled, name, id`,
  });
  return rows;
}

export interface AccountFields {
  login: string;
  name: string;
  role: Role;
  /** `1001`; null: no phone */
  extension: string | null;
  unitId: number | null;
  disabled: boolean;
}

/** Adds a person with a password that must be changed; null: the login or the phone is somebody's already. */
export async function addAccount(
  db: pg.PoolClient,
  fields: AccountFields,
  passwordHash: string,
): Promise<Account | null> {
  const { rows } = await db.query<Account>(
    `insert into people (login, name, role, agent, unit_id, disabled, password_hash, must_change)
     values ($1, $2, $3, $4, $5, $6, $7, true) on conflict do nothing returning ${COLUMNS}`,
    [
      fields.login,
      fields.name,
      fields.role,
      interfaceOf(fields),
      fields.unitId,
      fields.disabled,
      passwordHash,
    ],
  );
  return rows[0] ?? null;
}

/**
 * Changes a person. A closed account's sessions are over. Null: no such person, or the login or phone is somebody's already.
 * `was`: what who changes it saw; another has changed it since, and nothing is written over them.
 */
export async function changeAccount(
  db: pg.PoolClient,
  id: number,
  fields: AccountFields,
  was: AccountFields | null = null,
): Promise<Account | 'changed-meanwhile' | null> {
  await oneAtATime(db, 'people');
  if (was) {
    const { rows } = await db.query<Account>(`select ${COLUMNS} from people where id = $1`, [id]);
    const now = rows[0];
    const alike =
      now?.login === was.login &&
      now.name === was.name &&
      now.role === was.role &&
      now.agent === interfaceOf(was) &&
      now.unitId === was.unitId &&
      now.disabled === was.disabled;
    if (now && !alike) return 'changed-meanwhile';
  }
  const { rows } = await db.query<Account>(
    `update people set login = $2, name = $3, role = $4, agent = $5, unit_id = $6, disabled = $7, changed_at = now(),
            session_epoch = session_epoch + (case when $7 and not disabled then 1 else 0 end)
      where id = $1 and not exists (select 1 from people o where o.id <> $1 and (lower(o.login) = lower($2) or o.agent = $5))
      returning ${COLUMNS}`,
    [id, fields.login, fields.name, fields.role, interfaceOf(fields), fields.unitId, fields.disabled],
  );
  return rows[0] ?? null;
}

/** A new password ends every session of the person; gives the epoch of the sessions to come. `given`: by somebody else, and must be changed. */
export async function setPassword(
  db: pg.Pool | pg.PoolClient,
  id: number,
  passwordHash: string,
  given: boolean,
): Promise<number> {
  const { rows } = await db.query<{ epoch: number }>(
    `update people set password_hash = $2, must_change = $3, session_epoch = session_epoch + 1, changed_at = now()
      where id = $1 returning session_epoch as epoch`,
    [id, passwordHash, given],
  );
  return rows[0]?.epoch ?? 0;
}

/** Every session of the person is over; gives the epoch of the sessions to come. */
export async function signOutEverywhere(db: pg.Pool | pg.PoolClient, id: number): Promise<number> {
  const { rows } = await db.query<{ epoch: number }>(
    'update people set session_epoch = session_epoch + 1 where id = $1 returning session_epoch as epoch',
    [id],
  );
  return rows[0]?.epoch ?? 0;
}

/**
 * A try is counted before it is heard, so that a hundred at once are not heard all: null, it may be made; else how long
 * one has to wait. Who was right forgets it (`forgetFailures`).
 */
export async function beginTry(
  pool: pg.Pool,
  key: string,
  free?: number,
): Promise<{ waitMs: number } | null> {
  return inTransaction(pool, async (client) => {
    await client.query(`insert into sign_in_failures (key, count) values ($1, 0) on conflict do nothing`, [
      key,
    ]);
    const { rows } = await client.query<{ count: number; sinceMs: number }>(
      `select count, (extract(epoch from clock_timestamp() - last_at) * 1000)::float8 as "sinceMs"
         from sign_in_failures where key = $1 for update`,
      [key],
    );
    const { count, sinceMs } = rows[0] ?? { count: 0, sinceMs: 0 };
    const counted = sinceMs < FAILURES_KEPT_MS ? count : 0;
    const waitMs = lockoutMs(counted, free) - sinceMs;
    if (waitMs > 0) return { waitMs };
    await client.query('update sign_in_failures set count = $2, last_at = clock_timestamp() where key = $1', [
      key,
      counted + 1,
    ]);
    return null;
  });
}

export async function forgetFailures(pool: pg.Pool | pg.PoolClient, key: string): Promise<void> {
  await pool.query('delete from sign_in_failures where key = $1', [key]);
}

function interfaceOf({ extension }: AccountFields): string | null {
  return extension === null ? null : `PJSIP/${extension}`;
}
