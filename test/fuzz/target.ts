/** Fuzzers: how one is written is said in test/proof/run.ts. */
import { readdirSync } from 'node:fs';
import { randomFrom, type Random } from '../../src/setup/demo/random.ts';

export type { Random };

export interface FuzzTarget {
  /** so many in `npm test` */
  cases: number;
  /** situations that the short run must have reached, by the words given to `seen` */
  mustSee?: readonly string[];
  /** processor time that one case may take */
  mostCpuMs?: number;
  open(): OpenTarget | Promise<OpenTarget>;
}

export interface OpenTarget {
  run(random: Random, seen: (situation: string) => void): void | Promise<void>;
  close?(): void | Promise<void>;
}

const MOST_CPU_MS = 3000;
/** a case that has not ended by then never will; generous, for the machine may be busy */
const NEVER_ENDS_MS = 120_000;

export async function fuzzTargets(): Promise<{ name: string; target: FuzzTarget }[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.fuzz.ts'));
  return Promise.all(
    files.sort().map(async (file) => ({
      name: file.replace('.fuzz.ts', ''),
      ...((await import(`./${file}`)) as { target: FuzzTarget }),
    })),
  );
}

/** Runs cases until their number or their time is up, at least one; the first that fails is thrown with its seed. */
export async function fuzz(
  name: string,
  target: FuzzTarget,
  { seed, cases = Infinity, forMs = Infinity }: { seed: number; cases?: number; forMs?: number },
): Promise<{ cases: number; seen: Map<string, number> }> {
  const seen = new Map<string, number>();
  const faultsBeside: unknown[] = [];
  const onFault = (cause: unknown) => void faultsBeside.push(cause);
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
  const open = await target.open();
  const endsAtMs = performance.now() + forMs;
  let count = 0;
  let caseSeed = seed;
  try {
    do {
      caseSeed = (seed + count) >>> 0;
      count += 1;
      const cpu = process.cpuUsage();
      await inTime(open.run(randomFrom(caseSeed), (what) => void seen.set(what, (seen.get(what) ?? 0) + 1)));
      const used = process.cpuUsage(cpu);
      const cpuMs = (used.user + used.system) / 1000;
      if (cpuMs > (target.mostCpuMs ?? MOST_CPU_MS))
        throw new Error(`the case took ${Math.round(cpuMs)} ms of processor time`);
      if (faultsBeside.length > 0)
        throw new Error('thrown beside the case, where nobody catches it', { cause: faultsBeside[0] });
    } while (count < cases && performance.now() < endsAtMs);
  } catch (cause) {
    throw new Error(
      `fuzzer ${name}, case ${count} of seed ${seed}: ${(cause as Error).message}\n` +
        `  again: npm run proof -- fuzz 0 ${caseSeed} ${name}\n` +
        `  (with all cases before it: npm run proof -- fuzz 600 ${seed} ${name})`,
      { cause },
    );
  } finally {
    await open.close?.();
    process.off('uncaughtException', onFault);
    process.off('unhandledRejection', onFault);
  }
  return { cases: count, seen };
}

async function inTime(work: void | Promise<void>): Promise<void> {
  if (!work) return;
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('the case never ended')), NEVER_ENDS_MS);
  });
  await Promise.race([work, never]).finally(() => clearTimeout(timer));
}
