-- The hotline's three roles in one database. A database administrator runs it once, connected to the hotline's database:
--   psql -d hotline -f ops/database-roles.sql       then  \password hotline_owner, hotline_service, hotline_reports
-- hotline_owner   owns everything and migrates                           MIGRATION_DATABASE_URL
-- hotline_service works with the rows; into the audit log it only adds   DATABASE_URL
-- hotline_reports reads                                                  REPORTS_DATABASE_URL
-- It may be run again, and leads an older database over. The embedded database is made ready by this same file.
do $roles$
declare
  role_name text;
  moved record;
begin
  foreach role_name in array array['hotline_owner', 'hotline_service', 'hotline_reports'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I login', role_name);
    end if;
    if (select rolsuper from pg_roles where rolname = role_name) then
      raise exception '% is a superuser: alter role % nosuperuser, then run this again', role_name, role_name;
    end if;
  end loop;

  -- what the owner runs is found in public only: nobody else can put a table or function of the same name before it
  alter role hotline_owner set search_path = public;
  alter role hotline_reports set default_transaction_read_only = on;
  alter role hotline_reports set statement_timeout = '120s';

  execute format('alter database %I owner to hotline_owner', current_database());
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, temporary on database %I to hotline_service', current_database());
  execute format('grant connect on database %I to hotline_reports', current_database());

  alter schema public owner to hotline_owner;
  revoke all on schema public from public;
  grant usage on schema public to hotline_service, hotline_reports;
  -- the jobs' tables are made and changed by pg-boss itself, as the service
  create schema if not exists pgboss;
  alter schema pgboss owner to hotline_service;
  grant usage on schema pgboss to hotline_owner;

  -- of an older database, where one role owned all
  for moved in
    select format('alter %s %I.%I owner to %I',
             case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
             n.nspname, c.relname, wanted.owner) as statement
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join (values ('public', 'hotline_owner'), ('pgboss', 'hotline_service')) wanted (schema, owner) on wanted.schema = n.nspname
     where c.relkind in ('r', 'p', 'v', 'm', 'S') and pg_get_userbyid(c.relowner) <> wanted.owner
       -- a column's own sequence goes with its table, what an extension brought stays
       and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
         and (d.deptype = 'e' or c.relkind = 'S' and d.deptype in ('a', 'i')))
    union all
    select format('alter routine %s owner to %I', p.oid::regprocedure, wanted.owner)
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      join (values ('public', 'hotline_owner'), ('pgboss', 'hotline_service')) wanted (schema, owner) on wanted.schema = n.nspname
     where pg_get_userbyid(p.proowner) <> wanted.owner
       and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
    union all
    select format('alter type %I.%I owner to %I', n.nspname, t.typname, wanted.owner)
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
      join (values ('public', 'hotline_owner'), ('pgboss', 'hotline_service')) wanted (schema, owner) on wanted.schema = n.nspname
     where t.typtype in ('e', 'd', 'r') and pg_get_userbyid(t.typowner) <> wanted.owner
       and not exists (select from pg_depend d where d.objid = t.oid and d.classid = 'pg_type'::regclass and d.deptype in ('e', 'i'))
  loop
    execute moved.statement;
  end loop;

  -- what is there, and whatever a later migration makes
  grant select, insert, update, delete, truncate on all tables in schema public to hotline_service;
  grant usage, select, update on all sequences in schema public to hotline_service;
  grant select on all tables in schema public to hotline_reports;
  alter default privileges for role hotline_owner in schema public
    grant select, insert, update, delete, truncate on tables to hotline_service;
  alter default privileges for role hotline_owner in schema public grant usage, select, update on sequences to hotline_service;
  alter default privileges for role hotline_owner in schema public grant select on tables to hotline_reports;
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on all tables in schema public to hotline_service';
    execute 'alter default privileges for role hotline_owner in schema public grant maintain on tables to hotline_service';
  end if;

  -- into the audit log it only adds, and reports read no secrets; a new database gets this with its migrations
  if to_regprocedure('public.role_rights()') is not null then perform public.role_rights(); end if;
end
$roles$;
