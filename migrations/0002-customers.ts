// Why: while the phone rings the agent must see who calls, and what they asked for before.
import type { Knex } from 'knex';

/** Numbers are kept as `normaliseNumber` gives them, so that every way of writing one finds its customer. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table customers (
      id          bigint generated always as identity primary key,
      account     text collate "C" not null unique,
      name        text not null,
      address     text not null,
      district    text not null,
      meter_kind  text collate "C" not null check (meter_kind in ('ic-card', 'mechanical', 'bulk'))
    );

    create table customer_phones (
      customer_id  bigint not null references customers on delete cascade,
      number       text collate "C" not null,
      primary key (customer_id, number)
    );
    create index customer_phones_number on customer_phones (number, customer_id);

    create table orders (
      id          bigint generated always as identity primary key,
      order_no    text collate "C" not null unique,
      account     text collate "C",
      phone       text collate "C",
      category    text not null,
      item        text,
      content     text not null,
      unit        text,
      status      text collate "C" not null,
      created_at  timestamptz not null,
      closed_at   timestamptz
    );
    create index orders_phone on orders (phone, created_at desc);
    create index orders_account on orders (account, created_at desc);
  `);
}
