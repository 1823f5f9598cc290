/** Telephone numbers in every disguise, spoilt: whatever is taken is one whole number, and nothing throws. */
import { callerNumber, readNumbers } from '../../src/core/people/number.ts';
import { numberText } from '../../src/core/people/telephone.ts';
import type { Random } from '../../src/setup/demo/random.ts';

const WHOLE =
  /^(?:1[3-9]\d{9}|0(?:10|2\d)[2-8]\d{7}|0[3-9]\d{2}[2-8]\d{6,7}|[48]00\d{7}|00[1-9]\d{5,14}|1\d{2,7}|9[56]\d{3,6})$/;

export const target = {
  cases: 4000,
  mustSee: ['one', 'more', 'extension', 'refused', 'none', 'partly', 'short', 'foreign'],
  open: () => ({
    run(random: Random, seen: (situation: string) => void) {
      const text = sample(random);
      const { numbers, refused, none } = readNumbers(text);
      if (numbers.length === 0 && refused === null) throw new Error(`nothing is said of ${text}`);
      seen(none ? 'none' : numbers.length === 0 ? 'refused' : numbers.length === 1 ? 'one' : 'more');
      if (numbers.length > 0 && refused !== null) seen('partly');
      for (const one of numbers) {
        if (one.extension !== null) seen('extension');
        if (one.e164 === null) seen('short');
        if (one.national.startsWith('00')) seen('foreign');
        if (!WHOLE.test(one.national)) throw new Error(`${one.national} is no number, of ${text}`);
        if (one.extension !== null && !/^\d{1,6}$/.test(one.extension))
          throw new Error(`${one.extension} is no extension, of ${text}`);
        if (callerNumber(one.national) !== one.national)
          throw new Error(`a trunk would tell ${one.national} otherwise`);
        const again = readNumbers(numberText(one)).numbers;
        if (again.length !== 1 || again[0]!.national !== one.national)
          throw new Error(`${numberText(one)} reads otherwise`);
      }
    },
  }),
};

function sample(random: Random): string {
  const parts = Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => disguised(random));
  const text = parts.join(random.pick(['/', '、', ',', '；', '\n', ' ', '或', '-', '']));
  if (!random.chance(0.3)) return text;
  const at = Math.floor(random.next() * (text.length + 1));
  const spoil = random.pick([
    '',
    '0',
    '*',
    '**',
    '-',
    'x',
    '\u0000',
    '转',
    'E+10',
    '.0',
    '（',
    '+',
    '\u200b',
    '一',
  ]);
  return text.slice(0, at) + spoil + text.slice(at + Math.floor(random.next() * 2));
}

function disguised(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.pick([...'0123456789'])).join('');
  const local = `${random.pick([...'2345678'])}${digits(6)}`;
  const number = random.pick([
    `13${digits(9)}`,
    `139 ${digits(4)} ${digits(4)}`,
    local,
    `0951${random.pick(['', '-', ' ', '/'])}${local}`,
    `(010)6${digits(7)}`,
    `+853 6${digits(7)}`,
    random.pick(['12345', '110', '95598', '10086']),
    digits(Math.floor(random.next() * 20)),
    random.pick(['无', '-', '匿名', '0', '1.3995E+10']),
  ]);
  const before = random.pick(['', '', '', '+86', '86-', '0086', '0', '17951', '张三', '手机：']);
  const after = random.pick(['', '', '', '转8001', '-8001', ' ext. 3', 'x12', '(李四)', '分机9']);
  return before + number + after;
}
