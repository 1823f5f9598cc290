import type { ClockSet } from './decision.ts';
import { STEP_TABLE, type OrderState, type StepKind } from './order.ts';

/** What a worker taps at the place, in the order in which it comes. */
export const FIELD_STEPS = ['sign', 'set-out', 'arrive', 'stop-water', 'finish'] as const;
export type FieldStep = (typeof FIELD_STEPS)[number];

/** Where an order stands once the taps that wait for network have been told. */
export function stateAfter(state: OrderState, taps: readonly StepKind[]): OrderState {
  return taps.reduce((now, kind) => (kind === 'draft' ? now : (STEP_TABLE[kind].to ?? now)), state);
}

/** What a worker may tap now, the next milestone first: at an urgent leak the water stops before it is done. */
export function fieldSteps(line: { clockSet: ClockSet }, state: OrderState): FieldStep[] {
  return FIELD_STEPS.filter((kind) => {
    if (kind === 'finish' && line.clockSet === 'urgent-leak') return state === 'stopped';
    // who is at the place does not wait for the water of a meter to stop, but may say so
    return STEP_TABLE[kind].from.includes(state) && STEP_TABLE[kind].who.includes('worker');
  });
}
