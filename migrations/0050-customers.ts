// Why: the agent must find a customer by whatever the caller says of themselves, and every change of one must be seen later.
import type { Knex } from 'knex';

/**
 * A new caller has no account yet, nor a meter that we know of. A customer who was merged into another stays, so that
 * the orders of the account are found under the other one. What a customer is found by stands in a table of its own:
 * the pop reads narrow rows. `words_due`: it has changed since its words were written (main/customers.ts writes them).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table customers
      alter column account drop not null,
      add column community   text not null default '',
      add column meter_place text collate "C" not null default '' check (meter_place in ('', 'registered', 'behind')),
      add column unit_id     bigint references units,
      add column merged_into bigint references customers,
      add column version     integer not null default 1,
      add column changed_at  timestamptz not null default now(),
      add column words_due   boolean not null default true,
      drop constraint customers_meter_kind_check,
      add constraint customers_meter_kind_check check (meter_kind in ('', 'ic-card', 'mechanical', 'bulk'));
    comment on column customers.meter_place is 'registered: 注册水表, behind: 表后水表 (Annex 1)';
    create index customers_merged on customers (merged_into) where merged_into is not null;
    create index customers_words_due on customers (id) where words_due;
    create index customers_changed on customers (changed_at desc) where merged_into is null;
    create index customers_name on customers (name) where merged_into is null;

    create table customer_words (
      customer_id  bigint primary key references customers on delete cascade,
      words        tsvector not null
    );
    create index customer_words_found on customer_words using gin (words);

    create table customer_changes (
      id           bigint generated always as identity primary key,
      customer_id  bigint not null references customers on delete cascade,
      at           timestamptz not null default now(),
      person_id    bigint references people,
      how          text collate "C" not null check (how in ('new', 'edit', 'import', 'merge')),
      before       jsonb,
      after        jsonb
    );
    create index customer_changes_of on customer_changes (customer_id, id desc);

    create table customer_imports (
      id         bigint generated always as identity primary key,
      file       text not null,
      path       text not null,
      headers    jsonb not null,
      sample     jsonb not null,
      columns    jsonb not null,
      state      text collate "C" not null
                 check (state in ('uploaded', 'checking', 'checked', 'taking', 'done', 'failed')),
      counts     jsonb,
      fault      text,
      asked_by   bigint references people,
      created_at timestamptz not null default now(),
      ended_at   timestamptz
    );

    create table customer_import_rows (
      import_id   bigint not null references customer_imports on delete cascade,
      row         integer not null,
      account     text collate "C",
      name        text,
      address     text,
      community   text,
      district    text,
      meter_kind  text collate "C",
      meter_place text collate "C",
      unit_id     bigint,
      phones      text[],
      reason      text,
      primary key (import_id, row)
    );
    comment on column customer_import_rows.reason is 'why the row can not be taken; null: it can';
  `);
}
