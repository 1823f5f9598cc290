import { secondText } from '../../core/zone.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Table } from 'antd';
import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { CALL_LIST_WORDS, whereWords, type AnyCallList } from '../../core/office/call-lists.ts';
import { parsePeriod, periodWords } from '../../core/office/period.ts';
import { cellText } from '../../core/office/written.ts';
import type { ListedCall } from '../../protocol/reports.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { ExportButton } from '../outward/export-button.tsx';
import { OUTCOMES } from '../words.ts';
import { useReportWords } from './words.ts';
import './reports.css';

interface Page {
  calls: ListedCall[];
  count: number | null;
  waited?: number;
  waitMs?: number;
  talkMs?: number;
  holdMs?: number;
  more: boolean;
}

const STAGES: Record<string, string> = { ivr: '语音中', queue: '排队中', ringing: '振铃中' };
const SIDES: Record<string, string> = { caller: '来电人', agent: '坐席', pbx: '交换机' };

/** The calls behind a number of a report. */
export function CallsPage() {
  const say = useReportWords();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const asked = query.toString();
  const pages = useInfiniteQuery({
    queryKey: ['calls', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page>('GET', `/api/calls?${asked}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => {
      const last = page.calls.at(-1);
      return page.more && last
        ? `&after=${encodeURIComponent(`${last.arrivedAtMs},${last.callId}`)}`
        : undefined;
    },
  });
  useEffect(() => {
    document.title = '通话清单 · 供水热线 96666';
  }, []);
  const period = parsePeriod(query.get('period') ?? '');
  const list = CALL_LIST_WORDS[(query.get('list') ?? 'offered') as AnyCallList];
  const narrowed = whereWords((by) => query.get(by));
  const first = pages.data?.pages[0];
  const count = first?.count;
  const mean = (sum: number | undefined, of = count) =>
    cellText(of && sum !== undefined ? sum / of : null, 'ms');
  const text = (value: number | null, unit: 'ms' | 'count') => (
    <span className="figures">{cellText(value, unit)}</span>
  );
  return (
    <main className="page report">
      <header>
        <h1>
          {list}
          {narrowed.length > 0 && <small>　{narrowed.join(' · ')}</small>}
          {period && <small>　{periodWords(period)}</small>}
          {typeof count === 'number' && <small className="figures">　{say('total', { count })}</small>}
          {first?.talkMs !== undefined && first.talkMs > 0 && (
            <small className="figures">
              {`　${say('sums', {
                ...{ talk: cellText(first.talkMs, 'ms'), meanTalk: mean(first.talkMs) },
                ...{ wait: mean(first.waitMs, first.waited), hold: mean(first.holdMs) },
              })}`}
            </small>
          )}
        </h1>
        <Space>
          {period && <ExportButton list="calls" filter={{ list: 'offered', ...Object.fromEntries(query) }} />}
          <Button onClick={() => void navigate(-1)}>{say('back')}</Button>
        </Space>
      </header>
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      <Table<ListedCall>
        size="small"
        bordered
        rowKey="callId"
        loading={pages.isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: say('none') }}
        dataSource={pages.data?.pages.flatMap((page) => page.calls) ?? []}
        columns={[
          {
            title: say('at'),
            render: (_, call) => <span className="figures">{atText(call.arrivedAtMs)}</span>,
          },
          { title: say('number'), render: (_, call) => <Dial number={call.ani} /> },
          {
            title: say('outcome'),
            render: (_, call) =>
              `${call.outcome ? (OUTCOMES[call.outcome] ?? call.outcome) : '进行中'}${call.abandonStage ? `（${STAGES[call.abandonStage]}）` : ''}`,
          },
          { title: say('wait'), align: 'right', render: (_, call) => text(call.waitMs, 'ms') },
          { title: say('ring'), align: 'right', render: (_, call) => text(call.ringMs, 'ms') },
          { title: say('rings'), align: 'right', render: (_, call) => text(call.rings, 'count') },
          { title: say('talk'), align: 'right', render: (_, call) => text(call.talkMs, 'ms') },
          {
            title: say('agent'),
            render: (_, call) => call.agentName ?? call.answeredBy?.replace(/^.*\//, '') ?? '—',
          },
          { title: say('hungUp'), render: (_, call) => (call.hungUpFirst ? SIDES[call.hungUpFirst] : '—') },
          { title: say('queue'), dataIndex: 'queue', render: (queue: string | null) => queue ?? '—' },
        ]}
      />
      {pages.hasNextPage && (
        <Button block onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {say('more')}
        </Button>
      )}
    </main>
  );
}

function atText(ms: number): string {
  return secondText(ms);
}
