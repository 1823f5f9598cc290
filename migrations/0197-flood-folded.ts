// Why: a real caller who gave up beside a flood stands in the list of missed callers: only what is like the flood is folded.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table flood_calls add column folded boolean not null default true;
    comment on column flood_calls.folded is 'bears a sign that most of the flood bear: stands apart in the list of missed callers until the key was pressed';
  `);
}
