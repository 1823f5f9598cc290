// Why: walls that a supervisor composes (issue 9), and links by which a television shows one of them until it is withdrawn.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table walls (
      id          bigint generated always as identity primary key,
      name        text not null unique,
      tiles       jsonb not null,
      quiet       jsonb,
      version     integer not null default 1,
      changed_at  timestamptz not null default now(),
      changed_by  bigint not null references people
    );
    comment on column walls.tiles is 'in their order: kind, size, thresholds, voice, queues (core/walls/tiles.ts)';

    create table televisions (
      id            bigint generated always as identity primary key,
      wall_id       bigint not null references walls on delete cascade,
      name          text not null,
      hash          bytea not null unique,
      made_by       bigint not null references people,
      made_at       timestamptz not null default now(),
      withdrawn_at  timestamptz,
      seen_at       timestamptz
    );
    create index televisions_wall on televisions (wall_id);
    comment on column televisions.hash is 'sha256 of the token in its link; the token itself is nowhere';
  `);
}
