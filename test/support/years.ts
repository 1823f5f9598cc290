/** Years of the hotline, made by the database itself, and what reads them again and again. */
import type pg from 'pg';
import { expiries } from '../../src/core/recordings/classes.ts';
import { seenInCalls } from '../../src/postgres/conduct.ts';
import { queueFigures } from '../../src/postgres/deliveries.ts';
import { missedCallers } from '../../src/postgres/missed.ts';
import { expiredRecordings, recordingGaps } from '../../src/postgres/recordings.ts';
import { spellsOf } from '../../src/postgres/roster.ts';

const DAY_MS = 86_400_000;
const AGENTS = Array.from({ length: 10 }, (_, at) => `PJSIP/${1001 + at}`);

/** What runs again and again while the hotline is open, each with what it reads. */
export const WATCHES: Record<string, (client: pg.Pool, nowMs: number) => Promise<unknown>> = {
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

/** So many days of the hotline: its calls, states, recordings and deliveries. */
export async function fillDays(pool: pg.Pool, days: number, callsADay: number): Promise<void> {
  const count = days * callsADay;
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
    [count, callsADay],
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
