/** Somebody proves who they are: with a code of their app, a passkey, a code from paper, or their password. */
import { hash } from '@node-rs/argon2';
import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { totpStep } from '../../app/totp.ts';
import { bareCode } from '../../core/people/factor.ts';
import { FREE_CODES, lockedWords } from '../../core/people/lockout.ts';
import type { Asker, Proof, Refused } from '../../http/factors.ts';
import { passwordFits } from '../../http/sign-in.ts';
import { beginTry, forgetFailures } from '../../postgres/accounts.ts';
import { writeAudit } from '../../postgres/audit.ts';
import {
  passkeysAt,
  recoverySalt,
  saveChallenge,
  takeChallenge,
  totpSecret,
  usePasskey,
  useRecoveryCode,
  useTotpStep,
  type Passkey,
} from '../../postgres/factors.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { noPasskeys, placeOf, refused, type FactorContext } from './context.ts';

/** What the browser's passkey is asked to sign; answered once, by this session. */
export async function askPasskey(
  context: FactorContext,
  asker: Asker,
): Promise<PublicKeyCredentialRequestOptionsJSON | Refused> {
  const place = placeOf(context, asker);
  if ('why' in place) return noPasskeys(place);
  const passkeys = await passkeysAt(context.pool, asker.person.id, place.rpId);
  if (passkeys.length === 0)
    return refused(409, 'no-passkey', '您在这个网址没有通行密钥，请用另一种方式验证。');
  const options = await generateAuthenticationOptions({
    rpID: place.rpId,
    userVerification: 'preferred',
    allowCredentials: passkeys.map(({ id, transports }) => ({ id, transports })),
  });
  await saveChallenge(context.pool, {
    id: options.challenge,
    sid: asker.sid,
    personId: asker.person.id,
    purpose: 'prove',
  });
  return options;
}

/** Null: proved. Every wrong answer is in the audit log, and costs a wait from the sixth on. */
export async function prove(context: FactorContext, asker: Asker, proof: Proof): Promise<Refused | null> {
  const { pool } = context;
  const keys = triesOf(asker, proof);
  for (const { key, free } of keys) {
    const wait = await beginTry(pool, key, free);
    if (wait)
      return {
        refused: {
          ...LOCKED,
          message: lockedWords(wait.waitMs, proof.way === 'password' ? '密码' : '验证码'),
          waitMs: wait.waitMs,
        },
      };
  }
  const no = await check(context, asker, proof);
  if (no === null) {
    for (const { key } of keys) await forgetFailures(pool, key);
    if (proof.way === 'recovery') await note(context, asker, 'recovery-code-used');
    return null;
  }
  await note(context, asker, 'factor-refused', `${proof.way}：${no.refused.code}`);
  return no;
}

const LOCKED = { status: 429, code: 'locked' };

/** Codes are short: they are counted by account as well, wherever they come from. */
function triesOf({ person, addressKey }: Asker, { way }: Proof): { key: string; free?: number }[] {
  if (way === 'password') return [{ key: `${person.login.toLowerCase()} ${addressKey}` }];
  const here = { key: `factor ${person.id} ${addressKey}` };
  return way === 'totp' ? [here, { key: codesKey(person.id), free: FREE_CODES }] : [here];
}

/** Wrong codes of this account, from all addresses. */
export function codesKey(personId: number): string {
  return `factor ${personId}`;
}

function check(context: FactorContext, asker: Asker, proof: Proof): Promise<Refused | null> {
  if (proof.way === 'password') return checkPassword(context, asker, proof.password);
  if (proof.way === 'passkey') return checkPasskey(context, asker, proof.answer);
  if (proof.way === 'totp') return checkTotp(context, asker, proof.code);
  return checkRecoveryCode(context, asker, proof.code);
}

async function checkTotp(context: FactorContext, { person }: Asker, code: string): Promise<Refused | null> {
  const sealed = await totpSecret(context.pool, person.id);
  if (!sealed) return refused(409, 'no-totp', '您没有设置验证器，请用另一种方式验证。');
  const secret = context.seal().open(sealed, `totp ${person.id}`);
  if (!secret)
    return refused(
      409,
      'totp-unreadable',
      '验证器的密钥读不出来（服务器的 FACTOR_SECRET 换过）。请用恢复码或通行密钥，再重新设置验证器。',
    );
  const step = totpStep(secret.toString(), code.replace(/\s/g, ''), context.now());
  if (step === null)
    return refused(403, 'wrong-code', '验证码不对。请看验证器上现在的 6 位数；手机时间要准。');
  if (!(await useTotpStep(context.pool, person.id, step)))
    return refused(403, 'code-used', '这个验证码已经用过，请等验证器显示下一个。');
  return null;
}

async function checkRecoveryCode(
  { pool }: FactorContext,
  { person }: Asker,
  code: string,
): Promise<Refused | null> {
  const salt = await recoverySalt(pool, person.id);
  if (salt && (await useRecoveryCode(pool, person.id, await hash(bareCode(code), { salt })))) return null;
  return refused(403, 'wrong-code', '恢复码不对，或已经用过。每个只能用一次，请换下一个。');
}

async function checkPassword({ pool }: FactorContext, { person }: Asker, password: string) {
  const found = await findPersonByLogin(pool, person.login);
  if (await passwordFits(found?.passwordHash, password)) return null;
  return refused(403, 'wrong-password', '密码不对，请重新输入。');
}

async function checkPasskey(
  context: FactorContext,
  asker: Asker,
  answer: AuthenticationResponseJSON,
): Promise<Refused | null> {
  const { pool } = context;
  const place = placeOf(context, asker);
  if ('why' in place) return noPasskeys(place);
  // of this person only: somebody else's passkey is as good as none
  const passkey = (await passkeysAt(pool, asker.person.id, place.rpId)).find(({ id }) => id === answer.id);
  if (!passkey) return refused(403, 'unknown-passkey', '这个通行密钥不是这个账号的，请换一个。');
  const counter = await verifiedCounter(context, asker, answer, passkey, place);
  if (counter === null)
    return refused(403, 'wrong-passkey', '通行密钥没有通过验证，请重试；还不行请用另一种方式。');
  if (!(await usePasskey(pool, asker.person.id, passkey.id, counter)))
    return refused(
      403,
      'passkey-copied',
      '这个通行密钥的计数倒退了，可能被复制过，已拒绝。请用另一种方式，并删除它。',
    );
  return null;
}

/** The authenticator's count after it signed what this session was asked; null: it did not. */
async function verifiedCounter(
  { pool }: FactorContext,
  { sid, person }: Asker,
  answer: AuthenticationResponseJSON,
  { id, publicKey, transports }: Passkey,
  { rpId, origin }: { rpId: string; origin: string },
): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: async (challenge) =>
        (await takeChallenge(pool, { id: challenge, sid, personId: person.id, purpose: 'prove' })) !== null,
      expectedOrigin: origin,
      expectedRPID: rpId,
      // whether the counter goes on is decided where it is written, so that two at once can't both
      credential: { id, publicKey: new Uint8Array(publicKey), counter: 0, transports },
      requireUserVerification: false,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

function note({ pool }: FactorContext, { person, address }: Asker, what: string, about = ''): Promise<void> {
  return writeAudit(pool, { personId: person.id, what, about, address });
}
