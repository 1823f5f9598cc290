/**
 * A hotline whose every row names the same two customers, in every field and in every text that people write, the number in
 * every spelling: what of them is found in an answer has leaked. `found` looks in another way than the layer that masks.
 */
import type pg from 'pg';
import { ARTICLE_14 } from '../../src/core/callbacks/sample.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { factsOfWeek, takeDown, WEEK } from './eventful-week.ts';

export const NAME = '欧阳雪莲';
export const NUMBER = '13748291653';
export const LANDLINE = '09516284719';
export const ADDRESS = '丽景园北区7号楼2单元501室';
const SPELLINGS = [
  '13748291653',
  '137 4829 1653',
  '137-4829-1653',
  '+86 137 4829 1653',
  '0086-13748291653转3',
  '１３７４８２９１６５３',
  '一三七四八二九一六五三',
  '幺三七四八二九一六五三',
  '137.4829.1653',
  '137 48 29 16 53',
  '0951-628 4719',
  '（0951）6284719',
  '写成两行1374829\n1653',
  'tel13748291653ok',
];
/** What a person wrote down of a call. */
export const TEXT = `我叫${NAME}，住${ADDRESS}，电话${SPELLINGS.join('，')}`;
const DIGITS = '零一二三四五六七八九';

/** What of the customers stands in this text; empty: nothing. */
export function found(text: string): string[] {
  const digits = text
    .normalize('NFKC')
    .replace(/〇/g, '0')
    .replace(/幺/g, '1')
    .replace(new RegExp(`[${DIGITS}]`, 'g'), (sign) => String(DIGITS.indexOf(sign)))
    .replace(/[^0-9A-Za-z\u4e00-\u9fff*]/g, '');
  const leaks: string[] = [];
  for (const number of [NUMBER, LANDLINE])
    for (let at = 0; at + 7 <= number.length; at += 1)
      if (digits.includes(number.slice(at, at + 7))) {
        leaks.push(number);
        break;
      }
  if (text.includes(NAME)) leaks.push(NAME);
  if (/501室|7号楼|2单元/.test(text)) leaks.push(ADDRESS);
  return leaks;
}

const MEASURED = {
  ...{ callerMs: 500, agentMs: 500, firstWordMs: 10, silences: [], talkOvers: [], burstsPerMinute: 100 },
  ...{ callerDb: -20, agentDb: -20, clipped: 0 },
};

/** Fills everything; people, units and their orders are the test's. `personId` wrote all of it. */
export async function fillTown(pool: pg.Pool, personId: number): Promise<void> {
  await takeDown(pool, personId);
  await createFactWriter(pool).write(factsOfWeek());
  const at = new Date(WEEK.untilMs - 3 * 3_600_000).toISOString();
  const run = (text: string, ...values: unknown[]) => pool.query(text, values);
  await run(`update calls set ani = $1, party = $1 where direction = 'inbound'`, NUMBER);
  await run(
    `with one as (insert into customers (account, name, address, district, community, meter_kind) values ('100200', $1, $2, '金凤区', '丽景园', '')
       returning id), two as (insert into customers (name, address, district, community, meter_kind) values ($1, $2, '金凤区', '丽景园', '') returning id)
     insert into customer_phones (customer_id, number) select id, n from one, unnest(array[$3, $4]) n
       union all select id, $3 from two`,
    ...[NAME, ADDRESS, NUMBER, LANDLINE],
  );
  await run(
    `insert into customer_changes (customer_id, person_id, how, before, after) select id, $1, 'edit', $2, $2 from customers`,
    ...[personId, JSON.stringify({ name: NAME, address: ADDRESS, phones: [NUMBER] })],
  );
  await run(
    `update orders set caller = $1, phone = $2, phone_written = $2, address = $3, content = $4, account = '100200',
            assist_unit_ids = '{}', result = case when state in ('closed', 'fed-back') then $4 else result end, call_id = 'over-midnight'`,
    ...[NAME, NUMBER, ADDRESS, TEXT],
  );
  await run(
    `insert into order_steps (order_id, ordinal, kind, state, at, received_at, origin, note, body, person_id, person_name, files)
     select id, 2, 'note', state, $2::timestamptz, $2::timestamptz, 'desk', $1, '{}'::jsonb, $3::bigint, '马晓燕', '[{"id":"${'ab12'.repeat(16)}","name":"${NUMBER}.jpg","type":"image/jpeg"}]'::jsonb from orders
     union all select id, 3, 'correct', state, $2::timestamptz, $2::timestamptz, 'desk', '', $4::jsonb, $3::bigint, '马晓燕', '[]'::jsonb from orders`,
    ...[TEXT, at, personId],
    JSON.stringify({
      to: { caller: NAME, phone: LANDLINE, address: ADDRESS, content: TEXT },
      from: { caller: NAME, phone: NUMBER, address: ADDRESS, content: TEXT },
    }),
  );
  await run(
    `update records set caller = $1, phone = $2, phone_number = $2, address = $3, content = $4, answer = $4`,
    ...[NAME, NUMBER, ADDRESS, TEXT],
  );
  await run(
    `update outside_cases set person = $1, phone = $2, phone_written = $2, address = $3, content = $4, pasted = $4, reply = $4`,
    ...[NAME, NUMBER, ADDRESS, TEXT],
  );
  await run(
    `insert into case_steps (case_id, ordinal, kind, state, at, person_id, person_name, note, body)
     select id, 2, 'note', state, $2::timestamptz, $3::bigint, '马晓燕', $1, '{}'::jsonb from outside_cases`,
    ...[TEXT, at, personId],
  );
  await run(
    `insert into case_files (case_id, id, name, type, bytes, person_id) select id, $1, $2, 'image/png', 4, $3 from outside_cases`,
    ...['cd34'.repeat(16), `${NUMBER}.png`, personId],
  );
  await run(
    `update survey_items set caller = $1, number = $2, address = $3, content = $4, handling = $4, words = $4, state = 'done',
            channel = null`,
    ...[NAME, NUMBER, ADDRESS, TEXT],
  );
  await run(
    `insert into survey_attempts (token, item_id, number, placed_at, person_id, ended_at, result)
     select 'token' || id, id, $1, $2::timestamptz, $3::bigint, $2::timestamptz, 'answered' from survey_items`,
    ...[NUMBER, at, personId],
  );
  await run(`insert into redo_drafts (item_id, reason) select min(id), 'not-solved' from survey_items`);
  await run(
    `insert into do_not_call (number, how, person_id) values ($1, 'key', $2), ($3, 'person', $2)`,
    ...[NUMBER, personId, LANDLINE],
  );
  await run(
    `insert into incidents (district, community, suspected_at, callers, usual, window_ms) values ('金凤区', '丽景园', $1, $2, 1, 900000)`,
    ...[
      at,
      JSON.stringify([{ callId: 'over-midnight', number: NUMBER, community: '丽景园', atMs: WEEK.fromMs }]),
    ],
  );
  await run(
    `with one as (insert into outages (kind, districts, communities, streets, buildings, cause, begin_at, expected_at, notice, published_at, made_by)
       values ('sudden', '{金凤区}', '{丽景园}', '{}', 3, $1, $2::timestamptz, $2::timestamptz + interval '9 hours', $1, $2, $3) returning id)
     insert into outage_askers (outage_id, number, call_id) select id, $4, 'over-midnight' from one`,
    ...[`管网抢修，联系 ${SPELLINGS[1]}`, at, personId, NUMBER],
  );
  await run(
    `insert into spoken_words (call_id, number, about, at, ms, bytes) values ('cycle-first', $1, 'leak', $2, 4000, 10)`,
    ...[NUMBER, at],
  );
  await run(
    `insert into kept_places (number, call_id, queue, joined_at, asked_at) values ($1, 'cycle-last', 'hotline', $2, $2)`,
    ...[NUMBER, at],
  );
  await run(`update survey_campaigns set rule = $1`, JSON.stringify(ARTICLE_14));
  await run(
    `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures, held_why)
     select call_id, answered_at, 'none.flac', 1, 1000, repeat('ef56', 16), '\\x00', $2, $1 from calls where answered_at is not null`,
    ...[TEXT, JSON.stringify(MEASURED)],
  );
  await run(
    `with one as (insert into receivers (name, channel, address, sees_numbers)
       values ('值班邮箱', 'mail', 'duty@example.test', false), ('值班群', 'wechat', 'https://robot.example.test/', false),
              ('调度系统', 'webhook', 'https://gis.example.test/', false) returning id, channel)
     insert into subscriptions (event, channel, whom, receiver_id) select '*', channel, 'receiver', id from one`,
  );
  await run(
    `insert into subscriptions (event, channel, whom, role) values ('*', 'screen', 'role', 'manager'), ('*', 'screen', 'role', 'supervisor')`,
  );
  await run(
    `insert into transcripts (call_id, said, fillers, words) select call_id, $1, '[]', $2 from recordings`,
    ...[JSON.stringify([{ side: 'caller', fromMs: 0, untilMs: 900, text: TEXT }]), TEXT],
  );
  await run(
    `insert into conduct (person_id, kind, at, detail, reason, answer) values ($1, 'late', $2, $3, $3, $3)`,
    ...[personId, at, TEXT],
  );
  await run(
    `insert into channel_looks (place, at, person_id, found, note) values ('12345', $1, $2, 1, $3)`,
    ...[at, personId, TEXT],
  );
  await run(
    `insert into unclear_numbers (source, ref, written, reason) select 'customer', id::text, $1, $2 from customers limit 1`,
    ...['137 4829 1653 ?', `“${NUMBER}”有 12 位`],
  );
  await run(
    `insert into deliveries (channel, lane, kind, about, recipient, message, state, most_attempts, next_at, answer)
     values ('mail', 'mail', 'order-overdue', 'HL202611250001', 'x@example.test', $1, 'delivered', 8, now(), $2)`,
    ...[
      JSON.stringify({ channel: 'mail', to: ['x@example.test'], subject: NUMBER, text: TEXT }),
      `refused ${NUMBER}`,
    ],
  );
  await run(
    `insert into outbox (event, ref, body, fault, attempts) values ('order-step', 'HL202611250001', $1, $2, 9)`,
    ...[JSON.stringify({ text: TEXT }), `failed at ${NUMBER}`],
  );
  await run(
    `insert into exports (id, list, format, filter, words, asked_by, state, why)
     select gen_random_uuid(), 'orders', 'csv', '{}', $1, id, 'failed', $1 from people`,
    `“${NUMBER}”`,
  );
  await run(
    `insert into report_passages (report, period, part, text, person_id) values ('daily', $1, 'notes', $2, $3)`,
    ...['day:2026-11-25', TEXT, personId],
  );
  await run(
    `insert into report_versions (report, period, version, document, person_id) values ('daily', 'day:2026-11-25', 1, $1, $2)`,
    ...[JSON.stringify(SENT), personId],
  );
}

/** A report that was sent: what stands in it was written down for good. */
const SENT = {
  ...{ report: 'daily', title: '日报', measuresVersion: 1, countedAtMs: WEEK.fromMs },
  period: {
    kind: 'day',
    key: 'day:2026-11-25',
    fromMs: WEEK.fromMs,
    untilMs: WEEK.untilMs,
    words: '11月25日',
  },
  passages: [{ key: 'notes', heading: '其他', after: 'annex2', text: TEXT }],
  tables: [
    {
      ...{ key: 'annex2', zh: '附件二', total: null },
      columns: [
        { key: 'caller', zh: '来电人', unit: 'text', private: 'name' },
        { key: 'number', zh: '电话', unit: 'text', private: 'number' },
        { key: 'address', zh: '地址', unit: 'text', private: 'address' },
        { key: 'content', zh: '内容', unit: 'text' },
      ],
      rows: [
        {
          key: '1',
          cells: {
            ...{ caller: { value: NAME }, number: { value: NUMBER } },
            ...{ address: { value: ADDRESS }, content: { value: TEXT } },
          },
        },
      ],
    },
  ],
};
