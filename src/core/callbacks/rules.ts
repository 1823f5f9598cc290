import type { AttemptResult } from './outcome.ts';
import { BANDS, type Band, type Holidays } from './hours.ts';

/** What follows a call's result; every rule is data, and a setting. */
export type Then =
  /** the machine calls again after so long; `otherBand`: at another time of the day than the tries before */
  | { then: 'again'; afterMs: number; otherBand: boolean }
  /** onto the list for agents: the machine never calls this one again */
  | { then: 'people' }
  | { then: 'done' }
  /** the next of the draw is called instead */
  | { then: 'replace' };

export interface DialRules {
  bands: readonly Band[];
  holidays: Holidays;
  /** calls at the same time, at most */
  atOnce: number;
  /** so many agents stay free for those who call us */
  agentsKept: number;
  /** one number, in any seven days */
  perNumberAndWeek: number;
  /** not reached so often, in `triesBands` different bands of the day: replaced */
  tries: number;
  triesBands: number;
  after: Readonly<Record<AttemptResult, Then>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Whoever picked up is never called by the machine again: what is missing an agent asks. `lost` counts as picked up, for
 * nobody knows better.
 */
export const RULES: DialRules = {
  bands: BANDS,
  holidays: {},
  atOnce: 5,
  agentsKept: 0,
  perNumberAndWeek: 3,
  tries: 3,
  triesBands: 2,
  after: {
    busy: { then: 'again', afterMs: 10 * MINUTE_MS, otherBand: false },
    'no-answer': { then: 'again', afterMs: 2 * HOUR_MS, otherBand: true },
    unreachable: { then: 'again', afterMs: 2 * HOUR_MS, otherBand: true },
    'not-placed': { then: 'again', afterMs: MINUTE_MS, otherBand: false },
    declined: { then: 'people' },
    'hung-up': { then: 'people' },
    partly: { then: 'people' },
    nodigit: { then: 'people' },
    invalid: { then: 'people' },
    'asks-person': { then: 'people' },
    lost: { then: 'people' },
    complete: { then: 'done' },
    'do-not-call': { then: 'replace' },
  },
};

/** Results after which nobody was reached and a try counts. */
export const NOT_REACHED: ReadonlySet<AttemptResult> = new Set(['busy', 'no-answer', 'unreachable']);
