import { randomInt } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import { createPerson, listPeople, type NewPerson } from '../postgres/people.ts';
import { giveFirstDeskPhone } from '../postgres/phones.ts';
import { SetupFailure } from './progress.ts';

/** Letters and digits that nobody confuses on paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

export function newPassword(): string {
  return Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The first start makes an administrator; its password is returned this once and kept nowhere. */
export async function firstAdministrator(pool: pg.Pool): Promise<string | null> {
  const people = await listPeople(pool);
  if (people.some((person) => person.role === 'administrator')) return null;
  const password = newPassword();
  await add(pool, { login: 'admin', name: '管理员', role: 'administrator', agent: null }, password);
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
  );
  if (!made) return `工号 ${extension} 已经有了，没有改动。`;
  const added = `已添加坐席 ${extension} ${name}，初始密码 ${password}（只显示这一次）`;
  if (!digestOf) return added;
  const phonePassword = newPassword();
  await giveFirstDeskPhone(pool, extension, digestOf(extension, phonePassword));
  return `${added}\n  座机 ${extension} 的注册密码 ${phonePassword}（只显示这一次；在“管理 · 话机”可以换新的）`;
}

/** false: the login or the phone is somebody's already */
export async function add(
  pool: pg.Pool,
  person: Omit<NewPerson, 'passwordHash'>,
  password: string,
): Promise<boolean> {
  return (await createPerson(pool, { ...person, passwordHash: await hash(password) })) !== null;
}
