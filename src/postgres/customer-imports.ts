/** Lists from the billing system: read into rows beside the customers first, taken into them in one transaction or not at all. */
import type pg from 'pg';
import { phoneParts, phonesOf } from './customers.ts';
import type { CustomerFields } from '../core/customers/card.ts';
import type { Columns, ImportedRow } from '../core/customers/import.ts';
import type { CustomerImport } from '../protocol/customers.ts';
import { inTransaction } from './pool.ts';

export interface ImportJob extends Omit<CustomerImport, 'rows' | 'share'> {
  path: string;
}

const COLUMNS = `i.id::int, i.file, i.path, i.headers, i.sample, i.columns, i.notes, i.state, i.counts, i.fault,
  coalesce(p.name, '') as who, (extract(epoch from i.created_at) * 1000)::float8 as "atMs"`;
const FROM = 'from customer_imports i left join people p on p.id = i.asked_by';

export async function addImport(
  pool: pg.Pool,
  list: Pick<ImportJob, 'file' | 'path' | 'headers' | 'sample' | 'columns' | 'notes'>,
  personId: number,
): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into customer_imports (file, path, headers, sample, columns, notes, state, asked_by)
     values ($1, $2, $3, $4, $5, $6, 'uploaded', $7) returning id::int`,
    [
      list.file,
      list.path,
      ...[list.headers, list.sample, list.columns, list.notes].map((one) => JSON.stringify(one)),
      personId,
    ],
  );
  return rows[0]!.id;
}

/** The latest lists, newest first. */
export async function listImports(pool: pg.Pool, most: number): Promise<ImportJob[]> {
  const { rows } = await pool.query<ImportJob>(`select ${COLUMNS} ${FROM} order by i.id desc limit $1`, [
    most,
  ]);
  return rows;
}

export async function findImport(pool: pg.Pool, id: number): Promise<ImportJob | null> {
  const { rows } = await pool.query<ImportJob>(`select ${COLUMNS} ${FROM} where i.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Takes the list for one of its next steps; false: it is not in a state for it, or another took it. */
export async function beginImport(
  pool: pg.Pool,
  id: number,
  to: 'checking' | 'taking',
  columns: Columns | null,
): Promise<boolean> {
  const from = to === 'checking' ? ['uploaded', 'checked', 'failed'] : ['checked'];
  const { rowCount } = await pool.query(
    `update customer_imports set state = $2, columns = coalesce($3, columns), fault = null
      where id = $1 and state = any($4)`,
    [id, to, columns && JSON.stringify(columns), from],
  );
  return rowCount === 1;
}

export async function failImport(pool: pg.Pool, id: number, fault: string): Promise<void> {
  await pool.query(
    `update customer_imports set state = 'failed', fault = $2, ended_at = now() where id = $1`,
    [id, fault],
  );
}

/** After a start nothing is on its way any more: what was being read is read again; what was being taken was not taken. */
export async function resetImports(pool: pg.Pool): Promise<void> {
  await pool.query(`
    update customer_imports set state = case state when 'taking' then 'checked' else 'failed' end,
           fault = case state when 'checking' then '服务在读取中途重启了，请再检查一次。' end
     where state in ('checking', 'taking')`);
}

export async function clearRows(pool: pg.Pool, id: number): Promise<void> {
  await pool.query('delete from customer_import_rows where import_id = $1', [id]);
}

export async function addRows(
  pool: pg.Pool,
  id: number,
  rows: readonly { row: number; read: ImportedRow }[],
): Promise<void> {
  const given = rows.map(({ row, read }) => (read.ok ? { row, ...read.card } : { row, reason: read.reason }));
  await pool.query(
    `insert into customer_import_rows
       (import_id, row, account, name, address, community, district, meter_kind, meter_place, unit_id, phones, reason)
     select $1, row, account, name, address, community, district, "meterKind", "meterPlace", "unitId", phones, reason
       from json_to_recordset($2) as r(row integer, account text, name text, address text, community text,
            district text, "meterKind" text, "meterPlace" text, "unitId" bigint, phones text[], reason text)`,
    [id, JSON.stringify(given)],
  );
}

/** Rows that can't be taken, each with its reason, by row. */
export async function badRows(
  pool: pg.Pool,
  id: number,
  after: number,
  most: number,
): Promise<{ row: number; reason: string }[]> {
  const { rows } = await pool.query<{ row: number; reason: string }>(
    `select row, reason from customer_import_rows
      where import_id = $1 and reason is not null and row > $2 order by row limit $3`,
    [id, after, most],
  );
  return rows;
}

const COLUMN: Record<Exclude<keyof CustomerFields, 'account' | 'phones'>, string> = {
  name: 'name',
  address: 'address',
  community: 'community',
  district: 'district',
  meterKind: 'meter_kind',
  meterPlace: 'meter_place',
  unitId: 'unit_id',
};

/** A field that the list does not tell is left as it is; what is told stands in `r`, what was known in `c`. */
function compared(columns: Columns): { told: string[]; differs: string; phones: boolean } {
  const told = (Object.keys(COLUMN) as (keyof typeof COLUMN)[])
    // community and district are also read out of the address
    .filter((field) => columns[field] !== undefined || field === 'community' || field === 'district')
    .map((field) => COLUMN[field]);
  const phones = columns.phones !== undefined;
  const one = (table: string) => `(${told.map((name) => `${table}.${name}`).join(', ')})`;
  const phonesDiffer = `r.phones is distinct from ${phonesOf('c')}`;
  return {
    told,
    phones,
    differs: `(${one('c')} is distinct from ${one('r')}${phones ? ` or ${phonesDiffer}` : ''})`,
  };
}

/** What was found in the file while all of it was read. */
export async function noteImport(pool: pg.Pool, id: number, notes: readonly string[]): Promise<void> {
  await pool.query('update customer_imports set notes = $2 where id = $1', [id, JSON.stringify(notes)]);
}

/** What taking the list would do; the list is `checked` from now on. */
export async function countImport(pool: pg.Pool, id: number, columns: Columns): Promise<void> {
  const { differs } = compared(columns);
  await pool.query(
    `update customer_imports set state = 'checked', counts = (
       select json_build_object(
         'bad', count(*) filter (where r.reason is not null),
         'added', count(*) filter (where r.reason is null and c.id is null),
         'changed', count(*) filter (where r.reason is null and c.id is not null and ${differs}),
         'same', count(*) filter (where r.reason is null and c.id is not null and not ${differs}))
         from customer_import_rows r left join customers c on c.account = r.account where r.import_id = $1)
      where id = $1 and state = 'checking'`,
    [id],
  );
}

/** Takes the good rows into the customers: all of them or none. Each customer's history says what the list changed. */
export async function takeImport(
  pool: pg.Pool,
  id: number,
  columns: Columns,
  personId: number,
  /** what else is written with it, or not at all */
  alsoWrite: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const { told, differs, phones } = compared(columns);
  const card = (of: string) =>
    `jsonb_build_object('name', ${of}.name, 'address', ${of}.address, 'community', ${of}.community,
       'district', ${of}.district, 'meterKind', ${of}.meter_kind, 'meterPlace', ${of}.meter_place,
       'unitId', ${of}.unit_id)`;
  await inTransaction(pool, async (client) => {
    await client.query(
      `create temporary table took on commit drop as
       select r.*, c.id as customer_id, c.id is null as is_new, ${card('c')} as before,
              coalesce(c.merged_into, c.id) as phones_of
         from customer_import_rows r left join customers c on c.account = r.account
        where r.import_id = $1 and r.reason is null and (c.id is null or ${differs})`,
      [id],
    );
    await client.query(
      `update customers c set ${told.map((name) => `${name} = r.${name}`).join(', ')}, version = c.version + 1,
              changed_at = now(), words_due = c.merged_into is null
         from took r where c.id = r.customer_id`,
    );
    await client.query(
      `with made as (
         insert into customers (account, name, address, community, district, meter_kind, meter_place, unit_id)
         select account, name, address, community, district, meter_kind, meter_place, unit_id from took where is_new
         returning id, account)
       update took t set customer_id = m.id, phones_of = m.id from made m where t.account = m.account and t.is_new`,
    );
    if (phones) {
      await client.query(
        `delete from customer_phones p using took t
          where not t.is_new and t.phones_of = t.customer_id and p.customer_id = t.customer_id
            and (p.number, p.extension) not in (select ${phoneParts('phone')} from unnest(t.phones) as phone)`,
      );
      await client.query(
        `insert into customer_phones (customer_id, number, extension)
         select distinct phones_of, ${phoneParts('phone')} from took, unnest(phones) as phone on conflict do nothing`,
      );
    }
    await client.query(
      `insert into customer_changes (customer_id, person_id, how, before, after)
       select customer_id, $1, case when is_new then 'new' else 'import' end,
              case when not is_new then before end, ${card('t')} || jsonb_build_object('phones', to_jsonb(t.phones))
         from took t`,
      [personId],
    );
    await alsoWrite(client);
    await client.query(`update customer_imports set state = 'done', ended_at = now() where id = $1`, [id]);
  });
}
