/** What Asterisk's security.log says (dialplan/logger.conf): who guessed a password, who is unknown, who was refused. */
export interface SecurityEvent {
  /** `InvalidPassword`, `ChallengeResponseFailed`, `InvalidAccountID`, … */
  kind: string;
  /** of the far end, without its port; null: the line holds a quote too many, and names whom the stranger wants */
  address: string | null;
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

/**
 * Each field in its place, whole. What a stranger sent stands in AccountID (From's user), SessionID (the Call-ID) and Response
 * unescaped, quotes included: a looser reading takes the address that the stranger names. The same stands in
 * ops/fail2ban/filter.d/hotline-asterisk.conf.
 */
const LINE =
  /SECURITY\[\d+\]\s+res_security_log\.c: SecurityEvent="([A-Za-z]+)",EventTV="[^"]*",Severity="[^"]*",Service="[^"]*",EventVersion="\d+",AccountID="([^"]*)",SessionID="[^"]*",LocalAddress="IPV[46]\/[A-Z]+\/[0-9a-fA-F.:]+\/\d+",RemoteAddress="IPV[46]\/([A-Z]+)\/([0-9a-fA-F.:]+)\/\d+"(?:,(?:Challenge|Response|ExpectedResponse|ReceivedChallenge|ReceivedHash|ExpectedAddress|ACLName|Transport|AttemptedTransport|AuthMethod|RequestType|RequestParams|Module|SessionTV)="[^"]*")*$/;

/** The attempt that a line tells of; null: it tells of none. */
export function readSecurityLine(line: string): SecurityEvent | null {
  const kind = /\bSECURITY\[\d+\]\s+res_security_log\.c: SecurityEvent="([A-Za-z]+)",/.exec(line)?.[1];
  if (kind === undefined || !ATTEMPTS.has(kind)) return null;
  const fields = LINE.exec(line.trimEnd());
  if (!fields) return { kind, address: null, transport: '', account: '' };
  return { kind, transport: fields[3]!, address: fields[4]!, account: fields[2]!.slice(0, 40) };
}

/** attempts whose address can't be known */
export const UNKNOWN_ADDRESS = '—';

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
    const address = event.address ?? UNKNOWN_ADDRESS;
    const known = counts.get(address);
    counts.set(address, {
      address,
      kind: event.kind,
      count: (known?.count ?? 0) + 1,
      lastAtMs: Math.max(atMs, known?.lastAtMs ?? 0),
    });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
