/** The times of the shifts, from which day on (core/shifts/shift.ts says what they mean). */
import type pg from 'pg';
import { USUAL_PLANS, type ShiftPlan } from '../core/shifts/shift.ts';
import { keepSettings, keptSettings } from './settings.ts';

const SETTING = 'shifts';

export async function shiftPlans(client: pg.Pool | pg.PoolClient): Promise<readonly ShiftPlan[]> {
  const { plans } = (await keptSettings(client, SETTING)) as { plans?: ShiftPlan[] };
  return [...USUAL_PLANS, ...(plans ?? [])];
}

/** A plan of the same day is replaced; one without kinds is taken away. */
export async function keepShiftPlan(client: pg.PoolClient, plan: ShiftPlan, by: string): Promise<void> {
  const { plans = [] } = (await keptSettings(client, SETTING)) as { plans?: ShiftPlan[] };
  const others = plans.filter((one) => one.fromDate !== plan.fromDate);
  await keepSettings(client, SETTING, { plans: plan.kinds.length > 0 ? [...others, plan] : others }, by);
}
