import { expect } from 'chai';
import {
  bareCode,
  factorNeed,
  factorPolicy,
  passkeyPlace,
  providerProvedFactor,
} from '../../../src/core/people/factor.ts';
import { lockoutMs } from '../../../src/core/people/lockout.ts';

const DAY_MS = 86_400_000;

describe('the second factor', () => {
  it('is required of administrators and leaders with days of grace, unless the utility sets it otherwise', () => {
    const usual = factorPolicy({});
    expect([...usual.required].sort()).to.deep.equal(['administrator', 'manager', 'supervisor']);
    expect([usual.graceMs, usual.provenMs]).to.deep.equal([14 * DAY_MS, 600_000]);
    const set = factorPolicy({ agentFactor: true, managerFactor: false, graceDays: 0, provenMinutes: 5 });
    expect([...set.required].sort()).to.deep.equal(['administrator', 'agent', 'supervisor']);
    expect([set.graceMs, set.provenMs]).to.deep.equal([0, 300_000]);
    // what can't be a setting is none
    expect(factorPolicy({ provenMinutes: 10_000 }).provenMs).to.equal(600_000);
  });

  it('is asked of who has one; set up by who needs one, after the days of grace', () => {
    const policy = factorPolicy({});
    const need = (role: 'agent' | 'manager', hasFactor: boolean, askedAtMs: number | null) =>
      factorNeed({ role, hasFactor, askedAtMs }, policy, 100 * DAY_MS);
    expect(need('agent', true, null)).to.deep.equal({ kind: 'factor' });
    expect(need('agent', false, null)).to.deep.equal({ kind: 'none' });
    expect(need('manager', false, null)).to.deep.equal({ kind: 'later', untilMs: 114 * DAY_MS });
    expect(need('manager', false, 90 * DAY_MS)).to.deep.equal({ kind: 'later', untilMs: 104 * DAY_MS });
    expect(need('manager', false, 86 * DAY_MS)).to.deep.equal({ kind: 'enrol' });
    expect(need('manager', false, 0)).to.deep.equal({ kind: 'enrol' });
  });

  it('passkeys belong to the public address, or to localhost for trying', () => {
    const configured = 'https://hotline.example.cn';
    const ours = { rpId: 'hotline.example.cn', origin: configured };
    expect(passkeyPlace(configured, 'https://hotline.example.cn')).to.deep.equal(ours);
    // the proxy ends TLS and does not say so
    expect(passkeyPlace(configured, 'http://hotline.example.cn')).to.deep.equal(ours);
    expect(passkeyPlace(null, 'http://localhost:9666')).to.deep.equal({
      ...{ rpId: 'localhost', origin: 'http://localhost:9666' },
    });
    for (const [publicUrl, page, why] of [
      [configured, 'https://10.1.2.3', 'address'],
      [configured, 'http://[::1]:9666', 'address'],
      [null, 'http://127.0.0.1:9666', 'address'],
      [configured, 'https://evil.example', 'elsewhere'],
      [configured, 'https://hotline.example.cn:8443', 'elsewhere'],
      ['http://hotline.local', 'http://hotline.local', 'plain'],
      [null, 'http://hotline.local', 'plain'],
      [null, 'https://hotline.local', 'unset'],
    ] as const)
      expect(passkeyPlace(publicUrl, page), page).to.deep.equal({ why, publicUrl });
  });

  it('of an identity provider counts where its token says so, or as the utility decides', () => {
    const told = (claims: object, acr: string[] = []) => providerProvedFactor(claims, 'if-told', acr);
    for (const amr of [['mfa'], ['pwd', 'otp'], ['pin', 'hwk'], ['swk', 'fpt']])
      expect(told({ amr }), amr.join()).to.equal(true);
    for (const amr of [['pwd'], ['otp'], ['pwd', 'pin'], [], 'mfa', undefined, [{ mfa: 1 }]])
      expect(told({ amr }), JSON.stringify(amr)).to.equal(false);
    expect(told({ acr: 'gold' }, ['silver', 'gold'])).to.equal(true);
    expect(told({ acr: 'bronze', amr: ['mfa'] }, ['silver', 'gold'])).to.equal(false);
    expect(providerProvedFactor({}, 'always', [])).to.equal(true);
    expect(providerProvedFactor({ amr: ['mfa'] }, 'never', [])).to.equal(false);
  });

  it('guesses of codes are counted by account, too, and no wait is for ever', () => {
    expect([lockoutMs(19, 20), lockoutMs(20, 20), lockoutMs(1000, 20)]).to.deep.equal([0, 15_000, 900_000]);
  });

  it('a code from paper is compared as it was meant', () => {
    expect(bareCode(' K7MPX 2hq9r ')).to.equal(bareCode('k7mpx-2hq9r'));
  });
});
