/** The customers of the water utility: who belongs to a number. */
import type pg from 'pg';
import type { CustomerFields, MeterKind } from '../core/customers/card.ts';
import { readNumbers } from '../core/people/number.ts';
import { numberText } from '../core/people/telephone.ts';

/** A customer as a list from the billing system gives them; numbers in any spelling. */
export type CustomerCard = Pick<CustomerFields, 'name' | 'address' | 'district' | 'phones'> & {
  account: string;
  meterKind: MeterKind;
  community?: string;
};

/** The numbers of a customer, each as numberText writes it. */
export function phonesOf(customer: string): string {
  return `array(select ${PHONE} from customer_phones p where p.customer_id = ${customer}.id order by 1)`;
}
const PHONE = `p.number || case when p.extension = '' then '' else '-' || p.extension end`;
/** The two parts of such a text. */
export const phoneParts = (text: string) => `split_part(${text}, '-', 1), split_part(${text}, '-', 2)`;

/** Adds customers, or brings those whose account is known up to date, with exactly these numbers. All or none. */
export async function saveCustomers(pool: pg.Pool, cards: readonly CustomerCard[]): Promise<void> {
  const last = new Map(cards.map((card) => [card.account, card]));
  const rows = [...last.values()].map((card) => ({
    ...card,
    phones: [...new Set(card.phones.flatMap((phone) => readNumbers(phone).numbers.map(numberText)))],
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
    select s.id as customer_id, split_part(phone, '-', 1) as number, split_part(phone, '-', 2) as extension
      from saved s join given g using (account), unnest(g.phones) as phone
  ), gone as (
    delete from customer_phones p using saved s
     where p.customer_id = s.id
       and not exists (select from wanted w where w.customer_id = p.customer_id and w.number = p.number
                          and w.extension = p.extension)
  )
  insert into customer_phones (customer_id, number, extension)
  select customer_id, number, extension from wanted
  on conflict do nothing`;
