// Why: an order is a chain of steps with clocks that are never lost; the thin list of old orders becomes its first rows.
import type { Knex } from 'knex';

/**
 * `order_steps` is the truth and only grows; the row in `orders` is its fold, written in the same transaction.
 * `category`, `item`, `unit` and `status` hold the Chinese words of the time, as reports and the pop read them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table orders
      add column state            text collate "C" not null default 'dispatched' check (state in
        ('drafted', 'dispatched', 'signed', 'returned', 'set-out', 'arrived', 'stopped', 'done', 'fed-back', 'closed', 'cancelled')),
      add column version          integer not null default 0,
      add column round            integer not null default 1,
      add column category_code    text collate "C" not null default '',
      add column item_no          integer,
      add column answers          jsonb not null default '{}',
      add column urgent           boolean not null default false,
      add column clock_set        text collate "C" not null default 'standard'
                                    check (clock_set in ('standard', 'card-meter', 'urgent-leak')),
      add column caller           text not null default '',
      add column phone_written    text not null default '',
      add column address          text not null default '',
      add column community        text not null default '',
      add column district         text collate "C" not null default '',
      add column source           text collate "C" not null default 'call',
      add column call_id          text collate "C",
      add column record_id        bigint references records,
      add column unit_id          bigint references units,
      add column assist_unit_ids  bigint[] not null default '{}',
      add column worker_id        bigint references people,
      add column created_by       bigint references people,
      add column answered_at      timestamptz,
      add column call_ended_at    timestamptz,
      add column outside_no       text collate "C",
      add column outside_due_at   timestamptz,
      add column dispatched_at    timestamptz,
      add column signed_at        timestamptz,
      add column set_out_at       timestamptz,
      add column arrived_at       timestamptz,
      add column stopped_at       timestamptz,
      add column done_at          timestamptz,
      add column fed_back_at      timestamptz,
      add column moved_at         timestamptz,
      add column round_at         timestamptz,
      add column result           text not null default '',
      add column deferral         jsonb,
      add column granted_until    timestamptz,
      add column urged_count      integer not null default 0,
      add column supervised       boolean not null default false,
      add column rule_version     integer,
      add column first_due_at     timestamptz,
      add column due_at           timestamptz,
      add column search           tsvector not null default '';
    comment on column orders.phone is 'as normaliseNumber gives it; phone_written as it was typed';
    comment on column orders.version is 'how many steps it has; a step that was tapped on an older version is told what happened';
    comment on column orders.round is '1, and one more with each 重办: its clocks begin again';
    comment on column orders.moved_at is 'the last milestone: the next one can not lie before it';
    comment on column orders.round_at is 'when the round began: 重办; null: when it was drafted';
    comment on column orders.granted_until is 'the longest deferral that was granted';
    comment on column orders.first_due_at is 'when the result was due first, whatever was deferred since';
    comment on column orders.due_at is 'the next running clock; null: none runs';
    comment on column orders.search is 'core/orders/search.ts';

    update orders set
      state = case status when '办结' then 'closed' when '签收' then 'signed' when '到场' then 'arrived' else 'dispatched' end,
      version = 1, phone_written = coalesce(phone, ''), dispatched_at = created_at, moved_at = created_at,
      unit_id = (select u.id from units u where u.name = orders.unit);

    create index orders_created on orders (created_at desc, id desc);
    create index orders_open on orders (due_at, id) where state not in ('closed', 'cancelled');
    create index orders_open_unit on orders (unit_id, created_at desc, id desc) where state not in ('closed', 'cancelled');
    create index orders_unit on orders (unit_id, created_at desc, id desc);
    create index orders_worker on orders (worker_id, created_at desc) where worker_id is not null;
    create index orders_by on orders (created_by, created_at desc, id desc);
    create index orders_call on orders (call_id) where call_id is not null;
    create index orders_call_lives on orders (call_id) where call_id is not null and call_ended_at is null;
    create index orders_record on orders (record_id) where record_id is not null;
    create index orders_community on orders (community, created_at desc) where community <> '';
    create index orders_search on orders using gin (search);

    create table order_steps (
      order_id     bigint not null references orders,
      ordinal      integer not null,
      kind         text collate "C" not null,
      state        text collate "C" not null,
      at           timestamptz not null,
      received_at  timestamptz not null,
      person_id    bigint references people,
      person_name  text not null default '',
      unit_id      bigint references units,
      origin       text collate "C" not null check (origin in ('desk', 'unit', 'field', 'api', 'watch', 'import')),
      system       text,
      place        jsonb,
      note         text not null default '',
      body         jsonb not null default '{}',
      files        jsonb not null default '[]',
      once         text collate "C",
      primary key (order_id, ordinal)
    );
    comment on table order_steps is 'append only: what was wrong is corrected by a further step';
    comment on column order_steps.at is 'when it was tapped; received_at when we heard of it';
    comment on column order_steps.once is 'a tap that was kept without network and sent twice is one step';
    create unique index order_steps_once on order_steps (order_id, once) where once is not null;
    create index order_steps_received on order_steps (received_at);
    create index order_steps_person on order_steps (person_id, received_at desc) where person_id is not null;
    insert into order_steps (order_id, ordinal, kind, state, at, received_at, origin, note)
      select id, 1, 'draft', state, created_at, created_at, 'import', '由旧工单转入' from orders;

    create function order_steps_only_grow() returns trigger language plpgsql as $$
    begin
      raise exception 'order_steps only grows: a correction is a step of its own';
    end $$;
    create trigger order_steps_kept before update or delete on order_steps
      for each row execute function order_steps_only_grow();

    create table order_counters (
      day   date primary key,
      last  integer not null
    );
    comment on table order_counters is 'counted in the transaction that makes the order: a number is used or was never given';

    create table order_clocks (
      order_id     bigint not null references orders,
      round        integer not null,
      name         text collate "C" not null,
      from_at      timestamptz not null,
      first_due_at timestamptz not null,
      due_at       timestamptz not null,
      warn_at      timestamptz not null,
      escalate_at  timestamptz not null,
      met_at       timestamptz,
      stopped_at   timestamptz,
      fired        text[] not null default '{}',
      next_at      timestamptz,
      primary key (order_id, round, name)
    );
    comment on column order_clocks.first_due_at is 'as the rule book says it, before calendar and deferral: both rates are printed';
    comment on column order_clocks.stopped_at is 'the order was cancelled or dispatched anew: it runs no more and was not met';
    comment on column order_clocks.next_at is 'when it fires next; null: it fires no more';
    create index order_clocks_next on order_clocks (next_at) where next_at is not null;

    create table notices (
      id        bigint generated always as identity primary key,
      order_id  bigint not null references orders,
      order_no  text collate "C" not null,
      unit_id   bigint references units,
      round     integer not null,
      clock     text collate "C" not null,
      kind      text collate "C" not null check (kind in ('warning', 'breach', 'escalation')),
      due_at    timestamptz not null,
      at        timestamptz not null,
      late      boolean not null,
      unique (order_id, round, clock, kind, due_at)
    );
    comment on table notices is 'what a clock said: each warning, breach and escalation of a due time once';
    comment on column notices.late is 'it fell due while the service was down, and was told when it came back';
    create index notices_at on notices (at desc);

    create table decision_tables (
      version   integer primary key,
      body      jsonb not null,
      note      text not null,
      made_by   bigint references people,
      made_at   timestamptz not null default now()
    );
    create table order_settings (
      version   integer primary key,
      body      jsonb not null,
      note      text not null,
      made_by   bigint references people,
      made_at   timestamptz not null default now()
    );
    comment on table order_settings is 'the clocks'' lengths and the working calendar with its holidays; each change is a version';

    create function outbox_orders() returns trigger language plpgsql as $$
    begin
      insert into outbox (event, ref, at, body) values (
        case new.kind when 'draft' then 'order-created' when 'dispatch' then 'order-dispatched'
                      when 'close' then 'order-closed' else 'order-stepped' end,
        (select order_no from orders where id = new.order_id), new.received_at,
        jsonb_build_object('ordinal', new.ordinal, 'kind', new.kind, 'state', new.state));
      return null;
    end $$;
    create trigger order_steps_outbox after insert on order_steps
      for each row when (new.origin <> 'import' and new.received_at > now() - interval '1 day') execute function outbox_orders();

    create function outbox_notices() returns trigger language plpgsql as $$
    begin
      insert into outbox (event, ref, at, body) values (
        case new.kind when 'warning' then 'order-warning' when 'breach' then 'order-overdue' else 'order-escalated' end,
        new.order_no, new.at, jsonb_build_object('noticeId', new.id, 'clock', new.clock, 'kind', new.kind,
          'dueAtMs', (extract(epoch from new.due_at) * 1000)::float8, 'late', new.late, 'unitId', new.unit_id));
      return null;
    end $$;
    create trigger notices_outbox after insert on notices for each row execute function outbox_notices();
  `);
}
