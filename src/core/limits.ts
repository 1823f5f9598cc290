/** What waits and rings are held against (settings RING_CADENCE_MS, THREE_RINGS_MS, SHORT_ABANDON_MS): one for the whole process, set once. */
export interface MeasureLimits {
  ringCadenceMs: number;
  /** Article 13: three rings */
  threeRingsMs: number;
  /** GB/T 33358: answered within 15 s of waiting; the standard's own, no setting */
  answerMs: number;
  shortAbandonMs: number;
}
export const USUAL_LIMITS: MeasureLimits = {
  ringCadenceMs: 5000,
  threeRingsMs: 15_000,
  answerMs: 15_000,
  shortAbandonMs: 5000,
};

let limits = USUAL_LIMITS;

export function measureLimits(): MeasureLimits {
  return limits;
}
export function setMeasureLimits(some: Partial<MeasureLimits>): void {
  limits = { ...USUAL_LIMITS, ...some };
}
