// Why: a password alone, which somebody saw or guessed, must not open what an administrator or a leader may do.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table people
      add column passkey_handle uuid not null default gen_random_uuid() unique,
      add column factor_asked_at timestamptz;
    comment on column people.passkey_handle is 'who a passkey belongs to, as the authenticator keeps it: says nothing of the person';
    comment on column people.factor_asked_at is 'when the setting first asked this person for a second factor: the days of grace begin then';

    create table factor_totp (
      person_id  bigint primary key references people,
      secret     bytea not null,
      last_step  bigint not null,
      made_at    timestamptz not null default now(),
      used_at    timestamptz not null default now()
    );
    comment on table factor_totp is 'the authenticator app of a person; the secret is encrypted with a key that the database does not have (FACTOR_SECRET)';
    comment on column factor_totp.last_step is 'the 30 s step of the code used last: no code counts twice';

    create table factor_passkeys (
      id          text collate "C" primary key,
      person_id   bigint not null references people,
      name        text not null,
      public_key  bytea not null,
      counter     bigint not null,
      transports  text[] not null default '{}',
      rp_id       text not null,
      backed_up   boolean not null default false,
      made_at     timestamptz not null default now(),
      used_at     timestamptz
    );
    create index factor_passkeys_person on factor_passkeys (person_id);
    comment on column factor_passkeys.counter is 'as the authenticator counts its use; one that goes back was copied';

    create table factor_recovery_codes (
      person_id  bigint not null references people,
      salt       bytea not null,
      hash       text not null,
      made_at    timestamptz not null default now(),
      used_at    timestamptz,
      primary key (person_id, hash)
    );
    comment on table factor_recovery_codes is 'argon2id of codes on paper, each good once; all of a person have one salt';

    create table factor_challenges (
      id          text collate "C" primary key,
      sid         text collate "C" not null,
      person_id   bigint not null references people,
      purpose     text collate "C" not null check (purpose in ('prove', 'enrol-passkey', 'enrol-totp')),
      secret      bytea,
      expires_at  timestamptz not null
    );
    create index factor_challenges_expire on factor_challenges (expires_at);
    comment on table factor_challenges is 'what a browser was asked: answered once, by the session that was asked, in time; secret: of an authenticator app that is being set up';
  `);
}
