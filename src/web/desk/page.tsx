import { useEffect, useReducer, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Link } from 'react-router';
import { serverNow, Ticking } from '../clock.tsx';
import type { Line } from '../line.ts';
import { useConnected, useLine, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { duration, when } from '../view.ts';
import { AGENT_STATES, POP_GONE } from '../words.ts';
import { CallBar } from '../phone/call-bar.tsx';
import { Dial } from '../phone/dial.tsx';
import { CallCard } from './card.tsx';
import { deskStep, EMPTY_DESK, keyOf, type Desk } from './desk.ts';
import { useRinging } from './ringing.ts';
import './desk.css';

/** The agent's desk: who calls, while the phone rings. */
export function DeskPage() {
  const [desk, tell] = useReducer(deskStep, EMPTY_DESK);
  const line = useLine();
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
      if (!event.altKey) return;
      if (event.code === 'KeyS') setSound(!sound);
      else if (event.code === 'KeyJ' && !desk.holder) line.emit('hold');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <div className="desk">
      <State desk={desk} sound={sound} setSound={setSound} />
      <CallBar hold={desk.loaded && desk.holder} />
      <Work desk={desk} hold={() => line.emit('hold')} />
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

/** The agent's state and the ring's sound, in the frame's bar. */
function State({ desk, sound, setSound }: { desk: Desk; sound: boolean; setSound: (on: boolean) => void }) {
  const agent = desk.agent;
  const slot = document.getElementById('bar-slot');
  if (!slot) return null;
  return createPortal(
    <>
      {agent && (
        <span className={`state ${agent.state}`}>
          {AGENT_STATES[agent.state]}
          {agent.reason ? ` · ${agent.reason}` : ''}
          <Ticking className="figures" read={(now) => duration(now - agent.sinceMs)} />
        </span>
      )}
      <button type="button" className="plain" onClick={() => setSound(!sound)} title="Alt+S">
        {sound ? '铃声 开' : '铃声 关'}
        <kbd>Alt S</kbd>
      </button>
    </>,
    slot,
  );
}

function Work({ desk, hold }: { desk: Desk; hold: () => void }) {
  const me = useMe();
  if (!me.agent) {
    return (
      <main className="notice">
        <h1>这个账号没有话机</h1>
        <p>
          受理台只给坐席使用。可以打开 <Link to="/wall">大屏</Link>，或请管理员给账号配上话机。
        </p>
      </main>
    );
  }
  if (!desk.holder) {
    return (
      <main className="notice">
        <h1>工作台已在另一个标签页打开</h1>
        <p>来电只在那里显示，以免一通电话接两遍。</p>
        <button type="button" className="main" onClick={hold} autoFocus>
          在此处接管<kbd>Alt J</kbd>
        </button>
      </main>
    );
  }
  // the ringing call first, the newest of them on top
  const order = { ringing: 0, talking: 1, ended: 2 };
  const cards = [...desk.cards].sort(
    (a, b) => order[a.state] - order[b.state] || b.pop.offer.offeredAtMs - a.pop.offer.offeredAtMs,
  );
  return (
    <main className="work">
      <section className="cards">
        {cards.map((card) => (
          <CallCard key={keyOf(card.pop)} card={card} />
        ))}
        {cards.length === 0 && <Idle desk={desk} />}
      </section>
      <aside>
        <h2>刚才的来电</h2>
        {desk.recents.length === 0 && <p className="quiet">接听或错过的来电会列在这里。</p>}
        <ul>
          {desk.recents.map((recent) => (
            <li key={recent.key} className={recent.why}>
              <b>
                <Dial number={recent.number} />
              </b>
              <span>{recent.name ?? ''}</span>
              <small>
                {when(recent.atMs, serverNow())} · {POP_GONE[recent.why]}
              </small>
            </li>
          ))}
        </ul>
      </aside>
    </main>
  );
}

function Idle({ desk }: { desk: Desk }) {
  const state = desk.agent?.state;
  const words =
    state === 'unreachable'
      ? ['话机未连接', '请检查话机的网线和电源，注册成功后才会分到来电。']
      : state === 'paused'
        ? ['小休中', '恢复后才会分到来电。']
        : state === undefined || state === 'offline'
          ? ['未签入', '您的话机不在任何队列中，请联系班长。']
          : ['等待来电', '电话一响，这里就会显示号码、客户和以往的来电与工单。'];
  return (
    <div className="idle">
      <svg viewBox="0 0 64 64" width="96" height="96" aria-hidden="true">
        <path d="M32 6c11 15 18 23 18 34a18 18 0 1 1-36 0C14 29 21 21 32 6z" />
      </svg>
      <h1>{desk.loaded ? words[0] : '正在连接…'}</h1>
      <p>{desk.loaded ? words[1] : ''}</p>
    </div>
  );
}
