/** Composed walls, the links of televisions, and what a wall shows of orders. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { NEAR_MS } from '../core/orders/list.ts';
import type { DistrictOrders, WallDue } from '../core/walls/figures.ts';
import type { WallPlan } from '../core/walls/tiles.ts';
import { oneAtATime } from './pool.ts';
import { ORDER_OPEN, orderNear, orderOverdue } from './order-conditions.ts';
import type { KeptWall, Television } from '../protocol/walls.ts';
import { ms } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;
const OPEN = ORDER_OPEN;
const DUE_SHOWN = 8;

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Every wall, by its name. */
export async function listWalls(client: Client): Promise<KeptWall[]> {
  const { rows } = await client.query<KeptWall>(
    'select id::int, name, tiles, quiet, version from walls order by name, id',
  );
  return rows;
}

/** Keeps a new wall; null: another has this name. */
export async function addWall(client: Client, plan: WallPlan, personId: number): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into walls (name, tiles, quiet, changed_by) values ($1, $2, $3, $4)
     on conflict (name) do nothing returning id::int`,
    [plan.name, JSON.stringify(plan.tiles), plan.quiet && JSON.stringify(plan.quiet), personId],
  );
  return rows[0]?.id ?? null;
}

/** Changes a wall that nobody has changed since that version; `named`: another wall has this name. */
export async function changeWall(
  client: Client,
  wall: KeptWall,
  personId: number,
): Promise<'changed' | 'moved' | 'named'> {
  await oneAtATime(client, 'walls');
  const { rows } = await client.query('select from walls where name = $1 and id <> $2', [wall.name, wall.id]);
  if (rows.length > 0) return 'named';
  const { rowCount } = await client.query(
    `update walls set name = $3, tiles = $4, quiet = $5, version = version + 1, changed_at = now(), changed_by = $6
      where id = $1 and version = $2`,
    [
      ...[wall.id, wall.version, wall.name, JSON.stringify(wall.tiles)],
      ...[wall.quiet && JSON.stringify(wall.quiet), personId],
    ],
  );
  return rowCount === 1 ? 'changed' : 'moved';
}

/** Takes a wall away, with its televisions' links; its name, or null: there is none. */
export async function removeWall(client: Client, id: number): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>('delete from walls where id = $1 returning name', [
    id,
  ]);
  return rows[0]?.name ?? null;
}

/** The links of a wall, the living first. */
export async function listTelevisions(client: Client, wallId: number): Promise<Omit<Television, 'open'>[]> {
  const { rows } = await client.query<Omit<Television, 'open'>>(
    `select t.id::int, t.name, ${ms('t.made_at')} as "madeAtMs", p.name as "madeBy",
            ${ms('t.withdrawn_at')} as "withdrawnAtMs", ${ms('t.seen_at')} as "seenAtMs"
       from televisions t join people p on p.id = t.made_by
      where t.wall_id = $1 order by t.withdrawn_at desc nulls first, t.id desc`,
    [wallId],
  );
  return rows;
}

/** Gives a television a link to a wall; false: there is no such wall. */
export async function addTelevision(
  client: Client,
  given: { wallId: number; name: string; token: string; personId: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into televisions (wall_id, name, hash, made_by) select id, $2, $3, $4 from walls where id = $1`,
    [given.wallId, given.name, hashOf(given.token), given.personId],
  );
  return rowCount === 1;
}

/** This link opens nothing from now on; its name, or null: there is none, or it was withdrawn before. */
export async function withdrawTelevision(client: Client, id: number): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    'update televisions set withdrawn_at = now() where id = $1 and withdrawn_at is null returning name',
    [id],
  );
  return rows[0]?.name ?? null;
}

/** Which wall a link opens, and that it was seen; null: none (any more). */
export async function televisionOf(
  client: Client,
  token: string,
): Promise<{ id: number; wallId: number } | null> {
  const { rows } = await client.query<{ id: number; wallId: number }>({
    name: 'television-by-token',
    text: `update televisions set seen_at = now() where hash = $1 and withdrawn_at is null
           returning id::int, wall_id::int as "wallId"`,
    values: [hashOf(token)],
  });
  return rows[0] ?? null;
}

/** Notes that these televisions are on; those of them that may be. */
export async function seeTelevisions(client: Client, ids: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>({
    name: 'see-televisions',
    text: `update televisions set seen_at = now() where id = any($1::bigint[]) and withdrawn_at is null
           returning id::int`,
    values: [ids],
  });
  return rows.map((row) => row.id);
}

/** Open orders by district, those whose clock runs out soon or has run out apart, and how many are urgent. */
export async function ordersByDistrict(
  client: Client,
  nowMs: number,
): Promise<(DistrictOrders & { urgent: number })[]> {
  const { rows } = await client.query<DistrictOrders & { urgent: number }>({
    name: 'wall-orders',
    text: `select o.district, count(*)::int as open, (count(*) filter (where o.urgent))::int as urgent,
                  (count(*) filter (where ${orderNear('n.at', 'n.soon')}))::int as near,
                  (count(*) filter (where ${orderOverdue('n.at')}))::int as overdue
             from orders o, (select to_timestamp($1::float8 / 1000) as at, to_timestamp($2::float8 / 1000) as soon) n
            where ${OPEN} group by o.district`,
    values: [nowMs, nowMs + NEAR_MS],
  });
  return rows;
}

/** The next clocks that run out: which order, what for and whose; nothing of its customer. */
export async function nextDue(client: Client, nowMs: number): Promise<WallDue[]> {
  const { rows } = await client.query<WallDue>({
    name: 'wall-next-due',
    text: `select o.order_no as "orderNo", o.category || coalesce(' · ' || nullif(o.item, ''), '') as item,
                  coalesce(u.name, o.unit, '') as unit, ${ms('o.due_at')} as "dueAtMs"
             from orders o left join units u on u.id = o.unit_id
            where ${OPEN} and o.due_at > to_timestamp($1::float8 / 1000) order by o.due_at, o.id limit $2`,
    values: [nowMs, DUE_SHOWN],
  });
  return rows;
}
