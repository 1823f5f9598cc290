import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { parsePeriod, periodAt, periodBefore, periodWords } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow, Ticking } from '../clock.tsx';
import { PeriodPicker } from '../reports/period-picker.tsx';
import { useMay } from '../shell/me.tsx';
import { duration, spaced } from '../view.ts';
import { useMoved } from './callback.ts';
import { FiguresTable } from './figures.tsx';
import { useCallbackWords } from './words.ts';
import './callbacks.css';

interface Campaign {
  id: number;
  period: string;
  weekly: boolean;
  state: 'running' | 'paused' | 'stopped' | 'done';
  createdAtMs: number;
  population: number;
  drawn: number;
  done: number;
  waiting: number;
  people: number;
}
interface Live {
  calling: { itemId: number; number: string; sinceMs: number }[];
  waiting: number;
  freeAgents: number;
}
const COLOURS = { running: 'green', paused: 'orange', stopped: 'red', done: 'blue' } as const;

/** The campaigns: calling now, done, results; pause, go on, stop; a draw on demand. */
export function CampaignsPage() {
  const say = useCallbackWords();
  const canRun = useMay()('run-callbacks');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [period, setPeriod] = useState(() => periodBefore(periodAt('week', serverNow())));
  useMoved();
  const campaigns = useQuery({
    queryKey: ['callbacks', 'campaigns'],
    queryFn: () => ask<{ campaigns: Campaign[] }>('GET', '/api/callbacks/campaigns'),
  });
  const live = useQuery({
    queryKey: ['callbacks', 'live'],
    queryFn: () => ask<Live>('GET', '/api/callbacks/live'),
    refetchInterval: 2000,
  });
  const changed = () => client.invalidateQueries({ queryKey: ['callbacks'] });
  const onError = (fault: unknown) => void message.error(refusalWords(fault));
  const setState = useMutation({
    mutationFn: ({ id, state }: { id: number; state: string }) =>
      ask('POST', `/api/callbacks/campaigns/${id}/state`, { state }),
    onSuccess: changed,
    onError,
  });
  const begin = useMutation({
    mutationFn: () => ask<{ id: number }>('POST', '/api/callbacks/campaigns', { period: period.key }),
    onSuccess: changed,
    onError,
  });
  useEffect(() => {
    document.title = '回访进度 · 供水热线 96666';
  }, []);
  const rows = campaigns.data?.campaigns ?? [];
  const newest = rows[0];
  return (
    <main className="page callbacks">
      {canRun && (
        <header>
          <PeriodPicker period={period} onChange={setPeriod} />
          <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>
            {say('begin')}
          </Button>
        </header>
      )}
      {campaigns.error && <Alert type="error" showIcon title={refusalWords(campaigns.error)} />}
      <section className="calling" aria-live="polite">
        <h2>
          {say('calling')}
          {live.data && (
            <small>{say('free', { count: live.data.freeAgents, waiting: live.data.waiting })}</small>
          )}
        </h2>
        {live.data?.calling.length === 0 && <p>{say('nobody')}</p>}
        <ul>
          {live.data?.calling.map((one) => (
            <li key={one.itemId} className="figures">
              {spaced(one.number)} <Ticking read={(now) => duration(now - one.sinceMs)} />
            </li>
          ))}
        </ul>
      </section>
      <Table<Campaign>
        size="small"
        bordered
        rowKey="id"
        pagination={false}
        loading={campaigns.isPending}
        dataSource={rows}
        locale={{ emptyText: say('noCampaign') }}
        columns={[
          { title: '时间段', render: (_, one) => periodOf(one.period) },
          { title: '方式', render: (_, one) => say(one.weekly ? 'weekly' : 'onDemand') },
          { title: '状态', render: (_, one) => <Tag color={COLOURS[one.state]}>{say(one.state)}</Tag> },
          ...(['population', 'drawn', 'done', 'waiting', 'people'] as const).map((key) => ({
            title: say(key === 'done' ? 'finished' : key),
            dataIndex: key,
            align: 'right' as const,
            className: 'figures',
          })),
          {
            title: '',
            render: (_, one) => (
              <Space>
                <Link to={`/callbacks/certificate/${one.id}`}>{say('certificate')}</Link>
                {canRun && (one.state === 'running' || one.state === 'paused') && (
                  <>
                    <Button
                      size="small"
                      onClick={() =>
                        setState.mutate({ id: one.id, state: one.state === 'paused' ? 'running' : 'paused' })
                      }
                    >
                      {say(one.state === 'paused' ? 'resume' : 'pause')}
                    </Button>
                    <Popconfirm
                      title={say('stopSure')}
                      onConfirm={() => setState.mutate({ id: one.id, state: 'stopped' })}
                    >
                      <Button size="small" danger>
                        {say('stop')}
                      </Button>
                    </Popconfirm>
                  </>
                )}
              </Space>
            ),
          },
        ]}
      />
      {newest && <FiguresTable query={`campaign=${newest.id}`} title={periodOf(newest.period)} />}
    </main>
  );
}

function periodOf(key: string): string {
  const period = parsePeriod(key);
  return period ? periodWords(period) : key;
}
