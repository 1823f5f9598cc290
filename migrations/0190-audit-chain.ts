// Why: the audit log must be believed without believing whoever runs the service: its cut tail was not found, and the service could have changed it.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- rows of before keep the text they were hashed with (form 1); its fields could run into each other
    alter table audit add column form smallint not null default 1;
    comment on column audit.form is 'how its bytes are made: 1 audit_text (before 0190), 2 audit_bytes';

    create table audit_head (
      single boolean primary key default true check (single),
      id    bigint not null,
      at    timestamptz not null,
      hash  bytea not null
    );
    comment on table audit_head is 'the chain''s last row: cutting off the table''s end leaves it behind, and rows follow each other by its lock';
    insert into audit_head (id, at, hash)
      select coalesce(max(id), 0), coalesce(max(at), now()), coalesce((select hash from audit order by id desc limit 1), ''::bytea)
        from audit;

    -- netstrings: no field can run into the next, and nothing is not the same as an empty text. core/people/audit-chain.ts makes the same
    create function audit_bytes(a audit) returns bytea language sql stable
      set search_path = pg_catalog, public, pg_temp as $$
      select convert_to(string_agg(coalesce(octet_length(field) || ':' || field, '-') || ',', '' order by place), 'UTF8')
        from unnest(array[a.form::text, a.id::text, (extract(epoch from a.at) * 1000000)::bigint::text, a.person_id::text,
               a.who, a.what, a.about, a.detail::text, a.address]) with ordinality as listed (field, place)
    $$;

    -- by the owner's right: who may add a row can neither choose its number, time or hash, nor move the head
    create or replace function audit_chain() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
      declare
        before public.audit_head;
      begin
        select * into strict before from public.audit_head for update;
        new.form := 2;
        new.id := before.id + 1;
        new.at := clock_timestamp();
        new.hash := sha256(before.hash || public.audit_bytes(new));
        update public.audit_head set id = new.id, at = new.at, hash = new.hash;
        return new;
      end
    $$;

    create or replace function audit_kept() returns trigger language plpgsql
      set search_path = pg_catalog, public, pg_temp as $$
      begin
        -- only audit_retire says so, and only the owner may delete at all
        if tg_op = 'DELETE' and current_setting('hotline.audit_retires', true) = 'yes' then return null; end if;
        raise exception 'the audit log is only ever added to';
      end
    $$;

    -- what has had its time goes by this alone; the row that tells of it holds the hash the chain goes on from
    create function audit_retire(until_at timestamptz, most integer) returns integer language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
      declare
        first_id bigint;
        last_row public.audit;
        gone integer;
      begin
        if until_at > now() - interval '183 days' then
          raise exception 'the audit log is kept for six months at least';
        end if;
        -- nothing is added while the span is chosen
        perform from public.audit_head for update;
        select min(id) into first_id from public.audit;
        select * into last_row from public.audit
         where id < first_id + most
           and id < coalesce((select min(id) from public.audit where at >= until_at), 9223372036854775807)
         order by id desc limit 1;
        if last_row.id is null then return 0; end if;
        insert into public.audit (person_id, who, what, about, detail)
        values (null, '—', 'audit-retired', '#' || first_id || '–#' || last_row.id, jsonb_build_object(
          'from', first_id, 'through', last_row.id, 'hash', encode(last_row.hash, 'hex'),
          'lastAtMs', floor(extract(epoch from last_row.at) * 1000)));
        perform set_config('hotline.audit_retires', 'yes', true);
        delete from public.audit where id <= last_row.id;
        get diagnostics gone = row_count;
        perform set_config('hotline.audit_retires', '', true);
        return gone;
      end
    $$;
    revoke execute on function audit_retire(timestamptz, integer) from public;

    -- called after every migration, whatever was granted by default: of the audit log nobody but the owner may do more than add
    -- and read, and who only reads (reports) does not read what proves who somebody is
    create function role_rights() returns void language plpgsql
      set search_path = pg_catalog, public, pg_temp as $$
      declare
        holder record;
        hidden record;
      begin
        for holder in
          select bool_or(a.privilege_type = 'INSERT' and c.relname = 'audit') as adds,
                 case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as name
            from pg_class c cross join aclexplode(c.relacl) a
           where c.oid in ('public.audit'::regclass, 'public.audit_head'::regclass) and a.grantee <> c.relowner
           group by a.grantee
        loop
          execute format('revoke update, delete, truncate, references, trigger on public.audit, public.audit_head from %s', holder.name);
          execute format('revoke insert on public.audit_head from %s', holder.name);
          if holder.adds then
            execute format('grant execute on function public.audit_retire(timestamptz, integer) to %s', holder.name);
          end if;
        end loop;
        for hidden in
          select c.relname as name, quote_ident(pg_get_userbyid(a.grantee)) as reader,
                 (select string_agg(quote_ident(attname), ', ') from pg_attribute
                   where attrelid = c.oid and attnum > 0 and not attisdropped
                     and attname !~ '(password|secret|token|recovery|credential|^sid$|^sess$|(^|_)hash$)') as columns
            from pg_class c cross join aclexplode(c.relacl) a
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'audit%'
             and a.grantee <> 0 and a.grantee <> c.relowner and exists (select from pg_attribute
               where attrelid = c.oid and attnum > 0 and attname ~ '(password|secret|token|recovery|credential|^sid$|(^|_)hash$)')
           group by c.oid, c.relname, a.grantee
          having bool_or(a.privilege_type = 'SELECT') and not bool_or(a.privilege_type = 'INSERT')
        loop
          execute format('revoke select on public.%I from %s', hidden.name, hidden.reader);
          if hidden.columns is not null then
            execute format('grant select (%s) on public.%I to %s', hidden.columns, hidden.name, hidden.reader);
          end if;
        end loop;
      end
    $$;
    revoke execute on function role_rights() from public;

    insert into subscriptions (event, channel, whom, role, sound) values ('audit-anchor', 'mail', 'role', 'administrator', false);
  `);
}
