/** Customers as other systems see them. */
import type pg from 'pg';
import { phonesOf } from './customers.ts';

export interface OutwardCustomer {
  account: string;
  name: string;
  address: string;
  district: string;
  /** empty: not known */
  meterKind: 'ic-card' | 'mechanical' | 'bulk' | '';
  phones: string[];
}

export interface CustomersAsked {
  /** of a number, as soughtNumber gives it */
  phone?: string | undefined;
  district?: string | undefined;
  account?: string | undefined;
  /** the last account of the page before */
  after?: string | undefined;
}

/** Customers by account. */
export async function listOutwardCustomers(
  pool: pg.Pool,
  asked: CustomersAsked,
  most: number,
): Promise<OutwardCustomer[]> {
  const { rows } = await pool.query<OutwardCustomer>({
    name: 'outward-customers',
    text: `select c.account, c.name, c.address, c.district, c.meter_kind as "meterKind",
                  ${phonesOf('c')} as phones
             from customers c
            where ($1::text is null or c.id in (select customer_id from customer_phones where number = $1))
              and ($2::text is null or c.district = $2) and ($3::text is null or c.account = $3)
              and c.account > coalesce($4, '') and c.merged_into is null
            order by c.account limit $5`,
    values: [asked.phone ?? null, asked.district ?? null, asked.account ?? null, asked.after ?? null, most],
  });
  return rows;
}
