/** How an order lies in its table: the row, the fold of core/orders/order.ts, and the line of a list. */
import type { ClockSet } from '../core/orders/decision.ts';
import type { Deferral, Order, OrderState } from '../core/orders/order.ts';
import type { OrderLine } from '../protocol/orders.ts';

export interface OrderRow {
  id: number;
  orderNo: string;
  state: OrderState;
  version: number;
  round: number;
  clockSet: ClockSet;
  createdAtMs: number;
  answeredAtMs: number | null;
  callEndedAtMs: number | null;
  callId: string | null;
  outsideDueAtMs: number | null;
  unitId: number | null;
  assistIds: number[];
  workerId: number | null;
  dispatched: number | null;
  signed: number | null;
  setOut: number | null;
  arrived: number | null;
  stopped: number | null;
  done: number | null;
  fedBack: number | null;
  closed: number | null;
  movedAtMs: number | null;
  roundAtMs: number | null;
  deferral: Deferral | null;
  grantedUntilMs: number | null;
  urgedCount: number;
  supervised: boolean;
  result: string;
}

const ms = (column: string) => `(extract(epoch from o.${column}) * 1000)::float8`;

export const ORDER_COLUMNS = `o.id::float8 as id, o.order_no as "orderNo", o.state, o.version, o.round, o.clock_set as "clockSet",
  ${ms('created_at')} as "createdAtMs", ${ms('answered_at')} as "answeredAtMs", ${ms('call_ended_at')} as "callEndedAtMs",
  o.call_id as "callId", ${ms('outside_due_at')} as "outsideDueAtMs", o.unit_id::float8 as "unitId",
  o.assist_unit_ids::float8[] as "assistIds", o.worker_id::float8 as "workerId",
  ${ms('dispatched_at')} as dispatched, ${ms('signed_at')} as signed, ${ms('set_out_at')} as "setOut",
  ${ms('arrived_at')} as arrived, ${ms('stopped_at')} as stopped, ${ms('done_at')} as done,
  ${ms('fed_back_at')} as "fedBack", ${ms('closed_at')} as closed, ${ms('moved_at')} as "movedAtMs",
  ${ms('round_at')} as "roundAtMs", o.deferral, ${ms('granted_until')} as "grantedUntilMs",
  o.urged_count as "urgedCount", o.supervised, o.result`;

export function orderOf(row: OrderRow): Order {
  const { dispatched, signed, setOut, arrived, stopped, done, fedBack, closed } = row;
  return {
    ...{ state: row.state, version: row.version, round: row.round, clockSet: row.clockSet },
    ...{ createdAtMs: row.createdAtMs, answeredAtMs: row.answeredAtMs, callEndedAtMs: row.callEndedAtMs },
    ...{ inCall: row.callId !== null, outsideDueAtMs: row.outsideDueAtMs },
    ...{ unitId: row.unitId, assistIds: row.assistIds, workerId: row.workerId },
    at: { dispatched, signed, setOut, arrived, stopped, done, fedBack, closed },
    ...{ roundAtMs: row.roundAtMs ?? row.createdAtMs, movedAtMs: row.movedAtMs ?? row.createdAtMs },
    ...{ deferral: row.deferral, grantedUntilMs: row.grantedUntilMs },
    ...{ urgedCount: row.urgedCount, supervised: row.supervised, result: row.result },
  };
}

/** A line of a list: `o` orders, `u` its unit, `w` its worker, `b` who made it. */
export const LINE_COLUMNS = `o.order_no as "orderNo", o.state, o.version, o.urgent, o.clock_set as "clockSet", o.category,
  coalesce(o.item, '') as item, left(o.content, 400) as content, o.caller,
  case when o.phone_written <> '' then o.phone_written else coalesce(o.phone, '') end as phone, o.address, o.community,
  o.district, o.unit_id::float8 as "unitId", coalesce(u.name, o.unit, '') as unit,
  o.assist_unit_ids::float8[] as "assistIds", o.worker_id::float8 as "workerId",
  coalesce(w.name, '') as worker, o.created_by::float8 as "createdBy", coalesce(b.name, '') as "createdByName",
  ${ms('created_at')} as "createdAtMs", ${ms('closed_at')} as "closedAtMs", ${ms('due_at')} as "dueAtMs",
  ${ms('first_due_at')} as "firstDueAtMs", o.deferral ->> 'answer' as deferral, o.urged_count as "urgedCount", o.supervised`;
export const LINE_JOINS = `left join units u on u.id = o.unit_id left join people w on w.id = o.worker_id
  left join people b on b.id = o.created_by`;

export type LineRow = OrderLine;
