/** Wrong tries of strangers, counted by where they come from, in memory: who has guessed too often is not listened to. */
import { ipKeyGenerator } from 'express-rate-limit';

export interface Tries {
  isOver(address: string): boolean;
  count(address: string): void;
}

/** addresses remembered at once; a flood from more than these forgets the oldest */
const MOST_ADDRESSES = 20_000;

export function openTries({
  most,
  windowMs,
  now,
}: {
  most: number;
  windowMs: number;
  now: () => number;
}): Tries {
  const seen = new Map<string, { count: number; endsMs: number }>();
  const of = (address: string) => {
    // a household has a whole block of IPv6 addresses
    const key = ipKeyGenerator(address);
    const tries = seen.get(key);
    return { key, tries: tries && tries.endsMs > now() ? tries : null };
  };
  return {
    isOver: (address) => (of(address).tries?.count ?? 0) >= most,
    count(address) {
      const { key, tries } = of(address);
      seen.delete(key);
      seen.set(key, tries ? { ...tries, count: tries.count + 1 } : { count: 1, endsMs: now() + windowMs });
      if (seen.size > MOST_ADDRESSES) seen.delete(seen.keys().next().value!);
    },
  };
}
