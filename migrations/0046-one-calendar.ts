// Why: the orders' clocks and the callbacks each had a holiday table; people keep one.
import type { Knex } from 'knex';

/** The days of `holidays` go into the next version of the orders' settings, from where the callbacks read them too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    insert into order_settings (version, body, note)
    select s.version + 1,
           jsonb_set(jsonb_set(s.body, '{calendar,holidays}', (
             select coalesce(jsonb_agg(jsonb_build_object('date', to_char(day, 'YYYY-MM-DD'), 'name', name) order by day), '[]')
               from holidays where not worked)),
             '{calendar,worked}', (
             select coalesce(jsonb_agg(jsonb_build_object('date', to_char(day, 'YYYY-MM-DD'), 'name', name) order by day), '[]')
               from holidays where worked)),
           '节假日表并入'
      from (select * from order_settings order by version desc limit 1) s;
    drop table holidays;
  `);
}
