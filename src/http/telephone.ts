import { declareRoutes, type Routes } from './routes.ts';
import { z } from 'zod';
import type { TelephoneState } from '../protocol/telephone.ts';
import { allow, deedsOn } from './door.ts';

export interface TelephonePorts {
  state: () => Promise<TelephoneState>;
  liftBan: (subject: string) => Promise<boolean>;
  audit: (personId: number, what: string, about: string) => Promise<void>;
}

const subject = z.string().regex(/^(phone:\d{3,6}|address:[0-9a-fA-F.:]{2,45})$/, '没有这条封禁');

/** The page 电话防护: floods of forged numbers, the budget of outgoing calls, who is kept out. */
export function telephoneRoutes(ports: TelephonePorts): Routes {
  const router = declareRoutes();
  router.get('/telephone', allow('watch-console'), async (_request, response) => {
    response.json(await ports.state());
  });
  const deed = deedsOn(router);
  deed('/telephone/lift-ban', allow('edit-settings'), z.object({ subject }), async (asked, person) => {
    if (!(await ports.liftBan(asked.subject))) return '这条封禁已经解除，请刷新页面。';
    await ports.audit(person.id, 'ban-lifted', asked.subject);
    return null;
  });
  return router;
}
