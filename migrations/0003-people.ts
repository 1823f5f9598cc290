// Why: who may sit at a desk, who is signed in, and what they have set.
import type { Knex } from 'knex';

/** `sessions` has the shape that connect-pg-simple asks for. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table people (
      id             bigint generated always as identity primary key,
      login          text collate "C" not null,
      name           text not null,
      role           text collate "C" not null check (role in
                       ('agent', 'supervisor', 'dispatcher', 'field-worker', 'manager', 'administrator')),
      agent          text collate "C" unique,
      password_hash  text not null,
      disabled       boolean not null default false,
      created_at     timestamptz not null default now()
    );
    comment on column people.agent is 'the phone as the queue knows it, PJSIP/1001';
    create unique index people_login on people (lower(login));

    create table sessions (
      sid     text collate "C" primary key,
      sess    json not null,
      expire  timestamptz not null
    );
    create index sessions_expire on sessions (expire);

    create table settings (
      name        text collate "C" primary key,
      value       jsonb not null,
      changed_at  timestamptz not null default now(),
      changed_by  text
    );
  `);
}
