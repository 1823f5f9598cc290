/** Second factors: authenticator apps, passkeys, recovery codes, and what was asked of a browser (migration 0184). */
import type pg from 'pg';
import { ms } from './instants.ts';

type Client = pg.Pool | pg.PoolClient;

/** What somebody has to prove themselves with. */
export interface FactorsOf {
  totp: { madeAtMs: number; usedAtMs: number } | null;
  passkeys: ListedPasskey[];
  recoveryLeft: number;
  /** when the setting first asked this person for a second factor */
  askedAtMs: number | null;
}

export interface ListedPasskey {
  id: string;
  name: string;
  /** the address at which it can be used */
  rpId: string;
  madeAtMs: number;
  usedAtMs: number | null;
}

export async function factorsOf(db: Client, personId: number): Promise<FactorsOf> {
  const { rows } = await db.query<
    Omit<FactorsOf, 'passkeys' | 'totp'> & { madeAtMs: number; usedAtMs: number }
  >({
    name: 'factors-of',
    text: `select ${ms('p.factor_asked_at')} as "askedAtMs", ${ms('t.made_at')} as "madeAtMs", ${ms('t.used_at')} as "usedAtMs",
                  (select count(*)::int from factor_recovery_codes r where r.person_id = p.id and r.used_at is null) as "recoveryLeft"
             from people p left join factor_totp t on t.person_id = p.id where p.id = $1`,
    values: [personId],
  });
  const found = rows[0];
  const passkeys = await db.query<ListedPasskey>({
    name: 'passkeys-of',
    text: `select id, name, rp_id as "rpId", ${ms('made_at')} as "madeAtMs", ${ms('used_at')} as "usedAtMs"
             from factor_passkeys where person_id = $1 order by made_at, id`,
    values: [personId],
  });
  return {
    totp: found && found.madeAtMs !== null ? { madeAtMs: found.madeAtMs, usedAtMs: found.usedAtMs } : null,
    passkeys: passkeys.rows,
    recoveryLeft: found?.recoveryLeft ?? 0,
    askedAtMs: found?.askedAtMs ?? null,
  };
}

/** The setting asks this person for a second factor, for the first time or again: since when. */
export async function askForFactor(db: Client, personId: number): Promise<void> {
  await db.query('update people set factor_asked_at = now() where id = $1 and factor_asked_at is null', [
    personId,
  ]);
}

/** How many each has, for the list of people. */
export async function factorCounts(db: Client): Promise<Map<number, { totp: boolean; passkeys: number }>> {
  const { rows } = await db.query<{ id: number; totp: boolean; passkeys: number }>(
    `select p.id::int, t.person_id is not null as totp, (select count(*)::int from factor_passkeys k where k.person_id = p.id) as passkeys
       from people p left join factor_totp t on t.person_id = p.id`,
  );
  return new Map(rows.map(({ id, totp, passkeys }) => [id, { totp, passkeys }]));
}

// -- the authenticator app ------------------------------------------------------------------------------------------

/** The app takes the place of the one before. `step`: of the code that proved it; that one is used. */
export async function saveTotp(db: Client, personId: number, secret: Buffer, step: number): Promise<void> {
  await db.query(
    `insert into factor_totp (person_id, secret, last_step) values ($1, $2, $3)
     on conflict (person_id) do update set secret = excluded.secret, last_step = excluded.last_step, made_at = now(), used_at = now()`,
    [personId, secret, step],
  );
}

export async function totpSecret(db: Client, personId: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ secret: Buffer }>('select secret from factor_totp where person_id = $1', [
    personId,
  ]);
  return rows[0]?.secret ?? null;
}

/** false: this code, or a later one, was used already */
export async function useTotpStep(db: Client, personId: number, step: number): Promise<boolean> {
  const { rowCount } = await db.query(
    'update factor_totp set last_step = $2, used_at = now() where person_id = $1 and last_step < $2',
    [personId, step],
  );
  return rowCount === 1;
}

export async function removeTotp(db: Client, personId: number): Promise<boolean> {
  return (await db.query('delete from factor_totp where person_id = $1', [personId])).rowCount === 1;
}

// -- passkeys -------------------------------------------------------------------------------------------------------

export interface Passkey {
  id: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
}

export async function passkeysAt(db: Client, personId: number, rpId: string): Promise<Passkey[]> {
  const { rows } = await db.query<Passkey>(
    `select id, public_key as "publicKey", counter::float8 as counter, transports
       from factor_passkeys where person_id = $1 and rp_id = $2 order by made_at`,
    [personId, rpId],
  );
  return rows;
}

/** false: it is somebody's already */
export async function savePasskey(
  db: Client,
  personId: number,
  passkey: Passkey & { name: string; rpId: string; backedUp: boolean },
): Promise<boolean> {
  const { id, name, publicKey, counter, transports, rpId, backedUp } = passkey;
  const { rowCount } = await db.query(
    `insert into factor_passkeys (id, person_id, name, public_key, counter, transports, rp_id, backed_up)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [id, personId, name, publicKey, counter, transports, rpId, backedUp],
  );
  return rowCount === 1;
}

/** false: its counter has not gone on since; some count nothing and stay at 0 */
export async function usePasskey(
  db: Client,
  personId: number,
  id: string,
  counter: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update factor_passkeys set counter = $3, used_at = now()
      where id = $1 and person_id = $2 and (counter < $3 or (counter = 0 and $3 = 0))`,
    [id, personId, counter],
  );
  return rowCount === 1;
}

export async function removePasskey(db: Client, personId: number, id: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from factor_passkeys where id = $1 and person_id = $2', [
    id,
    personId,
  ]);
  return rowCount === 1;
}

/** Who a passkey belongs to, as the authenticator keeps it. */
export async function passkeyHandle(db: Client, personId: number): Promise<string> {
  const { rows } = await db.query<{ handle: string }>(
    'select passkey_handle as handle from people where id = $1',
    [personId],
  );
  return rows[0]!.handle;
}

// -- recovery codes -------------------------------------------------------------------------------------------------

/** The codes on paper from now on; those before are worth nothing. */
export async function saveRecoveryCodes(
  db: Client,
  personId: number,
  salt: Buffer,
  hashes: readonly string[],
): Promise<void> {
  await db.query('delete from factor_recovery_codes where person_id = $1', [personId]);
  await db.query(
    'insert into factor_recovery_codes (person_id, salt, hash) select $1, $2, unnest($3::text[])',
    [personId, salt, hashes],
  );
}

export async function recoverySalt(db: Client, personId: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ salt: Buffer }>(
    'select salt from factor_recovery_codes where person_id = $1 limit 1',
    [personId],
  );
  return rows[0]?.salt ?? null;
}

/** false: there is no such code, or it was used */
export async function useRecoveryCode(db: Client, personId: number, hash: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update factor_recovery_codes set used_at = now() where person_id = $1 and hash = $2 and used_at is null',
    [personId, hash],
  );
  return rowCount === 1;
}

export async function removeRecoveryCodes(db: Client, personId: number): Promise<void> {
  await db.query('delete from factor_recovery_codes where person_id = $1', [personId]);
}

/**
 * All of a person's factors are gone; says whether there were any. A role that needs one sets up new ones at the next
 * sign-in, without days of grace: those were for a beginning.
 */
export async function removeFactors(db: Client, personId: number): Promise<boolean> {
  const gone = [
    await removeTotp(db, personId),
    ((await db.query('delete from factor_passkeys where person_id = $1', [personId])).rowCount ?? 0) > 0,
  ];
  await removeRecoveryCodes(db, personId);
  await db.query('delete from factor_challenges where person_id = $1', [personId]);
  if (!gone.includes(true)) return false;
  await db.query(`update people set factor_asked_at = to_timestamp(0) where id = $1`, [personId]);
  return true;
}

// -- what a browser was asked ---------------------------------------------------------------------------------------

export interface Challenge {
  id: string;
  /** the session that was asked */
  sid: string;
  personId: number;
  purpose: 'prove' | 'enrol-passkey' | 'enrol-totp';
  /** of an authenticator app that is being set up, sealed */
  secret?: Buffer;
}

const ANSWER_WITHIN = '5 minutes';
/** asked of one session at once */
const MOST_OPEN = 5;

export async function saveChallenge(db: Client, challenge: Challenge): Promise<void> {
  const { id, sid, personId, purpose, secret } = challenge;
  await db.query(
    `delete from factor_challenges where expires_at < now() or id in
       (select id from factor_challenges where sid = $1 and purpose = $2 order by expires_at desc offset $3)`,
    [sid, purpose, MOST_OPEN - 1],
  );
  await db.query(
    `insert into factor_challenges (id, sid, person_id, purpose, secret, expires_at)
     values ($1, $2, $3, $4, $5, now() + interval '${ANSWER_WITHIN}')`,
    [id, sid, personId, purpose, secret ?? null],
  );
}

/** Takes it away, so that it is answered once; null: it was not asked of this session, or too long ago. */
export async function takeChallenge(
  db: Client,
  { id, sid, personId, purpose }: Challenge,
): Promise<{ secret: Buffer | null } | null> {
  const { rows } = await db.query<{ secret: Buffer | null }>(
    `delete from factor_challenges where id = $1 and sid = $2 and person_id = $3 and purpose = $4 and expires_at > now()
     returning secret`,
    [id, sid, personId, purpose],
  );
  return rows[0] ?? null;
}

/** The secret of an app that is being set up, while its first code is still awaited. */
export async function openChallenge(db: Client, challenge: Challenge): Promise<Buffer | null> {
  const { id, sid, personId, purpose } = challenge;
  const { rows } = await db.query<{ secret: Buffer | null }>(
    `select secret from factor_challenges
      where id = $1 and sid = $2 and person_id = $3 and purpose = $4 and expires_at > now()`,
    [id, sid, personId, purpose],
  );
  return rows[0]?.secret ?? null;
}
