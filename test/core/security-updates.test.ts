import { expect } from 'chai';
import {
  OUT_OF_REACH_MS,
  securityUpdatesOf,
  updateAlarms,
  updatesOf,
  type UpdateKnowledge,
} from '../../src/core/security-updates.ts';

/** As apt 2.6 writes it. */
const SAID = `Reading package lists...
Inst base-files [12.4+deb12u11] (12.4+deb12u15 Debian:12.15/oldstable [amd64])
Inst libgcrypt20-dev [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
Inst new-one (1.0 Debian-Security:12/oldstable-security [amd64])
Inst openssl [3.0.15-1] (3.0.17-1 Ubuntu:24.04/noble-security [amd64])
Conf base-files (12.4+deb12u15 Debian:12.15/oldstable [amd64])
`;
const NOW = Date.parse('2026-12-01T00:00:00Z');
const DAY_MS = 86_400_000;
const known = (more: Partial<UpdateKnowledge>): UpdateKnowledge => ({
  ...{ sinceMs: NOW - 400 * DAY_MS, machine: [], machineListAtMs: NOW, pbx: null, pbxListAtMs: null },
  ...more,
});

describe('security updates', () => {
  it('are read of what apt would do: what waits, from the security archive', () => {
    expect(securityUpdatesOf(SAID).map(({ name, offered }) => `${name} ${offered}`)).to.deep.equal([
      'libgcrypt20-dev 1.10.1-3+deb12u1',
      'openssl 3.0.17-1',
    ]);
    expect(updatesOf(SAID)).to.have.length(3);
  });

  it('that wait are an alarm; of sid only a newer Asterisk is', () => {
    const out = { name: 'openssl', installed: '1', offered: '2' };
    expect(updateAlarms(known({}), NOW)).to.deep.equal([]);
    expect(updateAlarms(known({ machine: [out] }), NOW)).to.deep.equal(['security-updates-out']);
    expect(updateAlarms(known({ pbx: [out], pbxListAtMs: NOW }), NOW)).to.deep.equal([]);
    const asterisk = { ...out, name: 'asterisk' };
    expect(updateAlarms(known({ pbx: [asterisk], pbxListAtMs: NOW }), NOW)).to.deep.equal([
      'security-updates-out',
    ]);
  });

  it('of which nothing was heard for a month are an alarm, but not on a machine that is new', () => {
    const late = NOW - OUT_OF_REACH_MS - 1;
    const unknown = ['security-updates-unknown'];
    expect(updateAlarms(known({ machineListAtMs: late }), NOW)).to.deep.equal(unknown);
    expect(updateAlarms(known({ machineListAtMs: null }), NOW)).to.deep.equal(unknown);
    expect(updateAlarms(known({ pbx: [], pbxListAtMs: late }), NOW)).to.deep.equal(unknown);
    expect(updateAlarms(known({ machineListAtMs: null, sinceMs: NOW - DAY_MS }), NOW)).to.deep.equal([]);
  });
});
