import { ratio } from '../figures.ts';
import type { CallList } from '../office/call-lists.ts';
import { isCounted } from './call-conditions.ts';
import type { CallRecord } from './record.ts';

/**
 * Counts and ratios of calls in an interval (MEASURES, version 1). A ratio with nothing below the line is null and is
 * shown as "—", never as 0 % or 100 %.
 */
export interface DayMeasures {
  offered: number;
  answered: number;
  abandoned: number;
  callbacks: number;
  overflowed: number;
  blocked: number;
  unknown: number;
  /** calls that rang at least once */
  rang: number;
  withinThreeRings: number;
  /** Article 13: answered within three rings (THREE_RINGS_MS) ÷ calls that rang */
  threeRingRatio: number | null;
  /** the kinder form ÷ answered */
  threeRingOfAnsweredRatio: number | null;
  /** answered with waitMs < 15000 ÷ offered */
  within15sRatio: number | null;
  /** answered ÷ offered */
  connectRatio: number | null;
  abandonRatio: number | null;
  /** mean waitMs of answered calls (ASA) */
  averageSpeedOfAnswerMs: number | null;
}

/** What the measures are reckoned from: sums, so that intervals can be added. */
export interface Sums {
  offered: number;
  answered: number;
  abandoned: number;
  callbacks: number;
  overflowed: number;
  blocked: number;
  unknown: number;
  rang: number;
  withinThreeRings: number;
  within15s: number;
  waitMs: number;
  waited: number;
}

const NAMES: (keyof Sums)[] = [
  'offered',
  'answered',
  'abandoned',
  'callbacks',
  'overflowed',
  'blocked',
  'unknown',
  'rang',
  'withinThreeRings',
  'within15s',
  'waitMs',
  'waited',
];
/** what is counted by the list of calls of that name */
const COUNTED: [Exclude<keyof Sums, 'waitMs' | 'waited'>, CallList][] = [
  ['offered', 'offered'],
  ['answered', 'answered'],
  ['abandoned', 'abandoned'],
  ['callbacks', 'callback'],
  ['overflowed', 'overflowed'],
  ['blocked', 'blocked'],
  ['unknown', 'unknown'],
  ['rang', 'rang'],
  ['withinThreeRings', 'withinThreeRings'],
  ['within15s', 'within15s'],
];

export function noSums(): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, 0])) as unknown as Sums;
}

/** What one call adds. Only calls that reached us from outside count as offered. */
export function sumsOf(record: CallRecord): Sums {
  const sums = noSums();
  if (record.direction !== 'inbound') return sums;
  for (const [name, list] of COUNTED) if (isCounted(list, record)) sums[name] = 1;
  if (sums.answered === 1 && record.waitMs !== null) {
    sums.waitMs = record.waitMs;
    sums.waited = 1;
  }
  return sums;
}

export function addSums(into: Sums, one: Sums, sign: 1 | -1 = 1): void {
  for (const name of NAMES) into[name] += sign * one[name];
}

export function measuresOf(sums: Sums): DayMeasures {
  const { within15s, waitMs, waited, ...counts } = sums;
  return {
    ...counts,
    threeRingRatio: ratio(sums.withinThreeRings, sums.rang),
    threeRingOfAnsweredRatio: ratio(sums.withinThreeRings, sums.answered),
    within15sRatio: ratio(within15s, sums.offered),
    connectRatio: ratio(sums.answered, sums.offered),
    abandonRatio: ratio(sums.abandoned, sums.offered),
    averageSpeedOfAnswerMs: ratio(waitMs, waited),
  };
}

export function countCalls(records: Iterable<CallRecord>): DayMeasures {
  const sums = noSums();
  for (const record of records) addSums(sums, sumsOf(record));
  return measuresOf(sums);
}

/** The six forms of the service level (MEASURES, "The rest"). */
export type ServiceLevelForm = 1 | 2 | 3 | 4 | 5 | 6;

export interface ServiceLevelCounts {
  answered: number;
  answeredWithin: number;
  abandoned: number;
  abandonedWithin: number;
  shortAbandoned: number;
  overflowed: number;
}

/** answered within T ÷ … by the chosen form; null where nothing stands below the line */
export function serviceLevel(form: ServiceLevelForm, counts: ServiceLevelCounts): number | null {
  const { answered, answeredWithin, abandoned, abandonedWithin, shortAbandoned, overflowed } = counts;
  switch (form) {
    case 1:
      return ratio(answeredWithin, answered);
    case 2:
      return ratio(answeredWithin, answered + abandoned);
    case 3:
      return ratio(answeredWithin, answered + abandoned - shortAbandoned);
    case 4:
      return ratio(answeredWithin, answered + abandoned - abandonedWithin);
    case 5:
      return ratio(answeredWithin + abandonedWithin, answered + abandoned);
    case 6:
      return ratio(answeredWithin, answered + abandoned + overflowed);
  }
}
