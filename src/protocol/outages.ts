import type { Outage } from '../core/outages/outage.ts';

export interface OutageStep {
  ordinal: number;
  kind: 'make' | 'change' | 'publish' | 'end';
  atMs: number;
  person: string;
}
export interface OutagesToClient {
  /** every outage that is not over: the desk's banner and its look at who calls */
  outages: (open: Outage[]) => void;
}

/** Somebody in the area who pressed a key to hear when water is back. */
export interface OutageAsker {
  number: string;
  name: string | null;
  askedAtMs: number;
  toldAtMs: number | null;
  toldBy: string | null;
}
