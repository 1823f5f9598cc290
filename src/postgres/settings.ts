/** What the utility's people have set (core/people/settings.ts says what can be). */
import type pg from 'pg';

export async function keptSettings(
  pool: pg.Pool | pg.PoolClient,
  name: string,
): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<{ value: Record<string, unknown> }>(
    'select value from settings where name = $1',
    [name],
  );
  return rows[0]?.value ?? {};
}

export async function keepSettings(
  client: pg.PoolClient,
  name: string,
  value: unknown,
  by: string,
): Promise<void> {
  await client.query(
    `insert into settings (name, value, changed_by) values ($1, $2, $3)
     on conflict (name) do update set value = excluded.value, changed_at = now(), changed_by = excluded.changed_by`,
    [name, JSON.stringify(value), by],
  );
}
