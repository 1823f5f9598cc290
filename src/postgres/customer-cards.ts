/** Customers as people look for them, read them, change them and join doubles. SQL only; the fields are core/customers/card.ts. */
import type pg from 'pg';
import { differencesOf, type CustomerFields } from '../core/customers/card.ts';
import { phoneParts, phonesOf } from './customers.ts';
import { soughtNumber } from '../core/people/number.ts';
import { searchQuery } from '../core/search.ts';
import { oneAtATime } from './pool.ts';
import { talkedWith } from './talks.ts';
import type { CustomerChange, CustomerLine, CustomerPast, CustomersToMend } from '../protocol/customers.ts';

export interface CustomerRow extends CustomerLine {
  /** counts changes; who saves an older one is told */
  version: number;
  /** not null: a double that was joined to this one */
  mergedInto: number | null;
}

const COLUMNS = `c.id::int, c.account, c.name, c.address, c.community, c.district, c.meter_kind as "meterKind",
  c.meter_place as "meterPlace", c.unit_id::int as "unitId", (select name from units where id = c.unit_id) as unit,
  c.version, c.merged_into::int as "mergedInto",
  ${phonesOf('c')} as phones`;

/** how many of what a word fits are looked at; whoever gets as many has to say more */
const CANDIDATES = 400;

/**
 * Customers by whatever the caller says of themselves: number, name or its sound, address, community, account; who has
 * exactly this number or account comes first. Nothing asked: those that changed last.
 */
export async function findCustomers(
  pool: pg.Pool,
  asked: { words: string; district: string | null },
  most: number,
): Promise<CustomerRow[]> {
  if (asked.words.trim() === '') {
    const { rows } = await pool.query<CustomerRow>({
      name: 'customers-last',
      text: `select ${COLUMNS} from customers c where c.merged_into is null and ($1::text is null or c.district = $1)
              order by c.changed_at desc limit $2`,
      values: [asked.district, most],
    });
    return rows;
  }
  const query = searchQuery(`${asked.words} ${asked.district ?? ''}`);
  if (query === null) return [];
  const { rows } = await pool.query<CustomerRow>({
    name: 'customers-found',
    text: `
      with found as materialized (
        (select customer_id as id from customer_words where words @@ $1::tsquery limit ${CANDIDATES})
         union
        (select customer_id from customer_phones where number = $2 limit 50)
         union
        (select id from customers where account = $3)
      ), narrowed as (
        select c.id, coalesce(c.account = $3, false) or exists (
                 select from customer_phones p where p.customer_id = c.id and p.number = $2) as exact, c.name
          from found f join customers c on c.id = f.id
         where c.merged_into is null and ($4::text is null or c.district = $4)
         order by exact desc, c.name, c.id limit $5)
      select ${COLUMNS} from narrowed n join customers c on c.id = n.id order by n.exact desc, c.name, c.id`,
    values: [query, soughtNumber(asked.words), asked.words.trim(), asked.district, most],
  });
  return rows;
}

/** One customer; null: there is none. */
export async function findCustomer(client: pg.Pool | pg.PoolClient, id: number): Promise<CustomerRow | null> {
  const { rows } = await client.query<CustomerRow>(`select ${COLUMNS} from customers c where c.id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Who else may be the same: a number in common, or the same name at the same address. */
export async function likelyDoubles(pool: pg.Pool, id: number): Promise<CustomerRow[]> {
  const { rows } = await pool.query<CustomerRow>(
    `select ${COLUMNS} from customers c
      where c.id <> $1 and c.merged_into is null and c.id in (
        select o.customer_id from customer_phones m join customer_phones o using (number) where m.customer_id = $1
         union
        select o.id from customers m join customers o on o.name = m.name and o.address = m.address where m.id = $1)
      order by c.id limit 20`,
    [id],
  );
  return rows;
}

/** The latest orders and calls of a customer, also of the doubles that were joined to it. */
export async function customerPast(pool: pg.Pool, id: number, most: number): Promise<CustomerPast> {
  const { rows } = await pool.query<CustomerPast>(
    `with accounts as materialized (
       select account from customers where (id = $1 or merged_into = $1) and account is not null
     ), numbers as materialized (select distinct number from customer_phones where customer_id = $1)
     select
       (select coalesce(json_agg(json_build_object('orderNo', order_no, 'category', category, 'item', item,
                'content', content, 'status', status,
                'atMs', (extract(epoch from created_at) * 1000)::float8) order by created_at desc), '[]')
          from (select distinct o.* from (
                  select o.* from accounts a cross join lateral (
                    select * from orders where account = a.account order by created_at desc limit $2) o
                   union all
                  select o.* from numbers n cross join lateral (
                    select * from orders where phone = n.number order by created_at desc limit $2) o) o
                 order by created_at desc limit $2) o) as orders,
       (select coalesce(json_agg(json_build_object('callId', call_id, 'outcome', outcome,
                'agentName', coalesce(${talkedWith('c')}, p.name, answered_by), 'talkMs', talk_ms,
                'atMs', (extract(epoch from arrived_at) * 1000)::float8) order by arrived_at desc), '[]')
          from (select c.* from numbers n cross join lateral (
                  select * from calls where party = n.number and outcome is not null
                   order by arrived_at desc limit $2) c order by arrived_at desc limit $2) c
          left join people p on p.agent = c.answered_by) as calls`,
    [id, most],
  );
  return rows[0]!;
}

/** What was changed of a customer, the latest first. */
export async function customerChanges(pool: pg.Pool, id: number): Promise<CustomerChange[]> {
  const { rows } = await pool.query<CustomerChange>(
    `select h.id::int, (extract(epoch from h.at) * 1000)::float8 as "atMs", coalesce(p.name, '') as who, h.how,
            h.before, h.after
       from customer_changes h left join people p on p.id = h.person_id
      where h.customer_id = $1 order by h.id desc limit 200`,
    [id],
  );
  return rows;
}

/** Adds a customer; null: the account is another's. */
export async function addCustomer(
  client: pg.PoolClient,
  fields: CustomerFields,
  personId: number,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into customers (account, name, address, community, district, meter_kind, meter_place, unit_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (account) do nothing returning id::int`,
    valuesOf(fields),
  );
  const id = rows[0]?.id ?? null;
  if (id === null) return null;
  await keepPhones(client, id, fields.phones);
  await keepChange(client, id, personId, 'new', null, fields);
  return id;
}

export type Changed =
  { ok: true } | { ok: false; why: 'no-such-customer' | 'account-taken' | 'changed-meanwhile'; by?: string };

/** Changes a customer that nobody else has changed since it was read; what it was stays in its history. */
export async function changeCustomer(
  client: pg.PoolClient,
  id: number,
  version: number,
  fields: CustomerFields,
  personId: number,
): Promise<Changed> {
  // an account is given to one of two who want it
  if (fields.account !== null) await oneAtATime(client, `account ${fields.account}`);
  await client.query('select from customers where id = $1 for update', [id]);
  const before = await findCustomer(client, id);
  if (!before || before.mergedInto !== null) return { ok: false, why: 'no-such-customer' };
  if (before.version !== version) {
    const last = await client.query<{ name: string }>(
      `select p.name from customer_changes h join people p on p.id = h.person_id
        where h.customer_id = $1 order by h.id desc limit 1`,
      [id],
    );
    return { ok: false, why: 'changed-meanwhile', by: last.rows[0]?.name ?? '' };
  }
  const differences = differencesOf(fieldsOf(before), fields);
  if (!differences) return { ok: true };
  const taken = await client.query('select from customers where account = $1 and id <> $2', [
    fields.account,
    id,
  ]);
  if (taken.rowCount) return { ok: false, why: 'account-taken' };
  await client.query(
    `update customers set account = $1, name = $2, address = $3, community = $4, district = $5, meter_kind = $6,
            meter_place = $7, unit_id = $8, version = version + 1, changed_at = now(), words_due = true
      where id = $9`,
    [...valuesOf(fields), id],
  );
  await keepPhones(client, id, fields.phones);
  await keepChange(client, id, personId, 'edit', differences.before, differences.after);
  return { ok: true };
}

/** Joins a double to the customer whom it is: its numbers and, by its account, its orders are found there from now on. */
export async function mergeCustomers(
  client: pg.PoolClient,
  double: number,
  into: number,
  personId: number,
): Promise<boolean> {
  if (double === into) return false;
  const { rows } = await client.query<{ id: number }>(
    'select id::int from customers where id = any($1) and merged_into is null order by id for update',
    [[double, into]],
  );
  if (rows.length !== 2) return false;
  const gone = (await findCustomer(client, double))!;
  const kept = (await findCustomer(client, into))!;
  await client.query(
    `insert into customer_phones (customer_id, number, extension)
     select $2, number, extension from customer_phones where customer_id = $1 on conflict do nothing`,
    [double, into],
  );
  await client.query('delete from customer_phones where customer_id = $1', [double]);
  await client.query('delete from customer_words where customer_id = $1', [double]);
  // those that were joined to the double come along
  await client.query(
    `update customers set merged_into = $2, version = version + 1, changed_at = now(), words_due = false
      where id = $1 or merged_into = $1`,
    [double, into],
  );
  await client.query(
    'update customers set version = version + 1, changed_at = now(), words_due = true where id = $1',
    [into],
  );
  await keepChange(client, double, personId, 'merge', fieldsOf(gone), { mergedInto: into });
  await keepChange(
    client,
    into,
    personId,
    'merge',
    { phones: kept.phones },
    {
      phones: [...new Set([...kept.phones, ...gone.phones])].sort(),
      joined: `${gone.name} ${gone.account ?? ''}`,
    },
  );
  return true;
}

/** A new caller's first address is the one of the record that was just completed for this number. */
export async function learnAddress(
  pool: pg.Pool,
  about: { number: string; address: string; district: string; community: string },
): Promise<void> {
  await pool.query(
    `update customers c set address = $2, district = $3, community = $4, version = version + 1, changed_at = now(),
            words_due = true
       from customer_phones p
      where p.number = $1 and p.customer_id = c.id and c.account is null and c.address = '' and c.merged_into is null`,
    [about.number, about.address, about.district, about.community],
  );
}

/** How many customers are not found by all their words yet, and numbers of old that are none, for a person to mend. */
export async function customersToMend(pool: pg.Pool, most: number): Promise<CustomersToMend> {
  const [due, unclear] = await Promise.all([
    pool.query<{ count: number }>('select count(*)::int as count from customers where words_due'),
    pool.query<CustomersToMend['unclear'][number]>(
      `select u.source as of, c.id::text as ref, c.name, u.written, u.reason
         from unclear_numbers u join customers c on u.source = 'customer' and c.id = u.ref::bigint
        where c.merged_into is null
          and exists (select from customer_phones p where p.customer_id = c.id and p.number = u.written)
       union all
       select u.source, o.order_no, o.order_no, u.written, u.reason
         from unclear_numbers u join orders o on u.source = 'order' and o.id = u.ref::bigint
        where o.phone_written = u.written and o.state not in ('closed', 'cancelled')
       union all
       select u.source, c.id::text, c.outside_no, u.written, u.reason
         from unclear_numbers u join outside_cases c on u.source = 'case' and c.id = u.ref::bigint
        where c.phone_written = u.written and c.state not in ('closed', 'returned')
        order by of, ref limit $1`,
      [most],
    ),
  ]);
  return { wordsDue: due.rows[0]!.count, unclear: unclear.rows };
}

/** The next customers whose words have to be written anew. */
export async function wordsDue(pool: pg.Pool, most: number): Promise<CustomerRow[]> {
  const { rows } = await pool.query<CustomerRow>(
    `select ${COLUMNS} from customers c where c.words_due order by c.id limit $1`,
    [most],
  );
  return rows;
}

/** Writes what they are found by; who was changed since they were read stays due. */
export async function writeWords(
  pool: pg.Pool,
  written: readonly { id: number; version: number; words: string[] }[],
): Promise<void> {
  await pool.query(
    `with given as (
       select * from json_to_recordset($1) as r(id bigint, version integer, words text[])
     ), settled as (
       update customers c set words_due = false from given g
        where c.id = g.id and c.version = g.version returning c.id, c.merged_into
     )
     insert into customer_words (customer_id, words)
     select g.id, array_to_tsvector(g.words) from given g join settled s on s.id = g.id where s.merged_into is null
         on conflict (customer_id) do update set words = excluded.words`,
    [JSON.stringify(written)],
  );
}

/** The fields that people may change, of a row. */
export function fieldsOf(row: CustomerRow): CustomerFields {
  const { account, name, address, community, district, meterKind, meterPlace, unitId, phones } = row;
  return { account, name, address, community, district, meterKind, meterPlace, unitId, phones };
}

function valuesOf(fields: CustomerFields): unknown[] {
  const { account, name, address, community, district, meterKind, meterPlace, unitId } = fields;
  return [account, name, address, community, district, meterKind, meterPlace, unitId];
}

async function keepPhones(client: pg.PoolClient, id: number, phones: readonly string[]): Promise<void> {
  const given = `select ${phoneParts('phone')} from unnest($2::text[]) as phone`;
  await client.query(
    `delete from customer_phones where customer_id = $1 and (number, extension) not in (${given})`,
    [id, phones],
  );
  await client.query(
    `insert into customer_phones (customer_id, number, extension) select $1, g.* from (${given}) as g on conflict do nothing`,
    [id, phones],
  );
}

async function keepChange(
  client: pg.PoolClient,
  id: number,
  personId: number,
  how: CustomerChange['how'],
  before: object | null,
  after: object,
): Promise<void> {
  await client.query(
    'insert into customer_changes (customer_id, person_id, how, before, after) values ($1, $2, $3, $4, $5)',
    [id, personId, how, before && JSON.stringify(before), JSON.stringify(after)],
  );
}
