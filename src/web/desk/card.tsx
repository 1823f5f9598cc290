import { memo, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { METER_PLACES } from '../../core/customers/card.ts';
import type { CallerHistory, Customer, PastCall, PastOrder } from '../../protocol.ts';
import { serverNow, Ticking, useTicker } from '../clock.tsx';
import { OutageHere } from '../outages/banner.tsx';
import { duration, isLate, ringCount, spaced, when } from '../view.ts';
import { CLOSED_STATUS, METER_KINDS, OUTCOMES } from '../words.ts';
import { CalledBack } from './called-back.tsx';
import type { Card } from './desk.ts';
import { NewCaller } from './new-caller.tsx';
import { useDeskWords } from './words.ts';

/** One call on the desk. The ring count grows 1, 2, 3 and turns red when the third ring is over. */
export const CallCard = memo(function CallCard({
  card,
  onCustomer,
}: {
  card: Card;
  /** another of the customers of this number was chosen */
  onCustomer?: (customer: Customer) => void;
}) {
  const { offer, history, historyFailed } = card.pop;
  const say = useDeskWords();
  const [chosen, setChosen] = useState(0);
  const [added, setAdded] = useState<Customer | null>(null);
  const customers = history && history.customers.length === 0 && added ? [added] : (history?.customers ?? []);
  const customer = customers[Math.min(chosen, customers.length - 1)] ?? null;

  const choose = (at: number) => {
    setChosen(at);
    onCustomer?.(customers[at]!);
  };
  useEffect(() => {
    if (customers.length < 2) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const at = Number(/^Digit([1-9])$/.exec(event.code)?.[1] ?? 0) - 1;
      if (!event.altKey || at < 0 || at >= customers.length) return;
      event.preventDefault();
      choose(at);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <article className={`card ${card.state}`} data-call={offer.callId} data-state={card.state}>
      <div className="top">
        {card.state === 'ringing' ? (
          <Rings firstRingAtMs={offer.firstRingAtMs} returning={offer.returning} />
        ) : (
          <Talk card={card} />
        )}
        <div className="caller">
          <div className="number figures">{spaced(offer.ani)}</div>
          {customers.length > 1 && (
            <div className="choices" role="tablist" aria-label={say('choices')}>
              {customers.map((one, at) => (
                <button
                  key={one.id}
                  type="button"
                  role="tab"
                  aria-selected={one === customer}
                  onClick={() => choose(at)}
                >
                  {one.name}
                  <kbd>Alt {at + 1}</kbd>
                </button>
              ))}
            </div>
          )}
          <Who
            customer={customer}
            history={history}
            failed={historyFailed}
            withheld={offer.ani === null}
            onNew={(made) => {
              setAdded(made);
              onCustomer?.(made);
            }}
          />
        </div>
      </div>
      {offer.english && (
        <p className="kept" role="status">
          {say('english')}
        </p>
      )}
      {offer.handedOnBy !== null && (
        <p className="kept" role="status">
          {say('handedOnBy', { name: offer.handedOnBy })}
        </p>
      )}
      {offer.kept && (
        <p className="kept" role="status">
          {say('kept')}
        </p>
      )}
      <CalledBack number={offer.ani} />
      <OutageHere key={offer.callId} customer={customer} number={offer.ani} callId={offer.callId} />
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

function Rings({ firstRingAtMs, returning }: { firstRingAtMs: number; returning: boolean }) {
  const say = useDeskWords();
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
        <Counted words={say('ring', { count: '|' })} />
      </div>
      <div className="bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      <small>
        {say('rung')} <Ticking className="figures" read={(now) => duration(now - firstRingAtMs)} />
        <span className="over"> · {say('late')}</span>
        {returning && <b className="returning">{say('returning')}</b>}
      </small>
    </div>
  );
}

/** `第|声`: the number stands where the words put it */
function Counted({ words }: { words: string }) {
  const [before, after] = words.split('|');
  return (
    <>
      {before}
      <span className="count figures">1</span>
      {after}
    </>
  );
}

function Talk({ card }: { card: Card }) {
  const say = useDeskWords();
  const since = card.answeredAtMs;
  return (
    <div className="talk">
      <div className="says">{say(card.state === 'talking' ? 'talking' : 'ended')}</div>
      {since !== null && card.state === 'talking' && (
        <Ticking className="figures time" read={(now) => duration(now - since)} />
      )}
      {card.state === 'ended' && <small>{say('endedWhy')}</small>}
    </div>
  );
}

function Who({
  customer,
  history,
  failed,
  withheld,
  onNew,
}: {
  customer: Customer | null;
  history: CallerHistory | null;
  failed: boolean;
  withheld: boolean;
  /** an unknown caller was written down */
  onNew?: (customer: Customer) => void;
}) {
  const say = useDeskWords();
  if (customer) {
    return (
      <dl>
        <div className="name">
          <dt>{say('customer')}</dt>
          <dd>
            <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
          </dd>
        </div>
        <div className="wide">
          <dt>{say('address')}</dt>
          <dd>{customer.address}</dd>
        </div>
        <div>
          <dt>{say('district')}</dt>
          <dd>{customer.district}</dd>
        </div>
        <div>
          <dt>{say('account')}</dt>
          <dd className="figures">{customer.account || '—'}</dd>
        </div>
        <div>
          <dt>{say('meter')}</dt>
          <dd>
            {METER_KINDS[customer.meterKind]}
            {customer.meterPlace && ` · ${METER_PLACES[customer.meterPlace]}`}
          </dd>
        </div>
        {customer.unit && (
          <div>
            <dt>{say('unit')}</dt>
            <dd>{customer.unit}</dd>
          </div>
        )}
      </dl>
    );
  }
  const words = withheld ? 'withheld' : history ? 'unknown' : failed ? 'failed' : 'looking';
  return (
    <>
      <p className="unknown">{say(words)}</p>
      {words === 'unknown' && onNew && <NewCaller number={history!.ani} done={onNew} />}
    </>
  );
}

function Orders({ orders, count, state }: { orders: PastOrder[]; count: number; state: HistoryState }) {
  const say = useDeskWords();
  const open = orders.filter((order) => order.status !== CLOSED_STATUS);
  const sorted = [...open, ...orders.filter((order) => order.status === CLOSED_STATUS)];
  return (
    <section>
      <h3>
        {say('pastOrders')} <span className="figures">{state === 'there' ? count : ''}</span>
        {open.length > 0 && <em>{say('openCount', { count: open.length })}</em>}
      </h3>
      <Lines state={state} empty={say('noOrders')} count={sorted.length}>
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
  const say = useDeskWords();
  return (
    <section>
      <h3>
        {say('pastCalls')} <span className="figures">{state === 'there' ? count : ''}</span>
      </h3>
      <Lines state={state} empty={say('firstCall')} count={calls.length}>
        {calls.map((call) => (
          <li key={call.callId}>
            <span className={`tag ${call.outcome}`}>{OUTCOMES[call.outcome] ?? call.outcome}</span>
            <span className="what">
              <span>{call.agentName ? say('takenBy', { name: call.agentName }) : ''}</span>
              <span className="figures">
                {call.talkMs === null ? '' : say('talked', { time: duration(call.talkMs) })}
              </span>
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
  const say = useDeskWords();
  if (state === 'there' && count > 0) return <ul>{children}</ul>;
  const words = state === 'there' ? empty : say(state === 'failed' ? 'cannotLook' : 'lookingShort');
  return <p className="quiet">{words}</p>;
}
