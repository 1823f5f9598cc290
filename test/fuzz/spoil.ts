/** What fuzzers do to good samples. */
import type { Random } from './target.ts';

const NASTY = [
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ':',
    ';',
    ',',
    '"',
    "'",
    '<',
    '>',
    '@',
    '%',
    '%00',
    '\\',
    '/',
    '//',
  ],
  ...['[', ']', '{', '}', '-1', '0', '1e999', 'NaN', '99999999999999999999', '__proto__', 'constructor'],
  ...['null', 'undefined', '\ufeff', '\ufffd', '\ud800', '\u202e', '马', '𠮷', '٣', '１３９', ' ', '\t', ''],
];

/** A few bytes changed, cut out, doubled, moved or put in. */
export function spoiltBytes(random: Random, sample: Buffer): Buffer {
  let bytes = sample;
  for (let times = random.whole(1, 6); times > 0; times -= 1) {
    const at = random.whole(0, bytes.length);
    const to = Math.min(bytes.length, at + random.whole(1, random.chance(0.1) ? 4000 : 40));
    const parts: Record<string, () => Buffer[]> = {
      change: () => [bytes.subarray(0, at), randomBytes(random, 1), bytes.subarray(at + 1)],
      cut: () => [bytes.subarray(0, at), bytes.subarray(to)],
      end: () => [bytes.subarray(0, at)],
      double: () => [bytes.subarray(0, to), bytes.subarray(at)],
      junk: () => [bytes.subarray(0, at), randomBytes(random, random.whole(1, 60)), bytes.subarray(at)],
      nasty: () => [bytes.subarray(0, at), Buffer.from(random.pick(NASTY)), bytes.subarray(at)],
      long: () => [
        bytes.subarray(0, at),
        Buffer.alloc(random.whole(100, 20_000), random.pick(NASTY) || 'a'),
        bytes.subarray(at),
      ],
    };
    bytes = Buffer.concat(random.pick(Object.values(parts))());
  }
  return bytes;
}

/** The same of text. */
export function spoilt(random: Random, sample: string): string {
  return spoiltBytes(random, Buffer.from(sample)).toString('utf8');
}

export function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.whole(0, 255)));
}

/** Anything that JSON can carry, of any shape, sometimes deep. */
export function anyValue(random: Random, depth = 4): unknown {
  const kind = random.whole(0, depth > 0 ? 9 : 6);
  if (kind < 2) return random.pick(NASTY).repeat(random.chance(0.05) ? 2000 : 1);
  if (kind === 2) return random.pick([0, -1, 1e21, 2 ** 53, -0.5, 1e308, Number.MIN_VALUE]);
  if (kind === 3) return random.chance(0.5);
  if (kind === 4) return null;
  if (kind === 5) return random.whole(-1000, 1_000_000);
  if (kind === 6) return [];
  const size = random.whole(0, 4);
  if (kind < 9) return Array.from({ length: size }, () => anyValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [random.pick(NASTY), anyValue(random, depth - 1)]),
  );
}
