import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { countAttempts, readSecurityLine } from '../../../src/core/telephone/security-log.ts';

/** what a real Asterisk wrote of two wrong passwords, an unknown account, and a forged line */
const LINES = readFileSync(resolve(import.meta.dirname, '../../ops/security-log.txt'), 'utf8')
  .trim()
  .split('\n');

describe("the switch's security log", () => {
  it('tells who guessed a password, and of nothing that is none', () => {
    const events = LINES.map(readSecurityLine);
    expect(events.map((event) => event && [event.kind, event.address])).to.deep.equal([
      null,
      null,
      null,
      ['ChallengeResponseFailed', '127.0.219.66'],
      ['InvalidAccountID', '127.0.219.66'],
      ['InvalidAccountID', null],
      ['ChallengeResponseFailed', '127.0.219.66'],
    ]);
    expect(events[3]).to.deep.include({ account: '1001', transport: 'UDP' });
  });

  it('names nobody whom a stranger names', () => {
    const forged = (account: string, session: string, response: string) =>
      `[2026-12-01 16:42:41.001] SECURITY[1] res_security_log.c: SecurityEvent="ChallengeResponseFailed",EventTV="t",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="${session}",LocalAddress="IPV4/UDP/10.0.0.1/5060",RemoteAddress="IPV4/UDP/203.0.113.7/5099",Challenge="c",Response="${response}",ExpectedResponse=""`;
    const names =
      'x",SessionID="y",LocalAddress="IPV4/UDP/10.0.0.1/5060",RemoteAddress="IPV4/UDP/192.0.2.10/5060';
    expect(readSecurityLine(forged('1001', 's', 'r'))!.address).to.equal('203.0.113.7');
    for (const line of [
      forged(names, 's', 'r'),
      forged('1001', names, 'r'),
      forged('1001', 's', 'r",RemoteAddress="IPV4/UDP/192.0.2.10/5060'),
      forged('1001', 'a"b', 'r'),
    ])
      expect(readSecurityLine(line)!.address).to.equal(null);
  });

  it('is counted by address, within ten minutes', () => {
    const event = (address: string | null) => ({
      kind: 'InvalidPassword',
      address,
      transport: 'UDP',
      account: '',
    });
    const attempts = [
      { event: event('203.0.113.7'), atMs: 1 },
      { event: event('203.0.113.7'), atMs: 600_002 },
      { event: event('203.0.113.8'), atMs: 600_003 },
      { event: event('203.0.113.8'), atMs: 600_004 },
      { event: event(null), atMs: 600_005 },
    ];
    expect(countAttempts(attempts, 600_010).map(({ address, count }) => [address, count])).to.deep.equal([
      ['203.0.113.8', 2],
      ['203.0.113.7', 1],
      ['—', 1],
    ]);
  });
});
