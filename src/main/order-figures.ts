/** What Prometheus reads of the orders. */
import { Gauge, Histogram } from 'prom-client';
import type { Order } from '../core/orders/order.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { orderFigures } from '../postgres/order-lists.ts';
import { wholeOrder } from '../postgres/orders.ts';
import type { Ground } from './wings.ts';

export function orderMetrics({ pool, registry }: Ground) {
  const registers = [registry];
  let read: ReturnType<typeof orderFigures> | null = null;
  const look = () => {
    read ??= orderFigures(pool).finally(() => setImmediate(() => (read = null)));
    return read.catch(() => ({ states: [], overdue: [] }));
  };
  new Gauge({
    ...{ name: 'hotline_orders_open', help: 'Open work orders by state', labelNames: ['state'], registers },
    async collect() {
      this.reset();
      for (const state of Object.keys(STATE_WORDS))
        if (!['closed', 'cancelled'].includes(state)) this.set({ state }, 0);
      for (const { state, count } of (await look()).states) this.set({ state }, count);
    },
  });
  new Gauge({
    ...{ name: 'hotline_orders_overdue', help: 'Running clocks past their due time, by unit and milestone' },
    ...{ labelNames: ['unit', 'milestone'], registers },
    async collect() {
      this.reset();
      for (const { unit, clock, count } of (await look()).overdue)
        this.set({ unit, milestone: clock }, count);
    },
  });
  const dispatch = new Histogram({
    ...{ name: 'hotline_order_dispatch_seconds', help: "From the call's end until the order was dispatched" },
    ...{ buckets: [0, 30, 60, 120, 180, 300, 600, 1800], registers },
  });
  const arrival = new Histogram({
    ...{ name: 'hotline_order_arrival_seconds', help: 'From the draft until somebody was on site' },
    ...{
      labelNames: ['clocks'],
      buckets: [300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600],
      registers,
    },
  });
  return {
    dispatched(atMs: number, orderNo: string) {
      void wholeOrder(pool, orderNo)
        .then(
          (one) => one && dispatch.observe(Math.max(0, atMs - (one.callEndedAtMs ?? one.createdAtMs)) / 1000),
        )
        .catch(() => undefined);
    },
    arrived(order: Order) {
      if (order.at.arrived !== null)
        arrival.observe({ clocks: order.clockSet }, Math.max(0, order.at.arrived - order.roundAtMs) / 1000);
    },
  };
}
