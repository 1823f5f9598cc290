// Why: Articles 6–12 are judged by who listens (issue 9): forms that never change under a score, a draw that can be proved, scores that an agent can contest.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table quality_forms (
      id       bigint generated always as identity primary key,
      in_force boolean not null default false
    );
    create unique index quality_forms_in_force on quality_forms (in_force) where in_force;
    comment on column quality_forms.in_force is 'calls are scored by its latest version';

    create table quality_form_versions (
      form_id bigint not null references quality_forms,
      version integer not null,
      body    jsonb not null,
      made_at timestamptz not null default now(),
      made_by bigint references people,
      primary key (form_id, version)
    );
    create function quality_form_kept() returns trigger language plpgsql as $$
      begin
        raise exception 'a version of a quality form never changes: an edit makes the next one';
      end
    $$;
    create trigger quality_form_kept before update or delete on quality_form_versions
      for each row execute function quality_form_kept();

    create table quality_draws (
      id           bigint generated always as identity primary key,
      week         text collate "C" not null unique,
      from_at      timestamptz not null,
      until_at     timestamptz not null,
      seed         text collate "C" not null,
      draw_version integer not null,
      per_agent    integer not null,
      drawn_at     timestamptz not null,
      drawn_by     bigint references people
    );
    comment on column quality_draws.drawn_by is 'null: by itself on Monday';

    create table quality_drawn (
      draw_id bigint not null references quality_draws,
      agent   text collate "C" not null,
      place   integer not null,
      call_id text collate "C" not null,
      drawn   boolean not null,
      primary key (draw_id, agent, place),
      unique (draw_id, call_id)
    );
    comment on column quality_drawn.drawn is 'false: stands in reserve, for a call whose recording is gone';

    create table quality_calibrations (
      id        bigint generated always as identity primary key,
      call_id   text collate "C" not null unique,
      form_id   bigint not null,
      version   integer not null,
      opened_by bigint not null references people,
      opened_at timestamptz not null,
      closed_at timestamptz,
      foreign key (form_id, version) references quality_form_versions
    );

    create table quality_scores (
      id              bigint generated always as identity primary key,
      call_id         text collate "C" not null,
      agent_id        bigint not null references people,
      scorer_id       bigint not null references people,
      form_id         bigint not null,
      version         integer not null,
      calibration_id  bigint references quality_calibrations,
      answers         jsonb not null default '{}',
      comments        jsonb not null default '[]',
      note            text not null default '',
      total           integer check (total between 0 and 1000),
      state           text collate "C" not null default 'draft'
                      check (state in ('draft', 'given', 'seen', 'answered', 'appealed', 'decided')),
      changed_at      timestamptz not null,
      given_at        timestamptz,
      seen_at         timestamptz,
      answered_at     timestamptz,
      answer          text not null default '',
      appealed_at     timestamptz,
      appeal          text not null default '',
      decided_at      timestamptz,
      decided_by      bigint references people,
      decision        text not null default '',
      decided_answers jsonb,
      decided_total   integer check (decided_total between 0 and 1000),
      foreign key (form_id, version) references quality_form_versions,
      check (state = 'draft' or (total is not null and given_at is not null)),
      check (state <> 'decided' or (decided_by is not null and decided_by <> scorer_id))
    );
    create unique index quality_scores_call on quality_scores (call_id) where calibration_id is null;
    create unique index quality_scores_calibration on quality_scores (calibration_id, scorer_id);
    create index quality_scores_agent on quality_scores (agent_id);
    create index quality_scores_appealed on quality_scores (appealed_at) where state = 'appealed';
    comment on column quality_scores.total is 'tenths of a point of 100; what counts is decided_total, if there is one';
    comment on column quality_scores.comments is 'pinned to instants of the recording: atMs, words';
    comment on column quality_scores.calibration_id is 'one of several scores of one call: shows the spread, counts for no agent';
  `);
}
