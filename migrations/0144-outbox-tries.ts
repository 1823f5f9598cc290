// Why: any error, a passing lock timeout too, put a message out of the outbox aside for good, unseen (issue 17, K2).
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox add column attempts int not null default 0, add column next_at timestamptz default now();
    comment on column outbox.fault is 'why it could not be told the last time';
    comment on column outbox.next_at is 'when it is tried; null: a person must see to it';
    -- what was put aside lately may only have met a moment''s trouble; what is older is no news, and is shown
    update outbox set next_at = null where fault is not null and at <= now() - interval '1 day';
    update outbox set fault = null where fault is not null and at > now() - interval '1 day';
    create index outbox_ref on outbox (ref, id);
  `);
}
