/** Who looked at which portal or group when: the daily checklist of Articles 15 to 17. */
import type pg from 'pg';
import { instant, ms } from './instants.ts';

export interface Look {
  place: string;
  atMs: number;
  personName: string;
  found: number;
  note: string;
}
export async function addLook(
  pool: pg.Pool,
  look: { place: string; personId: number; found: number; note: string; atMs: number },
): Promise<void> {
  await pool.query(
    `insert into channel_looks (place, at, person_id, found, note) values ($1, ${instant('$2')}, $3, $4, $5)`,
    [look.place, look.atMs, look.personId, look.found, look.note],
  );
}
export async function listLooks(pool: pg.Pool, fromMs: number, untilMs: number): Promise<Look[]> {
  const { rows } = await pool.query<Look>(
    `select l.place, ${ms('l.at')} as "atMs", p.name as "personName", l.found, l.note
       from channel_looks l join people p on p.id = l.person_id
      where l.at >= ${instant('$1')} and l.at < ${instant('$2')} order by l.at desc, l.id desc`,
    [fromMs, untilMs],
  );
  return rows;
}
