/** Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s), as otplib reckons them. */
import { generateSecret, generateURI, verifySync } from 'otplib';

const STEP_SECONDS = 30;

/** A new secret of 160 bits, in base32 as apps take it. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** What the app scans. */
export function totpUri(secret: string, login: string): string {
  return generateURI({ issuer: '供水热线96666', label: login, secret });
}

/** The 30 s step that this code is of, now or one beside it (clocks differ); null: it is none of them. */
export function totpStep(secret: string, code: string, nowMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const epoch = Math.floor(nowMs / 1000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : null;
}
