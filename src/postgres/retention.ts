/** What has had its time goes in small steps: no step holds a lock that a call would wait for. */
import type pg from 'pg';
import type { KeptForATime } from '../core/people/retention.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** Deletes at most `$2` rows that are older than `$1` (Unix ms). Words and imports have files: below. */
const STEPS: Record<Exclude<KeptForATime, 'words' | 'imports' | 'audit'>, string> = {
  // in no order: the index of facts says only about where a time lies, and costs the storing of calls nothing
  facts: `delete from facts where id in (select id from facts where at < to_timestamp($1::float8 / 1000) limit $2)`,
  // the last state before stays: it is the one in which the agent came into what is kept
  states: `delete from agent_states where id in (
    select s.id from agent_states s where s.since_at < to_timestamp($1::float8 / 1000)
       and exists (select from agent_states n where n.agent = s.agent and n.since_at > s.since_at
                    and n.since_at < to_timestamp($1::float8 / 1000))
     order by s.since_at limit $2)`,
  anomalies: byId('anomalies', 'at', 'id'),
  deliveries: `delete from deliveries where id in (
    select id from deliveries where state in ('delivered', 'cancelled', 'dead')
       and created_at < to_timestamp($1::float8 / 1000) order by created_at limit $2)`,
  notices: byId('notices', 'at', 'id'),
  askers: `delete from outage_askers where (outage_id, number) in (
    select outage_id, number from outage_askers where asked_at < to_timestamp($1::float8 / 1000) order by asked_at limit $2)`,
};

function byId(table: string, at: string, id: string): string {
  return `delete from ${table} where ${id} in (
    select ${id} from ${table} where ${at} < to_timestamp($1::float8 / 1000) order by ${at} limit $2)`;
}

/** One step; how many rows went. */
export async function deleteOld(
  client: Client,
  what: keyof typeof STEPS,
  beforeMs: number,
  most: number,
): Promise<number> {
  const { rowCount } = await client.query(STEPS[what], [beforeMs, most]);
  return rowCount ?? 0;
}

export const OLD_ROWS = Object.keys(STEPS) as (keyof typeof STEPS)[];

/** Calls whose spoken words have had their time, the oldest first. */
export async function oldWords(client: Client, beforeMs: number, most: number): Promise<string[]> {
  const { rows } = await client.query<{ callId: string }>(
    `select call_id as "callId" from spoken_words
      where sound_deleted_at is null and at < to_timestamp($1::float8 / 1000) order by at limit $2`,
    [beforeMs, most],
  );
  return rows.map(({ callId }) => callId);
}

/** The sound is gone; that somebody spoke, and when, stays. */
export async function noteSoundDeleted(client: Client, callId: string): Promise<void> {
  await client.query('update spoken_words set sound_deleted_at = now(), bytes = 0 where call_id = $1', [
    callId,
  ]);
}

/** Imports of customers whose rows and file have had their time. */
export async function oldImports(
  client: Client,
  beforeMs: number,
  most: number,
): Promise<{ id: number; path: string }[]> {
  const { rows } = await client.query<{ id: number; path: string }>(
    `select id::int, path from customer_imports
      where emptied_at is null and state in ('done', 'failed', 'uploaded', 'checked') and created_at < to_timestamp($1::float8 / 1000)
      order by id limit $2`,
    [beforeMs, most],
  );
  return rows;
}

/** Rows of an import, a step at a time; how many went. */
export async function emptyImport(client: Client, id: number, most: number): Promise<number> {
  const { rowCount } = await client.query(
    `delete from customer_import_rows where import_id = $1 and row in (
       select row from customer_import_rows where import_id = $1 order by row limit $2)`,
    [id, most],
  );
  return rowCount ?? 0;
}

/** Nothing of the import's rows and file is left; one that was never taken can't be any more. */
export async function noteEmptied(client: Client, id: number): Promise<void> {
  await client.query(
    `update customer_imports set emptied_at = now(), sample = '[]',
            state = case when state in ('uploaded', 'checked') then 'failed' else state end,
            fault = case when state in ('uploaded', 'checked') then '原表已过保存期，请重新上传。' else fault end
      where id = $1`,
    [id],
  );
}

/** Wrong passwords of long ago and claims that lapsed: nobody asks for them any more. */
export async function deleteLapsed(client: Client): Promise<void> {
  await client.query(`delete from sign_in_failures where last_at < now() - interval '30 days'`);
  await client.query(`delete from missed_claims where claimed_at < now() - interval '30 days'`);
}
