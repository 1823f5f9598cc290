/** Cases from outside: entered, stepped and read. A step and the row that it changes are written in one transaction. */
import type pg from 'pg';
import { communityOf } from '../core/customers/community.ts';
import type { CaseClockName } from '../core/office/case-clocks.ts';
import {
  caseFieldText,
  sameMinute,
  takeCaseStep,
  type CaseFields,
  type CaseState,
  type CaseStep,
  type CaseStepKind,
  type Channel,
} from '../core/office/cases.ts';
import { clocksOf, type OrderSettings } from '../core/orders/clocks.ts';
import { writtenNumber } from '../core/people/number.ts';
import { instantOf, Made, namedValues } from './named-values.ts';
import { oneAtATime } from './pool.ts';
import { hasCaseFiles, type CaseFile } from './case-files.ts';
import { saveClocks } from './order-clocks.ts';
import { ORDER_COLUMNS, orderOf, type OrderRow } from './order-rows.ts';
import { instant, ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export interface CaseRow extends CaseFields {
  id: number;
  state: CaseState;
  version: number;
  firstDueAtMs: number | null;
  pasted: string;
  /** the deadline's words that a person still has to read */
  dueAsked: string;
  orderNo: string | null;
  orderState: string | null;
  joined: boolean;
  answeredAtMs: number | null;
  reply: string;
  madeBy: string;
  /** the clock that is due next, as the watch has set it; null: none runs */
  next: { name: CaseClockName; dueAtMs: number } | null;
}
export interface CaseStepRow {
  ordinal: number;
  kind: CaseStepKind;
  state: CaseState;
  atMs: number;
  personName: string;
  note: string;
  body: { untilMs?: number; orderNo?: string; changed?: string[] };
  files: CaseFile[];
}
/** Who did it: a person, another system by its token, or the mail that it came with. */
export type CaseBy = { name: string } & ({ id: number } | { tokenId: number } | { mailId: number });

/** with `people p` and `api_tokens t` joined */
export const MADE_BY = `coalesce(p.name, t.system, '邮箱自动收取')`;
const COLUMNS = `c.id::float8 as id, c.channel, c.outside_no as "outsideNo", c.kind, c.state, c.version,
  ${ms('c.received_at')} as "receivedAtMs", ${ms('c.first_due_at')} as "firstDueAtMs", ${ms('c.due_at')} as "dueAtMs",
  c.person, c.phone_written as phone, c.address, c.community, c.district, c.category, c.item, c.content, c.pasted, c.due_asked as "dueAsked",
  o.order_no as "orderNo", o.state as "orderState", c.joined, c.reply, ${MADE_BY} as "madeBy",
  ${ms('coalesce(c.replied_at, c.returned_at)')} as "answeredAtMs",
  (select json_build_object('name', k.name, 'dueAtMs', ${ms('k.due_at')}) from case_clocks k
    where k.case_id = c.id and k.met_at is null order by k.due_at limit 1) as next`;
/** its deadline waits for a person: nobody may find it last */
const DUE_ASKED = `(c.due_at is null and c.due_asked <> '')`;
const FROM = `from outside_cases c left join people p on p.id = c.made_by left join api_tokens t on t.id = c.token_id
  left join orders o on o.id = c.order_id`;
const makerOf = (by: CaseBy) => ({
  made_by: 'id' in by ? by.id : null,
  token_id: 'tokenId' in by ? by.tokenId : null,
  mail_id: 'mailId' in by ? by.mailId : null,
});

/** Enters a case; a number that the channel has given before is said, with the case that has it. */
export async function addCase(
  client: Client,
  fields: CaseFields,
  pasted: string,
  by: CaseBy,
  atMs: number,
  more: { note?: string; fileIds?: readonly string[]; dueAsked?: string } = {},
): Promise<{ id: number } | { takenBy: number }> {
  const row = namedValues({
    ...fieldColumns(fields),
    first_due_at: instantOf(fields.dueAtMs),
    pasted,
    due_asked: more.dueAsked ?? '',
    made_at: instantOf(atMs),
    ...makerOf(by),
  });
  const { rows } = await client.query<{ id: number }>(
    `insert into outside_cases (${row.names}) values (${row.places})
     on conflict (channel, outside_no) where outside_no <> '' do nothing returning id::float8 as id`,
    row.values,
  );
  const id = rows[0]?.id;
  if (id === undefined) return { takenBy: await caseWithNumber(client, fields.channel, fields.outsideNo) };
  await addStep(client, id, 1, 'enter', 'new', atMs, by, more.note ?? '', {}, more.fileIds);
  return { id };
}

function fieldColumns(fields: CaseFields) {
  return {
    channel: fields.channel,
    outside_no: fields.outsideNo,
    kind: fields.kind,
    received_at: instantOf(fields.receivedAtMs),
    due_at: instantOf(fields.dueAtMs),
    person: fields.person,
    phone_written: fields.phone,
    phone: writtenNumber(fields.phone),
    address: fields.address,
    community: fields.community || communityOf(fields.address),
    district: fields.district,
    category: fields.category,
    item: fields.item,
    content: fields.content,
  };
}

async function caseWithNumber(client: Client, channel: Channel, outsideNo: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    'select id::float8 as id from outside_cases where channel = $1 and outside_no = $2',
    [channel, outsideNo],
  );
  return rows[0]!.id;
}

async function addStep(
  client: Client,
  id: number,
  ordinal: number,
  kind: CaseStepKind,
  state: CaseState,
  atMs: number,
  by: CaseBy,
  note: string,
  body: CaseStepRow['body'],
  fileIds: readonly string[] = [],
): Promise<void> {
  const { made_by: personId, ...maker } = makerOf(by);
  const row = namedValues({
    ...{ case_id: id, ordinal, kind, state, at: instantOf(atMs), person_name: by.name },
    ...{ note: note.trim(), body: JSON.stringify(body), files: fileIds, person_id: personId },
    ...maker,
  });
  await client.query(`insert into case_steps (${row.names}) values (${row.places})`, row.values);
}

export type CaseAnswer =
  | { ok: true }
  | { ok: false; why: 'no-such-case' }
  | { ok: false; why: 'moved-meanwhile'; last: { kind: CaseStepKind; person: string; atMs: number } }
  | { ok: false; why: 'refused'; words: string };

async function lastStep(client: Client, id: number) {
  const { rows } = await client.query<{ kind: CaseStepKind; person: string; atMs: number }>(
    `select kind, person_name as person, ${ms('at')} as "atMs" from case_steps where case_id = $1 order by ordinal desc limit 1`,
    [id],
  );
  return rows[0]!;
}

/** Takes a step. `version`: the one that was seen; null: whatever it is now. `order`: of a step that links one. */
export async function stepCase(
  client: Client,
  id: number,
  version: number | null,
  step: CaseStep,
  by: CaseBy,
  atMs: number,
  order: { orderNo: string; joined: boolean } | null,
  settings: OrderSettings,
): Promise<CaseAnswer> {
  const { rows } = await client.query<{
    state: CaseState;
    version: number;
    orderId: number | null;
    dueAtMs: number | null;
    joined: boolean;
  }>(
    `select state, version, order_id::float8 as "orderId", ${ms('due_at')} as "dueAtMs", joined
       from outside_cases where id = $1 for update`,
    [id],
  );
  const before = rows[0];
  if (!before) return { ok: false, why: 'no-such-case' };
  if (version !== null && version !== before.version)
    return { ok: false, why: 'moved-meanwhile', last: await lastStep(client, id) };
  const facts = { state: before.state, dueAtMs: before.dueAtMs, hasOrder: before.orderId !== null };
  const taken = takeCaseStep(facts, step);
  if (!taken.ok) return { ok: false, why: 'refused', words: taken.words };
  const fileIds = step.fileIds ?? [];
  if (!(await hasCaseFiles(client, id, fileIds)))
    return { ok: false, why: 'refused', words: '有附件没有传完，请去掉后重新选择。' };
  const next = before.version + 1;
  await client.query(
    `update outside_cases set state = $2, version = $3,
            signed_at = case when $2 = 'signed' then coalesce(signed_at, ${instant('$4')}) else signed_at end,
            returned_at = case when $5 = 'return' then ${instant('$4')} when $5 = 'take-back' then null else returned_at end,
            replied_at = case when $5 = 'reply' then ${instant('$4')} when $5 = 'take-back' then null else replied_at end,
            closed_at = case when $5 = 'close' then ${instant('$4')} when $5 = 'take-back' then null else closed_at end,
            called_back_at = case when $5 = 'call-back' then ${instant('$4')} else called_back_at end,
            reply = case when $5 = 'reply' then $6 else reply end,
            due_at = case when $5 = 'defer' then ${instant('$7')} else due_at end,
            order_id = case when $8::text is null then order_id else (select id from orders where order_no = $8) end,
            joined = case when $8::text is null then joined else $9 end
      where id = $1`,
    [
      ...[id, taken.state, next, atMs, step.kind, step.note.trim(), step.untilMs],
      ...[order?.orderNo ?? null, order?.joined ?? false],
    ],
  );
  const body = {
    ...(step.untilMs === null ? {} : { untilMs: step.untilMs }),
    ...(order ? { orderNo: order.orderNo } : {}),
  };
  await addStep(client, id, next, step.kind, taken.state, atMs, by, step.note, body, fileIds);
  if (step.kind === 'defer' && before.orderId !== null && !before.joined && step.untilMs !== null)
    await moveOutsideDue(client, before.orderId, step.untilMs, settings);
  return { ok: true };
}

/** The order that was made of the case is due with it, and has no outside clock without it. */
async function moveOutsideDue(
  client: Client,
  orderId: number,
  dueAtMs: number | null,
  settings: OrderSettings,
): Promise<void> {
  const { rows } = await client.query<OrderRow>(
    `update orders o set outside_due_at = ${instant('$2')} where id = $1 returning ${ORDER_COLUMNS}`,
    [orderId, dueAtMs],
  );
  const order = rows[0] && orderOf(rows[0]);
  if (order && clocksOf(order, settings).length > 0) await saveClocks(client, orderId, order, settings);
}

/**
 * Corrects what was entered; what changed stands in the steps, old and new. The order that was made of the case, and its clocks,
 * move with the deadline; the case's own clocks are set anew by the watch. `dueRead`: a person has read the deadline's words.
 */
export async function correctCase(
  client: Client,
  id: number,
  { dueRead = false, ...asked }: CaseFields & { dueRead?: boolean },
  by: CaseBy,
  atMs: number,
  settings: OrderSettings,
  version: number | null = null,
): Promise<CaseAnswer> {
  await oneAtATime(client, `case ${asked.channel} ${asked.outsideNo}`);
  const { rows } = await client.query<CaseRow & { orderId: number | null }>(
    `select ${COLUMNS}, c.order_id::float8 as "orderId" ${FROM} where c.id = $1 for update of c`,
    [id],
  );
  const before = rows[0];
  if (!before) return { ok: false, why: 'no-such-case' };
  if (version !== null && version !== before.version)
    return { ok: false, why: 'moved-meanwhile', last: await lastStep(client, id) };
  const facts = { state: before.state, dueAtMs: before.dueAtMs, hasOrder: before.orderNo !== null };
  const taken = takeCaseStep(facts, { kind: 'correct', note: '', untilMs: null });
  if (!taken.ok) return { ok: false, why: 'refused', words: taken.words };
  const here = asked.address === before.address ? before.community : communityOf(asked.address);
  const fields = { ...asked, community: asked.community || here };
  // the page shows whole minutes: a time that was not touched keeps its seconds, and is no change
  if (sameMinute(asked.receivedAtMs, before.receivedAtMs)) fields.receivedAtMs = before.receivedAtMs;
  if (sameMinute(asked.dueAtMs, before.dueAtMs)) fields.dueAtMs = before.dueAtMs;
  const changed = (Object.keys(fields) as (keyof CaseFields)[]).filter(
    (name) => fields[name] !== before[name],
  );
  const answered = before.dueAsked !== '' && (dueRead || fields.dueAtMs !== null);
  if (changed.length === 0 && !answered) return { ok: true };
  const other = await client.query(
    `select from outside_cases where channel = $1 and outside_no = $2 and outside_no <> '' and id <> $3`,
    [fields.channel, fields.outsideNo, id],
  );
  if (other.rowCount)
    return {
      ok: false,
      why: 'refused',
      words: `编号 ${fields.outsideNo} 已登记在另一件来件上，请核对编号。`,
    };
  const row = namedValues(
    {
      ...fieldColumns(fields),
      first_due_at: new Made(
        fields.dueAtMs,
        (place) =>
          `case when first_due_at is not distinct from due_at then ${instant(place)} else first_due_at end`,
      ),
      ...(answered ? { due_asked: '' } : {}),
    },
    2,
  );
  await client.query(`update outside_cases set ${row.sets}, version = version + 1 where id = $1`, [
    id,
    ...row.values,
  ]);
  if (fields.dueAtMs !== before.dueAtMs && before.orderId !== null && !before.joined)
    await moveOutsideDue(client, before.orderId, fields.dueAtMs, settings);
  const words = changed.map(
    (name) => `${name}: ${caseFieldText(name, before[name])} → ${caseFieldText(name, fields[name])}`,
  );
  if (answered) words.push(`时限已确认：原文${before.dueAsked}`);
  await addStep(client, id, before.version + 1, 'correct', before.state, atMs, by, '', { changed: words });
  return { ok: true };
}

export interface CaseFilter {
  list: 'open' | 'near' | 'all';
  channel: Channel | null;
  state: CaseState | null;
  /** any part of number, person, phone, address or text */
  words: string;
  warnMs: number;
  nowMs: number;
}

/** One page, the nearest deadline first among what is open, else the newest first. */
export async function listCases(
  pool: pg.Pool,
  filter: CaseFilter,
  skip: number,
  most: number,
): Promise<CaseRow[]> {
  const { where, values } = conditions(filter);
  const { rows } = await pool.query<CaseRow>(
    `select ${COLUMNS} ${FROM} where ${where.join(' and ')}
      order by ${filter.list === 'all' ? 'c.received_at desc, c.id desc' : `${DUE_ASKED} desc, c.due_at nulls last, c.received_at, c.id`}
      limit $${values.push(most)} offset $${values.push(skip)}`,
    values,
  );
  return rows;
}

function conditions({ list, channel, state, words, warnMs, nowMs }: CaseFilter) {
  const where = ['true'];
  const values: unknown[] = [];
  const value = (one: unknown) => `$${values.push(one)}`;
  const open = `c.state in ('new', 'signed')`;
  if (list === 'open') where.push(open);
  if (list === 'near')
    where.push(`(${open} and (${DUE_ASKED} or c.due_at <= ${instant(value(nowMs + warnMs))}) or exists (select from case_clocks k
      where k.case_id = c.id and k.met_at is null and k.warn_at <= ${instant(value(nowMs))}))`);
  if (channel) where.push(`c.channel = ${value(channel)}`);
  if (state) where.push(`c.state = ${value(state)}`);
  if (words.trim() !== '')
    where.push(
      `(position(lower(${value(words.trim())}) in lower(concat_ws(' ', c.outside_no, c.person, c.phone_written, c.phone, c.address, c.content))) > 0
        or c.phone = ${value(writtenNumber(words))})`,
    );
  return { where, values };
}

/** How many are open, near their deadline and late, by channel. */
export async function countOpenCases(pool: pg.Pool, nowMs: number, warnMs: number) {
  const { rows } = await pool.query<{ channel: Channel; open: number; near: number; late: number }>(
    `select channel, count(*)::int as open,
            count(*) filter (where due_at > ${instant('$1')} and due_at <= ${instant('$2')})::int as near,
            count(*) filter (where due_at <= ${instant('$1')})::int as late
       from outside_cases where state in ('new', 'signed') group by channel`,
    [nowMs, nowMs + warnMs],
  );
  return rows;
}

export async function findCase(client: Client, id: number): Promise<CaseRow | null> {
  const { rows } = await client.query<CaseRow>(`select ${COLUMNS} ${FROM} where c.id = $1`, [id]);
  return rows[0] ?? null;
}

/** What was done with a case, first to last. */
export async function caseSteps(pool: pg.Pool, id: number): Promise<CaseStepRow[]> {
  const { rows } = await pool.query<CaseStepRow>(
    `select s.ordinal, s.kind, s.state, ${ms('s.at')} as "atMs", s.person_name as "personName", s.note, s.body,
            coalesce((select json_agg(json_build_object('id', f.id, 'name', f.name, 'type', f.type)
                              order by array_position(s.files, f.id))
                        from case_files f where f.case_id = s.case_id and f.id = any(s.files)), '[]') as files
       from case_steps s where s.case_id = $1 order by s.ordinal`,
    [id],
  );
  return rows;
}

/** Which of these numbers a channel has already brought. */
export async function knownNumbers(
  client: Client,
  channel: Channel,
  numbers: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ no: string }>(
    'select outside_no as no from outside_cases where channel = $1 and outside_no = any($2)',
    [channel, numbers],
  );
  return new Set(rows.map((row) => row.no));
}
