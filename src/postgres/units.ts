/** The units that mend the pipes, and the districts that they cover. */
import type pg from 'pg';

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
