import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Table } from 'antd';
import { useEffect } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { ListedReceipt } from '../../protocol/reports.ts';
import { parsePeriod, periodWords } from '../../core/office/period.ts';
import { CATEGORIES, CHANNEL_WORDS } from '../../core/office/receipts.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { ExportButton } from '../outward/export-button.tsx';
import './reports.css';

interface Page {
  receipts: ListedReceipt[];
  count: number | null;
  words: string[];
  more: boolean;
}

/** The receipts behind a number of a report. */
export function ReceiptsPage() {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const asked = query.toString();
  const pages = useInfiniteQuery({
    queryKey: ['receipts', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page>('GET', `/api/receipts?${asked}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => {
      const last = page.receipts.at(-1);
      return page.more && last ? `&after=${encodeURIComponent(`${last.atMs},${last.ref}`)}` : undefined;
    },
  });
  useEffect(() => {
    document.title = '受理清单 · 供水热线 96666';
  }, []);
  const period = parsePeriod(query.get('period') ?? '');
  const first = pages.data?.pages[0];
  return (
    <main className="page report">
      <header>
        <h1>
          受理清单
          {first && first.words.length > 0 && <small>　{first.words.join(' · ')}</small>}
          {period && <small>　{periodWords(period)}</small>}
          {typeof first?.count === 'number' && <small className="figures">　共 {first.count} 件</small>}
        </h1>
        <Space>
          {period && <ExportButton list="receipts" filter={filterOf(query)} />}
          <Button onClick={() => void navigate(-1)}>返回报表</Button>
        </Space>
      </header>
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      <Table<ListedReceipt>
        size="small"
        rowKey="ref"
        tableLayout="fixed"
        pagination={false}
        loading={pages.isPending}
        locale={{ emptyText: '没有符合条件的受理。' }}
        dataSource={pages.data?.pages.flatMap((page) => page.receipts) ?? []}
        columns={[
          {
            title: '受理时间',
            width: 140,
            className: 'figures',
            render: (_, one) => cellText(one.atMs, 'instant'),
          },
          {
            title: '渠道',
            width: 110,
            ellipsis: true,
            render: (_, one) => CHANNEL_WORDS[one.channel] ?? one.channel,
          },
          {
            title: '类别',
            width: 100,
            ellipsis: true,
            render: (_, one) => CATEGORIES.find(({ code }) => code === one.category)?.zh ?? '未分类',
          },
          { title: '内容', ellipsis: true, dataIndex: 'content' },
          {
            title: '地址',
            width: '18%',
            ellipsis: true,
            render: (_, one) => one.address || one.district || '—',
          },
          {
            title: '来电人',
            width: 130,
            render: (_, one) => (
              <>
                {one.caller || '—'}
                <br />
                <small>{one.phone && <Dial number={one.phone} />}</small>
              </>
            ),
          },
          { title: '单位', width: 130, ellipsis: true, render: (_, one) => one.unit || '—' },
          {
            title: '工单 / 来件',
            width: 150,
            render: (_, one) =>
              one.orderNo ? (
                <Link className="figures" to={`/orders/${one.orderNo}`}>
                  {one.orderNo}
                </Link>
              ) : one.ref.startsWith('case:') ? (
                <Link to={`/cases/${one.ref.slice(5)}`}>来件 {one.ref.slice(5)}</Link>
              ) : (
                '当场答复'
              ),
          },
          {
            title: '办理',
            width: 80,
            render: (_, one) =>
              one.closed === 'yes' ? '已办结' : one.answered === 'yes' ? '已回复' : '未回复',
          },
        ]}
      />
      {pages.hasNextPage && (
        <Button block onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          再看 100 件
        </Button>
      )}
    </main>
  );
}

/** The list's address as its filter; a name that stands twice has two values. */
function filterOf(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const all = query.getAll(key);
      return [key, all.length === 1 ? all[0]! : all];
    }),
  );
}
