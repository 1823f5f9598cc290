// Why: issue 6: sign for, return, reply and callback, each against its own deadline, with the warnings of orders.
import type { Knex } from 'knex';

/** The watch sets a case's clocks when it finds the case changed, and fires them; what was said is not said again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table case_clocks (
      case_id       bigint not null references outside_cases,
      name          text collate "C" not null check (name in ('sign', 'return', 'reply', 'call-back')),
      due_at        timestamptz not null,
      warn_at       timestamptz not null,
      escalate_at   timestamptz not null,
      met_at        timestamptz,
      fired         text[] not null default '{}',
      next_at       timestamptz,
      primary key (case_id, name)
    );
    create index case_clocks_next on case_clocks (next_at) where next_at is not null;
    alter table outside_cases add column clocked_version integer not null default 0;
    comment on column outside_cases.clocked_version is 'the version whose clocks are set; 0: none are, or the rules changed';
    -- what was answered before there were clocks is not spoken of
    update outside_cases set clocked_version = version where state not in ('new', 'signed');
    create index outside_cases_unclocked on outside_cases (id) where clocked_version <> version;
  `);
}
