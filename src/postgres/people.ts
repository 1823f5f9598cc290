/** Accounts of the people who work with the hotline. Passwords come and go as hashes; this file never sees one. */
import type pg from 'pg';
import type { Role } from '../core/people/may.ts';

export interface Person {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** the phone as the queue knows it, `PJSIP/1001`; null: has none */
  agent: string | null;
  /** the unit (postgres/units.ts) that a dispatcher or field worker belongs to */
  unitId: number | null;
  disabled: boolean;
  mustChange: boolean;
}

/** What a sign-in is held against. */
interface Secret {
  passwordHash: string;
  sessionEpoch: number;
}

export interface NewPerson {
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  /** argon2, as @node-rs/argon2 gives it */
  passwordHash: string;
  /** the password was given by somebody else and must be changed first */
  mustChange?: boolean;
}

const COLUMNS =
  'id::int, login, name, role, agent, unit_id::int as "unitId", disabled, must_change as "mustChange"';

/** Who signs in with this login (capitals do not matter), with the hash to hold the password against. */
export async function findPersonByLogin(pool: pg.Pool, login: string): Promise<(Person & Secret) | null> {
  const result = await pool.query<Person & Secret>({
    name: 'person-by-login',
    text: `select ${COLUMNS}, password_hash as "passwordHash", session_epoch as "sessionEpoch" from people where lower(login) = lower($1)`,
    values: [login],
  });
  return result.rows[0] ?? null;
}

/** The person of a session. */
export async function findPerson(client: Pick<pg.ClientBase, 'query'>, id: number): Promise<Person | null> {
  const result = await client.query<Person>({
    name: 'person',
    text: `select ${COLUMNS} from people where id = $1`,
    values: [id],
  });
  return result.rows[0] ?? null;
}

/** Adds a person; null: the login or the phone is somebody's already. */
export async function createPerson(pool: pg.Pool, person: NewPerson): Promise<Person | null> {
  const { login, name, role, agent, passwordHash, mustChange = false } = person;
  const result = await pool.query<Person>(
    `insert into people (login, name, role, agent, password_hash, must_change) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning ${COLUMNS}`,
    [login, name, role, agent, passwordHash, mustChange],
  );
  return result.rows[0] ?? null;
}

/** Everybody, by name (pinyin). */
export async function listPeople(pool: pg.Pool): Promise<Person[]> {
  const result = await pool.query<Person>(`select ${COLUMNS} from people order by name, id`);
  return result.rows;
}
