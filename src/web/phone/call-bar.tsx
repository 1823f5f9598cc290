import { useEffect, useState, useSyncExternalStore } from 'react';
import { Ticking } from '../clock.tsx';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { duration, spaced } from '../view.ts';
import { Keypad, Reach } from './reach.tsx';
import { onBarKey, pressedKey, type BarKey } from './keys.ts';
import { phone, type PhoneView } from './phone.ts';
import { SoundTest } from './sound-test.tsx';
import { usePhoneWords, type SayPhone } from './words.ts';
import { PauseRecording } from '../recordings/pause.tsx';
import './phone.css';

/** What the phone of this tab is doing; any page may read it. `phone.*` (phone.ts) does things. */
export function usePhone(): PhoneView {
  return useSyncExternalStore(phone.watch, phone.view);
}

type Panel = 'dial' | 'transfer' | 'digits' | 'test' | null;

/**
 * The agent's phone, for the top of the desk. `hold`: this tab is the desk, so it holds the phone; with `false` the tab
 * gives the phone up to the one that does. `withCall`: a call that goes on in the other tab comes along. Keys: F2 answer,
 * F4 hang up, F8 hold or back to the caller, F9 mute, F10 transfer or complete it, Alt+M three-way, Alt+K keys, Alt+B
 * dial, Esc closes. Nothing is laid over the page.
 */
export function CallBar({ hold, withCall = false }: { hold: boolean; withCall?: boolean }) {
  const me = useMe();
  const view = usePhone();
  const say = usePhoneWords();
  const [asked, setPanel] = useState<Panel>(null);
  useTold('phoneCall', phone.told);
  useConnected(() => void phone.refresh().catch(() => undefined));
  useEffect(() => {
    if (!me.agent) return;
    if (hold) phone.hold(withCall);
    else phone.release();
  }, [hold, withCall, me.agent]);
  // a desk phone comes and goes by itself: the switch is asked
  useEffect(() => {
    if (view.kind !== 'desk') return undefined;
    const asking = setInterval(() => void phone.refresh().catch(() => undefined), 10_000);
    return () => clearInterval(asking);
  }, [view.kind]);
  const gone = useSecondGone(view, say);
  const panel = panelNow(asked, view);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = pressedKey(event);
      if (!key) return;
      if (key === 'close') {
        if (panel) setPanel(null);
        return;
      }
      const done = onBarKey(key, view, { toggle: (which) => setPanel(panel === which ? null : which) });
      if (done) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  if (!me.agent || !hold) return null;
  return (
    <section
      className="call-bar"
      aria-label={say('bar')}
      data-line={view.line}
      data-call={view.call?.state ?? 'none'}
    >
      <div className="row">
        <Status view={view} say={say} />
        <Talk view={view} say={say} />
        <Buttons view={view} say={say} panel={panel} setPanel={setPanel} />
        <PauseRecording callId={view.call?.state === 'talking' ? view.call.callId : null} />
      </div>
      {view.reminded && (
        <p className="note warn" role="alert">
          {say('remind')} <kbd>F4</kbd>
        </p>
      )}
      {view.fault && (
        <p className="note bad" role="alert">
          {view.fault}
          <button type="button" onClick={phone.forgetFault}>
            {say('close')}
          </button>
        </p>
      )}
      {view.microphoneTrouble && (
        <p className="note bad" role="alert">
          {say(view.microphoneTrouble)}
          <button type="button" onClick={() => phone.hold(true)}>
            {say('retry')}
          </button>
        </p>
      )}
      {gone && <p className="note">{gone}</p>}
      {panel === 'dial' && <Reach purpose="dial" done={() => setPanel(null)} />}
      {panel === 'transfer' && <Reach purpose="transfer" done={() => setPanel(null)} />}
      {panel === 'digits' && <Keypad />}
      {panel === 'test' && <SoundTest done={() => setPanel(null)} />}
    </section>
  );
}

/** A panel stands only while it means something. */
function panelNow(panel: Panel, { call, talking }: PhoneView): Panel {
  if (panel === 'dial') return call || talking ? null : panel;
  if (panel === 'transfer') return call?.state === 'talking' && !call.second ? panel : null;
  if (panel === 'digits') return call && call.state !== 'ringing' ? panel : null;
  return panel === 'test' && call && call.number !== 'echo' ? null : panel;
}

/** The second party left without our doing: said for a while, as the switch told it. */
function useSecondGone({ call }: PhoneView, say: SayPhone): string | null {
  const [before, setBefore] = useState(call);
  const [gone, setGone] = useState<string | null>(null);
  if (before !== call) {
    setBefore(call);
    const same = before && call && before.callId === call.callId;
    if (same && before.second && !call.second)
      setGone(say('secondGone', { who: spaced(before.second.number) }));
    else if (!call || call.second || before?.callId !== call.callId) setGone(null);
  }
  return gone;
}

function Status({ view, say }: { view: PhoneView; say: SayPhone }) {
  const { kind, line, deskRegistered } = view;
  const ready = kind === 'desk' ? deskRegistered === true : line === 'ready';
  const words =
    kind === 'desk'
      ? say(deskRegistered ? 'deskRegistered' : 'deskAway')
      : say(kind === null ? 'starting' : line);
  return (
    <div className="status" role="status">
      <i className={ready ? 'lamp on' : 'lamp'} aria-hidden="true" />
      <div>
        <b>{words}</b>
        <small>
          {say(kind === 'desk' ? 'desk' : 'browser')} <span className="figures">{view.extension}</span>
          {(line === 'elsewhere' || line === 'refused') && kind === 'browser' && (
            <button type="button" onClick={() => phone.hold(true)}>
              {say('takeOver')}
            </button>
          )}
          {!view.call && !view.talking && kind !== null && (kind === 'desk' || view.deskReady) && (
            <button type="button" onClick={() => void phone.choose(kind === 'desk' ? 'browser' : 'desk')}>
              {say('choose', { kind: say(kind === 'desk' ? 'browser' : 'desk') })}
            </button>
          )}
        </small>
      </div>
    </div>
  );
}

function Talk({ view, say }: { view: PhoneView; say: SayPhone }) {
  const { call, ended, kind } = view;
  if (view.echo) return <Middle state="talking" who={say('testing')} words={say('talking')} />;
  if (!call) {
    // an ear in somebody else's call is no call of the hotline
    if (view.talking) return <Middle state="talking" who="" words={say('listening')} />;
    if (!ended) return <Middle state="none" who="" words={say('idle')} />;
    const who = ended.number === null ? say('withheld') : spaced(ended.number);
    return <Middle state="ended" who="" words={say(`end-${ended.result}`, { who })} />;
  }
  const who = call.number === null ? say('withheld') : spaced(call.number);
  const { second } = call;
  const words = second
    ? say(
        second.state === 'calling'
          ? 'secondCalling'
          : second.state === 'talking'
            ? 'secondTalking'
            : 'together',
        { who: spaced(second.number) },
      )
    : call.state === 'ringing' && kind === 'desk'
      ? say('pickUp')
      : call.held || view.held
        ? say('held')
        : say(call.state);
  const state = second ? 'second' : call.held || view.held ? 'held' : call.state;
  const from = second === null ? call.handedOnBy : null;
  const said = from === null ? words : `${words} · ${say('handedOnBy', { who: from })}`;
  return (
    <Middle state={state} who={who} words={said} sinceMs={call.state === 'talking' ? call.sinceMs : null} />
  );
}

function Middle({
  state,
  who,
  words,
  sinceMs = null,
}: {
  state: string;
  who: string;
  words: string;
  sinceMs?: number | null;
}) {
  return (
    <div className={`talk-now ${state}`} aria-live="polite">
      {who && <b className="figures">{who}</b>}
      <span>{words}</span>
      {sinceMs !== null && <Ticking className="figures time" read={(now) => duration(now - sinceMs)} />}
    </div>
  );
}

function Buttons({
  view,
  say,
  panel,
  setPanel,
}: {
  view: PhoneView;
  say: SayPhone;
  panel: Panel;
  setPanel: (panel: Panel) => void;
}) {
  const { call, kind } = view;
  const toggle = (which: Panel) => setPanel(panel === which ? null : which);
  const bar = { toggle };
  const button = (key: BarKey, words: string, cap: string, tone = '', pressed?: boolean) => (
    <button
      key={key}
      type="button"
      className={tone}
      data-key={key}
      aria-pressed={pressed}
      onClick={() => void onBarKey(key, view, bar)}
    >
      {words}
      <kbd>{cap}</kbd>
    </button>
  );
  const second = call?.second && call.second.state !== 'all-together' ? call.second : null;
  const talking = call?.state === 'talking';
  const own = kind === 'browser' && view.talking;
  return (
    <div className="buttons">
      {view.ringing && button('answer', say('answer'), 'F2', 'go')}
      {second && button('hold', say('back'), 'F8')}
      {second?.state === 'talking' && button('transfer', say('join'), 'F10', 'go')}
      {second?.state === 'talking' && button('conference', say('conference'), 'Alt M')}
      {talking &&
        own &&
        !call.second &&
        button('hold', say(view.held ? 'unhold' : 'hold'), 'F8', '', view.held)}
      {own && button('mute', say(view.muted ? 'unmute' : 'mute'), 'F9', view.muted ? 'warm' : '', view.muted)}
      {talking && !call.second && button('transfer', say('transfer'), 'F10', '', panel === 'transfer')}
      {call && call.state !== 'ringing' && button('digits', say('digits'), 'Alt K', '', panel === 'digits')}
      {(call || view.talking) &&
        !second &&
        button(
          'hang-up',
          say(view.reminded ? 'hangUpSure' : 'hangUp'),
          'F4',
          view.reminded ? 'stop sure' : 'stop',
        )}
      {!call && !view.talking && (
        <>
          {button('dial', say('dial'), 'Alt B', '', panel === 'dial')}
          {kind === 'browser' && button('test', say('testing'), 'Alt T', '', panel === 'test')}
        </>
      )}
    </div>
  );
}
