/** Tokens of other systems, and the answers that are given once more when they ask twice. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { OtherSystem, Scope } from '../core/outward/scope.ts';

type Client = Pick<pg.ClientBase, 'query'>;

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whose token this is; null: nobody's, or revoked, or rotated away, or the account of who answers for it is closed. */
export async function findSystem(pool: pg.Pool, token: string): Promise<OtherSystem | null> {
  const { rows } = await pool.query<OtherSystem>({
    name: 'system-by-token',
    text: `select t.id::float8 as "tokenId", t.system, t.scopes, t.unit_id::float8 as "unitId",
                  t.per_minute as "perMinute"
             from api_tokens t left join people o on o.id = t.owner_id
            where t.revoked_at is null and (t.hash = $1 or (t.previous_hash = $1 and t.previous_until > now()))
              and o.disabled is not true`,
    values: [hashOf(token)],
  });
  return rows[0] ?? null;
}

/** Remembers that the token was used, to the minute. */
export async function touchToken(pool: pg.Pool, tokenId: number): Promise<void> {
  await pool.query({
    name: 'touch-token',
    text: `update api_tokens set last_used_at = now()
            where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    values: [tokenId],
  });
}

export interface TokenRow {
  id: number;
  system: string;
  prefix: string;
  scopes: Scope[];
  unitId: number | null;
  unitName: string | null;
  perMinute: number;
  createdAtMs: number;
  createdBy: string | null;
  /** who answered for it, and whose account is closed: it opens nothing until somebody else rotates it */
  ownerGone: string | null;
  rotatedAtMs: number | null;
  /** the token before the rotation still opens until then */
  previousUntilMs: number | null;
  revokedAtMs: number | null;
  lastUsedAtMs: number | null;
}

/** Every token that was ever given, the living first. */
export async function listTokens(pool: pg.Pool): Promise<TokenRow[]> {
  const ms = (column: string) => `(extract(epoch from t.${column}) * 1000)::float8`;
  const { rows } = await pool.query<TokenRow>(
    `select t.id::float8 as id, t.system, t.prefix, t.scopes, t.unit_id::float8 as "unitId", u.name as "unitName",
            t.per_minute as "perMinute", ${ms('created_at')} as "createdAtMs", p.name as "createdBy",
            case when o.disabled then o.name end as "ownerGone",
            ${ms('rotated_at')} as "rotatedAtMs",
            case when t.previous_until > now() then ${ms('previous_until')} end as "previousUntilMs",
            ${ms('revoked_at')} as "revokedAtMs", ${ms('last_used_at')} as "lastUsedAtMs"
       from api_tokens t left join units u on u.id = t.unit_id left join people p on p.id = t.created_by
       left join people o on o.id = t.owner_id
      order by t.revoked_at is not null, t.id`,
  );
  return rows;
}

export interface NewToken {
  system: string;
  scopes: readonly Scope[];
  unitId: number | null;
  perMinute: number;
}

/** Gives a system a token; null: a system of this name has one. */
export async function addToken(
  pool: pg.Pool,
  wanted: NewToken,
  token: string,
  personId: number,
): Promise<number | null> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into api_tokens (system, prefix, hash, scopes, unit_id, per_minute, created_by, owner_id)
     values ($1, $2, $3, $4, $5, $6, $7, $7)
     on conflict (system) where revoked_at is null do nothing returning id::float8 as id`,
    [
      wanted.system,
      token.slice(0, 10),
      hashOf(token),
      wanted.scopes,
      wanted.unitId,
      wanted.perMinute,
      personId,
    ],
  );
  return rows[0]?.id ?? null;
}

/** Gives a living token a new secret, for which `personId` answers; the old one opens for another `graceHours`. Null: there is none, or it is revoked. */
export async function rotateToken(
  pool: pg.Pool,
  id: number,
  token: string,
  graceHours: number,
  personId: number | null = null,
): Promise<string | null> {
  const { rows } = await pool.query<{ system: string }>(
    `update api_tokens set previous_hash = hash, previous_until = now() + make_interval(hours => $4),
            hash = $2, prefix = $3, rotated_at = now(), owner_id = coalesce($5, owner_id)
      where id = $1 and revoked_at is null returning system`,
    [id, hashOf(token), token.slice(0, 10), graceHours, personId],
  );
  return rows[0]?.system ?? null;
}

/** Shuts a token for good, at once; null: there is none, or it was shut before. */
export async function revokeToken(pool: pg.Pool, id: number, personId: number): Promise<string | null> {
  const { rows } = await pool.query<{ system: string }>(
    `update api_tokens set revoked_at = now(), revoked_by = $2, previous_hash = null
      where id = $1 and revoked_at is null returning system`,
    [id, personId],
  );
  return rows[0]?.system ?? null;
}

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/**
 * Does what a system asks under a key once, in the caller's transaction: asked again with the same words it gets the
 * same answer; `conflict`: the key was used for something else. Who asks while it is being done waits for it.
 */
export async function answerOnce(
  client: Client,
  tokenId: number,
  key: string,
  asked: string,
  work: () => Promise<KeptAnswer>,
): Promise<{ answer: KeptAnswer; again: boolean } | 'conflict'> {
  const { rowCount } = await client.query(
    `insert into api_answers (token_id, key, asked_hash) values ($1, $2, $3) on conflict do nothing`,
    [tokenId, key, hashOf(asked)],
  );
  if (rowCount === 0) {
    const { rows } = await client.query<KeptAnswer & { same: boolean }>(
      'select asked_hash = $3 as same, status, headers, body from api_answers where token_id = $1 and key = $2',
      [tokenId, key, hashOf(asked)],
    );
    const kept = rows[0]!;
    if (!kept.same) return 'conflict';
    return { answer: { status: kept.status, headers: kept.headers, body: kept.body }, again: true };
  }
  const answer = await work();
  await client.query(
    'update api_answers set status = $3, headers = $4, body = $5 where token_id = $1 and key = $2',
    [tokenId, key, answer.status, JSON.stringify(answer.headers), JSON.stringify(answer.body)],
  );
  return { answer, again: false };
}

/** Answers of long ago are asked for by nobody. */
export async function forgetAnswers(pool: pg.Pool): Promise<void> {
  await pool.query(`delete from api_answers where created_at < now() - interval '7 days'`);
}
