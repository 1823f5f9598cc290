/** A callback campaign that is over: what came of its items and every call that was tried, many at once (the demo's year). */
import type pg from 'pg';
import type { AttemptResult } from '../core/callbacks/outcome.ts';
import { instant } from './instants.ts';

export interface PastItem {
  orderNo: string;
  state: 'done' | 'people' | 'replaced';
  why: string | null;
  /** instead of whose order this one was called */
  replaces: string | null;
  solved: boolean | null;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  words: string | null;
  channel: 'machine' | 'person' | null;
  personId: number | null;
  calledBackAtMs: number | null;
  redo: { reason: 'not-solved' | 'dissatisfied'; state: 'drafted' | 'dropped' } | null;
}

export interface PastAttempt {
  orderNo: string;
  /** null: the machine called */
  personId: number | null;
  band: number | null;
  placedAtMs: number;
  endedAtMs: number;
  result: AttemptResult;
}

/** Writes it into the items that were drawn; one that nobody had drawn, but that replaces another, is called too. */
export async function importCallbacks(
  client: pg.PoolClient,
  campaignId: number,
  items: readonly PastItem[],
  attempts: readonly PastAttempt[],
): Promise<void> {
  await client.query(
    `update survey_items i set state = p.state, why = p.why, solved = p.solved, satisfied = p.satisfied, words = p.words,
            channel = p.channel, called_by = p."personId", called_back_at = ${instant('p."calledBackAtMs"')},
            due_at = case when p.state = 'people' then i.due_at end,
            replaces_id = (select o.id from survey_items o where o.campaign_id = $1 and o.order_no = p.replaces)
       from jsonb_to_recordset($2::jsonb) as p ("orderNo" text, state text, why text, replaces text, solved boolean,
            satisfied text, words text, channel text, "personId" bigint, "calledBackAtMs" float8)
      where i.campaign_id = $1 and i.order_no = p."orderNo"`,
    [campaignId, JSON.stringify(items)],
  );
  await client.query(
    `insert into survey_attempts (token, item_id, number, band, placed_at, person_id, ended_at, result, answers)
     select case when a."personId" is null then 'demo' else 'person' end, i.id, coalesce(i.number, ''), a.band,
            ${instant('a."placedAtMs"')}, a."personId", ${instant('a."endedAtMs"')}, a.result, '{}'::jsonb
       from jsonb_to_recordset($2::jsonb) as a ("orderNo" text, "personId" bigint, band integer, "placedAtMs" float8,
            "endedAtMs" float8, result text)
       join survey_items i on i.campaign_id = $1 and i.order_no = a."orderNo"
      order by a."placedAtMs"`,
    [campaignId, JSON.stringify(attempts)],
  );
  await client.query(
    `insert into redo_drafts (item_id, reason, state, drafted_at, decided_at, decided_by)
     select i.id, r.reason, r.state, i.called_back_at,
            case when r.state = 'dropped' then i.called_back_at + interval '2 hours' end,
            case when r.state = 'dropped' then i.called_by end
       from jsonb_to_recordset($2::jsonb) as p ("orderNo" text, redo jsonb),
            jsonb_to_record(p.redo) as r (reason text, state text), survey_items i
      where i.campaign_id = $1 and i.order_no = p."orderNo" and r.reason is not null
     on conflict (item_id) do nothing`,
    [campaignId, JSON.stringify(items.filter((item) => item.redo !== null))],
  );
}
