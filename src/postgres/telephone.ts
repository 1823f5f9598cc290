/** How often what callers and agents can ask for was had lately: counted in the database, so that no restart forgets it. */
import type pg from 'pg';
import { homeAreaCode } from '../core/people/home-area.ts';
import type { Cap } from '../core/telephone/caps.ts';
import type { Dialled } from '../core/telephone/budget.ts';
import type { TelephoneSettings } from '../core/telephone/settings.ts';
import { instant } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

async function counts(client: Client, sql: string, values: unknown[]): Promise<Record<string, number>> {
  const { rows } = await client.query<Record<string, number>>(sql, values);
  return rows[0]!;
}

/** Places in the queue that callers asked to keep. */
export async function keptPlaceCaps(
  client: Client,
  number: string,
  nowMs: number,
  limits: TelephoneSettings,
): Promise<Cap[]> {
  const had = await counts(
    client,
    `select count(*) filter (where state = 'waiting')::int as waiting,
            count(*) filter (where asked_at > ${instant('$2')} - interval '1 hour')::int as hour,
            count(*) filter (where number = $1)::int as own
       from kept_places where asked_at > ${instant('$2')} - interval '1 day'`,
    [number, nowMs],
  );
  return [
    { name: 'in-all', most: limits.keptMost, count: had['waiting']! },
    { name: 'per-hour', most: limits.keptPerHour, count: had['hour']! },
    { name: 'per-number', most: limits.keptPerNumberDay, count: had['own']! },
  ];
}

/** Words that callers spoke when nobody could answer; null: no number was shown, they share what is for one. */
export async function wordCaps(
  client: Client,
  number: string | null,
  nowMs: number,
  limits: TelephoneSettings,
): Promise<Cap[]> {
  const had = await counts(
    client,
    `select count(*) filter (where taken_at is null)::int as open,
            count(*) filter (where at > ${instant('$2')} - interval '1 hour')::int as hour,
            count(*) filter (where at > ${instant('$2')} - interval '1 hour' and number is not distinct from $1)::int as own
       from spoken_words where taken_at is null or at > ${instant('$2')} - interval '1 hour'`,
    [number, nowMs],
  );
  return [
    { name: 'in-all', most: limits.wordsMost, count: had['open']! },
    { name: 'per-hour', most: limits.wordsPerHour, count: had['hour']! },
    ...(number === null
      ? []
      : [{ name: 'per-number' as const, most: limits.wordsPerNumberHour, count: had['own']! }]),
  ];
}

/** Callbacks that place themselves. */
export async function surveyCaps(
  client: Client,
  nowMs: number,
  dayFromMs: number,
  limits: TelephoneSettings,
): Promise<Cap[]> {
  const had = await counts(
    client,
    `select count(*) filter (where placed_at > ${instant('$1')} - interval '1 hour')::int as hour,
            count(*) filter (where placed_at >= ${instant('$2')})::int as day
       from survey_attempts
      where placed_at > least(${instant('$1')} - interval '1 hour', ${instant('$2')}) and person_id is null`,
    [nowMs, dayFromMs],
  );
  return [
    { name: 'per-hour', most: limits.surveysPerHour, count: had['hour']! },
    { name: 'in-all', most: limits.surveysPerDay, count: had['day']! },
  ];
}

/** What agents called in the last hour: in all, and this number. */
export async function agentCallCaps(
  client: Client,
  number: string,
  nowMs: number,
  limits: TelephoneSettings,
): Promise<Cap[]> {
  const had = await counts(
    client,
    `select count(*)::int as hour, count(*) filter (where party = $1)::int as own from calls
      where direction = 'outbound' and merged_into is null and survey_id is null and call_id not like 'keep-%'
        and arrived_at > ${instant('$2')} - interval '1 hour'`,
    [number, nowMs],
  );
  return [
    { name: 'per-hour', most: limits.callsPerHour, count: had['hour']! },
    { name: 'per-number', most: limits.callsSameNumberHour, count: had['own']! },
  ];
}

/** so long at most a call that lives is reckoned, whose end nobody told */
const LONGEST_CALL = `interval '4 hours'`;

/** What was called since an instant, by blocks of ten thousand numbers, a short number (12345) by itself: our calls, callbacks, kept places, callers passed on. */
export async function dialledSince(client: Client, sinceMs: number): Promise<Dialled[]> {
  const { rows } = await client.query<Dialled>(
    `with dialled as (
       select party as number, answered_at as from_at, coalesce(ended_at, least(now(), arrived_at + ${LONGEST_CALL})) as until_at
         from calls
        where direction = 'outbound' and merged_into is null and arrived_at >= ${instant('$1')} and length(party) >= 5
          and (call_id not like 'keep-%' or answered_at is not null)
       union all
       select case when length(t.target) in (7, 8) then $2::text || t.target else t.target end, t.at,
              coalesce(c.ended_at, least(now(), t.at + ${LONGEST_CALL}))
         from transfers t join calls c using (call_id)
        where t.at >= ${instant('$1')} and t.target ~ '^[0-9]{7,15}$'
     )
     select case when length(number) < 7 then number else left(number, length(number) - 4) end as block, count(*)::int as calls,
            (coalesce(sum(extract(epoch from greatest(until_at - from_at, interval '0'))), 0) / 60)::float8 as minutes
       from dialled group by 1`,
    [sinceMs, homeAreaCode()],
  );
  return rows;
}
