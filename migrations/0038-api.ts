// Why: other systems come in by a token of their own, and what they ask twice is done once.
import type { Knex } from 'knex';

/** Of a token only a hash is kept: what can be read here opens nothing. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table api_tokens (
      id              bigint generated always as identity primary key,
      system          text not null,
      prefix          text collate "C" not null,
      hash            bytea not null unique,
      previous_hash   bytea unique,
      previous_until  timestamptz,
      scopes          text[] not null,
      unit_id         bigint references units,
      per_minute      integer not null default 120 check (per_minute between 1 and 6000),
      created_at      timestamptz not null default now(),
      created_by      bigint references people,
      rotated_at      timestamptz,
      revoked_at      timestamptz,
      revoked_by      bigint references people,
      last_used_at    timestamptz
    );
    comment on column api_tokens.hash is 'sha-256 of the whole token, which is 32 random bytes and is shown once';
    comment on column api_tokens.previous_until is 'after a rotation the old token still opens until then';
    comment on column api_tokens.unit_id is 'a unit''s own system: only what is that unit''s';
    create unique index api_tokens_system on api_tokens (system) where revoked_at is null;

    create table api_answers (
      token_id    bigint not null references api_tokens,
      key         text collate "C" not null,
      asked_hash  bytea not null,
      status      integer,
      headers     jsonb,
      body        jsonb,
      created_at  timestamptz not null default now(),
      primary key (token_id, key)
    );
    comment on table api_answers is 'Idempotency-Key: what was answered, written in the transaction of what was done';
    create index api_answers_created on api_answers (created_at);
  `);
}
