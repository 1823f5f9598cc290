import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space, Table, Tag } from 'antd';
import { useEffect } from 'react';
import type { PresenceView } from '../../core/people/presence.ts';
import { ask, refusalWords } from '../ask.ts';
import { Ticking } from '../clock.tsx';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMay } from '../shell/me.tsx';
import { duration } from '../view.ts';
import { useStateWords } from '../words.ts';
import { MismatchWords, pauseWords } from './desk-presence.tsx';
import { useDeskWords } from './words.ts';
import './desk.css';

type Agent = PresenceView & { name: string | null };
const KEY = ['presences'];
/** who needs the shift leader first */
const URGENCY = (one: Agent) =>
  one.wrapUp?.overdue ? 0 : one.mismatch ? 1 : one.state === 'offline' ? 9 : one.state === 'paused' ? 3 : 2;

/** Every agent's state with its reason, live; who is over the limit of Article 27 stands on top. */
export function AgentsPage() {
  const say = useDeskWords();
  const words = useStateWords();
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask<Agent[]>('GET', '/api/presences', undefined, signal),
  });
  useConnected(() => void queries.invalidateQueries({ queryKey: KEY }));
  useTold('presence', (view) => {
    let known = false;
    queries.setQueryData<Agent[]>(KEY, (before) =>
      before?.map((one) => {
        if (one.agent !== view.agent) return one;
        known = true;
        return { ...view, name: one.name };
      }),
    );
    if (!known) void queries.invalidateQueries({ queryKey: KEY });
  });
  const direct = useMutation({
    mutationFn: ({ what, agent }: { what: 'end-wrap-up' | 'sign-out' | 'ready'; agent: string }) =>
      ask('POST', `/api/presences/${what}`, { agent }),
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  useEffect(() => {
    document.title = `${say('agents')} · 供水热线 96666`;
  });
  const agents = [...(asked.data ?? [])].sort(
    (a, b) => URGENCY(a) - URGENCY(b) || a.agent.localeCompare(b.agent),
  );
  const overdue = agents.filter((one) => one.wrapUp?.overdue).length;
  const order = (what: 'end-wrap-up' | 'sign-out' | 'ready', one: Agent, confirm: string) => (
    <Popconfirm title={confirm} onConfirm={() => direct.mutate({ what, agent: one.agent })}>
      <Button size="small">{say(what)}</Button>
    </Popconfirm>
  );
  return (
    <main className="page">
      {asked.error && <Alert type="error" showIcon title={refusalWords(asked.error)} />}
      {overdue > 0 && (
        <Alert
          type="warning"
          showIcon
          title={say('overdueRecords', { count: overdue })}
          style={{ marginBottom: 12 }}
        />
      )}
      <Table<Agent>
        size="middle"
        rowKey="agent"
        loading={asked.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: say('noAgents') }}
        dataSource={agents}
        columns={[
          {
            title: say('agent'),
            render: (_, one) => (
              <>
                <b>{one.name ?? '—'}</b> <span className="figures">{one.agent.replace('PJSIP/', '')}</span>
              </>
            ),
          },
          {
            title: say('state'),
            render: (_, one) => (
              <span className={`state-tag ${one.state}`} data-state={one.state}>
                {words(one.state)}{' '}
                {one.state !== 'offline' && (
                  <Ticking className="figures" read={(now) => duration(now - one.sinceMs)} />
                )}
              </span>
            ),
          },
          {
            title: say('why'),
            render: (_, one) => (
              <Space>
                {pauseWords(one)}
                {one.mismatch && (
                  <Tag color="orange">
                    <MismatchWords view={one} />
                  </Tag>
                )}
                {one.wrapUp?.overdue && <Tag color="red">{say('recordOverdue')}</Tag>}
              </Space>
            ),
          },
          {
            title: say('signedInSince'),
            render: (_, one) =>
              one.signedInAtMs === null ? (
                '—'
              ) : (
                <Ticking className="figures" read={(now) => duration(now - one.signedInAtMs!)} />
              ),
          },
          {
            title: '',
            align: 'right',
            render: (_, one) =>
              may('direct-agents') &&
              one.signedInAtMs !== null && (
                <Space>
                  {one.state === 'wrap-up' && order('end-wrap-up', one, say('confirmEndWrapUp'))}
                  {one.state === 'paused' && order('ready', one, say('confirmReady'))}
                  {one.callId === null && order('sign-out', one, say('confirmSignOut'))}
                </Space>
              ),
          },
        ]}
      />
    </main>
  );
}
