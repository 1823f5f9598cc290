import { cleanNumber } from './number.ts';

/** A SIP message as the switch received or sent it. */
export interface WitnessedMessage {
  text: string;
  /** the two addresses, in one form */
  source: string;
  destination: string;
}

/** A caller whom the switch itself refused: no channel was made, and no event tells of them. */
export interface RefusedOffer {
  /** the Call-ID of SIP */
  sipCallId: string;
  number: string | null;
  /** the user that was called, digits only */
  called: string;
}

/** What the switch's SIP messages prove and no event tells. */
export interface SipWitness {
  /** one message; the refused caller whose end it is, if it is that */
  hear(message: WitnessedMessage): RefusedOffer | null;
  /** the Call-ID under which this phone registered last: a phone that began anew has another; null: not heard yet */
  registrationOf(extension: string): string | null;
}

/** Not acceptable here, unsupported media type, not acceptable: nothing in the offer is known. */
const NOTHING_KNOWN = new Set(['488', '415', '606']);
/** so many requests are remembered until their answer */
const REMEMBERED = 2000;
const LONGEST_CALL_ID = 200;

interface Asked {
  source: string;
  destination: string;
  /** of an invitation: who calls; null: a call that was taken, of a phone of ours, or answered already */
  offer: RefusedOffer | null;
}

export function createSipWitness(): SipWitness {
  const asked = new Map<string, Asked>();
  const registrations = new Map<string, string>();

  function remember(key: string, request: Asked): void {
    asked.set(key, request);
    if (asked.size > REMEMBERED) asked.delete(asked.keys().next().value!);
  }

  return {
    registrationOf: (extension) => registrations.get(extension) ?? null,
    hear({ text, source, destination }) {
      const [start = '', ...lines] = (text.split('\r\n\r\n')[0] ?? '').split('\r\n');
      const kind = /^(?:(INVITE|REGISTER) |SIP\/2\.0 ([2-6]\d\d))/.exec(start);
      if (!kind) return null;
      const header = (name: string, short = name) => {
        const pattern = new RegExp(`^(?:${name}|${short})[ \\t]*:[ \\t]*(.*)$`, 'i');
        return lines.map((line) => pattern.exec(line)?.[1]).find((value) => value !== undefined);
      };
      const sipCallId = header('Call-ID', 'i');
      if (sipCallId === undefined || sipCallId.length > LONGEST_CALL_ID) return null;
      const [, request, status = ''] = kind;
      const method = request ?? /^\d+ (INVITE|REGISTER)$/.exec(header('CSeq') ?? '')?.[1];
      if (method === undefined) return null;
      const key = `${method} ${sipCallId}`;
      if (request !== undefined) {
        const to = header('To', 't') ?? '';
        // one that goes on (its To has a tag) is a call that was taken; one with a password is a phone of ours
        const goesOn = /;[ \t]*tag=/i.test(to) || header('Authorization') !== undefined;
        if (method === 'REGISTER' || goesOn) remember(key, { source, destination, offer: null });
        else if (!asked.has(key)) {
          const called = (/^INVITE sips?:([^@;]*)/.exec(start)?.[1] ?? '').replace(/[^0-9+*#]/g, '');
          const number = numberIn(header('From', 'f') ?? '');
          const offer = { sipCallId, number, called: called.slice(0, 20) };
          remember(key, { source, destination, offer });
        }
        return null;
      }
      const before = asked.get(key);
      // an answer goes back the way the question came: what a stranger sends as one is none
      if (before?.source !== destination || before.destination !== source) return null;
      if (method === 'REGISTER') {
        const extension = /<sips?:(\d{3,6})@/i.exec(header('To', 't') ?? '')?.[1];
        if (status.startsWith('2') && extension !== undefined) registrations.set(extension, sipCallId);
        return null;
      }
      const { offer } = before;
      // its answer may be sent again
      before.offer = null;
      // with a Reason it is the dialplan's own refusal, which is told by events
      return NOTHING_KNOWN.has(status) && header('Reason') === undefined ? offer : null;
    },
  };
}

/** The telephone number of a From header (dialplan, number-in, reads it the same). */
function numberIn(from: string): string | null {
  const uri = from.slice(from.lastIndexOf('<') + 1).split('>')[0]!;
  const [, scheme, rest = ''] = /^(sips?|tel):(.*)$/i.exec(uri) ?? [];
  if (scheme === undefined || (scheme.toLowerCase() !== 'tel' && !rest.includes('@'))) return null;
  const user = rest.split('@')[0]!.split(/[;:]/)[0]!;
  const digits = user.replace(/%2b/gi, '+').replace(/%2d|%20|[-.() ]/gi, '');
  return /^\+?[0-9*#]{1,20}$/.test(digits) ? cleanNumber(digits) : null;
}
