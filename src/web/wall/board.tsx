import { useRef } from 'react';
import { isQuiet } from '../../core/walls/alarms.ts';
import type { WallOffice } from '../../core/walls/figures.ts';
import { layOut } from '../../core/walls/layout.ts';
import type { WallPlan } from '../../core/walls/tiles.ts';
import type { WallView } from '../../protocol.ts';
import { serverNow, Ticking } from '../clock.tsx';
import { clock, day } from '../view.ts';
import { concerns, useAlarmWords } from '../words.ts';
import { useAge, type Heard } from './freshness.ts';
import { WallTile } from './tiles.tsx';
import { useWallVoice } from './voice.ts';
import { useWallWords } from './words.ts';
import './board.css';

/** A composed wall: it fills what holds it, whatever its size, and looks the same at each. */
export function Board({
  plan,
  view,
  office,
  heard,
  preview = false,
}: {
  plan: WallPlan;
  view: WallView | null;
  office: WallOffice | null;
  heard: Heard;
  /** stands in another page: silent, without buttons */
  preview?: boolean;
}) {
  const say = useWallWords();
  const alarmWords = useAlarmWords();
  const page = useRef<HTMLDivElement>(null);
  useAge(page, heard);
  const laid = layOut(plan.tiles);
  return (
    <div className="board" ref={page} data-fresh="late">
      <div className="inside">
        <header>
          <strong {...(!preview && { role: 'heading', 'aria-level': 1 })}>{plan.name}</strong>
          <span className="alarms">
            {view?.alarms
              .filter((alarm) => concerns(alarm.code, null))
              .map((alarm) => (
                <b key={alarm.code}>! {alarmWords(alarm.code).split(/[：:]/)[0]}</b>
              ))}
          </span>
          {!preview && <Controls plan={plan} view={view} office={office} heard={heard} />}
          <span className="age figures" />
          <Ticking className="figures now" read={(now) => `${day(now)}　${clock(now)}`} />
        </header>
        {!laid && <p className="waiting-data">{say('tooMany')}</p>}
        {laid && !view && <p className="waiting-data">{say('loading')}</p>}
        {laid && view && (
          <div className="laid" style={{ gridTemplateRows: `repeat(${laid.rows}, minmax(0, 1fr))` }}>
            {plan.tiles.map((tile, at) => {
              const { row, column, width, height } = laid.places[at]!;
              const gridArea = `${row + 1} / ${column + 1} / span ${height} / span ${width}`;
              return <WallTile key={at} tile={tile} view={view} office={office} style={{ gridArea }} />;
            })}
          </div>
        )}
      </div>
    </div>
  );
}

function Controls(props: { plan: WallPlan; view: WallView | null; office: WallOffice | null; heard: Heard }) {
  const say = useWallWords();
  const voice = useWallVoice(props.plan, props.view, props.office, props.heard);
  const quiet = isQuiet(props.plan.quiet, serverNow());
  return (
    <>
      {voice.said && <span className="said">{say('said', { words: voice.said })}</span>}
      {voice.wanted && (
        <button
          type="button"
          className={voice.on ? 'sound on' : 'sound'}
          aria-pressed={voice.on}
          onClick={() => voice.turn(!voice.on)}
        >
          {voice.on ? `♪ ${quiet ? say('quietNow') : say('soundIsOn')}` : `▶ ${say('soundOn')}`}
        </button>
      )}
      <button
        type="button"
        className="full"
        onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}
      >
        {say('fullScreen')}
      </button>
    </>
  );
}
