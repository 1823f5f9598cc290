// Why: what has had its time goes by itself, so that neither the disk nor a caller's privacy depends on somebody tidying up.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table spoken_words add column sound_deleted_at timestamptz;
    comment on column spoken_words.sound_deleted_at is 'the sound has had its time; the row stays, since reports count it';
    alter table customer_imports add column emptied_at timestamptz;
    comment on column customer_imports.emptied_at is 'its rows and its file have had their time; what was imported when, and by whom, stays';

    -- the oldest first, a step at a time
    create index notices_old on notices (at);
    create index deliveries_old on deliveries (created_at) where state in ('delivered', 'cancelled', 'dead');
    create index outage_askers_old on outage_askers (asked_at);
  `);
}
