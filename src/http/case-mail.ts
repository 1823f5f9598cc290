import { allow } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** How the mailbox of cases stands. */
export interface MailboxView {
  /** null: no mailbox is configured */
  address: string | null;
  /** the last look that went well */
  lookedAtMs: number | null;
  /** why the last look failed, in Chinese; null: it did not */
  fault: string | null;
}

/** The mailbox's state for the inbox: when it was last looked into, and what is wrong. */
export function mailboxRoutes(ports: { view: () => MailboxView }): Routes {
  const router = declareRoutes();
  router.get('/case-mailbox', allow('see-cases'), (_request, response) => {
    response.json(ports.view());
  });
  return router;
}
