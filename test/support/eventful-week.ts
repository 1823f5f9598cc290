/**
 * A week at the hotline in which everything happened: real captures of a switch replayed at other instants through the
 * chain and the floor, invented calls over midnight and at the border of the cycle, and what was taken down meanwhile.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { createChain } from '../../src/asterisk/capture.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { closeFloor, openFloor, step } from '../../src/core/floor/floor.ts';
import { daysOf, parsePeriod } from '../../src/core/office/period.ts';
import { factsOf } from './stories.ts';

export const WEEK = parsePeriod('week:2026-W48')!;
export const FLOOR = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** what each stands for: the name of its folder in test/recordings */
const EVERY_DAY = [
  ...['a-ring1-2s', 'a-ring3-14.5s', 'a-ring4-15.5s', 'b-rna-17s', 'c-abandon-2s', 'c-abandon-ivr'],
  ...[
    'c-abandon-ringing',
    'd-agent-hangs-up',
    'd-caller-hangs-up',
    'e-atxfer-ami',
    'e-blind-refer',
    'e-hold',
  ],
  ...['e-redirect-queue', 'g-all-busy-486', 'g-full', 'g-queue-timeout', 'g-silent-abandon', 'j-kill9'],
  ...['l-gap-answered', 'l-login-waiting', 'q-callback', 'q-direct', 'q-two-queues', 'x-filtered-user'],
  'f-local-originate',
];
/** their ids are no instants: they happen once */
const ONCE = ['i-scored-1', 'f-outbound-transfer'];

/** Every fact of the week, in order. */
export function factsOfWeek(): Fact[] {
  const facts: Fact[] = [];
  for (const [day, { fromMs }] of daysOf(WEEK).entries()) {
    // one day has more of everything than another
    const some = EVERY_DAY.filter((_, at) => at % 7 !== day);
    for (const [at, name] of some.entries())
      facts.push(...replayedAt(name, fromMs + 9 * HOUR_MS + at * 7 * MINUTE_MS));
  }
  for (const [at, name] of ONCE.entries()) facts.push(...replayedAt(name, WEEK.fromMs + (20 + at) * HOUR_MS));
  const [, , , border] = daysOf(WEEK);
  const story = (
    callId: string,
    arrivedAtMs: number,
    end: Parameters<typeof factsOf>[0]['end'],
    missed = 0,
  ) => factsOf({ callId, ani: '13900000001', arrivedAtMs, unanswered: missed, end });
  facts.push(
    // the last call of one cycle, which is answered in the next, and the first of the next (the 26th)
    ...story('over-midnight', border!.fromMs - 5000, 'answered'),
    ...story('cycle-last', border!.fromMs - 1, 'in-greeting'),
    ...story('cycle-first', border!.fromMs, 'answered', 1),
    ...story('unknown-in-talk', WEEK.fromMs + 30 * HOUR_MS, 'unknown'),
    ...merged(story('double', WEEK.fromMs + 31 * HOUR_MS, 'answered'), 'over-midnight'),
    // handed on before midnight, talked on after it
    ...replayedAt('e-atxfer-ami', border!.fromMs - 6000),
    ...internal(story('internal', WEEK.fromMs + 32 * HOUR_MS, 'answered')),
    ...story('kept', WEEK.fromMs + 33 * HOUR_MS, 'abandoned'),
    ...ivrSteps('kept', WEEK.fromMs + 33 * HOUR_MS, ['greeting', 'menu']),
    ...ivrSteps('over-midnight', border!.fromMs - 5000, ['greeting', 'menu', 'rate', 'rated 1']),
    ...ivrSteps('cycle-first', border!.fromMs, ['greeting', 'rate', 'rated 3']),
  );
  return facts.sort((a, b) => a.atMs - b.atMs);
}

/** A capture as if its first line had been read at another instant: stamps and ids move by whole seconds. */
export function replayedAt(name: string, atMs: number): Fact[] {
  const text = readFileSync(join(import.meta.dirname, '../recordings', name, 'raw.jsonl'), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { t_ms: number; data?: string; conn?: string });
  const seconds = Math.round((atMs - lines[0]!.t_ms) / 1000);
  const moved = (told: string) =>
    told.replace(/\b(17\d{8})(?=\.\d)/g, (stamp) => String(Number(stamp) + seconds));
  const floor = openFloor(FLOOR);
  const facts: Fact[] = [];
  const chain = createChain((event) => facts.push(...step(floor, event)));
  for (const line of lines) {
    const readAtMs = line.t_ms + seconds * 1000;
    if (line.data !== undefined) chain.bytes(Buffer.from(moved(line.data)), readAtMs);
    else if (line.conn === 'open') chain.opened(readAtMs);
    else if (line.conn !== undefined) chain.lost(readAtMs);
  }
  facts.push(...closeFloor(floor));
  const lastMs = lines.at(-1)!.t_ms + seconds * 1000;
  return facts.map((fact) => (Number.isFinite(fact.atMs) ? fact : { ...fact, atMs: lastMs }));
}

/** A call that proved to be a part of another: all is told of it, and then that it is none. */
function merged(facts: Fact[], into: string): Fact[] {
  const told = facts.filter((fact) => fact.kind !== 'call-ended');
  const last = told.at(-1)!;
  const callId = 'callId' in last ? last.callId! : '';
  return [...told, { kind: 'call-merged', id: `${callId}:merged`, atMs: last.atMs + 1, callId, into }];
}

function internal(facts: Fact[]): Fact[] {
  return facts.map((fact) =>
    'record' in fact ? { ...fact, record: { ...fact.record, direction: 'internal' as const } } : fact,
  );
}

function ivrSteps(callId: string, fromMs: number, nodes: readonly string[]): Fact[] {
  return nodes.map((told, at) => {
    const [node = '', key = ''] = told.split(' ');
    return { kind: 'ivr-step', id: `${callId}:step:${at}`, atMs: fromMs + at, callId, node, key };
  });
}

const KEPT_PLACES = [
  ['over-midnight', 'reached'],
  ['cycle-first', 'missed'],
  ['kept', 'waiting'],
] as const;

/** What was taken down in the week: records, orders, cases; voided, returned, joined, deferred, and a week of callbacks. */
export async function takeDown(pool: pg.Pool, personId: number): Promise<void> {
  let orders = 0;
  let cases = 0;
  const insert = async (text: string, values: unknown[]) =>
    (await pool.query<{ id: number }>(`${text} returning id::int`, values)).rows[0]!.id;
  for (const [day, { fromMs }] of daysOf(WEEK).entries()) {
    const at = (minute: number) => new Date(fromMs + minute * MINUTE_MS).toISOString();
    const record = (category: string, conclusion: string, minute: number) =>
      insert(
        `insert into records (person_id, updated_by, category, item, conclusion, content, created_at, completed_at, district)
         values ($1, $1, $2, 1, $3, '内容', $4::timestamptz, $4::timestamptz, '兴庆区')`,
        [personId, category, conclusion, at(minute)],
      );
    const order = async (recordId: number | null, state: string, minute: number, deferred = false) => {
      const id = await insert(
        `insert into orders (order_no, record_id, category, category_code, item_no, content, state, status, unit_id,
                             created_at, fed_back_at, closed_at, district, community)
         values ($1, $2, '漏水', 'leak', 2, '漏水', $3, '', (select id from units order by id limit 1 offset $4),
                 $5::timestamptz, case when $3 in ('fed-back', 'closed') then $5::timestamptz + interval '30 hours' end,
                 case when $3 in ('closed', 'cancelled') then $5::timestamptz + interval '31 hours' end, '金凤区', '丽景园')`,
        [`HL${day}${String((orders += 1)).padStart(4, '0')}`, recordId, state, day % 3, at(minute)],
      );
      // in time by the first deadline, or only by the one that was granted
      const met = state === 'closed' || state === 'fed-back' ? (deferred ? 30 : 20) : null;
      await pool.query(
        `insert into order_clocks (order_id, round, name, from_at, first_due_at, due_at, warn_at, escalate_at, met_at)
         select $1, 1, 'feedback', $2::timestamptz, $2::timestamptz + interval '24 hours',
                $2::timestamptz + $3 * interval '24 hours', $2, $2, $2::timestamptz + $4 * interval '1 hour'`,
        [id, at(minute), deferred ? 2 : 1, met],
      );
      return id;
    };
    const outside = (state: string, minute: number, orderId: number | null, joined = false) =>
      insert(
        `insert into outside_cases (channel, outside_no, state, received_at, content, category, order_id, joined, made_by,
                                    first_due_at, due_at, replied_at, returned_at)
         values ($1, $2, $3, $4::timestamptz, '停水', 'no-water', $5, $6, $7, $4::timestamptz + interval '1 day',
                 $4::timestamptz + interval '1 day', case when $3 = 'replied' then $4::timestamptz + interval '2 hours' end,
                 case when $3 = 'returned' then $4::timestamptz + interval '1 hour' end)`,
        [
          day % 2 === 0 ? '12345' : 'wechat',
          `A${(cases += 1)}`,
          state,
          at(minute),
          orderId,
          joined,
          personId,
        ],
      );
    await record('fees', 'answered', 540);
    await record('other', 'void', 545);
    await order(await record('leak', 'void', 550), 'closed', 552);
    const made = await order(await record('leak', 'order', 600), 'closed', 602, true);
    const again = await record('leak', 'order', 610);
    await pool.query(
      `insert into order_steps (order_id, ordinal, kind, state, at, received_at, origin, body)
       values ($1, 9, 'join', 'closed', $2, $2, 'import', $3)`,
      [made, at(611), JSON.stringify({ recordId: again })],
    );
    // taken down before midnight, made an order after it
    await order(await record('no-water', 'order', 1439), 'dispatched', 1445);
    await order(null, day % 2 === 0 ? 'dispatched' : 'cancelled', 700);
    await outside('returned', 720, await order(null, 'fed-back', 721, true));
    await outside('replied', 730, await order(null, 'closed', 731));
    await outside('signed', 740, made, true);
    await outside('returned', 750, null);
  }
  // of callers who kept their place one is still waiting, of the others each was or was not reached
  await pool.query(
    `insert into kept_places (number, call_id, queue, joined_at, asked_at, state)
     select '1390000000' || row_number() over (), call_id, 'hotline', to_timestamp($1::float8 / 1000), to_timestamp($1::float8 / 1000), state
       from unnest($2::text[], $3::text[]) as place(call_id, state)`,
    [WEEK.fromMs, KEPT_PLACES.map(([callId]) => callId), KEPT_PLACES.map(([, state]) => state)],
  );
  const campaign = await insert(
    `insert into survey_campaigns (period, from_at, until_at, seed, draw_version, rule, state, weekly)
     values ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), 'x', 1, '{}', 'done', true)`,
    [WEEK.key, WEEK.fromMs, WEEK.untilMs],
  );
  for (let n = 0; n < 40; n += 1) {
    const reached = n % 4 === 0;
    const satisfied = reached && n % 16 !== 0 ? (n % 12 === 0 ? 'dissatisfied' : 'satisfied') : null;
    await pool.query(
      `insert into survey_items (campaign_id, order_no, department, stratum, urgent, redone, drawn, state, number, accepted_at,
                                 closed_at, caller, address, district, category, content, solved, satisfied, called_back_at)
       values ($1, $2, $3, 'network', false, false, $4, $5, '13912345678', $6::timestamptz, $6::timestamptz, '王某',
               '丽景园3号楼', '兴庆区', '漏水', '漏水', $7, $8, case when $9 then $6::timestamptz + interval '1 day' end)`,
      [
        ...[
          campaign,
          `HL9${n}`,
          n % 3 === 0 ? '客服中心' : '兴庆区管网',
          n % 3 === 0,
          reached ? 'done' : 'out',
        ],
        ...[new Date(WEEK.fromMs + n * 4 * HOUR_MS).toISOString(), satisfied === 'satisfied' ? true : null],
        ...[satisfied, reached],
      ],
    );
  }
}
