import { useQuery } from '@tanstack/react-query';
import { Alert, Table } from 'antd';
import { useEffect } from 'react';
import type { Supervision } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { duration, when } from '../view.ts';
import { useConsoleWords } from './words.ts';

/** Who listened to my calls, and when. */
export function HeardMePage() {
  const say = useConsoleWords();
  const { data, error, isPending } = useQuery({
    queryKey: ['heard-me'],
    queryFn: ({ signal }) => ask<Supervision[]>('GET', '/api/console/heard-me', undefined, signal),
  });
  useEffect(() => {
    document.title = `${say('whoHeard')} · 供水热线 96666`;
  });
  return (
    <main className="page">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <Table
        size="small"
        loading={isPending}
        rowKey={(one) => `${one.callId}${one.fromMs}`}
        dataSource={data ?? []}
        pagination={false}
        locale={{ emptyText: say('nobodyHeard') }}
        columns={[
          { title: say('at'), render: (_, one) => when(one.fromMs, serverNow()) },
          { title: say('who'), dataIndex: 'by' },
          { title: say('how'), render: (_, one) => say(one.mode) },
          {
            title: say('howLong'),
            render: (_, one) => (one.untilMs === null ? say('now') : duration(one.untilMs - one.fromMs)),
          },
        ]}
      />
    </main>
  );
}
