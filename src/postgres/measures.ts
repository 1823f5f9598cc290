/** Calls read back for the measures: what the wall counts from after a restart, and the last 24 hours. */
import type pg from 'pg';
import type { CallRecord } from '../core/floor/record.ts';
import type { HourBar } from '../protocol.ts';

/** The calls that reached us since an instant, oldest first, as they are known by now; a call that lives has no outcome. */
export async function recordsSince(pool: pg.Pool, fromMs: number): Promise<CallRecord[]> {
  const result = await pool.query<{ record: CallRecord }>({
    name: 'records-since',
    text: RECORDS_SINCE,
    values: [fromMs],
  });
  return result.rows.map((row) => row.record);
}

const RECORDS_SINCE = `
  with told as (select * from calls where arrived_at >= to_timestamp($1::float8 / 1000) and merged_into is null),
  told_offers as (
    select call_id, json_agg(json_build_object('agent', agent, 'atMs', (extract(epoch from at) * 1000)::float8,
      'ringMs', ring_ms, 'outcome', outcome) order by ordinal) as list
      from offers where call_id in (select call_id from told where offer_count > 0) group by call_id
  ),
  told_transfers as (
    select call_id, json_agg(json_build_object('kind', kind, 'to', target,
      'atMs', (extract(epoch from at) * 1000)::float8) order by ordinal) as list
      from transfers where call_id in (select call_id from told where transfer_count > 0) group by call_id
  )
  select json_build_object(
    'callId', call_id, 'direction', direction, 'ani', ani, 'dnis', dnis, 'queue', queue, 'outcome', outcome,
    'abandonStage', abandon_stage,
    'arrivedAtMs', (extract(epoch from arrived_at) * 1000)::float8,
    'queuedAtMs', (extract(epoch from queued_at) * 1000)::float8,
    'firstRingAtMs', (extract(epoch from first_ring_at) * 1000)::float8,
    'answeredAtMs', (extract(epoch from answered_at) * 1000)::float8,
    'endedAtMs', (extract(epoch from ended_at) * 1000)::float8,
    'waitMs', wait_ms, 'ringMs', ring_ms, 'rings', rings, 'withinThreeRings', within_three_rings,
    'talkMs', talk_ms, 'holdMs', hold_ms, 'hungUpFirst', hung_up_first, 'answeredBy', answered_by,
    'offers', coalesce(o.list, '[]'), 'transfers', coalesce(t.list, '[]'),
    'survey', case when survey_id is null then null else
      json_build_object('id', survey_id, 'result', survey_result, 'score', survey_score) end,
    'anomalies', anomalies) as record
    from told left join told_offers o using (call_id) left join told_transfers t using (call_id)
   order by arrived_at, call_id`;

/** Inbound calls hour by hour from `fromMs` until `untilMs`, oldest first; an hour without calls is there with zeros. */
export async function hourBars(pool: pg.Pool, fromMs: number, untilMs: number): Promise<HourBar[]> {
  const result = await pool.query<HourBar>({
    name: 'hour-bars',
    text: HOUR_BARS,
    values: [fromMs, untilMs],
  });
  return result.rows;
}

const HOUR_BARS = `
  with hours as (
    select hour from generate_series(to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000)
      - interval '1 microsecond', interval '1 hour') as hour
  ), counted as (
    select date_bin('1 hour', arrived_at, to_timestamp($1::float8 / 1000)) as hour,
           count(*) as offered,
           count(*) filter (where outcome = 'answered') as answered,
           count(*) filter (where outcome = 'abandoned') as abandoned,
           count(*) filter (where outcome = 'answered' and within_three_rings) as within_three_rings
      from calls
     where direction = 'inbound' and merged_into is null and arrived_at >= to_timestamp($1::float8 / 1000)
       and arrived_at < to_timestamp($2::float8 / 1000)
     group by 1
  )
  select (extract(epoch from hour) * 1000)::float8 as "fromMs",
         coalesce(offered, 0)::int as offered, coalesce(answered, 0)::int as answered,
         coalesce(abandoned, 0)::int as abandoned, coalesce(within_three_rings, 0)::int as "withinThreeRings"
    from hours left join counted using (hour) order by hour`;
