import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import {
  FLOOD_QUESTIONS,
  isRead,
  mustBeRead,
  SECTION_KEYS,
  SECTIONS,
  type FloodQuestion,
  type HandoverItem,
  type HandoverState,
  type Section,
} from '../../core/shifts/handover.ts';
import { shiftWords } from '../../core/shifts/shift.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useTold } from '../shell/line.tsx';
import { useMay, useMe } from '../shell/me.tsx';
import { when } from '../view.ts';
import './shifts.css';

interface Item extends HandoverItem {
  changedBy: string | null;
  changedAtMs: number;
  readBy: string | null;
  readAtMs: number | null;
}
interface View {
  id: number;
  zh: string;
  fromMs: number;
  untilMs: number;
  state: HandoverState;
  figures: { zh: string; value: string }[];
  giver: string | null;
  giverId: number | null;
  givenAtMs: number | null;
  taker: string | null;
  takenAtMs: number | null;
  items: Item[];
  flood: boolean;
}
const STATES: Record<HandoverState, string> = {
  open: '待交班',
  given: '交班人已签，待接班',
  signed: '双方已签，已封存',
};

/** The handover of this shift, or one of before: filled by itself, written on, ticked and signed by both. */
export function HandoverPage() {
  const { id = 'current' } = useParams();
  const current = useQuery({
    queryKey: ['handovers', 'current'],
    enabled: id === 'current',
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      ask<{ id: number; unsignedBefore: number | null }>('GET', '/api/handovers/current', undefined, signal),
  });
  const shown = id === 'current' ? (current.data?.id ?? null) : Number(id);
  useEffect(() => {
    document.title = '交接班 · 供水热线 96666';
  }, []);
  return (
    <main className="page handover">
      {current.error && <Alert type="error" showIcon title={refusalWords(current.error)} />}
      {id === 'current' && current.data?.unsignedBefore && (
        <Alert
          type="warning"
          showIcon
          title="上一班的交接还没有签完。"
          action={<Link to={`/handovers/${current.data.unsignedBefore}`}>去接班签字</Link>}
        />
      )}
      {shown !== null && <Handover key={shown} id={shown} />}
    </main>
  );
}

/** One change of the handover; the answer is the whole of it as it is now. */
function useChange(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: { method: 'POST' | 'PUT'; path: string; body?: unknown }) =>
      ask<View>(method, `/api/handovers/${id}/${path}`, body),
    onSuccess: (view) => queries.setQueryData(['handovers', 'one', id], view),
  });
}

function Handover({ id }: { id: number }) {
  const may = useMay();
  const found = useQuery({
    queryKey: ['handovers', 'one', id],
    queryFn: ({ signal }) => ask<View>('GET', `/api/handovers/${id}`, undefined, signal),
  });
  const { refetch } = found;
  useTold('handoverMoved', (moved) => {
    if (moved === id) void refetch();
  });
  const change = useChange(id);
  // on paper the audit log's last row is out of reach of whoever would change it
  const anchor = useQuery({
    queryKey: ['audit-anchor', id],
    enabled: may('keep-handovers'),
    queryFn: ({ signal }) => ask<{ anchor: string | null }>('GET', '/api/audit/anchor', undefined, signal),
  });
  if (found.error) return <Alert type="error" showIcon title={refusalWords(found.error)} />;
  if (!found.data) return <p className="quiet">正在打开交接班记录…</p>;
  const view = found.data;
  const writes = may('keep-handovers') && view.state === 'open';
  const unread = view.items.filter((one) => mustBeRead(one) && !isRead(one)).length;
  return (
    <>
      <header>
        <h1>{shiftWords(view)} 交接班记录</h1>
        <b className={`handover-state ${view.state}`}>{STATES[view.state]}</b>
        {view.state === 'given' && unread > 0 && <span>还有 {unread} 条重点事项未阅</span>}
        <span className="grow" />
        <Button className="no-print" onClick={() => print()}>
          打印
        </Button>
      </header>
      <dl className="handover-figures">
        {view.figures.map((one) => (
          <div key={one.zh}>
            <dt>{one.zh}</dt>
            <dd className="figures">{one.value}</dd>
          </div>
        ))}
      </dl>
      {change.error && <Alert type="error" showIcon title={refusalWords(change.error)} />}
      {SECTION_KEYS.filter((section) => section !== 'flood' || view.flood).map((section) => (
        <SectionOf key={section} section={section} view={view} writes={writes} change={change} />
      ))}
      {may('keep-handovers') && view.state !== 'signed' && <Signatures view={view} change={change} />}
      {view.state !== 'open' && (
        <p className="handover-signed">
          交班人 <b>{view.giver}</b> {view.givenAtMs !== null && when(view.givenAtMs, serverNow())}　接班人{' '}
          <b>{view.taker ?? '（未签）'}</b> {view.takenAtMs !== null && when(view.takenAtMs, serverNow())}
        </p>
      )}
      {anchor.data?.anchor && <p className="handover-anchor">{anchor.data.anchor}</p>}
    </>
  );
}

type Change = ReturnType<typeof useChange>;

function SectionOf({
  section,
  view,
  writes,
  change,
}: {
  section: Section;
  view: View;
  writes: boolean;
  change: Change;
}) {
  const [text, setText] = useState('');
  const items = view.items.filter((one) => one.section === section && !one.removed);
  return (
    <section>
      <h2>
        {SECTIONS[section].zh} <small className="figures">{items.filter((one) => !one.settled).length}</small>
      </h2>
      {items.length === 0 && <p className="none">无</p>}
      <ul>
        {items.map((item) => (
          <Line key={item.id} item={item} view={view} writes={writes} change={change} />
        ))}
      </ul>
      {writes && section !== 'flood' && (
        <form
          className="no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() === '') return;
            change.mutate(
              { method: 'POST', path: 'items', body: { section, text, key: section === 'key' } },
              { onSuccess: () => setText('') },
            );
          }}
        >
          <Input
            value={text}
            maxLength={2000}
            placeholder={`补充${SECTIONS[section].zh}，回车保存`}
            aria-label={`补充${SECTIONS[section].zh}`}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      )}
    </section>
  );
}

function Line({ item, view, writes, change }: { item: Item; view: View; writes: boolean; change: Change }) {
  const may = useMay();
  // what is written here stays when somebody else changes the line meanwhile: both are shown, a person merges them
  const [begun, setBegun] = useState({ version: item.version, text: item.text });
  const [text, setText] = useState(item.text);
  const [editing, setEditing] = useState(false);
  const written = text !== begun.text;
  if (item.version !== begun.version && (!written || item.text === text)) {
    setBegun({ version: item.version, text: item.text });
    setText(item.text);
  }
  const clash = written && item.version !== begun.version && item.text !== text;
  const question = item.source?.startsWith('flood:')
    ? FLOOD_QUESTIONS[item.source.slice(6) as FloodQuestion]
    : undefined;
  const save = (more: { removed?: boolean; key?: boolean } = {}) =>
    change.mutate(
      {
        ...{ method: 'PUT', path: `items/${item.id}` },
        body: { version: item.version, text, key: item.key, removed: false, ...more },
      },
      { onSuccess: () => setEditing(false) },
    );
  const ticks = may('keep-handovers') && view.state === 'given';
  return (
    <li className={`${item.key ? 'key' : ''} ${item.settled ? 'settled' : ''}`}>
      {view.state !== 'open' && (
        <Checkbox
          checked={isRead(item)}
          disabled={!ticks}
          aria-label={`已阅：${item.text.slice(0, 20)}`}
          onChange={({ target }) =>
            change.mutate({
              ...{ method: 'POST', path: 'ticks' },
              body: { ticks: [{ id: item.id, version: item.version }], read: target.checked },
            })
          }
        />
      )}
      <span className="line">
        {question && <b>{question}：</b>}
        {editing || (question && writes) ? (
          <Input.TextArea
            autoSize
            maxLength={2000}
            value={text}
            placeholder={question ? '没有情况填“无”' : ''}
            aria-label={question ?? '修改这一条'}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => question && !clash && text !== item.text && save()}
          />
        ) : (
          item.text || '—'
        )}
        {clash && (
          <span className="clash" role="alert">
            {item.changedBy}刚改成了：“{item.text}”。请合并后保存。{' '}
            {question && (
              <Button size="small" onClick={() => save()}>
                用我写的
              </Button>
            )}
          </span>
        )}
        {item.settled && <small>（已办完）</small>}
        {item.changedBy && <small className="no-print">　{item.changedBy}</small>}
        {item.readBy && isRead(item) && <small>　{item.readBy} 已阅</small>}
      </span>
      {item.link && (
        <Link className="no-print" to={item.link}>
          打开
        </Link>
      )}
      {writes && !question && (
        <span className="no-print">
          {editing ? (
            <>
              <Button size="small" type="primary" loading={change.isPending} onClick={() => save()}>
                保存
              </Button>{' '}
              <Button
                size="small"
                onClick={() => {
                  setText(item.text);
                  setEditing(false);
                }}
              >
                取消
              </Button>
            </>
          ) : (
            <>
              <Button size="small" onClick={() => setEditing(true)}>
                修改
              </Button>{' '}
              <Button size="small" onClick={() => save({ key: !item.key })}>
                {item.key ? '取消重点' : '标为重点'}
              </Button>{' '}
              <Button size="small" onClick={() => save({ removed: true })}>
                删去
              </Button>
            </>
          )}
        </span>
      )}
    </li>
  );
}

function Signatures({ view, change }: { view: View; change: Change }) {
  const me = useMe();
  const { message } = App.useApp();
  const as = view.state === 'open' ? 'giver' : 'taker';
  const [login, setLogin] = useState(as === 'taker' && view.giverId === me.id ? '' : me.login);
  const [password, setPassword] = useState('');
  const keys = view.items.filter((one) => mustBeRead(one) && !isRead(one));
  return (
    <section className="handover-sign no-print">
      <h2>{as === 'giver' ? '交班签字' : '接班签字'}</h2>
      {as === 'taker' && keys.length > 0 && (
        <p className="quiet">请逐条看过重点事项并勾选“已阅”，勾完才能签字。</p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { method: 'POST', path: 'signatures', body: { as, login, password } },
            {
              onSuccess: () =>
                void message.success(as === 'giver' ? '已交班，请接班人核对' : '已接班，记录已封存'),
              onSettled: () => setPassword(''),
            },
          );
        }}
      >
        <Input
          value={login}
          aria-label="工号"
          placeholder="工号"
          autoComplete="off"
          onChange={(event) => setLogin(event.target.value)}
        />
        <Input.Password
          value={password}
          aria-label="密码"
          placeholder="密码"
          autoComplete="off"
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="primary" htmlType="submit" loading={change.isPending} disabled={!login || !password}>
          {as === 'giver' ? '交班人签字' : '接班人签字'}
        </Button>
        {as === 'taker' && (
          <Button onClick={() => change.mutate({ method: 'POST', path: 'reopen' })}>退回补充</Button>
        )}
      </form>
    </section>
  );
}
