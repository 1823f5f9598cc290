/** Each agent's own talk with callers: summed for reports, listed behind them, and named where one call is shown. */
import type pg from 'pg';
import { CALL_CONDITIONS } from '../core/floor/call-conditions.ts';
import type { TalkSums } from '../core/office/call-lists.ts';
import type { Period } from '../core/office/period.ts';
import { CALL_COLUMNS, conditionSql } from './measure-conditions.ts';

/** A call from outside belongs to the period in which it reached us; so does all that was done in it. */
export const OF_THE_PERIOD = `c.direction = 'inbound' and c.merged_into is null
  and c.arrived_at >= to_timestamp($1::float8 / 1000) and c.arrived_at < to_timestamp($2::float8 / 1000)`;

/** Talks of calls that count as answered, whoever answered them first. */
export const TALKS_OF_THE_PERIOD = `talks t join calls c using (call_id)
      where ${OF_THE_PERIOD} and ${conditionSql(CALL_CONDITIONS.answered, CALL_COLUMNS)}`;
export const TALK_SUMS = `count(distinct call_id)::int as talked, coalesce(sum(t.talk_ms), 0)::float8 as "talkMs",
           coalesce(sum(t.hold_ms), 0)::float8 as "holdMs"`;

export interface ListedTalk {
  callId: string;
  /** 0: the first agent who had the caller */
  ordinal: number;
  /** the call reached us: by this a talk belongs to a period */
  arrivedAtMs: number;
  fromMs: number | null;
  agent: string;
  agentName: string | null;
  ani: string | null;
  talkMs: number | null;
  holdMs: number;
}
type Client = Pick<pg.ClientBase, 'query'>;
type Span = Pick<Period, 'fromMs' | 'untilMs'>;

/** One page of the talks behind a duration, the newest call first. */
export async function listTalks(
  client: Client,
  period: Span,
  agent: string | undefined,
  after: Pick<ListedTalk, 'arrivedAtMs' | 'callId' | 'ordinal'> | null,
  most: number,
): Promise<ListedTalk[]> {
  const { rows } = await client.query<ListedTalk>(
    `select call_id as "callId", t.ordinal, (extract(epoch from c.arrived_at) * 1000)::float8 as "arrivedAtMs",
            (extract(epoch from t.from_at) * 1000)::float8 as "fromMs", t.agent,
            (select p.name from people p where p.agent = t.agent) as "agentName", c.ani,
            t.talk_ms as "talkMs", t.hold_ms as "holdMs"
       from ${TALKS_OF_THE_PERIOD} and ($3::text is null or t.agent = $3)
        and ($4::float8 is null or (c.arrived_at, call_id, t.ordinal) < (to_timestamp($4 / 1000), $5, $6))
      order by c.arrived_at desc, call_id desc, t.ordinal desc limit $7`,
    [
      ...[period.fromMs, period.untilMs, agent ?? null],
      ...[after?.arrivedAtMs ?? null, after?.callId ?? null, after?.ordinal ?? null, most],
    ],
  );
  return rows;
}

/** How many talks there are, in how many calls, and how long they are together. */
export async function sumTalks(
  client: Client,
  period: Span,
  agent?: string,
): Promise<TalkSums & { count: number }> {
  const { rows } = await client.query<TalkSums & { count: number }>(
    `select count(*)::int as count, ${TALK_SUMS} from ${TALKS_OF_THE_PERIOD} and ($3::text is null or t.agent = $3)`,
    [period.fromMs, period.untilMs, agent ?? null],
  );
  return rows[0]!;
}

/** Of a row of `calls`: who had the caller, one after the other, `马晓燕 → 王娟`; null: nobody talked. */
export function talkedWith(calls: string): string {
  return `(select string_agg(coalesce(t_p.name, regexp_replace(t.agent, '^.*/', '')), ' → ' order by t.ordinal)
    from talks t left join people t_p on t_p.agent = t.agent where t.call_id = ${calls}.call_id)`;
}
