/** The figure of each tile, out of what a wall is told; and what of it a television may be told. */
import { percentOf } from '../figures.ts';
import { addSums, measuresOf, noSums, type DayMeasures, type Sums } from '../floor/measures.ts';
import type { AgentView, QueueView } from '../floor/view.ts';
import { outageState, type OutageKind } from '../outages/outage.ts';
import { kindOf, type Tile, type TileKind } from './tiles.ts';

/** Today's calls of one queue, as sums, so that queues can be added. */
export interface QueueToday {
  queue: string;
  sums: Sums;
}

/** What a wall knows of the calls and the agents. */
export interface WallFloor {
  queues: QueueView[];
  queuesToday: QueueToday[];
  agents: AgentView[];
  waiting: number;
  longestSinceMs: number | null;
  today: DayMeasures;
  rolling24h: DayMeasures;
}

export interface DistrictOrders {
  district: string;
  open: number;
  near: number;
  overdue: number;
}
/** An outage on a wall: what the public notice says of it. */
export interface WallOutage {
  id: number;
  kind: OutageKind;
  place: string;
  cause: string;
  beginAtMs: number;
  expectedAtMs: number;
}
/** A suspected burst on a wall: where, and how many called against how many are usual; never who. */
export interface WallIncident {
  id: number;
  place: string;
  count: number;
  usual: number;
  windowMs: number;
}
/** The next clock that runs out: the order, never its customer. */
export interface WallDue {
  orderNo: string;
  item: string;
  unit: string;
  dueAtMs: number;
}

/** Who left the queue to be called back and waits now; and today's self-service and ratings. */
export interface WallIvr {
  placesWaiting: number;
  servedAlone: number;
  ratingsGiven: number;
  content: number;
}

/** What a wall knows of orders, outages and suspicions, and of callers whom no agent has now. */
export interface WallOffice {
  atMs: number;
  open: number;
  near: number;
  overdue: number;
  urgent: number;
  districts: DistrictOrders[];
  nextDue: WallDue[];
  /** announced and not over */
  outages: WallOutage[];
  /** nobody has decided on them */
  incidents: WallIncident[];
  ivr: WallIvr;
}

/** Does this agent serve one of the queues? No queue named: all do. */
export function serves(agent: Pick<AgentView, 'queues'>, queues: readonly string[]): boolean {
  return queues.length === 0 || agent.queues.some((one) => queues.includes(one));
}

/** Today's measures of a tile's queues; no queue named: of the whole hotline. */
export function todayOf(floor: WallFloor, queues: readonly string[]): DayMeasures {
  if (queues.length === 0) return floor.today;
  const sums = noSums();
  for (const one of floor.queuesToday) if (queues.includes(one.queue)) addSums(sums, one.sums);
  return measuresOf(sums);
}

/** The figure of a tile in its unit, at this instant; null: there is nothing to count, or it is a picture. */
export function figureOf(
  tile: Pick<Tile, 'kind' | 'queues'>,
  floor: WallFloor | null,
  office: WallOffice | null,
  nowMs: number,
): number | null {
  return (
    (floor && floorFigure(tile.kind, tile.queues, floor, nowMs)) ??
    (office && officeFigure(tile.kind, office, nowMs))
  );
}

function floorFigure(
  kind: TileKind,
  queues: readonly string[],
  floor: WallFloor,
  nowMs: number,
): number | null {
  const today = todayOf(floor, queues);
  const mine = floor.queues.filter((one) => queues.length === 0 || queues.includes(one.queue));
  const percent = (share: number | null) => (share === null ? null : percentOf(share));
  switch (kind) {
    case 'waiting':
      return mine.reduce((sum, one) => sum + one.waiting, 0);
    case 'longest-wait': {
      const since = mine.flatMap((one) => one.longestSinceMs ?? []);
      return since.length === 0 ? null : Math.max(0, nowMs - Math.min(...since)) / 1000;
    }
    case 'three-ring':
      return percent(today.threeRingRatio);
    case 'within-15s':
      return percent(today.within15sRatio);
    case 'connect-today':
      return percent(today.connectRatio);
    case 'connect-24h':
      return percent(floor.rolling24h.connectRatio);
    case 'abandon-rate':
      return percent(today.abandonRatio);
    case 'average-answer':
      return today.averageSpeedOfAnswerMs === null ? null : today.averageSpeedOfAnswerMs / 1000;
    case 'offered':
    case 'answered':
    case 'abandoned':
    case 'callbacks':
      return today[kind];
    case 'lost':
      return today.blocked + today.overflowed;
    case 'ready-agents':
      return floor.agents.filter((one) => one.state === 'ready' && serves(one, queues)).length;
    default:
      return null;
  }
}

function officeFigure(kind: TileKind, office: WallOffice, nowMs: number): number | null {
  switch (kind) {
    case 'orders-open':
      return office.open;
    case 'orders-overdue':
      return office.overdue;
    case 'orders-near':
      return office.near;
    case 'orders-urgent':
      return office.urgent;
    case 'next-due': {
      const next = office.nextDue.find((one) => one.dueAtMs > nowMs);
      return next ? (next.dueAtMs - nowMs) / 60_000 : null;
    }
    case 'district-map':
      return Math.max(0, ...office.districts.map((one) => one.overdue));
    case 'outages':
      return office.outages.filter((one) => outageState({ ...one, endedAtMs: null }, nowMs) !== 'coming')
        .length;
    case 'incidents':
      return office.incidents.length;
    case 'kept-places':
      return office.ivr.placesWaiting;
    case 'served-alone':
      return office.ivr.servedAlone;
    case 'content':
      return office.ivr.ratingsGiven === 0 ? null : percentOf(office.ivr.content / office.ivr.ratingsGiven);
    default:
      return null;
  }
}

const AGENT_TILES: readonly TileKind[] = ['agents', 'agent-names', 'ready-agents'];
const QUEUE_TILES: readonly TileKind[] = ['waiting', 'longest-wait'];
const OFFICE_TILES: readonly TileKind[] = ['orders-open', 'orders-overdue', 'orders-near', 'orders-urgent'];

/** What the tiles of one wall show of the floor, and nothing else; agents have names only where a tile lists them. */
export function floorFor<T extends WallFloor & { hours: unknown[] }>(tiles: readonly Tile[], floor: T): T {
  const has = (...kinds: TileKind[]) => tiles.some((tile) => kinds.includes(tile.kind));
  const named = new Set(tiles.flatMap((tile) => tile.queues));
  const calls = tiles.some(
    ({ kind }) => kindOf(kind).queued && !AGENT_TILES.includes(kind) && !QUEUE_TILES.includes(kind),
  );
  const nothing = measuresOf(noSums());
  const waits = has(...QUEUE_TILES);
  return {
    ...floor,
    queues: waits ? floor.queues : [],
    waiting: waits ? floor.waiting : 0,
    longestSinceMs: waits ? floor.longestSinceMs : null,
    queuesToday: calls ? floor.queuesToday.filter((one) => named.has(one.queue)) : [],
    today: calls ? floor.today : nothing,
    rolling24h: has('connect-24h') ? floor.rolling24h : nothing,
    hours: has('day-chart') ? floor.hours : [],
    agents: has(...AGENT_TILES)
      ? floor.agents.map((agent, at) => ({
          ...agent,
          ...{ agent: String(at), callId: null, reason: null },
          name: has('agent-names') ? agent.name : '',
        }))
      : [],
  };
}

/** What the tiles of one wall show of orders, outages and suspicions, and nothing else. */
export function officeFor(tiles: readonly Pick<Tile, 'kind'>[], office: WallOffice): WallOffice {
  const has = (...kinds: TileKind[]) => tiles.some((tile) => kinds.includes(tile.kind));
  const { atMs, open, near, overdue, urgent } = office;
  const counts = has(...OFFICE_TILES) ? { open, near, overdue, urgent } : NO_ORDERS;
  return {
    atMs,
    ...counts,
    districts: has('district-map') ? office.districts : [],
    nextDue: has('next-due') ? office.nextDue : [],
    outages: has('outages') ? office.outages : [],
    incidents: has('incidents') ? office.incidents : [],
    ivr: has('kept-places', 'served-alone', 'content') ? office.ivr : NO_IVR,
  };
}

export const NO_IVR: WallIvr = { placesWaiting: 0, servedAlone: 0, ratingsGiven: 0, content: 0 };
const NO_ORDERS = { open: 0, near: 0, overdue: 0, urgent: 0 };
