/** A leak that nobody has taken down by hand: its order is drafted, urgent, and waits for a person to dispatch it. */
import type pg from 'pg';
import { leakInStreet } from '../core/orders/decision.ts';
import { decisionTable, orderSettings } from '../postgres/order-rules.ts';
import { createOrder, type StepBy } from '../postgres/orders.ts';

export interface Leak {
  content: string;
  address: string;
  community: string;
  district: string;
  phone: string;
  callId: string | null;
  atMs: number;
}

/** The number of the draft. Its clocks begin: three minutes to dispatch it, thirty to stop the water (Article 13). */
export async function draftLeakOrder(client: pg.PoolClient, leak: Leak, by: StepBy): Promise<string> {
  const table = await decisionTable(client);
  const settings = await orderSettings(client);
  const matter = leakInStreet(table.body);
  return createOrder(
    client,
    {
      ...leak,
      ...matter,
      answers: {},
      ...{ urgent: true, clockSet: 'urgent-leak', caller: '', account: '', source: 'call', recordId: null },
      ...{ outsideNo: null, outsideDueAtMs: null, ruleVersion: table.version },
    },
    by,
    settings.body,
  );
}
