/** What callers leave in the IVR: places that are kept, words that were spoken, and what is asked for them. */
import type pg from 'pg';
import type { AskedPlace, KeptPlace, PlaceState } from '../core/ivr/places.ts';
import type { OrderState } from '../core/orders/order.ts';
import { ivrRatings, ivrSums } from './call-lists.ts';
import type { IvrFigures, SpokenWord } from '../protocol/ivr.ts';
import type { OutageAsker } from '../protocol/outages.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const PLACE = `id::int, number, call_id as "callId", queue, language, ${ms('joined_at')} as "joinedAtMs",
  ${ms('asked_at')} as "askedAtMs", state, placings, ${ms('placed_at')} as "placedAtMs", tries,
  ${ms('last_try_at')} as "lastTryAtMs"`;

/** Keeps a caller's place; a number that waits already keeps the one it has. */
export async function keepPlace(client: Client, one: AskedPlace): Promise<KeptPlace> {
  await client.query(
    `insert into kept_places (number, call_id, queue, joined_at, asked_at, language)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), $6) on conflict do nothing`,
    [one.number, one.callId, one.queue, one.joinedAtMs, one.atMs, one.language],
  );
  const { rows } = await client.query<KeptPlace>(
    `select ${PLACE} from kept_places where call_id = $1 or (number = $2 and state = 'waiting') order by id limit 1`,
    [one.callId, one.number],
  );
  return rows[0]!;
}

/** Places that wait for an agent, the first to have joined first. */
export async function waitingPlaces(client: Client): Promise<KeptPlace[]> {
  const { rows } = await client.query<KeptPlace>(
    `select ${PLACE} from kept_places where state = 'waiting' order by joined_at, id`,
  );
  return rows;
}

/** Written before the switch is asked: it is never asked twice for the same placing. Null: it waits no more. */
export async function notePlacing(client: Client, id: number, atMs: number): Promise<KeptPlace | null> {
  const { rows } = await client.query<KeptPlace>(
    `update kept_places set placings = placings + 1, placed_at = to_timestamp($2::float8 / 1000)
      where id = $1 and state = 'waiting' returning ${PLACE}`,
    [id, atMs],
  );
  return rows[0] ?? null;
}

/** The caller was rung and did not answer; told twice for one placing it counts once. */
export async function noteTry(client: Client, id: number, atMs: number): Promise<void> {
  await client.query(
    `update kept_places set tries = tries + 1, last_try_at = to_timestamp($2::float8 / 1000)
      where id = $1 and state = 'waiting' and (last_try_at is null or last_try_at < placed_at)`,
    [id, atMs],
  );
}

export async function endPlace(
  client: Client,
  id: number,
  state: Exclude<PlaceState, 'waiting'>,
  atMs: number,
  agent: string | null = null,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update kept_places set state = $2, ended_at = to_timestamp($3::float8 / 1000), agent = coalesce($4, agent)
      where id = $1 and state = 'waiting'`,
    [id, state, atMs, agent],
  );
  return rowCount === 1;
}

/** Where the customers of a number live. */
export async function homesOf(
  client: Client,
  number: string,
): Promise<{ district: string; community: string; address: string }[]> {
  const { rows } = await client.query<{ district: string; community: string; address: string }>(
    `select c.district, c.community, c.address from customer_phones p join customers c on c.id = p.customer_id
      where p.number = $1 and c.merged_into is null limit 20`,
    [number],
  );
  return rows;
}

/** The latest order of a number (of the last thirty days, an open one before a closed one), or the one with these digits. */
export async function orderAsked(
  client: Client,
  asked: { number: string } | { digits: string },
): Promise<{ no: string; item: string; state: OrderState; unit: string | null; atMs: number } | null> {
  const byNumber = 'number' in asked;
  const { rows } = await client.query<{
    no: string;
    item: string;
    state: OrderState;
    unit: string | null;
    atMs: number;
  }>(
    `select o.order_no as no, coalesce(nullif(o.item, ''), o.category) as item, o.state, u.name as unit,
            ${ms('o.created_at')} as "atMs"
       from orders o left join units u on u.id = o.unit_id
      where ${byNumber ? `o.phone = $1 and o.created_at > now() - interval '30 days'` : `o.order_no = 'HL' || $1`}
        and o.state <> 'cancelled'
      order by (o.state in ('closed')), o.created_at desc limit 1`,
    [byNumber ? asked.number : asked.digits],
  );
  return rows[0] ?? null;
}

/** The address of an account, to who knows the account's digits and the last four of one of its telephones. */
export async function addressOf(client: Client, account: string, lastDigits: string): Promise<string | null> {
  const { rows } = await client.query<{ address: string }>(
    `select c.address from customers c
      where regexp_replace(c.account, '\\D', '', 'g') = $1 and c.account is not null and c.merged_into is null
        and exists (select from customer_phones p where p.customer_id = c.id and right(p.number, 4) = $2)
      limit 2`,
    [account, lastDigits],
  );
  return rows.length === 1 ? rows[0]!.address : null;
}

/** Somebody in the area wants to hear when water is back. */
export async function askToBeTold(
  client: Client,
  outageIds: readonly number[],
  number: string,
  callId: string,
): Promise<void> {
  await client.query(
    `insert into outage_askers (outage_id, number, call_id) select unnest($1::bigint[]), $2, $3 on conflict do nothing`,
    [outageIds, number, callId],
  );
}

/** Who asked to hear when water is back, the first first. */
export async function outageAskers(client: Client, outageId: number): Promise<OutageAsker[]> {
  const { rows } = await client.query<OutageAsker>(
    `select a.number, ${ms('a.asked_at')} as "askedAtMs", ${ms('a.told_at')} as "toldAtMs", p.name as "toldBy",
            (select c.name from customer_phones cp join customers c on c.id = cp.customer_id
              where cp.number = a.number order by c.id limit 1) as name
       from outage_askers a left join people p on p.id = a.told_by
      where a.outage_id = $1 order by a.told_at is not null, a.asked_at`,
    [outageId],
  );
  return rows;
}

/** Somebody has told them. */
export async function noteAskerTold(
  client: Client,
  outageId: number,
  number: string,
  personId: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update outage_askers set told_at = now(), told_by = $3 where outage_id = $1 and number = $2 and told_at is null`,
    [outageId, number, personId],
  );
  return rowCount === 1;
}

/** A caller's words are there; told again they are the same. */
export async function keepWord(
  client: Client,
  one: { callId: string; number: string | null; about: '' | 'leak'; atMs: number; ms: number; bytes: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into spoken_words (call_id, number, about, at, ms, bytes)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5, $6) on conflict do nothing`,
    [one.callId, one.number, one.about, one.atMs, one.ms, one.bytes],
  );
  return rowCount === 1;
}

/** Words that nobody has taken, then those taken lately. */
export async function spokenWords(client: Client, most: number): Promise<SpokenWord[]> {
  const { rows } = await client.query<SpokenWord>(
    `select w.call_id as "callId", w.number, w.about, ${ms('w.at')} as "atMs", w.ms, p.name as "takenBy",
            ${ms('w.taken_at')} as "takenAtMs", w.sound_deleted_at is not null as "soundGone",
            (select c.name from customer_phones cp join customers c on c.id = cp.customer_id
              where cp.number = w.number order by c.id limit 1) as name,
            (select o.order_no from orders o where o.call_id = w.call_id order by o.id limit 1) as "orderNo"
       from spoken_words w left join people p on p.id = w.taken_by
      order by w.taken_at is not null, case when w.taken_at is null then w.about = '' end,
               case when w.taken_at is null then w.at end, w.at desc limit $1`,
    [most],
  );
  return rows;
}

export async function knownWords(client: Client, callIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ callId: string }>(
    `select call_id as "callId" from spoken_words where call_id = any($1)`,
    [callIds],
  );
  return new Set(rows.map((row) => row.callId));
}

/** Who left words and what about, by the facts of the call; null: the call is not stored (yet). */
export async function wordOfCall(
  client: Client,
  callId: string,
): Promise<{ number: string | null; about: '' | 'leak' } | null> {
  const { rows } = await client.query<{ number: string | null; about: '' | 'leak' }>(
    `select c.party as number,
            case when exists (select from ivr_steps s where s.call_id = c.call_id and s.node = 'worded' and s.key = '4')
                 then 'leak' else '' end as about
       from calls c where c.call_id = $1 and c.ended_at is not null`,
    [callId],
  );
  return rows[0] ?? null;
}

/** Who called, of a call that ended while we were away. */
export async function numberOfCall(client: Client, callId: string): Promise<string | null> {
  const { rows } = await client.query<{ party: string | null }>(
    'select party from calls where call_id = $1',
    [callId],
  );
  return rows[0]?.party ?? null;
}

/** One agent takes the words on; null: another one has. */
export async function takeWord(client: Client, callId: string, personId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update spoken_words set taken_by = $2, taken_at = now()
      where call_id = $1 and (taken_at is null or taken_by = $2)`,
    [callId, personId],
  );
  return rowCount === 1;
}

/** What callers did in the IVR between two instants: each node and key counted, and each move from node to node. */
export async function ivrFigures(client: Client, fromMs: number, untilMs: number): Promise<IvrFigures> {
  const span = [fromMs, untilMs];
  const moves = await client.query<{ from: string; to: string; count: number }>(
    `with steps as (
       select call_id, node, at, lead(node) over (partition by call_id order by at) as next
         from ivr_steps where at >= to_timestamp($1::float8 / 1000) and at < to_timestamp($2::float8 / 1000)
          and node not in ('rate', 'rated')
     )
     select s.node as "from",
            coalesce(s.next, case when c.outcome = 'answered' then 'answered' when c.outcome = 'callback' then 'callback'
                                  when exists (select from spoken_words w where w.call_id = s.call_id) then 'word'
                                  else 'left' end) as "to", count(*)::int as count
       from steps s left join calls c on c.call_id = s.call_id
      where s.next is distinct from s.node and (s.next is not null or c.outcome is not null)
      group by 1, 2 order by 3 desc`,
    span,
  );
  const [sums, ratings] = [
    await ivrSums(client, { fromMs, untilMs }),
    await ivrRatings(client, { fromMs, untilMs }),
  ];
  return { ...sums, moves: moves.rows, ratings };
}

/** so many calls of one number in a month that agents wrote up as nothing to handle: a nuisance */
const NUISANCE_CALLS = 3;

/** A number that is never asked how it was: it asked never to be called back, or only makes a nuisance. */
export async function isSpared(client: Client, number: string): Promise<boolean> {
  const { rows } = await client.query<{ spared: boolean }>(
    `select exists (select from do_not_call where number = $1)
         or (select count(*) filter (where conclusion = 'void') >= $2
                and count(*) filter (where conclusion not in ('', 'void')) = 0
               from records where phone_number = $1 and created_at > now() - interval '30 days') as spared`,
    [number, NUISANCE_CALLS],
  );
  return rows[0]!.spared;
}
