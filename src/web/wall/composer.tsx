import { Button, Input, InputNumber, Select, Switch, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { useRef, useState, type KeyboardEvent } from 'react';
import {
  kindOf,
  newTile,
  SIZES,
  TILE_KINDS,
  VOICES,
  type Quiet,
  type Tile,
  type TileKind,
  type TileSize,
  type Voice,
  type WallPlan,
} from '../../core/walls/tiles.ts';
import { useLanguage } from '../shell/words.ts';
import { useUnitWords, useVoiceWords, useWallWords } from './words.ts';

const SIZE_KEYS = Object.keys(SIZES) as TileSize[];

/** The tiles of a wall in their order, each with its size, thresholds, voice and queues; all of it by keys, too. */
export function Composer({
  plan,
  queues,
  change,
}: {
  plan: WallPlan;
  queues: string[];
  change: (plan: WallPlan) => void;
}) {
  const say = useWallWords();
  const [language] = useLanguage();
  const rows = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const { tiles, quiet } = plan;
  const put = (next: Tile[], focus?: number) => {
    change({ ...plan, tiles: next });
    if (focus !== undefined)
      requestAnimationFrame(() => (rows.current?.children[focus] as HTMLElement | undefined)?.focus());
  };
  const alter = (at: number, some: Partial<Tile>) =>
    put(tiles.map((tile, index) => (index === at ? { ...tile, ...some } : tile)));
  const move = (from: number, to: number) => {
    if (to < 0 || to >= tiles.length || from === to) return;
    const next = tiles.filter((_, index) => index !== from);
    next.splice(to, 0, tiles[from]!);
    put(next, to);
  };
  const remove = (at: number) =>
    put(
      tiles.filter((_, index) => index !== at),
      Math.min(at, tiles.length - 2),
    );
  const byKey = (event: KeyboardEvent<HTMLElement>, at: number) => {
    // a key in one of the row's fields is that field's
    if (event.target !== event.currentTarget) return;
    const size = SIZE_KEYS[Number(event.key) - 1];
    if (event.key === 'ArrowUp') move(at, at - 1);
    else if (event.key === 'ArrowDown') move(at, at + 1);
    else if (event.key === 'Delete') remove(at);
    else if (size) alter(at, { size });
    else return;
    event.preventDefault();
  };
  return (
    <div className="composer">
      <div className="plan">
        <label>
          {say('name')}{' '}
          <Input
            className="wall-name"
            maxLength={40}
            value={plan.name}
            onChange={(event) => change({ ...plan, name: event.target.value })}
          />
        </label>
        <QuietHours quiet={quiet} change={(next) => change({ ...plan, quiet: next })} />
        <Select<TileKind | null>
          className="add-tile"
          aria-label={say('addTile')}
          placeholder={`+ ${say('addTile')}`}
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          onChange={(kind) => kind && put([...tiles, newTile(kind)], tiles.length)}
          options={TILE_KINDS.map((kind) => ({ value: kind, label: kindOf(kind)[language] }))}
        />
      </div>
      <p className="keys">{say('keys')}</p>
      <ol className="tiles" ref={rows}>
        {tiles.map((tile, at) => (
          <li
            key={at}
            tabIndex={0}
            data-tile={tile.kind}
            draggable
            onKeyDown={(event) => byKey(event, at)}
            onDragStart={() => setDragged(at)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => dragged !== null && move(dragged, at)}
          >
            <TileRow
              tile={tile}
              queues={queues}
              alter={(some) => alter(at, some)}
              up={() => move(at, at - 1)}
              down={() => move(at, at + 1)}
              remove={() => remove(at)}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

function TileRow({
  tile,
  queues,
  alter,
  up,
  down,
  remove,
}: {
  tile: Tile;
  queues: string[];
  alter: (some: Partial<Tile>) => void;
  up: () => void;
  down: () => void;
  remove: () => void;
}) {
  const say = useWallWords();
  const [language] = useLanguage();
  const unitWords = useUnitWords();
  const voiceWords = useVoiceWords();
  const kind = kindOf(tile.kind);
  const name = kind[language];
  const threshold = (which: 'amber' | 'red') => (
    <InputNumber
      className={which}
      size="small"
      min={0}
      prefix={which === 'amber' ? '▲' : '✖'}
      aria-label={`${name} ${say(which)}`}
      placeholder={say(which)}
      value={tile[which]}
      onChange={(value) => alter({ [which]: value })}
      suffix={unitWords(kind.unit)}
    />
  );
  return (
    <>
      <b>{name}</b>
      <Select<TileSize>
        size="small"
        aria-label={`${name} ${say('size')}`}
        value={tile.size}
        onChange={(size) => alter({ size })}
        options={SIZE_KEYS.filter((size) => SIZES[size].width >= SIZES[kind.least].width).map((size) => ({
          value: size,
          label: SIZES[size][language],
        }))}
      />
      {kind.worse === null ? (
        <span className="no-threshold" />
      ) : (
        <>
          {threshold('amber')}
          {threshold('red')}
          <Select<Voice>
            size="small"
            aria-label={`${name} ${say('voice')}`}
            value={tile.voice}
            onChange={(voice) => alter({ voice })}
            options={(Object.keys(VOICES) as Voice[]).map((voice) => ({
              value: voice,
              label: voiceWords(voice),
            }))}
          />
        </>
      )}
      {kind.queued && queues.length > 1 ? (
        <Select<string[]>
          size="small"
          mode="multiple"
          maxTagCount="responsive"
          aria-label={`${name} ${say('queues')}`}
          placeholder={say('allQueues')}
          value={tile.queues}
          onChange={(chosen) => alter({ queues: chosen })}
          options={queues.map((queue) => ({ value: queue, label: queue }))}
        />
      ) : (
        <span />
      )}
      <span className="deeds">
        <Button size="small" aria-label={`${name} ${say('up')}`} onClick={up}>
          ↑
        </Button>
        <Button size="small" aria-label={`${name} ${say('down')}`} onClick={down}>
          ↓
        </Button>
        <Button size="small" aria-label={`${name} ${say('remove')}`} onClick={remove}>
          ✕
        </Button>
      </span>
    </>
  );
}

function QuietHours({ quiet, change }: { quiet: Quiet | null; change: (quiet: Quiet | null) => void }) {
  const say = useWallWords();
  const picker = (which: keyof Quiet, { fromMinute, untilMinute }: Quiet) => (
    <TimePicker
      format="HH:mm"
      allowClear={false}
      needConfirm={false}
      aria-label={`${say('quiet')} ${say(which === 'fromMinute' ? 'from' : 'to')}`}
      value={timeOf(which === 'fromMinute' ? fromMinute : untilMinute)}
      onChange={(time) =>
        time && change({ fromMinute, untilMinute, [which]: time.hour() * 60 + time.minute() })
      }
    />
  );
  return (
    <span className="quiet-hours">
      {say('quiet')}{' '}
      <Switch
        aria-label={say('quiet')}
        checked={quiet !== null}
        onChange={(on) => change(on ? { fromMinute: 22 * 60, untilMinute: 7 * 60 } : null)}
      />
      {quiet && (
        <>
          {' '}
          {picker('fromMinute', quiet)} – {picker('untilMinute', quiet)}
        </>
      )}
    </span>
  );
}

function timeOf(minute: number): dayjs.Dayjs {
  return dayjs(new Date(2000, 0, 1, Math.floor(minute / 60), minute % 60));
}
