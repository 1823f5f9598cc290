/** Who is kept out for a while: browsers' phone lines by the service itself, addresses by fail2ban (ops/fail2ban). */
import type pg from 'pg';
import type { BanShown } from '../protocol/telephone.ts';
import { instant } from './instants.ts';

type Client = Pick<pg.ClientBase, 'query'>;

/** Kept out from now on; told again, it lasts from the last time. */
export async function ban(
  client: Client,
  one: { subject: string; why: string; count: number; atMs: number; untilMs: number },
): Promise<void> {
  await client.query(
    `insert into bans (subject, why, count, since_at, until_at) values ($1, $2, $3, ${instant('$4')}, ${instant('$5')})
     on conflict (subject) do update set why = excluded.why, count = bans.count + excluded.count,
       since_at = case when bans.until_at < excluded.since_at then excluded.since_at else bans.since_at end,
       until_at = excluded.until_at`,
    [one.subject, one.why, one.count, one.atMs, one.untilMs],
  );
}

export async function isBanned(client: Client, subject: string, atMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from bans where subject = $1 and until_at > ${instant('$2')}`,
    [subject, atMs],
  );
  return rowCount === 1;
}

/** A leader lets them in again; false: nobody was kept out under this name. */
export async function liftBan(client: Client, subject: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from bans where subject = $1', [subject]);
  return rowCount === 1;
}

/** Kept out now, the latest first. */
export async function shownBans(client: Client, atMs: number): Promise<BanShown[]> {
  const { rows } = await client.query<BanShown>(
    `select subject, why, count, (extract(epoch from since_at) * 1000)::float8 as "sinceMs",
            (extract(epoch from until_at) * 1000)::float8 as "untilMs"
       from bans where until_at > ${instant('$1')} order by since_at desc limit 200`,
    [atMs],
  );
  return rows;
}
