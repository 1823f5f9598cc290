/** Outages, what was done with them, and whom they touch. */
import type pg from 'pg';
import type { Outage, OutageFields } from '../core/outages/outage.ts';
import type { OutageStep } from '../protocol/outages.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const ms = (column: string) => `(extract(epoch from o.${column}) * 1000)::float8`;
const ROW = `o.id::int, o.kind, o.districts, o.communities, o.streets, o.buildings, o.cause, o.unit_id::int as "unitId",
  (select name from units where id = o.unit_id) as unit, ${ms('begin_at')} as "beginAtMs",
  ${ms('expected_at')} as "expectedAtMs", ${ms('ended_at')} as "endedAtMs", o.notice,
  ${ms('published_at')} as "publishedAtMs", o.version`;

/** What is not over, the earliest first. */
export async function openOutages(client: Client): Promise<Outage[]> {
  const { rows } = await client.query<Outage>(
    `select ${ROW} from outages o where o.ended_at is null order by o.begin_at, o.id`,
  );
  return rows;
}

/** What is over, the latest first. */
export async function pastOutages(client: Client, most: number): Promise<Outage[]> {
  const { rows } = await client.query<Outage>(
    `select ${ROW} from outages o where o.ended_at is not null order by o.ended_at desc limit $1`,
    [most],
  );
  return rows;
}

export async function findOutage(client: Client, id: number): Promise<Outage | null> {
  const { rows } = await client.query<Outage>(`select ${ROW} from outages o where o.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function addOutage(client: Client, fields: OutageFields, personId: number): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into outages (kind, districts, communities, streets, buildings, cause, unit_id, begin_at, expected_at, notice, made_by)
     values ($1, $2, $3, $4, $5, $6, (select id from units where id = $7), to_timestamp($8::float8 / 1000), to_timestamp($9::float8 / 1000), $10, $11)
     returning id::int`,
    [...valuesOf(fields), personId],
  );
  const { id } = rows[0]!;
  await addStep(client, id, 'make', personId, fields);
  return id;
}

/** Changes one that nobody else has changed since it was read; false: somebody has, or it is over. */
export async function changeOutage(
  client: Client,
  id: number,
  version: number,
  fields: OutageFields,
  personId: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update outages set kind = $1, districts = $2, communities = $3, streets = $4, buildings = $5, cause = $6,
            unit_id = (select id from units where id = $7), begin_at = to_timestamp($8::float8 / 1000), expected_at = to_timestamp($9::float8 / 1000),
            notice = $10, version = version + 1
      where id = $11 and version = $12 and ended_at is null`,
    [...valuesOf(fields), id, version],
  );
  if (rowCount !== 1) return false;
  await addStep(client, id, 'change', personId, fields);
  return true;
}

/** From now on it is announced everywhere. False: it is over, or somebody was quicker. */
export async function publishOutage(
  client: Client,
  id: number,
  version: number,
  personId: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update outages set published_at = now(), version = version + 1
      where id = $1 and version = $2 and ended_at is null`,
    [id, version],
  );
  if (rowCount !== 1) return false;
  await addStep(client, id, 'publish', personId, {});
  return true;
}

/** Water runs again: the announcement is over everywhere. False: it was over. */
export async function endOutage(client: Client, id: number, personId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update outages set ended_at = now(), version = version + 1 where id = $1 and ended_at is null`,
    [id],
  );
  if (rowCount !== 1) return false;
  await addStep(client, id, 'end', personId, {});
  return true;
}

export async function outageSteps(client: Client, id: number): Promise<OutageStep[]> {
  const { rows } = await client.query<OutageStep>(
    `select s.ordinal, s.kind, (extract(epoch from s.at) * 1000)::float8 as "atMs", p.name as person
       from outage_steps s join people p on p.id = s.person_id where s.outage_id = $1 order by s.ordinal`,
    [id],
  );
  return rows;
}

/** How many customers sit in the area. */
export async function customersTouched(
  client: Client,
  area: Pick<OutageFields, 'districts' | 'communities' | 'streets'>,
): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from customers c
      where c.merged_into is null and c.district = any($1)
        and (cardinality($2::text[]) = 0 or c.community = any($2)
             or exists (select from unnest($2::text[]) as name where strpos(c.address, name) > 0))`,
    [area.districts, [...area.communities, ...area.streets]],
  );
  return rows[0]!.count;
}

function valuesOf(fields: OutageFields): unknown[] {
  const { kind, districts, communities, streets, buildings, cause, unitId, beginAtMs, expectedAtMs, notice } =
    fields;
  return [kind, districts, communities, streets, buildings, cause, unitId, beginAtMs, expectedAtMs, notice];
}

async function addStep(
  client: Client,
  id: number,
  kind: string,
  personId: number,
  body: object,
): Promise<void> {
  await client.query(
    `insert into outage_steps (outage_id, ordinal, kind, person_id, body)
     select $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4 from outage_steps where outage_id = $1`,
    [id, kind, personId, JSON.stringify(body)],
  );
}
