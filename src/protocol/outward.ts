/** What the server tells a browser of what goes out, and of what is asked to be told on the screen. */

import type { Channel, DeliveryState } from '../core/outward/delivery.ts';

/** A notice for who sits at the screen: asked for by the rules of who is told what. */
export interface ScreenNotice {
  /** the delivery's id: shown once, however often it is told */
  id: number;
  event: string;
  title: string;
  text: string;
  link: string | null;
  sound: boolean;
  atMs: number;
}

/** How far an export is. */
export interface ExportProgress {
  id: string;
  state: 'waiting' | 'running' | 'ready' | 'failed' | 'expired';
  rows: number;
  /** how many there will be; null: not counted yet */
  total: number | null;
  bytes: number | null;
  why: string | null;
}

export interface OutwardToClient {
  told: (notice: ScreenNotice) => void;
  exportMoved: (progress: ExportProgress) => void;
}

/** Something that happened and could not be turned into messages. */
export interface StuckMessage {
  id: number;
  event: string;
  /** an order's number, a call's id */
  ref: string;
  atMs: number;
  /** why it could not be told the last time */
  fault: string;
  attempts: number;
  /** when it is tried again by itself; null: never, a person must see to it */
  nextAtMs: number | null;
}

/** Something that went or goes out of the house, and what became of it. */
export interface DeliveryRow {
  id: number;
  channel: Channel;
  kind: string;
  about: string | null;
  recipient: string;
  state: DeliveryState;
  attempts: number;
  mostAttempts: number;
  createdAtMs: number;
  nextAtMs: number;
  lastAtMs: number | null;
  deliveredAtMs: number | null;
  status: number | null;
  answer: string | null;
  proof: string | null;
  resentBy: string | null;
}
