import { z } from 'zod';
import type { Incident } from '../protocol/incidents.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface IncidentPorts {
  list: () => Promise<Incident[]>;
  /** the outage, the order and the announcement; null: somebody has decided already */
  confirm: (id: number, person: SignedIn) => Promise<{ outageId: number; orderNo: string } | null>;
  dismiss: (id: number, person: SignedIn) => Promise<boolean>;
}

/** Suspected bursts: seen by who sits at the desk, decided by the shift's leader. */
export function incidentRoutes(ports: IncidentPorts): Routes {
  const router = declareRoutes();
  const id = z.coerce.number().int().positive('没有这次疑似事件');
  router.get('/incidents', allow('see-outages'), async (_request, response) => {
    response.json(await ports.list());
  });
  const decide = allow('decide-incidents');
  router.post('/incidents/:id/confirm', decide, async (request, response) => {
    const which = said(response, id, request.params['id']);
    if (!which) return;
    const made = await ports.confirm(which, personOf(request));
    if (!made) return refuse(response, 409, 'decided', '另一人已经处理过，请看列表里的结果。');
    response.json(made);
  });
  router.post('/incidents/:id/dismiss', decide, async (request, response) => {
    const which = said(response, id, request.params['id']);
    if (!which) return;
    if (!(await ports.dismiss(which, personOf(request))))
      return refuse(response, 409, 'decided', '另一人已经处理过，请看列表里的结果。');
    response.json({ ok: true });
  });
  return router;
}
