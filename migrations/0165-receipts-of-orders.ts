// Why: an order is counted though its record was voided or its case returned after it was made; an order that was cancelled is none.
import type { Knex } from 'knex';

/**
 * The view of migration 0062, with the same columns. A case that was returned is answered (core/office/cases.ts): its
 * return is held against its deadline. What joined an order that was cancelled since has no order.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view receipts as
    with taken as (
      select 'record:' || r.id as ref, r.created_at as at, 'hotline' as side,
             case when r.call_id is null then 'visit' else 'phone' end as channel,
             r.category, r.item, r.district, '' as community, r.caller, r.phone_number as phone, r.address, r.content,
             o.id as order_id, o.record_id is not distinct from r.id or o.id is null as event,
             r.conclusion = 'answered' as said, null::timestamptz as case_replied, null::timestamptz as case_first,
             null::timestamptz as case_due, '' as case_state
        from records r
        left join lateral (
          (select id, record_id from orders where record_id = r.id and state <> 'cancelled' order by id limit 1)
           union all
          (select s.order_id, null from order_steps s join orders j on j.id = s.order_id
            where s.kind = 'join' and (s.body ->> 'recordId')::bigint = r.id and j.state <> 'cancelled'
            order by s.order_id limit 1)
          limit 1) o on true
       where o.record_id = r.id or r.conclusion <> 'void' and (r.completed_at is not null or o.id is not null)
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
             o.id, not c.joined, c.replied_at is not null,
             case when c.state = 'returned' then c.returned_at else c.replied_at end, c.first_due_at, c.due_at, c.state
        from outside_cases c left join orders o on o.id = c.order_id and o.state <> 'cancelled'
       where c.state <> 'returned' or o.id is not null and not c.joined
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
           to_char(at at time zone current_setting('TimeZone'), 'YYYY-MM-DD') as day,
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
           case when side = 'hotline' then '' when case_state in ('replied', 'closed', 'returned') then 'yes' else 'no' end
             as case_answered
      from known;
  `);
}
