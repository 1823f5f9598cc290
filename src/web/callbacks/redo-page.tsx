import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space } from 'antd';
import { useEffect } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { minuteText, useMoved, type Callback } from './callback.ts';
import { useCallbackWords } from './words.ts';
import './callbacks.css';

interface Draft extends Callback {
  draftId: number;
  reason: 'not-solved' | 'dissatisfied';
  draftedAtMs: number;
}

/** Orders to redo, drafted by what callers answered; Enter sends the first. */
export function RedoPage() {
  const say = useCallbackWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  useMoved();
  const drafts = useQuery({
    queryKey: ['callbacks', 'redo'],
    queryFn: () => ask<{ rows: Draft[] }>('GET', '/api/callbacks/redo'),
  });
  const decide = useMutation({
    mutationFn: ({ id, send }: { id: number; send: boolean }) =>
      ask<{ orderNo?: string }>('POST', `/api/callbacks/redo/${id}`, { send }),
    onSuccess: ({ orderNo }) => {
      void message.success(orderNo ? say('sent', { orderNo }) : say('saved'));
      return client.invalidateQueries({ queryKey: ['callbacks'] });
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  useEffect(() => {
    document.title = '重办确认 · 供水热线 96666';
  }, []);
  const rows = drafts.data?.rows ?? [];
  return (
    <main className="page callbacks redo">
      {drafts.error && <Alert type="error" showIcon title={refusalWords(drafts.error)} />}
      {drafts.data && rows.length === 0 && <Empty description={say('emptyRedo')} />}
      {rows.map((one, at) => (
        <article key={one.draftId} className="form">
          <h2>
            {one.reason === 'not-solved' ? '没有解决' : '不满意'}　{one.orderNo}
            <small>{minuteText(one.draftedAtMs)}</small>
          </h2>
          <p>
            {one.caller} <Dial number={one.number} />　{one.address}　{one.department}
          </p>
          <p>反映内容：{one.content}</p>
          {one.words && <p>用户意见：{one.words}</p>}
          {one.recording && (
            <audio
              controls
              preload="none"
              src={`/api/callbacks/items/${one.id}/recording`}
              aria-label={say('listen')}
            />
          )}
          <Space>
            <Button
              type="primary"
              autoFocus={at === 0}
              loading={decide.isPending}
              onClick={() => decide.mutate({ id: one.draftId, send: true })}
            >
              {say('send')}
            </Button>
            <Button onClick={() => decide.mutate({ id: one.draftId, send: false })}>{say('drop')}</Button>
          </Space>
        </article>
      ))}
    </main>
  );
}
