/** Accounts as an administrator keeps them, and as every session is held against. */
import type pg from 'pg';
import { oneAtATime } from './pool.ts';
import { FAILURES_KEPT_MS } from '../core/people/lockout.ts';
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

export async function signOutEverywhere(db: pg.Pool | pg.PoolClient, id: number): Promise<void> {
  await db.query('update people set session_epoch = session_epoch + 1 where id = $1', [id]);
}

/** Wrong passwords in a row for this key, and when the last one was. */
export async function failuresOf(pool: pg.Pool, key: string): Promise<{ count: number; sinceMs: number }> {
  const { rows } = await pool.query<{ count: number; sinceMs: number }>({
    name: 'sign-in-failures',
    text: `select count, (extract(epoch from now() - last_at) * 1000)::float8 as "sinceMs" from sign_in_failures where key = $1`,
    values: [key],
  });
  const found = rows[0];
  return found && found.sinceMs < FAILURES_KEPT_MS ? found : { count: 0, sinceMs: 0 };
}

export async function countFailure(pool: pg.Pool, key: string): Promise<void> {
  await pool.query(
    `insert into sign_in_failures as f (key, count) values ($1, 1)
     on conflict (key) do update set last_at = now(),
       count = case when f.last_at < now() - $2 * interval '1 ms' then 1 else f.count + 1 end`,
    [key, FAILURES_KEPT_MS],
  );
}

export async function forgetFailures(pool: pg.Pool, key: string): Promise<void> {
  await pool.query('delete from sign_in_failures where key = $1', [key]);
}

function interfaceOf({ extension }: AccountFields): string | null {
  return extension === null ? null : `PJSIP/${extension}`;
}
