// Why: Articles 24–29: who works when is known beforehand, and what the clocks saw of it is decided on by a person, never by the machine.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table roster_members (
      person_id  bigint primary key references people,
      team       integer not null
    );
    create table roster (
      person_id  bigint not null references people,
      date       date not null,
      code       text collate "C" not null,
      source     text collate "C" not null check (source in ('pattern', 'hand', 'swap')),
      changed_by bigint references people,
      changed_at timestamptz not null default now(),
      primary key (person_id, date)
    );
    create index roster_date on roster (date);
    comment on column roster.code is 'the shift (core/shifts/shift.ts); empty: off';

    create table roster_swaps (
      id          bigint generated always as identity primary key,
      asker_id    bigint not null references people,
      asker_date  date not null,
      other_id    bigint not null references people,
      other_date  date not null,
      state       text collate "C" not null default 'asked' check (state in ('asked', 'accepted', 'approved', 'refused')),
      asked_at    timestamptz not null default now(),
      decided_by  bigint references people,
      decided_at  timestamptz
    );
    create index roster_swaps_open on roster_swaps (asked_at) where state in ('asked', 'accepted');

    create table conduct (
      id          bigint generated always as identity primary key,
      once        text collate "C" unique,
      person_id   bigint not null references people,
      kind        text collate "C" not null,
      at          timestamptz not null,
      detail      text not null default '',
      call_id     text collate "C",
      state       text collate "C" not null default 'seen' check (state in ('seen', 'confirmed', 'waived')),
      reason      text not null default '',
      decided_by  bigint references people,
      decided_at  timestamptz,
      answer      text not null default '',
      answered_at timestamptz,
      added_by    bigint references people
    );
    create index conduct_person on conduct (person_id, at desc);
    create index conduct_at on conduct (at desc);
    comment on column conduct.once is 'what the clocks saw, once; null: a person added it';
  `);
}
