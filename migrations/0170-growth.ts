// Why: after five years of calls a watch still looks at its own day, not at all of them.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- calls end in about the order in which they are stored: a few pages say where a day lies
    create index calls_ended on calls using brin (ended_at) with (pages_per_range = 32, autosummarize = on);

    -- the list of missed callers asks for 'callback' too: the index of 0022 left it out, and served nobody
    drop index calls_missed;
    create index calls_missed on calls (arrived_at) where direction = 'inbound' and outcome is not null
      and (outcome in ('abandoned', 'overflowed', 'blocked', 'unknown', 'callback') or 'left-after-agent-lost' = any (anomalies));

    -- what Prometheus and the page's head count
    create index deliveries_open on deliveries (channel, state, created_at) where state in ('waiting', 'sending', 'dead');

    -- whose time may be over
    create index recordings_kept on recordings (at, call_id) where path is not null and held_why is null;

    -- nobody reads it: a span of states is read by itself (postgres/roster.ts)
    drop view agent_spells;
  `);
}
