// Why: an account must be closable at once, guessing passwords must get slower, and what was done must stay written down.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table people
      add column must_change boolean not null default false,
      add column session_epoch integer not null default 0,
      add column changed_at timestamptz not null default now();
    comment on column people.session_epoch is 'grows when all sessions of the person are over: signed out everywhere, a new password, a closed account';
    comment on column people.must_change is 'the password was given by somebody else and must be changed first';

    create table sign_in_failures (
      key      text collate "C" primary key,
      count    integer not null,
      last_at  timestamptz not null default now()
    );
    comment on table sign_in_failures is 'wrong passwords in a row, by login and address together; core/people/lockout.ts says how long one waits';

    create table audit (
      id         bigint primary key,
      at         timestamptz not null default clock_timestamp(),
      person_id  bigint,
      who        text not null,
      what       text collate "C" not null,
      about      text not null default '',
      detail     jsonb,
      address    text,
      hash       bytea not null
    );
    create index audit_at on audit (at desc, id desc);
    create index audit_person on audit (person_id, id desc);
    comment on table audit is 'what people did; nobody can change or remove a row, and each row''s hash covers the one before';

    create function audit_text(a audit) returns bytea language sql stable as $$
      select convert_to(concat_ws(chr(31), a.id, extract(epoch from a.at), coalesce(a.person_id, 0), a.who, a.what, a.about,
        coalesce(a.detail::text, ''), coalesce(a.address, '')), 'UTF8')
    $$;
    create function audit_chain() returns trigger language plpgsql as $$
      declare
        before audit;
      begin
        perform pg_advisory_xact_lock(966660010);
        select * into before from audit order by id desc limit 1;
        new.id := coalesce(before.id, 0) + 1;
        new.at := clock_timestamp();
        new.hash := sha256(coalesce(before.hash, ''::bytea) || audit_text(new));
        return new;
      end
    $$;
    create trigger audit_chain before insert on audit for each row execute function audit_chain();
    create function audit_kept() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit log is only ever added to';
      end
    $$;
    create trigger audit_kept before update or delete or truncate on audit for each statement execute function audit_kept();
  `);
}
