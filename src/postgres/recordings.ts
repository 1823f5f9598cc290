/** Recordings of calls: one an answered call, found by anything of the call; what is deleted leaves its proof. */
import type pg from 'pg';
import { writtenNumber } from '../core/people/number.ts';
import type { RecordingClass } from '../core/recordings/classes.ts';
import type { CallMeasures } from '../core/recordings/measures.ts';
import type { Recording, RecordingFilter, RecordingLine } from '../protocol/recordings.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
/** what the call came to: its order or record, a callback, a call of ours (core/recordings/classes.ts) */
const CLASS = `case
    when c.survey_id is not null then 'survey'
    when exists (select from orders o where o.call_id = r.call_id)
      or exists (select from records d where d.call_id = r.call_id and d.conclusion = 'order') then 'complaint'
    when exists (select from records d where d.call_id = r.call_id and d.conclusion = 'void') then 'void'
    when c.direction = 'outbound' then 'outbound'
    else 'ordinary' end`;
const LINE = `r.call_id as "callId", ${ms('r.at')} as "atMs", r.ms, c.direction, c.party as number,
  (select u.name from customer_phones p join customers u on u.id = p.customer_id
    where p.number = c.party order by u.id limit 1) as customer,
  c.answered_by as agent, (select name from people where agent = c.answered_by order by id limit 1) as "agentName",
  (select o.order_no from orders o where o.call_id = r.call_id order by o.id limit 1) as "orderNo",
  ${CLASS} as class, r.held_why as held, ${ms('r.deleted_at')} as "deletedAtMs"`;
const FROM = 'from recordings r join calls c on c.call_id = r.call_id';

export interface NewRecording {
  callId: string;
  atMs: number;
  path: string;
  bytes: number;
  ms: number;
  sha256: string;
  peaks: Uint8Array;
  measures: CallMeasures;
}

/** Keeps a recording; one that is there already stays. */
export async function keepRecording(client: Client, one: NewRecording): Promise<void> {
  await client.query(
    `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6, $7, $8) on conflict (call_id) do nothing`,
    [
      one.callId,
      one.atMs,
      one.path,
      one.bytes,
      one.ms,
      one.sha256,
      Buffer.from(one.peaks),
      JSON.stringify(one.measures),
    ],
  );
}

/** A whole number in any spelling, or a part of one. */
function partOfNumber(written: string): string {
  return writtenNumber(written) ?? written.replace(/\D/g, '');
}

/** What was recorded, the latest first; `onlyAgent`: of this agent alone. */
export async function listRecordings(
  client: Client,
  filter: RecordingFilter,
  onlyAgent: string | null,
  most: number,
): Promise<RecordingLine[]> {
  const { rows } = await client.query<RecordingLine>(
    `select ${LINE} ${FROM}
      where r.at >= to_timestamp($1::float8 / 1000) and r.at < to_timestamp($2::float8 / 1000)
        and ($3 = '' or strpos(c.party, $3) > 0) and ($4 = '' or c.answered_by = $4)
        and ($5 = '' or exists (select from orders o where o.call_id = r.call_id and o.order_no = $5))
        and ($8 = '' or ${CLASS} = $8)
        and ($9 = '' or exists (select from transcripts t where t.call_id = r.call_id and strpos(t.words, $9) > 0))
        and r.ms >= $6 and ($7::text is null or c.answered_by = $7)
      order by r.at desc limit $10`,
    [
      ...[
        filter.fromMs,
        filter.untilMs,
        partOfNumber(filter.number),
        filter.agent,
        filter.orderNo,
        filter.leastMs,
      ],
      ...[onlyAgent, filter.class, filter.words, most],
    ],
  );
  return rows;
}

/** One recording and where it lies; null: there is none. */
export async function findRecording(
  client: Client,
  callId: string,
): Promise<
  (Omit<Recording, 'marks' | 'transcript'> & { path: string | null; answeredAtMs: number | null }) | null
> {
  const { rows } = await client.query<
    Omit<Recording, 'marks' | 'transcript'> & { path: string | null; answeredAtMs: number | null }
  >(
    `select ${LINE}, r.path, r.bytes::float8 as bytes, r.sha256, r.measures, encode(r.peaks, 'base64') as peaks, r.mutes,
            c.hung_up_first as "hungUpFirst", ${ms('c.answered_at')} as "answeredAtMs"
       ${FROM} where r.call_id = $1`,
    [callId],
  );
  return rows[0] ?? null;
}

/** Transfers of a call, told as marks in its recording; `by`: who handed the caller on, null: not known. */
export async function transfersOf(
  client: Client,
  callId: string,
): Promise<{ atMs: number; to: string; by: string | null }[]> {
  const { rows } = await client.query<{ atMs: number; to: string; by: string | null }>(
    `select ${ms('t.at')} as "atMs", t.target as "to", coalesce(p.name, regexp_replace(t.from_agent, '^.*/', '')) as by
       from transfers t left join people p on p.agent = t.from_agent where t.call_id = $1 order by t.ordinal`,
    [callId],
  );
  return rows;
}

/** Legal hold on or off; `was`: the reason that stood when somebody decided so, undefined: whatever it is. */
export async function holdRecording(
  client: Client,
  callId: string,
  personId: number,
  why: string | null,
  was?: string | null,
): Promise<'held' | 'changed-meanwhile' | 'no-such-recording'> {
  const { rowCount } = await client.query(
    `update recordings set held_why = $3, held_by = $2
      where call_id = $1 and deleted_at is null and (not $4 or held_why is not distinct from $5)`,
    [callId, why === null ? null : personId, why, was !== undefined, was ?? null],
  );
  if (rowCount === 1) return 'held';
  const { rowCount: there } = await client.query(
    'select from recordings where call_id = $1 and deleted_at is null',
    [callId],
  );
  return there === 1 ? 'changed-meanwhile' : 'no-such-recording';
}

/** A span was not recorded: kept before the recording itself is, or added to it. */
export async function noteMutes(
  client: Client,
  callId: string,
  mutes: readonly { fromMs: number; untilMs: number }[],
): Promise<void> {
  await client.query('update recordings set mutes = $2 where call_id = $1', [callId, JSON.stringify(mutes)]);
}

/** Whether a recording is kept, or was. */
export async function isKept(client: Client, callId: string): Promise<boolean> {
  const { rowCount } = await client.query('select from recordings where call_id = $1', [callId]);
  return rowCount === 1;
}

/** Where a look through the recordings has come to. */
export interface RecordingPlace {
  atMs: number;
  callId: string;
}

/**
 * Of the next recordings that nobody holds, `most` at a time and the oldest first: those whose time is over, each by its
 * class; and where to look on (null: that was all). One without a call goes by the ordinary time. A class is found anew for
 * each, so a look goes in small steps.
 */
export async function expiredRecordings(
  client: Client,
  expiries: readonly { recordingClass: RecordingClass; beforeMs: number }[],
  after: RecordingPlace | null,
  most: number,
): Promise<{
  expired: { callId: string; path: string; class: RecordingClass }[];
  next: RecordingPlace | null;
}> {
  const { rows } = await client.query<{
    callId: string;
    path: string;
    class: RecordingClass;
    atMs: number;
    over: boolean | null;
  }>(
    `select recording.call_id as "callId", recording.path, recording.class, ${ms('recording.at')} as "atMs",
            recording.at < to_timestamp(term.before_ms / 1000) as over
       from (select r.call_id, r.path, r.at, ${CLASS} as class
               from (select * from recordings
                      where path is not null and held_why is null
                        and at < to_timestamp((select max(b) from unnest($2::float8[]) b) / 1000)
                        and (at, call_id) > (to_timestamp($3::float8 / 1000), $4)
                      order by at, call_id limit $5) r
               left join calls c on c.call_id = r.call_id) recording
       left join unnest($1::text[], $2::float8[]) as term(class, before_ms) on term.class = recording.class
      order by recording.at, recording.call_id`,
    [
      expiries.map(({ recordingClass }) => recordingClass),
      expiries.map(({ beforeMs }) => beforeMs),
      after?.atMs ?? 0,
      after?.callId ?? '',
      most,
    ],
  );
  const last = rows.at(-1);
  return {
    expired: rows.filter(({ over }) => over),
    next: last && rows.length === most ? { atMs: last.atMs, callId: last.callId } : null,
  };
}

/** The file is gone, and what was said in it; hash, length and time stay as the proof. */
export async function noteDeleted(client: Client, callId: string, why: string): Promise<void> {
  await client.query(
    `with gone as (delete from transcripts where call_id = $1)
     update recordings set path = null, deleted_at = now(), deleted_why = $2, peaks = '' where call_id = $1`,
    [callId, why],
  );
}

/** Answered calls of the last day without a recording, and recordings without a call. Both must be 0. */
export async function recordingGaps(
  client: Client,
  sinceMs: number,
  untilMs: number,
): Promise<{ missing: number; orphans: number }> {
  const { rows } = await client.query<{ missing: number; orphans: number }>(
    `select (select count(*)::int from calls c
              where c.direction = 'inbound' and c.outcome = 'answered' and c.merged_into is null and c.talk_ms > 1000
                and c.ended_at >= to_timestamp($1::float8 / 1000) and c.ended_at < to_timestamp($2::float8 / 1000)
                and not exists (select from recordings r where r.call_id = c.call_id)) as missing,
            (select count(*)::int from recordings r
              where r.at >= to_timestamp($1::float8 / 1000) and r.at < to_timestamp($2::float8 / 1000)
                and not exists (select from calls c where c.call_id = r.call_id)) as orphans`,
    [sinceMs, untilMs],
  );
  return rows[0]!;
}

/** Where a call's recording begins, and whether anybody answered it; null: the call is not stored. */
export async function recordedFrom(
  client: Client,
  callId: string,
): Promise<{ atMs: number; answered: boolean } | null> {
  const { rows } = await client.query<{ atMs: number; answered: boolean }>(
    `select ${ms('coalesce(answered_at, arrived_at)')} as "atMs", answered_at is not null or outcome = 'answered' as answered
       from calls where call_id = $1`,
    [callId],
  );
  return rows[0] ?? null;
}
