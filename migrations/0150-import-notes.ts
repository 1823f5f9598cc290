/** What people should know of a list that they brought (other tabs, hidden rows, a title above the names) stands beside it. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table customer_imports add column notes jsonb not null default '[]'`);
}
