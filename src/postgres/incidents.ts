/** Suspected bursts and what came of them; and how many callers are usual from where. */
import type pg from 'pg';
import type { Suspicion, Usual } from '../core/outages/burst.ts';
import type { Incident } from '../protocol/incidents.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const ROW = `i.id::int, i.district, i.community, ${ms('i.suspected_at')} as "suspectedAtMs",
  jsonb_array_length(i.callers) as count, i.usual, i.window_ms as "windowMs", i.callers, i.state,
  ${ms('i.decided_at')} as "decidedAtMs", p.name as "decidedBy", i.outage_id::int as "outageId", i.order_no as "orderNo"`;
const FROM = 'from incidents i left join people p on p.id = i.decided_by';

export async function addIncident(client: Client, one: Suspicion, atMs: number): Promise<number> {
  const callers = one.callers.map(({ callId, number, community, atMs: calledAtMs }) => ({
    ...{ callId, number, community },
    atMs: Math.round(calledAtMs),
  }));
  const { rows } = await client.query<{ id: number }>(
    `insert into incidents (district, community, suspected_at, callers, usual, window_ms)
     values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5, $6) returning id::int`,
    [one.district, one.community, atMs, JSON.stringify(callers), one.usual, one.windowMs],
  );
  return rows[0]!.id;
}

/** Those that nobody has decided on, the first first; then those that were decided, the latest first. */
export async function listIncidents(client: Client, most: number): Promise<Incident[]> {
  const { rows } = await client.query<Incident>(
    `select ${ROW} ${FROM} order by i.state <> 'suspected',
            case when i.state = 'suspected' then i.suspected_at end, i.suspected_at desc limit $1`,
    [most],
  );
  return rows;
}

export async function openIncidents(client: Client): Promise<Incident[]> {
  const { rows } = await client.query<Incident>(
    `select ${ROW} ${FROM} where i.state = 'suspected' order by i.suspected_at`,
  );
  return rows;
}

/** Takes the decision; null: somebody has decided already. */
export async function decideIncident(
  client: Client,
  id: number,
  state: 'confirmed' | 'dismissed',
  personId: number,
): Promise<Incident | null> {
  const { rowCount } = await client.query(
    `update incidents set state = $2, decided_at = now(), decided_by = $3 where id = $1 and state = 'suspected'`,
    [id, state, personId],
  );
  if (rowCount !== 1) return null;
  const { rows } = await client.query<Incident>(`select ${ROW} ${FROM} where i.id = $1`, [id]);
  return rows[0]!;
}

export async function noteIncidentMade(
  client: Client,
  id: number,
  made: { outageId: number; orderNo: string },
): Promise<void> {
  await client.query('update incidents set outage_id = $2, order_no = $3 where id = $1', [
    id,
    made.outageId,
    made.orderNo,
  ]);
}

/** Nobody decided in time: it is over by itself. */
export async function lapseIncidents(client: Client, beforeMs: number): Promise<number> {
  const { rowCount } = await client.query(
    `update incidents set state = 'lapsed', decided_at = now()
      where state = 'suspected' and suspected_at < to_timestamp($1::float8 / 1000)`,
    [beforeMs],
  );
  return rowCount ?? 0;
}

/** Callers an hour from each district by kind of day and hour, and each community's part, of the weeks before. */
export async function usualCallers(client: Client, fromMs: number, untilMs: number): Promise<Usual> {
  const { rows } = await client.query<{ district: string; off: boolean; hour: number; count: number }>(
    `select c.district, extract(isodow from k.arrived_at at time zone current_setting('TimeZone')) >= 6 as off,
            extract(hour from k.arrived_at at time zone current_setting('TimeZone'))::int as hour, count(*)::int as count
       from calls k join lateral (
              select c.district from customer_phones p join customers c on c.id = p.customer_id
               where p.number = k.party and c.merged_into is null limit 1) c on true
      where k.direction = 'inbound' and k.merged_into is null and c.district <> ''
        and k.arrived_at >= to_timestamp($1::float8 / 1000) and k.arrived_at < to_timestamp($2::float8 / 1000)
      group by 1, 2, 3`,
    [fromMs, untilMs],
  );
  const days = (untilMs - fromMs) / 86_400_000;
  const perHour = new Map<string, number[]>();
  for (const { district, off, hour, count } of rows) {
    const hours = perHour.get(district) ?? new Array<number>(48).fill(0);
    hours[(off ? 24 : 0) + hour] = count / ((days * (off ? 2 : 5)) / 7);
    perHour.set(district, hours);
  }
  const shares = await client.query<{ community: string; share: number }>(
    `select community, count(*)::float8 / sum(count(*)) over (partition by district) as share
       from customers where merged_into is null and community <> '' group by district, community`,
  );
  return { perHour, share: new Map(shares.rows.map((row) => [row.community, row.share])) };
}
