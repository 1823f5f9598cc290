import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { declareRoutes, type Routes } from './routes.ts';
import { readAnchors } from '../core/people/audit-chain.ts';
import { allow, personOf, refuse, said } from './door.ts';

interface AuditRow {
  id: number;
  atMs: number;
  who: string;
  what: string;
  about: string;
  detail: unknown;
  address: string | null;
}

export interface AuditPorts {
  search: (query: {
    fromMs?: number | undefined;
    untilMs?: number | undefined;
    what?: string | undefined;
    words?: string | undefined;
    before?: number | undefined;
    limit: number;
  }) => Promise<AuditRow[]>;
  /** reckons the chain again and holds it against these anchors and the stored ones */
  verify: (
    anchors: string,
    by: { personId: number; address: string | null },
  ) => Promise<{ whole: boolean; sentences: string[] }>;
  /** the log's last row as it can be written down outside; null: there is none */
  anchor: () => Promise<string | null>;
}

const audited = z.object({
  from: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
  what: z.string().max(60).optional(),
  words: z.string().trim().max(80).optional(),
  before: z.coerce.number().int().optional(),
});
const verified = z.object({ anchor: z.string().max(20_000, '贴得太多，请只贴锚点那一行').default('') });
const AUDIT_PAGE = 100;

/** The log of who did what, and its proof. */
export function auditRoutes(ports: AuditPorts): Routes {
  const router = declareRoutes();
  router.get('/audit', allow('read-audit'), async (request, response) => {
    const query = said(response, audited, request.query);
    if (!query) return;
    const { from, until, ...rest } = query;
    const rows = await ports.search({ ...rest, fromMs: from, untilMs: until, limit: AUDIT_PAGE });
    response.json({ rows, more: rows.length === AUDIT_PAGE });
  });

  // it reads the whole log
  const seldom = rateLimit({
    ...{ windowMs: 60_000, limit: 10, standardHeaders: true, legacyHeaders: false },
    handler: (_request, response) =>
      refuse(response, 429, 'too-often', '校验要读完整本日志，请一分钟后再试。'),
  });
  router.post('/audit/verify', allow('read-audit'), seldom, async (request, response) => {
    const asked = said(response, verified, request.body ?? {});
    if (!asked) return;
    if (asked.anchor.trim() !== '' && readAnchors(asked.anchor).length === 0)
      return refuse(
        response,
        400,
        'no-anchor',
        '没有认出锚点。请贴整行，如：审计锚点 #1234 2026-12-01T16:20:33+08:00 9f86d0 81884c …；编号和后面的十六进制数（至少 16 位）都要有。',
      );
    const by = { personId: personOf(request).id, address: request.ip ?? null };
    response.json(await ports.verify(asked.anchor, by));
  });

  // printed on the handover: paper is outside too
  router.get('/audit/anchor', allow('keep-handovers'), async (_request, response) => {
    response.json({ anchor: await ports.anchor() });
  });
  return router;
}
