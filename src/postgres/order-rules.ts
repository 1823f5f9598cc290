/** What the customer service centre sets: the decision table and the clocks, each change a version that stays. */
import type pg from 'pg';
import { ANNEX_TABLE } from '../core/orders/annex-table.ts';
import { ORDER_SETTINGS, type OrderSettings } from '../core/orders/clocks.ts';
import type { DecisionTable } from '../core/orders/decision.ts';

type Client = Pick<pg.ClientBase, 'query'>;
type Table = 'decision_tables' | 'order_settings';

export interface Version<T> {
  version: number;
  body: T;
  note: string;
  madeBy: string | null;
  madeAtMs: number;
}

const COLUMNS = `v.version, v.body, v.note, p.name as "madeBy", (extract(epoch from v.made_at) * 1000)::float8 as "madeAtMs"`;

async function newest<T>(client: Client, table: Table, first: T, note: string): Promise<Version<T>> {
  const read = () =>
    client.query<Version<T>>(
      `select ${COLUMNS} from ${table} v left join people p on p.id = v.made_by order by v.version desc limit 1`,
    );
  const { rows } = await read();
  if (rows[0]) return rows[0];
  await client.query(`insert into ${table} (version, body, note) values (1, $1, $2) on conflict do nothing`, [
    JSON.stringify(first),
    note,
  ]);
  return (await read()).rows[0]!;
}

/** The decision table that holds now; the first is Annex 1. */
export function decisionTable(client: Client): Promise<Version<DecisionTable>> {
  return newest(client, 'decision_tables', ANNEX_TABLE, '附件1原文');
}

/** The clocks' settings that hold now; the first are Article 13's. */
export async function orderSettings(client: Client): Promise<Version<OrderSettings>> {
  const found = await newest(client, 'order_settings', ORDER_SETTINGS, '第十三条');
  return { ...found, body: { ...ORDER_SETTINGS, ...found.body } };
}

/** Adds a version after `after`; null: another has changed it meanwhile. */
export async function addVersion(
  client: Client,
  table: Table,
  after: number,
  body: DecisionTable | OrderSettings,
  note: string,
  personId: number,
): Promise<number | null> {
  const { rows } = await client.query<{ version: number }>(
    `insert into ${table} (version, body, note, made_by)
     select $1 + 1, $2, $3, $4 where (select max(version) from ${table}) = $1
     on conflict do nothing returning version`,
    [after, JSON.stringify(body), note, personId],
  );
  return rows[0]?.version ?? null;
}

/** Every version, newest first, without its body. */
export async function listVersions(client: Client, table: Table): Promise<Omit<Version<never>, 'body'>[]> {
  const { rows } = await client.query<Omit<Version<never>, 'body'>>(
    `select v.version, v.note, p.name as "madeBy", (extract(epoch from v.made_at) * 1000)::float8 as "madeAtMs"
       from ${table} v left join people p on p.id = v.made_by order by v.version desc limit 200`,
  );
  return rows;
}

/** The decision table as it was. */
export async function oldTable(client: Client, version: number): Promise<Version<DecisionTable> | null> {
  const { rows } = await client.query<Version<DecisionTable>>(
    `select ${COLUMNS} from decision_tables v left join people p on p.id = v.made_by where v.version = $1`,
    [version],
  );
  return rows[0] ?? null;
}
