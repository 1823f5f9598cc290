/** Every report over 1,000,000 calls and 200,000 orders, made as the service makes it, while callers are looked up. */
import { misfootings } from '../../src/core/office/document.ts';
import { periodAt, periodBefore, type Period } from '../../src/core/office/period.ts';
import { openReportMaker } from '../../src/main/report-maker.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { until } from '../support/until.ts';
import { millionCalls, numberOf } from './million.ts';
import { median, percentile, type BenchRow } from './row.ts';

const RUNS = 20;
const IDLE_LOOK_UPS = 400;
const LOOK_UP_EVERY_MS = 50;

/** What each is held to, in ms; a year is no report of the rule book: it is there to be seen. */
const REPORTS: [report: string, period: (nowMs: number) => Period, runs: number, goalMs: number][] = [
  ['daily', (at) => periodBefore(periodAt('day', at)), RUNS, 3000],
  ['weekly', (at) => periodBefore(periodAt('week', at)), RUNS, 3000],
  ['monthly', (at) => periodBefore(periodAt('cycle', at)), RUNS, 3000],
  ['month-end', (at) => periodBefore(periodAt('month', at)), RUNS, 3000],
  ['telephone', (at) => periodBefore(periodAt('cycle', at)), RUNS, 3000],
  ['callbacks', (at) => periodBefore(periodAt('week', at)), RUNS, 3000],
  ['any', (at) => periodAt('year', at), 5, 30_000],
];

export async function bench(): Promise<BenchRow[]> {
  const { url } = await millionCalls();
  const pool = openPool(url);
  const reports = openPool(url, { most: 2, statementMs: 60_000 });
  const make = openReportMaker(reports, Date.now);
  const nowMs = Date.now();

  let times: number[] = [];
  const looking = setInterval(() => {
    const began = performance.now();
    const into = times;
    void callerHistory(pool, numberOf(Math.floor(began) * 7919)).then(() =>
      into.push(performance.now() - began),
    );
  }, LOOK_UP_EVERY_MS);
  const idle = times;
  await until('enough look-ups beside nothing', () => idle.length >= IDLE_LOOK_UPS, 120_000);
  const beside: number[] = (times = []);

  const rows: BenchRow[] = [];
  for (const [report, periodOf, runs, goalMs] of REPORTS) {
    const period = periodOf(nowMs);
    const took: number[] = [];
    const plain: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      const began = performance.now();
      const made = await make(report, period);
      const wrong = made ? misfootings(made) : [];
      if (!made || wrong.length > 0) throw new Error(`${report} does not foot: ${wrong[0]?.words}`);
      const ms = performance.now() - began;
      const then = performance.now();
      await reports.query(
        `select (select count(*) from orders where created_at >= to_timestamp($1::float8 / 1000) and created_at < to_timestamp($2::float8 / 1000)),
                (select count(*) from calls where arrived_at >= to_timestamp($1::float8 / 1000) and arrived_at < to_timestamp($2::float8 / 1000))`,
        [period.fromMs, period.untilMs],
      );
      // the first is the plan's
      if (run === 0) continue;
      took.push(ms);
      plain.push(performance.now() - then);
    }
    const p95 = percentile(took, 95);
    rows.push({
      name: `report ${report} (${period.kind}) over 1 M calls and 200 k orders, p95 ÷ counting its calls and orders`,
      ours: `${p95.toFixed(0)} ms`,
      other: `${median(plain).toFixed(0)} ms`,
      ratio: p95 / median(plain),
      goal: `< ${goalMs / 1000} s`,
      met: p95 < goalMs,
    });
  }
  clearInterval(looking);
  await pool.end();
  await reports.end();
  const [ours, other] = [percentile(beside, 99), percentile(idle, 99)];
  rows.push({
    name: `a caller's history p99 beside reports ÷ without (${beside.length} and ${idle.length} look-ups)`,
    ours: `${ours.toFixed(1)} ms`,
    other: `${other.toFixed(1)} ms`,
    ratio: ours / other,
    goal: '≤ 3',
    met: ours / other <= 3,
  });
  return rows;
}
