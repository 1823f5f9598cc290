import { cleanNumber } from './number.ts';

/** A caller whom the switch itself refused: no channel was made, and no event tells of them. */
export interface RefusedOffer {
  /** the Call-ID of SIP */
  sipCallId: string;
  number: string | null;
  /** the user that was called, digits only */
  called: string;
}

export interface RefusedOffers {
  /** one SIP message as the switch received or sent it; what it proves, if it is the end of such a call */
  hear(message: string): RefusedOffer | null;
}

/** Not acceptable here, unsupported media type, not acceptable: nothing in the offer is known. */
const NOTHING_KNOWN = new Set(['488', '415', '606']);
/** so many invitations are remembered until their answer */
const REMEMBERED = 2000;
const LONGEST_CALL_ID = 200;

export function createRefusedOffers(): RefusedOffers {
  const invited = new Map<string, RefusedOffer | null>();

  return {
    hear(message) {
      const [start = '', ...lines] = (message.split('\r\n\r\n')[0] ?? '').split('\r\n');
      if (!/^(INVITE |SIP\/2\.0 )/.test(start)) return null;
      const header = (name: string, short = name) => {
        const pattern = new RegExp(`^(?:${name}|${short})[ \\t]*:[ \\t]*(.*)$`, 'i');
        return lines.map((line) => pattern.exec(line)?.[1]).find((value) => value !== undefined);
      };
      const sipCallId = header('Call-ID', 'i');
      if (sipCallId === undefined || sipCallId.length > LONGEST_CALL_ID) return null;
      if (/^INVITE /.test(start)) {
        // one that goes on (its To has a tag) is a call that was taken; one with a password is a phone of ours
        if (/;[ \t]*tag=/i.test(header('To', 't') ?? '') || header('Authorization') !== undefined) {
          invited.set(sipCallId, null);
        } else if (!invited.has(sipCallId)) {
          const called = /^INVITE sips?:([^@;]*)/.exec(start)?.[1] ?? '';
          invited.set(sipCallId, {
            sipCallId,
            number: numberIn(header('From', 'f') ?? ''),
            called: called.replace(/[^0-9+*#]/g, '').slice(0, 20),
          });
        }
        if (invited.size > REMEMBERED) invited.delete(invited.keys().next().value!);
        return null;
      }
      const status = /^SIP\/2\.0 (\d{3})/.exec(start)?.[1];
      if (status === undefined || !/^\d+ INVITE$/.test(header('CSeq') ?? '')) return null;
      if (Number(status) < 200) return null;
      const offer = invited.get(sipCallId) ?? null;
      // its answer may be sent again
      invited.set(sipCallId, null);
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
