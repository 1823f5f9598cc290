// Why: Articles 18 to 23 count what was taken down, by the hotline and by every other channel, each way in one place.
import type { Knex } from 'knex';

/**
 * A receipt is one taking-down of one matter: a record of the hotline, an order without a record, a case from outside.
 * Two receipts of one matter are one event: `event` is 'yes' at the first. What every column can say stands in
 * core/office/receipts.ts. Reports count this view and lists read it, so that a list always gives its number again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create view receipts as
    with taken as (
      select 'record:' || r.id as ref, r.created_at as at, 'hotline' as side,
             case when r.call_id is null then 'visit' else 'phone' end as channel,
             r.category, r.item, r.district, '' as community, r.caller, r.phone_number as phone, r.address, r.content,
             o.id as order_id, o.record_id is not distinct from r.id or o.id is null as event,
             r.conclusion = 'answered' as said, null::timestamptz as case_replied, null::timestamptz as case_first,
             null::timestamptz as case_due, '' as case_state
        from records r
        left join lateral (
          select id, record_id from orders where record_id = r.id and state <> 'cancelled'
           union all
          select s.order_id, null from order_steps s
           where s.kind = 'join' and (s.body ->> 'recordId')::bigint = r.id
          limit 1) o on true
       where r.conclusion <> 'void' and (r.completed_at is not null or o.id is not null)
       union all
      select 'order:' || o.order_no, o.created_at, 'hotline',
             case o.source when 'call' then 'phone' when 'visit' then 'visit' else 'system' end,
             o.category_code, o.item_no, o.district, o.community, o.caller, o.phone, o.address, o.content, o.id, true,
             false, null, null, null, ''
        from orders o
       where o.record_id is null and o.state <> 'cancelled'
         and not exists (select from outside_cases c where c.order_id = o.id and not c.joined)
       union all
      select 'case:' || c.id, c.received_at,
             case when c.channel in ('12345', 'interaction', 'petition', 'construction', 'consumer', 'digital-city',
                                     'media', 'superior') then 'outside' else 'other' end,
             c.channel, c.category, c.item, c.district, c.community, c.person, c.phone, c.address, c.content,
             c.order_id, not c.joined, c.replied_at is not null, c.replied_at, c.first_due_at, c.due_at, c.state
        from outside_cases c where c.state <> 'returned'
    ), known as (
      select t.*, o.order_no, o.unit_id, o.state as order_state, o.fed_back_at,
             coalesce(nullif(o.category_code, ''), t.category) as cat, coalesce(o.item_no, t.item) as no,
             coalesce(nullif(o.district, ''), t.district) as dist,
             coalesce(nullif(o.community, ''), t.community) as comm, k.met_at, k.first_due_at, k.due_at
        from taken t
        left join orders o on o.id = t.order_id
        left join order_clocks k on k.order_id = o.id and k.round = o.round and k.name = 'feedback'
    )
    select ref, at, side, channel, caller, phone, address, content, order_no, order_state,
           case cat when 'card-meter-fault' then 'card-meter' when 'meter' then 'card-meter'
                    when 'no-water' then cat when 'leak' then cat when 'pressure' then cat when 'water-quality' then cat
                    when 'fees' then cat when 'manhole' then cat when 'help-shut-off' then cat
                    else case when cat = 'other' and no = 2 then 'theft' else 'other' end end as line,
           case when cat = 'card-meter-fault' then
                  case when no in (1, 7) then 'no-display' when no = 12 then 'no-sampling' when no = 4 then 'little-water'
                       when no = 6 then 'noise' when no = 8 then 'body-leak' when no = 9 then 'overdrawn'
                       when no = 11 then 'turns-itself' when no in (13, 15) then 'measure' else 'other' end
                when cat = 'meter' then case when no in (1, 2) then 'frozen-scalded' else 'other' end
                else '' end as fault,
           cat as category, coalesce(no::text, '') as item, dist as district, comm as community,
           coalesce(unit_id::text, '') as unit,
           to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day,
           case when event then 'yes' else 'no' end as event,
           case when order_id is null then 'no' else 'yes' end as ordered,
           case when fed_back_at is not null or (order_id is null and said) then 'yes' else 'no' end as answered,
           case when order_state = 'closed' or (order_id is null and said) then 'yes' else 'no' end as closed,
           case when order_id is null or first_due_at is null then ''
                when met_at <= first_due_at then 'in' when met_at is not null then 'late'
                when now() > first_due_at then 'late' else 'running' end as raw,
           case when order_id is null or due_at is null then ''
                when met_at <= due_at then 'in' when met_at is not null then 'late'
                when now() > due_at then 'late' else 'running' end as adjusted,
           case when cat not in ('leak', 'help-shut-off') or order_id is null then ''
                when content ~ '施工|挖断|挖破|断管' then 'works'
                when (cat = 'leak' and no = 4) or (cat = 'help-shut-off' and no = 2) or content ~ '爆管' then 'burst'
                when cat = 'leak' or no = 3 then 'leak' else '' end as cause,
           case when case_first is null then ''
                when case_replied <= case_first then 'in' when case_replied is not null then 'late'
                when now() > case_first then 'late' else 'running' end as case_raw,
           case when case_due is null then ''
                when case_replied <= case_due then 'in' when case_replied is not null then 'late'
                when now() > case_due then 'late' else 'running' end as case_adjusted,
           case when side = 'hotline' then '' when case_state in ('replied', 'closed') then 'yes' else 'no' end
             as case_answered
      from known;

    create table report_passages (
      id         bigint generated always as identity primary key,
      report     text collate "C" not null,
      period     text collate "C" not null,
      part       text collate "C" not null,
      text       text not null,
      person_id  bigint not null references people,
      at         timestamptz not null default now()
    );
    comment on table report_passages is 'words that people write into a report; only grows, the last one stands';
    create index report_passages_of on report_passages (report, period, part, id desc);

    create table report_versions (
      id         bigint generated always as identity primary key,
      report     text collate "C" not null,
      period     text collate "C" not null,
      version    integer not null,
      document   jsonb not null,
      why        text not null default '',
      person_id  bigint references people,
      at         timestamptz not null default now(),
      unique (report, period, version)
    );
    comment on table report_versions is 'as it was sent; a corrected report is the next version, and says why';
    create function report_versions_stay() returns trigger language plpgsql as $$
    begin
      raise exception 'a report that was sent stays as it is: a correction is its next version';
    end $$;
    create trigger report_versions_kept before update or delete on report_versions
      for each row execute function report_versions_stay();

    create table report_schedules (
      report      text collate "C" primary key,
      enabled     boolean not null default false,
      day         integer not null,
      minute      integer not null check (minute between 0 and 1439),
      roles       text[] not null default '{}',
      addresses   text[] not null default '{}',
      begun_at    timestamptz not null default now()
    );
    comment on column report_schedules.day is 'weekly: 1 Monday to 7; monthly: the day of the month, 0 its last; daily: not looked at';
    comment on column report_schedules.begun_at is 'what fell due before was not asked for';
    insert into report_schedules (report, day, minute) values
      ('daily', 0, 480), ('weekly', 1, 480), ('monthly', 26, 480), ('month-end', 0, 1020);

    create table report_runs (
      report   text collate "C" not null,
      period   text collate "C" not null,
      due_at   timestamptz not null,
      ran_at   timestamptz not null default now(),
      outcome  text not null default '',
      primary key (report, period)
    );
    comment on table report_runs is 'what a schedule did for a period, once, also when it was late because we were down';
  `);
}
