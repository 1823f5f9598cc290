// Why: what callers do in the IVR is kept (issue 8): their way, the places they leave to be called back, their words, who waits to hear of water.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index facts_ivr on facts (at) where kind = 'ivr-step';
    create view ivr_steps as
      select call_id, at, body ->> 'node' as node, body ->> 'key' as key from facts where kind = 'ivr-step';
    comment on view ivr_steps is 'where each caller went in the IVR; nodes as dialplan/ivr.conf names them';

    create table kept_places (
      id          bigint generated always as identity primary key,
      number      text collate "C" not null,
      call_id     text collate "C" not null unique,
      queue       text collate "C" not null,
      joined_at   timestamptz not null,
      asked_at    timestamptz not null default now(),
      state       text collate "C" not null default 'waiting' check (state in ('waiting', 'reached', 'missed', 'cancelled')),
      placings    integer not null default 0,
      placed_at   timestamptz,
      tries       integer not null default 0,
      last_try_at timestamptz,
      agent       text collate "C",
      ended_at    timestamptz
    );
    create unique index kept_places_waiting on kept_places (number) where state = 'waiting';
    comment on table kept_places is 'a caller who left the queue to be called back; the number waits at most once';

    create table spoken_words (
      call_id     text collate "C" primary key,
      number      text collate "C",
      about       text collate "C" not null default '' check (about in ('', 'leak')),
      at          timestamptz not null,
      ms          integer not null,
      bytes       bigint not null,
      taken_by    bigint references people,
      taken_at    timestamptz
    );
    create index spoken_words_open on spoken_words (at) where taken_at is null;
    comment on table spoken_words is 'what a caller said when nobody could answer; the sound lies in the switch''s spool folder, words/CALL.wav';

    create table outage_askers (
      outage_id   bigint not null references outages,
      number      text collate "C" not null,
      call_id     text collate "C" not null,
      asked_at    timestamptz not null default now(),
      told_at     timestamptz,
      told_by     bigint references people,
      primary key (outage_id, number)
    );

    create index customers_account_digits on customers ((regexp_replace(account, '\\D', '', 'g')))
      where account is not null and merged_into is null;
  `);
}
