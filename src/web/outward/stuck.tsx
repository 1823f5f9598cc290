import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space, Table } from 'antd';
import type { StuckMessage } from '../../protocol/outward.ts';
import { ask, refusalWords } from '../ask.ts';
import { atWords, useDeliveryWords, useOutwardWords } from './words.ts';

/** What happened and could not be turned into messages: why, and the keys to try again or to give it up. */
export function Stuck({ rows }: { rows: StuckMessage[] }) {
  const say = useOutwardWords();
  const { kinds } = useDeliveryWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const act = useMutation({
    mutationFn: ({ id, action }: { id: number; action: 'retry' | 'drop' }) =>
      ask('POST', `/api/outward/stuck/${id}/${action}`, {}),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['outward', 'deliveries'] }),
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  if (rows.length === 0) return null;
  return (
    <>
      <Alert type="error" showIcon title={say('stuck', { count: rows.length })} />
      <Table<StuckMessage>
        size="small"
        bordered
        rowKey="id"
        pagination={false}
        dataSource={rows}
        columns={[
          {
            title: say('at'),
            width: 122,
            render: (_, row) => <span className="figures">{atWords(row.atMs)}</span>,
          },
          { title: say('event'), width: 104, render: (_, row) => kinds[row.event] ?? row.event },
          { title: say('about'), width: 160, dataIndex: 'ref' },
          { title: say('reason'), dataIndex: 'fault' },
          {
            title: say('tries'),
            width: 180,
            render: (_, row) => (
              <span className="figures">
                {row.attempts}{' '}
                {row.nextAtMs === null ? '' : say('next', { at: atWords(row.nextAtMs).slice(6) })}
              </span>
            ),
          },
          {
            width: 190,
            render: (_, row) => (
              <Space size={4}>
                <Button
                  size="small"
                  type="primary"
                  onClick={() => act.mutate({ id: row.id, action: 'retry' })}
                >
                  {say('tryAgain')}
                </Button>
                <Popconfirm
                  title={say('dropSure')}
                  onConfirm={() => act.mutate({ id: row.id, action: 'drop' })}
                >
                  <Button size="small">{say('giveUp')}</Button>
                </Popconfirm>
              </Space>
            ),
          },
        ]}
      />
    </>
  );
}
