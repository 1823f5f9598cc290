/** The clocks of cases from outside as rows: set when a case has changed, fired by the watch. */
import type pg from 'pg';
import {
  caseClockNotice,
  caseClocks,
  type CaseClock,
  type CaseClockFacts,
  type CaseClockName,
  type CaseClockRules,
} from '../core/office/case-clocks.ts';
import type { Channel } from '../core/office/cases.ts';
import type { Calendar } from '../core/orders/calendar.ts';
import { firingsLeft, nextFiring, type Firing } from '../core/orders/clocks.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

const instant = (column: string) => `to_timestamp(${column} / 1000)`;
const FACTS = `${ms('c.made_at')} as "madeAtMs", ${ms('c.first_due_at')} as "firstDueAtMs", ${ms('c.due_at')} as "dueAtMs",
  ${ms('c.signed_at')} as "signedAtMs", ${ms('c.returned_at')} as "returnedAtMs", ${ms('c.replied_at')} as "repliedAtMs",
  ${ms('c.called_back_at')} as "calledBackAtMs", ${ms('c.closed_at')} as "closedAtMs", c.phone is not null as "hasPhone",
  (select ${ms('min(s.at)')} from case_steps s where s.case_id = c.id and s.kind in ('order', 'join', 'take-back'))
    as "decidedAtMs"`;

/** What a case's clocks are reckoned from; null: there is no such case. */
export async function caseClockFacts(client: Client, id: number): Promise<CaseClockFacts | null> {
  const { rows } = await client.query<CaseClockFacts>(
    `select ${FACTS} from outside_cases c where c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Sets the clocks of cases that have changed, at most `most`; gives how many there were. A due time that moved speaks anew. */
export async function setCaseClocks(
  client: Client,
  rules: CaseClockRules,
  calendar: Calendar,
  most: number,
): Promise<number> {
  const { rows } = await client.query<CaseClockFacts & { id: number; version: number }>(
    `select c.id::float8 as id, c.version, ${FACTS} from outside_cases c
      where c.clocked_version <> c.version order by c.id limit $1 for update of c skip locked`,
    [most],
  );
  if (rows.length === 0) return 0;
  const { rows: known } = await client.query<{
    caseId: number;
    name: CaseClockName;
    dueAtMs: number;
    fired: Firing[];
  }>(
    `select case_id::float8 as "caseId", name, ${ms('due_at')} as "dueAtMs", fired from case_clocks where case_id = any($1)`,
    [rows.map((row) => row.id)],
  );
  const before = new Map(known.map((one) => [`${one.caseId} ${one.name}`, one]));
  const clocks = rows.flatMap((row) =>
    caseClocks(row, rules, calendar).map((clock) => {
      const last = before.get(`${row.id} ${clock.name}`);
      // a row keeps microseconds, arithmetic does not
      const fired = last && Math.abs(last.dueAtMs - clock.dueAtMs) < 1 ? last.fired : [];
      return { caseId: row.id, ...clock, fired, nextMs: nextFiring(clock, fired) };
    }),
  );
  await client.query(
    `with given as (
       select * from jsonb_to_recordset($1::jsonb) as c ("caseId" bigint, name text, "dueAtMs" float8, "warnAtMs" float8,
         "escalateAtMs" float8, "metAtMs" float8, fired text[], "nextMs" float8)
     ), gone as (
       delete from case_clocks k where case_id = any($2)
          and not exists (select from given g where g."caseId" = k.case_id and g.name = k.name)
     ), clocked as (
       update outside_cases set clocked_version = version where id = any($2)
     )
     insert into case_clocks (case_id, name, due_at, warn_at, escalate_at, met_at, fired, next_at)
     select "caseId", name, ${instant('"dueAtMs"')}, ${instant('"warnAtMs"')}, ${instant('"escalateAtMs"')},
            ${instant('"metAtMs"')}, fired, ${instant('"nextMs"')} from given
     on conflict (case_id, name) do update set due_at = excluded.due_at, warn_at = excluded.warn_at,
       escalate_at = excluded.escalate_at, met_at = excluded.met_at, fired = excluded.fired, next_at = excluded.next_at`,
    [JSON.stringify(clocks), rows.map((row) => row.id)],
  );
  return rows.length;
}

/** The rules changed: the clocks of every case that is not over are set anew. */
export async function unsetCaseClocks(client: Client): Promise<void> {
  await client.query(
    `update outside_cases set clocked_version = 0 where state in ('new', 'signed')
         or (state = 'replied' and exists (select from case_clocks k where k.case_id = id))`,
  );
}

export interface FiredCaseClock {
  caseId: number;
  clock: CaseClockName;
  dueAtMs: number;
  firing: Firing;
  notice: ReturnType<typeof caseClockNotice>;
}

/** Fires what is due, at most `most` clocks. After a time of being down only the last word of each clock is said. */
export async function fireCaseClocks(client: Client, nowMs: number, most: number): Promise<FiredCaseClock[]> {
  type Row = Pick<CaseClock, 'name' | 'dueAtMs' | 'warnAtMs' | 'escalateAtMs' | 'metAtMs'> & {
    caseId: number;
    fired: Firing[];
    channel: Channel;
    outsideNo: string;
    content: string;
  };
  const { rows } = await client.query<Row>(
    `select k.case_id::float8 as "caseId", k.name, ${ms('k.due_at')} as "dueAtMs", ${ms('k.warn_at')} as "warnAtMs",
            ${ms('k.escalate_at')} as "escalateAtMs", ${ms('k.met_at')} as "metAtMs", k.fired,
            c.channel, c.outside_no as "outsideNo", left(c.content, 200) as content
       from case_clocks k join outside_cases c on c.id = k.case_id
      where k.next_at <= to_timestamp($1::float8 / 1000) and c.clocked_version = c.version
      order by k.next_at limit $2 for update of c, k skip locked`,
    [nowMs, most],
  );
  const told: FiredCaseClock[] = [];
  for (const { caseId, fired, channel, outsideNo, content, ...row } of rows) {
    const clock = { ...row, stopped: false };
    const due = firingsLeft(clock, fired).filter(({ atMs }) => atMs <= nowMs);
    const last = due.at(-1);
    const said = [...fired, ...due.map((one) => one.firing)];
    await client.query(
      `update case_clocks set fired = $3, next_at = to_timestamp($4::float8 / 1000) where case_id = $1 and name = $2`,
      [caseId, clock.name, said, nextFiring(clock, said)],
    );
    if (!last) continue;
    const notice = caseClockNotice({ channel, outsideNo, content }, clock, last.firing);
    told.push({ caseId, clock: clock.name, dueAtMs: clock.dueAtMs, firing: last.firing, notice });
  }
  return told;
}
