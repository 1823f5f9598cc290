/** The customers of the water utility: who belongs to a number. */
import type pg from 'pg';
import type { CustomerFields, MeterKind } from '../core/customers/card.ts';
import { normaliseNumber } from '../core/people/number.ts';

/** A customer as a list from the billing system gives them; numbers in any spelling. */
export type CustomerCard = Pick<CustomerFields, 'name' | 'address' | 'district' | 'phones'> & {
  account: string;
  meterKind: MeterKind;
  community?: string;
};

/** Adds customers, or brings those whose account is known up to date, with exactly these numbers. All or none. */
export async function saveCustomers(pool: pg.Pool, cards: readonly CustomerCard[]): Promise<void> {
  const last = new Map(cards.map((card) => [card.account, card]));
  const rows = [...last.values()].map((card) => ({
    ...card,
    phones: [
      ...new Set(card.phones.map((phone) => normaliseNumber(phone)).filter((phone) => phone !== null)),
    ],
  }));
  await pool.query(SAVE_CUSTOMERS, [JSON.stringify(rows)]);
}

const SAVE_CUSTOMERS = `
  with given as (
    select * from json_to_recordset($1) as r(account text, name text, address text, district text,
      "meterKind" text, community text, phones text[])
  ), saved as (
    insert into customers as c (account, name, address, district, meter_kind, community)
    select account, name, address, district, "meterKind", coalesce(community, '') from given
    on conflict (account) do update set
      name = excluded.name, address = excluded.address, district = excluded.district,
      meter_kind = excluded.meter_kind, community = excluded.community,
      version = c.version + 1, changed_at = now(), words_due = true
    returning id, account
  ), wanted as (
    select s.id as customer_id, unnest(g.phones) as number from saved s join given g using (account)
  ), gone as (
    delete from customer_phones p using saved s
     where p.customer_id = s.id
       and not exists (select from wanted w where w.customer_id = p.customer_id and w.number = p.number)
  )
  insert into customer_phones (customer_id, number)
  select customer_id, number from wanted
  on conflict do nothing`;
