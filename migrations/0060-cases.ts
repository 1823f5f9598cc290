// Why: Articles 15–17: what comes in by other channels is handled in time, answered there, and counted.
import type { Knex } from 'knex';

/** A case is what another office or channel sent us; `case_steps` is what was done with it and only grows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outside_cases (
      id             bigint generated always as identity primary key,
      channel        text collate "C" not null,
      outside_no     text collate "C" not null default '',
      kind           text not null default '',
      state          text collate "C" not null default 'new'
                       check (state in ('new', 'signed', 'returned', 'replied', 'closed')),
      version        integer not null default 1,
      received_at    timestamptz not null,
      first_due_at   timestamptz,
      due_at         timestamptz,
      person         text not null default '',
      phone_written  text not null default '',
      phone          text collate "C",
      address        text not null default '',
      community      text not null default '',
      district       text collate "C" not null default '',
      category       text collate "C" not null default '',
      item           integer,
      content        text not null,
      pasted         text not null default '',
      order_id       bigint references orders,
      joined         boolean not null default false,
      signed_at      timestamptz,
      returned_at    timestamptz,
      replied_at     timestamptz,
      called_back_at timestamptz,
      closed_at      timestamptz,
      reply          text not null default '',
      made_by        bigint not null references people,
      made_at        timestamptz not null default now()
    );
    comment on column outside_cases.first_due_at is 'as the channel set it; due_at heeds what it deferred. Both rates are printed';
    comment on column outside_cases.category is 'code of Annex 1, item its number there; the order''s counts where there is one';
    comment on column outside_cases.pasted is 'the portal''s text as it was pasted';
    comment on column outside_cases.joined is 'the order was there before: one more receipt of the same event';
    create unique index outside_cases_number on outside_cases (channel, outside_no) where outside_no <> '';
    create index outside_cases_received on outside_cases (received_at desc, id desc);
    create index outside_cases_open on outside_cases (due_at, id) where state in ('new', 'signed');
    create index outside_cases_order on outside_cases (order_id) where order_id is not null;

    create table case_steps (
      case_id      bigint not null references outside_cases,
      ordinal      integer not null,
      kind         text collate "C" not null,
      state        text collate "C" not null,
      at           timestamptz not null,
      person_id    bigint not null references people,
      person_name  text not null,
      note         text not null default '',
      body         jsonb not null default '{}',
      primary key (case_id, ordinal)
    );
    create trigger case_steps_kept before update or delete on case_steps
      for each row execute function order_steps_only_grow();

    create table channel_looks (
      id         bigint generated always as identity primary key,
      place      text collate "C" not null,
      at         timestamptz not null,
      person_id  bigint not null references people,
      found      integer not null default 0,
      note       text not null default ''
    );
    comment on table channel_looks is 'who looked at which portal or group when: the daily checklist of Articles 15 to 17';
    create index channel_looks_place on channel_looks (place, at desc);

    create index order_steps_joined_record on order_steps (((body ->> 'recordId')::bigint)) where kind = 'join';
  `);
}
