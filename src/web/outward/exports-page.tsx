import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Table, Tag } from 'antd';
import { useState } from 'react';
import type { ExportProgress } from '../../protocol/outward.ts';
import { ask, refusalWords } from '../ask.ts';
import { useTold } from '../shell/line.tsx';
import { atWords, useOutwardWords } from './words.ts';
import './outward.css';

interface Made extends ExportProgress {
  list: string;
  format: 'xlsx' | 'csv';
  words: string;
  createdAtMs: number;
  untilAtMs: number | null;
}

const LISTS: Record<string, string> = { calls: '通话清单', customers: '客户清单', orders: '工单清单' };

/** The files that this person asked for, and how far they are. */
export function ExportsPage() {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const [moved, setMoved] = useState<Record<string, ExportProgress>>({});
  const mine = useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => ask<Made[]>('GET', '/api/exports', undefined, signal),
  });
  useTold('exportMoved', (progress) => {
    setMoved((before) => ({ ...before, [progress.id]: progress }));
    if (progress.state !== 'running') void queries.invalidateQueries({ queryKey: ['exports'] });
  });
  return (
    <main className="page outward">
      {mine.error && <Alert type="error" showIcon title={refusalWords(mine.error)} />}
      <Table<Made>
        size="small"
        bordered
        rowKey="id"
        loading={mine.isPending}
        pagination={false}
        locale={{ emptyText: say('noExports') }}
        dataSource={mine.data ?? []}
        columns={[
          {
            title: say('at'),
            width: 140,
            render: (_, one) => <span className="figures">{atWords(one.createdAtMs)}</span>,
          },
          {
            title: say('list'),
            width: 170,
            render: (_, one) =>
              `${LISTS[one.list] ?? one.list}（${one.format === 'xlsx' ? 'Excel' : 'CSV'}）`,
          },
          { title: say('which'), dataIndex: 'words' },
          {
            title: say('state'),
            width: 280,
            render: (_, one) => <State one={one} moved={moved[one.id]} />,
          },
          {
            title: say('size'),
            width: 100,
            align: 'right',
            render: (_, one) => (
              <span className="figures">{one.bytes === null ? '—' : sizeWords(one.bytes)}</span>
            ),
          },
          {
            title: say('until'),
            width: 140,
            render: (_, one) => <span className="figures">{atWords(one.untilAtMs)}</span>,
          },
          {
            width: 110,
            render: (_, one) =>
              one.state === 'ready' && (
                <Button size="small" type="primary" href={`/api/exports/${one.id}/file`}>
                  {say('download')}
                </Button>
              ),
          },
        ]}
      />
    </main>
  );
}

function State({ one, moved }: { one: Made; moved: ExportProgress | undefined }) {
  const say = useOutwardWords();
  if (one.state === 'ready')
    return <span className="figures">{say('ready', { rows: one.rows.toLocaleString('en') })}</span>;
  if (one.state === 'failed')
    return (
      <>
        <Tag color="red">{say('failed')}</Tag> {one.why}
      </>
    );
  if (one.state === 'expired') return <Tag>{say('expired')}</Tag>;
  const { rows, total } = moved ?? one;
  const percent = total ? Math.floor((rows / total) * 100) : 0;
  return (
    <Progress
      percent={percent}
      size="small"
      format={() => `${rows.toLocaleString('en')}${total === null ? '' : ` / ${total.toLocaleString('en')}`}`}
    />
  );
}

function sizeWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
