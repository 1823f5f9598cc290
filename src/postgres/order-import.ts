/** Orders that are already over, or were begun elsewhere, with their steps and clocks: many at once. */
import type pg from 'pg';
import {
  clocksOf,
  dueNext,
  FIRINGS,
  firesAt,
  nextFiring,
  type OrderSettings,
} from '../core/orders/clocks.ts';
import { orderNumber } from '../core/orders/numbering.ts';
import type { Order, OrderState, Step } from '../core/orders/order.ts';
import { searchWords } from '../core/search.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { dateAt, dateText } from '../core/office/period.ts';
import { numberWords, writtenNumber } from '../core/people/number.ts';
import { inTransaction } from './pool.ts';

export interface PastStep {
  step: Step;
  ordinal: number;
  state: OrderState;
  personName: string;
  unitId: number | null;
  origin: 'desk' | 'unit' | 'field';
}
export interface PastOrder {
  order: Order;
  steps: PastStep[];
  category: string;
  categoryCode: string;
  item: string;
  itemNo: number;
  answers: Record<string, string>;
  urgent: boolean;
  content: string;
  caller: string;
  phone: string;
  account: string;
  address: string;
  community: string;
  district: string;
  callId: string | null;
  unit: string;
}

/** All of these or none; numbered by their days, in the order given. */
export async function importOrders(
  pool: pg.Pool,
  orders: readonly PastOrder[],
  settings: OrderSettings,
): Promise<void> {
  if (orders.length === 0) return;
  await inTransaction(pool, async (client) => {
    const counts = new Map<string, number>();
    for (const { order } of orders) {
      const day = dateText(dateAt(order.createdAtMs));
      counts.set(day, (counts.get(day) ?? 0) + 1);
    }
    const next = new Map<string, number>();
    for (const [day, count] of counts) {
      const { rows } = await client.query<{ last: number }>(
        `insert into order_counters as c (day, last) values ($1, $2)
         on conflict (day) do update set last = c.last + $2 returning last`,
        [day, count],
      );
      next.set(day, rows[0]!.last - count);
    }
    const given = orders.map((one) => {
      const day = dateText(dateAt(one.order.createdAtMs));
      const count = next.get(day)! + 1;
      next.set(day, count);
      return rowOf(one, orderNumber(one.order.createdAtMs, count), settings);
    });
    await client.query(IMPORT, [JSON.stringify(given)]);
  });
}

function rowOf(one: PastOrder, orderNo: string, settings: OrderSettings) {
  const { order, steps, phone, ...rest } = one;
  const clocks = clocksOf(order, settings);
  return {
    ...rest,
    ...{
      orderNo,
      phone: writtenNumber(phone),
      written: phone,
      state: order.state,
      status: STATE_WORDS[order.state],
    },
    ...{ version: order.version, clockSet: order.clockSet, unitId: order.unitId, assistIds: order.assistIds },
    ...{
      result: order.result,
      urgedCount: order.urgedCount,
      deferral: order.deferral,
      grantedMs: order.grantedUntilMs,
    },
    ...{
      createdMs: order.createdAtMs,
      answeredMs: order.answeredAtMs,
      endedMs: order.callEndedAtMs,
      ...order.at,
    },
    ...{ movedMs: order.movedAtMs, dueMs: dueNext(clocks) },
    firstDueMs: clocks.find((clock) => clock.name === 'feedback')?.firstDueAtMs ?? null,
    search: searchWords(orderNo, one.content, one.address, one.caller, ...numberWords(phone), one.account),
    steps: steps.map(({ step, ...by }) => ({ ...by, ...step })),
    clocks: clocks.map((clock) => {
      // what was said of it then was said then
      const met = clock.metAtMs;
      const fired = met === null ? [] : FIRINGS.filter((firing) => firesAt(clock, firing) < met);
      return { ...clock, fired, nextMs: nextFiring(clock, fired) };
    }),
  };
}

const at = (column: string) => `to_timestamp("${column}" / 1000)`;
const IMPORT = `
  with given as (
    select * from jsonb_to_recordset($1::jsonb) as o ("orderNo" text, account text, phone text, written text, category text,
      "categoryCode" text, item text, "itemNo" int, answers jsonb, urgent boolean, content text, caller text, address text,
      community text, district text, "callId" text, unit text, state text, status text, version int, "clockSet" text,
      "unitId" bigint, "assistIds" bigint[], result text, "urgedCount" int, deferral jsonb, "grantedMs" float8,
      "createdMs" float8, "answeredMs" float8, "endedMs" float8, dispatched float8, signed float8, "setOut" float8,
      arrived float8, stopped float8, done float8, "fedBack" float8, closed float8, "movedMs" float8, "dueMs" float8,
      "firstDueMs" float8, search text[], steps jsonb, clocks jsonb)
  ), made as (
    insert into orders (order_no, account, phone, phone_written, category, category_code, item, item_no, answers, urgent,
      content, caller, address, community, district, call_id, unit, state, status, version, clock_set, unit_id,
      assist_unit_ids, result, urged_count, deferral, granted_until, created_at, answered_at, call_ended_at, dispatched_at,
      signed_at, set_out_at, arrived_at, stopped_at, done_at, fed_back_at, closed_at, moved_at, due_at, first_due_at, search)
    select "orderNo", nullif(account, ''), phone, written, category, "categoryCode", item, "itemNo", answers, urgent, content,
      caller, address, community, district, "callId", unit, state, status, version, "clockSet", "unitId", "assistIds", result,
      "urgedCount", nullif(deferral, 'null'), ${at('grantedMs')}, ${at('createdMs')}, ${at('answeredMs')}, ${at('endedMs')},
      ${at('dispatched')}, ${at('signed')}, ${at('setOut')}, ${at('arrived')}, ${at('stopped')}, ${at('done')},
      ${at('fedBack')}, ${at('closed')}, ${at('movedMs')}, ${at('dueMs')}, ${at('firstDueMs')}, array_to_tsvector(search)
      from given
    returning id, order_no
  ), stepped as (
    insert into order_steps (order_id, ordinal, kind, state, at, received_at, person_name, unit_id, origin, note, body)
    select m.id, s.ordinal, s.kind, s.state, to_timestamp(s."atMs" / 1000), to_timestamp(s."receivedAtMs" / 1000),
           s."personName", s."unitId", s.origin, s.note, s.body
      from made m join given g on g."orderNo" = m.order_no
      cross join lateral jsonb_to_recordset(g.steps) as s (ordinal int, kind text, state text, "atMs" float8,
        "receivedAtMs" float8, "personName" text, "unitId" bigint, origin text, note text, body jsonb)
  )
  insert into order_clocks (order_id, round, name, from_at, first_due_at, due_at, warn_at, escalate_at, met_at, fired, next_at)
  select m.id, c.round, c.name, ${at('fromMs')}, ${at('firstDueAtMs')}, ${at('dueAtMs')}, ${at('warnAtMs')},
         ${at('escalateAtMs')}, ${at('metAtMs')}, fired, ${at('nextMs')}
    from made m join given g on g."orderNo" = m.order_no
    cross join lateral jsonb_to_recordset(g.clocks) as c (round int, name text, "fromMs" float8, "firstDueAtMs" float8,
      "dueAtMs" float8, "warnAtMs" float8, "escalateAtMs" float8, "metAtMs" float8, fired text[], "nextMs" float8)`;
