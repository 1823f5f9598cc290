/**
 * What one call was, said once: the shape that `npm run replay` prints, that `call-ended` carries and that the
 * table `calls` keeps. Formulas and the words t0, tj, tr, ta, te: MEASURES (README, "The measures").
 * All instants are Unix milliseconds of the switch's own clock, with decimals (its Timestamp has microseconds).
 */
export type Direction = 'inbound' | 'outbound' | 'internal';

/** Exactly one per call. `unknown`: its end fell into a gap of the feed, or the PBX died under it. */
export type Outcome = 'answered' | 'abandoned' | 'callback' | 'overflowed' | 'blocked' | 'unknown';

/** Where the caller gave up: before the queue, in the queue while no phone rang, or while one rang. */
export type AbandonStage = 'ivr' | 'queue' | 'ringing';

export type OfferOutcome = 'answered' | 'no-answer' | 'busy' | 'unreachable' | 'cancelled';

/** One agent's phone was called for this call. */
export interface OfferRecord {
  /** the queue member's interface, `PJSIP/1001` */
  agent: string;
  /** AgentCalled */
  atMs: number;
  /** how long it rang; null where that could not be known. A busy or unreachable phone rang 0 ms. */
  ringMs: number | null;
  outcome: OfferOutcome | null;
}

export interface TransferRecord {
  kind: 'blind' | 'attended' | 'redirect';
  /** the extension or agent it went to, `1002` */
  to: string;
  atMs: number;
  /** the agent who had the caller and handed them on, `PJSIP/1001`; null: not known, not there: told before it was kept */
  from?: string | null;
}

/** One agent's part of the talk with the caller: theirs, whoever answered first. */
export interface TalkRecord {
  agent: string;
  /** null: nobody saw when it began */
  fromMs: number | null;
  /** without hold; null while it goes on, or where its end fell into a gap */
  talkMs: number | null;
  holdMs: number;
}

export type SurveyResult =
  'scored' | 'nodigit' | 'invalid' | 'hangup' | 'busy' | 'declined' | 'no-answer' | 'unreachable';

export interface SurveyRecord {
  id: string;
  result: SurveyResult;
  score: number | null;
  /** question ─▶ the key that was pressed, where the script tells them one by one */
  answers?: Record<string, string>;
}

export interface CallRecord {
  /** Linkedid of the first channel */
  callId: string;
  direction: Direction;
  /** calling number as the switch gave it, cleaned to what a number may hold; null: withheld */
  ani: string | null;
  /** called number */
  dnis: string | null;
  /** the last queue joined */
  queue: string | null;
  /** null only while the call lives */
  outcome: Outcome | null;
  abandonStage: AbandonStage | null;
  /** t0 */
  arrivedAtMs: number;
  /** tj, of the first queue joined */
  queuedAtMs: number | null;
  /** tr, over all offers that rang */
  firstRingAtMs: number | null;
  /** ta */
  answeredAtMs: number | null;
  /** te */
  endedAtMs: number | null;
  /** ta − tj; of an abandoned call: te − tj */
  waitMs: number | null;
  /** ta − tr; of a call abandoned while it rang: te − tr */
  ringMs: number | null;
  /** ⌊ringMs / 5000⌋ + 1 */
  rings: number | null;
  /** ringMs < 15000 of an answered call; false for one that nobody answered; null where it cannot be known, or of our own calls */
  withinThreeRings: boolean | null;
  /** te − ta − holdMs */
  talkMs: number | null;
  holdMs: number | null;
  hungUpFirst: 'caller' | 'agent' | 'pbx' | null;
  /** `PJSIP/1001` */
  answeredBy: string | null;
  offers: OfferRecord[];
  transfers: TransferRecord[];
  /** who talked with the caller, one after the other; not there: told before it was kept */
  talks?: TalkRecord[];
  survey: SurveyRecord | null;
  /** names of what did not fit the model, each once, sorted */
  anomalies: string[];
}
