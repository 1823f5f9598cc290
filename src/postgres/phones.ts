/** Which phone an agent works with, and the digests of its secrets. A secret itself never comes here. */
import type pg from 'pg';
import { may, ROLES } from '../core/people/may.ts';

export type PhoneKind = 'browser' | 'desk';

export interface PhoneRow {
  personId: number;
  name: string;
  /** `PJSIP/1001`; null: the account is closed or has no phone any more */
  agent: string | null;
  kind: PhoneKind;
  /** what the switch was given last */
  givenExtension: string | null;
  deskDigest: string | null;
  deskRenewedAtMs: number | null;
  sessionSid: string | null;
  sessionDigest: string | null;
  ticket: string | null;
}

const ROW = `p.id::int as "personId", p.name, case when p.disabled then null else p.agent end as agent,
  coalesce(ph.kind, 'browser') as kind, ph.extension as "givenExtension", ph.desk_digest as "deskDigest",
  extract(epoch from ph.desk_renewed_at)::float8 * 1000 as "deskRenewedAtMs",
  ph.session_sid as "sessionSid", ph.session_digest as "sessionDigest", ph.ticket`;

/** Everybody who has a phone, or had one that is to be taken back. */
export async function listPhones(pool: pg.Pool): Promise<PhoneRow[]> {
  const { rows } = await pool.query<PhoneRow>(
    `select ${ROW} from people p left join phones ph on ph.person_id = p.id
      where (p.agent is not null and not p.disabled) or ph.extension is not null order by p.agent, p.id`,
  );
  return rows;
}

export async function findPhone(pool: pg.Pool, personId: number): Promise<PhoneRow | null> {
  const { rows } = await pool.query<PhoneRow>({
    name: 'phone',
    text: `select ${ROW} from people p left join phones ph on ph.person_id = p.id where p.id = $1`,
    values: [personId],
  });
  return rows[0] ?? null;
}

export async function setPhoneKind(pool: pg.Pool, personId: number, kind: PhoneKind): Promise<void> {
  await pool.query(
    `insert into phones (person_id, kind) values ($1, $2) on conflict (person_id) do update set kind = $2`,
    [personId, kind],
  );
}

/** What the switch has now for this person; null: nothing any more. */
export async function setGivenExtension(
  pool: pg.Pool,
  personId: number,
  extension: string | null,
): Promise<void> {
  await pool.query(
    `insert into phones (person_id, extension) values ($1, $2) on conflict (person_id) do update set extension = $2`,
    [personId, extension],
  );
}

export async function setDeskDigest(pool: pg.Pool, personId: number, digest: string): Promise<void> {
  await pool.query(
    `insert into phones (person_id, desk_digest, desk_renewed_at) values ($1, $2, now())
     on conflict (person_id) do update set desk_digest = $2, desk_renewed_at = now()`,
    [personId, digest],
  );
}

/** A desk phone that the setup gives to an agent who has none; one that an administrator renewed stays. */
export async function giveFirstDeskPhone(pool: pg.Pool, login: string, digest: string): Promise<void> {
  await pool.query(
    `insert into phones (person_id, kind, desk_digest)
     select id, 'desk', $2 from people where lower(login) = lower($1) and agent is not null
     on conflict (person_id) do nothing`,
    [login, digest],
  );
}

/** The browser of this session holds the phone from now on. */
export async function beginPhoneSession(
  pool: pg.Pool,
  personId: number,
  session: { sid: string; digest: string; ticket: string },
): Promise<void> {
  await pool.query(
    `insert into phones (person_id, session_sid, session_digest, ticket) values ($1, $2, $3, $4)
     on conflict (person_id) do update set session_sid = $2, session_digest = $3, ticket = $4`,
    [personId, session.sid, session.digest, session.ticket],
  );
}

const MAY_TAKE_CALLS = ROLES.filter((role) => may(role, 'take-calls'));

/** Forgets the secrets of sessions that ended (signed out, expired, account closed, no agent any more); says whose. */
export async function endPhoneSessions(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>({
    name: 'end-phone-sessions',
    text: `update phones ph set session_sid = null, session_digest = null, ticket = null
             from people p
            where p.id = ph.person_id and ph.session_sid is not null
              and (p.disabled or p.agent is null or p.role <> all($1) or not exists
                   (select 1 from sessions s where s.sid = ph.session_sid and s.expire > now()))
        returning ph.person_id::int as id`,
    values: [MAY_TAKE_CALLS],
  });
  return rows.map((row) => row.id);
}

/** Whom an agent may call by name: colleagues with a phone, and units with a telephone. */
export async function listDirectory(pool: pg.Pool): Promise<{
  agents: { agent: string; name: string }[];
  units: { id: number; name: string; phone: string | null }[];
}> {
  const [agents, units] = await Promise.all([
    pool.query<{ agent: string; name: string }>(
      'select agent, name from people where agent is not null and not disabled order by agent',
    ),
    pool.query<{ id: number; name: string; phone: string | null }>(
      'select id::int, name, phone from units where not disabled order by id',
    ),
  ]);
  return { agents: agents.rows, units: units.rows };
}

/** false: there is no such unit */
export async function setUnitPhone(pool: pg.Pool, unitId: number, phone: string | null): Promise<boolean> {
  const { rowCount } = await pool.query('update units set phone = $2 where id = $1', [unitId, phone]);
  return rowCount === 1;
}
