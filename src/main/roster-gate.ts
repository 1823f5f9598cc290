/** The roster at the desk's door. */
import type pg from 'pg';
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import { DAY_MS, dateAt, dateText } from '../core/office/period.ts';
import { keptOut } from '../core/shifts/roster.ts';
import type { SignedIn } from '../http/sessions.ts';
import { rosterCells } from '../postgres/roster.ts';
import { keptSettings } from '../postgres/settings.ts';
import { shiftPlans } from '../postgres/shift-plans.ts';

/** a shift to come is told of so far ahead */
const AHEAD_MS = 14 * DAY_MS;

/** Null: this person may sign in for calls now. A shift's leader always may: when a main bursts they take calls, too. */
export async function rosterKeepsOut(pool: pg.Pool, person: SignedIn, nowMs: number): Promise<string | null> {
  if (person.role === 'supervisor') return null;
  const day = (ms: number) => dateText(dateAt(ms));
  const [told, plans, cells] = await Promise.all([
    keptSettings(pool, 'attendance'),
    shiftPlans(pool),
    rosterCells(pool, day(nowMs - DAY_MS), day(nowMs + AHEAD_MS)),
  ]);
  const rules = settingValues(SETTINGS['attendance']!, told) as {
    byRoster: boolean;
    beforeMinutes: number;
    afterMinutes: number;
  };
  if (!rules.byRoster) return null;
  return keptOut(person.id, cells, plans, nowMs, {
    beforeMs: rules.beforeMinutes * 60_000,
    afterMs: rules.afterMinutes * 60_000,
  });
}
