import { useRef, type CSSProperties, type ReactNode } from 'react';
import type { AgentView } from '../../core/floor/view.ts';
import { outageState } from '../../core/outages/outage.ts';
import { figureOf, serves, type WallOffice } from '../../core/walls/figures.ts';
import { kindOf, levelOf, type Tile, type TileKind } from '../../core/walls/tiles.ts';
import type { WallView } from '../../protocol.ts';
import { serverNow, Ticking, useTicker } from '../clock.tsx';
import { useLanguage } from '../shell/words.ts';
import { clock, day, duration, when } from '../view.ts';
import { useStateWords } from '../words.ts';
import { DayChart } from './chart.tsx';
import { DistrictMap } from './district-map.tsx';
import { SHOWN_STATES } from '../../core/floor/fact.ts';
import { SHAPES } from './states.ts';
import { figureWords, LEVELS, useUnitWords, useWallWords } from './words.ts';

/** older than this, orders and outages are not told any more */
const OFFICE_STALE_MS = 20_000;
const OFFICE: readonly TileKind[] = [
  ...(['orders-open', 'orders-overdue', 'orders-near', 'orders-urgent'] as const),
  ...(['next-due', 'district-map', 'outages', 'incidents'] as const),
];
const PICTURES: readonly TileKind[] = ['agents', 'agent-names', 'day-chart', 'district-map'];
/** the smallest of them is its figure alone */
const LISTS: readonly TileKind[] = ['next-due', 'outages', 'incidents'];

interface Shown {
  tile: Tile;
  view: WallView | null;
  office: WallOffice | null;
}

/** One tile: its name, its figure, and how that stands, told by colour, shape and word. */
export function WallTile({ tile, view, office, style }: Shown & { style: CSSProperties }) {
  const [language] = useLanguage();
  const say = useWallWords();
  const unitWords = useUnitWords();
  const node = useRef<HTMLElement>(null);
  const kind = kindOf(tile.kind);
  const isPicture = PICTURES.includes(tile.kind) || (LISTS.includes(tile.kind) && tile.size !== 's');
  useTicker(() => {
    const root = node.current;
    // a clock has neither figure nor level
    if (!root) return;
    const now = serverNow();
    const figure = figureOf(tile, view, office, now);
    const level = levelOf(tile, figure);
    if (root.dataset['level'] !== level) root.dataset['level'] = level;
    const stale = OFFICE.includes(tile.kind) && (!office || now - office.atMs > OFFICE_STALE_MS);
    if (stale !== (root.dataset['stale'] === 'true')) root.dataset['stale'] = String(stale);
    const { shape, zh, en } = LEVELS[level];
    const { text, unit } = figureWords(tile, figure);
    write(root.querySelector(':scope > h2 > .level'), shape && `${shape} ${language === 'en' ? en : zh}`);
    write(root.querySelector(':scope > .value > b'), text);
    write(root.querySelector(':scope > .value > small'), unitWords(unit));
    // few digits are written large, no figure small
    const digits = String(figure === null ? 6 : text.length);
    if (root.dataset['digits'] !== digits) {
      root.dataset['digits'] = digits;
      root.style.setProperty('--digits', digits);
    }
  });
  if (tile.kind === 'clock')
    return (
      <section className="tile" data-kind="clock" style={style}>
        <div className="value">
          <Ticking className="figures" read={clock} />
        </div>
        <p>
          <Ticking read={day} />
        </p>
      </section>
    );
  return (
    <section
      className={isPicture ? 'tile picture' : 'tile'}
      ref={node}
      data-kind={tile.kind}
      data-size={tile.size}
      data-level="none"
      style={style}
    >
      <h2>
        <span className="name">
          {kind[language]}
          {tile.queues.length > 0 && <small> {tile.queues.join('、')}</small>}
        </span>
        <span className="level" />
      </h2>
      {isPicture ? (
        <div className="body">
          <Picture tile={tile} view={view} office={office} />
        </div>
      ) : (
        <div className="value">
          <b className="figures" />
          <small />
        </div>
      )}
      <p className="stopped">{say('officeStale')}</p>
    </section>
  );
}

function write(node: Element | null, words: string): void {
  if (node && node.textContent !== words) node.textContent = words;
}

function Picture({ tile, view, office }: Shown): ReactNode {
  const mine = (view?.agents ?? []).filter((one) => serves(one, tile.queues));
  switch (tile.kind) {
    case 'agents':
      return <States agents={mine} />;
    case 'agent-names':
      return <Names agents={mine} />;
    case 'day-chart':
      return view && <Day view={view} />;
    case 'district-map':
      return office && <DistrictMap tile={tile} office={office} />;
    case 'next-due':
      return office && <NextDue office={office} />;
    case 'outages':
      return office && <Outages office={office} />;
    case 'incidents':
      return office && <Incidents office={office} />;
    default:
      return null;
  }
}

function States({ agents }: { agents: AgentView[] }) {
  const say = useWallWords();
  const stateWords = useStateWords();
  return (
    <ul className="states">
      {SHOWN_STATES.map((state) => (
        <li key={state} className={state}>
          <span>
            <i>{SHAPES[state]}</i>
            {state === 'unreachable' ? say('away') : stateWords(state)}
          </span>
          <b className="figures">{agents.filter((one) => one.state === state).length}</b>
        </li>
      ))}
    </ul>
  );
}

/** Who does what and since when; a phone that is not there comes last. */
function Names({ agents }: { agents: AgentView[] }) {
  const away = (agent: AgentView) => (agent.state === 'unreachable' || agent.state === 'offline' ? 1 : 0);
  return (
    <ul className="names">
      {[...agents]
        .sort((a, b) => away(a) - away(b))
        .map((agent) => (
          <li key={agent.agent} className={agent.state}>
            <i>{SHAPES[agent.state]}</i>
            <span>{agent.name}</span>
            <Ticking className="figures" read={(now) => duration(now - agent.sinceMs)} />
          </li>
        ))}
    </ul>
  );
}

function Day({ view }: { view: WallView }) {
  const say = useWallWords();
  return (
    <>
      <p className="legend">
        <i className="answered" /> {say('answered')} <i className="lost" /> {say('lost')}{' '}
        <i className="line" /> {say('within')}
      </p>
      <DayChart hours={view.hours} />
    </>
  );
}

function NextDue({ office }: { office: WallOffice }) {
  const say = useWallWords();
  if (office.nextDue.length === 0) return <p className="none">{say('noneNow')}</p>;
  return (
    <ul className="lines">
      {office.nextDue.map((one) => (
        <li key={one.orderNo}>
          <b className="figures">
            <Ticking read={(now) => left(one.dueAtMs - now, say)} />
          </b>
          <span>
            {one.item}
            <small>
              {one.unit} <span className="figures">{one.orderNo}</span>
            </small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function left(ms: number, say: ReturnType<typeof useWallWords>): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 0) return say('pastDue');
  if (minutes < 60) return say('minutesLeft', { minutes });
  return say('hoursLeft', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

function Outages({ office }: { office: WallOffice }) {
  const say = useWallWords();
  if (office.outages.length === 0) return <p className="none">{say('noneNow')}</p>;
  const words = { coming: 'comes', running: 'until', overrun: 'past', over: 'until' } as const;
  return (
    <ul className="lines">
      {office.outages.map((one) => {
        const state = outageState({ ...one, endedAtMs: null }, serverNow());
        const at = when(state === 'coming' ? one.beginAtMs : one.expectedAtMs, serverNow());
        return (
          <li key={one.id} data-state={state}>
            <b>{say(one.kind === 'sudden' ? 'sudden' : 'planned')}</b>
            <span>
              {one.place}
              <small>
                {say(words[state], { at })}　{one.cause}
              </small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Incidents({ office }: { office: WallOffice }) {
  const say = useWallWords();
  if (office.incidents.length === 0) return <p className="none">{say('noneNow')}</p>;
  return (
    <ul className="lines">
      {office.incidents.map((one) => (
        <li key={one.id}>
          <b>{say('suspected')}</b>
          <span>
            {one.place}
            <small className="figures">
              {say('usual', {
                ...{ minutes: Math.round(one.windowMs / 60_000), count: one.count },
                usual: one.usual.toFixed(1),
              })}
            </small>
          </span>
        </li>
      ))}
    </ul>
  );
}
