import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { speak } from '../../src/setup/speech.ts';

describe('a text is spoken', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-speech-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('as words, also one that looks like an option of the program that speaks', async () => {
    const [file, plain] = [join(folder, 'file.wav'), join(folder, 'plain.wav')];
    // espeak-ng reads a whole file aloud for `-f FILE`
    await speak('-f/etc/services', file, 'en');
    await speak('f etc services', plain, 'en');
    expect(statSync(file).size).to.be.within(statSync(plain).size / 3, statSync(plain).size * 3);
  });
});
