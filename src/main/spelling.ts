import { pinyin } from 'pinyin-pro';

/** How Chinese words sound, for who types on a keyboard: 停水 is `tingshui` and `ts`. */
export function spelled(words: string): { pinyin: string; initials: string } {
  const said = { toneType: 'none', type: 'array', nonZh: 'consecutive' } as const;
  return {
    pinyin: pinyin(words, said).join('').toLowerCase(),
    initials: pinyin(words, { ...said, pattern: 'first' })
      .join('')
      .toLowerCase(),
  };
}
