/**
 * `npm run proof -- NAME [SECONDS] [SEED] [MORE…]`: what takes long by nature, each a file `NAME.proof.ts` of this folder that
 * exports `proof`. Every run prints its seed; the same seed is the same run. `npm run proof` alone lists the names.
 *
 * Fuzzers are one proof, `npm run proof -- fuzz [SECONDS] [SEED] [TARGET…]`, and are found by themselves. To add one, write
 * `test/fuzz/NAME.fuzz.ts` which exports `target` (a FuzzTarget, test/fuzz/target.ts). Nothing else is to be touched:
 *
 *     import type { FuzzTarget } from './target.ts';
 *     export const target: FuzzTarget = {
 *       cases: 500,                        // so many in `npm test` (a second or two); the proof goes on for SECONDS
 *       mustSee: ['taken', 'refused'],     // rare situations that the short run must have reached
 *       open: () => ({                     // may be async: a server, a database
 *         run(random, seen) {              // one case, of this random alone; may be async. Throws if something is wrong
 *           const text = spoilt(random, sample);
 *           seen(parse(text).ok ? 'taken' : 'refused');
 *         },
 *         close() {},                      // optional
 *       }),
 *     };
 *
 * A case fails if it throws, if anything in the process throws beside it, if it never ends, or if it takes more than
 * `mostCpuMs` of processor time (3000: a parser that stalls). Case n has the seed SEED + n, so the seed that a failure
 * prints begins with the case that failed. test/fuzz/fuzz.test.ts runs all of them, short and with a fixed seed.
 */
import { readdirSync } from 'node:fs';
import type { Proof } from './proof.ts';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.proof.ts'))
  .map((file) => file.replace('.proof.ts', ''))
  .sort();
const [name, seconds, seed, ...rest] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`npm run proof -- NAME [SECONDS] [SEED]\nNAME: ${names.join(', ')}\n`);
  process.exit(2);
}
const chosen = seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(seed);
if (!Number.isInteger(chosen) || !(Number(seconds ?? 60) >= 0)) {
  process.stderr.write('SECONDS and SEED are whole numbers\n');
  process.exit(2);
}
process.stdout.write(`· ${name}, seed ${chosen}\n`);
const { proof } = (await import(`./${name}.proof.ts`)) as { proof: Proof };
try {
  await proof({
    seconds: Number(seconds ?? 60),
    seed: chosen,
    rest,
    say: (line) => void process.stdout.write(`  ${line}\n`),
  });
  process.stdout.write(`${name}: holds (seed ${chosen})\n`);
  process.exit(0);
} catch (cause) {
  process.stderr.write(`${(cause as Error).stack ?? String(cause)}\n`);
  process.stderr.write(
    `${name}: does not hold. Again: npm run proof -- ${name} ${seconds ?? 60} ${chosen}\n`,
  );
  process.exit(1);
}
