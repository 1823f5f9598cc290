import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space, Tag } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Incident, IncidentState } from '../../protocol/incidents.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { DistrictMap } from '../map/district-map.tsx';
import { Dial } from '../phone/dial.tsx';
import { useTold } from '../shell/line.tsx';
import { useMay } from '../shell/me.tsx';
import { when } from '../view.ts';
import './outages.css';

const STATES: Record<IncidentState, string> = {
  suspected: '待核实',
  confirmed: '已立案',
  dismissed: '误报',
  lapsed: '两小时无人处理，自动失效',
};
const KEY = ['incidents'];
/** the strip stays one line on the desk's smallest screen */
const SHOWN = 3;
const usually = (count: number) => (count < 1 ? '不到 1 人' : `约 ${Math.round(count)} 人`);

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
  const open = useOpenIncidents();
  if (open.length === 0) return null;
  return (
    <div className="incident-strip" role="alert">
      {open.slice(0, SHOWN).map((one) => (
        <Link key={one.id} to="/incidents">
          <b>疑似爆管</b> {one.district}
          {one.community} {Math.round(one.windowMs / 60_000)} 分钟 <b className="figures">{one.count}</b>{' '}
          人来电（平常{usually(one.usual)}）
        </Link>
      ))}
      {open.length > SHOWN && <Link to="/incidents">共 {open.length} 处</Link>}
    </div>
  );
}

/** The callers of all suspicions on the map of the districts, for the wall; none: nothing is shown. */
export function IncidentMap() {
  const open = useOpenIncidents();
  if (open.length === 0) return null;
  const districts = [...new Set(open.map((one) => one.district))];
  const callersOf = (district: string) => {
    const callers = open.filter((one) => one.district === district).flatMap((one) => one.callers);
    return new Set(callers.map((one) => one.number)).size;
  };
  const marks = Object.fromEntries(
    districts.map((one) => [one, { level: 'red' as const, words: `${callersOf(one)} 人` }]),
  );
  return (
    <div className="incident-map">
      <DistrictMap label="疑似爆管的来电人" marks={marks} />
    </div>
  );
}

/** Suspected bursts: one key makes the outage, the order and the announcement; another says that it is nothing. */
export function IncidentsPage() {
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
    document.title = '疑似爆管 · 供水热线 96666';
  }, []);
  const done = () => queries.invalidateQueries({ queryKey: KEY });
  const fault = (cause: unknown) => void message.error(refusalWords(cause));
  const confirm = useMutation({
    mutationFn: (id: number) =>
      ask<{ outageId: number; orderNo: string }>('POST', `/api/incidents/${id}/confirm`),
    onSuccess: ({ orderNo }) => {
      void message.success(`已立案：停水已发布，工单 ${orderNo} 待派单`);
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
      <p className="quiet">
        几分钟内同一小区或辖区的来电远多于平常时，这里会提示。立案后：停水通知马上发布（横幅、公开页、语音播报），紧急工单等待派单，这些来电人都登记为“来水时通知”。
      </p>
      {data?.length === 0 && <p className="quiet">还没有过疑似爆管。</p>}
      {data?.map((one) => (
        <article key={one.id} className={`outage ${one.state === 'suspected' ? 'overrun' : 'coming'}`}>
          <p>
            <b className="tag">{STATES[one.state]}</b> {when(one.suspectedAtMs, serverNow())}
            {one.decidedBy && `　${one.decidedBy} ${when(one.decidedAtMs!, serverNow())}`}
          </p>
          <h2>
            {one.district}
            {one.community}　{Math.round(one.windowMs / 60_000)} 分钟内 {one.count} 人来电，平常{' '}
            {usually(one.usual)}
          </h2>
          <div className="incident-where">
            <DistrictMap label="来电人在哪里" marks={whereOf(one)} chosen={[one.district]} />
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
              <Link to={`/outages/${one.outageId}`}>停水</Link>　
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
                    title: `${one.district}${one.community} 立案？`,
                    content: '会马上发布停水通知，并生成紧急漏水工单。',
                    okText: '立案',
                    cancelText: '再核实',
                    onOk: () => confirm.mutateAsync(one.id).catch(() => undefined),
                  })
                }
              >
                一键立案
              </Button>
              <Button loading={dismiss.isPending} onClick={() => dismiss.mutate(one.id)}>
                误报
              </Button>
              <Tag>{one.callers.length} 位来电人</Tag>
            </Space>
          )}
        </article>
      ))}
    </main>
  );
}

/** The callers on the map. */
function whereOf({ district, callers }: Incident) {
  return { [district]: { level: 'red' as const, words: `${callers.length} 人` } };
}
