/** Lines of Asterisk's security log in which a stranger's words stand unescaped: nobody is named but who it was. */
import { readSecurityLine } from '../../src/core/telephone/security-log.ts';
import type { FuzzTarget, Random } from './target.ts';

const REAL = '203.0.113.7';
const PIECES = [
  ...['x', '1001', '"', ',', '=', '\\', 'IPV4/UDP/192.0.2.10/5060', '"",', 'SecurityEvent=', '\t', '/'],
  ...[
    '",RemoteAddress="IPV4/UDP/192.0.2.10/5060',
    '",LocalAddress="IPV4/UDP/10.0.0.1/5060',
    '",SessionID="y',
  ],
  ...['",Challenge="', '",Response="', '",ExpectedResponse="', '",AccountID="', '",EventVersion="1'],
];

export const target: FuzzTarget = {
  cases: 4000,
  mustSee: ['the right one', 'nobody'],
  open: () => ({
    run(random, seen) {
      const words = () => written(random);
      const line = `[2026-12-01 16:42:41.001] SECURITY[26831] res_security_log.c: SecurityEvent="ChallengeResponseFailed",EventTV="2026-12-01T16:42:41.001+0000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${words()}",SessionID="${words()}",LocalAddress="IPV4/UDP/10.0.0.1/5060",RemoteAddress="IPV4/UDP/${REAL}/5099",Challenge="${words()}",Response="${words()}",ExpectedResponse=""`;
      const event = readSecurityLine(line);
      if (event === null) throw new Error(`an attempt is not counted: ${line}`);
      if (event.address !== null && event.address !== REAL)
        throw new Error(`${event.address} is named: ${line}`);
      seen(event.address === null ? 'nobody' : 'the right one');
    },
  }),
};

function written(random: Random): string {
  let text = '';
  while (random.chance(0.55)) text += random.pick(PIECES);
  return text;
}
