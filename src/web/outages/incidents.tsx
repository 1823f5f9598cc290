import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space, Tag } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Incident } from '../../protocol/incidents.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { DistrictMap } from '../map/district-map.tsx';
import { Dial } from '../phone/dial.tsx';
import { useTold } from '../shell/line.tsx';
import { useMay } from '../shell/me.tsx';
import { when } from '../view.ts';
import { useIncidentWords } from './words.ts';
import './outages.css';

const KEY = ['incidents'];
/** the strip stays one line on the desk's smallest screen */
const SHOWN = 3;
const usually = (count: number, say: ReturnType<typeof useIncidentWords>) =>
  count < 1 ? say('few') : say('about', { count: Math.round(count) });

/** Suspicions on which nobody has decided, live. */
export function useOpenIncidents(): Incident[] {
  const queries = useQueryClient();
  useTold('incidents', () => void queries.invalidateQueries({ queryKey: KEY }));
  const { data } = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<Incident[]>('GET', '/api/incidents', undefined, signal),
  });
  return (data ?? []).filter((one) => one.state === 'suspected');
}

/** One line for the wall and the desk: where, how many, against how many. */
export function IncidentStrip() {
  const say = useIncidentWords();
  const open = useOpenIncidents();
  if (open.length === 0) return null;
  return (
    <div className="incident-strip" role="alert">
      {open.slice(0, SHOWN).map((one) => (
        <Link key={one.id} to="/incidents">
          <b>{say('short')}</b> {one.district}
          {one.community} {say('inMinutes', { minutes: Math.round(one.windowMs / 60_000) })}{' '}
          <b className="figures">{one.count}</b> {say('callers', { usual: usually(one.usual, say) })}
        </Link>
      ))}
      {open.length > SHOWN && <Link to="/incidents">{say('inAll', { count: open.length })}</Link>}
    </div>
  );
}

/** The callers of all suspicions on the map of the districts, for the wall; none: nothing is shown. */
export function IncidentMap() {
  const say = useIncidentWords();
  const open = useOpenIncidents();
  if (open.length === 0) return null;
  const districts = [...new Set(open.map((one) => one.district))];
  const callersOf = (district: string) => {
    const callers = open.filter((one) => one.district === district).flatMap((one) => one.callers);
    return new Set(callers.map((one) => one.number)).size;
  };
  const marks = Object.fromEntries(
    districts.map((one) => [one, { level: 'red' as const, words: say('people', { count: callersOf(one) }) }]),
  );
  return (
    <div className="incident-map">
      <DistrictMap label={say('mapOfAll')} marks={marks} />
    </div>
  );
}

/** Suspected bursts: one key makes the outage, the order and the announcement; another says that it is nothing. */
export function IncidentsPage() {
  const say = useIncidentWords();
  const may = useMay();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const { data, error } = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<Incident[]>('GET', '/api/incidents', undefined, signal),
  });
  useTold('incidents', () => void queries.invalidateQueries({ queryKey: KEY }));
  useEffect(() => {
    document.title = `${say('title')} · 供水热线 96666`;
  });
  const done = () => queries.invalidateQueries({ queryKey: KEY });
  const fault = (cause: unknown) => void message.error(refusalWords(cause));
  const confirm = useMutation({
    mutationFn: (id: number) =>
      ask<{ outageId: number; orderNo: string }>('POST', `/api/incidents/${id}/confirm`),
    onSuccess: ({ orderNo }) => {
      void message.success(say('done', { orderNo }));
      void done();
    },
    onError: fault,
  });
  const dismiss = useMutation({
    mutationFn: (id: number) => ask('POST', `/api/incidents/${id}/dismiss`),
    onSuccess: () => void done(),
    onError: fault,
  });
  return (
    <main className="page outages">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <p className="quiet">{say('help')}</p>
      {data?.length === 0 && <p className="quiet">{say('none')}</p>}
      {data?.map((one) => (
        <article key={one.id} className={`outage ${one.state === 'suspected' ? 'overrun' : 'coming'}`}>
          <p>
            <b className="tag">{say(one.state)}</b> {when(one.suspectedAtMs, serverNow())}
            {one.decidedBy && `　${one.decidedBy} ${when(one.decidedAtMs!, serverNow())}`}
          </p>
          <h2>
            {one.district}
            {one.community}
            {'　'}
            {say('many', {
              ...{ minutes: Math.round(one.windowMs / 60_000), count: one.count },
              usual: usually(one.usual, say),
            })}
          </h2>
          <div className="incident-where">
            <DistrictMap
              label={say('mapOfOne')}
              marks={{
                [one.district]: { level: 'red', words: say('people', { count: one.callers.length }) },
              }}
              chosen={[one.district]}
            />
            <ul className="callers">
              {one.callers.map((caller) => (
                <li key={caller.callId}>
                  <Dial number={caller.number} /> <small>{caller.community}</small>
                </li>
              ))}
            </ul>
          </div>
          {one.outageId !== null && (
            <p>
              <Link to={`/outages/${one.outageId}`}>{say('outage')}</Link>
              {'　'}
              <Link to={`/orders/${one.orderNo}`}>{one.orderNo}</Link>
            </p>
          )}
          {one.state === 'suspected' && may('decide-incidents') && (
            <Space>
              <Button
                type="primary"
                danger
                loading={confirm.isPending}
                onClick={() =>
                  void modal.confirm({
                    title: say('ask', { where: `${one.district}${one.community}` }),
                    content: say('askHelp'),
                    okText: say('confirm'),
                    cancelText: say('wait'),
                    onOk: () => confirm.mutateAsync(one.id).catch(() => undefined),
                  })
                }
              >
                {say('make')}
              </Button>
              <Button loading={dismiss.isPending} onClick={() => dismiss.mutate(one.id)}>
                {say('dismiss')}
              </Button>
              <Tag>{say('callersOfIt', { count: one.callers.length })}</Tag>
            </Space>
          )}
        </article>
      ))}
    </main>
  );
}
