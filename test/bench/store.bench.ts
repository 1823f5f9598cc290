/** Calls told as facts and stored, against COPY of the very rows that they become. */
import pg from 'pg';
import type { Fact } from '../../src/core/floor/fact.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { factsOf } from '../support/stories.ts';
import { copyIn, copyOut } from './copy.ts';
import { median, type BenchRow } from './row.ts';

const ROUNDS = 5;
const CALLS = 10_000;
const TABLES = ['facts', 'calls', 'offers', 'transfers'];
const ENDS = ['answered', 'answered', 'answered', 'abandoned', 'transferred', 'in-greeting'] as const;

export async function bench(): Promise<BenchRow[]> {
  const told: Fact[] = Array.from({ length: CALLS }, (_, at) => at).flatMap((at) =>
    factsOf({
      callId: `bench-${at}`,
      ani: `139${String(at).padStart(8, '0')}`,
      arrivedAtMs: 1_764_000_000_000 + at * 1000,
      unanswered: at % 3 === 0 ? 1 : 0,
      end: ENDS[at % ENDS.length]!,
    }),
  );
  const pool = openPool(await cloneDatabase());
  const writer = createFactWriter(pool);
  const other = new pg.Client({ connectionString: await cloneDatabase() });
  await other.connect();
  const empty = `truncate ${TABLES.join(', ')}`;
  await writer.write(told);
  const rows = new Map<string, Buffer>();
  const client = await pool.connect();
  for (const table of TABLES) rows.set(table, await copyOut(client, `select * from ${table}`));
  client.release();
  const ratios: number[] = [];
  let last = { ours: 0, other: 0 };
  for (let round = 0; round <= ROUNDS; round += 1) {
    await pool.query(empty);
    await other.query(empty);
    const a = performance.now();
    await writer.write(told);
    const ours = performance.now() - a;
    const b = performance.now();
    await other.query('begin');
    for (const [table, lines] of rows) await copyIn(other, table, lines);
    await other.query('commit');
    const theirs = performance.now() - b;
    if (round === 0) continue; // warm
    ratios.push(theirs / ours);
    last = { ours: (CALLS / ours) * 1000, other: (CALLS / theirs) * 1000 };
  }
  await pool.end();
  await other.end();
  const ratio = median(ratios);
  return [
    {
      name: `storing calls with their facts, offers and transfers ÷ COPY of the same rows`,
      ours: `${Math.round(last.ours)} calls/s`,
      other: `${Math.round(last.other)} calls/s`,
      ratio,
      goal: '≥ 0.6',
      met: ratio >= 0.6,
    },
  ];
}
