// Why: not everybody answers every line; who serves which queue is the shift leader's to say.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table queue_people (
      queue      text collate "C" not null,
      person_id  bigint not null references people,
      primary key (queue, person_id)
    );
    comment on table queue_people is 'a queue without rows: the hotline is served by every agent, another one by nobody';
  `);
}
