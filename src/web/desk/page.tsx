import { Words } from '../ivr/words-strip.tsx';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Customer } from '../../protocol.ts';
import type { DeskRecord, RecordAnswer } from '../../protocol/records.ts';
import { ask } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import type { Line } from '../line.ts';
import { CallBar } from '../phone/call-bar.tsx';
import { useConnected, useLine, useTold } from '../shell/line.tsx';
import { useMay, useMe } from '../shell/me.tsx';
import { spaced } from '../view.ts';
import { CallCard } from './card.tsx';
import { StateBar, useMyState, type MyState } from './desk-presence.tsx';
import { deskStep, EMPTY_DESK, keyOf, type Desk } from './desk.ts';
import { OrderArrivals } from '../orders/arrivals.tsx';
import { RecordOrder } from '../orders/record-order.tsx';
import { FromLeader } from '../console/at-desk.tsx';
import { OutageBanner } from '../outages/banner.tsx';
import { PinLine } from './pin-line.tsx';
import { PastRecords, RecordForm } from './record-form.tsx';
import { useRinging } from './ringing.ts';
import { Missed, QueueStrip, Recents } from './side.tsx';
import { useRecord, type Which } from './use-record.ts';
import { useDeskWords } from './words.ts';
import './desk.css';

/** The agent's desk: who calls while the phone rings, the record while they talk, and the state beside it. */
export function DeskPage() {
  const [desk, tell] = useReducer(deskStep, EMPTY_DESK);
  const me = useMe();
  const line = useLine();
  const state = useMyState(me.agent);
  useConnected((opened) => opened.emit('watchDesk', (view) => tell({ kind: 'desk', view })));
  useTold('desk', (view) => tell({ kind: 'desk', view }));
  useTold('pop', (pop) => tell({ kind: 'pop', pop }));
  useTold('history', (callId, history) => tell({ kind: 'history', callId, history }));
  useTold('gone', (callId, offerId, why) => tell({ kind: 'gone', callId, offerId, why, atMs: serverNow() }));
  useTold('agent', (view) => tell({ kind: 'agent', view }));
  usePainted(desk, line);
  const [sound, setSound] = useRinging(desk);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.code !== 'KeyJ' || desk.holder) return;
      line.emit('hold');
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <div className="desk">
      {me.agent && <StateBar state={state} sound={sound} setSound={setSound} />}
      <FromLeader />
      <OutageBanner />
      <CallBar hold={desk.loaded && desk.holder} withCall />
      <Place desk={desk} state={state} sound={sound} hold={() => line.emit('hold')} />
    </div>
  );
}

/** Tells the server when a pop stood on the screen: two frames after it was put there, once per offer. */
function usePainted(desk: Desk, line: Line): void {
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const card of desk.cards) {
      const key = keyOf(card.pop);
      if (card.state !== 'ringing' || told.current.has(key)) continue;
      told.current.add(key);
      const { callId, offerId } = card.pop.offer;
      requestAnimationFrame(() => setTimeout(() => line.emit('painted', callId, offerId, serverNow())));
    }
  }, [desk.cards, line]);
}

function Place({
  desk,
  state,
  sound,
  hold,
}: {
  desk: Desk;
  state: MyState;
  sound: boolean;
  hold: () => void;
}) {
  const me = useMe();
  const say = useDeskWords();
  if (!me.agent) {
    return (
      <main className="notice">
        <h1>{say('noPhone')}</h1>
        <p>{say('noPhoneWhy')}</p>
        <Link to="/wall">{say('wall')}</Link>
      </main>
    );
  }
  if (!desk.holder) {
    return (
      <main className="notice">
        <h1>{say('elsewhere')}</h1>
        <p>{say('elsewhereWhy')}</p>
        <button type="button" className="main" onClick={hold} autoFocus>
          {say('takeOver')}
          <kbd>Alt J</kbd>
        </button>
      </main>
    );
  }
  return <Work desk={desk} state={state} sound={sound} />;
}

function Work({ desk, state, sound }: { desk: Desk; state: MyState; sound: boolean }) {
  const say = useDeskWords();
  const line = useLine();
  const queries = useQueryClient();
  const may = useMay();
  // the ringing call first, the newest of them on top
  const order = { ringing: 0, talking: 1, ended: 2 };
  const cards = [...desk.cards].sort(
    (a, b) => order[a.state] - order[b.state] || b.pop.offer.offeredAtMs - a.pop.offer.offeredAtMs,
  );
  const spoken =
    cards.find((card) => card.state === 'talking') ?? cards.find((card) => card.state === 'ended');
  const callId = spoken?.pop.offer.callId ?? state.mine?.view?.wrapUp?.callId ?? null;
  const [picked, setPicked] = useState<{ recordId: number; during: string | null } | null>(null);
  // a new call brings its own record to the front
  const chosen = picked && picked.during === callId ? picked.recordId : null;
  const which: Which | null = chosen !== null ? { recordId: chosen } : callId !== null ? { callId } : null;
  const record = useRecord(which, () => void queries.invalidateQueries({ queryKey: ['records'] }));
  const open = useQuery({
    queryKey: ['records', 'open', callId],
    queryFn: ({ signal }) => ask<DeskRecord[]>('GET', '/api/records/open', undefined, signal),
  });
  const draft = record.draft;
  const others = (open.data ?? []).filter((one) => one.id !== draft?.record.id && one.callId !== callId);

  function begin(): void {
    line.emit('newRecord', {}, (told: RecordAnswer) => {
      if (told.ok) setPicked({ recordId: told.record.id, during: callId });
    });
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.code !== 'KeyN') return;
      event.preventDefault();
      begin();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const take = (customer: Customer) => {
    // what this customer has not told yet does not wipe out what was typed
    for (const field of ['account', 'address', 'district'] as const)
      if (customer[field] !== '') record.type(field, customer[field]);
    record.type('caller', customer.name);
  };
  const missing = record.missing.map((name) => say(name)).join('、');

  return (
    <main className="work">
      <section className="cards">
        {cards.map((card) => (
          <CallCard key={keyOf(card.pop)} card={card} onCustomer={card === spoken ? take : undefined!} />
        ))}
        {cards.length === 0 && <Idle desk={desk} state={state} />}
        {draft && <PastRecords fields={draft.known} recordId={draft.record.id} />}
      </section>
      <section
        className="record"
        aria-label={say('record')}
        data-complete={draft?.record.completedAtMs != null}
      >
        <header>
          <h2>
            {say('record')} {draft && <small className="figures">{draft.record.id}</small>}
          </h2>
          {draft && (
            <span className="save-state" role="status" data-saved={record.saved}>
              {record.fault
                ? record.fault === 'slow'
                  ? say('slow')
                  : record.missing.length > 0
                    ? say('missing', { fields: missing })
                    : record.fault
                : draft.record.completedAtMs !== null && record.saved
                  ? say('completed')
                  : say(record.saved ? 'saved' : 'saving')}
            </span>
          )}
          {others.length > 0 && (
            <nav aria-label={say('openRecords')}>
              {say('openRecords')}
              {others.slice(0, 4).map((one) => (
                <button
                  key={one.id}
                  type="button"
                  onClick={() => setPicked({ recordId: one.id, during: callId })}
                >
                  {one.fields.caller || (one.fields.phone ? spaced(one.fields.phone) : say('nameless'))}
                </button>
              ))}
            </nav>
          )}
          <button type="button" className="plain" onClick={begin}>
            {say('newRecord')}
            <kbd>Alt N</kbd>
          </button>
        </header>
        {which ? <RecordForm desk={record} /> : <p className="quiet">{say('noRecord')}</p>}
        {draft && <RecordOrder record={draft.record} fields={draft.mine} />}
        {draft && (
          <footer>
            {draft.record.completedAtMs === null && (
              <button type="button" className="main" onClick={() => record.complete()}>
                {say('complete')}
                <kbd>Ctrl Enter</kbd>
              </button>
            )}
            {may('keep-handovers') && (
              <PinLine key={draft.record.id} record={draft.record} category={draft.mine.category} />
            )}
          </footer>
        )}
      </section>
      <aside>
        <QueueStrip />
        <OrderArrivals sound={sound} />
        <Missed />
        <Words />
        <Recents recents={desk.recents} />
      </aside>
    </main>
  );
}

function Idle({ desk, state }: { desk: Desk; state: MyState }) {
  const say = useDeskWords();
  const now = state.mine?.view?.state ?? 'offline';
  const words =
    now === 'unreachable'
      ? (['idlePhone', 'idlePhoneWhy'] as const)
      : now === 'paused'
        ? (['idlePaused', 'idlePausedWhy'] as const)
        : now === 'wrap-up'
          ? (['idleWrap', 'idleWrapWhy'] as const)
          : now === 'offline'
            ? (['idleOut', 'idleOutWhy'] as const)
            : (['idle', 'idleWhy'] as const);
  return (
    <div className="idle">
      <svg viewBox="0 0 64 64" width="56" height="56" aria-hidden="true">
        <path d="M32 6c11 15 18 23 18 34a18 18 0 1 1-36 0C14 29 21 21 32 6z" />
      </svg>
      <h1>{desk.loaded ? say(words[0]) : say('connecting')}</h1>
      <p>{desk.loaded ? say(words[1]) : ''}</p>
    </div>
  );
}
