// Why: people, groups and other systems must be told what happens, once, whatever breaks, and it must be provable.
import type { Knex } from 'knex';

/**
 * `deliveries` is the queue and the log in one: a row is written in the transaction of what it tells of, taken with
 * `skip locked`, and keeps what the receiver answered. `outbox` holds what happened and has not been turned into
 * deliveries yet; triggers write it in the transaction of the change itself.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receivers (
      id            bigint generated always as identity primary key,
      name          text not null,
      channel       text collate "C" not null check (channel in ('mail', 'wechat', 'webhook')),
      address       text not null,
      secret        text,
      sees_numbers  boolean not null default false,
      disabled      boolean not null default false,
      disabled_why  text,
      created_at    timestamptz not null default now(),
      created_by    bigint references people
    );
    comment on column receivers.secret is 'signs a webhook (Standard Webhooks, whsec_…); shown once';
    create unique index receivers_name on receivers (name);

    create table mail_addresses (
      person_id  bigint primary key references people,
      address    text not null
    );

    create table subscriptions (
      id           bigint generated always as identity primary key,
      event        text collate "C" not null,
      channel      text collate "C" not null check (channel in ('screen', 'mail', 'wechat', 'webhook')),
      whom         text collate "C" not null check (whom in
                     ('role', 'unit', 'order-unit', 'concerned', 'person', 'receiver')),
      role         text collate "C",
      unit_id      bigint references units,
      person_id    bigint references people,
      receiver_id  bigint references receivers,
      of_unit_id   bigint references units,
      sound        boolean not null default false,
      created_at   timestamptz not null default now(),
      created_by   bigint references people,
      check ((whom = 'role') = (role is not null)),
      check ((whom = 'unit') = (unit_id is not null)),
      check ((whom = 'person') = (person_id is not null)),
      check ((whom = 'receiver') = (receiver_id is not null))
    );
    comment on table subscriptions is 'who is told what, and how; an administrator edits it';
    comment on column subscriptions.event is 'a name of core/outward/event.ts, or *';
    comment on column subscriptions.of_unit_id is 'only what concerns this unit';
    insert into subscriptions (event, channel, whom, role, sound) values
      ('order-warning', 'screen', 'order-unit', null, false),
      ('order-warning', 'screen', 'role', 'supervisor', false),
      ('order-overdue', 'screen', 'order-unit', null, true),
      ('order-overdue', 'screen', 'role', 'supervisor', true),
      ('order-escalated', 'screen', 'role', 'supervisor', true),
      ('order-escalated', 'screen', 'role', 'manager', true);

    create table deliveries (
      id             bigint generated always as identity primary key,
      channel        text collate "C" not null check (channel in ('screen', 'mail', 'wechat', 'webhook')),
      lane           text collate "C" not null,
      stream         text collate "C",
      once           text collate "C" unique,
      kind           text collate "C" not null,
      about          text collate "C",
      recipient      text not null,
      receiver_id    bigint references receivers,
      message        jsonb not null,
      state          text collate "C" not null default 'waiting'
                       check (state in ('waiting', 'sending', 'delivered', 'dead', 'cancelled')),
      attempts       integer not null default 0,
      most_attempts  integer not null,
      next_at        timestamptz not null,
      taken_until    timestamptz,
      last_at        timestamptz,
      status         integer,
      answer         text,
      proof          text,
      delivered_at   timestamptz,
      created_at     timestamptz not null default now(),
      resent_by      bigint references people
    );
    comment on column deliveries.lane is 'what must not stand in the way of another: one receiver, one address, one room';
    comment on column deliveries.stream is 'told one after the other within a lane: an order, a call';
    create index deliveries_waiting on deliveries (channel, lane, next_at, id) where state = 'waiting';
    create index deliveries_stream on deliveries (lane, stream, id) where state in ('waiting', 'sending');
    create index deliveries_sending on deliveries (taken_until) where state = 'sending';
    create index deliveries_dead on deliveries (id) where state = 'dead';
    create index deliveries_about on deliveries (about, id);

    create table outbox (
      id     bigint generated always as identity primary key,
      event  text collate "C" not null,
      ref    text collate "C" not null,
      at     timestamptz not null default now(),
      body   jsonb not null default '{}',
      fault  text
    );
    comment on column outbox.fault is 'could not be told: kept, and passed over';
    comment on table outbox is 'what happened and was not told yet; a row goes when its deliveries are written';

    create function outbox_facts() returns trigger language plpgsql as $$
    begin
      insert into outbox (event, ref, at, body)
        select 'call-ended', call_id, at, jsonb_build_object('id', id)
          from fresh where kind = 'call-ended' and at > now() - interval '1 day'
         order by at;
      return null;
    end $$;
    comment on function outbox_facts is 'in the transaction that keeps the fact; a history that is told again later is not news';
    create trigger facts_outbox after insert on facts
      referencing new table as fresh for each statement execute function outbox_facts();
  `);
}
