import { randomInt } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import { PAPER_LETTERS } from '../core/people/factor.ts';
import { setPassword } from '../postgres/accounts.ts';
import { writeAudit } from '../postgres/audit.ts';
import { removeFactors } from '../postgres/factors.ts';
import { createPerson, findPersonByLogin, listPeople, type NewPerson } from '../postgres/people.ts';
import { giveFirstDeskPhone } from '../postgres/phones.ts';
import { inTransaction } from '../postgres/pool.ts';
import { SetupFailure } from './progress.ts';

/** Twelve letters and digits that nobody confuses on paper: 59 bits. */
export function newPassword(): string {
  return Array.from({ length: 12 }, () => PAPER_LETTERS[randomInt(PAPER_LETTERS.length)]).join('');
}

/** The first start makes an administrator; its password is returned this once and kept nowhere. */
export async function firstAdministrator(pool: pg.Pool): Promise<string | null> {
  const people = await listPeople(pool);
  if (people.some((person) => person.role === 'administrator')) return null;
  const password = newPassword();
  await add(pool, { login: 'admin', name: '管理员', role: 'administrator', agent: null }, password, true);
  return password;
}

/**
 * `npm start -- --add-agent 1001 马晓燕`: an agent with the phone of that number. Says the passwords, once. `digestOf`:
 * with an embedded switch it is a desk phone, for which a SIP phone can register at once.
 */
export async function addAgent(
  pool: pg.Pool,
  args: string[],
  digestOf: ((extension: string, password: string) => string) | null,
): Promise<string | null> {
  const at = args.indexOf('--add-agent');
  if (at < 0) return null;
  const [extension, name] = args.slice(at + 1);
  if (!extension || !/^\d{3,6}$/.test(extension) || !name) {
    throw new SetupFailure(
      '用法：npm start -- --add-agent 工号 姓名，例如 npm start -- --add-agent 1001 马晓燕',
    );
  }
  const password = newPassword();
  const made = await add(
    pool,
    { login: extension, name, role: 'agent', agent: `PJSIP/${extension}` },
    password,
    true,
  );
  if (!made) return `工号 ${extension} 已经有了，没有改动。`;
  const added = `已添加坐席 ${extension} ${name}，初始密码 ${password}（只显示这一次）`;
  if (!digestOf) return added;
  const phonePassword = newPassword();
  await giveFirstDeskPhone(pool, extension, digestOf(extension, phonePassword));
  return `${added}\n  座机 ${extension} 的注册密码 ${phonePassword}（只显示这一次；在“管理 · 话机”可以换新的）`;
}

/**
 * `npm start -- --reset-account admin`: for who is at this machine, when nobody else can help: a new password, said once,
 * which must be changed; the second factors are gone, and new ones are set up at the next sign-in.
 */
export async function resetAccount(pool: pg.Pool, args: string[]): Promise<string | null> {
  const at = args.indexOf('--reset-account');
  if (at < 0) return null;
  const person = args[at + 1] ? await findPersonByLogin(pool, args[at + 1]!) : null;
  if (!person)
    throw new SetupFailure(
      '用法：npm start -- --reset-account 工号，例如 npm start -- --reset-account admin',
    );
  const password = newPassword();
  const passwordHash = await hash(password);
  await inTransaction(pool, async (client) => {
    await setPassword(client, person.id, passwordHash, true);
    await removeFactors(client, person.id);
    await client.query('delete from sign_in_failures where key = $1', [`factor ${person.id}`]);
    await writeAudit(client, {
      personId: null,
      what: 'account-reset',
      about: `${person.name}（${person.login}），在服务器上`,
    });
  });
  return `已重设 ${person.login}：初始密码 ${password}（只显示这一次），第二验证已清除`;
}

/** false: the login or the phone is somebody's already. `given`: by somebody else, and must be changed at the first sign-in. */
export async function add(
  pool: pg.Pool,
  person: Omit<NewPerson, 'passwordHash'>,
  password: string,
  given = false,
): Promise<boolean> {
  const created = await createPerson(pool, {
    ...person,
    passwordHash: await hash(password),
    mustChange: given,
  });
  return created !== null;
}
