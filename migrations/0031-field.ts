// Why: who mends the pipe has a phone in the hand and no password in the head; and a photo tells more than a note.
import type { Knex } from 'knex';

/** Of a link only its hash is kept; of a photo its bytes lie in a folder by their hash (main/field.ts). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table field_links (
      id            bigint generated always as identity primary key,
      person_id     bigint not null references people,
      hash          bytea not null unique,
      made_by       bigint not null references people,
      made_at       timestamptz not null default now(),
      expires_at    timestamptz not null,
      withdrawn_at  timestamptz,
      used_at       timestamptz
    );
    create index field_links_person on field_links (person_id) where withdrawn_at is null;

    create table order_files (
      order_id   bigint not null references orders,
      id         text collate "C" not null check (id ~ '^[0-9a-f]{64}$'),
      name       text not null,
      type       text collate "C" not null,
      bytes      integer not null,
      person_id  bigint not null references people,
      made_at    timestamptz not null default now(),
      primary key (order_id, id)
    );
    comment on column order_files.id is 'sha256 of its bytes, and its name on disk';
  `);
}
