// Why: zeros that a trunk sends for a withheld number were one caller with everybody's past (issue 17).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    update calls set party = null where party ~ '^0+$';
    delete from missed_claims where party ~ '^0+$';
  `);
}
