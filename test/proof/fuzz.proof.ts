import { fuzz, fuzzTargets } from '../fuzz/target.ts';
import type { Proof } from './proof.ts';

/** Every fuzzer of test/fuzz, or those that are named, one after the other; the time is shared out evenly. */
export const proof: Proof = async ({ seconds, seed, rest, say }) => {
  const targets = (await fuzzTargets()).filter(({ name }) => rest.length === 0 || rest.includes(name));
  if (targets.length === 0) throw new Error(`no such fuzzer: ${rest.join(' ')}`);
  for (const { name, target } of targets) {
    const done = await fuzz(name, target, { seed, forMs: (seconds * 1000) / targets.length });
    say(
      `${name}: ${done.cases} cases; ${[...done.seen].map(([what, count]) => `${what} ${count}`).join(', ')}`,
    );
  }
};
