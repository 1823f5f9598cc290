// Why: "something is happening" (issue 7): a burst that is suspected from who calls is kept with what came of it, so that false alarms are counted.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table incidents (
      id           bigint generated always as identity primary key,
      district     text not null,
      community    text not null default '',
      suspected_at timestamptz not null,
      callers      jsonb not null,
      usual        double precision not null,
      window_ms    integer not null,
      state        text collate "C" not null default 'suspected'
                   check (state in ('suspected', 'confirmed', 'dismissed', 'lapsed')),
      decided_at   timestamptz,
      decided_by   bigint references people,
      outage_id    bigint references outages,
      order_no     text collate "C"
    );
    create index incidents_open on incidents (suspected_at) where state = 'suspected';
    comment on column incidents.callers is 'the callers from whom it was suspected: call, number, community';
  `);
}
