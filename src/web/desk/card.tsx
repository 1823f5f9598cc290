import { memo, useEffect, useRef, useState } from 'react';
import type { CallerHistory, Customer, PastCall, PastOrder } from '../../protocol.ts';
import { serverNow, Ticking, useTicker } from '../clock.tsx';
import { duration, isLate, ringCount, spaced, when } from '../view.ts';
import { CLOSED_STATUS, METER_KINDS, OUTCOMES } from '../words.ts';
import type { Card } from './desk.ts';

/** One call on the desk. The ring count grows 1, 2, 3 and turns red when the third ring is over. */
export const CallCard = memo(function CallCard({ card }: { card: Card }) {
  const { offer, history, historyFailed } = card.pop;
  const [chosen, setChosen] = useState(0);
  const customers = history?.customers ?? [];
  const customer = customers[Math.min(chosen, customers.length - 1)] ?? null;

  useEffect(() => {
    if (customers.length < 2) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const at = Number(/^Digit([1-9])$/.exec(event.code)?.[1] ?? 0) - 1;
      if (!event.altKey || at < 0 || at >= customers.length) return;
      event.preventDefault();
      setChosen(at);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [customers.length]);

  return (
    <article className={`card ${card.state}`} data-call={offer.callId} data-state={card.state}>
      <div className="top">
        {card.state === 'ringing' ? <Rings firstRingAtMs={offer.firstRingAtMs} /> : <Talk card={card} />}
        <div className="caller">
          <div className="number figures">{spaced(offer.ani)}</div>
          {customers.length > 1 && (
            <div className="choices" role="tablist" aria-label="这个号码登记了多个客户">
              {customers.map((one, at) => (
                <button
                  key={one.id}
                  type="button"
                  role="tab"
                  aria-selected={one === customer}
                  onClick={() => setChosen(at)}
                >
                  {one.name}
                  <kbd>Alt {at + 1}</kbd>
                </button>
              ))}
            </div>
          )}
          <Who customer={customer} history={history} failed={historyFailed} withheld={offer.ani === null} />
        </div>
      </div>
      <div className="past">
        <Orders
          orders={history?.orders ?? []}
          count={history?.orderCount ?? 0}
          state={stateOf(history, historyFailed)}
        />
        <Calls
          calls={history?.calls ?? []}
          count={history?.callCount ?? 0}
          state={stateOf(history, historyFailed)}
        />
      </div>
    </article>
  );
});

type HistoryState = 'coming' | 'failed' | 'there';
function stateOf(history: CallerHistory | null, failed: boolean): HistoryState {
  if (history) return 'there';
  return failed ? 'failed' : 'coming';
}

function Rings({ firstRingAtMs }: { firstRingAtMs: number }) {
  const node = useRef<HTMLDivElement>(null);
  useTicker(() => {
    if (!node.current) return;
    const now = serverNow();
    const count = String(ringCount(firstRingAtMs, now));
    if (node.current.dataset['rings'] === count) return;
    node.current.dataset['rings'] = count;
    node.current.dataset['late'] = String(isLate(firstRingAtMs, now));
    node.current.querySelector('.count')!.textContent = count;
  });
  return (
    <div className="rings" ref={node} role="status" aria-live="assertive">
      <div className="says">
        第<span className="count figures">1</span>声
      </div>
      <div className="bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      <small>
        已响 <Ticking className="figures" read={(now) => duration(now - firstRingAtMs)} />
        <span className="over"> · 已超三声</span>
      </small>
    </div>
  );
}

function Talk({ card }: { card: Card }) {
  const since = card.answeredAtMs;
  return (
    <div className="talk">
      <div className="says">{card.state === 'talking' ? '通话中' : '已结束'}</div>
      {since !== null && card.state === 'talking' && (
        <Ticking className="figures time" read={(now) => duration(now - since)} />
      )}
      {card.state === 'ended' && <small>请补全记录；下一通来电会替换这张卡片</small>}
    </div>
  );
}

function Who({
  customer,
  history,
  failed,
  withheld,
}: {
  customer: Customer | null;
  history: CallerHistory | null;
  failed: boolean;
  withheld: boolean;
}) {
  if (customer) {
    return (
      <dl>
        <div className="name">
          <dt>客户</dt>
          <dd>{customer.name}</dd>
        </div>
        <div className="wide">
          <dt>地址</dt>
          <dd>{customer.address}</dd>
        </div>
        <div>
          <dt>辖区</dt>
          <dd>{customer.district}</dd>
        </div>
        <div>
          <dt>户号</dt>
          <dd className="figures">{customer.account}</dd>
        </div>
        <div>
          <dt>水表</dt>
          <dd>{METER_KINDS[customer.meterKind]}</dd>
        </div>
      </dl>
    );
  }
  const words = withheld
    ? '来电人隐藏了号码。请先问姓名、联系电话和用水地址。'
    : history
      ? '没有登记这个号码。请问姓名、用水地址和户号。'
      : failed
        ? '客户资料暂时取不到（数据库连不上），正在重试。请先问姓名和用水地址。'
        : '正在查找客户…';
  return <p className="unknown">{words}</p>;
}

function Orders({ orders, count, state }: { orders: PastOrder[]; count: number; state: HistoryState }) {
  const open = orders.filter((order) => order.status !== CLOSED_STATUS);
  const sorted = [...open, ...orders.filter((order) => order.status === CLOSED_STATUS)];
  return (
    <section>
      <h3>
        以往工单 <span className="figures">{state === 'there' ? count : ''}</span>
        {open.length > 0 && <em>{open.length} 件未办结</em>}
      </h3>
      <Lines state={state} empty="没有工单记录" count={sorted.length}>
        {sorted.map((order) => (
          <li key={order.orderNo} className={order.status === CLOSED_STATUS ? '' : 'open'}>
            <span className="tag">{order.status}</span>
            <span className="what">
              <b>
                {order.category}
                {order.item ? ` · ${order.item}` : ''}
              </b>
              <span>{order.content}</span>
            </span>
            <time className="figures">{when(order.createdAtMs, serverNow())}</time>
          </li>
        ))}
      </Lines>
    </section>
  );
}

function Calls({ calls, count, state }: { calls: PastCall[]; count: number; state: HistoryState }) {
  return (
    <section>
      <h3>
        以往来电 <span className="figures">{state === 'there' ? count : ''}</span>
      </h3>
      <Lines state={state} empty="第一次来电" count={calls.length}>
        {calls.map((call) => (
          <li key={call.callId}>
            <span className={`tag ${call.outcome}`}>{OUTCOMES[call.outcome] ?? call.outcome}</span>
            <span className="what">
              <span>{call.agentName ? `${call.agentName} 受理` : ''}</span>
              <span className="figures">{call.talkMs === null ? '' : `通话 ${duration(call.talkMs)}`}</span>
            </span>
            <time className="figures">{when(call.atMs, serverNow())}</time>
          </li>
        ))}
      </Lines>
    </section>
  );
}

function Lines({
  state,
  empty,
  count,
  children,
}: {
  state: HistoryState;
  empty: string;
  count: number;
  children: React.ReactNode;
}) {
  if (state === 'there' && count > 0) return <ul>{children}</ul>;
  const words = state === 'there' ? empty : state === 'failed' ? '暂时取不到，正在重试' : '正在查找…';
  return <p className="quiet">{words}</p>;
}
