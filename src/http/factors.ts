/** Second factors: the step after the password, one's own, the proof before exports, tokens and rights. */
import type { Request, RequestHandler, Response } from 'express';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { passkeyPlace, type FactorPolicy } from '../core/people/factor.ts';
import type { FactorAdded, MyFactors, ProofWay, SignInNext } from '../protocol/factors.ts';
import { answerInAnyCase } from './answers.ts';
import { allow, anybody, askProof, personOf, proven, provenLately, refuse, said, signedIn } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';
import {
  addressKey,
  beginSession,
  savedSession,
  tooManyTries,
  type Comer,
  type ComeInPorts,
  type Halfway,
} from './sign-in.ts';

/** Who proves or sets up something, and from where. */
export interface Asker {
  person: { id: number; login: string; name: string };
  sid: string;
  /** as the browser has it, `https://hotline.example` */
  pageUrl: string;
  address: string | null;
  /** of which address tries are counted */
  addressKey: string;
}

export interface Refused {
  refused: { status: number; code: string; message: string; waitMs?: number };
}

export type Proof =
  | { way: 'totp' | 'recovery'; code: string }
  | { way: 'password'; password: string }
  | { way: 'passkey'; answer: AuthenticationResponseJSON };

type Answer<T> = Promise<T | Refused>;

export interface FactorPorts extends ComeInPorts {
  publicUrl: string | null;
  policy: () => FactorPolicy;
  factorsOf: (personId: number) => Promise<Omit<MyFactors, 'required' | 'place'>>;
  askPasskey: (asker: Asker) => Answer<PublicKeyCredentialRequestOptionsJSON>;
  prove: (asker: Asker, proof: Proof) => Promise<Refused | null>;
  beginTotp: (asker: Asker) => Promise<{ id: string; secret: string; uri: string }>;
  confirmTotp: (asker: Asker, given: { id: string; code: string }) => Answer<FactorAdded>;
  beginPasskey: (asker: Asker) => Answer<PublicKeyCredentialCreationOptionsJSON>;
  confirmPasskey: (
    asker: Asker,
    given: { answer: RegistrationResponseJSON; name: string },
  ) => Answer<FactorAdded>;
  newRecoveryCodes: (asker: Asker) => Answer<FactorAdded>;
  removeOwn: (asker: Asker, passkeyId: string | null, required: boolean) => Promise<Refused | null>;
  takeAway: (asker: Asker, personId: number) => Promise<Refused | null>;
  /** every session of this person is over; gives the epoch of those to come */
  endSessions: (personId: number) => Promise<number>;
}

/** so long somebody may stand between password and second factor */
const HALFWAY_MS = 600_000;

const code = z.string().trim().min(1, '请填写验证码').max(40);
const text = z.string().max(20_000);
const passkeyAnswer = z
  .object({ id: text, rawId: text, type: z.string().max(40) })
  .extend({ response: z.record(z.string(), z.unknown()), clientExtensionResults: z.unknown() })
  .loose();
const proofShape = z.discriminatedUnion('way', [
  z.object({ way: z.enum(['totp', 'recovery']), code }),
  z.object({ way: z.literal('password'), password: z.string().min(1, '请填写密码').max(200) }),
  z.object({ way: z.literal('passkey'), answer: passkeyAnswer }),
]);
const totpShape = z.object({ id: z.uuid('请重新开始'), code });
const passkeyShape = z.object({
  answer: passkeyAnswer,
  name: z.string().trim().min(1, '请给它起个名字，如“办公室电脑”').max(40),
});

export function factorRoutes(ports: FactorPorts): Routes {
  const router = declareRoutes();
  const tries = rateLimit({
    ...{ windowMs: 60_000, limit: 60, standardHeaders: 'draft-8', legacyHeaders: false },
    handler: tooManyTries,
  });
  // -- between the password and the session -------------------------------------------------------------------------
  router.get('/sign-in/next', anybody, async (request, response) => {
    const comer = await halfwayComer(request, ports);
    if (!comer) return response.json({ next: null });
    const { name, id } = comer.person;
    const next: SignInNext = {
      ...{ next: comer.halfway.need, name, place: place(request) },
      ways: (await ownWays(request, id)) ?? [],
    };
    response.json(next);
  });
  router.post('/sign-in/passkey', anybody, tries, async (request, response) => {
    const comer = await halfwayComer(request, ports, 'factor');
    if (!comer) return beginAgain(response);
    answer(response, await ports.askPasskey(asker(request, comer.person)));
  });
  router.post('/sign-in/factor', anybody, tries, async (request, response) => {
    const comer = await halfwayComer(request, ports, 'factor');
    if (!comer) return beginAgain(response);
    const proof = said(response, proofShape, request.body);
    if (!proof) return;
    if (proof.way === 'password') return refuse(response, 400, 'wrong-way', '请用第二验证，不是密码。');
    const no = await ports.prove(asker(request, comer.person), proof as Proof);
    if (no) return answer(response, no);
    await enter(request, comer, ports);
    response.json(request.session.person);
  });

  // -- one's own ----------------------------------------------------------------------------------------------------
  /** who is in and proved it lately, or who must set one up before they are in */
  const enrolling: RequestHandler = async (request, response, next) => {
    if (await halfwayComer(request, ports, 'enrol')) return next();
    const { person, cameBy } = request.session;
    if (!person) return refuse(response, 401, 'not-signed-in', '请先登录。');
    if (cameBy === 'link')
      return refuse(response, 403, 'by-link', '个人链接不用第二验证；请用密码登录后再设置。');
    if (!provenLately(request, response)) return askProof(request, response);
    next();
  };
  const whoEnrols = async (request: Request) =>
    asker(request, request.session.person ?? (await halfwayComer(request, ports, 'enrol'))!.person);
  /** a factor was added or is gone: every other session of the account is over, this one goes on anew */
  async function goOn(request: Request, response: Response): Promise<void> {
    answerInAnyCase(response);
    const comer = await halfwayComer(request, ports, 'enrol');
    const { person, cameBy } = request.session;
    const id = comer?.person.id ?? person!.id;
    const epoch = await ports.endSessions(id);
    if (comer) return enter(request, { ...comer, person: { ...comer.person, sessionEpoch: epoch } }, ports);
    await beginSession(request, person!, epoch, cameBy);
  }
  async function added(request: Request, response: Response, made: FactorAdded | Refused): Promise<void> {
    if (!('refused' in made)) await goOn(request, response);
    answer(response, made);
  }

  router.get('/factors', signedIn, async (request, response) => {
    const { id, role } = personOf(request);
    const mine: MyFactors = {
      ...(await ports.factorsOf(id)),
      required: ports.policy().required.has(role),
      place: place(request),
    };
    response.json(mine);
  });
  router.post('/factors/totp', anybody, tries, enrolling, async (request, response) => {
    response.json(await ports.beginTotp(await whoEnrols(request)));
  });
  router.post('/factors/totp/code', anybody, tries, enrolling, async (request, response) => {
    const given = said(response, totpShape, request.body);
    if (given) await added(request, response, await ports.confirmTotp(await whoEnrols(request), given));
  });
  router.post('/factors/passkeys', anybody, tries, enrolling, async (request, response) => {
    answer(response, await ports.beginPasskey(await whoEnrols(request)));
  });
  router.post('/factors/passkeys/answer', anybody, tries, enrolling, async (request, response) => {
    const given = said(response, passkeyShape, request.body) as {
      answer: RegistrationResponseJSON;
      name: string;
    } | null;
    if (given) await added(request, response, await ports.confirmPasskey(await whoEnrols(request), given));
  });
  router.post('/factors/recovery-codes', signedIn, tries, proven, async (request, response) => {
    answer(response, await ports.newRecoveryCodes(asker(request, personOf(request))));
  });
  const remove = async (request: Request, response: Response, passkeyId: string | null) => {
    const required = ports.policy().required.has(personOf(request).role);
    const no = await ports.removeOwn(asker(request, personOf(request)), passkeyId, required);
    if (no) return answer(response, no);
    await goOn(request, response);
    response.json({ ok: true });
  };
  router.delete('/factors/totp', signedIn, proven, (request, response) => remove(request, response, null));
  router.delete('/factors/passkeys/:id', signedIn, proven, (request, response) =>
    remove(request, response, String(request.params['id'])),
  );

  // -- asked again before exports, tokens and rights ----------------------------------------------------------------
  router.get('/proof', signedIn, async (request, response) => {
    response.json({
      proven: provenLately(request, response),
      ways: await proofWays(request),
      place: place(request),
    });
  });
  router.post('/proof/passkey', signedIn, tries, async (request, response) => {
    answer(response, await ports.askPasskey(asker(request, personOf(request))));
  });
  router.post('/proof', signedIn, tries, async (request, response) => {
    const proof = said(response, proofShape, request.body);
    if (!proof) return;
    if (!(await proofWays(request)).includes(proof.way))
      return refuse(response, 400, 'wrong-way', '请用页面上给出的方式验证。');
    const no = await ports.prove(asker(request, personOf(request)), proof as Proof);
    if (no) return answer(response, no);
    request.session.provenAtMs = Date.now();
    await savedSession(request);
    response.json({ ok: true });
  });

  // -- somebody else's ----------------------------------------------------------------------------------------------
  router.delete('/people/:id/factors', allow('edit-people'), proven, async (request, response) => {
    const id = Number(request.params['id']);
    const no = await ports.takeAway(asker(request, personOf(request)), Number.isSafeInteger(id) ? id : 0);
    answer(response, no ?? { ok: true });
  });
  // how long a proof counts, for every door behind this one (door.ts)
  const counting: RequestHandler = (request, response, next) => {
    response.locals.provenMs = ports.policy().provenMs;
    router(request, response, next);
  };
  return Object.assign(counting, router);

  function place(request: Request) {
    return passkeyPlace(ports.publicUrl, pageUrl(request));
  }

  /** null: has no second factor; empty: theirs can't be used at this address */
  async function ownWays(request: Request, personId: number): Promise<ProofWay[] | null> {
    const { totp, passkeys, recoveryLeft } = await ports.factorsOf(personId);
    if (!totp && passkeys.length === 0) return null;
    const here = place(request);
    const usable = 'rpId' in here && passkeys.some(({ rpId }) => rpId === here.rpId);
    return [
      ...(usable ? (['passkey'] as const) : []),
      ...(totp ? (['totp'] as const) : []),
      ...(recoveryLeft > 0 ? (['recovery'] as const) : []),
    ];
  }

  /** their second factor; who has none, as they came in */
  async function proofWays(request: Request): Promise<ProofWay[]> {
    const own = await ownWays(request, personOf(request).id);
    return own ?? [request.session.cameBy === 'provider' ? 'provider' : 'password'];
  }
}

interface HalfwayComer {
  halfway: Halfway;
  person: Comer;
}

/** Who stands between password and session, if the account is still as it was then. */
async function halfwayComer(
  request: Request,
  ports: ComeInPorts,
  need?: Halfway['need'],
): Promise<HalfwayComer | null> {
  const { halfway } = request.session;
  if (!halfway || request.session.person || Date.now() - halfway.sinceMs > HALFWAY_MS) return null;
  if (need && halfway.need !== need) return null;
  const person = await ports.findPerson(halfway.login);
  if (!person || person.disabled || person.id !== halfway.personId) return null;
  return person.sessionEpoch === halfway.sessionEpoch ? { halfway, person } : null;
}

async function enter(request: Request, { person, halfway }: HalfwayComer, ports: ComeInPorts) {
  await beginSession(request, person, person.sessionEpoch, halfway.cameBy);
  const about = halfway.cameBy === 'provider' ? 'OpenID Connect，第二验证' : '第二验证';
  await ports.audit({ personId: person.id, what: 'signed-in', about, address: request.ip ?? null });
}

function beginAgain(response: Response): void {
  refuse(response, 401, 'begin-again', '登录过程已过时，请重新输入工号和密码。');
}

function pageUrl(request: Request): string {
  const given = `${request.protocol}://${request.headers.host ?? ''}`;
  return URL.canParse(given) ? given : 'http://0.0.0.0';
}

function asker(request: Request, { id, login, name }: Asker['person']): Asker {
  return {
    ...{ person: { id, login, name }, sid: request.sessionID, pageUrl: pageUrl(request) },
    address: request.ip ?? null,
    addressKey: addressKey(request),
  };
}

function answer(response: Response, given: object | Refused): void {
  if (!('refused' in given)) return void response.json(given);
  const { status, code: why, message, waitMs } = given.refused;
  if (waitMs !== undefined) response.setHeader('Retry-After', String(Math.ceil(waitMs / 1000)));
  refuse(response, status, why, message);
}
