/** Who is signed in at the desk, kept over a restart of the service. */
import type pg from 'pg';
import type { WrapUp } from '../core/people/presence.ts';

export interface PresenceRow {
  agent: string;
  personId: number;
  signedInAtMs: number;
  askedPause: string | null;
  wrapUp: WrapUp | null;
}

export async function listPresences(pool: pg.Pool): Promise<PresenceRow[]> {
  const { rows } = await pool.query<PresenceRow>(
    `select agent, person_id::int as "personId", (extract(epoch from signed_in_at) * 1000)::float8 as "signedInAtMs",
            asked_pause as "askedPause", wrap_up as "wrapUp" from presences`,
  );
  return rows;
}

export async function keepPresence(pool: pg.Pool, row: PresenceRow): Promise<void> {
  await pool.query(
    `insert into presences (agent, person_id, signed_in_at, asked_pause, wrap_up)
     values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5)
     on conflict (agent) do update set person_id = excluded.person_id, signed_in_at = excluded.signed_in_at,
       asked_pause = excluded.asked_pause, wrap_up = excluded.wrap_up`,
    [
      row.agent,
      row.personId,
      row.signedInAtMs,
      row.askedPause,
      row.wrapUp ? JSON.stringify(row.wrapUp) : null,
    ],
  );
}

export async function forgetPresence(pool: pg.Pool, agent: string): Promise<void> {
  await pool.query('delete from presences where agent = $1', [agent]);
}

/** Who has this phone; null: nobody. */
export async function personOfAgent(pool: pg.Pool, agent: string): Promise<number | null> {
  const { rows } = await pool.query<{ id: number }>('select id::int from people where agent = $1', [agent]);
  return rows[0]?.id ?? null;
}
