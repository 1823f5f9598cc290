/** One list taken along as xlsx, in a process of its own: DATABASE FOLDER PERSON PERIOD. Says rows, seconds, steps told and its peak memory. */
import type pg from 'pg';
import { pino } from 'pino';
import { openExportsWing } from '../../src/main/exports.ts';
import type { Ground } from '../../src/main/wings.ts';
import { askExport } from '../../src/postgres/exports.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { ExportProgress } from '../../src/protocol/outward.ts';

const [databaseUrl, varDir, personId, period] = process.argv.slice(2) as [string, string, string, string];
const pool: pg.Pool = openPool(databaseUrl);
let steps = 0;
let peak = 0;
let over!: (last: ExportProgress) => void;
const done = new Promise<ExportProgress>((then) => (over = then));
const wing = openExportsWing({
  ...{
    pool,
    databaseUrl,
    varDir,
    now: Date.now,
    log: pino({ level: 'silent' }),
    audit: () => Promise.resolve(),
  },
  live: {
    tell(_room: string, _event: string, progress: ExportProgress) {
      steps += 1;
      if (progress.state === 'ready' || progress.state === 'failed') over(progress);
    },
    drop: () => undefined,
    audience: () => 1,
  },
} as unknown as Ground);
const base = process.memoryUsage().rss;
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
await askExport(
  pool,
  {
    ...{ askedBy: Number(personId), list: 'calls', format: 'xlsx' as const },
    ...{ filter: { period, list: 'offered' }, words: '' },
  },
  9,
);
const began = performance.now();
await wing.start!();
const last = await done;
clearInterval(watching);
console.log(
  JSON.stringify({
    ...{ state: last.state, why: last.why, rows: last.rows, bytes: last.bytes, steps },
    ...{ seconds: (performance.now() - began) / 1000, peakMb: peak / 2 ** 20, baseMb: base / 2 ** 20 },
  }),
);
await wing.close!();
await pool.end();
