/** What speech-to-text heard in recordings; where it failed, why, and when it is tried again. */
import type pg from 'pg';
import type { Filler, Said } from '../core/recordings/transcript.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** The newest recording without its text whose turn it is; a failed one waits longer after each try. */
export async function nextUnheard(
  client: Client,
  sinceMs: number,
  mostTries: number,
): Promise<{ callId: string; path: string; ms: number } | null> {
  const { rows } = await client.query<{ callId: string; path: string; ms: number }>(
    `select r.call_id as "callId", r.path, r.ms from recordings r left join transcripts t on t.call_id = r.call_id
      where r.path is not null and r.at >= to_timestamp($1::float8 / 1000)
        and (t.call_id is null or (t.said is null and t.tries < $2
              and t.tried_at < now() - interval '1 minute' * power(4, t.tries - 1)))
      order by r.at desc limit 1`,
    [sinceMs, mostTries],
  );
  return rows[0] ?? null;
}

/** Keeps what was heard, if its recording is still there. */
export async function keepTranscript(
  client: Client,
  callId: string,
  said: readonly Said[],
  fillers: readonly Filler[],
): Promise<void> {
  await client.query(
    `insert into transcripts (call_id, said, fillers, words)
     select call_id, $2, $3, $4 from recordings where call_id = $1 and path is not null
     on conflict (call_id) do update set said = excluded.said, fillers = excluded.fillers, words = excluded.words,
       fault = null, tried_at = now(), tries = transcripts.tries + 1`,
    [callId, JSON.stringify(said), JSON.stringify(fillers), said.map((one) => one.text).join('\n')],
  );
}

/** Keeps why it could not be heard; an endpoint that is away costs the recording none of its tries. */
export async function noteUnheard(
  client: Client,
  callId: string,
  fault: string,
  away: boolean,
): Promise<void> {
  await client.query(
    `insert into transcripts (call_id, fault, tries) values ($1, $2, $3)
     on conflict (call_id) do update set fault = excluded.fault, tried_at = now(), tries = transcripts.tries + $3
       where transcripts.said is null`,
    [callId, fault.slice(0, 500), away ? 0 : 1],
  );
}

/** Null: it was never tried. */
export async function findTranscript(
  client: Client,
  callId: string,
): Promise<{ said: Said[] | null; fillers: Filler[] | null; fault: string | null } | null> {
  const { rows } = await client.query<{
    said: Said[] | null;
    fillers: Filler[] | null;
    fault: string | null;
  }>('select said, fillers, fault from transcripts where call_id = $1', [callId]);
  return rows[0] ?? null;
}
