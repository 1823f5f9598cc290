/** A monthly report over 1,000,000 calls and 200,000 orders, while callers are looked up as calls come in. */
import { matterReport } from '../../src/core/office/matters.ts';
import { misfootings } from '../../src/core/office/document.ts';
import { periodAt, periodBefore, periodLastYear } from '../../src/core/office/period.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { countReceipts, hotPlaces } from '../../src/postgres/receipts.ts';
import { listUnits } from '../../src/postgres/units.ts';
import { millionCalls, numberOf } from './million.ts';
import { median, percentile, type BenchRow } from './row.ts';

const RUNS = 20;
const LOOK_UP_EVERY_MS = 50;

export async function bench(): Promise<BenchRow[]> {
  const { url } = await millionCalls();
  const pool = openPool(url);
  const reports = openPool(url, { most: 2, statementMs: 60_000 });
  const period = periodBefore(periodAt('cycle', Date.now()));
  const units = (await listUnits(reports)).map(({ id, code, name }) => ({ id: String(id), code, name }));
  const looking = setInterval(() => {
    void callerHistory(pool, numberOf(Math.floor(performance.now()) * 7919));
  }, LOOK_UP_EVERY_MS);
  const took: number[] = [];
  const plain: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const began = performance.now();
    const [groups, before, lastYear, places] = await Promise.all([
      countReceipts(reports, period),
      countReceipts(reports, periodBefore(period)),
      countReceipts(reports, periodLastYear(period)),
      hotPlaces(reports, period, 20),
    ]);
    const made = matterReport('monthly', period, {
      ...{
        groups,
        before,
        lastYear,
        places,
        units,
        open: { rows: [], total: 0 },
        calls: null,
        countedAtMs: 0,
      },
    });
    if (misfootings(made).length > 0) throw new Error('the report does not foot');
    const ms = performance.now() - began;
    const then = performance.now();
    await reports.query('select count(*) from orders where created_at >= to_timestamp($1::float8 / 1000)', [
      period.fromMs,
    ]);
    // the first is the plan's
    if (run > 0) {
      took.push(ms);
      plain.push(performance.now() - then);
    }
  }
  clearInterval(looking);
  await pool.end();
  await reports.end();
  const p95 = percentile(took, 95);
  return [
    {
      name: "a monthly report over 1 M calls and 200 k orders, p95 ÷ counting the month's orders",
      ours: `${p95.toFixed(0)} ms`,
      other: `${median(plain).toFixed(0)} ms`,
      ratio: p95 / median(plain),
      goal: '< 3 s',
      met: p95 < 3000,
    },
  ];
}
