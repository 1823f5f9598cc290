/** Quality forms in their versions, and the weeks' draws of calls to listen to. */
import type pg from 'pg';
import type { DrawnCall, Listenable } from '../core/quality/draw.ts';
import type { QualityForm } from '../core/quality/form.ts';
import type { Heard } from '../core/quality/measured.ts';
import type { ScoreState } from '../core/quality/score.ts';
import type { FormVersion, KeptForm } from '../protocol/quality.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** Every form in its latest version; the one in force stands first. */
export async function listForms(client: Client): Promise<KeptForm[]> {
  const { rows } = await client.query<KeptForm>(
    `select distinct on (f.in_force, f.id) f.id::int as "formId", v.version, v.body, f.in_force as "inForce",
            ${ms('v.made_at')} as "madeAtMs", p.name as "madeBy",
            (select count(*)::int from quality_scores s where s.form_id = f.id and s.state <> 'draft') as "scoreCount"
       from quality_forms f join quality_form_versions v on v.form_id = f.id left join people p on p.id = v.made_by
      order by f.in_force desc, f.id, v.version desc`,
  );
  return rows;
}

/** The form that calls are scored by now; null: no form is in force. */
export async function formInForce(client: Client): Promise<FormVersion | null> {
  const { rows } = await client.query<FormVersion>(
    `select v.form_id::int as "formId", v.version, v.body from quality_forms f join quality_form_versions v on v.form_id = f.id
      where f.in_force order by v.version desc limit 1`,
  );
  return rows[0] ?? null;
}

/** A form as it was when somebody scored by it. */
export async function formVersion(
  client: Client,
  formId: number,
  version: number,
): Promise<FormVersion | null> {
  const { rows } = await client.query<FormVersion>(
    `select form_id::int as "formId", version, body from quality_form_versions where form_id = $1 and version = $2`,
    [formId, version],
  );
  return rows[0] ?? null;
}

/** A new form, version 1; the very first one is in force. */
export async function addForm(client: Client, body: QualityForm, by: number | null): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into quality_forms (in_force) select not exists (select from quality_forms where in_force) returning id::int`,
  );
  await client.query(
    'insert into quality_form_versions (form_id, version, body, made_by) values ($1, 1, $2, $3)',
    [rows[0]!.id, JSON.stringify(body), by],
  );
  return rows[0]!.id;
}

/** The next version of a form; null: somebody else has made one meanwhile. */
export async function addVersion(
  client: Client,
  formId: number,
  after: number,
  body: QualityForm,
  by: number,
): Promise<number | null> {
  await client.query('select from quality_forms where id = $1 for update', [formId]);
  const { rows } = await client.query<{ version: number }>(
    `insert into quality_form_versions (form_id, version, body, made_by)
     select $1::bigint, $2::int + 1, $3, $4
      where (select max(version) from quality_form_versions where form_id = $1::bigint) = $2::int returning version`,
    [formId, after, JSON.stringify(body), by],
  );
  return rows[0]?.version ?? null;
}

/** From now on calls are scored by this form. */
export async function putInForce(client: Client, formId: number): Promise<boolean> {
  await client.query('update quality_forms set in_force = false where in_force and id <> $1', [formId]);
  const { rowCount } = await client.query('update quality_forms set in_force = true where id = $1', [formId]);
  return rowCount === 1;
}

/** The first form is there from the begin; telling it twice is telling it once. */
export async function beginForms(client: Client, body: QualityForm): Promise<void> {
  await client.query('lock table quality_forms in share row exclusive mode');
  const { rows } = await client.query('select from quality_forms limit 1');
  if (rows.length === 0) await addForm(client, body, null);
}

/** Answered calls of a span of which there is a recording that is long enough to be judged. */
export async function listenable(
  client: Client,
  fromMs: number,
  untilMs: number,
  leastMs: number,
): Promise<Listenable[]> {
  const { rows } = await client.query<Listenable>(
    `select r.call_id as "callId", c.answered_by as agent from recordings r join calls c on c.call_id = r.call_id
      where r.at >= to_timestamp($1::float8 / 1000) and r.at < to_timestamp($2::float8 / 1000) and r.path is not null
        and r.ms >= $3 and c.direction = 'inbound' and c.answered_by is not null and c.merged_into is null`,
    [fromMs, untilMs, leastMs],
  );
  return rows;
}

export interface KeptDraw {
  id: number;
  week: string;
  seed: string;
  drawVersion: number;
  perAgent: number;
  drawnAtMs: number;
  drawnBy: string | null;
}

/** Keeps a week's draw; false: it is drawn already, and stays as it is. */
export async function addDraw(
  client: Client,
  one: Omit<KeptDraw, 'id' | 'drawnBy'> & { fromMs: number; untilMs: number; personId: number | null },
  calls: readonly DrawnCall[],
): Promise<boolean> {
  const { rows } = await client.query<{ id: string }>(
    `insert into quality_draws (week, from_at, until_at, seed, draw_version, per_agent, drawn_at, drawn_by)
     values ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), $4, $5, $6, to_timestamp($7::float8 / 1000), $8)
     on conflict (week) do nothing returning id`,
    [
      ...[one.week, one.fromMs, one.untilMs, one.seed, one.drawVersion, one.perAgent],
      ...[one.drawnAtMs, one.personId],
    ],
  );
  if (!rows[0]) return false;
  await client.query(
    `insert into quality_drawn (draw_id, agent, place, call_id, drawn)
     select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::bool[])`,
    [
      rows[0].id,
      calls.map((call) => call.agent),
      calls.map((call) => call.place),
      calls.map((call) => call.callId),
      calls.map((call) => call.drawn),
    ],
  );
  return true;
}

/** The draw of a week; null: it was not drawn. */
export async function findDraw(client: Client, week: string): Promise<KeptDraw | null> {
  const { rows } = await client.query<KeptDraw>(
    `select d.id::int, d.week, d.seed, d.draw_version as "drawVersion", d.per_agent as "perAgent",
            ${ms('d.drawn_at')} as "drawnAtMs", p.name as "drawnBy"
       from quality_draws d left join people p on p.id = d.drawn_by where d.week = $1`,
    [week],
  );
  return rows[0] ?? null;
}

export interface DrawnRow extends DrawnCall {
  name: string;
  atMs: number;
  ms: number;
  /** the recording has not been deleted */
  there: boolean;
  scored: boolean;
  state: ScoreState | null;
  scorer: string | null;
  tenths: number | null;
}

/** Every call of a draw, those in reserve too, and what came of it. */
export async function drawnCalls(client: Client, drawId: number): Promise<DrawnRow[]> {
  const { rows } = await client.query<DrawnRow>(
    `select d.call_id as "callId", d.agent, d.place, d.drawn,
            coalesce((select name from people where agent = d.agent order by id limit 1), d.agent) as name,
            ${ms('r.at')} as "atMs", r.ms, r.path is not null as there, s.id is not null as scored, s.state,
            p.name as scorer, coalesce(s.decided_total, s.total) as tenths
       from quality_drawn d join recordings r on r.call_id = d.call_id
       left join quality_scores s on s.call_id = d.call_id and s.calibration_id is null
       left join people p on p.id = s.scorer_id
      where d.draw_id = $1 order by d.agent, d.place`,
    [drawId],
  );
  return rows;
}

export interface HeardCall extends Heard {
  callId: string;
  atMs: number;
  ms: number;
  there: boolean;
  /** null: who answered it is nobody's number any more */
  agentId: number | null;
  agentName: string;
}

/** A recorded call as a form is pre-filled from it; null: there is no recording of it, or nobody answered. */
export async function heardCall(client: Client, callId: string): Promise<HeardCall | null> {
  const { rows } = await client.query<HeardCall>(
    `select r.call_id as "callId", ${ms('r.at')} as "atMs", r.ms, r.path is not null as there, r.measures,
            c.hung_up_first as "hungUpFirst", p.id::int as "agentId", coalesce(p.name, c.answered_by) as "agentName"
       from recordings r join calls c on c.call_id = r.call_id
       left join lateral (select id, name from people where agent = c.answered_by order by id limit 1) p on true
      where r.call_id = $1 and c.answered_by is not null`,
    [callId],
  );
  return rows[0] ?? null;
}
