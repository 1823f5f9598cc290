// Why: an export that was silent for a minute was made by two at once, into one file (issue 17, K7).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table exports add column attempt int not null default 0');
}
