import { useQuery } from '@tanstack/react-query';
import { Alert, Table } from 'antd';
import { useEffect } from 'react';
import type { Supervision } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { duration, when } from '../view.ts';

const MODES = { listen: '监听', whisper: '耳语', barge: '插话' } as const;

/** Who listened to my calls, and when. */
export function HeardMePage() {
  const { data, error, isPending } = useQuery({
    queryKey: ['heard-me'],
    queryFn: ({ signal }) => ask<Supervision[]>('GET', '/api/console/heard-me', undefined, signal),
  });
  useEffect(() => {
    document.title = '谁听过我的通话 · 供水热线 96666';
  }, []);
  return (
    <main className="page">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <Table
        size="small"
        loading={isPending}
        rowKey={(one) => `${one.callId}${one.fromMs}`}
        dataSource={data ?? []}
        pagination={false}
        locale={{ emptyText: '还没有人监听过您的通话。' }}
        columns={[
          { title: '时间', render: (_, one) => when(one.fromMs, serverNow()) },
          { title: '谁', dataIndex: 'by' },
          { title: '方式', render: (_, one) => MODES[one.mode] },
          {
            title: '多久',
            render: (_, one) => (one.untilMs === null ? '进行中' : duration(one.untilMs - one.fromMs)),
          },
        ]}
      />
    </main>
  );
}
