// Why: a list of any length is taken along as a file, made while the asker goes on working, and it is known who took what.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table exports (
      id           uuid primary key default gen_random_uuid(),
      list         text collate "C" not null,
      format       text collate "C" not null check (format in ('xlsx', 'csv')),
      filter       jsonb not null,
      words        text not null,
      asked_by     bigint not null references people,
      state        text collate "C" not null default 'waiting'
                     check (state in ('waiting', 'running', 'ready', 'failed', 'expired')),
      rows         integer not null default 0,
      total        integer,
      bytes        bigint,
      sha256       text collate "C",
      why          text,
      created_at   timestamptz not null default now(),
      beat_at      timestamptz,
      finished_at  timestamptz,
      until_at     timestamptz,
      downloads    integer not null default 0
    );
    comment on column exports.filter is 'what the list''s page was asked, as its address has it';
    comment on column exports.beat_at is 'the service that makes it said so then; long ago: it died, and another begins anew';
    create index exports_asked on exports (asked_by, created_at desc);
    create index exports_open on exports (created_at) where state in ('waiting', 'running');
  `);
}
