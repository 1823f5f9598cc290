import type { Language } from './flow.ts';

/**
 * "Keep my place and call me back": the caller's place in the queue goes on without them. A call of the switch waits in
 * it (dialplan, keep-queue); the agent who takes it rings the caller. What became of it is kept by the switch before it
 * is told, so that nobody is rung twice though the service or the PBX is killed.
 */
export type PlaceState = 'waiting' | 'reached' | 'missed' | 'cancelled';
export const PLACE_STATES: Record<PlaceState, string> = {
  waiting: '等候回拨',
  reached: '已接通',
  missed: '没有接听',
  cancelled: '已取消',
};

export interface KeptPlace {
  id: number;
  number: string;
  /** the call in which it was asked for */
  callId: string;
  queue: string;
  /** in which they are called back */
  language: Language;
  /** when the caller joined the queue: their place is reckoned by this */
  joinedAtMs: number;
  askedAtMs: number;
  state: PlaceState;
  /** how often the switch was asked to wait in it */
  placings: number;
  placedAtMs: number | null;
  /** how often the caller was rung and did not answer */
  tries: number;
  lastTryAtMs: number | null;
}

/** A caller asks that their place be kept. */
export type AskedPlace = Pick<KeptPlace, 'number' | 'callId' | 'queue' | 'language' | 'joinedAtMs'> & {
  atMs: number;
};

/** A call of the switch that is to wait in a kept place. */
export type PlacedPlace = Pick<KeptPlace, 'id' | 'number' | 'language'> & {
  /** of the call of the switch, not of the caller's */
  callId: string;
  /** in the queue, from 1 */
  position: number;
};

export interface PlaceRules {
  mostTries: number;
  retryMs: number;
  /** after so long nobody tries any more: the caller is in the list of those to be called back by hand */
  giveUpMs: number;
  mostPlacings: number;
}
export const PLACE_RULES: PlaceRules = {
  mostTries: 3,
  retryMs: 5 * 60_000,
  giveUpMs: 3 * 3_600_000,
  mostPlacings: 12,
};

/** after asking the switch, so long passes before "it is not there" is believed */
const SETTLES_MS = 10_000;

export type PlaceDeed =
  { kind: 'place' } | { kind: 'give-up' } | { kind: 'ask-switch' } | { kind: 'nothing' };

/** What a waiting place needs now. `lives`: its call stands on the switch. */
export function placeDeed(place: KeptPlace, lives: boolean, nowMs: number, rules: PlaceRules): PlaceDeed {
  if (place.state !== 'waiting' || lives) return { kind: 'nothing' };
  if (
    nowMs >= place.askedAtMs + rules.giveUpMs ||
    place.tries >= rules.mostTries ||
    place.placings >= rules.mostPlacings
  )
    return { kind: 'give-up' };
  if (place.placedAtMs === null) return { kind: 'place' };
  if (place.lastTryAtMs !== null && place.lastTryAtMs >= place.placedAtMs)
    return nowMs >= place.lastTryAtMs + rules.retryMs ? { kind: 'place' } : { kind: 'nothing' };
  // it was placed, is not there, and nobody told how it ended: the switch knows whether the caller was rung
  return nowMs >= place.placedAtMs + SETTLES_MS ? { kind: 'ask-switch' } : { kind: 'nothing' };
}

/** Position in the queue: before everybody who joined later. */
export function positionOf(joinedAtMs: number, waiting: readonly { sinceMs: number }[]): number {
  return waiting.filter((one) => one.sinceMs < joinedAtMs).length + 1;
}

/** Its call on the switch: `keep-12x3`; the second leg of the same, for the manager's OtherChannelId. */
export function placeCallId(place: Pick<KeptPlace, 'id' | 'placings'>): string {
  return `keep-${place.id}x${place.placings}`;
}

/** `keep-12x3` ─▶ 12 */
export function placeIdOf(callId: string): number | null {
  const id = /^keep-(\d+)x\d+$/.exec(callId)?.[1];
  return id === undefined ? null : Number(id);
}
