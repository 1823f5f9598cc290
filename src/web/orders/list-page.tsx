import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Input, Select, Table } from 'antd';
import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { DecisionTable } from '../../core/orders/decision.ts';
import { ORDER_LISTS, type OrderListName } from '../../core/orders/list.ts';
import type { OrderLine } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { ExportButton } from '../outward/export-button.tsx';
import { useTold } from '../shell/line.tsx';
import { useMay } from '../shell/me.tsx';
import { spaced, when } from '../view.ts';
import { Due, StateTag } from './due.tsx';
import { useUnits } from './units.ts';
import { useOrderListWords, useOrderWords } from './words.ts';
import './orders.css';

interface Page {
  lines: OrderLine[];
  next: string | null;
}

/** Orders as they stand in the address; a line that moves is changed where it stands. */
export function useOrderList(asked: string) {
  const queries = useQueryClient();
  const pages = useInfiniteQuery({
    queryKey: ['orders', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page>(
        'GET',
        `/api/orders?${asked}${pageParam && `&after=${encodeURIComponent(pageParam)}`}`,
        undefined,
        signal,
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  useTold('order', (line, step) => {
    const known =
      pages.data?.pages.some((page) => page.lines.some((one) => one.orderNo === line.orderNo)) ?? false;
    if (!known) {
      // a new one, or one that came to this list: the first page is asked again, not more often than is readable
      if (step === 'draft' || step === 'dispatch' || step === 'redo' || step === 'defer-ask')
        void queries.invalidateQueries({ queryKey: ['orders', asked] });
      return;
    }
    queries.setQueryData<InfiniteData<Page>>(
      ['orders', asked],
      (old) =>
        old && {
          ...old,
          pages: old.pages.map((page) => ({
            ...page,
            lines: page.lines.map((one) =>
              // what is pushed has the number masked and the text cut
              one.orderNo === line.orderNo && line.version >= one.version
                ? { ...line, phone: one.phone, content: one.content }
                : one,
            ),
          })),
        },
    );
  });
  return pages;
}

/** Every list of orders: mine, the shift's, unanswered, near their due time; narrowed by anything, searched by words. */
export function OrdersPage() {
  const say = useOrderWords();
  const listWords = useOrderListWords();
  const [query, setQuery] = useSearchParams();
  const units = useUnits();
  const table = useQuery({
    queryKey: ['decision-table'],
    queryFn: ({ signal }) => ask<{ body: DecisionTable }>('GET', '/api/decision-table', undefined, signal),
    staleTime: 60_000,
  });
  const may = useMay();
  const list = (query.get('list') ?? 'open') as OrderListName;
  const pages = useOrderList(query.toString());
  useEffect(() => {
    document.title = '工单 · 供水热线 96666';
  }, []);
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <main className="page orders">
      <nav className="order-lists" aria-label={say('state')}>
        {(Object.keys(ORDER_LISTS) as OrderListName[]).map((name) => (
          <button
            key={name}
            type="button"
            className={name === list ? 'here' : ''}
            onClick={() => set('list', name)}
          >
            {listWords(name)}
          </button>
        ))}
      </nav>
      <div className="order-filter">
        <Input.Search
          allowClear
          placeholder={say('search')}
          aria-label={say('search')}
          defaultValue={query.get('words') ?? ''}
          onSearch={(words) => set('words', words.trim())}
        />
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          placeholder={say('anyUnit')}
          aria-label={say('anyUnit')}
          value={Number(query.get('unitId')) || undefined}
          onChange={(id?: number) => set('unitId', id ? String(id) : null)}
          options={(units.data?.units ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
        <Select
          allowClear
          placeholder={say('anyDistrict')}
          aria-label={say('anyDistrict')}
          value={query.get('district') ?? undefined}
          onChange={(district?: string) => set('district', district ?? null)}
          options={(units.data?.districts ?? []).map((value) => ({ value }))}
        />
        <Select
          allowClear
          placeholder={say('anyCategory')}
          aria-label={say('anyCategory')}
          value={query.get('category') ?? undefined}
          onChange={(category?: string) => set('category', category ?? null)}
          options={(table.data?.body.categories ?? []).map((one) => ({ value: one.zh }))}
        />
        {(['urgent', 'supervised', 'byDue'] as const).map((name) => (
          <Checkbox
            key={name}
            checked={query.get(name) === '1'}
            onChange={(event) => set(name, event.target.checked ? '1' : null)}
          >
            {say(name)}
          </Checkbox>
        ))}
        {may('export-lists') && (
          <ExportButton list="orders" filter={{ list, ...Object.fromEntries(query) }} />
        )}
      </div>
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      <OrderTable lines={lines} loading={pages.isPending} />
      {pages.hasNextPage && (
        <Button block onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {say('more')}
        </Button>
      )}
    </main>
  );
}

export function OrderTable({
  lines,
  loading,
  empty,
}: {
  lines: OrderLine[];
  loading: boolean;
  empty?: string;
}) {
  const say = useOrderWords();
  return (
    <Table<OrderLine>
      size="small"
      rowKey="orderNo"
      loading={loading}
      pagination={false}
      tableLayout="fixed"
      locale={{ emptyText: empty ?? say('none') }}
      dataSource={lines}
      rowClassName={(line) => (line.urgent ? 'urgent-row' : '')}
      columns={[
        {
          title: say('no'),
          width: 158,
          render: (_, line) => (
            <Link className="figures" to={`/orders/${line.orderNo}`}>
              {line.orderNo}
            </Link>
          ),
        },
        { title: say('state'), width: 170, render: (_, line) => <StateTag line={line} /> },
        { title: say('due'), width: 110, render: (_, line) => <Due dueAtMs={line.dueAtMs} /> },
        { title: say('matter'), width: 150, render: (_, line) => `${line.category} · ${line.item}` },
        {
          title: say('content'),
          ellipsis: true,
          render: (_, line) => <span title={line.content}>{line.content}</span>,
        },
        {
          title: say('place'),
          ellipsis: true,
          render: (_, line) => `${line.district} ${line.address.replace(line.district, '')}`,
        },
        {
          title: say('caller'),
          width: 130,
          render: (_, line) => (
            <>
              {line.caller || '—'}
              <br />
              <small className="figures">{line.phone && spaced(line.phone)}</small>
            </>
          ),
        },
        {
          title: say('unit'),
          width: 150,
          render: (_, line) => (
            <>
              {line.unit || '—'}
              {line.worker && (
                <small>
                  <br />
                  {line.worker}
                </small>
              )}
            </>
          ),
        },
        {
          title: say('made'),
          width: 100,
          render: (_, line) => <span className="figures">{when(line.createdAtMs, serverNow())}</span>,
        },
      ]}
    />
  );
}
