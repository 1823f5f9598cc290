import { useQuery } from '@tanstack/react-query';
import { Alert, Table, Tag } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { ScoreLine } from '../../protocol/quality.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { duration, when } from '../view.ts';
import { pointsText, scorePath, useCodes } from './quality.ts';
import { STATE_COLOURS, useQualityWords } from './words.ts';
import './quality.css';

/** An agent's own scores: opened, answered and contested on the page of each. */
export function MinePage() {
  const say = useQualityWords();
  const { states } = useCodes();
  const { data, error, isPending } = useQuery({
    queryKey: ['quality', 'mine'],
    queryFn: ({ signal }) => ask<ScoreLine[]>('GET', '/api/quality/mine', undefined, signal),
  });
  useEffect(() => {
    document.title = '我的质检 · 供水热线 96666';
  }, []);
  return (
    <main className="page quality">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <Table<ScoreLine>
        size="small"
        loading={isPending}
        rowKey="id"
        dataSource={data ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: say('mineEmpty') }}
        columns={[
          { title: say('time'), render: (_, one) => when(one.atMs, serverNow()) },
          {
            title: say('length'),
            render: (_, one) => <span className="figures">{duration(one.ms)}</span>,
          },
          { title: say('scorer'), dataIndex: 'scorer' },
          {
            title: say('points'),
            align: 'right',
            render: (_, one) => <b className="figures">{pointsText(one.tenths)}</b>,
          },
          {
            title: say('state'),
            render: (_, one) => <Tag color={STATE_COLOURS[one.state]}>{states[one.state]}</Tag>,
          },
          {
            title: '',
            align: 'right',
            render: (_, one) => <Link to={scorePath(one.callId)}>{say('look')}</Link>,
          },
        ]}
      />
    </main>
  );
}
