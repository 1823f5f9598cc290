// Why: a deadline that can't be read for sure is not guessed: the case says so until a person has set it (issue 17, K4).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outside_cases add column due_asked text not null default '';
    comment on column outside_cases.due_asked is 'the deadline as it was written, which nobody has read yet; empty: none is open';
  `);
}
