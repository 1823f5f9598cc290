/**
 * What a browser may say to the switch through our `/sip` (http/sip.ts): it is one phone, its own, and nothing more. It
 * registers, takes calls, holds them and ends them; it places no call but the echo of its own voice, for the service does
 * that (dialling.ts). Everything is refused that is not known to be needed.
 */
export type SipRefusal =
  | 'too-long'
  | 'not-sip'
  | 'method-not-allowed'
  | 'header-not-allowed'
  | 'header-missing'
  | 'header-repeated'
  | 'not-your-phone'
  | 'contact-not-yours'
  | 'number-not-allowed';

export type SipVerdict = { ok: true } | { ok: false; refusal: SipRefusal };

/** A WebRTC offer is 3–6 KB. */
export const LONGEST_SIP = 20_000;
/** The one number that a browser dials by itself. */
export const ECHO = 'echo';

const METHODS = new Set(['REGISTER', 'INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK']);
const SHORT: Record<string, string> = {
  F: 'FROM',
  T: 'TO',
  M: 'CONTACT',
  I: 'CALL-ID',
  V: 'VIA',
  L: 'CONTENT-LENGTH',
  C: 'CONTENT-TYPE',
  E: 'CONTENT-ENCODING',
  K: 'SUPPORTED',
  R: 'REFER-TO',
  B: 'REFERRED-BY',
};
const ONCE = ['FROM', 'TO', 'CALL-ID', 'CSEQ'];
const AT_MOST_ONCE = ['CONTACT', 'CONTENT-LENGTH', 'CONTENT-TYPE', 'AUTHORIZATION', 'PROXY-AUTHORIZATION'];
/** Who it says it is beside From, where answers go, whose call it takes over: none of it is a browser's to say. */
const NEVER = new Set([
  'ROUTE',
  'RECORD-ROUTE',
  'PATH',
  'REPLACES',
  'REFER-TO',
  'REFERRED-BY',
  'P-ASSERTED-IDENTITY',
  'P-PREFERRED-IDENTITY',
  'REMOTE-PARTY-ID',
  'DIVERSION',
  'HISTORY-INFO',
  'IDENTITY',
  'JOIN',
]);

/** May this message of the browser whose phone is `extension` go on to the switch? Never repaired, never guessed. */
export function judgeSip(text: string, extension: string): SipVerdict {
  if (text.length > LONGEST_SIP) return no('too-long');
  if (/^(\r\n)*$/.test(text)) return { ok: true }; // keep-alive
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return no('not-sip');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(start + lines.join(''))) return no('not-sip');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    // a folded line begins with a blank: two programs may read it differently
    const told = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/.exec(line);
    if (!told) return no('not-sip');
    const short = told[1]!.toUpperCase();
    const name = SHORT[short] ?? short;
    headers.set(name, [...(headers.get(name) ?? []), told[2]!]);
  }
  for (const name of headers.keys()) if (NEVER.has(name)) return no('header-not-allowed');
  for (const name of ONCE) {
    const count = headers.get(name)?.length ?? 0;
    if (count !== 1) return no(count === 0 ? 'header-missing' : 'header-repeated');
  }
  for (const name of AT_MOST_ONCE) if ((headers.get(name)?.length ?? 0) > 1) return no('header-repeated');
  const contact = headers.get('CONTACT')?.[0];
  if (contact !== undefined && contact !== '*' && !isOwnContact(contact, extension))
    return no('contact-not-yours');
  if (/^SIP\/2\.0 [1-6]\d\d( |$)/.test(start)) return { ok: true };
  const request = /^([A-Z]+) sips?:(?:([^@;?\s]+)@)?[^@\s]+ SIP\/2\.0$/.exec(start);
  if (!request) return no('not-sip');
  const [, method = '', called = ''] = request;
  if (!METHODS.has(method)) return no('method-not-allowed');
  if (!new RegExp(`^\\d+ ${method}$`).test(headers.get('CSEQ')![0]!)) return no('not-sip');
  if (userOf(headers.get('FROM')![0]!) !== extension) return no('not-your-phone');
  const to = headers.get('TO')![0]!;
  if (method === 'REGISTER' && (userOf(to) !== extension || contact === undefined))
    return no('not-your-phone');
  if (method !== 'REGISTER' && contact === '*') return no('contact-not-yours');
  for (const name of ['AUTHORIZATION', 'PROXY-AUTHORIZATION']) {
    const said = headers.get(name)?.[0];
    if (said !== undefined && !said.includes(`username="${extension}"`)) return no('not-your-phone');
  }
  // within a call its To has a tag; what has none would begin one
  if (method === 'INVITE' && !/;tag=[^;]+$/.test(to) && called !== ECHO) return no('number-not-allowed');
  return { ok: true };
}

/** `<sip:1001@a1b2.invalid;transport=ws>` and parameters: reachable by its own line only. */
function isOwnContact(contact: string, extension: string): boolean {
  const told =
    /^<sip:(\d+)@([a-z0-9-]+)\.invalid;transport=wss?(?:;ob)?>(?:;[a-zA-Z0-9.+-]+(?:=(?:"[^"\\]*"|[^;,<>"]+))?)*$/.exec(
      contact,
    );
  return told !== null && told[1] === extension;
}

/** The user of the one address in a From or To; null: there is none, or more than one. */
function userOf(address: string): string | null {
  const told = /^(?:"[^"\\<>]*" ?|[^"<>:,]*)<sips?:([^@;?<>,]+)@[^@<>,]+>[^<>,]*$/.exec(address);
  return told?.[1] ?? null;
}

function no(refusal: SipRefusal): SipVerdict {
  return { ok: false, refusal };
}
