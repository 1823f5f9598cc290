import { existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from './packages.ts';
import { giveToFolder } from './private-folders.ts';

/**
 * Speaks a text into a file that Asterisk plays (8 kHz, mono, 16 bit): Chinese as pinyin with tone numbers into
 * espeak-ng, sox to the telephone's rate. A half-made file is never seen under its name.
 */
export async function speak(text: string, file: string, language: 'zh' | 'en' = 'zh'): Promise<void> {
  const words = language === 'en' ? text : await pinyinOf(text);
  const voice = language === 'en' ? ['-v', 'en', '-s', '160'] : ['-v', 'cmn-latn-pinyin', '-s', '210'];
  // a path from the root is never an option of sox, nor a pipe
  const mark = `${resolve(file)}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  const raw = `${mark}.raw.wav`;
  const done = `${mark}.wav`;
  try {
    await run(['espeak-ng', ...voice, '-p', '40', '-g', '1', '-w', raw, '--', words]);
    await run(['sox', '-q', raw, '-r', '8000', '-c', '1', '-b', '16', done, 'norm', '-3']);
    giveToFolder(done);
    renameSync(done, file);
  } finally {
    for (const left of [raw, done]) if (existsSync(left)) rmSync(left);
  }
}

async function pinyinOf(text: string): Promise<string> {
  const { pinyin } = await import('pinyin-pro');
  return pinyin(text, { toneType: 'num', type: 'array', nonZh: 'consecutive' }).join(' ');
}
