/**
 * The door for other systems: apart from the people's, for a token is neither a session nor a cookie. Nothing here
 * trusts an origin, and nothing of a browser's sign-in is looked at.
 */
import { join, dirname } from 'node:path';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { z } from 'zod';
import type { OtherSystem } from '../../core/outward/scope.ts';
import { maskFor } from '../../core/people/mask-for.ts';
import { systemOf } from '../../core/people/sight.ts';
import { wasEnded, watchAnswer } from '../answers.ts';
import { refuse } from '../door.ts';
import { openApiOf } from './openapi.ts';
import { No, type Asked, type Operation, type Told } from './operation.ts';

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}
export interface ApiPorts {
  operations: readonly Operation[];
  version: string;
  findSystem: (token: string) => Promise<OtherSystem | null>;
  /** Is this the SHA-256 (hex) of a token that opens? Known without asking the database; one of a moment ago may not be known yet. */
  isKnownToken: (hash: string) => boolean;
  /** false: since it was found it was revoked, or its owner's account closed */
  tokenStands: (tokenId: number) => boolean;
  /** the token was used */
  touch: (tokenId: number) => Promise<void>;
  /** work in one transaction */
  inTransaction: <T>(work: (client: never) => Promise<T>) => Promise<T>;
  answerOnce: (
    client: never,
    tokenId: number,
    key: string,
    asked: string,
    work: () => Promise<KeptAnswer>,
  ) => Promise<{ answer: KeptAnswer; again: boolean } | 'conflict'>;
  onAnswered: (system: string, status: number) => void;
  onFault: (cause: unknown) => void;
}

declare module 'express-serve-static-core' {
  interface Locals {
    system?: OtherSystem;
  }
}

/** The routes of other systems; each operation says the scope that a token must have. */
export type ApiRoutes = Router & { operations: readonly Operation[] };

const WRONG_TOKEN = {
  ...{ status: 401, code: 'wrong-token', message: '令牌无效或已吊销，请向热线管理员要新的令牌。' },
};
/** wrong tokens from one address in a minute */
const MOST_WRONG = 30;

export function apiRouter(ports: ApiPorts): ApiRoutes {
  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  docs(router, openApiOf(ports.operations, ports.version));

  router.use((_request, response, next) => {
    response.on('finish', () =>
      ports.onAnswered(response.locals.system?.system ?? 'unknown', response.statusCode),
    );
    next();
  });
  const failures = rateLimit({
    windowMs: 60_000,
    limit: MOST_WRONG,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, response) =>
      refuse(response, 429, 'too-many-tries', '令牌错误次数过多，请一分钟后再试。'),
  });
  router.use(async (request, response, next) => {
    const token = /^Bearer (\S{20,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    const hash = token === undefined ? '' : createHash('sha256').update(token).digest('hex');
    // who has guessed too often is refused before the database is asked; who has a token is not kept out by who guesses beside
    if (!ports.isKnownToken(hash)) {
      const tries = await failures.getKey(ipKeyGenerator(request.ip ?? ''));
      if ((tries?.totalHits ?? 0) >= MOST_WRONG) return failures(request, response, next);
    }
    const system = token === undefined ? null : await ports.findSystem(token);
    if (!system) {
      return failures(request, response, () => {
        response.setHeader('WWW-Authenticate', 'Bearer');
        if (token === undefined)
          refuse(response, 401, 'no-token', '请在 Authorization 头里带上令牌：Bearer 后面跟令牌。');
        else refuse(response, WRONG_TOKEN.status, WRONG_TOKEN.code, WRONG_TOKEN.message);
      });
    }
    response.locals.system = system;
    watchAnswer(response, () => (ports.tokenStands(system.tokenId) ? null : WRONG_TOKEN));
    void ports.touch(system.tokenId).catch(ports.onFault);
    next();
  });
  router.use(
    rateLimit({
      windowMs: 60_000,
      limit: (_request, response) => response.locals.system!.perMinute,
      keyGenerator: (_request, response) => `token:${response.locals.system!.tokenId}`,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: (_request, response) =>
        refuse(
          response,
          429,
          'too-many',
          '请求太频繁，超过了这个令牌每分钟的次数，请按 Retry-After 等待后再试。',
        ),
    }),
  );
  router.use(express.json({ limit: '256kb' }));

  for (const one of ports.operations) {
    router[one.method](one.path.replace(/\{(\w+)\}/g, ':$1'), (request, response) =>
      answer(one, request, response),
    );
  }
  router.use((_request, response) =>
    refuse(response, 404, 'no-such-address', '没有这个接口，请看 /api/v1/docs/。'),
  );
  router.use((fault: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (wasEnded(response)) return;
    if (fault instanceof No) return refuse(response, fault.status, fault.code, fault.message);
    const { status, type } = fault as { status?: number; type?: string };
    if (status === 413) return refuse(response, 413, 'too-large', '内容超过 256 KB，请分批发送。');
    if (type === 'entity.parse.failed')
      return refuse(response, 400, 'bad-json', '正文不是正确的 JSON，请检查。');
    if (status !== undefined && status >= 400 && status < 500)
      return refuse(response, status, 'bad-request', '请求读不懂，请对照 /api/v1/docs/ 检查。');
    next(fault);
  });
  return Object.assign(router, { operations: ports.operations });

  async function answer(one: Operation, request: Request, response: Response): Promise<void> {
    const system = response.locals.system!;
    if (!system.scopes.includes(one.scope))
      throw new No(403, 'no-scope', `这个令牌没有 ${one.scope} 权限，需要时请联系热线管理员。`);
    const follows: (() => void)[] = [];
    const asked = {
      system,
      params: parsed(one.params, request.params, ''),
      query: parsed(one.query, request.query, ''),
      body: parsed(one.body, request.body ?? {}, '正文'),
      version: versionOf(request.headers['if-match']),
      client: null,
      afterwards: (follow: () => void) => void follows.push(follow),
    };
    if (!one.changes) return send(response, kept(await run(one, asked), 200));

    const key = request.headers['idempotency-key'];
    if (key !== undefined && (Array.isArray(key) || !/^[\x21-\x7e]{1,200}$/.test(key)))
      throw new No(400, 'wrong-key', 'Idempotency-Key 要是 1 到 200 个可见的英文字符。');
    const done = await ports.inTransaction(async (client) => {
      // the transaction may run again, after two had locked each other out
      follows.length = 0;
      const work = async () => {
        const done = kept(await run(one, { ...asked, client }), 201);
        // revoked meanwhile: nothing of it stands
        if (!ports.tokenStands(system.tokenId)) throw new No(401, WRONG_TOKEN.code, WRONG_TOKEN.message);
        return done;
      };
      if (key === undefined) return { answer: await work(), again: false };
      const words = JSON.stringify([
        request.method,
        request.originalUrl,
        request.headers['if-match'],
        request.body,
      ]);
      return ports.answerOnce(client, system.tokenId, key as string, words, work);
    });
    if (done !== 'conflict') for (const follow of follows) follow();
    if (done === 'conflict')
      throw new No(409, 'key-reused', '这个 Idempotency-Key 已用于另一个请求；新的请求请换一个新的键。');
    if (done.again) response.setHeader('Idempotent-Replayed', 'true');
    send(response, done.answer);
  }

  /** Operations answer whole; what the token may not see is masked here, before the answer is kept or sent. */
  async function run(one: Operation, asked: { system: OtherSystem; client: unknown }): Promise<Told> {
    const told = await one.run(asked as Asked<never, never, never>);
    return { ...told, body: maskFor(told.body, systemOf(asked.system, one.scope)) };
  }
}

function kept(told: Told, usual: number): KeptAnswer {
  const headers: Record<string, string> = told.version === undefined ? {} : { ETag: `"${told.version}"` };
  return { status: told.status ?? usual, headers, body: told.body };
}

function send(response: Response, { status, headers, body }: KeptAnswer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status).json(body);
}

function parsed(shape: z.ZodType | undefined, sent: unknown, whole: string): unknown {
  if (!shape) return {};
  if (unwritable(sent))
    throw new No(400, 'wrong-field', '内容里有不能保存的字符（NUL 或残缺的字符），请去掉。');
  const result = shape.safeParse(sent);
  if (result.success) return result.data;
  const first = result.error.issues[0]!;
  throw new No(400, 'wrong-field', `${first.path.join('.') || whole || '内容'}：${first.message}`);
}

/** NUL and halves of characters: no database keeps them. */
function unwritable(sent: unknown): boolean {
  let found = false;
  JSON.stringify(sent, (key, value: unknown) => {
    found ||= [key, value].some((text) => typeof text === 'string' && /[\0\p{Surrogate}]/u.test(text));
    return value;
  });
  return found;
}

function versionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch === '*') return null;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version === undefined) throw new No(400, 'wrong-version', 'If-Match 要原样带回读取时得到的 ETag。');
  return Number(version);
}

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>供水热线 96666 接口</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<div id="docs"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="begin.js"></script>
</body>
</html>
`;
const BEGIN = `window.ui = SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** What can be asked, for whoever programs the other side; it holds nothing of anybody. All from our own origin. */
function docs(router: Router, document: object): void {
  const files = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.get('/openapi.json', (_request, response) => void response.json(document));
  router.get('/docs', (request, response, next) => {
    if (request.originalUrl.endsWith('/')) return next();
    response.redirect(301, `${request.baseUrl}/docs/`);
  });
  router.get('/docs/', (_request, response) => void response.type('html').send(PAGE));
  router.get('/docs/begin.js', (_request, response) => void response.type('js').send(BEGIN));
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    router.get(`/docs/${name}`, (_request, response) =>
      response.sendFile(join(files, name), { maxAge: '1d' }),
    );
}
