// Why: retention walks what is kept, the oldest first, in small steps (issue 17, K8).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index recordings_kept on recordings (at, call_id) where path is not null');
}
