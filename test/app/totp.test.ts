import { expect } from 'chai';
import { openSeal } from '../../src/app/sealed.ts';
import { newTotpSecret, totpStep, totpUri } from '../../src/app/totp.ts';

/** RFC 6238, appendix B: the key `12345678901234567890`, the last six of its eight figures. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

describe('codes of an authenticator app', () => {
  it('are those of RFC 6238', () => {
    for (const [seconds, code] of VECTORS)
      expect(totpStep(SECRET, code, seconds * 1000), `${seconds}`).to.equal(Math.floor(seconds / 30));
  });

  it('are heard one step early and late, whenever within the step', () => {
    const step = Math.floor(1_111_111_109 / 30);
    for (const [aheadSeconds, heard] of [
      [-60, false],
      [-31, true],
      [-30, true],
      [30, true],
      [31, false],
    ] as const)
      // 1 111 111 109 is the last but one second of its step
      expect(totpStep(SECRET, '081804', (1_111_111_109 + aheadSeconds) * 1000), `${aheadSeconds}`).to.equal(
        heard ? step : null,
      );
  });

  it('are six figures and nothing else', () => {
    for (const code of ['', '28708', '2870820', '94287082', 'abcdef', '２８７０８２', '28708\u0000'])
      expect(totpStep(SECRET, code, 59_000), code).to.equal(null);
  });

  it('come of 160 random bits, under the name of the house', () => {
    const secret = newTotpSecret();
    expect(secret).to.match(/^[A-Z2-7]{32}$/);
    expect(secret).not.to.equal(newTotpSecret());
    const uri = new URL(totpUri(secret, '1001'));
    expect(uri.protocol).to.equal('otpauth:');
    expect(uri.searchParams.get('secret')).to.equal(secret);
    expect(decodeURIComponent(uri.pathname)).to.include('供水热线96666:1001');
  });
});

describe('a sealed secret', () => {
  it('opens with its key, for whom it is of, unchanged; else not at all', () => {
    const seal = openSeal('a key that the database does not have');
    const sealed = seal.close(Buffer.from(SECRET), 'totp 7');
    expect(seal.open(sealed, 'totp 7')!.toString()).to.equal(SECRET);
    expect(sealed.toString('latin1')).not.to.include(SECRET);
    expect(sealed.equals(seal.close(Buffer.from(SECRET), 'totp 7'))).to.equal(false);
    expect(seal.open(sealed, 'totp 8')).to.equal(null);
    expect(openSeal('another key of thirty-two signs!').open(sealed, 'totp 7')).to.equal(null);
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(seal.open(changed, 'totp 7'), `${at}`).to.equal(null);
    }
    expect(seal.open(sealed.subarray(0, 10), 'totp 7')).to.equal(null);
  });
});
