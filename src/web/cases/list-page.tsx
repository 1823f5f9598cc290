import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Select, Table, Tag } from 'antd';
import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import { CASE_CLOCKS } from '../../core/office/case-clocks.ts';
import { caseMood, CASE_STATES, CHANNEL_KEYS, CHANNELS, type Channel } from '../../core/office/cases.ts';
import { STATE_WORDS } from '../../core/orders/words.ts';
import type { OrderState } from '../../core/orders/order.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { Due } from '../orders/due.tsx';
import { useMay } from '../shell/me.tsx';
import { spaced, when } from '../view.ts';
import { MOOD_WORDS, type OutsideCase } from './case.ts';
import '../orders/orders.css';
import './cases.css';

interface Page {
  cases: OutsideCase[];
  more: boolean;
  counts: { channel: Channel; open: number; near: number; late: number }[];
}
const LISTS = { open: '待办来件', near: '将到或已超时限', all: '全部来件' } as const;

/** The inbox of cases from outside, the nearest deadline first. */
export function CasesPage() {
  const [query, setQuery] = useSearchParams();
  const may = useMay();
  const asked = query.toString();
  const list = query.get('list') ?? 'open';
  const pages = useInfiniteQuery({
    queryKey: ['cases', 'list', asked],
    refetchInterval: 20_000,
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      ask<Page>('GET', `/api/cases?${asked}&skip=${pageParam}`, undefined, signal),
    getNextPageParam: (page, all) => (page.more ? all.length * 50 : undefined),
  });
  useEffect(() => {
    document.title = '外部来件 · 供水热线 96666';
  }, []);
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const counts = pages.data?.pages[0]?.counts ?? [];
  const channel = query.get('channel');
  return (
    <main className="page cases">
      <header>
        <nav className="case-lists" aria-label="来件">
          {Object.entries(LISTS).map(([name, zh]) => (
            <button
              key={name}
              type="button"
              className={name === list ? 'here' : ''}
              onClick={() => set('list', name)}
            >
              {zh}
            </button>
          ))}
        </nav>
        <Input.Search
          allowClear
          placeholder="编号、姓名、电话、地址、内容"
          aria-label="查找来件"
          defaultValue={query.get('words') ?? ''}
          onSearch={(words) => set('words', words.trim())}
        />
        <Select
          allowClear
          placeholder="全部状态"
          aria-label="状态"
          value={query.get('state') ?? undefined}
          onChange={(state?: string) => set('state', state ?? null)}
          options={Object.entries(CASE_STATES).map(([value, label]) => ({ value, label }))}
        />
        {may('keep-cases') && (
          <>
            <Link to={`/cases/new${channel ? `?channel=${channel}` : ''}`}>
              <Button type="primary">登记来件</Button>
            </Link>
            <Link to="/cases/import">
              <Button>导入</Button>
            </Link>
          </>
        )}
      </header>
      <nav className="case-channels" aria-label="渠道">
        <button type="button" className={channel === null ? 'here' : ''} onClick={() => set('channel', null)}>
          全部渠道
        </button>
        {CHANNEL_KEYS.map((key) => {
          const count = counts.find((one) => one.channel === key);
          return (
            <button
              key={key}
              type="button"
              className={channel === key ? 'here' : ''}
              onClick={() => set('channel', key)}
            >
              {CHANNELS[key].zh}
              {count && (
                <b className={count.late > 0 ? 'late' : count.near > 0 ? 'near' : ''}>{count.open}</b>
              )}
            </button>
          );
        })}
        <Mailbox />
      </nav>
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      <Table<OutsideCase>
        size="small"
        rowKey="id"
        tableLayout="fixed"
        pagination={false}
        loading={pages.isPending}
        locale={{
          emptyText:
            list === 'open'
              ? '没有待办的来件。登录各平台查看后，把新来件粘贴进来；查看过的平台在“每日登录”登记。'
              : '没有符合条件的来件。',
        }}
        dataSource={pages.data?.pages.flatMap((page) => page.cases) ?? []}
        columns={[
          { title: '渠道', width: 138, ellipsis: true, render: (_, one) => CHANNELS[one.channel].zh },
          {
            title: '编号',
            width: 150,
            render: (_, one) => (
              <Link className="figures" to={`/cases/${one.id}`}>
                {one.outsideNo || '（无编号）'}
              </Link>
            ),
          },
          { title: '状态', width: 84, render: (_, one) => <StateOf one={one} /> },
          { title: '时限', width: 112, render: (_, one) => <NextDue one={one} /> },
          { title: '内容', ellipsis: true, dataIndex: 'content' },
          { title: '地址', ellipsis: true, width: '17%', dataIndex: 'address' },
          {
            title: '来件人',
            width: 116,
            render: (_, one) => (
              <>
                {one.person || '—'}
                <br />
                <small className="figures">{one.phone && spaced(one.phone)}</small>
              </>
            ),
          },
          {
            title: '工单',
            width: 138,
            render: (_, one) =>
              one.orderNo ? (
                <>
                  <Link className="figures" to={`/orders/${one.orderNo}`}>
                    {one.orderNo}
                  </Link>
                  <br />
                  <small>
                    {one.joined && '并入　'}
                    {STATE_WORDS[one.orderState as OrderState]}
                  </small>
                </>
              ) : (
                '—'
              ),
          },
          {
            title: '受理',
            width: 104,
            render: (_, one) => <span className="figures">{when(one.receivedAtMs, serverNow())}</span>,
          },
        ]}
      />
      {pages.hasNextPage && (
        <Button block onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          再看 50 件
        </Button>
      )}
    </main>
  );
}

/** The mailbox whose mails become cases: when it was looked into, or what is wrong with it. */
function Mailbox() {
  const asked = useQuery({
    queryKey: ['case-mailbox'],
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      ask<{ address: string | null; lookedAtMs: number | null; fault: string | null }>(
        ...(['GET', '/api/case-mailbox', undefined, signal] as const),
      ),
  });
  if (!asked.data || asked.data.address === null) return null;
  const { address, lookedAtMs, fault } = asked.data;
  const looked = lookedAtMs === null ? '还没有收过' : `${when(lookedAtMs, serverNow())} 收取`;
  return (
    <small className={fault ? 'mailbox fault' : 'mailbox'} role={fault ? 'alert' : undefined}>
      邮箱 {address}　<span className="figures">{looked}</span>
      {fault && `　${fault}`}
    </small>
  );
}

const COLOURS = {
  new: 'gold',
  signed: 'blue',
  returned: 'default',
  replied: 'cyan',
  closed: 'green',
} as const;
export function StateOf({ one }: { one: Pick<OutsideCase, 'state'> }) {
  return <Tag color={COLOURS[one.state]}>{CASE_STATES[one.state]}</Tag>;
}

/** The clock that is due next, named; with none, how the deadline was kept. */
function NextDue({ one }: { one: OutsideCase }) {
  if (!one.next || (one.dueAtMs === null && one.dueAsked !== '')) return <DueOf one={one} />;
  return (
    <>
      <Due dueAtMs={one.next.dueAtMs} />
      <br />
      <small>{CASE_CLOCKS[one.next.name]}</small>
    </>
  );
}

/** The deadline while it runs, and how it was kept after. */
export function DueOf({ one }: { one: OutsideCase }) {
  if (one.dueAtMs === null && one.dueAsked !== '')
    return (
      <Tag color="orange" title={one.dueAsked}>
        时限待确认
      </Tag>
    );
  const mood = caseMood(one, serverNow());
  if (mood === 'in-time' || mood === 'answered-late')
    return <span className={`mood ${mood}`}>{MOOD_WORDS[mood]}</span>;
  return mood === 'none' ? <span className="mood">—</span> : <Due dueAtMs={one.dueAtMs} />;
}
