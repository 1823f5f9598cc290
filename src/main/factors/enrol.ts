/** Somebody sets up a second factor of their own: an authenticator app, a passkey, codes on paper. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type pg from 'pg';
import { newTotpSecret, totpStep, totpUri } from '../../app/totp.ts';
import { bareCode, PAPER_LETTERS, RECOVERY_CODES } from '../../core/people/factor.ts';
import { lockedWords } from '../../core/people/lockout.ts';
import type { Asker, Refused } from '../../http/factors.ts';
import type { FactorAdded } from '../../protocol/factors.ts';
import { beginTry, forgetFailures } from '../../postgres/accounts.ts';
import { writeAudit } from '../../postgres/audit.ts';
import {
  factorsOf,
  openChallenge,
  passkeyHandle,
  passkeysAt,
  saveChallenge,
  savePasskey,
  saveRecoveryCodes,
  saveTotp,
  takeChallenge,
  type Challenge,
} from '../../postgres/factors.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { noPasskeys, placeOf, refused, type FactorContext } from './context.ts';

const OVER = refused(409, 'over', '这次设置已过时，请重新开始。');
const MOST_PASSKEYS = 10;

/** A new app's secret, to scan or type; it counts when a first code came of it. */
export async function beginTotp({ pool, seal }: FactorContext, { person, sid }: Asker) {
  const secret = newTotpSecret();
  const id = randomUUID();
  await saveChallenge(pool, {
    ...totpChallenge(id, sid, person.id),
    secret: seal().close(Buffer.from(secret), `totp ${person.id}`),
  });
  return { id, secret, uri: totpUri(secret, person.login) };
}

export async function confirmTotp(
  context: FactorContext,
  { person, sid, address, addressKey }: Asker,
  { id, code }: { id: string; code: string },
): Promise<FactorAdded | Refused> {
  const { pool, seal } = context;
  const key = `factor ${person.id} ${addressKey}`;
  const wait = await beginTry(pool, key);
  if (wait) return refused(429, 'locked', lockedWords(wait.waitMs, '验证码'));
  const challenge = totpChallenge(id, sid, person.id);
  const sealed = await openChallenge(pool, challenge);
  const secret = sealed && seal().open(sealed, `totp ${person.id}`);
  if (!sealed || !secret) return OVER;
  const step = totpStep(secret.toString(), code.replace(/\s/g, ''), context.now());
  if (step === null)
    return refused(403, 'wrong-code', '验证码不对。请看验证器上现在的 6 位数；手机时间要准。');
  const added = await inTransaction(pool, async (client) => {
    if (!(await takeChallenge(client, challenge))) return OVER;
    const recoveryCodes = await firstCodes(client, person.id);
    await saveTotp(client, person.id, sealed, step);
    await writeAudit(client, { personId: person.id, what: 'factor-added', about: '验证器', address });
    return { recoveryCodes };
  });
  await forgetFailures(pool, key);
  return added;
}

/** What the browser makes a passkey of. */
export async function beginPasskey(
  context: FactorContext,
  asker: Asker,
): Promise<PublicKeyCredentialCreationOptionsJSON | Refused> {
  const { pool } = context;
  const { person, sid } = asker;
  const place = placeOf(context, asker);
  if ('why' in place) return noPasskeys(place);
  const known = await passkeysAt(pool, person.id, place.rpId);
  if (known.length >= MOST_PASSKEYS)
    return refused(409, 'too-many', `最多 ${MOST_PASSKEYS} 个通行密钥，请先删除不用的。`);
  const options = await generateRegistrationOptions({
    rpName: '供水热线 96666',
    rpID: place.rpId,
    userName: person.login,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from((await passkeyHandle(pool, person.id)).replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
  });
  await saveChallenge(pool, {
    ...{ id: options.challenge, sid, personId: person.id, purpose: 'enrol-passkey' },
  });
  return options;
}

export async function confirmPasskey(
  context: FactorContext,
  asker: Asker,
  { answer, name }: { answer: RegistrationResponseJSON; name: string },
): Promise<FactorAdded | Refused> {
  const { pool } = context;
  const { person, sid, address } = asker;
  const place = placeOf(context, asker);
  if ('why' in place) return noPasskeys(place);
  const made = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: async (id) =>
      (await takeChallenge(pool, { id, sid, personId: person.id, purpose: 'enrol-passkey' })) !== null,
    expectedOrigin: place.origin,
    expectedRPID: place.rpId,
    requireUserVerification: false,
  }).catch(() => ({ verified: false as const, registrationInfo: undefined }));
  if (!made.verified) return refused(403, 'wrong-passkey', '通行密钥没有通过验证，请重新添加。');
  const { credential, credentialBackedUp } = made.registrationInfo;
  return inTransaction(pool, async (client) => {
    const recoveryCodes = await firstCodes(client, person.id);
    const saved = await savePasskey(client, person.id, {
      ...{ id: credential.id, name, rpId: place.rpId, backedUp: credentialBackedUp },
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: answer.response.transports ?? [],
    });
    if (!saved) return refused(409, 'taken', '这个通行密钥已经添加过。');
    await writeAudit(client, {
      personId: person.id,
      what: 'factor-added',
      about: `通行密钥 ${name}`,
      address,
    });
    return { recoveryCodes };
  });
}

/** Ten new codes; those before are worth nothing. */
export async function newRecoveryCodes(
  { pool }: FactorContext,
  { person, address }: Asker,
): Promise<FactorAdded | Refused> {
  const { totp, passkeys } = await factorsOf(pool, person.id);
  if (!totp && passkeys.length === 0)
    return refused(409, 'no-factor', '恢复码是给丢了验证器或通行密钥时用的，请先添加一种。');
  return inTransaction(pool, async (client) => {
    const recoveryCodes = await writeCodes(client, person.id);
    await writeAudit(client, { personId: person.id, what: 'recovery-codes-made', address });
    return { recoveryCodes };
  });
}

/** Codes come with the first factor; null: there are some already. */
async function firstCodes(client: pg.PoolClient, personId: number): Promise<string[] | null> {
  const { totp, passkeys } = await factorsOf(client, personId);
  return totp || passkeys.length > 0 ? null : writeCodes(client, personId);
}

async function writeCodes(client: pg.PoolClient, personId: number): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES.count }, newCode);
  const salt = randomBytes(16);
  const hashes = await Promise.all(codes.map((code) => hash(bareCode(code), { salt })));
  await saveRecoveryCodes(client, personId, salt, hashes);
  return codes;
}

/** `k7mpx-2hq9r`: 49 bits, and argon2id over it */
function newCode(): string {
  const letters = Array.from(
    { length: RECOVERY_CODES.letters },
    () => PAPER_LETTERS[randomInt(PAPER_LETTERS.length)],
  ).join('');
  const half = RECOVERY_CODES.letters / 2;
  return `${letters.slice(0, half)}-${letters.slice(half)}`;
}

function totpChallenge(id: string, sid: string, personId: number): Challenge {
  return { id, sid, personId, purpose: 'enrol-totp' };
}
