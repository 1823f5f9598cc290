/**
 * `npm run proof -- years [SECONDS] [SEED] [CALLS A DAY]`: what runs again and again while the hotline is open, and its reports,
 * over five years of 300 calls a day beside one year of them. Prints p95 of both and their ratio; nothing random is in it.
 */
import { periodAt, periodBefore } from '../../src/core/office/period.ts';
import { openReportMaker } from '../../src/main/report-maker.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { LONG_WORK, openPool } from '../../src/postgres/pool.ts';
import { percentile } from '../bench/row.ts';
import { cloneDatabase, stopDatabase } from '../support/database.ts';
import { fillDays, WATCHES } from '../support/years.ts';
import type { Proof } from './proof.ts';

const RUNS = 20;
const REPORTS: [report: string, kind: 'day' | 'week' | 'cycle'][] = [
  ['daily', 'day'],
  ['weekly', 'week'],
  ['monthly', 'cycle'],
  ['telephone', 'cycle'],
];

export const proof: Proof = async ({ rest, say }) => {
  const callsADay = Number(rest[0] ?? 300);
  const times: Record<string, number>[] = [];
  for (const years of [1, 5]) {
    const pool = openPool(await cloneDatabase(), LONG_WORK);
    await fillDays(pool, years * 365, callsADay);
    say(`${years} years: ${years * 365 * callsADay} calls`);
    times.push(await measure(pool));
    await pool.end();
  }
  await stopDatabase();
  const [one, five] = times as [Record<string, number>, Record<string, number>];
  for (const [name, ms] of Object.entries(five))
    say(
      `${name}: ${ms.toFixed(1)} ms after five years, ${one[name]!.toFixed(1)} after one, × ${(ms / one[name]!).toFixed(2)}`,
    );
};

async function measure(pool: ReturnType<typeof openPool>): Promise<Record<string, number>> {
  const make = openReportMaker(pool, Date.now);
  const work: Record<string, () => Promise<unknown>> = {
    'a caller’s history': () => callerHistory(pool, '13900000042'),
    ...Object.fromEntries(
      Object.entries(WATCHES).map(([name, run]) => [name, () => run(pool, Date.now())] as const),
    ),
    ...Object.fromEntries(
      REPORTS.map(([report, kind]) => [
        `report ${report}`,
        () => make(report, periodBefore(periodAt(kind, Date.now()))),
      ]),
    ),
  };
  const p95: Record<string, number> = {};
  for (const [name, run] of Object.entries(work)) {
    await run();
    const took: number[] = [];
    for (let at = 0; at < RUNS; at += 1) {
      const began = performance.now();
      await run();
      took.push(performance.now() - began);
    }
    p95[name] = percentile(took, 95);
  }
  return p95;
}
