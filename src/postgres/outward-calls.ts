/** Calls as other systems see them. */
import type pg from 'pg';
import type { OutwardCall } from '../core/outward/call.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export interface CallsAsked {
  /** arrived at or after */
  fromMs?: number | undefined;
  /** arrived before */
  untilMs?: number | undefined;
  direction?: OutwardCall['direction'] | undefined;
  outcome?: string | undefined;
  /** the number that called or was called, as callerNumber gives it */
  party?: string | undefined;
  /** the last one of the page before */
  after?: { arrivedAtMs: number; callId: string } | undefined;
}

const ISO = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const CALL = `c.call_id as "callId", c.direction, c.ani, c.dnis, c.queue, c.outcome, c.abandon_stage as "abandonStage",
  ${ISO('c.arrived_at')} as "arrivedAt", ${ISO('c.queued_at')} as "queuedAt", ${ISO('c.first_ring_at')} as "firstRingAt",
  ${ISO('c.answered_at')} as "answeredAt", ${ISO('c.ended_at')} as "endedAt", c.wait_ms as "waitMs", c.ring_ms as "ringMs",
  c.rings, c.within_three_rings as "withinThreeRings", c.talk_ms as "talkMs", c.hold_ms as "holdMs",
  c.hung_up_first as "hungUpFirst", p.login as agent, coalesce(p.name, c.answered_by) as "agentName",
  c.survey_score as "surveyScore",
  (select coalesce(json_agg(json_build_object('agent', t_p.login, 'agentName', coalesce(t_p.name, t.agent),
      'fromAt', ${ISO('t.from_at')}, 'talkMs', t.talk_ms, 'holdMs', t.hold_ms) order by t.ordinal), '[]')
     from talks t left join people t_p on t_p.agent = t.agent where t.call_id = c.call_id) as talks,
  (select coalesce(json_agg(json_build_object('kind', t.kind, 'byAgent', t_p.login,
      'byAgentName', coalesce(t_p.name, t.from_agent), 'to', t.target, 'at', ${ISO('t.at')}) order by t.ordinal), '[]')
     from transfers t left join people t_p on t_p.agent = t.from_agent where t.call_id = c.call_id) as transfers`;

export interface CallRow extends OutwardCall {
  arrivedAtMs: number;
}

/** Calls by when they arrived, oldest first, none that proved to be a part of another. */
export async function listOutwardCalls(client: Client, asked: CallsAsked, most: number): Promise<CallRow[]> {
  const { rows } = await client.query<CallRow>({
    name: 'outward-calls',
    text: `
      select ${CALL}, (extract(epoch from c.arrived_at) * 1000)::float8 as "arrivedAtMs"
        from calls c left join people p on p.agent = c.answered_by
       where c.merged_into is null
         and c.arrived_at >= coalesce(to_timestamp(greatest($1, $6::float8) / 1000), '-infinity')
         and c.arrived_at < coalesce(to_timestamp($2::float8 / 1000), 'infinity')
         and ($3::text is null or c.direction = $3) and ($4::text is null or c.outcome = $4)
         and ($5::text is null or c.party = $5)
         and ($6::float8 is null or (c.arrived_at, c.call_id) > (to_timestamp($6::float8 / 1000), $7))
       order by c.arrived_at, c.call_id limit $8`,
    values: [
      asked.fromMs ?? null,
      asked.untilMs ?? null,
      asked.direction ?? null,
      asked.outcome ?? null,
      asked.party ?? null,
      asked.after?.arrivedAtMs ?? null,
      asked.after?.callId ?? null,
      most,
    ],
  });
  return rows;
}

/** One call; null: there is none with this id. */
export async function findOutwardCall(client: Client, callId: string): Promise<OutwardCall | null> {
  const { rows } = await client.query<OutwardCall>({
    name: 'outward-call',
    text: `select ${CALL} from calls c left join people p on p.agent = c.answered_by where c.call_id = $1`,
    values: [callId],
  });
  return rows[0] ?? null;
}
