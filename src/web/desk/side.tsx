import { useState } from 'react';
import { SHOWN_STATES } from '../../core/floor/fact.ts';
import type { MissedCaller } from '../../protocol/missed.ts';
import type { QueueState } from '../../protocol/presence.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow, Ticking } from '../clock.tsx';
import { Dial } from '../phone/dial.tsx';
import { phone } from '../phone/phone.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { duration, waited, when } from '../view.ts';
import { usePopWords, useStateWords } from '../words.ts';
import type { Recent } from './desk.ts';
import { DismissMissed, MoreMissed } from './missed-more.tsx';
import { useDeskWords } from './words.ts';

/** How the queue stands: who waits, how long, and what the colleagues are doing. */
export function QueueStrip() {
  const say = useDeskWords();
  const words = useStateWords();
  const [state, setState] = useState<QueueState | null>(null);
  useTold('queueState', setState);
  useConnected(() => void ask<QueueState>('GET', '/api/queue-state').then(setState, () => undefined));
  const since = state?.longestSinceMs ?? null;
  return (
    <section className="queue-strip" aria-label={say('queue')}>
      <p className={state && state.waiting > 0 ? 'some' : ''}>
        {say('waiting')} <b className="figures">{state?.waiting ?? '—'}</b>
        <span>
          {say('longest')}{' '}
          {since === null ? (
            <b>—</b>
          ) : (
            <b>
              <Ticking className="figures" read={(now) => duration(now - since)} />
            </b>
          )}
        </span>
      </p>
      <ul>
        {SHOWN_STATES.filter((one) => (state?.agentsByState[one] ?? 0) > 0).map((one) => (
          <li key={one} className={one}>
            {words(one)} <b className="figures">{state!.agentsByState[one]}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Callers whom nobody answered: each is taken on by one agent, and leaves the list when they were reached. */
export function Missed() {
  const say = useDeskWords();
  const me = useMe();
  const [callers, setCallers] = useState<MissedCaller[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  useTold('missed', setCallers);
  useConnected(() => void ask<MissedCaller[]>('GET', '/api/missed').then(setCallers, () => undefined));

  async function callBack(number: string): Promise<void> {
    setFault(null);
    try {
      await ask('POST', '/api/missed/claim', { number });
      await phone.place(number);
    } catch (thrown) {
      setFault(refusalWords(thrown));
    }
  }
  return (
    <section className="missed">
      <h2>
        {say('missed')} <span className="figures">{callers.length || ''}</span>
      </h2>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {callers.length === 0 && <p className="quiet">{say('noMissed')}</p>}
      <ul>
        {callers.map((one) => (
          <li key={one.number} data-number={one.number}>
            <span className="who">
              <Dial number={one.number} />
              <small>
                {one.name ?? ''} {one.count > 1 ? say('times', { count: one.count }) : ''}{' '}
                {one.triedCount > 0 ? say('tried', { count: one.triedCount }) : ''}
              </small>
            </span>
            <Ticking className="figures since" read={(now) => waited(now - one.firstAtMs)} />
            {one.claimedBy === null ? (
              <button type="button" onClick={() => void callBack(one.number)}>
                {say('callBack')}
              </button>
            ) : one.claimedBy === me.id ? (
              <button
                type="button"
                className="mine"
                onClick={() => void ask('POST', '/api/missed/release', { number: one.number })}
              >
                {say('mine')} · {say('release')}
              </button>
            ) : (
              <small>{say('claimedBy', { name: one.claimedName ?? '' })}</small>
            )}
            {(one.claimedBy === null || one.claimedBy === me.id) && (
              <DismissMissed number={one.number} onFault={setFault} />
            )}
          </li>
        ))}
      </ul>
      <MoreMissed shown={callers.length} />
    </section>
  );
}

/** What just happened at this desk. */
export function Recents({ recents }: { recents: Recent[] }) {
  const say = useDeskWords();
  const popWords = usePopWords();
  return (
    <section className="recents">
      <h2>{say('recents')}</h2>
      {recents.length === 0 && <p className="quiet">{say('noRecents')}</p>}
      <ul>
        {recents.map((recent) => (
          <li key={recent.key} className={recent.why}>
            <b>
              <Dial number={recent.number} />
            </b>
            <span>{recent.name ?? ''}</span>
            <small>
              {when(recent.atMs, serverNow())} · {popWords(recent.why)}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
