// Why: a flood of forged numbers is told, and its calls are shown apart; they stay in every count (K11).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table floods (
      id        bigint generated always as identity primary key,
      began_at  timestamptz not null,
      ended_at  timestamptz,
      why       jsonb not null
    );
    comment on table floods is 'times in which far more strangers called than usual, and most of them bore signs of a forged number (core/telephone/flood.ts)';
    create unique index floods_open on floods ((ended_at is null)) where ended_at is null;

    create table flood_calls (
      call_id   text collate "C" primary key,
      flood_id  bigint not null references floods,
      number    text collate "C",
      signs     text[] not null,
      at        timestamptz not null,
      passed_at timestamptz
    );
    create index flood_calls_flood on flood_calls (flood_id, at);
    create index flood_calls_at on flood_calls (at);
    comment on table flood_calls is 'calls of strangers in a flood; passed_at: they pressed the key that they were asked for, and are callers as any other';

    create table missed_dismissals (
      party     text collate "C" primary key,
      reason    text not null,
      person_id bigint not null references people,
      at        timestamptz not null default now()
    );
    comment on table missed_dismissals is 'callers whom nobody answered and who need not be called back: they stand in the list again when they call again';
  `);
}
