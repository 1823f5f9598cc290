/** The orders as a list that is taken along as a file, with every filter of the page and no end. */
import type { z } from 'zod';
import { ORDER_LISTS } from '../core/orders/list.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { dateAt, dateText } from '../core/office/period.ts';
import { orderFilter } from '../http/orders.ts';
import { countOrders, exportOrders, moment, type ExportedOrder } from '../postgres/order-export.ts';
import { keyset, PAGE, type ListSource, type Taker } from './list-source.ts';

const DEFERRALS = { open: '待批', granted: '同意', refused: '不同意' };
const yes = (one: boolean) => (one ? '是' : '');
const askerOf = (taker: Taker, nowMs: number) => ({ personId: taker.personId, ofUnitId: null, nowMs });

export const ORDER_LIST: ListSource<z.output<typeof orderFilter>> = {
  kind: {
    name: 'orders',
    zh: '工单清单',
    deed: 'export-lists',
    columns: [
      { zh: '单号', kind: 'text', width: 18, private: 'code' },
      { zh: '状态', kind: 'text', width: 10 },
      { zh: '紧急', kind: 'text', width: 6 },
      { zh: '投诉事由', kind: 'text', width: 12 },
      { zh: '内容', kind: 'text', width: 22 },
      { zh: '反映内容', kind: 'text', width: 50 },
      { zh: '来电人', kind: 'text', width: 12, private: 'name' },
      { zh: '电话', kind: 'text', width: 15, private: 'number' },
      { zh: '户号', kind: 'text', width: 14, private: 'code' },
      { zh: '辖区', kind: 'text', width: 10 },
      { zh: '地址', kind: 'text', width: 36, private: 'address' },
      { zh: '责任单位', kind: 'text', width: 20 },
      { zh: '协办单位', kind: 'text', width: 20 },
      { zh: '维修人员', kind: 'text', width: 10 },
      { zh: '受理员', kind: 'text', width: 10 },
      { zh: '外部编号', kind: 'text', width: 18, private: 'code' },
      { zh: '受理', kind: 'instant', width: 19 },
      { zh: '接听', kind: 'instant', width: 19 },
      { zh: '派单', kind: 'instant', width: 19 },
      { zh: '签收', kind: 'instant', width: 19 },
      { zh: '到场', kind: 'instant', width: 19 },
      { zh: '止水', kind: 'instant', width: 19 },
      { zh: '处理完毕', kind: 'instant', width: 19 },
      { zh: '回复', kind: 'instant', width: 19 },
      { zh: '办结', kind: 'instant', width: 19 },
      { zh: '规定时限', kind: 'instant', width: 19 },
      { zh: '现行时限', kind: 'instant', width: 19 },
      { zh: '延期', kind: 'text', width: 8 },
      { zh: '催办次数', kind: 'count', width: 8 },
      { zh: '督办', kind: 'text', width: 6 },
      { zh: '重办次数', kind: 'count', width: 8 },
      { zh: '处理结果', kind: 'text', width: 40 },
    ],
  },
  filter: orderFilter,
  words(filter) {
    const { list, states, words, district, category, urgent, supervised, unitId, workerId } = filter;
    const day = (ms: number | null) => (ms === null ? '' : dateText(dateAt(ms)));
    return [
      ...[ORDER_LISTS[list], states.map((state) => STATE_WORDS[state]).join('、'), district, category],
      ...[urgent ? '紧急' : '', supervised ? '督办' : '', unitId === null ? '' : '一个单位'],
      ...[workerId === null ? '' : '一位维修人员', words && `“${words}”`],
      ...[filter.phone && '一个号码', filter.account],
      ...[
        filter.fromMs === null && filter.untilMs === null
          ? ''
          : `${day(filter.fromMs)}至${day(filter.untilMs)}`,
      ],
    ]
      .filter(Boolean)
      .join(' ');
  },
  async count(client, filter, taker) {
    return countOrders(client, filter, askerOf(taker, await moment(client)));
  },
  async *pages(client, filter, taker) {
    const asker = askerOf(taker, await moment(client));
    yield* keyset(
      (after: ExportedOrder | undefined) => exportOrders(client, filter, asker, after, PAGE),
      (one) => [
        ...[one.orderNo, STATE_WORDS[one.state], yes(one.urgent), one.category, one.item, one.content],
        ...[one.caller, one.phone],
        ...[one.account, one.district, one.address, one.unit, one.assist, one.worker, one.createdBy],
        ...[one.outsideNo, one.createdAtMs, one.answeredAtMs, one.dispatchedAtMs, one.signedAtMs],
        ...[one.arrivedAtMs, one.stoppedAtMs, one.doneAtMs, one.fedBackAtMs, one.closedAtMs],
        ...[one.firstDueAtMs, one.dueAtMs, one.deferral && DEFERRALS[one.deferral], one.urgedCount],
        ...[yes(one.supervised), one.redone, one.result],
      ],
    );
  },
};
