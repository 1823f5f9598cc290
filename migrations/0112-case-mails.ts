// Why: issue 6: a mail to the hotline's mailbox is a case, exactly one, whatever breaks in between.
import type { Knex } from 'knex';

/** A row for each mail that was taken, written in the transaction of its case: a mail that is met again makes no second one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table case_mails (
      id            bigint generated always as identity primary key,
      message_id    text collate "C" not null unique,
      from_address  text not null,
      subject       text not null,
      taken_at      timestamptz not null default now()
    );
    comment on column case_mails.message_id is 'the mail''s own Message-ID; of one that has none, sha256: and the hash of its bytes';
    alter table outside_cases
      add column mail_id bigint unique references case_mails,
      drop constraint outside_cases_maker,
      add constraint outside_cases_maker check (num_nonnulls(made_by, token_id, mail_id) = 1);
    alter table case_steps
      add column mail_id bigint references case_mails,
      drop constraint case_steps_doer,
      add constraint case_steps_doer check (num_nonnulls(person_id, token_id, mail_id) = 1);
  `);
}
