/** What browser and server say to each other about second factors. */
import type { PasskeyPlace } from '../core/people/factor.ts';

/** How somebody may prove who they are: `provider`, by signing in anew at the utility's identity provider. */
export type ProofWay = 'passkey' | 'totp' | 'recovery' | 'password' | 'provider';

/** What stands between a right password and the session. */
export interface SignInNext {
  next: 'factor' | 'enrol';
  name: string;
  ways: ProofWay[];
  place: PasskeyPlace;
}

/** What the page before exports, tokens and rights asks. */
export interface ProofAsked {
  proven: boolean;
  ways: ProofWay[];
  place: PasskeyPlace;
}

/** One's own factors. */
export interface MyFactors {
  totp: { madeAtMs: number; usedAtMs: number } | null;
  passkeys: { id: string; name: string; rpId: string; madeAtMs: number; usedAtMs: number | null }[];
  recoveryLeft: number;
  /** the setting asks for one from this role */
  required: boolean;
  place: PasskeyPlace;
}

/** A factor was added; codes come with the first one, and are shown this once. */
export interface FactorAdded {
  recoveryCodes: string[] | null;
}
