/** What browsers say on `/sip`, spoilt: it is judged, never thrown at; and what passes is one message of this phone. */
import { judgeSip } from '../../src/core/floor/sip.ts';
import { spoilt } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 4000,
  mustSee: [
    'passes',
    'not-sip',
    'length-mismatch',
    'more-than-one-message',
    'header-repeated',
    'header-not-allowed',
    'status-not-allowed',
    'not-your-phone',
    'contact-not-yours',
    'number-not-allowed',
  ],
  open: () => ({
    run(random, seen) {
      const frame = sample(random) + (random.chance(0.15) ? sample(random) : '');
      const text = random.chance(0.7) ? spoilt(random, frame) : frame;
      const verdict = judgeSip(text, '1001');
      seen(verdict.ok ? 'passes' : verdict.refusal);
      if (verdict.ok && text.trim() !== '') holds(text);
    },
  }),
};

/** Read anew, by other means than the filter's own. */
function holds(text: string): void {
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  const body = text.slice(head.length + 4);
  if (
    /^INVITE (?!sip:echo@hotline[ ;:])/.test(head) &&
    !/\r\n(?:To|T)[ \t]*:[^\r]*>[^\r]*;[ \t]*tag=/i.test(head)
  )
    throw new Error(`a call to the outside passed:\n${head}`);
  if (/\r\n(?:Route|Refer-To|r|P-Asserted-Identity|Replaces|Join|Path|Diversion)[ \t]*:/i.test(head))
    throw new Error(`a header that is nobody's to say passed:\n${head}`);
  if (/^(?:REFER|MESSAGE|SUBSCRIBE|PUBLISH|NOTIFY) |^SIP\/2\.0 3/.test(head))
    throw new Error(`a way to lead calls passed:\n${head}`);
  const length = Number(/\r\n(?:Content-Length|l)[ \t]*:[ \t]*(\d+)/i.exec(head)?.[1] ?? 0);
  if (Buffer.byteLength(body) !== length)
    throw new Error(`more than one message, or half of one, passed:\n${text}`);
  if (/\r\n[ \t]|[^\r]\n|\r[^\n]/.test(head))
    throw new Error(`what two programs read differently passed:\n${head}`);
}

function sample(random: Random): string {
  const method = random.pick(['REGISTER', 'INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'REFER']);
  const extension = random.pick(['1001', '1001', '1001', '1002']);
  const user = method === 'REGISTER' ? '' : `${random.pick(['echo', '1002', '13912345678', 'x%0d'])}@`;
  const status = random.pick(['200 OK', '486 Busy Here', '302 Moved Temporarily']);
  const start = random.chance(0.2) ? `SIP/2.0 ${status}` : `${method} sip:${user}hotline SIP/2.0`;
  const tag = random.pick(['', '', ';tag=9', ';x=";tag=9"']);
  const body = random.chance(0.3) ? 'v=0\r\ns=话机\r\n' : '';
  const headers = [
    'Via: SIP/2.0/WS a1b2c3.invalid;branch=z9hG4bK1',
    `From: <sip:${extension}@hotline>;tag=abc`,
    `To: <sip:${extension}@hotline${random.chance(0.2) ? ';tag=9' : ''}>${tag}`,
    'Call-ID: x1',
    `CSeq: 1 ${method}`,
    `Contact: <sip:${random.pick(['1001', '1001', '1002'])}@a1b2c3.invalid;transport=ws>;expires=300`,
    ...(random.chance(0.2) ? [`Authorization: Digest username="${extension}", realm="hotline"`] : []),
    ...(random.chance(0.1) ? [`Route: <sip:1.2.3.4>`] : []),
    ...(random.chance(0.1) ? [`t: <sip:other@hotline>`] : []),
    ...(random.chance(0.1) ? [`r: <sip:other@hotline>`] : []),
    ...(body ? ['Content-Type: application/sdp'] : []),
    `${random.pick(['Content-Length', 'l'])}: ${random.chance(0.1) ? 7 : Buffer.byteLength(body)}`,
  ];
  return `${start}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
}
