import { expect } from 'chai';
import type pg from 'pg';
import { expiries } from '../../src/core/recordings/classes.ts';
import { seenInCalls } from '../../src/postgres/conduct.ts';
import { queueFigures } from '../../src/postgres/deliveries.ts';
import { missedCallers } from '../../src/postgres/missed.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { expiredRecordings, recordingGaps } from '../../src/postgres/recordings.ts';
import { spellsOf } from '../../src/postgres/roster.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;
const CALLS_A_DAY = 20;
const AGENTS = Array.from({ length: 10 }, (_, at) => `PJSIP/${1001 + at}`);
/** few pages more may be read than of a fifth of the rows: an index is a level deeper */
const MOST_GROWTH = 1.5;
const FEW_PAGES = 60;

/** What runs again and again while the hotline is open, each with what it reads. */
const WATCHES: Record<string, (client: pg.Pool, nowMs: number) => Promise<unknown>> = {
  "the agents' states of this shift": (client, nowMs) => spellsOf(client, AGENTS, nowMs - DAY_MS / 3, nowMs),
  'callers whom nobody answered': (client, nowMs) => missedCallers(client, nowMs - DAY_MS),
  "yesterday's conduct": (client, nowMs) => seenInCalls(client, nowMs - DAY_MS, nowMs, 600_000, 600_000),
  'calls without a recording': (client, nowMs) => recordingGaps(client, nowMs - DAY_MS, nowMs),
  'recordings whose time is over': (client, nowMs) =>
    expiredRecordings(
      client,
      expiries({ complaintDays: 1, keepDays: 1, surveyDays: 1, outboundDays: 1, voidDays: 1 }, nowMs),
      null,
      50,
    ),
  'deliveries that wait, for a scrape': (client, nowMs) => queueFigures(client, nowMs),
};

describe('after years, what runs again and again', () => {
  const pages = { short: new Map<string, number>(), long: new Map<string, number>() };

  before(async function () {
    this.timeout(120_000);
    for (const [name, days] of [
      ['short', 200],
      ['long', 1000],
    ] as const) {
      const pool = openPool(await cloneDatabase(), { statementMs: 60_000 });
      await fill(pool, days);
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

/** So many days of the hotline: its calls, states, recordings and deliveries. */
async function fill(pool: pg.Pool, days: number): Promise<void> {
  const count = days * CALLS_A_DAY;
  await pool.query(
    `insert into calls (call_id, direction, ani, dnis, party, queue, outcome, arrived_at, queued_at, first_ring_at,
       answered_at, ended_at, wait_ms, ring_ms, rings, within_three_rings, talk_ms, hold_ms, hung_up_first, answered_by,
       offer_count, transfer_count, abandon_stage, anomalies, told_progress, told_at_ms, told_by)
     select 'call-' || g, 'inbound', number, '96666', number, 'hotline', case when lost then 'abandoned' else 'answered' end,
            at, at, at, case when not lost then at + interval '8 s' end, at + interval '2 min', 8000, 8000, 2, true,
            case when not lost then 100000 end, 0, case when g % 7 = 0 then 'agent' else 'caller' end,
            case when not lost then 'PJSIP/' || (1001 + g % 10) end, 1, 0, case when lost then 'ringing' end, '{}', 1, 0, 'test'
       from (select g, g % 20 = 0 as lost, '139' || lpad(g::text, 8, '0') as number,
                    now() - ($1::int - g) * make_interval(secs => 86400.0 / $2) as at
               from generate_series(1, $1::int) g) c`,
    [count, CALLS_A_DAY],
  );
  await pool.query(
    `insert into agent_states (id, agent, since_at, state)
     select call_id || state, answered_by, at, state from calls,
            lateral (values (answered_at, 'talking'), (ended_at, 'ready')) as s (at, state) where answered_by is not null`,
  );
  await pool.query(
    `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures)
     select call_id, answered_at, call_id, 1, 100000, '', '', '{}' from calls where outcome = 'answered'`,
  );
  await pool.query(
    `insert into deliveries (channel, lane, kind, about, recipient, message, state, attempts, most_attempts, next_at, created_at)
     select 'webhook', 'lane', 'order', call_id, 'https://example.test/', '{}',
            case when g % 2000 = 0 then 'dead' else 'delivered' end, 1, 8, arrived_at, arrived_at
       from (select *, row_number() over () as g from calls) c`,
  );
  await pool.query('vacuum analyze');
}
