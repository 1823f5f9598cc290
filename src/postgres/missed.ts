/** Callers whom nobody answered, to be called back: worked out from the calls, so that nothing needs to be ticked off. */
import type pg from 'pg';
import type { MissedCaller, MissedFlood } from '../protocol/missed.ts';

/** so long a caller whom nobody answered is owed a call */
export const MISSED_KEPT_MS = 48 * 3_600_000;

/** so many are shown at once */
export const MISSED_SHOWN = 200;

/** A claim lapses: a caller is not forgotten with the agent who took them on. */
const CLAIM = `interval '10 minutes'`;

/**
 * One line a number: since its last answered call, in either direction, it called and nobody answered. It is cleared by
 * being reached: they rang again and were answered, or our call to them was.
 */
export async function missedCallers(pool: pg.Pool, sinceMs: number, offset = 0): Promise<MissedCaller[]> {
  const { rows } = await pool.query<MissedCaller>({
    name: 'missed-callers',
    text: MISSED,
    values: [sinceMs, offset],
  });
  return rows;
}

/** The same of a flood of forged numbers (core/telephone/flood.ts): those who did not press the key. They hide nobody, and can be looked at. */
export async function missedOfFlood(
  pool: pg.Pool,
  sinceMs: number,
  floodId: number,
  offset: number,
): Promise<MissedCaller[]> {
  const { rows } = await pool.query<MissedCaller>(missedSql(OF_FLOOD), [sinceMs, offset, floodId]);
  return rows;
}

/** The floods whose callers stand in no other list, with how many they are. */
export async function missedFloods(pool: pg.Pool, sinceMs: number): Promise<MissedFlood[]> {
  const { rows } = await pool.query<MissedFlood>(
    `with ${missedNumbers(IN_FLOOD, 'flood_id')}
     select f.id::int, (extract(epoch from f.began_at) * 1000)::float8 as "beganAtMs",
            (extract(epoch from f.ended_at) * 1000)::float8 as "endedAtMs",
            count(*)::int as numbers, sum(m.count)::int as calls
       from missed m join floods f on f.id = m.flood_id
      group by f.id order by f.began_at desc`,
    [sinceMs],
  );
  return rows;
}

/** This caller need not be called back; when they call again and nobody answers, they stand in the list again. */
export async function dismissMissed(
  pool: pg.Pool | pg.PoolClient,
  party: string,
  reason: string,
  personId: number,
): Promise<void> {
  await pool.query(
    `insert into missed_dismissals (party, reason, person_id) values ($1, $2, $3)
     on conflict (party) do update set reason = excluded.reason, person_id = excluded.person_id, at = now()`,
    [party, reason, personId],
  );
}

/** The same for all of a flood; gives how many numbers it was. */
export async function dismissFlood(
  pool: pg.Pool,
  sinceMs: number,
  floodId: number,
  reason: string,
  personId: number,
): Promise<number> {
  const { rowCount } = await pool.query(
    `with ${missedNumbers(OF_FLOOD_ONLY, 'flood_id')}
     insert into missed_dismissals (party, reason, person_id) select distinct party, $3, $4::bigint from missed
     on conflict (party) do update set reason = excluded.reason, person_id = excluded.person_id, at = now()`,
    [sinceMs, floodId, reason, personId],
  );
  return rowCount ?? 0;
}

/** How many numbers stand in that list for calls before an instant: a handover's shift is over then. */
export async function countMissed(pool: pg.Pool, sinceMs: number, untilMs: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `with ${MISSED_NUMBERS} select count(*)::int as count from missed
      where first_at < to_timestamp($2::float8 / 1000)`,
    [sinceMs, untilMs],
  );
  return rows[0]!.count;
}

/** Whether a missed call is one of a flood whose caller did not press the key: it stands apart. */
const FLOOD_CALL = `exists (select from flood_calls f where f.call_id = m.call_id and f.folded and f.passed_at is null)`;
const NO_FLOOD = { join: '', where: `not ${FLOOD_CALL}` };
const IN_FLOOD = {
  join: 'join flood_calls f on f.call_id = m.call_id and f.folded and f.passed_at is null',
  where: 'true',
};
const OF_FLOOD = { ...IN_FLOOD, where: 'f.flood_id = $3' };
const OF_FLOOD_ONLY = { ...IN_FLOOD, where: 'f.flood_id = $2' };

function missedNumbers({ join, where }: { join: string; where: string }, also?: 'flood_id'): string {
  return `missed as (
    select m.party, ${also ? `f.${also},` : ''} count(*)::int as count, min(m.arrived_at) as first_at, max(m.arrived_at) as last_at,
           (array_agg(coalesce(m.abandon_stage, m.outcome) order by m.arrived_at desc))[1] as how
      from calls m ${join}
     where m.direction = 'inbound' and m.outcome is not null and m.party is not null and m.merged_into is null
       and (m.outcome in ('abandoned', 'overflowed', 'blocked', 'unknown', 'callback')
            or 'left-after-agent-lost' = any (m.anomalies))
       and m.arrived_at >= to_timestamp($1::float8 / 1000) and ${where}
       and not exists (select from missed_dismissals d where d.party = m.party and d.at >= m.arrived_at)
       -- who keeps a place in the queue is called back by the switch
       and not exists (select from kept_places k where k.number = m.party and k.state = 'waiting')
       and not exists (
         select from calls r
          where r.party = m.party and r.arrived_at > m.arrived_at and r.answered_at is not null
            -- said once more, so that only the span is read
            and r.arrived_at >= to_timestamp($1::float8 / 1000)
            and r.merged_into is null and not ('left-after-agent-lost' = any (r.anomalies)))
     group by m.party${also ? `, f.${also}` : ''}
  )`;
}
const MISSED_NUMBERS = missedNumbers(NO_FLOOD);
const MISSED = missedSql(NO_FLOOD);
function missedSql(of: { join: string; where: string }): string {
  return `
  with ${missedNumbers(of)}
  select m.party as number, m.count, m.how,
         (extract(epoch from m.first_at) * 1000)::float8 as "firstAtMs",
         (extract(epoch from m.last_at) * 1000)::float8 as "lastAtMs",
         (select count(*)::int from calls t
           where t.party = m.party and t.direction = 'outbound' and t.arrived_at > m.last_at) as "triedCount",
         (select c.name from customer_phones cp join customers c on c.id = cp.customer_id
           where cp.number = m.party order by c.id limit 1) as name,
         k.person_id::int as "claimedBy", p.name as "claimedName",
         (extract(epoch from k.claimed_at) * 1000)::float8 as "claimedAtMs"
    from missed m
    left join missed_claims k on k.party = m.party and k.claimed_at > m.first_at and k.claimed_at > now() - ${CLAIM}
    left join people p on p.id = k.person_id
   order by m.first_at, m.party limit ${MISSED_SHOWN} offset $2`;
}

/** One agent at a time; false: another one has it. */
export async function claimMissed(pool: pg.Pool, party: string, personId: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into missed_claims as k (party, person_id) values ($1, $2)
     on conflict (party) do update set person_id = excluded.person_id, claimed_at = now()
      where k.person_id = excluded.person_id or k.claimed_at <= now() - ${CLAIM}
         or exists (select from calls c where c.party = k.party and c.answered_at > k.claimed_at)`,
    [party, personId],
  );
  return rowCount === 1;
}

export async function releaseMissed(pool: pg.Pool, party: string, personId: number): Promise<void> {
  await pool.query('delete from missed_claims where party = $1 and person_id = $2', [party, personId]);
}
