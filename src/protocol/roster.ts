import type { Pattern } from '../core/shifts/roster.ts';
import type { Attendance } from '../core/shifts/roster.ts';
import type { ShiftKind, ShiftPlan } from '../core/shifts/shift.ts';

export interface RosterPerson {
  id: number;
  name: string;
  agent: string | null;
  /** index into the pattern's teams; null: in none */
  team: number | null;
}
export interface RosterCell {
  personId: number;
  date: string;
  /** the shift's code; '' off */
  code: string;
  source: 'pattern' | 'hand' | 'swap';
}
export interface RosterSwap {
  id: number;
  askerId: number;
  asker: string;
  askerDate: string;
  askerCode: string;
  otherId: number;
  other: string;
  otherDate: string;
  otherCode: string;
  state: 'asked' | 'accepted' | 'approved' | 'refused';
  askedAtMs: number;
  decidedBy: string | null;
}
export interface RosterMonth {
  month: string;
  kinds: ShiftKind[];
  /** the shifts' times in force, and those that will be */
  plans: ShiftPlan[];
  pattern: Pattern | null;
  people: RosterPerson[];
  cells: RosterCell[];
  swaps: RosterSwap[];
  /** date ─▶ holiday, or a weekend day that is worked */
  days: Record<string, 'holiday' | 'worked'>;
}
export interface RosterDay {
  date: string;
  /** 48 half hours */
  halves: { calls: number; need: number; planned: number }[];
  handlingMs: number;
  people: ({ personId: number; name: string; code: string; fromMs: number; untilMs: number } & Attendance)[];
}
