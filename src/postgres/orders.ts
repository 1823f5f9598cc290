/** Work orders: made, stepped and read. A step and the row that it folds into are written in one transaction. */
import type pg from 'pg';
import { communityOf } from '../core/customers/community.ts';
import { clocksOf, type OrderSettings } from '../core/orders/clocks.ts';
import type { ClockSet } from '../core/orders/decision.ts';
import { orderNumber } from '../core/orders/numbering.ts';
import {
  draftOrder,
  takeStep,
  type Actor,
  type Corrected,
  type Order,
  type Step,
  type StepKind,
  type StepRefusal,
} from '../core/orders/order.ts';
import { searchWords } from '../core/search.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { dateAt, dateText } from '../core/office/period.ts';
import { normaliseNumber } from '../core/people/number.ts';
import type { OrderLine, StepView } from '../protocol/orders.ts';
import { saveClocks } from './order-clocks.ts';
import { LINE_COLUMNS, LINE_JOINS, ORDER_COLUMNS, orderOf, type OrderRow } from './order-rows.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** Who took a step, and from where. */
export interface StepBy {
  personId: number | null;
  personName: string;
  unitId: number | null;
  origin: StepView['origin'];
  /** another system's name */
  system: string | null;
  place?: StepView['place'];
  files?: StepView['files'];
  /** a tap sent twice is one step */
  once?: string | null;
}

export interface NewOrder {
  category: string;
  categoryCode: string;
  item: string;
  itemNo: number | null;
  answers: Record<string, string>;
  urgent: boolean;
  clockSet: ClockSet;
  content: string;
  caller: string;
  phone: string;
  account: string;
  address: string;
  community: string;
  district: string;
  source: string;
  callId: string | null;
  recordId: number | null;
  outsideNo: string | null;
  outsideDueAtMs: number | null;
  ruleVersion: number | null;
  atMs: number;
}

/** Makes an order: `drafted`, with the next number of its day. The clocks begin. */
export async function createOrder(
  client: Client,
  asked: NewOrder,
  by: StepBy,
  settings: OrderSettings,
): Promise<string> {
  // whole milliseconds: what is read back is what was written, and the next step in the same instant is not before it
  const draft = { ...asked, atMs: Math.round(asked.atMs), community: await communityFor(client, asked) };
  const call = draft.callId === null ? null : await callTimes(client, draft.callId);
  const { rows: counted } = await client.query<{ last: number }>(
    `insert into order_counters as c (day, last) values ($1, 1)
     on conflict (day) do update set last = c.last + 1 returning last`,
    [dateText(dateAt(draft.atMs))],
  );
  const orderNo = orderNumber(draft.atMs, counted[0]!.last);
  const order = draftOrder({
    ...{ clockSet: draft.clockSet, atMs: draft.atMs, inCall: draft.callId !== null },
    ...{ answeredAtMs: call?.answeredAtMs ?? null, callEndedAtMs: call?.endedAtMs ?? null },
    outsideDueAtMs: draft.outsideDueAtMs,
  });
  const { rows } = await client.query<{ id: number }>(
    `insert into orders (order_no, account, phone, phone_written, category, category_code, item, item_no, answers, urgent,
        clock_set, content, caller, address, community, district, source, call_id, record_id, outside_no, outside_due_at,
        rule_version, created_by, created_at, moved_at, answered_at, call_ended_at, state, status, version, search)
     values ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        to_timestamp($21::float8 / 1000), $22, $23, to_timestamp($24::float8 / 1000), to_timestamp($24::float8 / 1000),
        to_timestamp($25::float8 / 1000), to_timestamp($26::float8 / 1000), 'drafted', $27, 1,
        array_to_tsvector($28::text[])) returning id::float8 as id`,
    [
      ...[
        orderNo,
        draft.account,
        normaliseNumber(draft.phone),
        draft.phone,
        draft.category,
        draft.categoryCode,
      ],
      ...[
        draft.item,
        draft.itemNo,
        JSON.stringify(draft.answers),
        draft.urgent,
        draft.clockSet,
        draft.content,
      ],
      ...[
        draft.caller,
        draft.address,
        draft.community,
        draft.district,
        draft.source,
        draft.callId,
        draft.recordId,
      ],
      ...[draft.outsideNo, draft.outsideDueAtMs, draft.ruleVersion, by.personId, draft.atMs],
      ...[order.answeredAtMs, order.callEndedAtMs, STATE_WORDS.drafted],
      searchWords(
        orderNo,
        draft.content,
        draft.address,
        draft.caller,
        draft.phone,
        draft.account,
        draft.outsideNo ?? '',
      ),
    ],
  );
  const { id } = rows[0]!;
  const step: Step = { kind: 'draft', body: {}, atMs: draft.atMs, receivedAtMs: draft.atMs, note: '' };
  await writeStep(client, id, order, step, by);
  await saveClocks(client, id, order, settings);
  return orderNo;
}

/** As it was told, else as the card of the customer who lives there has it, else as the address says it. */
export async function communityFor(
  client: Client,
  { community, account, address }: Pick<NewOrder, 'community' | 'account' | 'address'>,
): Promise<string> {
  if (community !== '') return community;
  const { rows } = await client.query<{ community: string }>(
    `select community from customers
      where account = $1 and address = $2 and community <> '' and merged_into is null`,
    [account, address],
  );
  return rows[0]?.community ?? communityOf(address);
}

async function callTimes(
  client: Client,
  callId: string,
): Promise<{ answeredAtMs: number | null; endedAtMs: number | null } | null> {
  const { rows } = await client.query<{ answeredAtMs: number | null; endedAtMs: number | null }>(
    `select (extract(epoch from answered_at) * 1000)::float8 as "answeredAtMs",
            (extract(epoch from ended_at) * 1000)::float8 as "endedAtMs" from calls where call_id = $1`,
    [callId],
  );
  return rows[0] ?? null;
}

export type StepAnswer =
  | { ok: true; order: Order; orderId: number; repeated: boolean }
  | { ok: false; why: 'no-such-order' }
  /** another was quicker: `last` says what happened */
  | {
      ok: false;
      why: 'moved-meanwhile';
      last: { kind: StepKind; person: string; unit: string; atMs: number };
    }
  | { ok: false; why: 'refused'; refusal: StepRefusal };

/**
 * Takes one step in the caller's transaction. `version`: the one the tapper saw; another has moved the order since: it
 * is refused, and said by whom. Null: only the state counts (a tap kept without network, another system).
 */
export async function stepOrder(
  client: Client,
  orderNo: string,
  version: number | null,
  tapped: Exclude<Step, { kind: 'draft' }>,
  actorFor: (order: Order) => Actor | null,
  by: StepBy,
  settings: OrderSettings,
): Promise<StepAnswer> {
  const step = { ...tapped, atMs: Math.round(tapped.atMs), receivedAtMs: Math.round(tapped.receivedAtMs) };
  const { rows } = await client.query<OrderRow>({
    name: 'lock-order',
    text: `select ${ORDER_COLUMNS} from orders o where o.order_no = $1 for update`,
    values: [orderNo],
  });
  const row = rows[0];
  if (!row) return { ok: false, why: 'no-such-order' };
  const before = orderOf(row);
  if (by.once && (await tapKnown(client, row.id, by.once)))
    return { ok: true, order: before, orderId: row.id, repeated: true };
  if (version !== null && version !== before.version) {
    const last = await lastStep(client, row.id);
    return { ok: false, why: 'moved-meanwhile', last };
  }
  const due = clocksOf(before, settings).find((one) => one.name === 'feedback');
  const taken = takeStep(before, step, actorFor(before), due?.dueAtMs ?? null);
  if (!taken.ok) return { ok: false, why: 'refused', refusal: taken.refusal };
  const correction = step.kind === 'correct' ? await correctionOf(client, row.id, step.body.to) : null;
  const written = step.kind === 'correct' && correction ? { ...step, body: correction } : step;
  await writeStep(client, row.id, taken.order, written, by);
  await writeOrder(client, row.id, taken.order, step);
  if (correction) await correct(client, row.id, correction.to);
  await saveClocks(client, row.id, taken.order, settings);
  return { ok: true, order: taken.order, orderId: row.id, repeated: false };
}

async function tapKnown(client: Client, orderId: number, once: string): Promise<boolean> {
  const { rowCount } = await client.query('select from order_steps where order_id = $1 and once = $2', [
    orderId,
    once,
  ]);
  return rowCount === 1;
}

async function lastStep(client: Client, orderId: number) {
  const { rows } = await client.query<{ kind: StepKind; person: string; unit: string; atMs: number }>(
    `select s.kind, coalesce(s.system, s.person_name) as person, coalesce(u.name, '') as unit,
            (extract(epoch from s.received_at) * 1000)::float8 as "atMs"
       from order_steps s left join units u on u.id = s.unit_id
      where s.order_id = $1 order by s.ordinal desc limit 1`,
    [orderId],
  );
  return rows[0]!;
}

async function writeStep(
  client: Client,
  orderId: number,
  after: Order,
  step: Step,
  by: StepBy,
): Promise<void> {
  await client.query({
    name: 'order-step',
    text: `insert into order_steps (order_id, ordinal, kind, state, at, received_at, person_id, person_name, unit_id,
             origin, system, place, note, body, files, once)
           values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000), $7, $8, $9, $10, $11,
             $12, $13, $14, $15, $16)`,
    values: [
      ...[orderId, after.version, step.kind, after.state, step.atMs, step.receivedAtMs],
      ...[
        by.personId,
        by.personName,
        by.unitId,
        by.origin,
        by.system,
        by.place ? JSON.stringify(by.place) : null,
      ],
      ...[step.note.trim(), JSON.stringify(step.body), JSON.stringify(by.files ?? []), by.once ?? null],
    ],
  });
}

async function writeOrder(client: Client, orderId: number, order: Order, step: Step): Promise<void> {
  const { at } = order;
  await client.query({
    name: 'order-fold',
    text: `update orders o set state = $2, status = $3, version = $4, round = $5, unit_id = $6, assist_unit_ids = $7,
             worker_id = $8, dispatched_at = to_timestamp($9::float8 / 1000), signed_at = to_timestamp($10::float8 / 1000),
             set_out_at = to_timestamp($11::float8 / 1000), arrived_at = to_timestamp($12::float8 / 1000),
             stopped_at = to_timestamp($13::float8 / 1000), done_at = to_timestamp($14::float8 / 1000),
             fed_back_at = to_timestamp($15::float8 / 1000), closed_at = to_timestamp($16::float8 / 1000),
             moved_at = to_timestamp($17::float8 / 1000), round_at = to_timestamp($18::float8 / 1000), deferral = $19,
             granted_until = to_timestamp($20::float8 / 1000), urged_count = $21, supervised = $22, result = $23,
             unit = coalesce((select name from units where id = $6), unit)
           where o.id = $1`,
    values: [
      ...[
        orderId,
        order.state,
        STATE_WORDS[order.state],
        order.version,
        order.round,
        order.unitId,
        order.assistIds,
      ],
      ...[order.workerId, at.dispatched, at.signed, at.setOut, at.arrived, at.stopped, at.done, at.fedBack],
      // what was cancelled is no longer open, though it was never done
      ...[step.kind === 'cancel' ? step.atMs : at.closed, order.movedAtMs, order.roundAtMs],
      ...[order.deferral && JSON.stringify(order.deferral), order.grantedUntilMs, order.urgedCount],
      ...[order.supervised, order.result],
    ],
  });
}

/**
 * What is corrected, and what it says until now: the history keeps both. Another address lies in a community of its own,
 * unless that is corrected too. The row is locked.
 */
async function correctionOf(
  client: Client,
  orderId: number,
  asked: Corrected,
): Promise<{ to: Corrected; from: Corrected }> {
  const { rows } = await client.query<Required<Corrected> & { account: string }>(
    `select coalesce(account, '') as account, caller, case when phone_written <> '' then phone_written else coalesce(phone, '') end as phone, address,
            community, district, content from orders where id = $1`,
    [orderId],
  );
  const before = rows[0]!;
  const to = { ...asked };
  if (to.address !== undefined && to.address !== before.address && to.community === undefined) {
    const { account } = before;
    const community = await communityFor(client, { community: '', account, address: to.address });
    if (community !== before.community) to.community = community;
  }
  const names = Object.keys(to) as (keyof Corrected)[];
  return { to, from: Object.fromEntries(names.map((name) => [name, before[name]])) };
}

async function correct(client: Client, orderId: number, to: Corrected): Promise<void> {
  const { rows } = await client.query<Record<string, string | null>>(
    `update orders set caller = coalesce($2, caller), phone_written = coalesce($3, phone_written),
            phone = case when $3::text is null then phone else $4 end, address = coalesce($5, address),
            community = coalesce($6, community), district = coalesce($7, district), content = coalesce($8, content)
      where id = $1
      returning order_no, content, address, caller, phone_written, account, outside_no`,
    [
      ...[orderId, to.caller, to.phone, to.phone === undefined ? null : normaliseNumber(to.phone)],
      ...[to.address, to.community, to.district, to.content],
    ],
  );
  const words = searchWords(...Object.values(rows[0]!).map((value) => value ?? ''));
  await client.query('update orders set search = array_to_tsvector($2::text[]) where id = $1', [
    orderId,
    words,
  ]);
}

/** One order as a line. */
export async function orderLine(client: Client, orderNo: string): Promise<OrderLine | null> {
  const { rows } = await client.query<OrderLine>({
    name: 'order-line',
    text: `select ${LINE_COLUMNS} from orders o ${LINE_JOINS} where o.order_no = $1`,
    values: [orderNo],
  });
  return rows[0] ?? null;
}

export interface WholeOrder extends OrderRow {
  content: string;
  account: string;
  source: string;
  recordId: number | null;
  outsideNo: string | null;
  answers: Record<string, string>;
}

/** All that is kept of an order beside its steps and clocks. */
export async function wholeOrder(client: Client, orderNo: string): Promise<WholeOrder | null> {
  const { rows } = await client.query<WholeOrder>(
    `select ${ORDER_COLUMNS}, o.content, coalesce(o.account, '') as account, o.source, o.record_id::float8 as "recordId",
            o.outside_no as "outsideNo", o.answers from orders o where o.order_no = $1`,
    [orderNo],
  );
  return rows[0] ?? null;
}

export interface StepRow extends Omit<StepView, 'said'> {
  body: Record<string, unknown>;
}

/** The steps of an order, first to last. */
export async function stepsOf(client: Client, orderId: number): Promise<StepRow[]> {
  const { rows } = await client.query<StepRow>(
    `select s.ordinal, s.kind, s.state, (extract(epoch from s.at) * 1000)::float8 as "atMs",
            (extract(epoch from s.received_at) * 1000)::float8 as "receivedAtMs", s.person_name as person,
            coalesce(u.name, '') as unit, s.origin, s.system, s.place, s.note, s.body, s.files
       from order_steps s left join units u on u.id = s.unit_id where s.order_id = $1 order by s.ordinal`,
    [orderId],
  );
  return rows;
}

/** The order that was made from a record and not cancelled; the record is locked, so that two presses make one order. */
export async function orderOfRecord(client: Client, recordId: number): Promise<string | null> {
  await client.query('select from records where id = $1 for update', [recordId]);
  const { rows } = await client.query<{ orderNo: string }>(
    `select order_no as "orderNo" from orders where record_id = $1 and state <> 'cancelled' order by id limit 1`,
    [recordId],
  );
  return rows[0]?.orderNo ?? null;
}
