import { measureLimits } from '../../core/limits.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { AgentView } from '../../core/floor/view.ts';
import type { WallView } from '../../protocol.ts';
import { serverNow, Ticking, useTicker } from '../clock.tsx';
import { IncidentMap, IncidentStrip } from '../outages/incidents.tsx';
import { useMay } from '../shell/me.tsx';
import { useConnected, useLineState, useTold } from '../shell/line.tsx';
import { clock, day, duration, grade, percent, secondsOf } from '../view.ts';
import { concerns, useAlarmWords, useStateWords } from '../words.ts';
import { DayChart } from './chart.tsx';
import { useAge } from './freshness.ts';
import { SHOWN_STATES } from '../../core/floor/fact.ts';
import { SHAPES } from './states.ts';
import { useWallWords } from './words.ts';
import './wall.css';

/** The wallboard: readable from eight metres, and honest about how old its numbers are. */
export function WallPage() {
  const say = useWallWords();
  const alarmWords = useAlarmWords();
  const [view, setView] = useState<WallView | null>(null);
  const state = useLineState();
  const receivedAt = useRef<number | null>(null);
  const page = useRef<HTMLDivElement>(null);
  const may = useMay();

  const show = (one: WallView) => {
    receivedAt.current = performance.now();
    setView(one);
  };
  useTold('wall', show);
  useConnected((line) => line.emit('watchWall', show));
  useEffect(() => {
    document.title = '大屏 · 供水热线 96666';
  }, []);

  useAge(page, receivedAt);

  return (
    <div className="wall" ref={page} data-fresh="late">
      {may('see-outages') && <IncidentStrip />}
      {may('see-outages') && <IncidentMap />}
      <header>
        <h1>{say('hotline')}</h1>
        <span className="alarms">
          {(view?.alarms ?? state.alarms)
            .filter((alarm) => concerns(alarm.code, null))
            .map((alarm) => (
              <b key={alarm.code}>! {alarmWords(alarm.code).split(/[：:]/)[0]}</b>
            ))}
        </span>
        <span className="age figures" />
        <Ticking className="figures now" read={(now) => `${day(now)}　${clock(now)}`} />
      </header>
      {view ? <Tiles view={view} /> : <p className="waiting-data">{say('loading')}</p>}
    </div>
  );
}

function Tiles({ view }: { view: WallView }) {
  const say = useWallWords();
  const stateWords = useStateWords();
  const { today } = view;
  const longest = view.longestSinceMs;
  return (
    <main>
      <Waiting view={view}>
        <h2>{say('waiting')}</h2>
        <div className="huge figures">{view.waiting}</div>
        <p>
          {say('longest')}{' '}
          {longest === null ? (
            <b>—</b>
          ) : (
            <b>
              <Ticking className="figures" read={(now) => duration(now - longest)} />
            </b>
          )}
        </p>
      </Waiting>
      <section className="rates">
        <Rate
          name={say('threeRings')}
          ratio={today.threeRingRatio}
          note={say('ofCalls', { within: today.withinThreeRings, rang: today.rang })}
          main
        />
        <Rate name={say('in15s')} ratio={today.within15sRatio} note={say('byWait')} />
        <Rate
          name={say('connect24h')}
          ratio={view.rolling24h.connectRatio}
          note={say('today', { rate: percent(today.connectRatio) })}
        />
        <div className="tile">
          <h2>{say('average')}</h2>
          <b className="figures">
            {secondsOf(today.averageSpeedOfAnswerMs)}
            <small> {say('seconds')}</small>
          </b>
        </div>
      </section>
      <section className="counts">
        <Count name={say('offered')} count={today.offered} />
        <Count name={say('answered')} count={today.answered} />
        <Count name={say('abandoned')} count={today.abandoned} />
        <Count name={say('blocked')} count={today.blocked + today.overflowed} />
      </section>
      <section className="agents">
        <ul className="states">
          {SHOWN_STATES.map((state) => (
            <li key={state} className={state}>
              <span>
                <i>{SHAPES[state]}</i>
                {state === 'unreachable' ? say('away') : stateWords(state)}
              </span>
              <b className="figures">{view.agentsByState[state]}</b>
            </li>
          ))}
        </ul>
        <Names agents={view.agents} />
      </section>
      <section className="day">
        <h2>
          {say('day')}
          <small>
            <i className="answered" /> {say('answered')} <i className="lost" /> {say('lost')}{' '}
            <i className="line" /> {say('within')}
          </small>
        </h2>
        <DayChart hours={view.hours} />
      </section>
    </main>
  );
}

/** Calm while nobody waits, amber while somebody does, red from the moment that the third ring would be over. */
function Waiting({ view, children }: { view: WallView; children: ReactNode }) {
  const node = useRef<HTMLElement>(null);
  const longest = view.longestSinceMs;
  useTicker(() => {
    const waitMs = longest === null ? 0 : serverNow() - longest;
    const state = view.waiting === 0 ? 'calm' : waitMs < measureLimits().threeRingsMs ? 'some' : 'long';
    if (node.current && node.current.dataset['state'] !== state) node.current.dataset['state'] = state;
  });
  return (
    <section className="waiting" ref={node}>
      {children}
    </section>
  );
}

function Rate({
  name,
  ratio,
  note,
  main,
}: {
  name: string;
  ratio: number | null;
  note: string;
  main?: boolean;
}) {
  return (
    <div className={`tile ${grade(ratio)} ${main ? 'first' : ''}`}>
      <h2>{name}</h2>
      <b className="figures">{percent(ratio)}</b>
      <small className="figures">{note}</small>
    </div>
  );
}

function Count({ name, count }: { name: string; count: number }) {
  return (
    <div className="tile">
      <h2>{name}</h2>
      <b className="figures">{count}</b>
    </div>
  );
}

/** Who does what and since when; a phone that is not there comes last. */
function Names({ agents }: { agents: AgentView[] }) {
  const stateWords = useStateWords();
  const order = (agent: AgentView) => (agent.state === 'unreachable' || agent.state === 'offline' ? 1 : 0);
  const sorted = [...agents].sort((a, b) => order(a) - order(b));
  return (
    <ul className="names">
      {sorted.map((agent) => (
        <li key={agent.agent} className={agent.state} title={`${agent.name} ${stateWords(agent.state)}`}>
          <i>{SHAPES[agent.state]}</i>
          <span>{agent.name}</span>
          <Ticking className="figures" read={(now) => duration(now - agent.sinceMs)} />
        </li>
      ))}
    </ul>
  );
}
