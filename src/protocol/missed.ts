/** A caller whom nobody answered and whom we have not reached since. */
export interface MissedCaller {
  number: string;
  /** the customer of this number, if one is known */
  name: string | null;
  /** calls since they were last spoken to */
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** `ivr`, `queue`, `ringing` where the caller gave up, or the outcome */
  how: string;
  /** our calls back that nobody answered */
  triedCount: number;
  claimedBy: number | null;
  claimedName: string | null;
  claimedAtMs: number | null;
}

/** Callers of a flood of forged numbers whom nobody answered: one line, with the list behind it. */
export interface MissedFlood {
  id: number;
  beganAtMs: number;
  endedAtMs: number | null;
  numbers: number;
  calls: number;
}

export interface MissedToClient {
  missed: (callers: MissedCaller[]) => void;
}
