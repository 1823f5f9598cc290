// Why: what the switch said must outlive everything; facts are kept, and the read tables answer who called and how it went.
import type { Knex } from 'knex';

/**
 * Keys are `collate "C"`: they are compared by bytes, not by pinyin, which is several times as fast.
 * No foreign keys between the tables of a call: one writer keeps them, in one transaction, in any order of telling.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table facts (
      id       text collate "C" primary key,
      kind     text collate "C" not null,
      at       timestamptz not null,
      call_id  text collate "C",
      body     jsonb not null
    );
    comment on table facts is 'what happened on the floor, each told once; the whole record of a call is in its call-ended';
    create index facts_call on facts (call_id) where call_id is not null;
    create index facts_at on facts using brin (at);

    create table calls (
      call_id            text collate "C" primary key,
      direction          text collate "C" not null check (direction in ('inbound', 'outbound', 'internal')),
      ani                text collate "C",
      dnis               text collate "C",
      party              text collate "C",
      queue              text collate "C",
      outcome            text collate "C" check (outcome in
                           ('answered', 'abandoned', 'callback', 'overflowed', 'blocked', 'unknown')),
      abandon_stage      text collate "C" check (abandon_stage in ('ivr', 'queue', 'ringing')),
      arrived_at         timestamptz not null,
      queued_at          timestamptz,
      first_ring_at      timestamptz,
      answered_at        timestamptz,
      ended_at           timestamptz,
      wait_ms            double precision,
      ring_ms            double precision,
      rings              integer,
      within_three_rings boolean,
      talk_ms            double precision,
      hold_ms            double precision,
      hung_up_first      text collate "C" check (hung_up_first in ('caller', 'agent', 'pbx')),
      answered_by        text collate "C",
      offer_count        integer not null,
      transfer_count     integer not null,
      survey_id          text collate "C",
      survey_result      text collate "C",
      survey_score       double precision,
      anomalies          text[] not null,
      merged_into        text collate "C",
      told_progress      integer not null,
      told_at_ms         double precision not null,
      told_by            text collate "C" not null
    );
    comment on column calls.party is 'the outside number as normaliseNumber gives it: of an inbound call who called, of an outbound one who was called';
    comment on column calls.outcome is 'null: the call lives';
    comment on column calls.merged_into is 'not null: it proved to be a part of that call, is none of its own, and is counted nowhere';
    comment on column calls.told_progress is 'with told_at_ms and told_by: which telling this row is; only a later one may replace it';
    create index calls_party on calls (party, arrived_at desc) where outcome is not null;
    create index calls_arrived on calls (arrived_at);

    create table offers (
      call_id  text collate "C" not null,
      ordinal  integer not null,
      agent    text collate "C" not null,
      at       timestamptz not null,
      ring_ms  double precision,
      outcome  text collate "C",
      primary key (call_id, ordinal)
    );
    create index offers_agent on offers (agent, at);

    create table transfers (
      call_id  text collate "C" not null,
      ordinal  integer not null,
      kind     text collate "C" not null,
      target   text collate "C" not null,
      at       timestamptz not null,
      primary key (call_id, ordinal)
    );

    create table agent_states (
      id        text collate "C" primary key,
      agent     text collate "C" not null,
      since_at  timestamptz not null,
      state     text collate "C" not null,
      reason    text
    );
    create index agent_states_agent on agent_states (agent, since_at, id);
    create index agent_states_since on agent_states (since_at);
    create view agent_spells as
      select agent, state, reason, since_at,
             lead(since_at) over (partition by agent order by since_at, id) as until_at
        from agent_states;
    comment on view agent_spells is 'until_at null: the agent is still in this state';

    create table gaps (
      id        text collate "C" primary key,
      from_at   timestamptz not null,
      until_at  timestamptz not null
    );
    create index gaps_until on gaps (until_at);

    create table anomalies (
      id       text collate "C" primary key,
      at       timestamptz not null,
      name     text collate "C" not null,
      call_id  text collate "C",
      detail   text not null
    );
    create index anomalies_at on anomalies (at);
  `);
}
