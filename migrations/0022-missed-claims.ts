// Why: of the callers whom nobody answered, each is called back by one agent, not by two and not by none.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table missed_claims (
      party       text collate "C" primary key,
      person_id   bigint not null references people,
      claimed_at  timestamptz not null default now()
    );
    comment on table missed_claims is 'party as in calls; a claim lapses, so that a caller is not forgotten with the agent who took them on';
    create index calls_missed on calls (arrived_at) where direction = 'inbound' and outcome is not null
      and (outcome in ('abandoned', 'overflowed', 'blocked', 'unknown') or 'left-after-agent-lost' = any (anomalies));
  `);
}
