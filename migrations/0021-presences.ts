// Why: who is signed in at the desk survives a restart of the service, and wrap-up with it.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table presences (
      agent         text collate "C" primary key,
      person_id     bigint not null references people,
      signed_in_at  timestamptz not null,
      asked_pause   text,
      wrap_up       jsonb
    );
    comment on table presences is 'agents signed in at the desk now; whether they take calls is the switch''s to say';
  `);
}
