/** Who serves which queue. */
import type pg from 'pg';

/** queue ─▶ the agents (`PJSIP/1001`) who serve it; a queue that is not here has nobody named. */
export async function servedQueues(pool: pg.Pool): Promise<Map<string, Set<string>>> {
  const { rows } = await pool.query<{ queue: string; agent: string }>(
    `select q.queue, p.agent from queue_people q join people p on p.id = q.person_id
      where p.agent is not null and not p.disabled`,
  );
  const named = new Map<string, Set<string>>();
  for (const { queue, agent } of rows) named.set(queue, (named.get(queue) ?? new Set()).add(agent));
  return named;
}

/** Exactly these agents serve the queue from now on. */
export async function saveServed(
  client: pg.PoolClient,
  queue: string,
  agents: readonly string[],
): Promise<void> {
  await client.query('delete from queue_people where queue = $1', [queue]);
  await client.query(
    `insert into queue_people (queue, person_id)
     select $1, id from people where agent = any($2::text[]) and not disabled`,
    [queue, agents],
  );
}
