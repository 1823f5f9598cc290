/** What browsers say on `/sip`, spoilt: it is judged, never thrown at; and what passes is one message of this phone. */
import { judgeSip } from '../../src/core/floor/sip.ts';
import { spoilt } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 4000,
  mustSee: [
    'passes',
    'not-sip',
    'header-repeated',
    'not-your-phone',
    'contact-not-yours',
    'number-not-allowed',
  ],
  open: () => ({
    run(random, seen) {
      const text = random.chance(0.8) ? spoilt(random, sample(random)) : sample(random);
      const verdict = judgeSip(text, '1001');
      seen(verdict.ok ? 'passes' : verdict.refusal);
      if (!verdict.ok || text.trim() === '') return;
      const head = text.slice(0, text.indexOf('\r\n\r\n'));
      if (/^INVITE (?!sips?:echo@)/.test(head) && !/\r\n(To|T)[ \t]*:.*;tag=/i.test(head))
        throw new Error(`a call to the outside passed:\n${head}`);
      if (/\r\n(Route|Refer-To|P-Asserted-Identity|Replaces)[ \t]*:/i.test(head))
        throw new Error(`a header that is nobody's to say passed:\n${head}`);
    },
  }),
};

function sample(random: Random): string {
  const method = random.pick(['REGISTER', 'INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'REFER']);
  const extension = random.pick(['1001', '1001', '1001', '1002']);
  const start = random.chance(0.2)
    ? 'SIP/2.0 200 OK'
    : `${method} sip:${random.pick(['echo', '1002', '13912345678', 'x%0d'])}@hotline SIP/2.0`;
  const headers = [
    'Via: SIP/2.0/WS a1b2c3.invalid;branch=z9hG4bK1',
    `From: <sip:${extension}@hotline>;tag=abc`,
    `To: <sip:${extension}@hotline>${random.chance(0.4) ? ';tag=9' : ''}`,
    'Call-ID: x1',
    `CSeq: 1 ${method}`,
    `Contact: <sip:${random.pick(['1001', '1001', '1002'])}@a1b2c3.invalid;transport=ws>;expires=300`,
    ...(random.chance(0.2) ? [`Authorization: Digest username="${extension}", realm="hotline"`] : []),
    ...(random.chance(0.1) ? [`Route: <sip:1.2.3.4>`] : []),
    ...(random.chance(0.1) ? [`t: <sip:other@hotline>`] : []),
  ];
  return `${start}\r\n${headers.join('\r\n')}\r\n\r\n${random.chance(0.3) ? 'v=0\r\n' : ''}`;
}
