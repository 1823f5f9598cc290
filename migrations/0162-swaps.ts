// Why: a swap is of the shifts that both agreed on, and who has no extension was never absent (issue 17).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table roster_swaps add column asker_code text collate "C", add column other_code text collate "C";
    comment on column roster_swaps.asker_code is 'what the asker worked when they asked; null: from before that was kept';
    update conduct c set state = 'waived', reason = '没有分机，系统看不到签到', decided_at = now()
      from people p where p.id = c.person_id and p.agent is null and c.once like 'absent:%' and c.state = 'seen';
  `);
}
