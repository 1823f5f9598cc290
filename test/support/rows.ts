import type pg from 'pg';

const TABLES = ['facts', 'calls', 'offers', 'transfers'];

/** Everything that is kept of calls, in an order of its own: two databases are equal if these are. */
export async function keptRows(pool: pg.Pool): Promise<Record<string, unknown[]>> {
  const kept: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const { rows } = await pool.query<{ row: unknown }>(
      `select to_jsonb(t) as row from ${table} t
        where ${table === 'facts' ? "kind not in ('feed-gap', 'anomaly', 'agent-state-changed')" : 'true'}
        order by to_jsonb(t)::text collate "C"`,
    );
    kept[table] = rows.map((one) => one.row);
  }
  return kept;
}
