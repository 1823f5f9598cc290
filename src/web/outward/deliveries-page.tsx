import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { CHANNELS, DELIVERY_STATES, type Channel, type Message } from '../../core/outward/delivery.ts';
import type { DeliveryRow, StuckMessage } from '../../protocol/outward.ts';
import { ask, refusalWords } from '../ask.ts';
import { Stuck } from './stuck.tsx';
import { atWords, STATE_COLOURS, useDeliveryWords, useOutwardWords } from './words.ts';
import './outward.css';

interface Page {
  items: DeliveryRow[];
  more: boolean;
  stuck: StuckMessage[];
  figures: { channel: Channel; waiting: number; dead: number; oldestMs: number | null }[];
}

/** Everything that was sent or is to be sent, with what the receiver answered. */
export function DeliveriesPage() {
  const say = useOutwardWords();
  const { channels, states, roles, kinds } = useDeliveryWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [query, setQuery] = useSearchParams();
  const asked = query.toString();
  const [open, setOpen] = useState<number | null>(null);
  const log = useInfiniteQuery({
    queryKey: ['outward', 'deliveries', asked],
    initialPageParam: 0,
    refetchInterval: 5000,
    queryFn: ({ pageParam, signal }) =>
      ask<Page>(
        'GET',
        `/api/outward/deliveries?${asked}${pageParam ? `&before=${pageParam}` : ''}`,
        undefined,
        signal,
      ),
    getNextPageParam: (page) => (page.more ? page.items.at(-1)?.id : undefined),
  });
  const act = useMutation({
    mutationFn: ({ id, deed }: { id: number; deed: 'resend' | 'cancel' }) =>
      ask('POST', `/api/outward/deliveries/${id}/${deed}`, {}),
    onSuccess: () => {
      void message.success(say('resent'));
      void queries.invalidateQueries({ queryKey: ['outward', 'deliveries'] });
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const choose = (name: string, words: Record<string, string>, title: string) => (
    <Select
      allowClear
      placeholder={title}
      aria-label={title}
      style={{ width: 140 }}
      value={query.get(name)}
      options={Object.entries(words).map(([value, label]) => ({ value, label }))}
      onChange={(value: string | undefined) => set(name, value)}
    />
  );
  const figures = log.data?.pages[0]?.figures ?? [];
  return (
    <main className="page outward">
      <header>
        {choose('channel', pick(channels, CHANNELS), say('channel'))}
        {choose('state', pick(states, DELIVERY_STATES), say('state'))}
        {choose('kind', kinds, say('event'))}
        <Input.Search
          allowClear
          style={{ width: 280 }}
          placeholder={say('search')}
          defaultValue={query.get('about') ?? ''}
          onSearch={(value) => set('about', value.trim())}
        />
        {figures
          .filter(({ waiting, dead }) => waiting + dead > 0)
          .map(({ channel, waiting, dead, oldestMs }) => (
            <span key={channel}>
              {channels[channel]}{' '}
              {waiting > 0 && (
                <Tag color="gold">
                  {say('waitingCount', { count: waiting })}
                  {oldestMs !== null && ` · ${say('oldest', { time: spent(oldestMs, say) })}`}
                </Tag>
              )}
              {dead > 0 && <Tag color="red">{say('deadCount', { count: dead })}</Tag>}
            </span>
          ))}
      </header>
      {log.error && <Alert type="error" showIcon title={refusalWords(log.error)} />}
      <Stuck rows={log.data?.pages[0]?.stuck ?? []} />
      <Table<DeliveryRow>
        size="small"
        bordered
        tableLayout="fixed"
        rowKey="id"
        loading={log.isPending}
        pagination={false}
        locale={{ emptyText: say('noDeliveries') }}
        rowClassName={(row) => row.state}
        dataSource={log.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          {
            title: say('at'),
            width: 122,
            render: (_, row) => <span className="figures">{atWords(row.createdAtMs)}</span>,
          },
          { title: say('event'), width: 104, render: (_, row) => kinds[row.kind] ?? row.kind },
          {
            title: say('about'),
            dataIndex: 'about',
            width: 136,
            render: (about: string | null) => about ?? '—',
          },
          { title: say('channel'), width: 96, render: (_, row) => channels[row.channel] },
          { title: say('to'), render: (_, row) => roles[row.recipient] ?? row.recipient },
          {
            title: say('state'),
            width: 150,
            render: (_, row) => (
              <>
                <Tag color={STATE_COLOURS[row.state]}>{states[row.state]}</Tag>
                {row.state === 'waiting' && (
                  <small className="figures">{say('next', { at: atWords(row.nextAtMs).slice(6) })}</small>
                )}
              </>
            ),
          },
          {
            title: say('tries'),
            width: 70,
            align: 'right',
            render: (_, row) => (
              <span className="figures">
                {row.attempts}/{row.mostAttempts}
              </span>
            ),
          },
          {
            title: say('answer'),
            render: (_, row) => (
              <span className="answer" title={row.answer ?? ''}>
                {row.status !== null && <b className="figures">{row.status} </b>}
                {row.answer ?? '—'}
              </span>
            ),
          },
          {
            width: 218,
            render: (_, row) => (
              <Space size={4}>
                <Button size="small" onClick={() => setOpen(row.id)}>
                  {say('show')}
                </Button>
                {(row.state === 'dead' || row.state === 'waiting' || row.state === 'cancelled') && (
                  <Button
                    size="small"
                    type="primary"
                    onClick={() => act.mutate({ id: row.id, deed: 'resend' })}
                  >
                    {say('resend')}
                  </Button>
                )}
                {row.state === 'waiting' && (
                  <Button size="small" onClick={() => act.mutate({ id: row.id, deed: 'cancel' })}>
                    {say('cancel')}
                  </Button>
                )}
              </Space>
            ),
          },
        ]}
      />
      {log.hasNextPage && (
        <Button block onClick={() => void log.fetchNextPage()} loading={log.isFetchingNextPage}>
          {say('more')}
        </Button>
      )}
      <One id={open} onClose={() => setOpen(null)} />
    </main>
  );
}

function One({ id, onClose }: { id: number | null; onClose: () => void }) {
  const say = useOutwardWords();
  const { channels, states, roles, kinds } = useDeliveryWords();
  const one = useQuery({
    queryKey: ['outward', 'delivery', id],
    enabled: id !== null,
    queryFn: ({ signal }) =>
      ask<DeliveryRow & { message: Message }>('GET', `/api/outward/deliveries/${id}`, undefined, signal),
  });
  const row = one.data;
  return (
    <Drawer
      open={id !== null}
      onClose={onClose}
      size={560}
      title={row ? `${kinds[row.kind] ?? row.kind} · ${row.about ?? ''}` : ''}
    >
      {one.error && <Alert type="error" showIcon title={refusalWords(one.error)} />}
      {row && (
        <div className="outward">
          <p>
            <Tag color={STATE_COLOURS[row.state]}>{states[row.state]}</Tag>
            {channels[row.channel]} · {roles[row.recipient] ?? row.recipient} ·{' '}
            {atWords(row.deliveredAtMs ?? row.lastAtMs)}
          </p>
          {row.resentBy && <p className="help">{say('handled', { name: row.resentBy })}</p>}
          <h2>{say('message')}</h2>
          <pre>{contentOf(row.message)}</pre>
          <h2>{say('answer')}</h2>
          <pre>
            {row.status ?? ''} {row.answer ?? '—'}
          </pre>
          <h2>{say('proof')}</h2>
          <pre>{row.proof ?? '—'}</pre>
        </div>
      )}
    </Drawer>
  );
}

function contentOf(message: Message): string {
  switch (message.channel) {
    case 'mail':
      return [
        message.subject,
        '',
        message.text,
        ...(message.files ?? []).map((file) => `📎 ${file.name}`),
      ].join('\n');
    case 'wechat':
      return message.content;
    case 'screen':
      return `${message.title}\n\n${message.text}`;
    case 'webhook':
      return `POST ${message.url}\n\n${JSON.stringify(message.data, null, 2)}`;
  }
}

function pick(words: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, words[name]!]));
}

function spent(ms: number, say: ReturnType<typeof useOutwardWords>): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return say('underAMinute');
  return minutes < 120
    ? say('minutes', { count: minutes })
    : say('hours', { count: Math.floor(minutes / 60) });
}
