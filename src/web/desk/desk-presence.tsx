import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { PresenceView } from '../../core/people/presence.ts';
import type { MyPresence } from '../../protocol/presence.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow, Ticking } from '../clock.tsx';
import { useConnected, useTold } from '../shell/line.tsx';
import { duration } from '../view.ts';
import { useStateWords } from '../words.ts';
import { useDeskWords } from './words.ts';

/** The reason of a pause, as it was chosen; empty where there is none that a person gave. */
export function pauseWords(view: PresenceView): string {
  const given =
    view.state === 'paused' && !['no-heartbeat', 'phone-unusable', 'unnamed'].includes(view.reason);
  return given ? view.reason : '';
}

export interface MyState {
  mine: MyPresence | null;
  fault: string | null;
  act(what: 'sign-in' | 'sign-out' | 'ready' | 'extend' | 'done'): void;
  pause(reason: string): void;
}

const NO_RULES = { pauseReasons: [], wrapUpMs: 0, extendMs: 0, mostExtensions: 0 };

/** The agent's own state: told by the server, asked for by keys. */
export function useMyState(agent: string | null): MyState {
  const [mine, setMine] = useState<MyPresence | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const pushes = useRef(0);
  // a push that overtook the answer is newer than it
  const doing = (work: Promise<MyPresence>) => {
    const before = pushes.current;
    setFault(null);
    work.then(
      (told) => setMine((mine) => (pushes.current !== before && mine ? { ...told, view: mine.view } : told)),
      (thrown: unknown) => setFault(refusalWords(thrown)),
    );
  };
  useConnected(() => agent !== null && doing(ask('GET', '/api/presence/mine')));
  useTold('presence', (view) => {
    if (view.agent !== agent) return;
    pushes.current += 1;
    setMine((before) => ({ ...(before ?? NO_RULES), view }));
  });
  return {
    mine,
    fault,
    act: (what) => doing(ask('POST', `/api/presence/${what}`)),
    pause: (reason) => doing(ask('POST', '/api/presence/pause', { reason })),
  };
}

/** The reasons are seen before one is chosen: on a closed list an arrow key would pause with the first at once. */
function openReasons(): void {
  const list = document.getElementById('pause-reason') as HTMLSelectElement | null;
  list?.focus();
  list?.showPicker();
}

/** State, its reason, and the keys for it, in the frame's bar. */
export function StateBar({
  state,
  sound,
  setSound,
}: {
  state: MyState;
  sound: boolean;
  setSound: (on: boolean) => void;
}) {
  const say = useDeskWords();
  const words = useStateWords();
  const slot = document.getElementById('bar-slot');
  const { mine, act, pause, fault } = state;
  const view = mine?.view ?? null;
  const signedIn = view?.signedInAtMs != null;
  const canReady = signedIn && (view.state === 'paused' || view.state === 'wrap-up');

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.repeat) return;
      if (event.code === 'KeyI' && !signedIn) act('sign-in');
      else if (event.code === 'KeyR' && canReady) act(view.state === 'wrap-up' ? 'done' : 'ready');
      else if (event.code === 'KeyE' && view?.wrapUp) act('extend');
      else if (event.code === 'KeyP' && signedIn) openReasons();
      else if (event.code === 'KeyS') setSound(!sound);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  if (!slot) return null;
  return createPortal(
    <div
      className="state-bar"
      data-state={view?.state ?? 'offline'}
      data-mismatch={view?.mismatch?.kind ?? ''}
    >
      {fault && (
        <span className="fault" role="alert">
          {fault}
        </span>
      )}
      {view && (
        <span className={`state ${view.state}`} role="status">
          {words(view.state)}
          {pauseWords(view) && ` · ${pauseWords(view)}`}
          {view.mismatch && (
            <>
              ：<MismatchWords view={view} />
            </>
          )}
          <Ticking className="figures" read={(now) => duration(now - view.sinceMs)} />
        </span>
      )}
      {view?.wrapUp && (
        <span className={`wrap-up${view.wrapUp.overdue ? ' overdue' : ''}`}>
          <WrapLeft untilMs={view.wrapUp.untilMs} />
        </span>
      )}
      {!signedIn && (
        <button type="button" className="plain go" onClick={() => act('sign-in')}>
          {say('signIn')}
          <kbd>Alt I</kbd>
        </button>
      )}
      {canReady && (
        <button
          type="button"
          className="plain go"
          onClick={() => act(view.state === 'wrap-up' ? 'done' : 'ready')}
        >
          {say('ready')}
          <kbd>Alt R</kbd>
        </button>
      )}
      {view?.wrapUp && view.wrapUp.extendedCount < (mine?.mostExtensions ?? 0) && (
        <button type="button" className="plain" onClick={() => act('extend')}>
          {say('extend')}
          <kbd>Alt E</kbd>
        </button>
      )}
      {signedIn && (
        <>
          <label className="pause-label">
            <select
              id="pause-reason"
              aria-label={say('pause')}
              value=""
              onChange={(event) => event.target.value && pause(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
                event.preventDefault();
                openReasons();
              }}
            >
              <option value="">{say('pause')}</option>
              {mine!.pauseReasons.map((one, at) => (
                <option key={one} value={one}>
                  {at + 1} {one}
                </option>
              ))}
            </select>
            <kbd>Alt P</kbd>
          </label>
          <button type="button" className="plain" onClick={() => act('sign-out')}>
            {say('signOut')}
          </button>
        </>
      )}
      <button type="button" className="plain" onClick={() => setSound(!sound)}>
        {say(sound ? 'ringOn' : 'ringOff')}
        <kbd>Alt S</kbd>
      </button>
    </div>,
    slot,
  );
}

/** `没有心跳 42 秒`: why the state is not what the agent thinks */
export function MismatchWords({ view }: { view: PresenceView }) {
  const say = useDeskWords();
  const { kind, sinceMs } = view.mismatch!;
  return (
    <em className="mismatch">
      {say(kind)}
      {kind === 'no-heartbeat' && (
        <Ticking className="figures" read={(now) => ` ${duration(now - sinceMs)}`} />
      )}
    </em>
  );
}

function WrapLeft({ untilMs }: { untilMs: number }) {
  const say = useDeskWords();
  const [over, setOver] = useState(() => serverNow() >= untilMs);
  return (
    <>
      {say(over ? 'wrapOver' : 'wrapLeft')}{' '}
      <Ticking
        className="figures"
        read={(now) => {
          if (now >= untilMs !== over) queueMicrotask(() => setOver(now >= untilMs));
          return duration(Math.abs(untilMs - now));
        }}
      />
    </>
  );
}
