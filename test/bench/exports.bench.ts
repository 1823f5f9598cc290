/** A list of 200,000 calls taken along as xlsx beside one of 20,000: the memory that it takes must not grow with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dateAt, DAY_MS, spanPeriod } from '../../src/core/office/period.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { millionCalls } from './million.ts';
import type { BenchRow } from './row.ts';

/** million.ts: one call each 34.2 s */
const CALLS_A_DAY = DAY_MS / 34_200;

interface Taken {
  state: string;
  why: string | null;
  rows: number;
  bytes: number;
  steps: number;
  seconds: number;
  peakMb: number;
}

export async function bench(): Promise<BenchRow[]> {
  const { url, pool } = await millionCalls();
  const person = await createPerson(pool, {
    ...{ login: 'bench', name: 'bench', role: 'manager', agent: null, passwordHash: 'x' },
  });
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-bench-exports-'));
  const take = (rows: number): Taken => {
    const untilMs = Date.now() - DAY_MS;
    const period = spanPeriod(dateAt(untilMs - (rows / CALLS_A_DAY) * DAY_MS), dateAt(untilMs))!;
    const args = [
      '--import',
      'tsx',
      'test/bench/exports-taker.ts',
      url,
      varDir,
      String(person!.id),
      period.key,
    ];
    const taken = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Taken;
    if (taken.state !== 'ready' || taken.rows < rows) throw new Error(JSON.stringify(taken));
    return taken;
  };
  try {
    const [small, large] = [take(20_000), take(200_000)];
    const a = (one: Taken) => `${one.rows} rows, ${one.peakMb.toFixed(0)} MB, ${one.seconds.toFixed(1)} s`;
    const perRow = (one: Taken) => one.seconds / one.rows;
    return [
      {
        name: `xlsx of 200,000 calls: peak memory ÷ that of 20,000 (told how far ${large.steps} times, ${(large.bytes / 1e6).toFixed(0)} MB)`,
        ...{ ours: a(large), other: a(small), ratio: large.peakMb / small.peakMb },
        ...{ goal: '≤ 1.3', met: large.peakMb / small.peakMb <= 1.3 && large.steps > 10 },
      },
      {
        name: 'xlsx of 200,000 calls: time a row ÷ that of 20,000',
        ...{
          ours: `${(perRow(large) * 1e6).toFixed(0)} µs`,
          other: `${(perRow(small) * 1e6).toFixed(0)} µs`,
        },
        ...{ ratio: perRow(large) / perRow(small), goal: '≤ 1.5', met: perRow(large) / perRow(small) <= 1.5 },
      },
    ];
  } finally {
    rmSync(varDir, { recursive: true });
  }
}
