/** The roster beside the live floor: how each agent keeps to their shift now. */
import type pg from 'pg';
import { DAY_MS, dateAt, dateText } from '../core/office/period.ts';
import { adherence, type Adherence } from '../core/shifts/adherence.ts';
import { shiftOn, type Spell } from '../core/shifts/roster.ts';
import type { Shift } from '../core/shifts/shift.ts';
import { rosterCells, rosterPeople, spellsOf } from '../postgres/roster.ts';
import { shiftPlans } from '../postgres/shift-plans.ts';

export interface RosterNow {
  /** reads the roster and what the clocks said of the shifts that run; between two readings time goes on by itself */
  learn(): Promise<void>;
  of(agent: string, live: { state: string; sinceMs: number }): Adherence;
}

export function openRosterNow(pool: pg.Pool, now: () => number): RosterNow {
  let shifts = new Map<string, Shift[]>();
  let spells = new Map<string, Spell[]>();
  return {
    async learn() {
      const day = (ms: number) => dateText(dateAt(ms));
      const [plans, people, cells] = await Promise.all([
        shiftPlans(pool),
        rosterPeople(pool),
        // a night shift belongs to the day on which it begins; one of tomorrow is due ten minutes before midnight
        rosterCells(pool, day(now() - DAY_MS), day(now() + DAY_MS)),
      ]);
      const agents = new Map(people.flatMap((one) => (one.agent === null ? [] : [[one.id, one.agent]])));
      const planned = new Map<string, Shift[]>();
      for (const cell of cells) {
        const agent = agents.get(cell.personId);
        const shift = shiftOn(cell.date, cell.code, plans);
        if (agent !== undefined && shift && shift.untilMs > now())
          planned.set(agent, [...(planned.get(agent) ?? []), shift]);
      }
      const running = [...planned].filter(([, of]) => of.some((one) => one.fromMs <= now()));
      const fromMs = Math.min(now(), ...running.flatMap(([, of]) => of.map((one) => one.fromMs)));
      spells = await spellsOf(...([pool, running.map(([agent]) => agent), fromMs, now()] as const));
      shifts = planned;
    },
    of: (agent, live) => adherence(shifts.get(agent) ?? [], spells.get(agent) ?? [], live, now()),
  };
}
