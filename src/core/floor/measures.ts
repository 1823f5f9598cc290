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
  /** Article 13: answered with ringMs < 15000 ÷ calls that rang */
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
