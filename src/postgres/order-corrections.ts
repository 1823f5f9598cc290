/** What an order says of its caller and place: where it lies, and what is corrected of it. */
import type pg from 'pg';
import { communityOf } from '../core/customers/community.ts';
import type { Corrected } from '../core/orders/order.ts';
import { writtenNumber } from '../core/people/number.ts';
import { searchWords } from '../core/search.ts';
import type { NewOrder } from './orders.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** As it was told, else as the card of the customer who lives there has it, else as the address says it. */
export async function communityFor(
  client: Client,
  { community, account, address }: Pick<NewOrder, 'community' | 'account' | 'address'>,
): Promise<string> {
  if (community !== '') return community;
  const { rows } = await client.query<{ community: string }>(
    `select community from customers
      where account = $1 and address = $2 and community <> '' and merged_into is null`,
    [account, address],
  );
  return rows[0]?.community ?? communityOf(address);
}

/**
 * What is corrected, and what it says until now: the history keeps both. Another address lies in a community of its own,
 * unless that is corrected too. The row is locked.
 */
export async function correctionOf(
  client: Client,
  orderId: number,
  asked: Corrected,
): Promise<{ to: Corrected; from: Corrected }> {
  const { rows } = await client.query<Required<Corrected> & { account: string }>(
    `select coalesce(account, '') as account, caller, case when phone_written <> '' then phone_written else coalesce(phone, '') end as phone, address,
            community, district, content from orders where id = $1`,
    [orderId],
  );
  const before = rows[0]!;
  const to = { ...asked };
  if (to.address !== undefined && to.address !== before.address && to.community === undefined) {
    const { account } = before;
    const community = await communityFor(client, { community: '', account, address: to.address });
    if (community !== before.community) to.community = community;
  }
  const names = Object.keys(to) as (keyof Corrected)[];
  return { to, from: Object.fromEntries(names.map((name) => [name, before[name]])) };
}

/** Writes what was corrected, and how it is found from now on. */
export async function correct(client: Client, orderId: number, to: Corrected): Promise<void> {
  const { rows } = await client.query<Record<string, string | null>>(
    `update orders set caller = coalesce($2, caller), phone_written = coalesce($3, phone_written),
            phone = case when $3::text is null then phone else $4 end, address = coalesce($5, address),
            community = coalesce($6, community), district = coalesce($7, district), content = coalesce($8, content)
      where id = $1
      returning order_no, content, address, caller, phone_written, phone, account, outside_no`,
    [
      ...[orderId, to.caller, to.phone, to.phone === undefined ? null : writtenNumber(to.phone)],
      ...[to.address, to.community, to.district, to.content],
    ],
  );
  const words = searchWords(...Object.values(rows[0]!).map((value) => value ?? ''));
  await client.query('update orders set search = array_to_tsvector($2::text[]) where id = $1', [
    orderId,
    words,
  ]);
}
