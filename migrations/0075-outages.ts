// Why: Articles 22 and 26: who calls from an outage's area is told at once, and what was announced is ended or mended, never forgotten.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outages (
      id            bigint generated always as identity primary key,
      kind          text collate "C" not null check (kind in ('planned', 'sudden')),
      districts     text[] not null,
      communities   text[] not null default '{}',
      streets       text[] not null default '{}',
      buildings     integer not null default 0,
      cause         text not null,
      unit_id       bigint references units,
      begin_at      timestamptz not null,
      expected_at   timestamptz not null,
      ended_at      timestamptz,
      notice        text not null,
      published_at  timestamptz,
      version       integer not null default 1,
      made_by       bigint not null references people,
      made_at       timestamptz not null default now(),
      check (expected_at > begin_at)
    );
    comment on column outages.communities is 'with streets empty, too: the whole of the districts';
    comment on column outages.buildings is 'how many building units (单元) are without water; more than one asks for a notice (Article 26)';
    create index outages_open on outages (begin_at) where ended_at is null;

    create table outage_steps (
      outage_id  bigint not null references outages,
      ordinal    integer not null,
      kind       text collate "C" not null check (kind in ('make', 'change', 'publish', 'end')),
      at         timestamptz not null default now(),
      person_id  bigint not null references people,
      body       jsonb not null default '{}',
      primary key (outage_id, ordinal)
    );
    create trigger outage_steps_kept before update or delete on outage_steps
      for each row execute function order_steps_only_grow();
  `);
}
