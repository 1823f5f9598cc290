import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Table } from 'antd';
import { useEffect, useState } from 'react';
import { HOTLINE_QUEUE } from '../../core/people/queues.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';

interface Queue {
  queue: string;
  waiting: number;
  named: string[];
  /** who is in it on the switch now */
  members: string[];
}
interface Answer {
  queues: Queue[];
  agents: { agent: string; name: string }[];
}

/** Who serves which queue: ticked here, done by the switch at once for who is signed in. */
export function QueuesPage() {
  const found = useQuery({
    queryKey: ['queues'],
    refetchInterval: 5000,
    queryFn: ({ signal }) => ask<Answer>('GET', '/api/queues', undefined, signal),
  });
  useEffect(() => {
    document.title = '队列 · 供水热线 96666';
  }, []);
  return (
    <main className="page">
      <p className="quiet">
        热线队列一个人也不勾，就由全体坐席接听；勾了人，就只由这些人接听。改动对已签入的坐席立即生效。
      </p>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {found.data?.queues.map((queue) => (
        <One key={`${queue.queue} ${queue.named.join()}`} queue={queue} agents={found.data.agents} />
      ))}
      {found.data?.queues.length === 0 && <p className="quiet">交换机还没有连上，队列要等它报上来。</p>}
    </main>
  );
}

function One({ queue, agents }: { queue: Queue; agents: Answer['agents'] }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set(queue.named));
  const save = useMutation({
    mutationFn: () => ask('PUT', `/api/queues/${queue.queue}`, { agents: [...named] }),
    onSuccess: async () => {
      void message.success('已保存');
      await queries.invalidateQueries({ queryKey: ['queues'] });
    },
  });
  const changed = named.size !== queue.named.length || queue.named.some((one) => !named.has(one));
  const inside = new Set(queue.members);
  return (
    <section>
      <h2 style={{ marginBottom: 8 }}>
        {queue.queue === HOTLINE_QUEUE ? '热线 96666' : queue.queue}{' '}
        <small className="figures">
          排队 {queue.waiting}　在队坐席 {queue.members.length}
          {named.size === 0 && (queue.queue === HOTLINE_QUEUE ? '　全体坐席接听' : '　没有人接听')}
        </small>
      </h2>
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
      <Table
        size="small"
        rowKey="agent"
        pagination={false}
        dataSource={agents}
        locale={{ emptyText: '还没有坐席，请在“人员”里添加。' }}
        columns={[
          {
            title: '接听',
            width: 70,
            render: (_, one) => (
              <Checkbox
                checked={named.has(one.agent)}
                disabled={!may('direct-agents')}
                aria-label={`${one.name} 接听 ${queue.queue}`}
                onChange={({ target }) => {
                  const next = new Set(named);
                  if (target.checked) next.add(one.agent);
                  else next.delete(one.agent);
                  setNamed(next);
                }}
              />
            ),
          },
          { title: '坐席', dataIndex: 'name' },
          { title: '分机', className: 'figures', render: (_, one) => one.agent.replace('PJSIP/', '') },
          { title: '现在', render: (_, one) => (inside.has(one.agent) ? '在队' : '不在队') },
        ]}
      />
      {changed && (
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
          保存
        </Button>
      )}
    </section>
  );
}
