/** Who listened to whom, who asked for help, and what each agent did today. */
import type pg from 'pg';
import type { SuperviseMode } from '../core/floor/console.ts';
import type { HelpCall, Supervision } from '../protocol/console.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export async function beginSupervision(
  client: Client,
  one: { personId: number; agent: string; callId: string; mode: SuperviseMode },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into supervisions (person_id, agent, call_id, mode) values ($1, $2, $3, $4) returning id::int`,
    [one.personId, one.agent, one.callId, one.mode],
  );
  return rows[0]!.id;
}

export async function endSupervision(client: Client, id: number): Promise<void> {
  await client.query('update supervisions set until_at = now() where id = $1 and until_at is null', [id]);
}

/** What was begun before this process and never ended: its end was not seen. */
export async function closeSupervisions(client: Client): Promise<void> {
  await client.query('update supervisions set until_at = now() where until_at is null');
}

/** Who listened to this agent, the latest first. */
export async function supervisionsOf(client: Client, agent: string, most: number): Promise<Supervision[]> {
  const { rows } = await client.query<Supervision>(
    `select p.name as by, s.mode, s.call_id as "callId", ${ms('s.from_at')} as "fromMs", ${ms('s.until_at')} as "untilMs"
       from supervisions s join people p on p.id = s.person_id where s.agent = $1 order by s.from_at desc limit $2`,
    [agent, most],
  );
  return rows;
}

export async function askForHelp(
  client: Client,
  one: { agent: string; personId: number; callId: string | null },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into helps (agent, person_id, call_id)
     select $1, $2, $3 where not exists (select from helps where agent = $1 and answered_at is null)
     returning id::int`,
    [one.agent, one.personId, one.callId],
  );
  return rows[0]?.id ?? null;
}

export async function openHelps(client: Client): Promise<HelpCall[]> {
  const { rows } = await client.query<HelpCall>(
    `select h.id::int, h.agent, p.name, ${ms('h.asked_at')} as "askedAtMs"
       from helps h join people p on p.id = h.person_id where h.answered_at is null order by h.asked_at`,
  );
  return rows;
}

/** Seconds from the asking to the answer; null: nobody waits any more. */
export async function answerHelp(
  client: Client,
  which: { id: number } | { agent: string },
  personId: number,
): Promise<number | null> {
  const byId = 'id' in which;
  const { rows } = await client.query<{ seconds: number }>(
    `update helps set answered_at = now(), answered_by = $2
      where ${byId ? 'id' : 'agent'} = $1 and answered_at is null
      returning extract(epoch from answered_at - asked_at)::float8 as seconds`,
    [byId ? which.id : which.agent, personId],
  );
  return rows[0]?.seconds ?? null;
}
