/** The tables of pg-boss, in the schema that the owner made for them: the service itself may make no schema. */
import type pg from 'pg';
import PgBoss from 'pg-boss';
import { inTransaction, oneAtATime } from './pool.ts';

const MAKE_SCHEMA = /CREATE SCHEMA IF NOT EXISTS pgboss\s*;/;

/** Makes them once; without that schema pg-boss makes everything by itself, where it may. */
export async function installJobs(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await oneAtATime(client, 'pgboss');
    const { rows } = await client.query<{ missing: boolean }>(
      `select to_regnamespace('pgboss') is not null and to_regclass('pgboss.version') is null as missing`,
    );
    if (!rows[0]!.missing) return;
    const plans = PgBoss.getConstructionPlans('pgboss');
    // they bring a transaction of their own, and one is open
    const statements = plans.replace(MAKE_SCHEMA, '').replace(/^\s*BEGIN;|COMMIT;\s*$/g, '');
    await client.query(statements);
  });
}
