import type pg from 'pg';
import type { StepKind } from '../core/orders/order.ts';
import { orderLine } from '../postgres/orders.ts';
import type { Ground } from './wings.ts';

/** An order moved: every list and page that shows it draws it anew. */
export async function tellOrder(
  {
    pool,
    live,
    onFault,
  }: { pool: pg.Pool; live: Pick<Ground['live'], 'tell'>; onFault: (cause: unknown) => void },
  orderNo: string,
  kind: StepKind,
): Promise<void> {
  try {
    const line = await orderLine(pool, orderNo);
    if (!line) return;
    const short = { ...line, content: line.content.slice(0, 100) };
    const rooms = [line.unitId, ...line.assistIds]
      .filter((id) => id !== null)
      .map((id) => `orders:unit:${id}`);
    for (const room of new Set(['orders', ...rooms])) live.tell(room, 'order', short, kind);
  } catch (cause) {
    onFault(cause); // it is kept; who looks again sees it
  }
}
