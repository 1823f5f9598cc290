/** What Asterisk's security.log says (dialplan/logger.conf): who guessed a password, who is unknown, who was refused. */
export interface SecurityEvent {
  /** `InvalidPassword`, `ChallengeResponseFailed`, `InvalidAccountID`, … */
  kind: string;
  /** of the far end, without its port */
  address: string;
  /** by which way: `UDP`, `WS`, `TCP`, … */
  transport: string;
  account: string;
}

/** Attempts of somebody who is not who they say, or may not; a challenge that was sent is none. */
const ATTEMPTS = new Set([
  ...['InvalidPassword', 'ChallengeResponseFailed', 'InvalidAccountID', 'FailedACL', 'InvalidTransport'],
  ...[
    'UnexpectedAddress',
    'RequestBadFormat',
    'RequestNotAllowed',
    'RequestNotSupported',
    'AuthMethodNotAllowed',
  ],
]);

/** The attempt that a line tells of; null: it tells of none. Values are quoted, and what a stranger sent can hold no quote. */
export function readSecurityLine(line: string): SecurityEvent | null {
  const kind = /\bSECURITY\[[^\]]*\][^:]*: SecurityEvent="([A-Za-z]+)",/.exec(line)?.[1];
  if (kind === undefined || !ATTEMPTS.has(kind)) return null;
  // what a stranger sent stands in AccountID: the last RemoteAddress is the switch's own word
  const [, remote] =
    [...line.matchAll(/,RemoteAddress="(IPV[46]\/[A-Z]+\/[0-9a-fA-F.:]+\/\d+)"/g)].at(-1) ?? [];
  const parts = remote?.split('/');
  if (!parts || parts.length !== 4) return null;
  const account = /,AccountID="([^"]*)"/.exec(line)?.[1] ?? '';
  return { kind, transport: parts[1]!, address: parts[2]!, account: account.slice(0, 40) };
}

export interface Attempts {
  address: string;
  kind: string;
  count: number;
  lastAtMs: number;
}

/** How long attempts are counted together. */
export const ATTEMPTS_WITHIN_MS = 600_000;

/** Counted by address, the most first; what is older than the window is gone. */
export function countAttempts(
  attempts: readonly { event: SecurityEvent; atMs: number }[],
  nowMs: number,
): Attempts[] {
  const counts = new Map<string, Attempts>();
  for (const { event, atMs } of attempts) {
    if (atMs <= nowMs - ATTEMPTS_WITHIN_MS) continue;
    const known = counts.get(event.address);
    counts.set(event.address, {
      address: event.address,
      kind: event.kind,
      count: (known?.count ?? 0) + 1,
      lastAtMs: Math.max(atMs, known?.lastAtMs ?? 0),
    });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
