// Why: Articles 6–12 are about words, too (issue 9): what the utility's own speech-to-text heard in a recording, and the fillers that Article 10 forbids.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table transcripts (
      call_id   text collate "C" primary key references recordings,
      tries     integer not null default 1,
      tried_at  timestamptz not null default now(),
      fault     text,
      said      jsonb,
      fillers   jsonb,
      words     text not null default '',
      check ((said is null) = (fillers is null)),
      check (said is null or fault is null)
    );
    comment on table transcripts is 'goes when its recording is deleted';
    comment on column transcripts.said is 'null: not there yet, fault says why; [{side, fromMs, untilMs, text}]';
    comment on column transcripts.fillers is 'of the agent alone: [{word, atMs, text}]';
    comment on column transcripts.words is 'all that was said, to be searched';
  `);
}
