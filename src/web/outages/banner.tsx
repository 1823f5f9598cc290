import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { announcement, outageState, placeOf, touches, type Outage } from '../../core/outages/outage.ts';
import type { Customer } from '../../protocol.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useSecond } from '../orders/due.tsx';
import { useAltKey } from '../shell/alt-key.ts';
import { useTold } from '../shell/line.tsx';
import { IncidentStrip } from './incidents.tsx';
import { useIncidentWords, useOutageStateWords } from './words.ts';
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
  const say = useIncidentWords();
  const { stateWords, atWords } = useOutageStateWords();
  const open = useOpenOutages();
  const now = useSecond();
  if (open.length === 0) return <IncidentStrip />;
  return (
    <>
      <IncidentStrip />
      <div className="outage-banner" role="status">
        {open.slice(0, 3).map((one) => (
          <Link key={one.id} to={`/outages/${one.id}`}>
            <b>{stateWords(outageState(one, now))}</b> {placeOf(one)}　{atWords(one.beginAtMs, now)}—
            {outageState(one, now) === 'overrun' ? say('unclear') : atWords(one.expectedAtMs, now)}
            {'　'}
            {one.cause}
          </Link>
        ))}
        {open.length > 3 && <Link to="/outages">{say('inAll', { count: open.length })}</Link>}
      </div>
    </>
  );
}

/** Who calls sits without water: the agent knows before they ask, and one key has them told when it is back. */
export function OutageHere({
  customer,
  number,
  callId,
}: {
  customer: Customer | null;
  number: string | null;
  callId: string;
}) {
  const say = useIncidentWords();
  const { stateWords } = useOutageStateWords();
  const open = useOpenOutages();
  const here = customer ? open.filter((one) => touches(one, customer)) : [];
  const join = useMutation({
    mutationFn: () =>
      Promise.all(here.map((one) => ask('POST', `/api/outages/${one.id}/askers`, { number, callId }))),
  });
  const can = here.length > 0 && number !== null && !join.isSuccess;
  useAltKey('KeyW', () => can && join.mutate());
  if (here.length === 0) return null;
  return (
    <div className="outage-here" role="status">
      {here.map((one) => (
        <p key={one.id}>
          <b>{stateWords(outageState(one, serverNow()))}：</b>
          {announcement(one, serverNow())}
        </p>
      ))}
      {number !== null && (
        <button type="button" disabled={!can || join.isPending} onClick={() => join.mutate()}>
          {join.isSuccess ? (
            say('joined')
          ) : (
            <>
              {say('join')} <kbd>Alt W</kbd>
            </>
          )}
        </button>
      )}
      {join.error && <p className="fault">{refusalWords(join.error)}</p>}
    </div>
  );
}
