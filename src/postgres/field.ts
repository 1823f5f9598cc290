/** Personal links of field workers, and the files of orders. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { FieldLink } from '../protocol/field.ts';

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A worker's new link; the ones before it open nothing any more. False: no such worker in this unit (null: any unit). */
export async function addFieldLink(
  client: pg.PoolClient,
  link: { personId: number; unitId: number | null; token: string; madeBy: number; days: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from people where id = $1 and role = 'field-worker' and not disabled and ($2::bigint is null or unit_id = $2)
        for update`,
    [link.personId, link.unitId],
  );
  if (!rowCount) return false;
  await withdrawFieldLinks(client, link.personId);
  await client.query(
    `insert into field_links (person_id, hash, made_by, expires_at)
     values ($1, $2, $3, now() + make_interval(days => $4))`,
    [link.personId, hashOf(link.token), link.madeBy, link.days],
  );
  return true;
}

/** No link of this worker opens anything from now on; how many there were. */
export async function withdrawFieldLinks(client: pg.PoolClient, personId: number): Promise<number> {
  const { rowCount } = await client.query(
    'update field_links set withdrawn_at = now() where person_id = $1 and withdrawn_at is null',
    [personId],
  );
  return rowCount ?? 0;
}

/** Whose link this is; null: nobody's, or it was withdrawn, or it is too old. */
export async function ownerOfFieldLink(
  pool: pg.Pool,
  token: string,
): Promise<{ personId: number; linkId: number } | null> {
  const { rows } = await pool.query<{ personId: number; linkId: number }>(
    `update field_links set used_at = now()
      where hash = $1 and withdrawn_at is null and expires_at > now() returning person_id::int as "personId", id::float8 as "linkId"`,
    [hashOf(token)],
  );
  return rows[0] ?? null;
}

/** The workers of a unit (null: of all), each with the link that is open now. */
export async function fieldLinks(pool: pg.Pool, unitId: number | null): Promise<FieldLink[]> {
  const { rows } = await pool.query<FieldLink>(
    `select p.id::int as "personId", p.name, coalesce(u.name, '') as unit,
            (extract(epoch from l.expires_at) * 1000)::float8 as "untilMs",
            (extract(epoch from l.used_at) * 1000)::float8 as "usedAtMs"
       from people p left join units u on u.id = p.unit_id
       left join lateral (select * from field_links
                           where person_id = p.id and withdrawn_at is null and expires_at > now()
                           order by id desc limit 1) l on true
      where p.role = 'field-worker' and not p.disabled and ($1::bigint is null or p.unit_id = $1)
      order by u.id, p.name`,
    [unitId],
  );
  return rows;
}

export interface OrderFile {
  id: string;
  name: string;
  type: string;
}

/** Keeps what was brought to an order; bringing it twice is bringing it once. */
export async function addOrderFile(
  pool: pg.Pool,
  orderNo: string,
  file: OrderFile & { bytes: number; personId: number },
): Promise<OrderFile> {
  const { rows } = await pool.query<OrderFile>(
    `with brought as (
       insert into order_files (order_id, id, name, type, bytes, person_id)
       select id, $2, $3, $4, $5, $6 from orders where order_no = $1
           on conflict (order_id, id) do nothing returning id, name, type)
     select * from brought
      union all
     select f.id, f.name, f.type from order_files f join orders o on o.id = f.order_id
      where o.order_no = $1 and f.id = $2 limit 1`,
    [orderNo, file.id, file.name, file.type, file.bytes, file.personId],
  );
  return rows[0]!;
}

/** Files of an order by their ids, in the order asked; what is not the order's is left out. */
export async function orderFiles(
  pool: pg.Pool,
  orderNo: string,
  ids: readonly string[],
): Promise<OrderFile[]> {
  const { rows } = await pool.query<OrderFile>(
    `select f.id, f.name, f.type from order_files f join orders o on o.id = f.order_id
      where o.order_no = $1 and f.id = any($2::text[]) order by array_position($2::text[], f.id)`,
    [orderNo, ids],
  );
  return rows;
}
