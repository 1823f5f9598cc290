// Why: Article 14's callbacks must be provable: who could be drawn, who was, every call that was tried, every answer.
import type { Knex } from 'knex';

/**
 * A campaign is one draw over one period. Every order of its population is a row of `survey_items`, called or not: that
 * is the certificate. An attempt's row is committed before the switch is asked to call, and its id names the channel:
 * what comes of it is folded into that row, once, whoever tells it and how often.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table survey_campaigns (
      id           bigint generated always as identity primary key,
      period       text collate "C" not null,
      from_at      timestamptz not null,
      until_at     timestamptz not null,
      weekly       boolean not null default false,
      seed         text collate "C" not null,
      draw_version integer not null,
      rule         jsonb not null,
      state        text collate "C" not null check (state in ('running', 'paused', 'stopped', 'done')),
      created_at   timestamptz not null default now(),
      created_by   bigint references people,
      ended_at     timestamptz
    );
    comment on table survey_campaigns is 'one draw over one period; seed and rule are recorded so that anyone can draw again';
    create unique index survey_campaigns_weekly on survey_campaigns (period) where weekly;

    create table survey_items (
      id             bigint generated always as identity primary key,
      campaign_id    bigint not null references survey_campaigns,
      order_no       text collate "C" not null,
      department     text not null,
      stratum        text collate "C" not null check (stratum in ('ic-card', 'network', 'other')),
      exclusion      text collate "C" check (exclusion in ('no-number', 'do-not-call', 'called-back')),
      urgent         boolean not null,
      redone         boolean not null,
      place          integer,
      drawn          boolean not null,
      whole          boolean not null default false,
      state          text collate "C" not null check (state in
                       ('out', 'reserve', 'waiting', 'people', 'done', 'replaced')),
      why            text collate "C",
      replaces_id    bigint references survey_items,
      number         text collate "C",
      accepted_at    timestamptz not null,
      closed_at      timestamptz not null,
      caller         text not null default '',
      address        text not null default '',
      district       text not null default '',
      category       text not null,
      content        text not null,
      handled_by     text not null default '',
      handling       text not null default '',
      agent_id       bigint,
      due_at         timestamptz,
      solved         boolean,
      satisfied      text collate "C" check (satisfied in ('satisfied', 'fair', 'dissatisfied')),
      words          text,
      recording      text collate "C",
      channel        text collate "C" check (channel in ('machine', 'person')),
      called_by      bigint references people,
      called_back_at timestamptz,
      unique (campaign_id, order_no)
    );
    comment on column survey_items.agent_id is 'who took the order: they never call it back themselves';
    create index survey_items_order on survey_items (order_no);
    create index survey_items_number on survey_items (number, called_back_at);
    create index survey_items_open on survey_items (state, due_at) where state in ('waiting', 'people');
    create index survey_items_called on survey_items (called_back_at) where called_back_at is not null;

    create table survey_attempts (
      id           bigint generated always as identity primary key,
      token        text collate "C" not null,
      item_id      bigint not null references survey_items,
      number       text collate "C" not null,
      band         integer,
      placed_at    timestamptz not null,
      late_ms      float8 not null default 0,
      person_id    bigint references people,
      ended_at     timestamptz,
      result       text collate "C",
      answers      jsonb
    );
    create index survey_attempts_open on survey_attempts (id) where result is null;
    create index survey_attempts_number on survey_attempts (number, placed_at);
    create index survey_attempts_item on survey_attempts (item_id, placed_at);
    comment on column survey_attempts.person_id is 'null: the machine called';

    create table do_not_call (
      number     text collate "C" primary key,
      since      timestamptz not null default now(),
      how        text collate "C" not null check (how in ('key', 'person')),
      person_id  bigint references people
    );

    create table holidays (
      day     date primary key,
      worked  boolean not null,
      name    text not null
    );
    comment on table holidays is 'days that differ from Monday to Friday; worked: a weekend day that is worked instead';
    insert into holidays (day, worked, name) values
      ('2026-01-01', false, '元旦'), ('2026-01-02', false, '元旦'), ('2026-01-04', true, '元旦调休'),
      ('2026-02-14', true, '春节调休'), ('2026-02-16', false, '春节'), ('2026-02-17', false, '春节'),
      ('2026-02-18', false, '春节'), ('2026-02-19', false, '春节'), ('2026-02-20', false, '春节'),
      ('2026-02-23', false, '春节'), ('2026-02-28', true, '春节调休'), ('2026-04-06', false, '清明节'),
      ('2026-05-01', false, '劳动节'), ('2026-05-04', false, '劳动节'), ('2026-05-05', false, '劳动节'),
      ('2026-05-09', true, '劳动节调休'), ('2026-06-19', false, '端午节'), ('2026-09-20', true, '国庆节调休'),
      ('2026-09-25', false, '中秋节'), ('2026-10-01', false, '国庆节'), ('2026-10-02', false, '国庆节'),
      ('2026-10-05', false, '国庆节'), ('2026-10-06', false, '国庆节'), ('2026-10-07', false, '国庆节'),
      ('2026-10-10', true, '国庆节调休');

    create table survey_settings (
      one    boolean primary key default true check (one),
      rules  jsonb not null default '{}'
    );
    insert into survey_settings default values;

    create table redo_drafts (
      id          bigint generated always as identity primary key,
      item_id     bigint not null unique references survey_items,
      reason      text collate "C" not null check (reason in ('not-solved', 'dissatisfied')),
      state       text collate "C" not null default 'drafted' check (state in ('drafted', 'sent', 'dropped')),
      drafted_at  timestamptz not null default now(),
      decided_at  timestamptz,
      decided_by  bigint references people,
      new_order   text collate "C"
    );
    create index redo_drafts_open on redo_drafts (drafted_at) where state = 'drafted';
  `);
}
