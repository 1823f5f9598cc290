/**
 * What a browser may say to the switch through our `/sip` (http/sip.ts): it is one phone, its own, and nothing more. It
 * registers, takes calls, holds them and ends them; it places no call but the echo of its own voice, for the service does
 * that (dialling.ts). Everything is refused that is not known to be needed: methods, headers, targets.
 */
import { readAddress, readDigest, readSip, type SipFault, type SipMessage } from './sip-message.ts';

export type SipRefusal =
  | SipFault
  | 'too-long'
  | 'method-not-allowed'
  | 'status-not-allowed'
  | 'header-not-allowed'
  | 'header-missing'
  | 'body-not-allowed'
  | 'not-your-phone'
  | 'contact-not-yours'
  | 'number-not-allowed';

export type SipVerdict = { ok: true } | { ok: false; refusal: SipRefusal };

/** A WebRTC offer is 3–6 KB. */
export const LONGEST_SIP = 20_000;
/** The one number that a browser dials by itself. */
export const ECHO = 'echo';
/** as which the page knows the switch (web/phone/phone.ts) */
const DOMAIN = 'hotline';

/** Only within a call that stands, but for what is said of it below. */
const METHODS = new Set(['REGISTER', 'INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK']);
const ONCE = ['FROM', 'TO', 'CALL-ID', 'CSEQ', 'VIA'];
const HEADERS_REPEATABLE = new Set(['ALLOW', 'SUPPORTED', 'ACCEPT', 'REQUIRE', 'RECORD-ROUTE']);
/** Not among them: who it is beside From, where answers go (Route), whose call it takes over (Replaces, Join), a call elsewhere (Refer-To). */
const HEADERS = new Set([
  ...ONCE,
  ...HEADERS_REPEATABLE,
  ...['CONTACT', 'CONTENT-LENGTH', 'CONTENT-TYPE', 'AUTHORIZATION', 'PROXY-AUTHORIZATION'],
  ...['MAX-FORWARDS', 'EXPIRES', 'USER-AGENT', 'SERVER', 'REASON', 'DATE', 'TIMESTAMP', 'WARNING'],
  ...['SESSION-EXPIRES', 'MIN-SE', 'RACK', 'RSEQ', 'RETRY-AFTER', 'ORGANIZATION', 'SUBJECT', 'PRIORITY'],
]);
/** a redirection sends the caller elsewhere (3xx) */
const STATUS_ALLOWED = /^(?:1|2|4|5|6)\d\d$/;
const BODIES: Record<string, RegExp> = {
  INFO: /^application\/(?:dtmf-relay|dtmf)$/,
};
const SDP = /^application\/sdp$/;

/** May what this browser, whose phone is `extension`, says in one frame go on to the switch? Never repaired, never guessed. */
export function judgeSip(frame: string, extension: string): SipVerdict {
  if (frame.length > LONGEST_SIP) return no('too-long');
  if (/^(\r\n)*$/.test(frame)) return { ok: true }; // keep-alive
  const read = readSip(frame);
  if (!read.ok) return no(read.fault);
  const { message } = read;
  const wrong = wrongHeader(message) ?? wrongBody(message) ?? wrongContact(message, extension);
  if (wrong !== null) return no(wrong);
  const refusal =
    message.start.kind === 'answer' ? wrongAnswer(message, extension) : wrongRequest(message, extension);
  return refusal === null ? { ok: true } : no(refusal);
}

function wrongHeader({ headers, start }: SipMessage): SipRefusal | null {
  for (const name of ONCE) {
    const count = headers.get(name)?.length ?? 0;
    // an answer has the Vias of what it answers
    if (name === 'VIA' && start.kind === 'answer' && count > 0) continue;
    if (count !== 1) return count === 0 ? 'header-missing' : 'header-repeated';
  }
  for (const [name, values] of headers) {
    if (!HEADERS.has(name)) return 'header-not-allowed';
    if (name === 'RECORD-ROUTE' && start.kind === 'request') return 'header-not-allowed';
    if (values.length > 1 && name !== 'VIA' && !HEADERS_REPEATABLE.has(name)) return 'header-repeated';
  }
  return null;
}

function wrongBody({ headers, body, start }: SipMessage): SipRefusal | null {
  if (body === '') return null;
  const type = (headers.get('CONTENT-TYPE')?.[0] ?? '').split(';')[0]!.trim().toLowerCase();
  const method = start.kind === 'request' ? start.method : '';
  return (BODIES[method] ?? SDP).test(type) ? null : 'body-not-allowed';
}

/** `<sip:1001@a1b2.invalid;transport=ws>` and parameters: reachable by its own line only. */
function wrongContact({ headers, start }: SipMessage, extension: string): SipRefusal | null {
  const contact = headers.get('CONTACT')?.[0];
  const registers = start.kind === 'request' && start.method === 'REGISTER';
  if (contact === undefined) return registers ? 'not-your-phone' : null;
  if (contact === '*') return registers ? null : 'contact-not-yours';
  const address = readAddress(contact);
  const own =
    address !== null &&
    address.user === extension &&
    /^[a-z0-9-]+\.invalid$/.test(address.host) &&
    /^wss?$/.test(address.uriParameters.get('transport') ?? '') &&
    [...address.uriParameters.keys()].every((name) => name === 'transport' || name === 'ob');
  return own ? null : 'contact-not-yours';
}

function wrongAnswer({ headers, start }: SipMessage, extension: string): SipRefusal | null {
  if (start.kind !== 'answer' || !STATUS_ALLOWED.test(String(start.status))) return 'status-not-allowed';
  if (!/^\d{1,10} [A-Z]{1,20}$/.test(headers.get('CSEQ')![0]!)) return 'not-sip';
  return readAddress(headers.get('TO')![0]!)?.user === extension ? null : 'not-your-phone';
}

function wrongRequest({ headers, start }: SipMessage, extension: string): SipRefusal | null {
  if (start.kind !== 'request') return 'not-sip';
  const { method, user, host } = start;
  if (!METHODS.has(method)) return 'method-not-allowed';
  if (!new RegExp(`^\\d{1,10} ${method}$`).test(headers.get('CSEQ')![0]!)) return 'not-sip';
  if (
    !/^SIP\/2\.0\/WSS? [a-z0-9-]+\.invalid(?:;[A-Za-z0-9_.~-]+(?:=[A-Za-z0-9_.~-]*)?)*$/.test(
      headers.get('VIA')![0]!,
    )
  )
    return 'not-sip';
  const from = readAddress(headers.get('FROM')![0]!);
  const to = readAddress(headers.get('TO')![0]!);
  if (from?.user !== extension || to === null) return 'not-your-phone';
  for (const name of ['AUTHORIZATION', 'PROXY-AUTHORIZATION']) {
    const credentials = headers.get(name)?.[0];
    if (credentials !== undefined && readDigest(credentials)?.get('username') !== extension)
      return 'not-your-phone';
  }
  if (method === 'REGISTER')
    return user === null && host === DOMAIN && to.user === extension ? null : 'not-your-phone';
  // within a call its To has a tag, and the switch finds the call by it or refuses (481); what has none would begin one
  const within = (to.parameters.get('tag') ?? '') !== '';
  if (within) return null;
  if (method !== 'INVITE' && method !== 'CANCEL') return 'number-not-allowed';
  return user === ECHO && host === DOMAIN && to.user === ECHO ? null : 'number-not-allowed';
}

function no(refusal: SipRefusal): SipVerdict {
  return { ok: false, refusal };
}
