import { expect } from 'chai';
import type pg from 'pg';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { fillDays, WATCHES } from '../support/years.ts';

const CALLS_A_DAY = 20;
/** few pages more may be read than of a fifth of the rows: an index is a level deeper */
const MOST_GROWTH = 1.5;
const FEW_PAGES = 60;

describe('after years, what runs again and again', () => {
  const pages = { short: new Map<string, number>(), long: new Map<string, number>() };

  before(async function () {
    this.timeout(120_000);
    for (const [name, days] of [
      ['short', 200],
      ['long', 1000],
    ] as const) {
      const pool = openPool(await cloneDatabase(), { statementMs: 60_000 });
      await fillDays(pool, days, CALLS_A_DAY);
      for (const [watch, run] of Object.entries(WATCHES)) {
        const counting = new PageCounter(pool);
        await run(counting as unknown as pg.Pool, Date.now());
        pages[name].set(watch, counting.pages);
      }
      await pool.end();
    }
  });

  for (const watch of Object.keys(WATCHES))
    it(`reads no more of five times as many calls: ${watch}`, () => {
      const [short, long] = [pages.short.get(watch)!, pages.long.get(watch)!];
      expect(long, `${short} pages before`).to.be.at.most(Math.max(FEW_PAGES, short * MOST_GROWTH));
    });
});

/** Counts the pages that its statements read, as PostgreSQL tells: the same on a slow machine. */
class PageCounter {
  pages = 0;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    const { text, values: own } =
      typeof statement === 'string' ? { text: statement, values } : { ...statement };
    const { rows } = await this.#pool.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${text}`,
      own,
    );
    const plan = rows[0]!['QUERY PLAN'][0].Plan;
    this.pages += plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
    return this.#pool.query(text, own);
  }
}
