import { pinyin } from 'pinyin-pro';

const PLAIN = { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true } as const;

/** How Chinese words sound, for who types on a keyboard: 停水 is `tingshui` and `ts`, 绿 is `lv`. */
export function spelled(words: string): { pinyin: string; initials: string } {
  return {
    pinyin: pinyin(words, PLAIN).join('').toLowerCase(),
    initials: pinyin(words, { ...PLAIN, pattern: 'first' })
      .join('')
      .toLowerCase(),
  };
}

/** so many ways of saying one name; of a company's long one the first characters are turned, the rest said as usual */
const MOST_WAYS = 48;
/** surnames of the Hui that dictionaries do not have */
const BESIDE: Readonly<Record<string, readonly string[]>> = { 黑: ['he'] };
const HAN = /\p{Script=Han}/u;

/**
 * Every way in which a name may be typed: 单 is Dan and Shan, 尉迟 is Yuchi and Weichi, 吕 is `lv`, `lu` and `lyu`; whole and
 * by its initials; a dot in a name (马·依布拉欣) is not typed.
 */
export function soundsOf(name: string): string[] {
  const bare = name.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '');
  const letters = [...bare];
  if (!HAN.test(bare)) return [bare.toLowerCase()];
  const usual = readings(bare, letters.length, 'off');
  const asName = readings(bare, letters.length, 'head');
  const all = letters.map((letter, at) =>
    HAN.test(letter)
      ? [
          ...new Set(
            [...[asName[at]!, usual[at]!, ...(BESIDE[letter] ?? [])], ...everyReading(letter)].flatMap(typed),
          ),
        ]
      : [letter.toLowerCase()],
  );
  return [...new Set([...ways(all), ...ways(all.map((some) => [...new Set(some.map((one) => one[0]!))]))])];
}

/** asked again and again while all customers' words are written; there are some 20,000 characters */
const READINGS = new Map<string, readonly string[]>();
function everyReading(letter: string): readonly string[] {
  const known = READINGS.get(letter);
  if (known) return known;
  const found = pinyin(letter, { ...PLAIN, multiple: true });
  READINGS.set(letter, found);
  return found;
}

/** One reading a character; what is not Chinese stands for itself. */
function readings(text: string, count: number, surname: 'off' | 'head'): string[] {
  const said = pinyin(text, { ...PLAIN, nonZh: 'spaced', surname });
  return said.length === count ? said : [...text].map((letter) => pinyin(letter, PLAIN).join(''));
}

/** `lv` is typed as `lu` by who has no ü, and stands as `lyu` in a passport. */
function typed(reading: string): string[] {
  const plain = reading.toLowerCase().replace(/ü/g, 'v');
  return /^[ln]v/.test(plain) ? [plain, plain.replace('v', 'u'), plain.replace('v', 'yu')] : [plain];
}

function ways(all: readonly (readonly string[])[]): string[] {
  let said = [''];
  for (const some of all) {
    const taken = said.length * some.length <= MOST_WAYS ? some : some.slice(0, 1);
    said = said.flatMap((begin) => taken.map((one) => begin + one));
  }
  return said;
}
