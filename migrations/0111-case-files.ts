// Why: issue 6: a case keeps what came with it, and the proof of what was replied: a screenshot, the mail that was sent.
import type { Knex } from 'knex';

/** A file comes with a step, so that it is known who brought it and for what; its bytes lie where orders' files lie. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table case_files (
      case_id    bigint not null references outside_cases,
      id         text collate "C" not null check (id ~ '^[0-9a-f]{64}$'),
      name       text not null,
      type       text collate "C" not null,
      bytes      integer not null,
      person_id  bigint references people,
      made_at    timestamptz not null default now(),
      primary key (case_id, id)
    );
    comment on column case_files.id is 'sha256 of its bytes, and its name on disk';
    comment on column case_files.person_id is 'who brought it; null: it came with the case itself';
    alter table case_steps add column files text[] not null default '{}';
    comment on column case_steps.files is 'the files that came with the step; a reply''s are its proof';
  `);
}
