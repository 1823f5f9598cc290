/** Floods of forged numbers: what is told of them, and who is known (core/telephone/flood.ts). */
import type pg from 'pg';
import type { Arrival, FloodCall, FloodVerdict, Standing } from '../core/telephone/flood.ts';
import type { FloodShown } from '../protocol/telephone.ts';
import { instant, ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
/** who was spoken with so lately is known */
const KNOWN_FOR = `interval '180 days'`;
/** with fewer numbers of customers than these nothing is known of what blocks there are */
const NUMBERS_OF_A_CITY = 500;

export async function standingFlood(client: Client): Promise<Standing | null> {
  const { rows } = await client.query<Standing>(
    `select id::int, ${ms('began_at')} as "beganAtMs" from floods where ended_at is null`,
  );
  return rows[0] ?? null;
}

/** One at a time: of two services that see it the second finds it begun. */
export async function beginFlood(client: Client, atMs: number, why: FloodVerdict): Promise<Standing> {
  await client.query(
    `insert into floods (began_at, why) values (${instant('$1')}, $2) on conflict ((ended_at is null)) where ended_at is null do nothing`,
    [atMs, JSON.stringify(why)],
  );
  return (await standingFlood(client)) ?? beginFlood(client, atMs, why);
}

export async function endFlood(client: Client, id: number, atMs: number): Promise<void> {
  await client.query(`update floods set ended_at = ${instant('$2')} where id = $1 and ended_at is null`, [
    id,
    atMs,
  ]);
}

export async function noteFloodCalls(client: Client, id: number, calls: readonly FloodCall[]): Promise<void> {
  for (const one of calls)
    await client.query(
      `insert into flood_calls (call_id, flood_id, number, signs, folded, at) values ($1, $2, $3, $4, $6, ${instant('$5')})
       on conflict (call_id) do update set signs = excluded.signs, folded = excluded.folded`,
      [one.callId, id, one.number, one.signs, one.atMs, one.folded],
    );
}

export async function passFloodCall(client: Client, callId: string, atMs: number): Promise<void> {
  await client.query(
    `update flood_calls set passed_at = ${instant('$2')} where call_id = $1 and passed_at is null`,
    [callId, atMs],
  );
}

/** Is this number a customer's, or was it spoken with? And is its block of ten thousand one that nobody has called from? */
export async function callerTrust(
  client: Client,
  number: string,
): Promise<{ trusted: boolean; strangeBlock: boolean }> {
  const { rows } = await client.query<{ trusted: boolean; strangeBlock: boolean }>({
    name: 'caller-trust',
    text: `with block as (select left($1, greatest(length($1) - 4, 3)) as begins)
      select exists (select from customer_phones where number = $1)
          or exists (select from calls where party = $1 and outcome is not null and answered_at is not null
                        and arrived_at > now() - ${KNOWN_FOR}) as trusted,
             (select count(*) from (select 1 from customer_phones limit ${NUMBERS_OF_A_CITY}) n) = ${NUMBERS_OF_A_CITY}
         and not exists (select from customer_phones, block where number >= begins and number < begins || ':')
         and not exists (select from calls, block where party >= begins and party < begins || ':'
                            and outcome is not null and answered_at is not null) as "strangeBlock"`,
    values: [number],
  });
  return rows[0]!;
}

/** Calls of the last minutes, for a service that was begun anew. */
export async function recentArrivals(client: Client, sinceMs: number): Promise<Arrival[]> {
  const { rows } = await client.query<Arrival>(
    `select c.call_id as "callId", ${ms('c.arrived_at')} as "atMs", c.ani,
            exists (select from customer_phones p where p.number = c.party)
              or exists (select from calls r where r.party = c.party and r.outcome is not null
                            and r.answered_at is not null and r.arrived_at > now() - ${KNOWN_FOR}) as trusted,
            false as "strangeBlock", false as "noIdentity",
            case when c.outcome = 'abandoned' then ${ms('(c.ended_at - c.arrived_at)')} end as "gaveUpAfterMs",
            c.answered_at is not null or coalesce(f.passed_at is not null, false) as passed
       from calls c left join flood_calls f using (call_id)
      where c.direction = 'inbound' and c.merged_into is null and c.arrived_at >= ${instant('$1')}
      order by c.arrived_at`,
    [sinceMs],
  );
  return rows;
}

/** Numbers that are no customers', in ten minutes at this hour, over the four weeks before; floods are no measure. */
export async function usualStrangers(client: Client, atMs: number): Promise<number> {
  const { rows } = await client.query<{ usual: number }>(
    `select count(*)::float8 / (28 * 6) as usual from calls c
      where c.direction = 'inbound' and c.merged_into is null
        and c.arrived_at >= ${instant('$1')} - interval '28 days' and c.arrived_at < ${instant('$1')} - interval '1 hour'
        and extract(hour from c.arrived_at) = extract(hour from ${instant('$1')})
        and not exists (select from customer_phones p where p.number = c.party)
        and not exists (select from flood_calls f where f.call_id = c.call_id)`,
    [atMs],
  );
  return rows[0]!.usual;
}

/** The floods of late, the latest first, with what became of their calls. */
export async function shownFloods(client: Client, most: number): Promise<FloodShown[]> {
  const { rows } = await client.query<FloodShown>(
    `select f.id::int, ${ms('f.began_at')} as "beganAtMs", ${ms('f.ended_at')} as "endedAtMs", f.why,
            count(c.call_id)::int as calls, count(distinct c.number)::int as numbers,
            count(c.passed_at)::int as passed
       from floods f left join flood_calls c on c.flood_id = f.id
      group by f.id order by f.began_at desc limit $1`,
    [most],
  );
  return rows;
}

/** Of the calls of a period, those of strangers in a flood, and who of them pressed the key. */
export async function countFloodCalls(
  client: Client,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<{ calls: number; passed: number }> {
  const { rows } = await client.query<{ calls: number; passed: number }>(
    `select count(*)::int as calls, count(passed_at)::int as passed from flood_calls f
      where f.at >= ${instant('$1')} and f.at < ${instant('$2')}
        and exists (select from calls c where c.call_id = f.call_id and c.merged_into is null)`,
    [fromMs, untilMs],
  );
  return rows[0]!;
}
