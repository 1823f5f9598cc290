import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Progress, Space, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { DrawProof, QualityWeek, ScoreLine, ToListen } from '../../protocol/quality.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useMay } from '../shell/me.tsx';
import { duration, when } from '../view.ts';
import { pointsText, scorePath, useCodes, useDeed } from './quality.ts';
import { STATE_COLOURS, useQualityWords } from './words.ts';
import './quality.css';

/** The week's calls of each agent that are to be listened to, and how far that is done. */
export function QualityPage() {
  const say = useQualityWords();
  const may = useMay();
  const { message } = App.useApp();
  const deed = useDeed();
  const [week, setWeek] = useState<string | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: ['quality', 'week', week],
    queryFn: ({ signal }) =>
      ask<QualityWeek>('GET', `/api/quality/week${week === null ? '' : `?week=${week}`}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '质检 · 供水热线 96666';
  }, []);
  const prove = async () => {
    try {
      const proof = await ask<DrawProof>('GET', `/api/quality/draw?week=${data!.week}`);
      if (proof.differences.length === 0) void message.success(say('proved', { count: proof.calls }));
      else void message.error(say('differs', { words: proof.differences.join('；') }), 10);
    } catch (cause) {
      void message.error(refusalWords(cause));
    }
  };
  return (
    <main className="page quality">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data && (
        <header>
          <Space wrap>
            <Button onClick={() => setWeek(data.before)}>{say('before')}</Button>
            <b>{data.words}</b>
            <Button disabled={data.after === null} onClick={() => setWeek(data.after)}>
              {say('after')}
            </Button>
            {data.draw && <Button onClick={() => void prove()}>{say('proof')}</Button>}
          </Space>
          {data.draw && (
            <p className="quiet">
              {say('drawnBy', {
                ...{ count: data.perAgent, seed: data.draw.seed },
                who: data.draw.drawnBy ?? say('itself'),
              })}
            </p>
          )}
        </header>
      )}
      {may('decide-appeals') && <Appeals />}
      {data && !data.draw && (
        <Empty description={data.over ? say('notDrawn', { count: data.perAgent }) : say('notOver')}>
          {data.over && may('score-calls') && (
            <Button
              type="primary"
              loading={deed.isPending}
              onClick={() => deed.mutate({ path: '/draw', body: { week: data.week } })}
            >
              {say('draw')}
            </Button>
          )}
        </Empty>
      )}
      {isPending && <p className="quiet">…</p>}
      {data?.agents.map((one) => {
        const done = one.calls.filter((call) => call.state !== null && call.state !== 'draft').length;
        return (
          <section key={one.agent} aria-label={one.name}>
            <h2>
              {one.name} <small>{say('progress', { done, all: one.calls.length })}</small>
              <Progress
                percent={Math.round((done / Math.max(1, one.calls.length)) * 100)}
                showInfo={false}
                size="small"
              />
            </h2>
            <Calls calls={one.calls} />
          </section>
        );
      })}
    </main>
  );
}

function Calls({ calls }: { calls: ToListen[] }) {
  const say = useQualityWords();
  const { states } = useCodes();
  const may = useMay();
  const action = (call: ToListen) => {
    if (!may('score-calls')) return say('look');
    return call.state === null ? say('score') : call.state === 'draft' ? say('goOn') : say('look');
  };
  return (
    <Table<ToListen>
      size="small"
      pagination={false}
      rowKey="callId"
      dataSource={calls}
      columns={[
        { title: say('time'), width: 150, render: (_, call) => when(call.atMs, serverNow()) },
        {
          title: say('length'),
          width: 90,
          render: (_, call) => <span className="figures">{duration(call.ms)}</span>,
        },
        {
          title: say('state'),
          width: 140,
          render: (_, call) =>
            call.state === null ? (
              <Tag>{say('notScored')}</Tag>
            ) : (
              <Tag color={STATE_COLOURS[call.state]}>{states[call.state]}</Tag>
            ),
        },
        { title: say('scorer'), width: 120, dataIndex: 'scorer' },
        {
          title: say('points'),
          width: 90,
          align: 'right',
          render: (_, call) => <span className="figures">{pointsText(call.tenths)}</span>,
        },
        {
          title: '',
          align: 'right',
          render: (_, call) => <Link to={scorePath(call.callId)}>{action(call)}</Link>,
        },
      ]}
    />
  );
}

function Appeals() {
  const say = useQualityWords();
  const { data } = useQuery({
    queryKey: ['quality', 'appeals'],
    queryFn: ({ signal }) => ask<ScoreLine[]>('GET', '/api/quality/appeals', undefined, signal),
  });
  if (!data?.length) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={`${say('appeals')} ${data.length}`}
      description={
        <ul className="appeals">
          {data.map((one) => (
            <li key={one.id}>
              <Link to={scorePath(one.callId)}>
                {one.agentName} · {when(one.atMs, serverNow())} · {pointsText(one.tenths)}
              </Link>
              {'　'}
              {one.appeal}
            </li>
          ))}
        </ul>
      }
    />
  );
}
