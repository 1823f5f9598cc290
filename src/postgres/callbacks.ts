/** Callback campaigns: the draw, the attempts, their results; one function per query. */
import type pg from 'pg';
import type { ClosedOrder } from '../core/callbacks/campaign.ts';
import type { Draw, DrawnFrom, Place, SampleRule } from '../core/callbacks/sample.ts';
import { CALLBACK_LISTS } from './callback-lists.ts';
import { instant, ms } from './instants.ts';

type Client = pg.Pool | pg.PoolClient;

export interface CampaignRow {
  id: number;
  period: string;
  fromMs: number;
  untilMs: number;
  weekly: boolean;
  seed: string;
  drawVersion: number;
  rule: SampleRule;
  state: 'running' | 'paused' | 'stopped' | 'done';
  createdAtMs: number;
  endedAtMs: number | null;
}
const CAMPAIGN = `c.id::int, c.period, ${ms('c.from_at')} as "fromMs", ${ms('c.until_at')} as "untilMs", c.weekly, c.seed,
  c.draw_version as "drawVersion", c.rule, c.state, ${ms('c.created_at')} as "createdAtMs", ${ms('c.ended_at')} as "endedAtMs"`;

/** Begins a campaign; null: this week's is there already. */
export async function addCampaign(
  client: Client,
  one: {
    period: string;
    fromMs: number;
    untilMs: number;
    weekly: boolean;
    seed: string;
    drawVersion: number;
    rule: SampleRule;
    personId: number | null;
    atMs: number;
  },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into survey_campaigns (period, from_at, until_at, weekly, seed, draw_version, rule, state, created_by, created_at)
     values ($1, ${instant('$2')}, ${instant('$3')}, $4, $5, $6, $7, 'running', $8, ${instant('$9')})
     on conflict (period) where weekly do nothing returning id::int`,
    [
      one.period,
      one.fromMs,
      one.untilMs,
      one.weekly,
      one.seed,
      one.drawVersion,
      JSON.stringify(one.rule),
      one.personId,
      one.atMs,
    ],
  );
  return rows[0]?.id ?? null;
}

/** Every order of the population, drawn or not: the certificate. */
export async function addItems(
  client: Client,
  campaignId: number,
  orders: readonly ClosedOrder[],
  population: readonly DrawnFrom[],
  draw: Draw,
  dueAtMs: number,
): Promise<void> {
  const places = new Map(draw.places.map((one) => [one.orderNo, one]));
  const looked = new Map(population.map((one) => [one.orderNo, one]));
  const rows = orders.map((order) => {
    const { exclusion } = looked.get(order.orderNo)!;
    const place = places.get(order.orderNo);
    const state = exclusion ? 'out' : place?.drawn ? 'waiting' : 'reserve';
    return {
      ...order,
      exclusion,
      place: place?.place ?? null,
      drawn: place?.drawn ?? false,
      whole: place?.whole ?? false,
      state,
    };
  });
  await client.query(
    `insert into survey_items (campaign_id, order_no, department, stratum, exclusion, urgent, redone, place, drawn, whole,
            state, number, extension, accepted_at, closed_at, caller, address, district, category, content, handled_by, handling,
            agent_id, due_at)
     select $1, "orderNo", department, stratum, exclusion, urgent, redone, place, drawn, whole, state, number, extension,
            ${instant('"acceptedAtMs"')}, ${instant('"closedAtMs"')}, caller, address, district, category, content, "handledBy",
            handling, "agentId", case when state = 'waiting' then ${instant('$3')} end
       from jsonb_to_recordset($2::jsonb) as o ("orderNo" text, department text, stratum text, exclusion text,
            urgent boolean, redone boolean, place integer, drawn boolean, whole boolean, state text, number text, extension text,
            "acceptedAtMs" float8, "closedAtMs" float8, caller text, address text, district text, category text,
            content text, "handledBy" text, handling text, "agentId" bigint)
      order by "orderNo"
     on conflict (campaign_id, order_no) do nothing`,
    [campaignId, JSON.stringify(rows), dueAtMs],
  );
}

export async function listCampaigns(
  client: Client,
): Promise<
  (CampaignRow & { population: number; drawn: number; done: number; waiting: number; people: number })[]
> {
  const { rows } = await client.query(
    `select ${CAMPAIGN}, i.* from survey_campaigns c cross join lateral (
       select count(*) filter (where ${CALLBACK_LISTS.population})::int as population,
              count(*) filter (where ${CALLBACK_LISTS.drawn})::int as drawn,
              count(*) filter (where i.state = 'done')::int as done,
              count(*) filter (where i.state = 'waiting')::int as waiting,
              count(*) filter (where ${CALLBACK_LISTS.people})::int as people
         from survey_items i where i.campaign_id = c.id) i
      order by c.created_at desc, c.id desc limit 60`,
  );
  return rows as never;
}

export async function findCampaign(client: Client, id: number): Promise<CampaignRow | null> {
  const { rows } = await client.query<CampaignRow>(
    `select ${CAMPAIGN} from survey_campaigns c where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** What the certificate says of each order of the population. */
export async function listPlaces(
  client: Client,
  campaignId: number,
): Promise<
  (DrawnFrom & Place & { id: number; state: string; why: string | null; replacesId: number | null })[]
> {
  const { rows } = await client.query(
    `select id::int, order_no as "orderNo", department, stratum, exclusion, urgent, redone, place, drawn, whole, state,
            why, replaces_id::int as "replacesId"
       from survey_items where campaign_id = $1 order by department, stratum, place nulls last, order_no`,
    [campaignId],
  );
  return rows as never;
}

/** Pauses, goes on or stops; false: it is over already. */
export async function setCampaignState(
  client: Client,
  id: number,
  state: CampaignRow['state'],
  atMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update survey_campaigns set state = $2, ended_at = case when $2 in ('stopped', 'done') then ${instant('$3')} end
      where id = $1 and state in ('running', 'paused')`,
    [id, state, atMs],
  );
  return rowCount === 1;
}

/** A campaign of which nobody waits for the machine or for a person any more is done. */
export async function finishCampaigns(client: Client, atMs: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `update survey_campaigns c set state = 'done', ended_at = ${instant('$1')}
      where state = 'running' and not exists (
        select from survey_items i where i.campaign_id = c.id and i.state in ('waiting', 'people'))
     returning id::int`,
    [atMs],
  );
  return rows.map((row) => row.id);
}

export async function addDoNotCall(
  client: Client,
  number: string,
  how: 'key' | 'person',
  personId: number | null,
): Promise<void> {
  await client.query(
    `insert into do_not_call (number, how, person_id) values ($1, $2, $3) on conflict (number) do nothing`,
    [number, how, personId],
  );
}

export async function listDoNotCall(
  client: Client,
): Promise<{ number: string; sinceMs: number; how: 'key' | 'person' }[]> {
  const { rows } = await client.query(
    `select number, ${ms('since')} as "sinceMs", how from do_not_call order by since desc`,
  );
  return rows as never;
}

export async function removeDoNotCall(client: Client, number: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from do_not_call where number = $1', [number]);
  return rowCount === 1;
}

/** Orders that were called back, or are drawn by a campaign that still runs. */
export async function calledBackAmong(client: Client, orderNos: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ order_no: string }>(
    `select distinct i.order_no from survey_items i join survey_campaigns c on c.id = i.campaign_id
      where i.order_no = any($1::text[])
        and (i.state = 'done' or (i.state in ('waiting', 'people') and c.state in ('running', 'paused')))`,
    [orderNos],
  );
  return new Set(rows.map((row) => row.order_no));
}

/** Drafts an order to redo, once an item. */
export async function draftRedo(
  client: Client,
  itemId: number,
  reason: 'not-solved' | 'dissatisfied',
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into redo_drafts (item_id, reason) values ($1, $2) on conflict (item_id) do nothing`,
    [itemId, reason],
  );
  return rowCount === 1;
}

/** What differs from the usual rules. */
export async function readSurveyRules(client: Client): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ rules: Record<string, unknown> }>(
    'select rules from survey_settings',
  );
  return rows[0]?.rules ?? {};
}

/** The same, kept from others until the transaction's end. */
export async function lockSurveyRules(client: Client): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ rules: Record<string, unknown> }>(
    'select rules from survey_settings for update',
  );
  return rows[0]?.rules ?? {};
}

export async function saveSurveySettings(client: Client, rules: Record<string, unknown>): Promise<void> {
  await client.query('update survey_settings set rules = $1', [JSON.stringify(rules)]);
}
