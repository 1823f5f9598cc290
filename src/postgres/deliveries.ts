/** What goes out: the queue that the runner takes from, and the log of what was answered. */
import type pg from 'pg';
import {
  laneOf,
  MOST_ATTEMPTS,
  type Channel,
  type Delivery,
  type DeliveryState,
  type Message,
  type NewDelivery,
  type Outcome,
} from '../core/outward/delivery.ts';
import { maskFor } from '../core/people/mask-for.ts';
import { SEES_NOTHING } from '../core/people/sight.ts';
import type { DeliveryRow } from '../protocol/outward.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/**
 * Writes down what is to be sent, inside the caller's transaction: it goes out if and when that commits. Gives the ids,
 * in the order asked; null where the same `once` was told before.
 */
export async function deliver(client: Client, wanted: readonly NewDelivery[]): Promise<(number | null)[]> {
  if (wanted.length === 0) return [];
  const rows = wanted.map((one, at) => ({
    at,
    channel: one.message.channel,
    lane: laneOf(one.message, one.receiverId),
    stream: one.stream,
    once: one.once,
    kind: one.kind,
    about: one.about,
    recipient: one.recipient,
    receiver: one.receiverId,
    message: one.shaped ? one.message : maskedMessage(one.message),
    most: one.mostAttempts ?? MOST_ATTEMPTS,
    not_before: one.notBeforeMs ?? null,
  }));
  const { rows: written } = await client.query<{ at: number; id: number }>({
    name: 'deliver',
    text: DELIVER,
    values: [JSON.stringify(rows)],
  });
  const ids = new Map(written.map((row) => [row.at, row.id]));
  return wanted.map((_, at) => ids.get(at) ?? null);
}

/** What no rule shaped for its recipient carries nobody's number, name or door. A screen's is masked on its line. */
function maskedMessage(message: Message): Message {
  switch (message.channel) {
    case 'mail': {
      const { subject, text, html } = message;
      return {
        ...message,
        ...maskFor({ subject, text, ...(html === undefined ? {} : { html }) }, SEES_NOTHING),
      };
    }
    case 'wechat':
      return { ...message, content: maskFor(message.content, SEES_NOTHING) };
    case 'webhook':
      return { ...message, data: maskFor(message.data, SEES_NOTHING) };
    case 'screen':
      return message;
  }
}

// `once` may be null: then the row's own place pairs it with its id by the order of the identity
const DELIVER = `
  with given as (
    select * from json_to_recordset($1) as r(at int, channel text, lane text, stream text, once text, kind text,
      about text, recipient text, receiver bigint, message jsonb, most int, not_before float8)
  ), numbered as (
    select g.*, nextval(pg_get_serial_sequence('deliveries', 'id')) as id from (select * from given order by at) g
  ), written as (
    insert into deliveries (id, channel, lane, stream, once, kind, about, recipient, receiver_id, message,
      most_attempts, next_at)
    overriding system value
    select id, channel, lane, stream, once, kind, about, recipient, receiver, message, most,
           coalesce(to_timestamp(not_before / 1000), now())
      from numbered order by at
    on conflict (once) do nothing
    returning id
  )
  select n.at, n.id::float8 as id from numbered n join written w using (id)`;

/**
 * Takes what is due of this channel: of each lane that is not busy its first, and of a stream nothing before the one
 * that stands in front of it. What is taken is ours until `untilMs`; a service that dies leaves it to the next.
 */
export async function takeDeliveries(
  pool: pg.Pool,
  channel: Channel,
  busy: readonly string[],
  most: number,
  nowMs: number,
  untilMs: number,
): Promise<Delivery[]> {
  const { rows } = await pool.query<Omit<Delivery, 'message'> & { message: Message }>({
    name: 'take-deliveries',
    text: TAKE,
    values: [channel, busy, most, nowMs, untilMs],
  });
  return rows;
}

// the lanes are walked by the index: a hundred thousand messages to a dead receiver cost as much as one
const TAKE = `
  with recursive lanes as (
    (select lane from deliveries where state = 'waiting' and channel = $1 order by lane limit 1)
    union all
    select (select d.lane from deliveries d
             where d.state = 'waiting' and d.channel = $1 and d.lane > l.lane order by d.lane limit 1)
      from lanes l where l.lane is not null
  ), due as (
    select f.id from lanes l cross join lateral (
      select d.id, d.next_at from deliveries d
       where d.state = 'waiting' and d.channel = $1 and d.lane = l.lane and d.next_at <= to_timestamp($4::float8 / 1000)
         and not exists (select from deliveries e
              where e.lane = d.lane and e.stream = d.stream and e.id < d.id and e.state in ('waiting', 'sending'))
       order by d.next_at, d.id limit 1) f
     where l.lane is not null and l.lane <> all($2::text[])
     order by f.next_at limit $3
  ), taken as (
    select id from deliveries where id in (select id from due) and state = 'waiting' for update skip locked
  )
  update deliveries d
     set state = 'sending', attempts = d.attempts + 1, taken_until = to_timestamp($5::float8 / 1000)
    from taken where d.id = taken.id
  returning d.id::float8 as id, d.attempts as attempt, d.most_attempts as "mostAttempts", d.lane, d.kind,
    (extract(epoch from d.created_at) * 1000)::float8 as "createdAtMs", d.receiver_id::float8 as "receiverId",
    (select secret from receivers r where r.id = d.receiver_id) as secret, d.message`;

/** What became of one try. A lane that wants nothing any more is closed with it. */
export async function finishDelivery(
  pool: pg.Pool,
  delivery: Delivery,
  outcome: Outcome,
  nowMs: number,
): Promise<void> {
  const waiting = outcome.state === 'waiting';
  await pool.query({
    name: 'finish-delivery',
    text: FINISH,
    values: [
      delivery.id,
      outcome.state,
      nowMs,
      outcome.status,
      outcome.words.replaceAll('\0', '').slice(0, 2000),
      outcome.state === 'delivered' ? outcome.proof : null,
      waiting ? nowMs + outcome.afterMs : null,
      waiting && !outcome.counted ? 1 : 0,
      delivery.attempt,
    ],
  });
  if (outcome.state === 'dead' && outcome.gone && delivery.receiverId !== null) {
    await pool.query(
      `update receivers set disabled = true, disabled_why = '对方答复 410：不再接收' where id = $1`,
      [delivery.receiverId],
    );
  }
}

// only the try that was taken may be finished: one that outlived its time is another's now
const FINISH = `
  update deliveries
     set state = $2, last_at = to_timestamp($3::float8 / 1000), status = $4, answer = $5,
         proof = coalesce($6, proof), taken_until = null,
         next_at = coalesce(to_timestamp($7::float8 / 1000), next_at), attempts = attempts - $8,
         delivered_at = case when $2 = 'delivered' then to_timestamp($3::float8 / 1000) end
   where id = $1 and state = 'sending' and attempts = $9`;

/** What was being sent when its service died goes back into the queue. Gives how many. */
export async function releaseDeliveries(pool: pg.Pool, nowMs: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'release-deliveries',
    text: `update deliveries
              set state = case when attempts >= most_attempts then 'dead' else 'waiting' end, taken_until = null,
                  next_at = to_timestamp($1::float8 / 1000),
                  answer = '发送途中服务中断，对方可能已收到；将以同一编号重发'
            where state = 'sending' and taken_until < to_timestamp($1::float8 / 1000)`,
    values: [nowMs],
  });
  return rowCount ?? 0;
}

/** What waits in these lanes is due now. */
export async function hastenDeliveries(
  pool: pg.Pool,
  channel: Channel,
  lanes: readonly string[],
): Promise<void> {
  await pool.query({
    name: 'hasten-deliveries',
    text: `update deliveries set next_at = now()
            where state = 'waiting' and channel = $1 and lane = any($2::text[]) and next_at > now()`,
    values: [channel, lanes],
  });
}

export interface DeliveryFilter {
  channel?: Channel | undefined;
  state?: DeliveryState | undefined;
  kind?: string | undefined;
  /** an order's number, a call's id, or part of a recipient */
  about?: string | undefined;
  receiverId?: number | undefined;
  /** older than this id */
  before?: number | undefined;
}

const ROW = `d.id::float8 as id, d.channel, d.kind, d.about, d.recipient, d.state, d.attempts,
  d.most_attempts as "mostAttempts", (extract(epoch from d.created_at) * 1000)::float8 as "createdAtMs",
  (extract(epoch from d.next_at) * 1000)::float8 as "nextAtMs", (extract(epoch from d.last_at) * 1000)::float8 as "lastAtMs",
  (extract(epoch from d.delivered_at) * 1000)::float8 as "deliveredAtMs", d.status, d.answer, d.proof, p.name as "resentBy"`;

/** The log, newest first. */
export async function listDeliveries(
  pool: pg.Pool,
  filter: DeliveryFilter,
  most: number,
): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `select ${ROW} from deliveries d left join people p on p.id = d.resent_by
      where ($1::text is null or d.channel = $1) and ($2::text is null or d.state = $2)
        and ($3::text is null or d.kind = $3)
        and ($4::text is null or d.about = $4 or d.recipient ilike '%' || $7 || '%')
        and ($5::bigint is null or d.receiver_id = $5) and ($6::bigint is null or d.id < $6)
      order by d.id desc limit ${Math.max(1, Math.floor(most))}`,
    [
      filter.channel ?? null,
      filter.state ?? null,
      filter.kind ?? null,
      filter.about ?? null,
      filter.receiverId ?? null,
      filter.before ?? null,
      (filter.about ?? '').replace(/[\\%_]/g, '\\$&'),
    ],
  );
  return rows;
}

/** One delivery with what it says. */
export async function findDelivery(
  pool: pg.Pool,
  id: number,
): Promise<(DeliveryRow & { message: Message }) | null> {
  const { rows } = await pool.query<DeliveryRow & { message: Message }>(
    `select ${ROW}, d.message from deliveries d left join people p on p.id = d.resent_by where d.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Sends once more what is dead, or at once what waits; false: it is being sent, or was delivered. */
export async function resendDelivery(client: Client, id: number, personId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update deliveries set state = 'waiting', next_at = now(), resent_by = $2,
            most_attempts = greatest(most_attempts, attempts + 3)
      where id = $1 and state in ('dead', 'waiting', 'cancelled')`,
    [id, personId],
  );
  return rowCount === 1;
}

/** Sends what was delivered once more, as a delivery of its own: the proof of the first stays. False: it was not delivered. */
export async function deliverAgain(client: Client, id: number, personId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into deliveries (channel, lane, kind, about, recipient, receiver_id, message, most_attempts, next_at, resent_by)
     select channel, lane, kind, about, recipient, receiver_id, message, most_attempts, now(), $2
       from deliveries where id = $1 and state = 'delivered'`,
    [id, personId],
  );
  return rowCount === 1;
}

/** Gives up what waits; false: it does not wait. */
export async function cancelDelivery(pool: pg.Pool, id: number, personId: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update deliveries set state = 'cancelled', resent_by = $2 where id = $1 and state = 'waiting'`,
    [id, personId],
  );
  return rowCount === 1;
}

export interface QueueFigures {
  channel: Channel;
  waiting: number;
  dead: number;
  /** how long the oldest that is due has waited; null: none is */
  oldestMs: number | null;
}

/** How the queue stands, for Prometheus and the page's head. */
export async function queueFigures(pool: pg.Pool, nowMs: number): Promise<QueueFigures[]> {
  const { rows } = await pool.query<QueueFigures>({
    name: 'queue-figures',
    text: `select channel, (count(*) filter (where state <> 'dead'))::int as waiting,
                  (count(*) filter (where state = 'dead'))::int as dead,
                  $1::float8 - (extract(epoch from min(created_at) filter (where state <> 'dead')) * 1000)::float8 as "oldestMs"
             from deliveries where state in ('waiting', 'sending', 'dead') group by channel`,
    values: [nowMs],
  });
  return rows;
}
