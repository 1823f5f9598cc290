/** The IVR's flow in its versions, and which of them is in force when. */
import type pg from 'pg';
import type { Flow } from '../core/ivr/flow.ts';
import type { FlowTerm, KeptFlow } from '../protocol/ivr-flow.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const FLOW = `f.version, f.body, f.note, p.name as "madeBy", ${ms('f.made_at')} as "madeAtMs"`;

/** The newest versions first. */
export async function listFlows(client: Client, most: number): Promise<KeptFlow[]> {
  const { rows } = await client.query<KeptFlow>(
    `select ${FLOW} from ivr_flows f left join people p on p.id = f.made_by order by f.version desc limit $1`,
    [most],
  );
  return rows;
}

/** One version as it was saved; null: there is none. */
export async function findFlow(client: Client, version: number): Promise<KeptFlow | null> {
  const { rows } = await client.query<KeptFlow>(
    `select ${FLOW} from ivr_flows f left join people p on p.id = f.made_by where f.version = $1`,
    [version],
  );
  return rows[0] ?? null;
}

/** The next version; only one at a time is numbered. */
export async function addFlow(
  client: Client,
  one: { body: Flow; note: string; personId: number | null },
): Promise<number> {
  await client.query('lock table ivr_flows in share row exclusive mode');
  const { rows } = await client.query<{ version: number }>(
    `insert into ivr_flows (version, body, note, made_by)
     select coalesce(max(version), 0) + 1, $1, $2, $3 from ivr_flows returning version`,
    [JSON.stringify(one.body), one.note, one.personId],
  );
  return rows[0]!.version;
}

/** The flow that the house began with is version 1 and in force from the begin; telling it twice is telling it once. */
export async function beginFlows(client: Client, body: Flow, note: string): Promise<void> {
  await client.query('lock table ivr_flows in share row exclusive mode');
  const { rows } = await client.query('select from ivr_flows limit 1');
  if (rows.length > 0) return;
  const version = await addFlow(client, { body, note, personId: null });
  await client.query('insert into ivr_flow_terms (version, from_at) values ($1, to_timestamp(0))', [version]);
}

/** When which version was put in force, the newest decision first; those that were taken back, too. */
export async function listTerms(client: Client): Promise<FlowTerm[]> {
  const { rows } = await client.query<FlowTerm>(
    `select t.id::int, t.version, ${ms('t.from_at')} as "fromMs", p.name as "putBy", ${ms('t.put_at')} as "putAtMs",
            b.name as "takenBackBy", ${ms('t.taken_back_at')} as "takenBackAtMs"
       from ivr_flow_terms t left join people p on p.id = t.put_by left join people b on b.id = t.taken_back_by
      order by t.id desc limit 200`,
  );
  return rows;
}

/** One decision at a time: who comes second sees what the first has done. */
export async function lockTerms(client: Client): Promise<void> {
  await client.query('lock table ivr_flow_terms in share row exclusive mode');
}

/** This version is in force from then on. */
export async function putFlow(
  client: Client,
  one: { version: number; fromMs: number; personId: number },
): Promise<void> {
  await client.query(
    'insert into ivr_flow_terms (version, from_at, put_by) values ($1, to_timestamp($2::float8 / 1000), $3)',
    [one.version, one.fromMs, one.personId],
  );
}

/** The one before is in force again; false: it was taken back already. */
export async function takeBackFlow(client: Client, termId: number, personId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update ivr_flow_terms set taken_back_by = $2, taken_back_at = now() where id = $1 and taken_back_at is null`,
    [termId, personId],
  );
  return rowCount === 1;
}
