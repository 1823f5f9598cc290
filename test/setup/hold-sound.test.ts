import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { holdMusic, ringTone, writeHoldSound } from '../../src/setup/hold-sound.ts';
import { loudnessOf } from '../support/tone.ts';

const RATE = 8000;

/** Root mean square over the loudest sine that G.711 can say, in dBm0. */
function dbm0(samples: Float32Array): number {
  const meanSquare = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(meanSquare * 2) + 3.14;
}

describe('what a held caller hears', () => {
  const music = holdMusic();

  it('is music of half a minute and more, the same each time it is made', () => {
    expect(music.length / RATE).to.be.at.least(30);
    expect(Buffer.from(holdMusic().buffer).equals(Buffer.from(music.buffer))).to.equal(true);
  });

  it('is as loud as the line wants it, and never so loud that it is clipped', () => {
    expect(dbm0(music)).to.be.within(-20, -16);
    expect(music.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).to.be.below(0.7);
  });

  it('has no gap: every fifth of a second is heard, from the first to the last', () => {
    const length = RATE / 5;
    for (let from = 0; from + length <= music.length; from += length)
      expect(dbm0(music.subarray(from, from + length)), `at ${from / RATE} s`).to.be.within(-28, -10);
  });

  it('has no click where it begins again', () => {
    const steps = music.map((sample, at) => Math.abs(sample - music.at(at - 1)!));
    const seam = steps[0]!;
    steps[0] = 0;
    expect(seam).to.be.below(steps.reduce((most, step) => Math.max(most, step), 0));
  });

  it('has none of the pure tones by which tests know who speaks', () => {
    for (const hz of [440, 450, 660, 880, 1320, 1760])
      for (let from = 0; from + RATE / 2 <= music.length; from += RATE / 2)
        expect(loudnessOf(music.subarray(from, from + RATE / 2), hz) * 100, `${hz} Hz`).to.be.below(1);
  });

  it('or is the ring of the network, by a setting', () => {
    const ring = ringTone();
    expect(loudnessOf(ring.subarray(0, RATE), 450) * 100).to.be.above(1);
    expect(dbm0(ring.subarray(0, RATE))).to.be.within(-18, -12);
    expect(ring.subarray(RATE).every((sample) => sample === 0)).to.equal(true);
  });

  describe('as a file of the switch', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hotline-test-hold-'))));
    afterEach(() => rmSync(folder, { recursive: true }));
    const hold = () => readFileSync(join(folder, 'hold.wav'));

    it('what an earlier version left is written anew', async () => {
      writeFileSync(join(folder, 'hold.wav'), 'eight seconds of next to nothing');
      await writeHoldSound(folder, 'music');
      expect(hold().length).to.equal(44 + music.length * 2);
    });

    it('a file of the site’s own is taken; one that can’t be played costs nobody the line', async () => {
      await writeHoldSound(folder, 'ring');
      const own = join(folder, 'own.wav');
      writeFileSync(own, hold());
      await writeHoldSound(folder, 'music');
      await writeHoldSound(folder, own);
      expect(hold().length).to.be.within(5 * RATE * 2, 5 * RATE * 2 + 200);
      await writeHoldSound(folder, join(folder, 'not-there.mp3'));
      expect(hold().length).to.equal(44 + music.length * 2);
      expect(existsSync(join(folder, 'hold.wav.new.wav'))).to.equal(false);
    });
  });
});
