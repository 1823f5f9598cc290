// Why: the IVR's flow is made by the people who run it (issue 8): versions that never change, and when each is in force.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ivr_flows (
      version integer primary key,
      body    jsonb not null,
      note    text not null default '',
      made_by bigint references people,
      made_at timestamptz not null default now()
    );
    create function ivr_flow_kept() returns trigger language plpgsql as $$
      begin
        raise exception 'a version of the flow never changes: an edit makes the next one';
      end
    $$;
    create trigger ivr_flow_kept before update or delete on ivr_flows
      for each row execute function ivr_flow_kept();

    create table ivr_flow_terms (
      id            bigint generated always as identity primary key,
      version       integer not null references ivr_flows,
      from_at       timestamptz not null,
      put_by        bigint references people,
      put_at        timestamptz not null default now(),
      taken_back_by bigint references people,
      taken_back_at timestamptz,
      check ((taken_back_by is null) = (taken_back_at is null))
    );
    create index ivr_flow_terms_standing on ivr_flow_terms (from_at) where taken_back_at is null;
    comment on table ivr_flow_terms is 'in force is the last that began and was not taken back; the switch keeps a copy (dialplan, ivr-flow)';
  `);
}
