/** What a wall says aloud, and when it keeps silent. */
import { zoneOffsetMs } from '../zone.ts';
import { kindOf, measuredText, type Level, type Quiet, type Tile } from './tiles.ts';

/** One alarm is said at most so often, however long it lasts. */
const AGAIN_MS = 60_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Is this the time at which the wall keeps silent? */
export function isQuiet(quiet: Quiet | null, atMs: number): boolean {
  if (!quiet) return false;
  const minute = Math.floor((atMs + zoneOffsetMs()) / MINUTE_MS) % DAY_MINUTES;
  const { fromMinute, untilMinute } = quiet;
  return fromMinute < untilMinute
    ? minute >= fromMinute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute;
}

/** Is this level one at which the tile speaks? */
export function speaksAt(tile: Pick<Tile, 'voice'>, level: Level): boolean {
  if (tile.voice === 'off') return false;
  return level === 'red' || (level === 'amber' && tile.voice === 'amber');
}

/** May an alarm that was said at this instant be said again now? */
export function mayRepeat(saidAtMs: number | undefined, nowMs: number): boolean {
  return saidAtMs === undefined || nowMs - saidAtMs >= AGAIN_MS;
}

/** The sentence that everybody in the room hears: `警报：最长等待 25 秒`. */
export function alarmSentence(tile: Tile, level: Level, figure: number): string {
  const { zh, unit } = kindOf(tile.kind);
  const queues = tile.queues.length > 0 ? `${tile.queues.join('、')} ` : '';
  const measured = measuredText(tile.kind, figure);
  const said = unit === '%' ? `百分之 ${measured}` : `${measured ?? Math.floor(figure)} ${unit}`;
  const before = tile.kind === 'next-due' ? '还有 ' : '';
  return `${level === 'red' ? '警报' : '注意'}：${queues}${zh} ${before}${said}`;
}
