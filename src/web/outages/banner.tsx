import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import {
  announcement,
  OUTAGE_STATES,
  outageState,
  placeOf,
  timeWords,
  touches,
  type Outage,
} from '../../core/outages/outage.ts';
import type { Customer } from '../../protocol.ts';
import { ask } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useSecond } from '../orders/due.tsx';
import { useTold } from '../shell/line.tsx';
import './outages.css';

const KEY = ['outages', 'open'];

/** Every outage that is not over, as the server says it. */
export function useOpenOutages(): Outage[] {
  const queries = useQueryClient();
  useTold('outages', (open) => queries.setQueryData(KEY, open));
  const { data } = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: async ({ signal }) =>
      (await ask<{ open: Outage[] }>('GET', '/api/outages', undefined, signal)).open,
  });
  return data ?? [];
}

/** On top of the desk: where there is no water, and until when. It pushes nothing away but a line. */
export function OutageBanner() {
  const open = useOpenOutages();
  const now = useSecond();
  if (open.length === 0) return null;
  return (
    <div className="outage-banner" role="status">
      {open.slice(0, 3).map((one) => (
        <Link key={one.id} to={`/outages/${one.id}`}>
          <b>{OUTAGE_STATES[outageState(one, now)]}</b> {placeOf(one)}　{timeWords(one.beginAtMs)}—
          {outageState(one, now) === 'overrun' ? '恢复时间待核实' : timeWords(one.expectedAtMs)}　{one.cause}
        </Link>
      ))}
      {open.length > 3 && <Link to="/outages">共 {open.length} 处</Link>}
    </div>
  );
}

/** Who calls sits without water: the agent knows before they ask. */
export function OutageHere({ customer }: { customer: Customer | null }) {
  const open = useOpenOutages();
  if (!customer) return null;
  return open
    .filter((one) => touches(one, customer))
    .map((one) => (
      <p key={one.id} className="outage-here" role="status">
        <b>{OUTAGE_STATES[outageState(one, serverNow())]}：</b>
        {announcement(one, serverNow())}
      </p>
    ));
}
