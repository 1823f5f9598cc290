// Why: Article 23 asks for any period, category, district, unit and channel: what was asked once is kept under a name, and goes by a schedule like the others.
import type { Knex } from 'knex';

/**
 * A schedule tells itself which kind of period it is for, so that a named report can have one. Article 22's cycle ends
 * with the 25th: its schedule is the 25th at 23:59, which `dueRun` reads as “when that day is over”, so that the calls
 * of the 25th's evening are in it. Whoever switched it on for another time keeps that.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table named_reports (
      id          bigint generated always as identity primary key,
      name        text not null check (name <> ''),
      kind        text collate "C" not null,
      filter      jsonb not null,
      saved_by    bigint not null references people,
      saved_at    timestamptz not null default now(),
      removed_at  timestamptz
    );
    comment on table named_reports is '“any” reports under a name; their key is named:ID. Removed ones stay: what was sent names them';
    create unique index named_reports_name on named_reports (name) where removed_at is null;

    alter table report_schedules add column kind text collate "C";
    update report_schedules set kind =
      case report when 'daily' then 'day' when 'weekly' then 'week' when 'monthly' then 'cycle' else 'month' end;
    alter table report_schedules alter column kind set not null;
    comment on column report_schedules.kind is 'of which kind of period: day, week, month, cycle, summer, year';
    comment on column report_schedules.day is 'week: 1 Monday to 7; else the day of the month, 0 its last; day: not looked at';
    update report_schedules set day = 25, minute = 1439
     where report = 'monthly' and not enabled and day = 26 and minute = 480;
    insert into report_schedules (report, kind, day, minute) values
      ('callbacks', 'week', 1, 480), ('telephone', 'cycle', 25, 1439);
  `);
}
