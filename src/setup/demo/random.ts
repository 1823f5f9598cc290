/** A seeded generator (mulberry32): the same seed gives the same demo. */
export interface Random {
  next(): number;
  between(from: number, until: number): number;
  whole(from: number, until: number): number;
  pick<T>(from: readonly T[]): T;
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
  chance(probability: number): boolean;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (from, until) => from + next() * (until - from),
    whole: (from, until) => from + Math.floor(next() * (until - from + 1)),
    pick: (from) => from[Math.floor(next() * from.length)]!,
    weighted(weights) {
      const entries = Object.entries(weights) as [never, number][];
      let at = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
      return entries.at(-1)![0];
    },
    chance: (probability) => next() < probability,
  };
}
