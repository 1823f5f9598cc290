/** Composed walls and the televisions that show them. */
import type { WallOffice } from '../core/walls/figures.ts';
import type { WallPlan } from '../core/walls/tiles.ts';
import type { WallView } from '../protocol.ts';

export interface KeptWall extends WallPlan {
  id: number;
  /** goes up with each change; a change of an older one is refused */
  version: number;
}

/** A television's link as its supervisor sees it; the link itself is shown once, when it is made. */
export interface Television {
  id: number;
  /** where it stands */
  name: string;
  madeAtMs: number;
  madeBy: string;
  withdrawnAtMs: number | null;
  /** null: never */
  seenAtMs: number | null;
  /** screens that show it now */
  open: number;
}

export interface WallsToClient {
  /** orders, outages and suspicions, to who watches a composed wall */
  office: (office: WallOffice) => void;
  /** a wall was composed anew, or is gone */
  wallMoved: (id: number) => void;
}
export interface WallsToServer {
  /** a composed wall stands on the screen: answers what is told as `office` from now on */
  watchOffice: (answer: (office: WallOffice) => void) => void;
}

/** The line of televisions, apart from that of people. */
export const TELEVISION_PATH = '/tv-line/';
/** Why a television may not come in: its link was withdrawn, or never was one. Everything else is worth another try. */
export const WITHDRAWN = 'withdrawn';

export interface TelevisionToClient {
  hello: (hello: { serverNowMs: number; version: string }) => void;
  /** the composed wall, at the connection and whenever it was composed anew */
  plan: (plan: KeptWall) => void;
  /** what its tiles show of the calls, of orders and outages; nothing else */
  wall: (view: WallView) => void;
  office: (office: WallOffice) => void;
}
export interface TelevisionToServer {
  /** clock offset: answers the server's now */
  clock: (answer: (serverNowMs: number) => void) => void;
}
