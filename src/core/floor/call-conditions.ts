/**
 * Which calls and offers each measure counts (MEASURES): one definition, held against a record in memory (wall, console,
 * Prometheus) and written as SQL over `calls` and `offers` (reports, lists, handover, exports). Only calls from outside
 * are counted, and none that became part of another: who asks sees to that.
 */
import { measureLimits, type MeasureLimits } from '../limits.ts';
import type { CallList, OfferList } from '../office/call-lists.ts';
import type { CallRecord, OfferRecord } from './record.ts';

/** What a condition may look at. */
export type CallField =
  | 'outcome'
  | 'abandonStage'
  | 'hungUpFirst'
  | 'answeredAtMs'
  | 'firstRingAtMs'
  | 'waitMs'
  | 'rings'
  | 'withinThreeRings'
  | 'transferCount';
export type OfferField = 'outcome' | 'ringMs';

/** Not known is neither below nor above nor equal: only `known` tells it. */
export type Condition<Field extends string> =
  | { all: readonly Condition<Field>[] }
  | { any: readonly Condition<Field>[] }
  | { not: Condition<Field> }
  | { known: Field }
  | { is: readonly [Field, string | number | boolean] }
  /** a limit by its name is what is set (core/limits.ts) */
  | { below: readonly [Field, number | keyof MeasureLimits] };

type CallCondition = Condition<CallField>;
const all = (...conditions: CallCondition[]): CallCondition => ({ all: conditions });
const any = (...conditions: CallCondition[]): CallCondition => ({ any: conditions });
const not = (condition: CallCondition): CallCondition => ({ not: condition });
const is = (field: CallField, value: string | number | boolean): CallCondition => ({ is: [field, value] });
const waitedBelow = (limit: keyof MeasureLimits): CallCondition => ({ below: ['waitMs', limit] });

const talked = any({ known: 'answeredAtMs' }, is('outcome', 'answered'));
/** answered by an agent; what fell into a gap is unknown, also when somebody had answered */
const answered = all(talked, not(is('outcome', 'unknown')));
const unanswered = (outcome: string): CallCondition => all(not(talked), is('outcome', outcome));
const abandoned = unanswered('abandoned');
const overflowed = unanswered('overflowed');
const inTime = waitedBelow('answerMs');
const short = waitedBelow('shortAbandonMs');

export const CALL_CONDITIONS: Record<CallList, CallCondition> = {
  offered: all(),
  answered,
  // a call that rings at this moment is not yet one of those that the three-ring rate is out of
  rang: all({ known: 'firstRingAtMs' }, not(is('outcome', 'unknown')), any(talked, { known: 'outcome' })),
  withinThreeRings: all(answered, is('withinThreeRings', true)),
  afterThreeRings: all(answered, is('withinThreeRings', false)),
  within15s: all(answered, inTime),
  abandoned,
  abandonedIvr: all(abandoned, is('abandonStage', 'ivr')),
  abandonedQueue: all(abandoned, is('abandonStage', 'queue')),
  abandonedRinging: all(abandoned, is('abandonStage', 'ringing')),
  shortAbandoned: all(abandoned, short),
  abandonedWithin: all(abandoned, inTime),
  callback: unanswered('callback'),
  overflowed,
  blocked: unanswered('blocked'),
  unknown: is('outcome', 'unknown'),
  live: all(not({ known: 'outcome' }), not({ known: 'answeredAtMs' })),
  rings1: all(answered, is('rings', 1)),
  rings2: all(answered, is('rings', 2)),
  rings3: all(answered, is('rings', 3)),
  rings4: all(answered, { known: 'rings' }, not({ below: ['rings', 4] })),
  ringsUnknown: all(answered, not({ known: 'rings' })),
  agentHungUp: all(answered, is('hungUpFirst', 'agent'), is('transferCount', 0)),
  transferred: all(answered, not(is('transferCount', 0))),
  answeredOrAbandoned: any(answered, abandoned),
  answeredOrNotShort: any(answered, all(abandoned, not(short))),
  answeredOrAbandonedLate: any(answered, all(abandoned, not(inTime))),
  settledWithin: all(any(answered, abandoned), inTime),
  answeredOrLost: any(answered, abandoned, overflowed),
};

export const OFFER_CONDITIONS: Record<OfferList, Condition<OfferField>> = {
  offers: { all: [] },
  offersAnswered: { is: ['outcome', 'answered'] },
  offersWithin: {
    all: [{ is: ['outcome', 'answered'] }, { below: ['ringMs', 'threeRingsMs'] }],
  },
  offersMissed: { is: ['outcome', 'no-answer'] },
  offersBusy: { is: ['outcome', 'busy'] },
};

/** Does a list count this call? */
export function isCounted(list: CallList, record: CallRecord): boolean {
  return holds(CALL_CONDITIONS[list], (field) =>
    field === 'transferCount' ? record.transfers.length : record[field],
  );
}

/** Does a list count this offer? */
export function isOfferCounted(list: OfferList, offer: OfferRecord): boolean {
  return holds(OFFER_CONDITIONS[list], (field) => offer[field]);
}

function holds<Field extends string>(
  condition: Condition<Field>,
  valueOf: (field: Field) => string | number | boolean | null,
): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, valueOf));
  if ('any' in condition) return condition.any.some((part) => holds(part, valueOf));
  if ('not' in condition) return !holds(condition.not, valueOf);
  if ('known' in condition) return valueOf(condition.known) !== null;
  if ('is' in condition) return valueOf(condition.is[0]) === condition.is[1];
  const [field, limit] = condition.below;
  const value = valueOf(field);
  return typeof value === 'number' && value < (typeof limit === 'number' ? limit : measureLimits()[limit]);
}
