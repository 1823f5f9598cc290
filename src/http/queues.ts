import { z } from 'zod';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface QueuePorts {
  list: () => Promise<{
    queues: { queue: string; waiting: number; named: string[]; members: string[] }[];
    agents: { agent: string; name: string }[];
  }>;
  save: (queue: string, agents: string[], person: SignedIn) => Promise<void>;
}

/** Who serves which queue. */
export function queueRoutes(ports: QueuePorts): Routes {
  const router = declareRoutes();
  router.get('/queues', allow('watch-agents'), async (_request, response) => {
    response.json(await ports.list());
  });
  router.put('/queues/:queue', allow('direct-agents'), async (request, response) => {
    const queue = String(request.params['queue']);
    const told = said(response, z.object({ agents: z.array(z.string().max(40)).max(500) }), request.body);
    if (!told) return;
    const { queues } = await ports.list();
    if (!queues.some((one) => one.queue === queue))
      return refuse(response, 404, 'no-such-queue', '交换机上没有这个队列，请刷新后再看。');
    await ports.save(queue, told.agents, personOf(request));
    response.json({ ok: true });
  });
  return router;
}
