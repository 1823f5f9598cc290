import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import staticGzip from 'express-static-gzip';
import helmet from 'helmet';
import { wasEnded } from './answers.ts';
import type { AuditDoor } from './audit-door.ts';
import { refuse, styleNonce } from './door.ts';
import { masks } from './masks.ts';
import { numberSearches } from './number-searches.ts';
import { withNonce, withSettings } from '../core/page-settings.ts';
import { TELEVISION_PATH } from '../protocol/walls.ts';
import type { DeclaredRoute, Routes } from './routes.ts';
import type { ApiRoutes } from './v1/router.ts';
import { LIVE_PATH, sameOrigin } from './live.ts';
import { SIP_PATH } from './sip.ts';

export interface HttpPorts {
  /** built web pages */
  pages: string;
  trustProxy: number;
  session: RequestHandler;
  metrics: () => Promise<{ type: string; text: string }>;
  metricsToken: string | undefined;
  /** what keeps the service from being ready; empty: ready */
  notReady: () => string[];
  /** the wings' routes, under `/api`, behind session and origin check; each is declared with its permission (routes.ts) */
  routers: Routes[];
  /** routes for other systems: before session and origin check; each asks for a token of its own */
  open?: ApiRoutes[];
  /** pages for anybody, without session */
  publicPages?: Routes[];
  /** what is done is written down (audit-door.ts) */
  audit?: Pick<AuditDoor, 'around' | 'whose'>;
  onFault: (fault: unknown) => void;
}

/** What is answered beside the wings' routes; the tests look that there is nothing else. */
export const OWN_ROUTES: readonly DeclaredRoute[] = [
  { method: 'get', path: '/healthz', permissions: ['anybody'] },
  { method: 'get', path: '/readyz', permissions: ['anybody'] },
  // from this machine, or with a token of its own
  { method: 'get', path: '/metrics', permissions: ['anybody'] },
  // the pages, which hold nothing of anybody
  ...['/', '/sign-in', '/desk', '/wall', '/{*rest}'].map((path): DeclaredRoute => ({
    method: 'get',
    path,
    permissions: ['anybody'],
  })),
];

/** so long a connection may take to say what it wants */
const HEADERS_MS = 20_000;
const CHECK_MS = 5000;
/** PostgreSQL: a text with U+0000 in it, which no text of it can hold; the database is there */
const UNKEEPABLE = new Set(['22021', '22P05']);
const UNKNOWN_BODY = '8kb';
const KNOWN_BODY = '64kb';

export function createHttp(ports: HttpPorts): Server {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', ports.trustProxy);
  app.use((_request, response, next) => {
    response.locals['styleNonce'] = randomBytes(16).toString('base64');
    next();
  });
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          // what our own scripts write carries the page's number (web/style-nonce.ts)
          styleSrc: ["'self'", (_request, response) => `'nonce-${styleNonce(response as Response)}'`],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          mediaSrc: ["'self'", 'blob:'],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: ports.trustProxy > 0 ? undefined! : false,
    }),
  );

  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', (_request, response) => {
    const reasons = ports.notReady();
    response.status(reasons.length === 0 ? 200 : 503).json({ ready: reasons.length === 0, reasons });
  });
  app.get('/metrics', async (request, response) => {
    if (!mayReadMetrics(request)) {
      return refuse(
        response,
        403,
        'not-allowed',
        '只有本机或带令牌的 Prometheus 可以读取指标。请设置 METRICS_TOKEN。',
      );
    }
    const { type, text } = await ports.metrics();
    response.type(type).send(text);
  });

  // pages and their files need no session: nothing of a person is in them. They were packed when they were built
  app.use(
    '/assets',
    staticGzip(join(ports.pages, 'assets'), {
      index: false,
      serveStatic: { immutable: true, maxAge: '1y' },
    }),
  );
  app.use(express.static(ports.pages, { index: false, maxAge: '1h' }));

  for (const routes of ports.publicPages ?? []) app.use(routes);
  if (ports.audit) app.use('/api', ports.audit.around);
  for (const router of ports.open ?? []) app.use('/api/v1', router);

  app.use('/api', (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    const unsafe = !['GET', 'HEAD'].includes(request.method);
    const site = request.headers['sec-fetch-site'];
    const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (unsafe && (foreign || !sameOrigin(request.headers.origin, request.headers.host))) {
      return refuse(response, 403, 'foreign-page', '请求来自别的网站，已拒绝。请从热线页面操作。');
    }
    next();
  });
  // who is not signed in is read a few lines and no more
  const little = express.json({ limit: UNKNOWN_BODY });
  const usual = express.json({ limit: KNOWN_BODY });
  app.use('/api', ports.session, masks, (request, response, next) =>
    (request.session.person ? usual : little)(request, response, next),
  );
  app.use('/api', numberSearches());

  if (ports.audit) app.use('/api', ports.audit.whose);
  for (const routes of ports.routers) app.use('/api', routes);
  app.use('/api', (_request, response) => refuse(response, 404, 'no-such-address', '没有这个地址。'));

  // a line that came without being one: an old proxy takes `Upgrade` off
  app.use([LIVE_PATH, TELEVISION_PATH, SIP_PATH], (_request, response) => {
    response.setHeader('Upgrade', 'websocket');
    refuse(
      response,
      426,
      'line-only',
      '这个地址只接受 WebSocket 连接。如果经过代理，请让代理转发 Upgrade 请求头。',
    );
  });

  // every page is one file; which of them may be seen is decided by what the line tells (live.ts)
  app.get(['/', '/sign-in', '/desk', '/wall', '/{*rest}'], async (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    const page = await readFile(join(ports.pages, 'index.html'), 'utf8');
    response.type('html').send(withNonce(withSettings(page), styleNonce(response)));
  });
  app.use((fault: unknown, request: Request, response: Response, next: NextFunction) => {
    // the right to it went away: its answer was given, and nobody hears what its work says now
    if (wasEnded(response)) return;
    if (response.headersSent) return next(fault);
    // the request itself broke off, or went on as what is no HTTP
    const torn = fault === request.errored || String((fault as { code?: unknown }).code).startsWith('HPE_');
    const status = torn ? 400 : ((fault as { status?: number }).status ?? 500);
    if (status >= 400 && status < 500)
      return refuse(response, status, 'bad-request', '请求的内容读不懂，请刷新页面后重试。');
    if (UNKEEPABLE.has(String((fault as { code?: unknown }).code)))
      return refuse(response, 400, 'bad-characters', '内容里有不能保存的字符（空字符），请删去后重试。');
    ports.onFault(fault);
    const database = request.path.startsWith('/api');
    refuse(
      response,
      503,
      database ? 'database-away' : 'failed',
      '数据库暂时连不上，通话不受影响。请稍候再试；一直不行请告诉管理员。',
    );
  });
  const server = createServer({ headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS }, app);
  // for one, that no more connections can be taken: those that stand go on
  server.on('error', ports.onFault);
  return server;

  function mayReadMetrics(request: Request): boolean {
    if (ports.metricsToken === undefined)
      return isLoopback(request.socket.remoteAddress) && ports.trustProxy === 0;
    const said = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${ports.metricsToken}`);
    return said.length === wanted.length && timingSafeEqual(said, wanted);
  }
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
