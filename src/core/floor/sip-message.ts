/**
 * One SIP message, read strictly (RFC 3261, RFC 7118): what two programs might read differently is no message here. A
 * WebSocket frame holds exactly one, and its body is as long as it says.
 */
export interface SipMessage {
  start:
    | { kind: 'request'; method: string; scheme: string; user: string | null; host: string }
    | { kind: 'answer'; status: number };
  /** by their long name in capitals, in the order in which they came */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

export type SipFault = 'not-sip' | 'length-mismatch' | 'more-than-one-message' | 'header-repeated';

/** Compact forms (RFC 3261 7.3.3, RFC 3515, 3841, 3892, 4028, 4474, 6665). */
const LONG_NAMES: Record<string, string> = {
  A: 'ACCEPT-CONTACT',
  B: 'REFERRED-BY',
  C: 'CONTENT-TYPE',
  D: 'REQUEST-DISPOSITION',
  E: 'CONTENT-ENCODING',
  F: 'FROM',
  I: 'CALL-ID',
  J: 'REJECT-CONTACT',
  K: 'SUPPORTED',
  L: 'CONTENT-LENGTH',
  M: 'CONTACT',
  N: 'IDENTITY-INFO',
  O: 'EVENT',
  R: 'REFER-TO',
  S: 'SUBJECT',
  T: 'TO',
  U: 'ALLOW-EVENTS',
  V: 'VIA',
  X: 'SESSION-EXPIRES',
  Y: 'IDENTITY',
};

const REQUEST =
  /^([A-Z]{1,20}) (sips?):(?:([A-Za-z0-9_.!~*'+-]{1,64})@)?([A-Za-z0-9.-]{1,120}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?(?:;[A-Za-z0-9_.~-]+(?:=[A-Za-z0-9_.~-]*)?)* SIP\/2\.0$/;
const ANSWER = /^SIP\/2\.0 ([1-6]\d\d)(?: [^\r\n]*)?$/;

/** The one message of a frame. */
export function readSip(frame: string): { ok: true; message: SipMessage } | { ok: false; fault: SipFault } {
  const end = frame.indexOf('\r\n\r\n');
  if (end < 0) return { ok: false, fault: 'not-sip' };
  const [first = '', ...lines] = frame.slice(0, end).split('\r\n');
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(first + lines.join('')))
    return { ok: false, fault: 'not-sip' };
  const start = startOf(first);
  if (start === null) return { ok: false, fault: 'not-sip' };
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    // a folded line begins with a blank: two programs may read it differently
    const parts = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/.exec(line);
    if (!parts) return { ok: false, fault: 'not-sip' };
    const written = parts[1]!.toUpperCase();
    const name = LONG_NAMES[written] ?? written;
    headers.set(name, [...(headers.get(name) ?? []), parts[2]!.trimEnd()]);
  }
  const lengths = headers.get('CONTENT-LENGTH') ?? ['0'];
  if (lengths.length > 1) return { ok: false, fault: 'header-repeated' };
  if (!/^\d{1,6}$/.test(lengths[0]!)) return { ok: false, fault: 'length-mismatch' };
  const body = frame.slice(end + 4);
  const excess = new TextEncoder().encode(body).length - Number(lengths[0]);
  if (excess > 0) return { ok: false, fault: 'more-than-one-message' };
  if (excess < 0) return { ok: false, fault: 'length-mismatch' };
  return { ok: true, message: { start, headers, body } };
}

function startOf(line: string): SipMessage['start'] | null {
  const status = ANSWER.exec(line)?.[1];
  if (status !== undefined) return { kind: 'answer', status: Number(status) };
  const request = REQUEST.exec(line);
  if (!request) return null;
  return {
    kind: 'request',
    method: request[1]!,
    scheme: request[2]!,
    user: request[3] ?? null,
    host: request[4]!,
  };
}

/** `"name" <sip:user@host;uri-parameters>;header-parameters`, as From, To and Contact have it. */
export interface SipAddress {
  user: string;
  host: string;
  uriParameters: ReadonlyMap<string, string>;
  parameters: ReadonlyMap<string, string>;
}

const NAME_ADDRESS =
  /^(?:"(?:[^"\\<>\r\n]|\\[^\r\n])*"[ \t]*|[^"<>:;,@]*)<sips?:([A-Za-z0-9_.!~*'+-]{1,64})@([A-Za-z0-9.-]{1,120}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?((?:;[^;<>"?,\s]+)*)>[ \t]*((?:;(?:[^<>,"]|"[^"\\]*")*)?)$/;

/**
 * The one address of a header; null: there is none, or more than one, or it can be read in two ways. What stands within
 * `<…>` belongs to the URI: a `tag` there is no tag of the header.
 */
export function readAddress(value: string): SipAddress | null {
  const parts = NAME_ADDRESS.exec(value);
  if (!parts) return null;
  const uriParameters = parametersOf(parts[3]!);
  const parameters = parametersOf(parts[4]!);
  if (uriParameters === null || parameters === null) return null;
  return { user: parts[1]!, host: parts[2]!, uriParameters, parameters };
}

/** `;a;b=c;d="e"`; null: one of them stands twice, or is none. */
function parametersOf(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  const pattern = /[ \t]*;[ \t]*([A-Za-z0-9.+!%*_`'~-]+)(?:=("(?:[^"\\]|\\.)*"|[^;,<>"\s]*))?/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return null;
    const name = match[1]!.toLowerCase();
    if (found.has(name)) return null;
    found.set(name, match[2] ?? '');
  }
  return found;
}

/** `Digest username="1001", realm="hotline"`; null: it is none, or says something twice. */
export function readDigest(value: string): ReadonlyMap<string, string> | null {
  const scheme = /^Digest[ \t]+/i.exec(value);
  if (!scheme) return null;
  const found = new Map<string, string>();
  const pattern = /[ \t]*([A-Za-z0-9-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))[ \t]*(,|$)/y;
  pattern.lastIndex = scheme[0].length;
  let again = true;
  while (again) {
    const match = pattern.exec(value);
    if (!match) return null;
    const name = match[1]!.toLowerCase();
    if (found.has(name)) return null;
    found.set(name, match[2] ?? match[3] ?? '');
    again = match[4] === ',';
  }
  return found;
}
