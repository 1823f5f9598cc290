// Why: whoever changes a right, another instance or the setup too, every instance must know at once, and what a session hung on must end with it.
import type { Knex } from 'knex';

/** NOTIFY carries no more than that something moved: each instance reads for itself what stands now (postgres/rights.ts). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table api_tokens add column owner_id bigint references people;
    update api_tokens set owner_id = created_by;
    comment on column api_tokens.owner_id is 'who answers for it: gave it, or rotated it last; a closed account''s tokens open nothing';

    create function rights_moved() returns trigger language plpgsql as $$
      begin
        perform pg_notify('hotline_rights', tg_table_name);
        return null;
      end
    $$;
    create trigger rights_moved after insert or delete or update of login, name, role, agent, unit_id, disabled, must_change, session_epoch
      on people for each statement execute function rights_moved();
    create trigger rights_moved after insert or delete or update of withdrawn_at, expires_at
      on field_links for each statement execute function rights_moved();
    create trigger rights_moved after insert or delete or update of withdrawn_at
      on televisions for each statement execute function rights_moved();
    create trigger rights_moved after insert or delete or update of revoked_at, owner_id
      on api_tokens for each statement execute function rights_moved();
    create trigger rights_moved after insert or delete or update
      on settings for each statement execute function rights_moved();
    -- not at an update: each request moves the end of its session
    create trigger rights_moved after delete on sessions for each statement execute function rights_moved();

    -- a new password and a closed account end every session, whoever writes them
    create function sessions_over() returns trigger language plpgsql as $$
      begin
        if new.session_epoch = old.session_epoch
           and (new.password_hash is distinct from old.password_hash or (new.disabled and not old.disabled)) then
          new.session_epoch := old.session_epoch + 1;
        end if;
        return new;
      end
    $$;
    create trigger sessions_over before update of password_hash, disabled on people
      for each row execute function sessions_over();

    create function sessions_forgotten() returns trigger language plpgsql as $$
      begin
        delete from sessions
         where (sess->'person'->>'id')::bigint = new.id
           and coalesce((sess->>'sessionEpoch')::integer, 0) < new.session_epoch;
        return null;
      end
    $$;
    create trigger sessions_forgotten after update of session_epoch, password_hash, disabled on people
      for each row when (new.session_epoch > old.session_epoch) execute function sessions_forgotten();
  `);
}
