// Why: Articles 21, 25 and 26: the next shift knows what the last one knew, and both have signed for it.
import type { Knex } from 'knex';

/**
 * One handover a shift. Its lines fill themselves (`source` says from what) or are written by people; every text a line
 * ever had is kept. What was signed by both is frozen by the database itself.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table handovers (
      id            bigint generated always as identity primary key,
      shift_key     text collate "C" not null unique,
      day           date not null,
      shift         text not null,
      from_at       timestamptz not null,
      until_at      timestamptz not null,
      state         text collate "C" not null default 'open' check (state in ('open', 'given', 'signed')),
      figures       jsonb not null default '[]',
      filled_at     timestamptz,
      given_by      bigint references people,
      given_at      timestamptz,
      taken_by      bigint references people,
      taken_at      timestamptz,
      late_told_at  timestamptz,
      made_at       timestamptz not null default now(),
      check ((state = 'open') = (given_by is null)),
      check ((state = 'signed') = (taken_by is not null))
    );
    comment on column handovers.shift_key is '2026-11-25:early';
    comment on column handovers.state is 'given: who hands over has signed, who takes over has not; signed: frozen';
    comment on column handovers.figures is 'the shift in numbers, as they stood when it was handed over';
    create index handovers_from on handovers (from_at desc);
    create index handovers_unsigned on handovers (until_at) where state <> 'signed';

    create table handover_items (
      id            bigint generated always as identity primary key,
      handover_id   bigint not null references handovers,
      section       text collate "C" not null,
      source        text collate "C",
      link          text,
      text          text not null,
      key           boolean not null default false,
      version       integer not null default 1,
      edited        boolean not null default false,
      settled       boolean not null default false,
      removed       boolean not null default false,
      changed_by    bigint references people,
      changed_at    timestamptz not null default now(),
      read_version  integer,
      read_by       bigint references people,
      read_at       timestamptz
    );
    comment on column handover_items.source is 'what the line was filled from, order:HL…:overdue; null: a person wrote it';
    comment on column handover_items.edited is 'a person has changed it: it is not filled again';
    comment on column handover_items.settled is 'what it told of is over: it need not be read';
    comment on column handover_items.read_version is 'ticked as it was then; a line that changed since is unread';
    create unique index handover_items_source on handover_items (handover_id, source) where source is not null;
    create index handover_items_of on handover_items (handover_id, id);

    create table handover_item_versions (
      item_id    bigint not null references handover_items,
      version    integer not null,
      text       text not null,
      key        boolean not null,
      removed    boolean not null,
      person_id  bigint references people,
      at         timestamptz not null default now(),
      primary key (item_id, version)
    );
    create trigger handover_versions_kept before update or delete on handover_item_versions
      for each row execute function order_steps_only_grow();

    create function handover_frozen() returns trigger language plpgsql as $$
    begin
      if old.state = 'signed' then
        raise exception 'a handover that both have signed is not changed any more';
      end if;
      return case tg_op when 'DELETE' then old else new end;
    end $$;
    create trigger handovers_frozen before update or delete on handovers
      for each row execute function handover_frozen();
    create function handover_item_frozen() returns trigger language plpgsql as $$
    begin
      if exists (select from handovers where id = coalesce(new.handover_id, old.handover_id) and state = 'signed') then
        raise exception 'a handover that both have signed is not changed any more';
      end if;
      return case tg_op when 'DELETE' then old else new end;
    end $$;
    create trigger handover_items_frozen before insert or update or delete on handover_items
      for each row execute function handover_item_frozen();

    insert into subscriptions (event, channel, whom, role, sound) values
      ('handover-unsigned', 'screen', 'role', 'supervisor', true);
  `);
}
