/** `npm run bench`: every bench of this folder, one table. Ratios only: the machine is shared and noisy. */
import { readdirSync } from 'node:fs';
import type { BenchRow } from './row.ts';

const named = process.argv.slice(2);
const rows: BenchRow[] = [];
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith('.bench.ts') || (named.length > 0 && !named.includes(file.replace('.bench.ts', ''))))
    continue;
  process.stdout.write(`· ${file} …\n`);
  const { bench } = (await import(`./${file}`)) as { bench: () => Promise<BenchRow[]> };
  rows.push(...(await bench()));
}
process.stdout.write('\n| what | ours | other | ratio | goal | met |\n|---|---|---|---|---|---|\n');
for (const { name, ours, other, ratio, goal, met } of rows) {
  process.stdout.write(
    `| ${name} | ${ours} | ${other} | ${ratio.toFixed(2)} | ${goal} | ${met ? 'yes' : 'NO'} |\n`,
  );
}
process.exit(rows.every((row) => row.met) ? 0 : 1);
