import { existsSync, renameSync, rmSync } from 'node:fs';
import { run } from './packages.ts';

/**
 * Speaks a Chinese text into a file that Asterisk plays (8 kHz, mono, 16 bit): pinyin with tone numbers into
 * espeak-ng, sox to the telephone's rate. A half-made file is never seen under its name.
 */
export async function speak(text: string, file: string): Promise<void> {
  const { pinyin } = await import('pinyin-pro');
  const words = pinyin(text, { toneType: 'num', type: 'array', nonZh: 'consecutive' }).join(' ');
  const mark = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  const raw = `${mark}.raw.wav`;
  const done = `${mark}.wav`;
  try {
    await run(['espeak-ng', '-v', 'cmn-latn-pinyin', '-s', '210', '-p', '40', '-g', '1', '-w', raw, words]);
    await run(['sox', '-q', raw, '-r', '8000', '-c', '1', '-b', '16', done, 'norm', '-3']);
    renameSync(done, file);
  } finally {
    for (const left of [raw, done]) if (existsSync(left)) rmSync(left);
  }
}
