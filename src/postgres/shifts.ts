/** Handovers: opened with each shift, filled, written on, signed by both and frozen. */
import type pg from 'pg';
import {
  fillChanges,
  giveFault,
  takeFault,
  type Filled,
  type HandoverItem,
  type HandoverState,
  type Section,
} from '../core/shifts/handover.ts';
import type { Shift } from '../core/shifts/shift.ts';
import { instant, ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export interface Figure {
  zh: string;
  value: string;
}
export interface HandoverRow {
  id: number;
  shiftKey: string;
  zh: string;
  fromMs: number;
  untilMs: number;
  state: HandoverState;
  figures: Figure[];
  giver: string | null;
  giverId: number | null;
  givenAtMs: number | null;
  taker: string | null;
  takenAtMs: number | null;
}
export interface HandoverItemRow extends HandoverItem {
  changedBy: string | null;
  changedAtMs: number;
  readBy: string | null;
  readAtMs: number | null;
}

const COLUMNS = `h.id::float8 as id, h.shift_key as "shiftKey", h.shift as zh, ${ms('h.from_at')} as "fromMs",
  ${ms('h.until_at')} as "untilMs", h.state, h.figures, g.name as giver, h.given_by::float8 as "giverId",
  ${ms('h.given_at')} as "givenAtMs", t.name as taker, ${ms('h.taken_at')} as "takenAtMs"`;
const FROM =
  'from handovers h left join people g on g.id = h.given_by left join people t on t.id = h.taken_by';
const ITEM = `i.id::float8 as id, i.section, i.source, i.link, i.text, i.key, i.version, i.edited, i.settled, i.removed,
  i.read_version as "readVersion", c.name as "changedBy", ${ms('i.changed_at')} as "changedAtMs",
  r.name as "readBy", ${ms('i.read_at')} as "readAtMs"`;
const FROM_ITEMS = `from handover_items i left join people c on c.id = i.changed_by left join people r on r.id = i.read_by`;

/** The handover of this shift, made if it is not there yet; its id. */
export async function openHandover(client: Client, shift: Shift): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `with made as (
       insert into handovers (shift_key, day, shift, from_at, until_at) values ($1, $2, $3, ${instant('$4')}, ${instant('$5')})
       on conflict (shift_key) do nothing returning id)
     select id::float8 as id from made union all select id::float8 from handovers where shift_key = $1 limit 1`,
    [shift.key, shift.date, shift.zh, shift.fromMs, shift.untilMs],
  );
  return rows[0]!.id;
}

export async function findHandover(client: Client, id: number): Promise<HandoverRow | null> {
  const { rows } = await client.query<HandoverRow>(`select ${COLUMNS} ${FROM} where h.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function handoverItems(client: Client, id: number): Promise<HandoverItemRow[]> {
  const { rows } = await client.query<HandoverItemRow>(
    `select ${ITEM} ${FROM_ITEMS} where i.handover_id = $1 order by i.id`,
    [id],
  );
  return rows;
}

/** Newest first; `words` in any line of it, or in who signed. */
export async function listHandovers(
  pool: pg.Pool,
  words: string,
  untilMs: number,
  most: number,
): Promise<(HandoverRow & { found: string | null })[]> {
  const hit = `select i.text from handover_items i where i.handover_id = h.id and not i.removed
    and position(lower($1) in lower(i.text)) > 0 order by i.id limit 1`;
  const { rows } = await pool.query<HandoverRow & { found: string | null }>(
    `select ${COLUMNS}, case when $1 = '' then null else (${hit}) end as found ${FROM}
      where h.from_at < ${instant('$2')}
        and ($1 = '' or exists (${hit}) or position($1 in concat_ws(' ', g.name, t.name, h.shift)) > 0)
      order by h.from_at desc limit $3`,
    [words.trim(), untilMs, most],
  );
  return rows;
}

async function lock(client: Client, id: number): Promise<HandoverRow | null> {
  await client.query('select from handovers where id = $1 for update', [id]);
  return findHandover(client, id);
}

/** Fills the lines of an open handover anew. True: something changed. */
export async function fillHandover(
  client: Client,
  id: number,
  lines: readonly Filled[],
  figures: readonly Figure[],
  atMs: number,
): Promise<boolean> {
  const handover = await lock(client, id);
  if (handover?.state !== 'open') return false;
  const changes = fillChanges(await handoverItems(client, id), lines);
  for (const change of changes) {
    if (change.kind === 'add') {
      const { section, source, link, text, key } = change.line;
      const { rows } = await client.query<{ id: number }>(
        `insert into handover_items (handover_id, section, source, link, text, key, changed_at)
         values ($1, $2, $3, $4, $5, $6, ${instant('$7')}) returning id::float8 as id`,
        [id, section, source, link, text, key, atMs],
      );
      await keepVersion(client, rows[0]!.id);
    } else if (change.kind === 'renew') {
      const { section, source, link, text, key } = change.line;
      await client.query(
        `update handover_items set link = $2, text = $3, key = $4, section = $6, source = $7, settled = false,
                version = version + 1, changed_at = ${instant('$5')} where id = $1`,
        [change.id, link, text, key, atMs, section, source],
      );
      await keepVersion(client, change.id);
    } else await client.query('update handover_items set settled = true where id = $1', [change.id]);
  }
  await client.query(`update handovers set figures = $2, filled_at = ${instant('$3')} where id = $1`, [
    id,
    JSON.stringify(figures),
    atMs,
  ]);
  return changes.length > 0;
}

async function keepVersion(client: Client, itemId: number): Promise<void> {
  await client.query(
    `insert into handover_item_versions (item_id, version, text, key, removed, person_id, at)
     select id, version, text, key, removed, changed_by, changed_at from handover_items where id = $1`,
    [itemId],
  );
}

export interface ItemWish {
  section: Section;
  text: string;
  key: boolean;
}
export type HandoverAnswer =
  | { ok: true }
  | { ok: false; why: 'no-such-handover' | 'no-such-line' | 'closed' }
  | { ok: false; why: 'changed-meanwhile'; by: string; text: string }
  | { ok: false; why: 'refused'; words: string };

/** Writes a line of one's own. */
export async function addItem(
  client: Client,
  handoverId: number,
  wish: ItemWish,
  personId: number,
  atMs: number,
): Promise<HandoverAnswer> {
  const handover = await lock(client, handoverId);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  if (handover.state !== 'open') return { ok: false, why: 'closed' };
  const { rows } = await client.query<{ id: number }>(
    `insert into handover_items (handover_id, section, text, key, edited, changed_by, changed_at)
     values ($1, $2, $3, $4, true, $5, ${instant('$6')}) returning id::float8 as id`,
    [handoverId, wish.section, wish.text, wish.key, personId, atMs],
  );
  await keepVersion(client, rows[0]!.id);
  return { ok: true };
}

/** Changes a line that was seen in `version`, or takes it away; changed by another since, that one's words are given back. */
export async function changeItem(
  client: Client,
  handoverId: number,
  itemId: number,
  version: number,
  wish: { text: string; key: boolean; removed: boolean },
  personId: number,
  atMs: number,
): Promise<HandoverAnswer> {
  const handover = await lock(client, handoverId);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  if (handover.state !== 'open') return { ok: false, why: 'closed' };
  const item = (await handoverItems(client, handoverId)).find((one) => one.id === itemId);
  if (!item) return { ok: false, why: 'no-such-line' };
  if (item.version !== version)
    return { ok: false, why: 'changed-meanwhile', by: item.changedBy ?? '系统', text: item.text };
  await client.query(
    `update handover_items set text = $2, key = $3, removed = $4, edited = true, settled = false, version = version + 1,
            changed_by = $5, changed_at = ${instant('$6')} where id = $1`,
    [itemId, wish.text, wish.key, wish.removed, personId, atMs],
  );
  await keepVersion(client, itemId);
  return { ok: true };
}

/** The taker has read these lines as they stand; a tick can be taken back. */
export async function tickItems(
  client: Client,
  handoverId: number,
  ticks: readonly { id: number; version: number }[],
  read: boolean,
  personId: number,
  atMs: number,
): Promise<HandoverAnswer> {
  const handover = await lock(client, handoverId);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  if (handover.state === 'signed') return { ok: false, why: 'closed' };
  const items = await handoverItems(client, handoverId);
  for (const { id, version } of ticks) {
    const item = items.find((one) => one.id === id);
    if (!item) return { ok: false, why: 'no-such-line' };
    if (item.version !== version)
      return { ok: false, why: 'changed-meanwhile', by: item.changedBy ?? '系统', text: item.text };
    await client.query(
      `update handover_items set read_version = $2, read_by = $3, read_at = ${instant('$4')} where id = $1`,
      [id, read ? version : null, read ? personId : null, read ? atMs : null],
    );
  }
  return { ok: true };
}

/** Who hands over signs: from now on the lines stand still. */
export async function giveHandover(
  client: Client,
  id: number,
  personId: number,
  atMs: number,
): Promise<HandoverAnswer> {
  const handover = await lock(client, id);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  const fault = giveFault(handover.state, await handoverItems(client, id), handover);
  if (fault) return { ok: false, why: 'refused', words: fault };
  await client.query(
    `update handovers set state = 'given', given_by = $2, given_at = ${instant('$3')} where id = $1`,
    [id, personId, atMs],
  );
  return { ok: true };
}

/** Back to who handed over: something is missing. The signature is gone, the ticks stay. */
export async function reopenHandover(client: Client, id: number): Promise<HandoverAnswer> {
  const handover = await lock(client, id);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  if (handover.state !== 'given') return { ok: false, why: 'closed' };
  await client.query(`update handovers set state = 'open', given_by = null, given_at = null where id = $1`, [
    id,
  ]);
  return { ok: true };
}

/** Who takes over signs: it is frozen. */
export async function takeHandover(
  client: Client,
  id: number,
  personId: number,
  atMs: number,
): Promise<HandoverAnswer> {
  const handover = await lock(client, id);
  if (!handover) return { ok: false, why: 'no-such-handover' };
  const fault = takeFault(handover.state, await handoverItems(client, id), handover.giverId, personId);
  if (fault) return { ok: false, why: 'refused', words: fault };
  await client.query(
    `update handovers set state = 'signed', taken_by = $2, taken_at = ${instant('$3')} where id = $1`,
    [id, personId, atMs],
  );
  return { ok: true };
}

/** Handovers whose next shift began so long ago and that nobody signed; each is told of once, by the outbox. */
export async function tellUnsigned(pool: pg.Pool, beforeMs: number): Promise<number> {
  const { rowCount } = await pool.query(
    `with late as (
       update handovers set late_told_at = now()
        where state <> 'signed' and until_at <= ${instant('$1')} and late_told_at is null
       returning id, day, shift, until_at, state)
     insert into outbox (event, ref, body)
       select 'handover-unsigned', id::text, jsonb_build_object('day', day, 'shift', shift, 'state', state,
              'untilMs', ${ms('until_at')}) from late`,
    [beforeMs],
  );
  return rowCount ?? 0;
}

/** How many shifts are over whose handover was not signed by both. */
export async function countUnsigned(pool: pg.Pool, nowMs: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from handovers where state <> 'signed' and until_at <= ${instant('$1')}`,
    [nowMs],
  );
  return rows[0]!.count;
}
