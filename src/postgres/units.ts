/** The units that mend the pipes, and the districts that they cover. */
import type pg from 'pg';
import { oneAtATime } from './pool.ts';

export interface Unit {
  id: number;
  /** ours, stable: `network-xingqing` */
  code: string;
  name: string;
  kind: 'service-centre' | 'card-meter' | 'sales' | 'network' | 'water-quality' | 'production' | 'branch';
  disabled: boolean;
  /** names of the districts that it covers; empty: all */
  districts: string[];
}

/** Every unit, in the order in which they were made. */
export async function listUnits(pool: pg.Pool): Promise<Unit[]> {
  const { rows } = await pool.query<Unit>(
    `select u.id::int, u.code, u.name, u.kind, u.disabled,
            coalesce(array_agg(d.name order by d.id) filter (where d.id is not null), '{}') as districts
       from units u left join unit_districts ud on ud.unit_id = u.id left join districts d on d.id = ud.district_id
      group by u.id order by u.id`,
  );
  return rows;
}

/** The names of the districts, in the rule book's order. */
export async function listDistricts(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>('select name from districts order by id');
  return rows.map((row) => row.name);
}

/** Adds a district; false: there is one of this name. */
export async function addDistrict(client: pg.PoolClient, name: string): Promise<boolean> {
  await oneAtATime(client, 'units');
  const { rowCount } = await client.query(
    'insert into districts (name) select $1 where not exists (select from districts where name = $1)',
    [name],
  );
  return rowCount === 1;
}

export interface UnitFields {
  name: string;
  kind: Unit['kind'];
  disabled: boolean;
  districts: string[];
}

/** Adds a unit (id null) or changes one; null: there is no such unit, or the name is another's. */
export async function saveUnit(
  client: pg.PoolClient,
  id: number | null,
  fields: UnitFields,
): Promise<number | null> {
  const { name, kind, disabled, districts } = fields;
  await oneAtATime(client, 'units');
  const taken = await client.query('select 1 from units where name = $1 and id is distinct from $2', [
    name,
    id,
  ]);
  if (taken.rowCount) return null;
  const { rows } =
    id === null
      ? await client.query<{ id: number }>(
          `insert into units (code, name, kind, disabled) values ('unit-' || gen_random_uuid(), $1, $2, $3) returning id::int`,
          [name, kind, disabled],
        )
      : await client.query<{ id: number }>(
          'update units set name = $2, kind = $3, disabled = $4 where id = $1 returning id::int',
          [id, name, kind, disabled],
        );
  const saved = rows[0]?.id ?? null;
  if (saved === null) return null;
  await client.query('delete from unit_districts where unit_id = $1', [saved]);
  await client.query(
    'insert into unit_districts (unit_id, district_id) select $1, id from districts where name = any($2::text[])',
    [saved, districts],
  );
  return saved;
}
