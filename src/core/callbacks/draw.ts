/**
 * The dice of the sample: xoshiro128**, seeded by a text. Ours and written out, so that a certificate of today is drawn
 * again in ten years to the same names, whatever a library or a browser does meanwhile.
 */
export interface Dice {
  /** a whole number from 0 to `sides − 1`, each as likely */
  roll(sides: number): number;
}

export function diceOf(seed: string): Dice {
  const state = seedOf(seed);
  function next(): number {
    const [a, b, c, d] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    let third = c ^ a;
    const fourth = d ^ b;
    state[1] = b ^ third;
    state[0] = a ^ fourth;
    third ^= shifted;
    state[2] = third;
    state[3] = rotate(fourth, 11);
    return result;
  }
  return {
    roll(sides) {
      // the last, incomplete round of the dice would favour the low numbers: rolled again
      const whole = Math.floor(2 ** 32 / sides) * sides;
      for (;;) {
        const rolled = next();
        if (rolled < whole) return rolled % sides;
      }
    },
  };
}

/** Fisher and Yates: every order is as likely. */
export function shuffled<T>(things: readonly T[], dice: Dice): T[] {
  const order = [...things];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const at = dice.roll(last + 1);
    [order[at], order[last]] = [order[last]!, order[at]!];
  }
  return order;
}

/** Four words out of a text: FNV-1a over its code units, each word stirred by splitmix. */
function seedOf(text: string): Int32Array {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  const words = new Int32Array(4);
  for (let at = 0; at < 4; at += 1) {
    hash = (hash + 0x9e3779b9) | 0;
    let mixed = hash;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    words[at] = mixed ^ (mixed >>> 16);
  }
  return words;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
