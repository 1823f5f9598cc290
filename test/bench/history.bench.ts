/** The pop's look-up over 1,000,000 calls while a month's report is counted, against the same with nothing beside it. */
import { periodAt, periodBefore } from '../../src/core/office/period.ts';
import { countAgents } from '../../src/postgres/agent-lists.ts';
import { countCallGroups } from '../../src/postgres/call-lists.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { CALLS, millionCalls, numberOf } from './million.ts';
import { median, percentile, type BenchRow } from './row.ts';

const ROUNDS = 5;
/** as calls come at 20 a second */
const LOOK_UPS = 200;
const EVERY_MS = 20;

export async function bench(): Promise<BenchRow[]> {
  const { url } = await millionCalls();
  const pool = openPool(url);
  const reports = openPool(url, { most: 2, statementMs: 60_000 });
  const month = periodBefore(periodAt('month', Date.now()));
  await lookUps(pool, 7);
  const idle: number[] = [];
  const busy: number[] = [];
  let counted = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    idle.push(percentile(await lookUps(pool, round), 99));
    const stop = new AbortController();
    const reporting = (async () => {
      while (!stop.signal.aborted) {
        await Promise.all([countCallGroups(reports, month), countAgents(reports, month, Date.now())]);
        counted += 1;
      }
    })();
    busy.push(percentile(await lookUps(pool, round + 100), 99));
    stop.abort();
    await reporting;
  }
  await pool.end();
  await reports.end();
  const ratio = median(busy.map((ms, at) => ms / idle[at]!));
  return [
    {
      name: `history over ${CALLS / 1e6} M calls, p99: month's report running ÷ idle`,
      ours: `${median(busy).toFixed(1)} ms (${counted} reports meanwhile)`,
      other: `${median(idle).toFixed(1)} ms`,
      ratio,
      goal: '≤ 3',
      met: ratio <= 3,
    },
  ];
}

async function lookUps(pool: Parameters<typeof callerHistory>[0], seed: number): Promise<number[]> {
  const took: number[] = [];
  const running: Promise<void>[] = [];
  for (let at = 0; at < LOOK_UPS; at += 1) {
    const began = performance.now();
    running.push(
      callerHistory(pool, numberOf(seed * 31_337 + at * 7919)).then((found) => {
        if (found.callCount === 0) throw new Error('the bench looks up a number without calls');
        took.push(performance.now() - began);
      }),
    );
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
  await Promise.all(running);
  return took;
}
