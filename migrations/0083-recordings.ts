// Why: Articles 6–12 are judged by what was said (issue 9): each answered call has its recording, and what is deleted proves that it was.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table recordings (
      call_id     text collate "C" primary key,
      at          timestamptz not null,
      path        text collate "C",
      bytes       bigint not null,
      ms          integer not null,
      sha256      text collate "C" not null,
      peaks       bytea not null,
      measures    jsonb not null,
      mutes       jsonb not null default '[]',
      held_by     bigint references people,
      held_why    text,
      deleted_at  timestamptz,
      deleted_why text
    );
    create index recordings_at on recordings (at);
    comment on column recordings.path is 'below the folder of recordings; null: deleted, and the row is the proof of what it was';
    comment on column recordings.peaks is 'ten pairs a second: how loud the caller and the agent were, 0 to 255';
    comment on column recordings.mutes is 'spans that were not recorded because a secret was spoken';
    comment on column recordings.held_why is 'legal hold: kept whatever its age';
  `);
}
