import { hash, verify } from '@node-rs/argon2';
import { type Request } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { SessionData } from 'express-session';
import { z } from 'zod';
import { lockoutMs } from '../core/people/lockout.ts';
import { passwordFault } from '../core/people/password.ts';
import { anybody, personOf, refuse, said, signedIn } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Person extends SignedIn {
  disabled: boolean;
  passwordHash: string;
  sessionEpoch: number;
}

export interface SignInPorts {
  findPerson: (login: string) => Promise<Person | null>;
  failuresOf: (key: string) => Promise<{ count: number; sinceMs: number }>;
  countFailure: (key: string) => Promise<void>;
  forgetFailures: (key: string) => Promise<void>;
  /** ends all other sessions, too; gives the epoch of those to come */
  setPassword: (personId: number, passwordHash: string) => Promise<number>;
  signOutEverywhere: (personId: number) => Promise<void>;
  audit: (entry: {
    personId: number | null;
    what: string;
    about?: string;
    address?: string | null;
  }) => Promise<void>;
}

const credentials = z.object({
  login: z.string().trim().min(1).max(60),
  password: z.string().min(1).max(200),
});
const change = z.object({
  old: z.string().min(1, '请填写现在的密码').max(200),
  password: z.string().max(400),
});

export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** Sign-in, sign-out here and everywhere, who am I, and one's own password. */
export function signInRoutes(ports: SignInPorts): Routes {
  const router = declareRoutes();
  const addressLimit = rateLimit({
    windowMs: 60_000,
    limit: 60,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) =>
      refuse(response, 429, 'too-many-tries', '尝试次数过多，请一分钟后再试。'),
  });

  router.post('/sign-in', anybody, addressLimit, async (request, response) => {
    const asked = credentials.safeParse(request.body);
    if (!asked.success) return refuse(response, 400, 'incomplete', '请填写工号和密码。');
    const { login, password } = asked.data;
    const key = `${login.toLowerCase()} ${request.ip}`;
    const failures = await ports.failuresOf(key);
    const leftMs = lockoutMs(failures.count) - failures.sinceMs;
    if (leftMs > 0) {
      const seconds = Math.ceil(leftMs / 1000);
      response.setHeader('Retry-After', String(seconds));
      const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} 分钟` : `${seconds} 秒`;
      return refuse(response, 429, 'locked', `密码连续输错，请 ${wait}后再试；忘记密码请找管理员重设。`);
    }
    const person = await ports.findPerson(login);
    const right = await passwordFits(person?.passwordHash, password);
    if (!person || !right || person.disabled) {
      await ports.countFailure(key);
      await ports.audit({
        personId: null,
        what: 'sign-in-refused',
        about: login,
        address: request.ip ?? null,
      });
      return refuse(response, 401, 'wrong-password', '工号或密码不对，请重新输入；忘记密码请找管理员重设。');
    }
    if (failures.count > 0) await ports.forgetFailures(key);
    await beginSession(request, person, person.sessionEpoch);
    await ports.audit({ personId: person.id, what: 'signed-in', address: request.ip ?? null });
    response.json(request.session.person);
  });

  router.post('/sign-out', anybody, (request, response) => {
    request.session.destroy(() => {
      response.locals.forgetCookie?.();
      response.json({ ok: true });
    });
  });

  router.post('/sign-out-everywhere', signedIn, async (request, response) => {
    const { id } = personOf(request);
    await ports.signOutEverywhere(id);
    await ports.audit({ personId: id, what: 'signed-out-everywhere', address: request.ip ?? null });
    response.json({ ok: true });
  });

  router.get('/me', signedIn, (request, response) => void response.json(personOf(request)));

  router.post('/my-password', signedIn, addressLimit, async (request, response) => {
    const asked = said(response, change, request.body);
    if (!asked) return;
    const me = personOf(request);
    const person = await ports.findPerson(me.login);
    if (!(await passwordFits(person?.passwordHash, asked.old)))
      return refuse(response, 403, 'wrong-password', '现在的密码不对，请重新输入。');
    const fault =
      asked.password === asked.old
        ? '新密码和现在的一样，请换一个。'
        : passwordFault(asked.password, me.login, me.name);
    if (fault) return refuse(response, 400, 'weak-password', fault);
    const epoch = await ports.setPassword(me.id, await hashPassword(asked.password));
    await ports.audit({ personId: me.id, what: 'password-changed', address: request.ip ?? null });
    // every session of this account is over, this browser's goes on anew
    await beginSession(request, { ...me, mustChange: false }, epoch);
    response.json({ ok: true });
  });
  return router;
}

/** A session of this person begins, under a key of its own: one that was planted before is worth nothing. */
export async function beginSession(
  request: Request,
  person: SignedIn,
  sessionEpoch: number,
  cameBy: SessionData['cameBy'] = 'password',
): Promise<void> {
  await new Promise<void>((done, fail) =>
    request.session.regenerate((fault) => (fault ? fail(fault) : done())),
  );
  const { id, login, name, role, agent, unitId, mustChange } = person;
  request.session.person = { id, login, name, role, agent, unitId, mustChange };
  request.session.sessionEpoch = sessionEpoch;
  request.session.cameBy = cameBy;
  request.session.beganAtMs = Date.now();
  await new Promise<void>((done, fail) => request.session.save((fault) => (fault ? fail(fault) : done())));
}

/** As long for an unknown login as for a known one: who exists can't be found out by the clock. */
let unknown: Promise<string> | null = null;
export async function passwordFits(passwordHash: string | undefined, password: string): Promise<boolean> {
  const against = passwordHash ?? (await (unknown ??= hashPassword('nobody has this password')));
  return (await verify(against, password)) && passwordHash !== undefined;
}
