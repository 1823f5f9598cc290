// Why: which phone an agent works with, its secrets' digests, and the units' telephones.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table phones (
      person_id       bigint primary key references people (id) on delete cascade,
      kind            text collate "C" not null default 'browser' check (kind in ('browser', 'desk')),
      -- what the switch was given last; another extension of the person means that this one is taken back
      extension       text collate "C",
      desk_digest     text collate "C",
      desk_renewed_at timestamptz,
      session_sid     text collate "C",
      session_digest  text collate "C",
      ticket          text collate "C",
      check ((session_sid is null) = (session_digest is null) and (session_sid is null) = (ticket is null))
    );
    comment on column phones.desk_digest is 'HA1 of the desk phone''s own password; the password is kept nowhere';
    comment on column phones.session_digest is 'HA1 of the secret that the browser of session_sid holds, and only as long as that lasts';
    comment on column phones.ticket is 'the browser tab that holds the phone';

    alter table units add column phone text collate "C" check (phone ~ '^[0-9]{3,12}$');
  `);
}
