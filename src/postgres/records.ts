/** Records of calls (受理记录) and what became of each. SQL and the order of locks; rules are in core/orders/records.ts. */
import type pg from 'pg';
import {
  changeRecord,
  EMPTY_RECORD,
  FIELD_NAMES,
  missingFields,
  type FieldChange,
  type FieldConflict,
  type FieldName,
  type RecordFields,
} from '../core/orders/records.ts';
import { writtenNumber } from '../core/people/number.ts';
import { inTransaction } from './pool.ts';
import type { DeskRecord } from '../protocol/records.ts';
import { namedValues } from './named-values.ts';

interface Row extends RecordFields {
  id: number;
  callId: string | null;
  personId: number;
  personName: string;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
  completedAtMs: number | null;
  orderNo: string | null;
}

const COLUMNS = `r.id::int, r.call_id as "callId", r.person_id::int as "personId", p.name as "personName", r.version,
  (select order_no from orders o where o.record_id = r.id and o.state <> 'cancelled' order by o.id limit 1) as "orderNo",
  r.caller, r.phone, r.account, r.address, r.district, r.category, r.item, r.content, r.urgent, r.conclusion, r.answer,
  (extract(epoch from r.created_at) * 1000)::float8 as "createdAtMs",
  (extract(epoch from r.updated_at) * 1000)::float8 as "updatedAtMs",
  (extract(epoch from r.completed_at) * 1000)::float8 as "completedAtMs"`;
const FROM = 'from records r join people p on p.id = r.person_id';

function recordOf(row: Row): DeskRecord {
  const fields = Object.fromEntries(FIELD_NAMES.map((name) => [name, row[name]])) as unknown as RecordFields;
  const { id, callId, personId, personName, version, createdAtMs, updatedAtMs, completedAtMs } = row;
  return {
    ...{ id, callId, personId, personName, version, createdAtMs, updatedAtMs, completedAtMs },
    fields,
    orderNo: row.orderNo,
  };
}

/** The columns of a record's fields, and its number as numbers are compared. */
function fieldColumns(fields: RecordFields): Record<FieldName | 'phone_number', unknown> {
  return { ...fields, phone_number: writtenNumber(fields.phone) };
}

/** The record of a call, made if there is none: one a call, whoever asks first. */
export async function openRecord(
  pool: pg.Pool,
  begin: { callId: string | null; personId: number; fields: Partial<RecordFields> },
): Promise<{ record: DeskRecord; made: boolean }> {
  const fields = { ...EMPTY_RECORD, ...begin.fields };
  const row = namedValues({
    call_id: begin.callId,
    person_id: begin.personId,
    updated_by: begin.personId,
    ...fieldColumns(fields),
  });
  const made = await pool.query<{ id: string }>(
    `insert into records (${row.names}) values (${row.places}) on conflict (call_id) do nothing returning id`,
    row.values,
  );
  const id = made.rows[0]?.id;
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} ${FROM} where ${id === undefined ? 'r.call_id = $1' : 'r.id = $1'}`,
    [id ?? begin.callId],
  );
  return { record: recordOf(rows[0]!), made: id !== undefined };
}

/** One record; null: there is none with this number. */
export async function findRecord(pool: pg.Pool, id: number): Promise<DeskRecord | null> {
  const { rows } = await pool.query<Row>(`select ${COLUMNS} ${FROM} where r.id = $1`, [id]);
  return rows[0] ? recordOf(rows[0]) : null;
}

/** The record of a call, if anybody began one. */
export async function recordOfCall(pool: pg.Pool, callId: string): Promise<DeskRecord | null> {
  const { rows } = await pool.query<Row>(`select ${COLUMNS} ${FROM} where r.call_id = $1`, [callId]);
  return rows[0] ? recordOf(rows[0]) : null;
}

/** What an agent began and did not complete, oldest first. */
export async function openRecordsOf(pool: pg.Pool, personId: number): Promise<DeskRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} ${FROM} where r.person_id = $1 and r.completed_at is null order by r.created_at, r.id limit 50`,
    [personId],
  );
  return rows.map(recordOf);
}

/** Records of this number or this account, newest first: what stands beside the one that is being written. */
export async function pastRecords(
  pool: pg.Pool,
  about: { phone: string; account: string; notId: number | null },
): Promise<DeskRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} ${FROM}
      where r.id in (
        (select id from records where phone_number = $1 order by created_at desc limit 20)
         union
        (select id from records where account = $2 and account <> '' order by created_at desc limit 20))
        and r.id is distinct from $3::bigint
      order by r.created_at desc, r.id desc limit 20`,
    [writtenNumber(about.phone), about.account, about.notId],
  );
  return rows.map(recordOf);
}

/** Saves what was typed; what came too late is kept beside it. Null: there is no such record. */
export async function saveRecord(
  pool: pg.Pool,
  id: number,
  personId: number,
  changes: readonly FieldChange[],
): Promise<{ record: DeskRecord; conflicts: FieldConflict[] } | null> {
  return locked(pool, id, async (client, before) => {
    const { fields, taken, conflicts } = changeRecord(before.fields, changes);
    if (conflicts.length > 0) {
      const refused = Object.fromEntries(conflicts.map((one) => [one.field, one.refused]));
      await keepVersion(client, before, 'refused', personId, refused);
    }
    if (taken.length === 0) return { record: before, conflicts };
    const record = await write(client, before, fields, personId);
    if (before.completedAtMs !== null) {
      await keepVersion(
        client,
        record,
        'changed',
        personId,
        Object.fromEntries(taken.map(({ field, from, to }) => [field, { from, to }])),
      );
    }
    return { record, conflicts };
  });
}

/** Completes a record that lacks nothing; else says what is missing. Null: there is no such record. */
export async function completeRecord(
  pool: pg.Pool,
  id: number,
  personId: number,
): Promise<{ record: DeskRecord; missing: FieldName[] } | null> {
  return locked(pool, id, async (client, before) => {
    const missing = missingFields(before.fields);
    if (missing.length > 0 || before.completedAtMs !== null) return { record: before, missing };
    await client.query('update records set completed_at = now() where id = $1', [id]);
    const record = await write(client, before, before.fields, personId);
    await keepVersion(client, record, 'completed', personId, record.fields);
    return { record, missing: [] };
  });
}

async function locked<T>(
  pool: pg.Pool,
  id: number,
  work: (client: pg.PoolClient, before: DeskRecord) => Promise<T>,
): Promise<T | null> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Row>(`select ${COLUMNS} ${FROM} where r.id = $1 for update of r`, [
      id,
    ]);
    return rows[0] ? work(client, recordOf(rows[0])) : null;
  });
}

async function write(
  client: pg.PoolClient,
  before: DeskRecord,
  fields: RecordFields,
  personId: number,
): Promise<DeskRecord> {
  const row = namedValues({ ...fieldColumns(fields), updated_by: personId }, 2);
  await client.query(
    `update records set ${row.sets}, version = version + 1, updated_at = now() where id = $1`,
    [before.id, ...row.values],
  );
  const { rows } = await client.query<Row>(`select ${COLUMNS} ${FROM} where r.id = $1`, [before.id]);
  return recordOf(rows[0]!);
}

async function keepVersion(
  client: pg.PoolClient,
  record: DeskRecord,
  kind: 'completed' | 'changed' | 'refused',
  personId: number,
  fields: object,
): Promise<void> {
  await client.query(
    'insert into record_versions (record_id, version, kind, person_id, fields) values ($1, $2, $3, $4, $5)',
    [record.id, record.version, kind, personId, JSON.stringify(fields)],
  );
}
