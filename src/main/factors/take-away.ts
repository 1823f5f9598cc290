/** A factor goes: one's own that is lost or no longer used, or all of somebody who lost them. */
import type { Asker, Refused } from '../../http/factors.ts';
import { writeAudit } from '../../postgres/audit.ts';
import {
  factorsOf,
  removeFactors,
  removePasskey,
  removeRecoveryCodes,
  removeTotp,
} from '../../postgres/factors.ts';
import { forgetFailures, signOutEverywhere } from '../../postgres/accounts.ts';
import { findPerson } from '../../postgres/people.ts';
import { inTransaction, oneAtATime } from '../../postgres/pool.ts';
import { refused, type FactorContext } from './context.ts';
import { codesKey } from './prove.ts';

/** `passkeyId` null: the authenticator app. The last one of a role that needs one stays. */
export async function removeOwnFactor(
  { pool }: FactorContext,
  { person, address }: Asker,
  passkeyId: string | null,
  required: boolean,
): Promise<Refused | null> {
  return inTransaction(pool, async (client) => {
    // two tabs that each remove one of two would leave none
    await oneAtATime(client, `factors ${person.id}`);
    const { totp, passkeys } = await factorsOf(client, person.id);
    const passkey = passkeys.find(({ id }) => id === passkeyId);
    if (passkeyId === null ? !totp : !passkey)
      return refused(404, 'no-such-factor', '已经没有了，请刷新页面。');
    const last = passkeys.length + (totp ? 1 : 0) === 1;
    if (last && required)
      return refused(409, 'last-factor', '您的角色登录要第二验证。请先添加另一种，再删除这一种。');
    if (passkeyId === null) await removeTotp(client, person.id);
    else await removePasskey(client, person.id, passkeyId);
    if (last) await removeRecoveryCodes(client, person.id);
    const about = passkey ? `通行密钥 ${passkey.name}` : '验证器';
    await writeAudit(client, { personId: person.id, what: 'factor-removed', about, address });
    return null;
  });
}

/** An administrator takes all factors of another away; every session of theirs ends. */
export async function takeFactorsAway(
  { pool }: FactorContext,
  { person, address }: Asker,
  personId: number,
): Promise<Refused | null> {
  if (personId === person.id)
    return refused(
      409,
      'own-account',
      '自己的第二验证请在“我的账号”里改；丢了就用恢复码，或请另一位管理员来清除。',
    );
  return inTransaction(pool, async (client) => {
    const about = await findPerson(client, personId);
    if (!about) return refused(404, 'no-such-person', '没有这个人。');
    if (!(await removeFactors(client, personId)))
      return refused(409, 'no-factor', '此人没有第二验证，不用清除。');
    await signOutEverywhere(client, personId);
    await forgetFailures(client, codesKey(personId));
    await writeAudit(client, {
      personId: person.id,
      what: 'factors-taken-away',
      about: `${about.name}（${about.login}）`,
      address,
    });
    return null;
  });
}
