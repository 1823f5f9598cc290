/** What the clocks saw, and what people decided on it. Rows are added and decided on, never deleted. */
import type pg from 'pg';
import type { ConductKind, ConductRow } from '../core/shifts/conduct.ts';
import { lastTalked } from './talks.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const ROW = `c.id::int, c.person_id::int as "personId", p.name, c.kind, ${ms('c.at')} as "atMs", c.detail,
  c.call_id as "callId", c.state, c.reason, d.name as "decidedBy", ${ms('c.decided_at')} as "decidedAtMs", c.answer`;
const FROM = `from conduct c join people p on p.id = c.person_id left join people d on d.id = c.decided_by`;

export interface Seen {
  once: string;
  personId: number;
  kind: ConductKind;
  atMs: number;
  detail: string;
  callId?: string;
}

/** Each thing seen is one row, however often it is looked at. */
export async function noteSeen(client: Client, seen: readonly Seen[]): Promise<number> {
  const { rowCount } = await client.query(
    `insert into conduct (once, person_id, kind, at, detail, call_id)
     select o, p, k, to_timestamp(a / 1000), d, nullif(c, '')
       from unnest($1::text[], $2::bigint[], $3::text[], $4::float8[], $5::text[], $6::text[]) as t (o, p, k, a, d, c)
     on conflict (once) do nothing`,
    [
      seen.map((one) => one.once),
      seen.map((one) => one.personId),
      seen.map((one) => one.kind),
      seen.map((one) => one.atMs),
      seen.map((one) => one.detail),
      seen.map((one) => one.callId ?? ''),
    ],
  );
  return rowCount ?? 0;
}

/** Calls that the agent ended first, records late or never completed, missed callers taken on and not called: facts kept already. */
export async function seenInCalls(
  client: Client,
  fromMs: number,
  untilMs: number,
  recordWithinMs: number,
  callBackWithinMs: number,
): Promise<Seen[]> {
  const { rows } = await client.query<Seen>(
    `select 'hung-up-first:' || c.call_id as once, p.id::int as "personId", 'hung-up-first' as kind,
            ${ms('c.ended_at')} as "atMs", '' as detail, c.call_id as "callId"
       from calls c join people p on p.agent = coalesce(${lastTalked('c')}, c.answered_by)
      where c.direction = 'inbound' and c.merged_into is null and c.hung_up_first = 'agent' and c.transfer_count = 0
        and c.ended_at >= to_timestamp($1::float8 / 1000) and c.ended_at < to_timestamp($2::float8 / 1000)
      union all
     select 'record:' || r.id, r.person_id::int,
            case when r.completed_at is null then 'record-open' else 'record-late' end,
            ${ms('c.ended_at')}, '', c.call_id
       from records r join calls c on c.call_id = r.call_id
      where c.ended_at >= to_timestamp($1::float8 / 1000) and c.ended_at < to_timestamp(($2::float8 - $3::float8) / 1000)
        and coalesce(r.completed_at, now()) > c.ended_at + make_interval(secs => $3::float8 / 1000)
      union all
     select 'callback-missed:' || k.party || ':' || extract(epoch from k.claimed_at), k.person_id::int, 'callback-missed',
            ${ms('k.claimed_at')}, '', null
       from missed_claims k
      where k.claimed_at >= to_timestamp($1::float8 / 1000) and k.claimed_at < to_timestamp(($2::float8 - $4::float8) / 1000)
        and not exists (select from calls c
                         where c.party = k.party and c.arrived_at >= k.claimed_at
                           and (c.direction = 'outbound' or c.answered_at is not null))`,
    [fromMs, untilMs, recordWithinMs, callBackWithinMs],
  );
  return rows;
}

export async function listConduct(
  client: Client,
  fromMs: number,
  untilMs: number,
  personId: number | null,
): Promise<ConductRow[]> {
  const { rows } = await client.query<ConductRow>(
    `select ${ROW} ${FROM} where c.at >= to_timestamp($1::float8 / 1000) and c.at < to_timestamp($2::float8 / 1000)
        and ($3::bigint is null or c.person_id = $3) order by c.state <> 'seen', c.at desc limit 1000`,
    [fromMs, untilMs, personId],
  );
  return rows;
}

/** Added by a person. */
export async function addConduct(
  client: Client,
  one: { personId: number; kind: ConductKind; atMs: number; detail: string; by: number },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into conduct (person_id, kind, at, detail, added_by) values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5)
     returning id::int`,
    [one.personId, one.kind, one.atMs, one.detail, one.by],
  );
  return rows[0]!.id;
}

export async function decideConduct(
  client: Client,
  id: number,
  state: 'confirmed' | 'waived',
  reason: string,
  by: number,
  was: string | null,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update conduct set state = $2, reason = $3, decided_by = $4, decided_at = now()
      where id = $1 and state = coalesce($5, state)`,
    [id, state, reason, by, was],
  );
  return rowCount === 1;
}

/** What the agent says of a row of their own. */
export async function answerConduct(
  client: Client,
  id: number,
  personId: number,
  answer: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update conduct set answer = $3, answered_at = now() where id = $1 and person_id = $2`,
    [id, personId, answer],
  );
  return rowCount === 1;
}
