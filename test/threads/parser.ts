import { Refused } from '../../src/threads/parse-apart.ts';

interface Job {
  yields?: number;
  spins?: true;
  eats?: true;
  refuses?: string;
  throws?: true;
  dies?: true;
}

export async function* parse(job: Job): AsyncGenerator<number> {
  for (let at = 0; at < (job.yields ?? 0); at += 1) yield at;
  if (job.spins) for (;;);
  if (job.eats)
    for (const kept: string[][] = []; ;)
      kept.push(Array.from({ length: 1000 }, (_, at) => `${kept.length} ${at}`));
  if (job.refuses !== undefined) throw new Refused(job.refuses);
  if (job.throws) throw new Error('ours');
  if (job.dies) process.exit(7);
}
