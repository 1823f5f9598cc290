import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp } from '../../src/http/server.ts';
import type { Routes } from '../../src/http/routes.ts';
import type { ApiRoutes } from '../../src/http/v1/router.ts';
import type { SignedIn } from '../../src/http/sessions.ts';
import { openUpgrades, type Upgrades } from '../../src/http/upgrades.ts';

/** Some routes on a port of their own, as the service serves them. */
export interface TestHttp {
  /** `http://127.0.0.1:40123` */
  url: string;
  server: Server;
  close(): void;
}

/**
 * `who`: the header `x-login` says who asks, `x-proven: no` that they have not proved it lately; null: nobody is signed in.
 * Without it nothing may ask for the session.
 * `before`: which lines are claimed before it listens.
 */
export async function openHttp(
  routes: { routers?: Routes[]; open?: ApiRoutes[] },
  who?: (login: string) => (Pick<SignedIn, 'id' | 'role'> & Partial<SignedIn>) | null,
  before?: (upgrades: Upgrades, session: Parameters<typeof createHttp>[0]['session']) => void,
  audit?: Parameters<typeof createHttp>[0]['audit'],
): Promise<TestHttp> {
  const session: Parameters<typeof createHttp>[0]['session'] = (request, _response, next) => {
    if (!who) return next(new Error('the session must not be asked'));
    const login = String(request.headers['x-login'] ?? '');
    const person = who(login);
    request.session = (
      person
        ? {
            person: { login, name: login, agent: null, unitId: null, ...person },
            provenAtMs: request.headers['x-proven'] === 'no' ? 0 : Date.now(),
          }
        : {}
    ) as never;
    next();
  };
  const server = createHttp({
    ...{ routers: [], pages: 'dist/web', trustProxy: 0, session, metricsToken: undefined, ...routes },
    ...(audit ? { audit } : {}),
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    notReady: () => [],
    onFault: (fault) => console.error(fault),
  });
  before?.(openUpgrades(server, console.error), session);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
