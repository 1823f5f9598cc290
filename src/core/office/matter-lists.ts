/** The tables of the matter reports that list: hot communities, and the orders that are still open. */
import type { Table } from './document.ts';
import type { MatterCounts } from './matter-tables.ts';
import type { Period } from './period.ts';
import { receiptList } from './receipts.ts';

/** An order that has no answer or is not closed, with what is said about it. */
export interface OpenMatter {
  orderNo: string;
  unit: string;
  matter: string;
  state: string;
  atMs: number;
  dueAtMs: number | null;
  why: string;
}
/** The ones that are listed, and how many there are. */
export interface OpenMatters {
  rows: readonly OpenMatter[];
  total: number;
}
/** A community and what was taken down about it. */
export interface Place {
  name: string;
  district: string;
  count: number;
}

/** The communities that took the most receipts: where something is wrong in the ground. */
export function placesTable(
  key: string,
  zh: string,
  period: Period,
  { places, within }: Pick<MatterCounts, 'places' | 'within'>,
): Table {
  return {
    ...{ key, zh },
    columns: [
      { key: 'name', zh: '小区', unit: 'text' },
      { key: 'district', zh: '辖区', unit: 'text' },
      { key: 'count', zh: '受理', unit: 'count' },
    ],
    rows: places.map(({ name, district, count }) => ({
      key: `${district} ${name}`,
      cells: {
        name: { value: name },
        district: { value: district || '未写辖区' },
        count: { value: count, list: receiptList(period, { ...within, community: name, district }) },
      },
    })),
    total: null,
    note: '受理最多的 20 个小区。',
  };
}

/** Each open order of a period with what is said about it; says so where it can't list all. */
export function openTable(key: string, zh: string, { rows, total }: OpenMatters): Table {
  return {
    ...{ key, zh },
    columns: [
      { key: 'orderNo', zh: '工单', unit: 'text' },
      { key: 'unit', zh: '单位', unit: 'text' },
      { key: 'matter', zh: '事由', unit: 'text' },
      { key: 'at', zh: '受理时间', unit: 'instant' },
      { key: 'state', zh: '状态', unit: 'text' },
      { key: 'due', zh: '时限', unit: 'instant' },
      { key: 'why', zh: '说明', unit: 'text' },
    ],
    rows: rows.map((one) => ({
      key: one.orderNo,
      cells: {
        orderNo: { value: one.orderNo, list: `orders/${one.orderNo}` },
        unit: { value: one.unit },
        matter: { value: one.matter },
        at: { value: one.atMs },
        state: { value: one.state },
        due: { value: one.dueAtMs },
        why: { value: one.why },
      },
    })),
    total: null,
    ...(total === 0 ? { note: '全部办结。' } : {}),
    ...(total > rows.length
      ? {
          note: `没有办结的共 ${total} 件，这里列出最早到期的 ${rows.length} 件；全部的在各单位一表里点开“未办结”看。`,
        }
      : {}),
  };
}
