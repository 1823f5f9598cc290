// Why: after a transfer the whole talk stood under who answered first; each agent's own talk is a row that outlives the facts.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table talks (
      call_id text collate "C" not null,
      -- who had the caller first, second, …
      ordinal integer not null,
      agent   text collate "C" not null,
      -- null: nobody saw when it began
      from_at timestamptz,
      -- without hold; null while it goes on, or where its end fell into a gap
      talk_ms double precision,
      hold_ms double precision not null,
      primary key (call_id, ordinal)
    );
    comment on table talks is 'each agent''s own talk with a caller, by their phone''s legs';

    -- who had the caller when they were handed on; null: not known
    alter table transfers add column from_agent text collate "C";

    -- the calls until now: as their last word told it, or else all of it is the first answerer's
    insert into talks (call_id, ordinal, agent, from_at, talk_ms, hold_ms)
    with told as (
      select distinct on (call_id) call_id, body -> 'record' -> 'talks' as list
        from facts where kind = 'call-ended' and jsonb_typeof(body -> 'record' -> 'talks') = 'array'
       order by call_id, at desc
    )
    select c.call_id, (t.ordinal - 1)::integer, t.talk ->> 'agent',
           to_timestamp((t.talk ->> 'fromMs')::float8 / 1000), (t.talk ->> 'talkMs')::float8,
           coalesce((t.talk ->> 'holdMs')::float8, 0)
      from calls c join told using (call_id), lateral jsonb_array_elements(list) with ordinality as t(talk, ordinal)
     where c.merged_into is null
     union all
    select call_id, 0, answered_by, answered_at, talk_ms, coalesce(hold_ms, 0)
      from calls c left join told using (call_id)
     where c.merged_into is null and c.answered_by is not null and told.call_id is null;

    update transfers t set from_agent = f.body ->> 'from'
      from facts f
     where f.kind = 'call-transferred' and f.call_id = t.call_id and f.at = t.at and f.body ->> 'from' is not null;
  `);
}
