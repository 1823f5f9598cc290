/** Cases from outside as other systems hand them in and read them. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { CaseAsked, HandedCase, ReadCase } from '../core/outward/case.ts';
import type { OtherSystem } from '../core/outward/scope.ts';
import { addCase, MADE_BY } from './cases.ts';

type Client = Pick<pg.ClientBase, 'query'>;

const ISO = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const READ = `c.id::float8 as id, c.channel, c.outside_no as "outsideNo", c.kind, c.state, c.version, c.person,
  c.phone_written as phone, c.address, c.community, c.district, c.category, c.item as "itemNo", c.content, c.reply,
  coalesce((select note from case_steps s where s.case_id = c.id and s.kind = 'return' and c.state = 'returned'
             order by ordinal desc limit 1), '') as "returnedFor",
  o.order_no as "orderNo", o.status as "orderStatus", ${MADE_BY} as "madeBy",
  ${ISO('c.received_at')} as "receivedAt", ${ISO('c.first_due_at')} as "firstDueAt", ${ISO('c.due_at')} as "dueAt",
  ${ISO('c.signed_at')} as "signedAt", ${ISO('c.returned_at')} as "returnedAt", ${ISO('c.replied_at')} as "repliedAt",
  ${ISO('c.called_back_at')} as "calledBackAt", ${ISO('c.closed_at')} as "closedAt"`;
const FROM = `from outside_cases c left join orders o on o.id = c.order_id left join people p on p.id = c.made_by
  left join api_tokens t on t.id = c.token_id`;
const OF_UNIT = (place: string) =>
  `(${place}::bigint is null or o.unit_id = ${place} or o.assist_unit_ids @> array[${place}::bigint])`;

/** One page of cases, the newest first. */
export async function readCases(
  client: Client,
  asked: CaseAsked,
  most: number,
): Promise<(ReadCase & { atMs: number })[]> {
  const { rows } = await client.query<ReadCase & { atMs: number }>(
    `select ${READ}, (extract(epoch from c.received_at) * 1000)::float8 as "atMs" ${FROM}
      where ($1::text is null or c.channel = $1) and ($2::text is null or c.state = $2) and ($3 = '' or c.outside_no = $3)
        and ($4::float8 is null or c.received_at >= to_timestamp($4::float8 / 1000))
        and ($5::float8 is null or c.received_at < to_timestamp($5::float8 / 1000))
        and ($6::float8 is null or (c.received_at, c.id) < (to_timestamp($6::float8 / 1000), $7::bigint))
        and ${OF_UNIT('$8')}
      order by c.received_at desc, c.id desc limit $9`,
    [
      ...[asked.channel, asked.state, asked.outsideNo, asked.fromMs, asked.untilMs],
      ...[asked.after?.atMs ?? null, asked.after?.id ?? null, asked.unitId, most],
    ],
  );
  return rows;
}

/** One case; of a unit's own system only what became an order of that unit. Null: none such. */
export async function readCase(
  client: Client,
  id: number,
  ofUnitId: number | null,
): Promise<ReadCase | null> {
  const { rows } = await client.query<ReadCase>(
    `select ${READ} ${FROM} where c.id = $1 and ${OF_UNIT('$2')}`,
    [...[id, ofUnitId]],
  );
  return rows[0] ?? null;
}

/**
 * Enters what another system hands in. Handed in once more, word for word, it is the case that is there already, whatever
 * became of it since; the same number with other words is told with the case that has it.
 */
export async function handInCase(
  client: Client,
  handed: HandedCase,
  system: OtherSystem,
  atMs: number,
): Promise<{ id: number; again: boolean } | { takenBy: number; madeBy: string }> {
  const hash = createHash('sha256').update(JSON.stringify(handed)).digest();
  const fields = { ...handed, receivedAtMs: handed.receivedAtMs ?? atMs };
  const by = { tokenId: system.tokenId, name: system.system };
  const added = await addCase(client, fields, '', by, atMs);
  if ('id' in added) {
    await client.query('update outside_cases set told_hash = $2 where id = $1', [added.id, hash]);
    return { id: added.id, again: false };
  }
  const { rows } = await client.query<{ same: boolean; madeBy: string }>(
    `select c.told_hash is not distinct from $2 as same, ${MADE_BY} as "madeBy" ${FROM} where c.id = $1`,
    [added.takenBy, hash],
  );
  const { same, madeBy } = rows[0]!;
  return same ? { id: added.takenBy, again: true } : { takenBy: added.takenBy, madeBy };
}
