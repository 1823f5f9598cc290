/** Walls that a supervisor composes: which tiles there are, what makes one amber or red, and which wall can't stand. */
import { decimalText, writtenPercent } from '../figures.ts';
import { layOut } from './layout.ts';

export const SIZES = {
  s: { zh: '小', en: 'S', width: 2, height: 1 },
  m: { zh: '中', en: 'M', width: 4, height: 2 },
  l: { zh: '大', en: 'L', width: 4, height: 3 },
  xl: { zh: '特大', en: 'XL', width: 6, height: 4 },
} as const;
export type TileSize = keyof typeof SIZES;

/** From which level on a tile speaks. */
export const VOICES = { off: '不出声', red: '红色出声', amber: '黄色起出声' } as const;
export type Voice = keyof typeof VOICES;

interface Kind {
  zh: string;
  en: string;
  /** what its figure is counted in; '': it has no figure, hence no threshold and no voice */
  unit: '%' | '秒' | '分钟' | '人' | '通' | '件' | '处' | '';
  /** on which side of a threshold it is bad: at it or above, or below it; null: neither */
  worse: 'high' | 'low' | null;
  amber: number | null;
  red: number | null;
  /** can be narrowed to some queues */
  queued: boolean;
  /** smaller than this nobody reads it */
  least: TileSize;
}

const number = (
  zh: string,
  en: string,
  unit: Kind['unit'],
  [worse, amber, red]: [Kind['worse'], number | null, number | null] = [null, null, null],
  queued = false,
): Kind => ({ zh, en, unit, worse, amber, red, queued, least: 's' });
const picture = (zh: string, en: string, least: TileSize, queued = false): Kind => ({
  ...{ zh, en, unit: '', worse: null, amber: null, red: null, queued, least },
});
/**
 * Every kind of tile: its figure, its unit, and the thresholds that a new one begins with. 95 % and 90 % are those that
 * Article 13 and GB/T 33358 are held to; 15 s is the moment that the third ring is over.
 */
export const TILES = {
  waiting: number('正在等待', 'Waiting', '人', ['high', 1, 3], true),
  'longest-wait': number('最长等待', 'Longest wait', '秒', ['high', 5, 15], true),
  'three-ring': number('三声接听率', 'Within three rings', '%', ['low', 95, 90], true),
  'within-15s': number('15 秒接听率', 'Within 15 s', '%', ['low', 95, 90], true),
  'connect-today': number('今日接通率', 'Connected today', '%', ['low', 95, 90], true),
  'connect-24h': number('24 小时接通率', 'Connected, 24 h', '%', ['low', 95, 90]),
  'abandon-rate': number('放弃率', 'Abandoned, share', '%', ['high', 5, 10], true),
  'average-answer': number('平均接听', 'Average answer', '秒', ['high', 10, 15], true),
  offered: number('今日来电', 'Offered today', '通', ['high', null, null], true),
  answered: number('已接听', 'Answered', '通', ['low', null, null], true),
  abandoned: number('放弃', 'Abandoned', '通', ['high', null, null], true),
  lost: number('未进线 / 溢出', 'Blocked / overflowed', '通', ['high', null, null], true),
  callbacks: number('要求回电', 'Asked to be called back', '通', ['high', null, null], true),
  'ready-agents': number('空闲坐席', 'Agents ready', '人', ['low', 2, 1], true),
  agents: picture('坐席状态', 'Agents by state', 'm', true),
  'agent-names': picture('坐席名单', 'Agents by name', 'm', true),
  'day-chart': picture('近 24 小时来电', 'Last 24 hours', 'm'),
  'orders-open': number('在办工单', 'Open orders', '件', ['high', null, null]),
  'orders-overdue': number('超时工单', 'Overdue orders', '件', ['high', 1, 5]),
  'orders-near': number('将到时限', 'Due soon', '件', ['high', 3, null]),
  'orders-urgent': number('紧急工单', 'Urgent orders', '件', ['high', 1, null]),
  'next-due': number('下一个时限', 'Next due', '分钟', ['low', 60, 15]),
  'district-map': { ...number('辖区超时', 'Overdue by district', '件', ['high', 1, 3]), least: 'l' },
  outages: number('停水', 'Outages', '处', ['high', 1, null]),
  incidents: number('疑似爆管', 'Something is happening', '处', ['high', 1, 1]),
  'kept-places': number('等待回拨', 'To be called back', '人', ['high', 3, 10]),
  'served-alone': number('自助办结', 'Served without an agent', '通', ['low', null, null]),
  content: number('来电人满意率', 'Content callers', '%', ['low', 95, 90]),
  clock: picture('时钟', 'Clock', 's'),
} satisfies Record<string, Kind>;
export type TileKind = keyof typeof TILES;
export const TILE_KINDS = Object.keys(TILES) as TileKind[];

/** What the hotline knows of a kind of tile. */
export function kindOf(kind: TileKind): Kind {
  return TILES[kind];
}

/** A measure of this kind as it is shown and said, without its unit; null: it is a count, or a time that runs. */
export function measuredText(kind: TileKind, figure: number): string | null {
  if (kindOf(kind).unit === '%') return writtenPercent(figure).toFixed(1);
  return kind === 'average-answer' ? decimalText(figure) : null;
}

export interface Tile {
  kind: TileKind;
  size: TileSize;
  /** null: never amber; in the kind's unit */
  amber: number | null;
  red: number | null;
  voice: Voice;
  /** empty: all queues */
  queues: string[];
}

/** When a wall keeps silent, by the clock of the hotline: from one minute of the day to another, over midnight too. */
export interface Quiet {
  fromMinute: number;
  untilMinute: number;
}

/** A wall as its supervisor composed it, tiles in their order. */
export interface WallPlan {
  name: string;
  tiles: Tile[];
  /** null: it may speak at night, too */
  quiet: Quiet | null;
}

/** A tile as it begins: of the smallest size that can be read, with the kind's own thresholds, silent. */
export function newTile(kind: TileKind): Tile {
  const { amber, red, least } = kindOf(kind);
  return { kind, size: least, amber, red, voice: 'off', queues: [] };
}

/** What a new wall begins with: the calls, the people, the orders and what is out. */
export function firstTiles(): Tile[] {
  const sized = (kind: TileKind, size: TileSize, voice: Voice = 'off'): Tile => ({
    ...newTile(kind),
    ...{ size, voice },
  });
  return [
    sized('waiting', 'l', 'red'),
    ...[sized('three-ring', 's'), sized('connect-24h', 's'), sized('average-answer', 's')],
    sized('clock', 's'),
    ...[sized('offered', 's'), sized('answered', 's'), sized('abandoned', 's'), sized('ready-agents', 's')],
    ...[sized('orders-open', 's'), sized('orders-near', 's'), sized('orders-overdue', 's', 'red')],
    sized('orders-urgent', 's'),
    ...[sized('district-map', 'l'), sized('outages', 'l'), sized('agents', 'm')],
    ...[sized('incidents', 's', 'red'), sized('next-due', 's')],
  ];
}

export type Level = 'none' | 'calm' | 'amber' | 'red';

/** How a figure stands against the thresholds of its tile; without a figure or a threshold it is nothing at all. */
export function levelOf(tile: Tile, figure: number | null): Level {
  const { worse } = kindOf(tile.kind);
  if (figure === null || worse === null || (tile.amber === null && tile.red === null)) return 'none';
  const past = (threshold: number | null) =>
    threshold !== null && (worse === 'high' ? figure >= threshold : figure < threshold);
  if (past(tile.red)) return 'red';
  return past(tile.amber) ? 'amber' : 'calm';
}

const MOST_TILES = 40;
const MOST_THRESHOLD = 100_000;
const DAY_MINUTES = 24 * 60;

/** Why a wall can't be kept as it is, in words for who composes it; null: it can. */
export function wallFault(plan: WallPlan): string | null {
  if (plan.name.trim() === '') return '请写大屏的名称。';
  if (plan.name.length > 40) return '大屏的名称最多 40 个字。';
  if (plan.tiles.length === 0) return '大屏上还没有磁贴，请至少加一个。';
  if (plan.tiles.length > MOST_TILES) return `一块大屏最多 ${MOST_TILES} 个磁贴。`;
  for (const [at, tile] of plan.tiles.entries()) {
    const fault = tileFault(tile);
    if (fault) return `第 ${at + 1} 个磁贴“${kindOf(tile.kind).zh}”：${fault}`;
  }
  if (layOut(plan.tiles) === null) return '这些磁贴一屏放不下，请改小几个，或另建一块大屏。';
  const { quiet } = plan;
  if (!quiet) return null;
  const minutes = [quiet.fromMinute, quiet.untilMinute];
  if (minutes.some((one) => !Number.isInteger(one) || one < 0 || one >= DAY_MINUTES))
    return '静音时段请填 00:00 至 23:59。';
  return quiet.fromMinute === quiet.untilMinute ? '静音时段的开始和结束不能相同；不需要静音请关掉。' : null;
}

function tileFault(tile: Tile): string | null {
  const { unit, worse, least, queued } = kindOf(tile.kind);
  if (SIZES[tile.size].width < SIZES[least].width) return `至少要用“${SIZES[least].zh}”，再小就看不清。`;
  if (tile.queues.length > 0 && !queued) return '是全热线的数字，不能按队列分。';
  if (worse === null && (tile.amber !== null || tile.red !== null)) return '没有数字可比，不能设黄线和红线。';
  const most = unit === '%' ? 100 : MOST_THRESHOLD;
  for (const one of [tile.amber, tile.red])
    if (one !== null && (!Number.isFinite(one) || one < 0 || one > most))
      return `黄线和红线要在 0 到 ${most} 之间。`;
  if (tile.amber !== null && tile.red !== null) {
    if (worse === 'high' && tile.amber > tile.red) return '数字越大越差，黄线不能高于红线。';
    if (worse === 'low' && tile.amber < tile.red) return '数字越小越差，黄线不能低于红线。';
  }
  if (tile.voice === 'red' && tile.red === null) return '要红色出声，请先设红线。';
  if (tile.voice === 'amber' && tile.amber === null) return '要黄色起出声，请先设黄线。';
  return null;
}
