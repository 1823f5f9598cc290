/** What callers did in the IVR in a span of time: one value for the page and the telephone report. */
import type { IvrList } from '../office/call-lists.ts';

export interface IvrSums extends Record<IvrList, number> {
  /** median from the call's arrival to the queue: what the IVR adds before the first ring */
  addedMs: number | null;
}

/** What the caller pressed when asked how it was (dialplan, ivr-rating). */
export const RATING_KEYS = { '1': '满意', '2': '一般', '3': '不满意' } as const;
export type RatingKey = keyof typeof RATING_KEYS;

/** How often one key was pressed, of calls with one agent about one category of Annex 1. */
export interface Rating {
  /** `PJSIP/1001`; '' : nobody saw who */
  agent: string;
  /** the agent's name, where they have one */
  name: string | null;
  /** '': no record says what it was about */
  category: string;
  key: RatingKey;
  count: number;
}

/** How many pressed one of the keys, of some ratings. */
export function pressed(ratings: readonly Rating[], key?: RatingKey): number {
  return ratings.reduce((sum, one) => sum + (key === undefined || one.key === key ? one.count : 0), 0);
}
