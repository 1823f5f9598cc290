// Why: history keeps what a field was, and not only what it became.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    comment on table record_versions is 'completed: the whole record as it was completed; changed: what was changed of a finished record, field -> { from, to } (before 2026-12 the new words only); refused: words that came too late, because the same field had been changed elsewhere. Nothing that was typed is lost';
    comment on column order_steps.body is 'what the step says beside its note; of a correction { from, to } by field (before 2026-12 to only)';
  `);
}
