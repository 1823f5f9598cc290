import { secondText } from '../../core/zone.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Table } from 'antd';
import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { OFFER_LISTS, type OfferList } from '../../core/office/call-lists.ts';
import { parsePeriod, periodWords } from '../../core/office/period.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { ExportButton } from '../outward/export-button.tsx';
import { spaced } from '../view.ts';
import { useReportWords } from './words.ts';
import './reports.css';

interface Offer {
  callId: string;
  ordinal: number;
  atMs: number;
  agent: string;
  agentName: string | null;
  ani: string | null;
  ringMs: number | null;
  outcome: string | null;
}
interface Offers {
  offers: Offer[];
  count: number | null;
  more: boolean;
}
interface Talk {
  callId: string;
  ordinal: number;
  arrivedAtMs: number;
  fromMs: number | null;
  agent: string;
  agentName: string | null;
  ani: string | null;
  talkMs: number | null;
  holdMs: number;
}
interface Talks {
  talks: Talk[];
  count: number | null;
  talked: number | null;
  talkMs: number | null;
  holdMs: number | null;
  more: boolean;
}
interface Spell {
  id: string;
  agent: string;
  agentName: string | null;
  state: string;
  sinceMs: number;
  untilMs: number;
  ms: number;
}
interface Spells {
  spells: Spell[];
  count: number | null;
  ms: number | null;
  nowMs: number;
  more: boolean;
}
const OUTCOMES: Record<string, string> = {
  ...{ answered: '接听', 'no-answer': '未接', busy: '拒接/占线', cancelled: '来电人先挂' },
};
const STATES: Record<string, string> = {
  ...{ ready: '空闲', ringing: '振铃', talking: '通话', 'on-hold': '保持', 'wrap-up': '整理' },
  ...{ paused: '小休', 'signed-out': '签出', unreachable: '话机不通' },
};
const nameOf = ({ agent, agentName }: { agent: string; agentName: string | null }) =>
  agentName ?? agent.replace(/^.*\//, '');

/** The times that an agent's phone was called, behind a number of the telephone report. */
export function OffersPage() {
  const say = useReportWords();
  const [query] = useSearchParams();
  const asked = query.toString();
  const pages = useInfiniteQuery({
    queryKey: ['offers', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Offers>('GET', `/api/offers?${asked}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => {
      const last = page.offers.at(-1);
      return page.more && last
        ? `&after=${encodeURIComponent(`${last.atMs},${last.ordinal},${last.callId}`)}`
        : undefined;
    },
  });
  const rows = pages.data?.pages.flatMap((page) => page.offers) ?? [];
  const count = pages.data?.pages[0]?.count;
  return (
    <ListPage
      title={`${say('offers')}：${OFFER_LISTS[(query.get('list') ?? 'offers') as OfferList]}`}
      who={query.has('agent') ? rows[0] && nameOf(rows[0]) : say('everybody')}
      count={typeof count === 'number' ? say('offersTotal', { count }) : ''}
      pages={pages}
    >
      <Table<Offer>
        size="small"
        bordered
        pagination={false}
        rowKey={(one) => `${one.callId} ${one.ordinal}`}
        loading={pages.isPending}
        locale={{ emptyText: say('noRows') }}
        dataSource={rows}
        columns={[
          { title: say('rangAt'), className: 'figures', render: (_, one) => atText(one.atMs) },
          { title: say('agent'), render: (_, one) => nameOf(one) },
          { title: say('number'), className: 'figures', render: (_, one) => spaced(one.ani) },
          {
            title: say('ring'),
            align: 'right',
            className: 'figures',
            render: (_, one) => cellText(one.ringMs, 'ms'),
          },
          {
            title: say('outcome'),
            render: (_, one) => (one.outcome === null ? '—' : (OUTCOMES[one.outcome] ?? one.outcome)),
          },
        ]}
      />
    </ListPage>
  );
}

/** Each agent's own talks with callers, behind a duration of the telephone report and the console. */
export function TalksPage() {
  const say = useReportWords();
  const [query] = useSearchParams();
  const asked = query.toString();
  const period = parsePeriod(query.get('period') ?? '');
  const pages = useInfiniteQuery({
    queryKey: ['talks', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Talks>('GET', `/api/talks?${asked}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => {
      const last = page.talks.at(-1);
      return page.more && last
        ? `&after=${encodeURIComponent(`${last.arrivedAtMs},${last.ordinal},${last.callId}`)}`
        : undefined;
    },
  });
  const rows = pages.data?.pages.flatMap((page) => page.talks) ?? [];
  const first = pages.data?.pages[0];
  return (
    <ListPage
      title={say('talks')}
      who={query.has('agent') ? rows[0] && nameOf(rows[0]) : say('everybody')}
      count={
        first && first.count !== null
          ? say('talksTotal', {
              count: first.count,
              calls: first.talked ?? 0,
              talk: cellText(first.talkMs, 'ms'),
              hold: cellText(first.holdMs, 'ms'),
            })
          : ''
      }
      pages={pages}
      deed={period && <ExportButton list="talks" filter={Object.fromEntries(query)} />}
    >
      <Table<Talk>
        size="small"
        bordered
        pagination={false}
        rowKey={(talk) => `${talk.callId} ${talk.ordinal}`}
        loading={pages.isPending}
        locale={{ emptyText: say('noRows') }}
        dataSource={rows}
        columns={[
          { title: say('at'), className: 'figures', render: (_, talk) => atText(talk.arrivedAtMs) },
          { title: say('number'), className: 'figures', render: (_, talk) => spaced(talk.ani) },
          { title: say('agent'), render: (_, talk) => nameOf(talk) },
          { title: say('turn'), align: 'right', className: 'figures', render: (_, talk) => talk.ordinal + 1 },
          {
            title: say('since'),
            className: 'figures',
            render: (_, talk) => (talk.fromMs === null ? '—' : atText(talk.fromMs)),
          },
          {
            title: say('talk'),
            align: 'right',
            className: 'figures',
            render: (_, talk) => cellText(talk.talkMs, 'ms'),
          },
          {
            title: say('hold'),
            align: 'right',
            className: 'figures',
            render: (_, talk) => cellText(talk.holdMs, 'ms'),
          },
        ]}
      />
    </ListPage>
  );
}

/** How agents spent their time, spell by spell, behind a duration of the telephone report. */
export function AgentTimesPage() {
  const say = useReportWords();
  const [query] = useSearchParams();
  const asked = query.toString();
  const pages = useInfiniteQuery({
    queryKey: ['agent-times', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Spells>('GET', `/api/agent-times?${asked}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => {
      const last = page.spells.at(-1);
      return page.more && last
        ? `&after=${encodeURIComponent(`${last.sinceMs},${last.id}`)}&now=${page.nowMs}`
        : undefined;
    },
  });
  const rows = pages.data?.pages.flatMap((page) => page.spells) ?? [];
  const first = pages.data?.pages[0];
  const states = query.getAll('state').map((state) => STATES[state] ?? state);
  return (
    <ListPage
      title={`${say('times')}：${states.join('、')}`}
      who={query.has('agent') ? rows[0] && nameOf(rows[0]) : say('everybody')}
      count={
        first && first.count !== null
          ? say('timesTotal', { count: first.count, sum: cellText(first.ms, 'ms') })
          : ''
      }
      pages={pages}
    >
      <Table<Spell>
        size="small"
        bordered
        pagination={false}
        rowKey="id"
        loading={pages.isPending}
        locale={{ emptyText: say('noRows') }}
        dataSource={rows}
        columns={[
          { title: say('agent'), render: (_, one) => nameOf(one) },
          { title: say('state'), render: (_, one) => STATES[one.state] ?? one.state },
          { title: say('since'), className: 'figures', render: (_, one) => atText(one.sinceMs) },
          { title: say('until'), className: 'figures', render: (_, one) => atText(one.untilMs) },
          {
            title: say('lasted'),
            align: 'right',
            className: 'figures',
            render: (_, one) => cellText(one.ms, 'ms'),
          },
        ]}
      />
    </ListPage>
  );
}

/** The head and the foot of a list that a number opened. */
function ListPage({
  title,
  who,
  count,
  pages,
  deed,
  children,
}: {
  title: string;
  who: string | undefined;
  count: string;
  pages: {
    error: Error | null;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  /** what else can be done with the list */
  deed?: React.ReactNode;
  children: React.ReactNode;
}) {
  const say = useReportWords();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const period = parsePeriod(query.get('period') ?? '');
  useEffect(() => {
    document.title = `${title} · 供水热线 96666`;
  }, [title]);
  return (
    <main className="page report">
      <header>
        <h1>
          {title}
          {[who, period && periodWords(period), count]
            .filter((one) => one)
            .map((one) => (
              <small key={one} className="figures">
                {`　${one}`}
              </small>
            ))}
        </h1>
        <Space>
          {deed}
          <Button onClick={() => void navigate(-1)}>{say('back')}</Button>
        </Space>
      </header>
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      {children}
      {pages.hasNextPage && (
        <Button block onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {say('moreRows')}
        </Button>
      )}
    </main>
  );
}

function atText(ms: number): string {
  return secondText(ms);
}
