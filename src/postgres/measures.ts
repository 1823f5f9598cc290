/** Calls read back for the measures: what the wall counts from after a restart. */
import type pg from 'pg';
import type { CallRecord } from '../core/floor/record.ts';

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
    select call_id, json_agg(json_build_object('kind', kind, 'to', target, 'from', from_agent,
      'atMs', (extract(epoch from at) * 1000)::float8) order by ordinal) as list
      from transfers where call_id in (select call_id from told where transfer_count > 0) group by call_id
  ),
  told_talks as (
    select call_id, json_agg(json_build_object('agent', agent, 'fromMs', (extract(epoch from from_at) * 1000)::float8,
      'talkMs', talk_ms, 'holdMs', hold_ms) order by ordinal) as list
      from talks where call_id in (select call_id from told where answered_by is not null) group by call_id
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
    'offers', coalesce(o.list, '[]'), 'transfers', coalesce(t.list, '[]'), 'talks', coalesce(k.list, '[]'),
    'survey', case when survey_id is null then null else
      json_build_object('id', survey_id, 'result', survey_result, 'score', survey_score) end,
    'anomalies', anomalies) as record
    from told left join told_offers o using (call_id) left join told_transfers t using (call_id)
      left join told_talks k using (call_id)
   order by arrived_at, call_id`;
