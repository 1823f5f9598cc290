/** The second factor: whose role must have one, how long a proof counts, and what an identity provider's own is worth. */
import type { Role } from './may.ts';
import { SETTINGS, settingValues } from './settings.ts';

export interface FactorPolicy {
  /** these roles come in only with a second factor */
  required: ReadonlySet<Role>;
  /** so long after they were first asked they may still come in without */
  graceMs: number;
  /** so long a proof counts before exports, tokens and rights */
  provenMs: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The policy as the utility has set it (settings, group `security`). */
export function factorPolicy(stored: Record<string, unknown>): FactorPolicy {
  const values = settingValues(SETTINGS['security']!, stored);
  const roles: Record<string, Role> = {
    administratorFactor: 'administrator',
    managerFactor: 'manager',
    supervisorFactor: 'supervisor',
    dispatcherFactor: 'dispatcher',
    agentFactor: 'agent',
    fieldWorkerFactor: 'field-worker',
  };
  return {
    required: new Set(Object.keys(roles).flatMap((key) => (values[key] === true ? [roles[key]!] : []))),
    graceMs: Number(values['graceDays']) * DAY_MS,
    provenMs: Number(values['provenMinutes']) * MINUTE_MS,
  };
}

export const USUAL_PROVEN_MS = factorPolicy({}).provenMs;

/**
 * What somebody whose password was right still needs: `none`, they are in; `factor`, theirs is asked; `enrol`, they must
 * set one up first; `later`, they are in, and must set one up until then.
 */
export type FactorNeed = { kind: 'none' | 'factor' | 'enrol' } | { kind: 'later'; untilMs: number };

export function factorNeed(
  person: { role: Role; hasFactor: boolean; askedAtMs: number | null },
  policy: FactorPolicy,
  nowMs: number,
): FactorNeed {
  if (person.hasFactor) return { kind: 'factor' };
  if (!policy.required.has(person.role)) return { kind: 'none' };
  const untilMs = (person.askedAtMs ?? nowMs) + policy.graceMs;
  return nowMs < untilMs ? { kind: 'later', untilMs } : { kind: 'enrol' };
}

/**
 * Where passkeys belong: the configured public address, or `localhost` for trying. Else why they can't be used here:
 * `address`, the page was opened by an IP address; `plain`, without https; `elsewhere`, not by the public address;
 * `unset`, the public address is not configured.
 */
export type PasskeyPlace =
  | { rpId: string; origin: string }
  | { why: 'address' | 'plain' | 'elsewhere' | 'unset'; publicUrl: string | null };

export function passkeyPlace(publicUrl: string | null, pageUrl: string): PasskeyPlace {
  const page = new URL(pageUrl);
  const configured = publicUrl === null ? null : new URL(publicUrl);
  if (page.hostname === 'localhost') return { rpId: 'localhost', origin: page.origin };
  if (isAddress(page.hostname)) return { why: 'address', publicUrl };
  if (!configured) return { why: page.protocol === 'https:' ? 'unset' : 'plain', publicUrl };
  if (page.host !== configured.host) return { why: 'elsewhere', publicUrl };
  if (configured.protocol !== 'https:') return { why: 'plain', publicUrl };
  return { rpId: configured.hostname, origin: configured.origin };
}

function isAddress(hostname: string): boolean {
  return /^\d+(\.\d+){3}$/.test(hostname) || hostname.startsWith('[');
}

/** How far an identity provider's word is taken: `if-told`, where its token says that a second factor was used. */
export type ProviderTrust = 'always' | 'if-told' | 'never';

const HAVING = ['otp', 'hwk', 'swk', 'sms', 'sc', 'tel', 'pop'];
const KNOWING_OR_BEING = ['pwd', 'pin', 'kba', 'fpt', 'face', 'iris', 'retina', 'vbm'];

/** Did the provider prove two factors? By the token's `acr`, where the utility named the one it wants, else by `amr` (RFC 8176). */
export function providerProvedFactor(
  claims: { acr?: unknown; amr?: unknown },
  trust: ProviderTrust,
  wantedAcr: readonly string[],
): boolean {
  if (trust !== 'if-told') return trust === 'always';
  if (wantedAcr.length > 0) return typeof claims.acr === 'string' && wantedAcr.includes(claims.acr);
  const methods: unknown[] = Array.isArray(claims.amr) ? claims.amr : [];
  return (
    methods.includes('mfa') ||
    (HAVING.some((method) => methods.includes(method)) &&
      KNOWING_OR_BEING.some((method) => methods.includes(method)))
  );
}

/** Letters and digits that nobody confuses on paper. */
export const PAPER_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
export const RECOVERY_CODES = { count: 10, letters: 10 };

/** A recovery code as it is compared, however it was typed: no blanks, no dash, small letters. */
export function bareCode(typed: string): string {
  return typed.toLowerCase().replace(/[^a-z0-9]/g, '');
}
