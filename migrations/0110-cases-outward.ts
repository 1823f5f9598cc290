// Why: Articles 15–17: another office's own system hands its cases in by a token, and finds the answer there again.
import type { Knex } from 'knex';

/** A case, and a step of one, is made by a person or by another system's token: by one of them, and it is told which. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outside_cases
      alter column made_by drop not null,
      add column token_id bigint references api_tokens,
      add column told_hash bytea,
      add constraint outside_cases_maker check (num_nonnulls(made_by, token_id) = 1);
    comment on column outside_cases.token_id is 'the other system that handed it in by /api/v1';
    comment on column outside_cases.told_hash is 'sha-256 of what that system said: said once more it is the same case';
    alter table case_steps
      alter column person_id drop not null,
      add column token_id bigint references api_tokens,
      add constraint case_steps_doer check (num_nonnulls(person_id, token_id) = 1);
  `);
}
