/** All that is kept of one caller, found by their number, and what an erasure leaves of it (core/people/personal-data.ts). */
import type pg from 'pg';
import type { PERSONAL_DATA } from '../core/people/personal-data.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** One table of a kind. `a`: number, its calls, and `pattern`, which finds the number within texts. `t`: the row. */
interface Part {
  kind: keyof typeof PERSONAL_DATA;
  table: string;
  where: string;
  /** what an erasure does: takes the row away, or sets this */
  erase?: 'delete' | { set: string };
  /** rows that an erasure leaves alone */
  unless?: string;
}

const OF_CALL = 't.call_id = any (a.calls)';
/** its call must be kept, by a legal hold or by the order that was made of it */
const CALL_KEPT = `(exists (select from calls c where c.call_id = t.call_id) and not ${OF_CALL})`;
const WITH_ORDER = 'exists (select from orders o where o.record_id = t.id)';
const redacted = (column: string, type: 'jsonb' | 'text') =>
  `${column} = regexp_replace(t.${column}::text, a.pattern, '***', 'g')::${type}`;

const PARTS: readonly Part[] = [
  { kind: 'customers', table: 'customers', where: ofCustomer('t.id') },
  { kind: 'customers', table: 'customer_phones', where: 't.number = a.number' },
  { kind: 'customers', table: 'customer_changes', where: ofCustomer('t.customer_id') },
  { kind: 'customers', table: 'unclear_numbers', where: 't.written ~ a.pattern' },
  {
    ...{ kind: 'customerImports', table: 'customer_import_rows', erase: 'delete' },
    where: `exists (select from unnest(t.phones) phone where regexp_replace(phone, '\\D', '', 'g') ~ a.pattern)`,
  },
  {
    ...{ kind: 'customerImports', table: 'customer_imports', where: 't.sample::text ~ a.pattern' },
    erase: { set: `sample = '[]'` },
  },
  {
    ...{ kind: 'calls', table: 'calls', where: OF_CALL },
    erase: { set: `ani = null, party = null, dnis = case direction when 'outbound' then null else dnis end` },
  },
  { kind: 'callFacts', table: 'facts', where: OF_CALL, erase: { set: redacted('body', 'jsonb') } },
  {
    ...{ kind: 'callFacts', table: 'anomalies', where: `(${OF_CALL} or t.detail ~ a.pattern)` },
    erase: { set: redacted('detail', 'text') },
  },
  // its file goes with it: the caller does both
  { kind: 'recordings', table: 'recordings', where: OF_CALL },
  { kind: 'transcripts', table: 'transcripts', where: OF_CALL, erase: 'delete' },
  {
    ...{ kind: 'spokenWords', table: 'spoken_words', where: `(${OF_CALL} or t.number = a.number)` },
    erase: { set: 'number = null, bytes = 0, sound_deleted_at = coalesce(t.sound_deleted_at, now())' },
    unless: CALL_KEPT,
  },
  {
    ...{ kind: 'records', table: 'record_versions', unless: WITH_ORDER.replace('t.id', 't.record_id') },
    where: `t.record_id in (select id from records r where r.phone_number = a.number or r.call_id = any (a.calls))`,
    erase: { set: `fields = '{}'` },
  },
  {
    ...{ kind: 'records', table: 'records', unless: WITH_ORDER },
    where: `(t.phone_number = a.number or ${OF_CALL})`,
    erase: {
      set: `caller = '', phone = '', phone_number = null, account = '', address = '', content = '', answer = ''`,
    },
  },
  { kind: 'orders', table: 'orders', where: `(t.phone = a.number or ${OF_CALL})` },
  { kind: 'orders', table: 'order_steps', where: ofOrder('t.order_id') },
  { kind: 'orders', table: 'order_files', where: ofOrder('t.order_id') },
  { kind: 'cases', table: 'outside_cases', where: 't.phone = a.number' },
  { kind: 'cases', table: 'case_steps', where: ofCase('t.case_id') },
  { kind: 'cases', table: 'case_files', where: ofCase('t.case_id') },
  {
    ...{ kind: 'cases', table: 'case_mails' },
    where: 't.id in (select mail_id from outside_cases where phone = a.number)',
  },
  {
    ...{ kind: 'callbacks', table: 'survey_attempts', where: 't.number = a.number' },
    ...{ erase: { set: `number = ''` }, unless: 't.result is null' },
  },
  {
    ...{ kind: 'callbacks', table: 'survey_items', where: 't.number = a.number' },
    erase: {
      set: `number = null, extension = null, caller = '', address = '', content = '', handling = '', words = '', recording = null`,
    },
    unless: `t.state not in ('out', 'done', 'replaced')`,
  },
  { kind: 'doNotCall', table: 'do_not_call', where: 't.number = a.number' },
  {
    ...{ kind: 'keptPlaces', table: 'kept_places', where: 't.number = a.number' },
    ...{ erase: 'delete', unless: `t.state = 'waiting'` },
  },
  { kind: 'keptPlaces', table: 'missed_claims', where: 't.party = a.number', erase: 'delete' },
  { kind: 'keptPlaces', table: 'missed_dismissals', where: 't.party = a.number', erase: 'delete' },
  {
    ...{ kind: 'floodCalls', table: 'flood_calls', where: `(${OF_CALL} or t.number = a.number)` },
    erase: { set: 'number = null' },
    unless: CALL_KEPT,
  },
  { kind: 'outageAskers', table: 'outage_askers', where: 't.number = a.number', erase: 'delete' },
  {
    ...{ kind: 'incidents', table: 'incidents', where: 't.callers::text ~ a.pattern' },
    ...{ erase: { set: redacted('callers', 'jsonb') }, unless: `t.state = 'suspected'` },
  },
  {
    ...{ kind: 'messages', table: 'deliveries', unless: `t.state not in ('delivered', 'cancelled', 'dead')` },
    where: '(t.message::text ~ a.pattern or t.recipient ~ a.pattern)',
    erase: { set: `${redacted('message', 'jsonb')}, ${redacted('recipient', 'text')}` },
  },
  { kind: 'messages', table: 'api_answers', where: 't.body::text ~ a.pattern', erase: 'delete' },
  { kind: 'handovers', table: 'handover_items', where: 't.text ~ a.pattern' },
  { kind: 'reports', table: 'report_passages', where: 't.text ~ a.pattern' },
];

function ofCustomer(id: string): string {
  return `${id} in (select customer_id from customer_phones where number = a.number)`;
}
function ofOrder(id: string): string {
  return `${id} in (select id from orders o where o.phone = a.number or o.call_id = any (a.calls))`;
}
function ofCase(id: string): string {
  return `${id} in (select id from outside_cases where phone = a.number)`;
}

const ASKED = 'with a as (select $1::text as number, $2::text[] as calls, $3::text as pattern)';
/** of one table; more than one caller has */
const MOST_ROWS = 20_000;

/** The number as it may stand in a text: with or without country and area, not within a longer figure. */
function patternOf(number: string): string {
  const local = /^0951(\d{7})$/.exec(number)?.[1];
  return `(?<!\\d)(\\+?86|0086)?0?${local === undefined ? number.replace(/^0/, '') : `(951)?${local}`}(?!\\d)`;
}

async function callsOf(client: Client, number: string, erasable: boolean): Promise<string[]> {
  // a legal hold wins, and what an order was made of is part of the order
  const { rows } = await client.query<{ callId: string }>(
    `select call_id as "callId" from calls c where party = $1 and (not $2 or (ended_at is not null
        and not exists (select from recordings r where r.call_id = c.call_id and r.held_why is not null)
        and not exists (select from orders o where o.call_id = c.call_id)
        and not exists (select from records r join orders o on o.record_id = r.id where r.call_id = c.call_id)))`,
    [number, erasable],
  );
  return rows.map(({ callId }) => callId);
}

/** What there is, by kind and table, as rows that a program can read. */
export type FoundData = Record<string, Record<string, Record<string, unknown>[]>>;

export async function findPersonData(client: Client, number: string): Promise<FoundData> {
  const values = [number, await callsOf(client, number, false), patternOf(number)];
  const found: FoundData = {};
  for (const { kind, table, where } of PARTS) {
    const { rows } = await client.query<{ row: Record<string, unknown> }>(
      `${ASKED} select to_jsonb(t) - '{search,told_hash,peaks,words_due}'::text[] as row from ${table} t, a where ${where} limit ${MOST_ROWS}`,
      values,
    );
    if (rows.length > 0) (found[kind] ??= {})[table] = rows.map(({ row }) => row);
  }
  return found;
}

export interface Erased {
  /** rows by kind */
  counts: Record<string, number>;
  /** recordings whose file goes next, below the recordings' folder */
  recordings: { callId: string; path: string }[];
  /** calls whose spoken words' sound goes next */
  words: string[];
  /** sounds of callbacks */
  surveys: string[];
}

/** Inside a transaction: erases the rows, and says which files go when it stands. */
export async function erasePersonData(client: Client, number: string): Promise<Erased> {
  const calls = await callsOf(client, number, true);
  const values = [number, calls, patternOf(number)];
  const files = await client.query<{ callId: string; path: string }>(
    `select call_id as "callId", path from recordings where call_id = any ($1) and path is not null and held_why is null for update`,
    [calls],
  );
  const words = await client.query<{ callId: string }>(
    `select call_id as "callId" from spoken_words w where sound_deleted_at is null and (call_id = any ($1)
        or number = $2 and not exists (select from calls c where c.call_id = w.call_id))`,
    [calls, number],
  );
  const surveys = await client.query<{ recording: string }>(
    `select recording from survey_items t where number = $1 and recording is not null and t.state in ('out', 'done', 'replaced')`,
    [number],
  );
  const counts: Record<string, number> = { recordings: files.rows.length };
  for (const { kind, table, where, erase, unless } of PARTS) {
    if (erase === undefined) continue;
    const rows = unless === undefined ? where : `${where} and not (${unless})`;
    const statement =
      erase === 'delete'
        ? `delete from ${table} t using a where ${rows}`
        : `update ${table} t set ${erase.set} from a where ${rows}`;
    const { rowCount } = await client.query(`${ASKED} ${statement}`, values);
    counts[kind] = (counts[kind] ?? 0) + (rowCount ?? 0);
  }
  return {
    counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    recordings: files.rows,
    words: words.rows.map(({ callId }) => callId),
    surveys: surveys.rows.map(({ recording }) => recording),
  };
}
