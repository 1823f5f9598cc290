/** Looking for one of 500,000 customers by what callers say of themselves, against the same words with ILIKE. */
import { customerQuestion, customerWords } from '../../src/core/customers/card.ts';
import { soundsOf, spelled } from '../../src/main/spelling.ts';
import { findCustomers, wordsDue, writeWords } from '../../src/postgres/customer-cards.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { listDistricts } from '../../src/postgres/units.ts';
import { customers } from '../../src/setup/demo/city.ts';
import { randomFrom } from '../../src/setup/demo/random.ts';
import { cloneDatabase } from '../support/database.ts';
import { median, percentile, type BenchRow } from './row.ts';

const COUNT = 500_000;
const ROUNDS = 5;
const EACH = 100;

export async function bench(): Promise<BenchRow[]> {
  const pool = openPool(await cloneDatabase(), { statementMs: 120_000 });
  const all = customers(randomFrom(7), COUNT);
  for (let at = 0; at < COUNT; at += 5000) await saveCustomers(pool, all.slice(at, at + 5000));
  for (;;) {
    const due = await wordsDue(pool, 2000);
    if (due.length === 0) break;
    await writeWords(
      pool,
      due.map((one) => ({ id: one.id, version: one.version, words: customerWords(one, soundsOf) })),
    );
  }
  await pool.query('vacuum analyze');
  // what is asked at a desk: a number, its end, a name, its initials, a building, an account, and what fits half the town
  const asked = (at: number): string => {
    const one = all[(at * 7919) % COUNT]!;
    const spoken = spelled(one.name);
    const kinds = [
      one.phones[0]!,
      one.phones[0]!.slice(-4),
      one.name,
      spoken.initials,
      spoken.pinyin,
      `${one.community} ${/(\d+)号楼/.exec(one.address)?.[0] ?? ''}`,
      one.account,
      one.district,
      one.name.slice(0, 1),
    ];
    return kinds[at % kinds.length]!;
  };
  const districts = await listDistricts(pool);
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const took: number[] = [];
    for (let at = 0; at < EACH; at += 1) {
      const words = asked(round * EACH + at);
      const began = performance.now();
      const found = await findCustomers(pool, customerQuestion({ words, district: null }, districts), 50);
      took.push(performance.now() - began);
      if (found.length === 0) throw new Error(`nobody is found by ${words}`);
    }
    ours.push(percentile(took, 95));
    const slow: number[] = [];
    for (let at = 0; at < 10; at += 1) {
      const one = all[((round * 10 + at) * 104_729) % COUNT]!;
      const began = performance.now();
      await pool.query(
        'select * from customers where name ilike $1 or address ilike $1 order by name limit 50',
        [`%${one.name}%`],
      );
      slow.push(performance.now() - began);
    }
    plain.push(percentile(slow, 50));
  }
  await pool.end();
  const ms = median(ours);
  return [
    {
      name: `find one of ${COUNT / 1000} k customers, p95 ÷ ILIKE's median`,
      ours: `${ms.toFixed(1)} ms`,
      other: `${median(plain).toFixed(1)} ms`,
      ratio: median(ours.map((one, at) => one / plain[at]!)),
      goal: '< 50 ms',
      met: ms < 50,
    },
  ];
}
