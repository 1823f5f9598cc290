import { declareRoutes, type Routes } from './routes.ts';
import { z } from 'zod';
import type { MissedCaller, MissedFlood } from '../protocol/missed.ts';
import { allow, deedsOn, said } from './door.ts';

export interface MissedPorts {
  page: (offset: number, floodId: number | null) => Promise<MissedCaller[]>;
  count: () => Promise<number>;
  floods: () => Promise<MissedFlood[]>;
  dismiss: (number: string, reason: string, personId: number) => Promise<void>;
  dismissFlood: (floodId: number, reason: string, personId: number) => Promise<void>;
}

const reason = z.string().trim().min(1, '请写明为什么不用回电').max(60, '原因最多 60 个字');
const number = z.string().regex(/^[0-9]{3,20}$/, '号码不对');
const page = z.object({
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  flood: z.coerce.number().int().positive().optional(),
});

/** Callers whom nobody answered: page by page, floods of forged numbers apart, and who need not be called back. */
export function missedRoutes(ports: MissedPorts): Routes {
  const router = declareRoutes();
  router.get('/missed/page', allow('take-calls'), async (request, response) => {
    const asked = said(response, page, request.query);
    if (!asked) return;
    const callers = await ports.page(asked.offset, asked.flood ?? null);
    response.json({ callers, total: asked.flood === undefined ? await ports.count() : null });
  });
  router.get('/missed/floods', allow('take-calls'), async (_request, response) => {
    response.json(await ports.floods());
  });
  const deed = deedsOn(router);
  deed('/missed/dismiss', allow('take-calls'), z.object({ number, reason }), async (asked, person) => {
    await ports.dismiss(asked.number, asked.reason, person.id);
    return null;
  });
  deed(
    '/missed/dismiss-flood',
    allow('direct-agents'),
    z.object({ flood: z.number().int().positive(), reason }),
    async (asked, person) => {
      await ports.dismissFlood(asked.flood, asked.reason, person.id);
      return null;
    },
  );
  return router;
}
