/** The conditions of core/floor/call-conditions.ts as SQL. Each is true or false, never null: NOT means what it says. */
import type { MeasureLimits } from '../core/limits.ts';
import type { CallField, Condition, OfferField } from '../core/floor/call-conditions.ts';

/** Columns of `calls`. */
export const CALL_COLUMNS: Record<CallField, string> = {
  outcome: 'outcome',
  abandonStage: 'abandon_stage',
  hungUpFirst: 'hung_up_first',
  answeredAtMs: 'answered_at',
  firstRingAtMs: 'first_ring_at',
  waitMs: 'wait_ms',
  rings: 'rings',
  withinThreeRings: 'within_three_rings',
  transferCount: 'transfer_count',
};
/** Columns of `offers`, as `o`. */
export const OFFER_COLUMNS: Record<OfferField, string> = { outcome: 'o.outcome', ringMs: 'o.ring_ms' };

export function conditionSql<Field extends string>(
  condition: Condition<Field>,
  columns: Record<Field, string>,
): string {
  const parts = (some: readonly Condition<Field>[], word: 'and' | 'or', none: string) =>
    some.length === 0 ? none : `(${some.map((part) => conditionSql(part, columns)).join(` ${word} `)})`;
  if ('all' in condition) return parts(condition.all, 'and', 'true');
  if ('any' in condition) return parts(condition.any, 'or', 'false');
  if ('not' in condition) return `not ${conditionSql(condition.not, columns)}`;
  if ('known' in condition) return `(${columns[condition.known]} is not null)`;
  if ('is' in condition)
    return `(${columns[condition.is[0]]} is not distinct from ${literal(condition.is[1])})`;
  const [field, limit] = condition.below;
  return `coalesce(${columns[field]} < ${typeof limit === 'number' ? literal(limit) : limitSql(limit)}, false)`;
}

/** What every connection of ours carries (pool.ts), asked for once a statement. */
export const LIMIT_SETTINGS: Record<keyof MeasureLimits, string> = {
  ringCadenceMs: 'hotline.ring_cadence_ms',
  threeRingsMs: 'hotline.three_rings_ms',
  answerMs: 'hotline.answer_ms',
  shortAbandonMs: 'hotline.short_abandon_ms',
};
function limitSql(limit: keyof MeasureLimits): string {
  return `(select current_setting('${LIMIT_SETTINGS[limit]}')::int)`;
}

/** Words and numbers of our own: nothing from outside ever stands in a condition. */
function literal(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (!/^[a-z-]+$/.test(value)) throw new Error(`not a word of a condition: ${value}`);
  return `'${value}'`;
}
