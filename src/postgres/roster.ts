/** The roster, its swaps, and what each agent's clocks said. */
import type pg from 'pg';
import type { Spell } from '../core/shifts/roster.ts';
import type { RosterCell, RosterPerson, RosterSwap } from '../protocol/roster.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** Everybody who takes calls. */
export async function rosterPeople(client: Client): Promise<RosterPerson[]> {
  const { rows } = await client.query<RosterPerson>(
    `select p.id::int, p.name, p.agent, m.team from people p left join roster_members m on m.person_id = p.id
      where p.role in ('agent', 'supervisor') and not p.disabled order by m.team nulls last, p.agent nulls last, p.name`,
  );
  return rows;
}

export async function saveMembers(
  client: Client,
  members: readonly { personId: number; team: number | null }[],
): Promise<void> {
  await client.query('delete from roster_members');
  await client.query(
    `insert into roster_members (person_id, team) select * from unnest($1::bigint[], $2::int[])`,
    [
      members.filter((one) => one.team !== null).map((one) => one.personId),
      members.flatMap((one) => one.team ?? []),
    ],
  );
}

export async function rosterCells(client: Client, from: string, until: string): Promise<RosterCell[]> {
  const { rows } = await client.query<RosterCell>(
    `select person_id::int as "personId", to_char(date, 'YYYY-MM-DD') as date, code, source from roster
      where date >= $1::date and date <= $2::date order by date, person_id`,
    [from, until],
  );
  return rows;
}

/** What the pattern says; what a person or a swap has changed stays. */
export async function fillRoster(
  client: Client,
  cells: readonly Omit<RosterCell, 'source'>[],
  by: number,
): Promise<void> {
  await client.query(
    `insert into roster as r (person_id, date, code, source, changed_by)
     select p, d, c, 'pattern', $4 from unnest($1::bigint[], $2::date[], $3::text[]) as t (p, d, c)
     on conflict (person_id, date) do update set code = excluded.code, changed_by = excluded.changed_by, changed_at = now()
      where r.source = 'pattern'`,
    [cells.map((one) => one.personId), cells.map((one) => one.date), cells.map((one) => one.code), by],
  );
}

export async function setCell(
  client: Client,
  cell: Omit<RosterCell, 'source'>,
  source: 'hand' | 'swap',
  by: number,
): Promise<void> {
  await client.query(
    `insert into roster (person_id, date, code, source, changed_by) values ($1, $2, $3, $4, $5)
     on conflict (person_id, date) do update
        set code = excluded.code, source = excluded.source, changed_by = excluded.changed_by, changed_at = now()`,
    [cell.personId, cell.date, cell.code, source, by],
  );
}

const SWAP = `s.id::int, s.asker_id::int as "askerId", a.name as asker, to_char(s.asker_date, 'YYYY-MM-DD') as "askerDate",
  coalesce((select code from roster where person_id = s.asker_id and date = s.asker_date), '') as "askerCode",
  s.other_id::int as "otherId", o.name as other, to_char(s.other_date, 'YYYY-MM-DD') as "otherDate",
  coalesce((select code from roster where person_id = s.other_id and date = s.other_date), '') as "otherCode",
  s.state, ${ms('s.asked_at')} as "askedAtMs", d.name as "decidedBy"`;
const SWAPS = `from roster_swaps s join people a on a.id = s.asker_id join people o on o.id = s.other_id
  left join people d on d.id = s.decided_by`;

/** Asks for a swap of what both work now; false: the same is asked for already. */
export async function askSwap(
  client: Client,
  one: { askerId: number; askerDate: string; otherId: number; otherDate: string },
  codes: { asker: string; other: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into roster_swaps (asker_id, asker_date, other_id, other_date, asker_code, other_code)
     select $1, $2::date, $3, $4::date, $5, $6 where not exists (
       select from roster_swaps where asker_id = $1 and asker_date = $2::date and other_id = $3 and other_date = $4::date
          and state in ('asked', 'accepted'))`,
    [one.askerId, one.askerDate, one.otherId, one.otherDate, codes.asker, codes.other],
  );
  return rowCount === 1;
}

/** What both worked when the swap was asked for; null: it is from before that was kept. */
export async function askedCodes(
  client: Client,
  id: number,
): Promise<{ asker: string | null; other: string | null }> {
  const { rows } = await client.query<{ asker: string | null; other: string | null }>(
    'select asker_code as asker, other_code as other from roster_swaps where id = $1',
    [id],
  );
  return rows[0] ?? { asker: null, other: null };
}

/** Those that somebody has to answer, and those decided lately. */
export async function listSwaps(client: Client): Promise<RosterSwap[]> {
  const { rows } = await client.query<RosterSwap>(
    `select ${SWAP} ${SWAPS} where s.state in ('asked', 'accepted') or s.decided_at > now() - interval '7 days'
      order by s.state in ('approved', 'refused'), s.asked_at limit 100`,
  );
  return rows;
}

/** Moves a swap on from the state that it is thought to be in; null: it is not there any more. */
export async function moveSwap(
  client: Client,
  id: number,
  from: readonly string[],
  to: 'accepted' | 'approved' | 'refused',
  by: number,
): Promise<RosterSwap | null> {
  const { rowCount } = await client.query(
    `update roster_swaps set state = $3, decided_by = $4, decided_at = now() where id = $1 and state = any($2)`,
    [id, from, to, by],
  );
  if (rowCount !== 1) return null;
  const { rows } = await client.query<RosterSwap>(`select ${SWAP} ${SWAPS} where s.id = $1`, [id]);
  return rows[0]!;
}

/** What a person works on a day; '' is off. */
export async function codeOf(client: Client, personId: number, date: string): Promise<string> {
  const { rows } = await client.query<{ code: string }>(
    'select code from roster where person_id = $1 and date = $2::date',
    [personId, date],
  );
  return rows[0]?.code ?? '';
}

/** The stretches around a span in which nothing was heard of the switch. */
export async function gapsOf(
  client: Client,
  fromMs: number,
  untilMs: number,
): Promise<{ fromMs: number; untilMs: number }[]> {
  const { rows } = await client.query<{ fromMs: number; untilMs: number }>(
    `select ${ms('from_at')} as "fromMs", ${ms('until_at')} as "untilMs" from gaps
      where until_at > to_timestamp($1::float8 / 1000) and from_at < to_timestamp($2::float8 / 1000) order by from_at`,
    [fromMs, untilMs],
  );
  return rows;
}

/**
 * What the switch said of these agents' states around a span: each spell whole, also the ones that reach over its ends.
 * Only the span is read, however many years lie before it.
 */
export async function spellsOf(
  client: Client,
  agents: readonly string[],
  fromMs: number,
  untilMs: number,
): Promise<Map<string, Spell[]>> {
  const { rows } = await client.query<Spell & { agent: string }>(
    `with bounds as (
       select to_timestamp($2::float8 / 1000) as from_at, to_timestamp($3::float8 / 1000) as until_at
     ), states as (
       select s.* from unnest($1::text[]) as asked (agent), bounds, lateral (
         (select agent, state, since_at, id from agent_states
           where agent = asked.agent and since_at < from_at order by since_at desc, id desc limit 1)
         union all
         (select agent, state, since_at, id from agent_states
           where agent = asked.agent and since_at >= from_at and since_at < until_at)
         union all
         (select agent, state, since_at, id from agent_states
           where agent = asked.agent and since_at >= until_at order by since_at, id limit 1)) s
     ), spells as (
       select agent, state, since_at, id, lead(since_at) over (partition by agent order by since_at, id) as ended_at from states
     )
     select agent, state, ${ms('since_at')} as "fromMs", ${ms('ended_at')} as "untilMs"
       from spells, bounds where since_at < until_at and (ended_at is null or ended_at > from_at) order by since_at, id`,
    [agents, fromMs, untilMs],
  );
  const spells = new Map<string, Spell[]>();
  for (const { agent, ...spell } of rows) spells.set(agent, [...(spells.get(agent) ?? []), spell]);
  return spells;
}

/** Callers in each half hour of days like this one (the same weekday), mean of the weeks before; and how long one takes. */
export async function usualHalves(
  client: Client,
  dayMs: number,
  weeks: number,
): Promise<{ calls: number[]; handlingMs: number }> {
  const days = Array.from({ length: weeks }, (_, at) => dayMs - (at + 1) * 7 * 86_400_000);
  const { rows } = await client.query<{ half: number; count: number; talk: number | null; answered: number }>(
    `select (floor(extract(epoch from c.arrived_at - to_timestamp(d.day / 1000)) / 1800))::int as half, count(*)::int as count,
            sum(c.talk_ms + coalesce(c.hold_ms, 0))::float8 as talk, count(c.talk_ms)::int as answered
       from unnest($1::float8[]) as d (day)
       join calls c on c.arrived_at >= to_timestamp(d.day / 1000) and c.arrived_at < to_timestamp(d.day / 1000 + 86400)
      where c.direction = 'inbound' and c.merged_into is null group by 1`,
    [days],
  );
  const calls = new Array<number>(48).fill(0);
  let [talk, answered] = [0, 0];
  for (const row of rows) {
    if (row.half >= 0 && row.half < 48) calls[row.half] = row.count / weeks;
    talk += row.talk ?? 0;
    answered += row.answered;
  }
  return { calls, handlingMs: answered === 0 ? 0 : talk / answered };
}
