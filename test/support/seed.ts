/** Chance that can be had again: the seed is said, and HOTLINE_TEST_SEED makes the same choices once more. */
export function seededChance(what: string): () => number {
  const given = process.env['HOTLINE_TEST_SEED'];
  let state = given === undefined ? Date.now() >>> 0 : Number(given) >>> 0;
  process.stderr.write(`      ${what}: HOTLINE_TEST_SEED=${state}\n`);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
