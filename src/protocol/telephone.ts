import type { FloodVerdict } from '../core/telephone/flood.ts';

/** A time in which far more strangers called than usual, with signs of forged numbers. */
export interface FloodShown {
  id: number;
  beganAtMs: number;
  /** null: it goes on */
  endedAtMs: number | null;
  why: Omit<FloodVerdict, 'flood'>;
  calls: number;
  numbers: number;
  /** pressed the key, and were callers as any other */
  passed: number;
}

/** An address or a phone that is kept out for a while. */
export interface BanShown {
  subject: string;
  why: string;
  count: number;
  sinceMs: number;
  untilMs: number;
}

/** What the page 电话防护 shows. */
export interface TelephoneState {
  floods: FloodShown[];
  budget: {
    calls: number;
    minutes: number;
    usedPercent: number;
    /** beginnings of numbers that are called no more today; '' is all */
    stopped: string[];
    budgetCalls: number;
    budgetMinutes: number;
  };
  bans: BanShown[];
  /** what the switch's security log said lately; null: it can't be read here */
  security: { kind: string; address: string; count: number; lastAtMs: number }[] | null;
}
