/** Callers whom nobody answered, to be called back: worked out from the calls, so that nothing needs to be ticked off. */
import type pg from 'pg';
import type { MissedCaller } from '../protocol/missed.ts';

/** so long a caller whom nobody answered is owed a call */
export const MISSED_KEPT_MS = 48 * 3_600_000;

/** A claim lapses: a caller is not forgotten with the agent who took them on. */
const CLAIM = `interval '10 minutes'`;

/**
 * One line a number: since its last answered call, in either direction, it called and nobody answered. It is cleared by
 * being reached: they rang again and were answered, or our call to them was.
 */
export async function missedCallers(pool: pg.Pool, sinceMs: number): Promise<MissedCaller[]> {
  const { rows } = await pool.query<MissedCaller>({
    name: 'missed-callers',
    text: MISSED,
    values: [sinceMs],
  });
  return rows;
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

const MISSED_NUMBERS = `missed as (
    select m.party, count(*)::int as count, min(m.arrived_at) as first_at, max(m.arrived_at) as last_at,
           (array_agg(coalesce(m.abandon_stage, m.outcome) order by m.arrived_at desc))[1] as how
      from calls m
     where m.direction = 'inbound' and m.outcome is not null and m.party is not null and m.merged_into is null
       and (m.outcome in ('abandoned', 'overflowed', 'blocked', 'unknown', 'callback')
            or 'left-after-agent-lost' = any (m.anomalies))
       and m.arrived_at >= to_timestamp($1::float8 / 1000)
       -- who keeps a place in the queue is called back by the switch
       and not exists (select from kept_places k where k.number = m.party and k.state = 'waiting')
       and not exists (
         select from calls r
          where r.party = m.party and r.arrived_at > m.arrived_at and r.answered_at is not null
            -- said once more, so that only the span is read
            and r.arrived_at >= to_timestamp($1::float8 / 1000)
            and r.merged_into is null and not ('left-after-agent-lost' = any (r.anomalies)))
     group by m.party
  )`;
const MISSED = `
  with ${MISSED_NUMBERS}
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
   order by m.first_at, m.party limit 200`;

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
