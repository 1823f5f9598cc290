// Why: who listened to whom, and who was helped how soon, can be seen afterwards by both (issue 9).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table supervisions (
      id         bigint generated always as identity primary key,
      person_id  bigint not null references people,
      agent      text collate "C" not null,
      call_id    text collate "C" not null,
      mode       text collate "C" not null check (mode in ('listen', 'whisper', 'barge')),
      from_at    timestamptz not null default now(),
      until_at   timestamptz
    );
    create index supervisions_agent on supervisions (agent, from_at desc);
    comment on table supervisions is 'a change of mode is a row of its own';

    create table helps (
      id           bigint generated always as identity primary key,
      agent        text collate "C" not null,
      person_id    bigint not null references people,
      call_id      text collate "C",
      asked_at     timestamptz not null default now(),
      answered_at  timestamptz,
      answered_by  bigint references people
    );
    create index helps_open on helps (asked_at) where answered_at is null;
  `);
}
