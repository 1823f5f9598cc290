/** Whom the machine calls: attempts, their results and what follows; one function per query. */
import type pg from 'pg';
import type { DialAction } from '../core/callbacks/dialler.ts';
import type { Answers, AttemptResult } from '../core/callbacks/outcome.ts';
import { addDoNotCall, draftRedo } from './callbacks.ts';
import { instant, ms } from './instants.ts';

type Client = pg.Pool | pg.PoolClient;

export interface WaitingRow {
  itemId: number;
  campaignId: number;
  number: string;
  dueAtMs: number;
  tries: { atMs: number; band: number }[];
}

/** Whom the machine still calls, with the tries so far: what the dialler is rebuilt from. */
export async function listWaiting(
  client: Client,
  itemIds: readonly number[] | null = null,
): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>(
    `select i.id::int as "itemId", i.campaign_id::int as "campaignId", i.number, ${ms('i.due_at')} as "dueAtMs",
            coalesce((select json_agg(json_build_object('atMs', ${ms('a.placed_at')}, 'band', a.band) order by a.placed_at)
               from survey_attempts a where a.item_id = i.id and a.person_id is null
                and a.result is distinct from 'not-placed'), '[]') as tries
       from survey_items i join survey_campaigns c on c.id = i.campaign_id
      where i.state = 'waiting' and c.state in ('running', 'paused') and ($1::bigint[] is null or i.id = any($1))`,
    [itemIds],
  );
  return rows;
}

/** When the machine called which number in the last seven days. */
export async function calledLately(
  client: Client,
  sinceMs: number,
): Promise<{ number: string; atMs: number }[]> {
  const { rows } = await client.query<{ number: string; atMs: number }>(
    `select number, ${ms('placed_at')} as "atMs" from survey_attempts
      where placed_at > ${instant('$1')} and person_id is null and result is distinct from 'not-placed' order by placed_at`,
    [sinceMs],
  );
  return rows;
}

export interface OpenAttempt {
  id: number;
  token: string;
  itemId: number;
  number: string;
  placedAtMs: number;
}

/** Committed before the switch is asked; gives null where the item is called already or no longer waits. */
export async function openAttempt(
  client: Client,
  one: { itemId: number; number: string; token: string; band: number; atMs: number; lateMs: number },
): Promise<{ id: number; acceptedAtMs: number; category: string } | null> {
  const { rows } = await client.query<{ id: number; acceptedAtMs: number; category: string }>(
    `with item as (
       select i.id, i.accepted_at, i.category from survey_items i join survey_campaigns c on c.id = i.campaign_id
        where i.id = $1 and i.state = 'waiting' and c.state = 'running'
          and not exists (select from survey_attempts a where a.item_id = i.id and a.result is null)
          and not exists (select from do_not_call d where d.number = $2)
        for update of i
     ), added as (
       insert into survey_attempts (item_id, number, token, band, placed_at, late_ms)
       select id, $2, $3, $4, ${instant('$5')}, $6 from item returning id
     ) select added.id::int, ${ms('item.accepted_at')} as "acceptedAtMs", item.category from added, item`,
    [one.itemId, one.number, one.token, one.band, one.atMs, one.lateMs],
  );
  return rows[0] ?? null;
}

/** Attempts of which nobody knows yet what came of them. */
export async function listOpenAttempts(client: Client): Promise<OpenAttempt[]> {
  const { rows } = await client.query<OpenAttempt>(
    `select id::int, token, item_id::int as "itemId", number, ${ms('placed_at')} as "placedAtMs"
       from survey_attempts where result is null and person_id is null order by id`,
  );
  return rows;
}

/** The floor's record of a callback, from the facts; null: it has not ended, or nobody heard of it. */
export async function recordOfCall(client: Client, callId: string): Promise<Record<string, unknown> | null> {
  const { rows } = await client.query<{ record: Record<string, unknown> }>(
    `select body -> 'record' as record from facts where call_id = $1 and kind = 'call-ended' limit 1`,
    [callId],
  );
  return rows[0]?.record ?? null;
}

/** Folds the result into the attempt; false: it was folded before, and nothing more is to follow. */
export async function closeAttempt(
  client: Client,
  id: number,
  result: AttemptResult,
  answers: Answers,
  atMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update survey_attempts set result = $2, answers = $3, ended_at = ${instant('$4')} where id = $1 and result is null`,
    [id, result, JSON.stringify(answers), atMs],
  );
  return rowCount === 1;
}

/** What the customer answered stands in the item; a later answer by a person stands over the machine's. */
export async function setAnswers(
  client: Client,
  itemId: number,
  told: {
    solved: boolean | null;
    satisfied: string | null;
    words: string | null;
    recording: string | null;
    channel: 'machine' | 'person';
    personId: number | null;
    handling: string | null;
    atMs: number;
  },
): Promise<void> {
  await client.query(
    `update survey_items set solved = coalesce($2, solved), satisfied = coalesce($3, satisfied),
            words = coalesce($4, words), recording = coalesce($5, recording), channel = $6, called_by = $7,
            handling = coalesce($8, handling), called_back_at = ${instant('$9')}
      where id = $1`,
    [
      itemId,
      told.solved,
      told.satisfied,
      told.words,
      told.recording,
      told.channel,
      told.personId,
      told.handling,
      told.atMs,
    ],
  );
}

export async function setItemState(
  client: Client,
  itemId: number,
  state: 'waiting' | 'people' | 'done' | 'replaced',
  why: string | null,
  dueAtMs: number | null,
): Promise<void> {
  await client.query(
    `update survey_items set state = $2, why = coalesce($3, why),
            due_at = case when $4::float8 is null then null else ${instant('$4')} end where id = $1`,
    [itemId, state, why, dueAtMs],
  );
}

/** The next of the draw instead of this one: the same stratum's, then the department's. Null: nobody is left. */
export async function replaceItem(client: Client, itemId: number, dueAtMs: number): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `update survey_items set state = 'waiting', replaces_id = $1, due_at = ${instant('$2')}
      where id = (
        select r.id from survey_items o join survey_items r on r.campaign_id = o.campaign_id
           and r.department = o.department and r.state = 'reserve'
         where o.id = $1 and not exists (select from do_not_call d where d.number = r.number)
           and not exists (select from survey_items x where x.replaces_id = $1)
         order by r.stratum <> o.stratum,
                  case r.stratum when 'ic-card' then 1 when 'network' then 2 else 3 end, r.place
         limit 1 for update of r skip locked)
     returning id::int`,
    [itemId, dueAtMs],
  );
  return rows[0]?.id ?? null;
}

/**
 * What came of an attempt and all that follows from it; to be run in one transaction. False: it was folded before, and
 * nothing is changed.
 */
export async function finishAttempt(
  client: Client,
  attempt: { id: number; token: string; itemId: number; number: string },
  told: {
    result: AttemptResult;
    answers: Answers;
    atMs: number;
    redo: 'not-solved' | 'dissatisfied' | null;
  },
  then: readonly DialAction[],
): Promise<boolean> {
  const { result, answers, atMs } = told;
  if (!(await closeAttempt(client, attempt.id, result, answers, atMs))) return false;
  const { itemId } = attempt;
  if (answers.solved || answers.satisfied || answers.word)
    await setAnswers(client, itemId, {
      solved: answers.solved === null ? null : answers.solved === 'yes',
      satisfied: answers.satisfied,
      words: null,
      recording: answers.word ? `${attempt.id}x${attempt.token}` : null,
      channel: 'machine',
      personId: null,
      handling: null,
      atMs,
    });
  if (told.redo) await draftRedo(client, itemId, told.redo);
  if (result === 'do-not-call') await addDoNotCall(client, attempt.number, 'key', null);
  for (const action of then) await moveItem(client, action, atMs);
  return true;
}

/** What the dialler decided of an item. */
export async function moveItem(client: Client, action: DialAction, atMs: number): Promise<void> {
  switch (action.kind) {
    case 'place':
      return;
    case 'again':
      return setItemState(client, action.itemId, 'waiting', null, action.dueAtMs);
    case 'people':
      return setItemState(client, action.itemId, 'people', action.why, atMs);
    case 'done':
      return setItemState(client, action.itemId, 'done', null, null);
    case 'replace':
      await setItemState(client, action.itemId, 'replaced', action.why, null);
      await replaceItem(client, action.itemId, atMs);
  }
}
