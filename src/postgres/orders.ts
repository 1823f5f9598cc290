/** Work orders: made, stepped and read. A step and the row that it folds into are written in one transaction. */
import type pg from 'pg';
import { clocksOf, type OrderSettings } from '../core/orders/clocks.ts';
import type { ClockSet } from '../core/orders/decision.ts';
import { orderNumber } from '../core/orders/numbering.ts';
import {
  draftOrder,
  takeStep,
  type Actor,
  type Order,
  type Step,
  type StepKind,
  type StepRefusal,
} from '../core/orders/order.ts';
import { searchWords } from '../core/search.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { dateAt, dateText } from '../core/office/period.ts';
import { numberWords, writtenNumber } from '../core/people/number.ts';
import type { OrderLine, StepView } from '../protocol/orders.ts';
import { communityFor, correct, correctionOf } from './order-corrections.ts';
import { saveClocks } from './order-clocks.ts';
import { instantOf, Made, namedValues, wordsOf } from './named-values.ts';
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
  const created = instantOf(draft.atMs);
  const row = namedValues({
    order_no: orderNo,
    account: draft.account === '' ? null : draft.account,
    phone: writtenNumber(draft.phone),
    phone_written: draft.phone,
    category: draft.category,
    category_code: draft.categoryCode,
    item: draft.item,
    item_no: draft.itemNo,
    answers: JSON.stringify(draft.answers),
    urgent: draft.urgent,
    clock_set: draft.clockSet,
    content: draft.content,
    caller: draft.caller,
    address: draft.address,
    community: draft.community,
    district: draft.district,
    source: draft.source,
    call_id: draft.callId,
    record_id: draft.recordId,
    outside_no: draft.outsideNo,
    outside_due_at: instantOf(draft.outsideDueAtMs),
    rule_version: draft.ruleVersion,
    created_by: by.personId,
    created_at: created,
    moved_at: created,
    answered_at: instantOf(order.answeredAtMs),
    call_ended_at: instantOf(order.callEndedAtMs),
    state: 'drafted',
    status: STATE_WORDS.drafted,
    version: 1,
    search: wordsOf(
      searchWords(
        orderNo,
        draft.content,
        draft.address,
        draft.caller,
        ...numberWords(draft.phone),
        draft.account,
        draft.outsideNo ?? '',
      ),
    ),
  });
  const { rows } = await client.query<{ id: number }>(
    `insert into orders (${row.names}) values (${row.places}) returning id::float8 as id`,
    row.values,
  );
  const { id } = rows[0]!;
  const step: Step = { kind: 'draft', body: {}, atMs: draft.atMs, receivedAtMs: draft.atMs, note: '' };
  await writeStep(client, id, order, step, by);
  await saveClocks(client, id, order, settings);
  return orderNo;
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
  const row = namedValues({
    order_id: orderId,
    ordinal: after.version,
    kind: step.kind,
    state: after.state,
    at: instantOf(step.atMs),
    received_at: instantOf(step.receivedAtMs),
    person_id: by.personId,
    person_name: by.personName,
    unit_id: by.unitId,
    origin: by.origin,
    system: by.system,
    place: by.place ? JSON.stringify(by.place) : null,
    note: step.note.trim(),
    body: JSON.stringify(step.body),
    files: JSON.stringify(by.files ?? []),
    once: by.once ?? null,
  });
  await client.query({
    name: 'order-step',
    text: `insert into order_steps (${row.names}) values (${row.places})`,
    values: row.values,
  });
}

async function writeOrder(client: Client, orderId: number, order: Order, step: Step): Promise<void> {
  const { at } = order;
  const row = namedValues(
    {
      state: order.state,
      status: STATE_WORDS[order.state],
      version: order.version,
      round: order.round,
      unit_id: order.unitId,
      assist_unit_ids: order.assistIds,
      worker_id: order.workerId,
      dispatched_at: instantOf(at.dispatched),
      signed_at: instantOf(at.signed),
      set_out_at: instantOf(at.setOut),
      arrived_at: instantOf(at.arrived),
      stopped_at: instantOf(at.stopped),
      done_at: instantOf(at.done),
      fed_back_at: instantOf(at.fedBack),
      // what was cancelled is no longer open, though it was never done
      closed_at: instantOf(step.kind === 'cancel' ? step.atMs : at.closed),
      moved_at: instantOf(order.movedAtMs),
      round_at: instantOf(order.roundAtMs),
      deferral: order.deferral && JSON.stringify(order.deferral),
      granted_until: instantOf(order.grantedUntilMs),
      urged_count: order.urgedCount,
      supervised: order.supervised,
      result: order.result,
      unit: new Made(order.unitId, (place) => `coalesce((select name from units where id = ${place}), unit)`),
    },
    2,
  );
  await client.query({
    name: 'order-fold',
    text: `update orders set ${row.sets} where id = $1`,
    values: [orderId, ...row.values],
  });
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
