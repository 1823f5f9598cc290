// Why: an agent writes down what a caller says while they say it (受理记录), and no keystroke of it may be lost.
import type { Knex } from 'knex';

/** One record a call; a record without a call is of a visitor or a letter. The draft is the record itself, unfinished. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table records (
      id            bigint generated always as identity primary key,
      call_id       text collate "C" unique,
      person_id     bigint not null references people,
      caller        text not null default '',
      phone         text not null default '',
      phone_number  text collate "C",
      account       text collate "C" not null default '',
      address       text not null default '',
      district      text collate "C" not null default '',
      category      text collate "C" not null default '',
      item          integer,
      content       text not null default '',
      urgent        boolean not null default false,
      conclusion    text collate "C" not null default '' check (conclusion in ('', 'answered', 'order', 'void')),
      answer        text not null default '',
      version       integer not null default 0,
      created_at    timestamptz not null default now(),
      updated_at    timestamptz not null default now(),
      updated_by    bigint not null references people,
      completed_at  timestamptz
    );
    comment on column records.phone is 'as it was typed; phone_number is the same as normaliseNumber gives it';
    comment on column records.category is 'code of Annex 1 (core/orders/annex1.json), item its number there';
    comment on column records.person_id is 'who took the call; of a call that was passed on, who took it first';
    comment on column records.version is 'grows by one with each change that was taken';
    create index records_open on records (person_id) where completed_at is null;
    create index records_phone on records (phone_number, created_at desc);
    create index records_account on records (account, created_at desc) where account <> '';
    create index records_created on records (created_at);

    create table record_versions (
      id         bigint generated always as identity primary key,
      record_id  bigint not null references records,
      version    integer not null,
      kind       text collate "C" not null check (kind in ('completed', 'changed', 'refused')),
      person_id  bigint not null references people,
      at         timestamptz not null default now(),
      fields     jsonb not null
    );
    comment on table record_versions is 'completed: the whole record as it was completed; changed: what a finished record was changed to; refused: words that came too late, because the same field had been changed elsewhere. Nothing that was typed is lost';
    create index record_versions_record on record_versions (record_id, id);
  `);
}
