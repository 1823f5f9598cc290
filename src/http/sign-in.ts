import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { SessionData } from 'express-session';
import { z } from 'zod';
import type { FactorNeed } from '../core/people/factor.ts';
import { lockedWords } from '../core/people/lockout.ts';
import { passwordFault } from '../core/people/password.ts';
import { answerInAnyCase } from './answers.ts';
import { anybody, personOf, refuse, said, signedIn } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** Who wants to come in, as the account stands now. */
export interface Comer extends SignedIn {
  disabled: boolean;
  sessionEpoch: number;
}

/** Who was right so far, and what is still missing: no session of anybody's yet. */
export interface Halfway {
  personId: number;
  login: string;
  sessionEpoch: number;
  cameBy: 'password' | 'provider';
  need: 'factor' | 'enrol';
  sinceMs: number;
}

declare module 'express-session' {
  interface SessionData {
    halfway?: Halfway;
  }
}

type Audit = (entry: {
  personId: number | null;
  what: string;
  about?: string;
  address?: string | null;
}) => Promise<void>;

export interface ComeInPorts {
  findPerson: (login: string) => Promise<(Comer & { passwordHash: string }) | null>;
  /** what somebody whose password was right still needs */
  factorNeed: (person: Comer) => Promise<FactorNeed>;
  audit: Audit;
}

export interface SignInPorts extends ComeInPorts {
  /** null: this try may be made, and is counted; else how long to wait (postgres/accounts.ts) */
  beginTry: (key: string) => Promise<{ waitMs: number } | null>;
  forgetFailures: (key: string) => Promise<void>;
  /** ends all other sessions, too; gives the epoch of those to come */
  setPassword: (personId: number, passwordHash: string) => Promise<number>;
  signOutEverywhere: (personId: number) => Promise<void>;
}

const credentials = z.object({
  login: z.string().trim().min(1).max(60),
  password: z.string().min(1).max(200),
});
const change = z.object({
  old: z.string().min(1, '请填写现在的密码').max(200),
  password: z.string().max(400),
});

/** argon2id with OWASP's least costs (ASVS 5, 11.4.2): 19 MiB, two passes, one lane. */
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COSTS);
}

/** The passwords that everybody knows: those of breaches that are used most. */
const KNOWN_PASSWORDS: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** Of where a try comes: an IPv6 customer has a whole network of addresses. */
export function addressKey(request: Request): string {
  return ipKeyGenerator(request.ip ?? '');
}

export function tooManyTries(_request: Request, response: Response): void {
  refuse(response, 429, 'too-many-tries', '尝试次数过多，请一分钟后再试。');
}

/** Sign-in, sign-out here and everywhere, who am I, and one's own password. */
export function signInRoutes(ports: SignInPorts): Routes {
  const router = declareRoutes();
  const addressLimit = rateLimit({
    windowMs: 60_000,
    limit: 60,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: tooManyTries,
  });

  router.post('/sign-in', anybody, addressLimit, async (request, response) => {
    const asked = credentials.safeParse(request.body);
    if (!asked.success) return refuse(response, 400, 'incomplete', '请填写工号和密码。');
    const { login, password } = asked.data;
    const key = `${login.toLowerCase()} ${addressKey(request)}`;
    const wait = await ports.beginTry(key);
    if (wait) {
      response.setHeader('Retry-After', String(Math.ceil(wait.waitMs / 1000)));
      return refuse(response, 429, 'locked', lockedWords(wait.waitMs, '密码'));
    }
    const person = await ports.findPerson(login);
    const right = await passwordFits(person?.passwordHash, password);
    if (!person || !right || person.disabled) {
      await ports.audit({
        personId: null,
        what: 'sign-in-refused',
        about: login,
        address: request.ip ?? null,
      });
      return refuse(response, 401, 'wrong-password', '工号或密码不对，请重新输入；忘记密码请找管理员重设。');
    }
    await ports.forgetFailures(key);
    const next = await comeIn(request, person, 'password', ports);
    // a program that knows no second factor sees that it is not in
    if (next) return void response.status(202).json({ next });
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
    answerInAnyCase(response);
    await ports.signOutEverywhere(id);
    await ports.audit({ personId: id, what: 'signed-out-everywhere', address: request.ip ?? null });
    response.json({ ok: true });
  });

  router.get('/me', signedIn, (request, response) => {
    const { cameBy = 'password', enrolByMs = null } = request.session;
    response.json({ ...personOf(request), cameBy, enrolByMs });
  });

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
        : passwordFault(asked.password, me.login, me.name, KNOWN_PASSWORDS);
    if (fault) return refuse(response, 400, 'weak-password', fault);
    answerInAnyCase(response);
    const epoch = await ports.setPassword(me.id, await hashPassword(asked.password));
    await ports.audit({ personId: me.id, what: 'password-changed', address: request.ip ?? null });
    // every session of this account is over, this browser's goes on anew
    await beginSession(request, { ...me, mustChange: false }, epoch, 'password', request.session.enrolByMs);
    response.json({ ok: true });
  });
  return router;
}

/**
 * The password, or the identity provider's word, was right: the session begins, and null is returned; else what is
 * still missing. `factorProved`: the provider proved the second one too.
 */
export async function comeIn(
  request: Request,
  person: Comer,
  cameBy: 'password' | 'provider',
  ports: ComeInPorts,
  factorProved = false,
): Promise<'factor' | 'enrol' | null> {
  const need: FactorNeed = factorProved ? { kind: 'none' } : await ports.factorNeed(person);
  if (need.kind === 'factor' || need.kind === 'enrol') {
    await newSession(request);
    const { id, login, sessionEpoch } = person;
    request.session.halfway = {
      ...{ personId: id, login, sessionEpoch, cameBy, need: need.kind },
      sinceMs: Date.now(),
    };
    await savedSession(request);
    await ports.audit({ personId: id, what: 'password-right', address: request.ip ?? null });
    return need.kind;
  }
  await beginSession(
    request,
    person,
    person.sessionEpoch,
    cameBy,
    need.kind === 'later' ? need.untilMs : null,
  );
  const about = cameBy === 'provider' ? 'OpenID Connect' : '';
  await ports.audit({ personId: person.id, what: 'signed-in', about, address: request.ip ?? null });
  return null;
}

/** A session of this person begins, under a key of its own: one that was planted before is worth nothing. */
export async function beginSession(
  request: Request,
  person: SignedIn,
  sessionEpoch: number,
  cameBy: SessionData['cameBy'] = 'password',
  enrolByMs: number | null = null,
): Promise<void> {
  await newSession(request);
  const { id, login, name, role, agent, unitId } = person;
  const mustChange = person.mustChange && cameBy === 'password';
  request.session.person = { id, login, name, role, agent, unitId, mustChange };
  request.session.sessionEpoch = sessionEpoch;
  request.session.cameBy = cameBy;
  request.session.beganAtMs = Date.now();
  request.session.enrolByMs = enrolByMs;
  // who has a link has proved nothing
  if (cameBy !== 'link') request.session.provenAtMs = Date.now();
  await savedSession(request);
}

function newSession(request: Request): Promise<void> {
  return new Promise<void>((done, fail) =>
    request.session.regenerate((fault) => (fault ? fail(fault) : done())),
  );
}

export function savedSession(request: Request): Promise<void> {
  return new Promise<void>((done, fail) => request.session.save((fault) => (fault ? fail(fault) : done())));
}

/** As long for an unknown login as for a known one: who exists can't be found out by the clock. */
let unknown: Promise<string> | null = null;
export async function passwordFits(passwordHash: string | undefined, password: string): Promise<boolean> {
  const against = passwordHash ?? (await (unknown ??= hashPassword('nobody has this password')));
  return (await verify(against, password)) && passwordHash !== undefined;
}
