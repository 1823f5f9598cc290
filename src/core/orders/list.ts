/** What a list of orders is narrowed by. */
import type { OrderState } from './order.ts';

export const ORDER_LISTS = {
  open: '在办工单',
  mine: '我建的',
  shift: '本班',
  unanswered: '未回复',
  near: '将到时限',
  overdue: '已超时',
  due: '已超时和将到时限',
  deferrals: '延期待批',
  returned: '退单',
  closed: '已办结',
  all: '全部',
} as const;
export type OrderListName = keyof typeof ORDER_LISTS;

export interface OrderFilter {
  list: OrderListName;
  /** free words: content, address, number, name */
  words: string;
  states: OrderState[];
  unitId: number | null;
  district: string;
  category: string;
  urgent: boolean;
  supervised: boolean;
  workerId: number | null;
  phone: string;
  account: string;
  fromMs: number | null;
  untilMs: number | null;
  /** by the next clock instead of the newest first */
  byDue: boolean;
}

/** Where the next page begins: the last line's instant and id. */
export interface Cursor {
  atMs: number;
  orderNo: string;
}

/** Within this time of its due a running order is near it. */
export const NEAR_MS = 30 * 60_000;
/** a shift is twelve hours: what was made since */
export const SHIFT_MS = 12 * 3_600_000;
