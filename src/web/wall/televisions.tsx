import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Popconfirm, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Television } from '../../protocol/walls.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { ShownOnce } from '../outward/once.tsx';
import { when } from '../view.ts';
import { useWallWords } from './words.ts';

const AGAIN_MS = 10_000;

/** Which televisions may show a wall: a new link is shown once, and each can be withdrawn at once. */
export function Televisions({ wallId }: { wallId: number }) {
  const say = useWallWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [name, setName] = useState('');
  const [link, setLink] = useState<string | null>(null);
  const key = ['walls', wallId, 'televisions'];
  const given = useQuery({
    queryKey: key,
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => ask<Television[]>('GET', `/api/walls/${wallId}/televisions`, undefined, signal),
  });
  const done = () => queries.invalidateQueries({ queryKey: key });
  const onError = (cause: unknown) => void message.error(refusalWords(cause));
  const give = useMutation({
    mutationFn: () => ask<{ token: string }>('POST', `/api/walls/${wallId}/televisions`, { name }),
    onSuccess: ({ token }) => {
      setLink(`${location.origin}/tv/${token}`);
      setName('');
      void done();
    },
    onError,
  });
  const withdraw = useMutation({
    mutationFn: (id: number) => ask('DELETE', `/api/televisions/${id}`),
    onSuccess: done,
    onError,
  });
  return (
    <section className="televisions">
      <h2>{say('televisions')}</h2>
      <p className="keys">{say('televisionsHelp')}</p>
      <Space.Compact>
        <Input
          className="television-name"
          aria-label={say('where')}
          placeholder={say('where')}
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => name.trim() !== '' && give.mutate()}
        />
        <Button
          type="primary"
          disabled={name.trim() === ''}
          loading={give.isPending}
          onClick={() => give.mutate()}
        >
          {say('give')}
        </Button>
      </Space.Compact>
      {given.error && <Alert type="error" showIcon title={refusalWords(given.error)} />}
      <Table<Television>
        size="small"
        rowKey="id"
        pagination={false}
        loading={given.isPending}
        locale={{ emptyText: say('noTelevisions') }}
        dataSource={given.data ?? []}
        columns={[
          { title: say('where'), dataIndex: 'name' },
          { title: say('made'), render: (_, one) => `${when(one.madeAtMs, serverNow())} ${one.madeBy}` },
          {
            title: say('seen'),
            render: (_, one) =>
              one.open > 0 ? (
                <Tag color="green">● {say('onNow')}</Tag>
              ) : one.seenAtMs === null ? (
                say('never')
              ) : (
                when(one.seenAtMs, serverNow())
              ),
          },
          {
            render: (_, one) =>
              one.withdrawnAtMs !== null ? (
                <Tag color="red">
                  {say('withdrawnAt')} {when(one.withdrawnAtMs, serverNow())}
                </Tag>
              ) : (
                <Popconfirm
                  title={say('withdrawAsk')}
                  okText={say('withdraw')}
                  cancelText={say('cancel')}
                  onConfirm={() => withdraw.mutate(one.id)}
                >
                  <Button size="small" danger>
                    {say('withdraw')}
                  </Button>
                </Popconfirm>
              ),
          },
        ]}
      />
      <ShownOnce title={say('given')} secret={link} onKept={() => setLink(null)} />
    </section>
  );
}
