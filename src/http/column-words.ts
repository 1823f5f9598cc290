import { z } from 'zod';
import { allow, personOf, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Guard, type Routes } from './routes.ts';

type Kind = 'cases' | 'customers';
export interface ColumnWordPorts {
  words: (kind: Kind) => Promise<Readonly<Record<string, string>>>;
  keep: (kind: Kind, words: Readonly<Record<string, string>>, person: SignedIn) => Promise<void>;
}

/** The names of columns that people have taught: who brings such lists sees and mends them. */
export function columnWordRoutes(ports: ColumnWordPorts): Routes {
  const router = declareRoutes();
  const shape = z.object({ words: z.record(z.string().min(1).max(60), z.string().max(40)) });
  const doors: Record<Kind, Guard> = {
    cases: allow('keep-cases'),
    customers: allow('merge-customers'),
  };
  for (const kind of ['cases', 'customers'] as const) {
    router.get(`/column-words/${kind}`, doors[kind], async (_request, response) => {
      response.json({ words: await ports.words(kind) });
    });
    router.put(`/column-words/${kind}`, doors[kind], async (request, response) => {
      const asked = said(response, shape, request.body);
      if (!asked) return;
      await ports.keep(kind, asked.words, personOf(request));
      response.json({ words: await ports.words(kind) });
    });
  }
  return router;
}
