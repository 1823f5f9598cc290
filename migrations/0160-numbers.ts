// Why: extensions and second numbers had become digits of one telephone number (issue 17); what is sure is set right, the rest is listed.
import type { Knex } from 'knex';
import { callerNumber, readNumbers, writtenNumber } from '../src/core/people/number.ts';
import { numberText } from '../src/core/people/telephone.ts';

/** what looks like one whole number already; everything else is read again */
const WHOLE = `^(1[3-9][0-9]{9}|0(10|2[0-57-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6}|[48]00[0-9]{7}|1[0-9]{2,4}|9[56][0-9]{3})$`;
const AT_ONCE = 2000;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table customer_phones add column extension text collate "C" not null default '' check (extension ~ '^[0-9]{0,6}$');
    alter table customer_phones drop constraint customer_phones_pkey;
    alter table customer_phones add primary key (customer_id, number, extension);
    comment on column customer_phones.extension is 'asked for when the number has answered; empty: none';
    alter table survey_items add column extension text collate "C";
    create table unclear_numbers (
      source   text collate "C" not null check (source in ('customer', 'order', 'record', 'case')),
      ref      text collate "C" not null,
      written  text not null,
      reason   text not null,
      primary key (source, ref, written)
    );
    comment on table unclear_numbers is 'numbers that were stored as one and are none: kept as they were written, for a person to look at';
    comment on column calls.party is 'the outside number as callerNumber gives it: of an inbound call who called, of an outbound one who was called';
    comment on column orders.phone is 'as writtenNumber gives it; phone_written as it was typed';
    comment on column records.phone is 'as it was typed; phone_number is the same as writtenNumber gives it';
  `);
  await setNumbersRight(knex);
}

/** Brings what is stored to the one spelling, where that is sure; lists what is not. */
export async function setNumbersRight(knex: Knex): Promise<void> {
  for (const [table, phone, written, source] of [
    ['orders', 'phone', 'phone_written', 'order'],
    ['records', 'phone_number', 'phone', 'record'],
    ['outside_cases', 'phone', 'phone_written', 'case'],
  ] as const)
    await readAgain(knex, { table, phone, written, source });
  await customersAgain(knex);
  for (const [table, column] of [
    ['calls', 'party'],
    ['kept_places', 'number'],
    ['spoken_words', 'number'],
    ['survey_attempts', 'number'],
  ] as const)
    await respell(knex, table, column);
  for (const [table, column, rest] of [
    ['do_not_call', 'number', 'since, how, person_id'],
    ['missed_claims', 'party', 'person_id, claimed_at'],
    ['outage_askers', 'number', 'outage_id, call_id, asked_at, told_at, told_by'],
  ] as const)
    await respellKey(knex, table, column, rest);
  // a callback that waits calls the order's number; what was called stays as it was
  await knex.raw(
    `update survey_items i set number = o.phone from orders o
      where o.order_no = i.order_no and i.state in ('waiting', 'reserve', 'people') and i.number is distinct from o.phone`,
  );
  const waiting = await rowsOf(
    knex,
    `select i.id::text as id, o.phone_written as written from survey_items i join orders o on o.order_no = i.order_no
      where i.state in ('waiting', 'reserve', 'people') and o.phone_written ~ '[^0-9 +-]|-[0-9]{1,6}$'`,
  );
  for (const { id, written } of waiting) {
    const extension = readNumbers(written!).numbers[0]?.extension ?? null;
    if (extension !== null)
      await knex.raw('update survey_items set extension = ? where id = ?', [extension, id!]);
  }
}

type Texts = Record<string, string | null>;
async function rowsOf(knex: Knex, sql: string, values: string[] = []): Promise<Texts[]> {
  return ((await knex.raw(sql, values)) as { rows: Texts[] }).rows;
}

/** What was typed is there still: the number is read out of it anew. */
async function readAgain(
  knex: Knex,
  at: { table: string; phone: string; written: string; source: string },
): Promise<void> {
  const { table, phone, written, source } = at;
  let last = '0';
  for (;;) {
    const rows = await rowsOf(
      knex,
      `select id::text as id, ${phone} as phone, ${written} as written from ${table}
        where id > ? and ${written} <> '' and (${phone} is null or ${phone} !~ ? or ${written} ~ '[^0-9]')
        order by id limit ${AT_ONCE}`,
      [last, WHOLE],
    );
    if (rows.length === 0) return;
    last = rows.at(-1)!['id']!;
    const changed: { id: string; phone: string | null }[] = [];
    for (const row of rows) {
      const number = writtenNumber(row['written']!);
      if (number !== row['phone']) changed.push({ id: row['id']!, phone: number });
      const { refused, none } = readNumbers(row['written']!);
      if (refused !== null && !none) await list(knex, source, row['id']!, row['written']!, refused);
    }
    if (changed.length > 0)
      await knex.raw(
        `update ${table} t set ${phone} = g.phone from json_to_recordset(?) as g(id bigint, phone text) where t.id = g.id`,
        [JSON.stringify(changed)],
      );
  }
}

/** Only the digits are there: one that is no number stays, and is listed. */
async function customersAgain(knex: Knex): Promise<void> {
  const rows = await rowsOf(
    knex,
    'select customer_id::text as id, number from customer_phones where number !~ ?',
    [WHOLE],
  );
  for (const row of rows) {
    const [id, number] = [row['id']!, row['number']!];
    const { numbers, refused } = readNumbers(number);
    const only = numbers.length === 1 && refused === null ? numbers[0]! : null;
    if (!only) await list(knex, 'customer', id, number, refused ?? '不止一个号码，请核对');
    else if (numberText(only) !== number) {
      await knex.raw(
        'insert into customer_phones (customer_id, number, extension) values (?, ?, ?) on conflict do nothing',
        [id, only.national, only.extension ?? ''],
      );
      await knex.raw('delete from customer_phones where customer_id = ? and number = ?', [id, number]);
    }
  }
}

async function list(knex: Knex, source: string, ref: string, written: string, reason: string): Promise<void> {
  await knex.raw(
    'insert into unclear_numbers (source, ref, written, reason) values (?, ?, ?, ?) on conflict do nothing',
    [source, ref, written, reason],
  );
}

/** Numbers that the trunk told are respelled wherever the new spelling is another. */
async function respelled(knex: Knex, table: string, column: string): Promise<{ old: string; now: string }[]> {
  const rows = await rowsOf(
    knex,
    `select distinct ${column} as number from ${table} where ${column} is not null and ${column} !~ ?`,
    [WHOLE],
  );
  return rows.flatMap((row) => {
    const [old, now] = [row['number']!, callerNumber(row['number']!)];
    return now !== null && now !== old ? [{ old, now }] : [];
  });
}

async function respell(knex: Knex, table: string, column: string): Promise<void> {
  for (const { old, now } of await respelled(knex, table, column))
    // a place that waits under the new spelling already is the one that stays
    await knex.raw(
      `update ${table} t set ${column} = ? where ${column} = ?${
        table === 'kept_places'
          ? ` and not (state = 'waiting' and exists (select from kept_places k where k.number = ? and k.state = 'waiting'))`
          : ''
      }`,
      table === 'kept_places' ? [now, old, now] : [now, old],
    );
}

async function respellKey(knex: Knex, table: string, column: string, rest: string): Promise<void> {
  for (const { old, now } of await respelled(knex, table, column)) {
    await knex.raw(
      `insert into ${table} (${column}, ${rest}) select ?, ${rest} from ${table} where ${column} = ? on conflict do nothing`,
      [now, old],
    );
    await knex.raw(`delete from ${table} where ${column} = ?`, [old]);
  }
}
