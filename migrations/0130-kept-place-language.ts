// Why: a caller who chose English by the key is called back in English, too (issue 8).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `alter table kept_places add column language text collate "C" not null default 'zh' check (language in ('zh', 'en'))`,
  );
}
