/** What happened and was not told yet: rows that triggers write in the transaction of the change itself. */
import type pg from 'pg';
import { crashPoint } from '../core/crash-point.ts';
import type { StuckMessage } from '../protocol/outward.ts';
import { isPassing } from './pool.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** One row of the outbox: what a trigger wrote in the transaction of the change. */
export interface OutboxRow {
  id: number;
  event: string;
  /** a call's id, an order's number */
  ref: string;
  atMs: number;
  body: Record<string, unknown>;
}

export interface OutboxFigures {
  waiting: number;
  stuck: number;
  /** since when the oldest that waits waits; null: none does */
  oldestAtMs: number | null;
}

/** so often is not worth a person's time: a moment's trouble of the database */
const TRIES_UNSEEN = 3;

/** What could not be told, oldest first: for a person to see, with the reason. */
export async function listStuck(pool: pg.Pool): Promise<StuckMessage[]> {
  const { rows } = await pool.query<StuckMessage>(
    `select id::float8 as id, event, ref, (extract(epoch from at) * 1000)::float8 as "atMs", fault, attempts,
            case when next_at is not null then (extract(epoch from next_at) * 1000)::float8 end as "nextAtMs"
       from outbox where next_at is null or attempts >= ${TRIES_UNSEEN} order by id limit 200`,
  );
  return rows;
}

export async function outboxFigures(pool: pg.Pool): Promise<OutboxFigures> {
  const { rows } = await pool.query<OutboxFigures>({
    name: 'outbox-figures',
    text: `select (count(*) filter (where next_at is not null))::int as waiting,
                  (count(*) filter (where next_at is null or attempts >= ${TRIES_UNSEEN}))::int as stuck,
                  (extract(epoch from min(at)) * 1000)::float8 as "oldestAtMs" from outbox`,
  });
  return rows[0]!;
}

/** Tries once more what could not be told; false: it is not there any more. */
export async function retryOutbox(pool: pg.Pool, id: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    'update outbox set next_at = now(), attempts = 0, fault = null where id = $1',
    [id],
  );
  return rowCount === 1;
}

/** Gives up what could not be told; null: it is not there any more, or goes out by itself. */
export async function dropOutbox(client: Client, id: number): Promise<{ event: string; ref: string } | null> {
  const { rows } = await client.query<{ event: string; ref: string }>(
    `delete from outbox where id = $1 and (next_at is null or attempts >= ${TRIES_UNSEEN}) returning event, ref`,
    [id],
  );
  return rows[0] ?? null;
}

/** Any number that only we use. */
const ONE_READER = 966_660_037;

/**
 * Turns what lies in the outbox into deliveries, in the order in which it happened, and takes it out, in one
 * transaction: a service that dies in between has done nothing. One service does it at a time, so that the messages of
 * one order keep their order. Gives how many rows there were.
 */
export async function emptyOutbox(
  client: Client,
  most: number,
  told: (client: Client, row: OutboxRow) => Promise<void>,
): Promise<number> {
  const { rows: lock } = await client.query<{ ours: boolean }>(
    'select pg_try_advisory_xact_lock($1) as ours',
    [ONE_READER],
  );
  if (!lock[0]!.ours) return 0;
  const { rows } = await client.query<OutboxRow>({
    name: 'outbox',
    text: `select id::float8 as id, event, ref, (extract(epoch from at) * 1000)::float8 as "atMs", body
             from outbox o
            where next_at <= now()
              and not exists (select from outbox e where e.ref = o.ref and e.id < o.id and e.next_at > now())
            order by id limit $1`,
    values: [most],
  });
  const done: number[] = [];
  /** what waits for its next try keeps the later messages of the same order waiting */
  const waiting = new Set<string>();
  crashPoint('outbox: before a row is told');
  for (const row of rows) {
    if (waiting.has(row.ref)) continue;
    await client.query('savepoint one');
    try {
      await told(client, row);
      done.push(row.id);
    } catch (cause) {
      // if the database does not answer any more, this throws: the whole transaction is tried again
      await client.query('rollback to savepoint one');
      await client.query(FAULTY, [row.id, wordsOf(cause), isPassing(cause)]);
      if (isPassing(cause)) waiting.add(row.ref);
    }
  }
  await client.query('delete from outbox where id = any($1::bigint[])', [done]);
  crashPoint('outbox: told, not committed');
  return rows.length;
}

// a passing trouble is tried again by itself: after 1, 2, 4 … seconds, at most ten minutes
const FAULTY = `
  update outbox set fault = $2, attempts = attempts + 1,
         next_at = case when $3 then now() + least(interval '10 minutes', interval '1 second' * 2 ^ least(attempts, 10)) end
   where id = $1`;

function wordsOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll('\0', '').slice(0, 500);
}
