// Why: who guesses passwords or speaks forbidden SIP is kept out for a while, and a restart does not let them in again.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table bans (
      subject  text collate "C" primary key,
      why      text not null,
      count    integer not null,
      since_at timestamptz not null,
      until_at timestamptz not null
    );
    comment on table bans is 'subject: phone:1001 (a browser''s phone line, kept out by the service) or address:192.0.2.7 (seen in the switch''s security log; fail2ban keeps it out)';
  `);
}
