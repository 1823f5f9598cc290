import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type pg from 'pg';
import { anybody } from '../../src/http/door.ts';
import { declareRoutes } from '../../src/http/routes.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSessions } from '../../src/http/sessions.ts';
import { beginSession } from '../../src/http/sign-in.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('behind a proxy that speaks TLS', function () {
  this.timeout(20_000);
  let pool: pg.Pool;
  let server: Server;
  let sessions: ReturnType<typeof openSessions>;
  let base: string;
  const person = {
    ...{
      id: 1,
      login: 'a',
      name: '甲',
      role: 'agent' as const,
      agent: null,
      unitId: null,
      mustChange: false,
    },
  };
  before(async () => {
    pool = openPool(await cloneDatabase());
    sessions = openSessions(pool, 'x'.repeat(40), true, {
      stands: () => 'unknown',
      idleMs: () => 3_600_000,
      sessionEnded: () => undefined,
    });
    const router = declareRoutes();
    router.post('/in', anybody, async (request, response) => {
      await beginSession(request, person, 0);
      response.json({ ip: request.ip });
    });
    server = createHttp({
      ...{ routers: [router], pages: 'dist/web', trustProxy: 1, session: sessions.middleware },
      ...{ metrics: () => Promise.resolve({ type: 'text/plain', text: '' }), metricsToken: undefined },
      ...{ notReady: () => [], onFault: () => undefined },
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    sessions.close();
    await pool.end();
  });
  const come = (headers: Record<string, string>) => fetch(`${base}/api/in`, { method: 'POST', headers });

  it('the cookie goes over TLS only, and not to scripts nor to other sites', async () => {
    const answer = await come({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.1.2.3' });
    const cookie = answer.headers.get('set-cookie')!;
    // no other host and no page without TLS can have planted it
    expect(cookie).to.match(/^__Host-hotline=/);
    expect(cookie)
      .to.contain('Path=/')
      .and.not.match(/Domain=/i);
    for (const word of ['Secure', 'HttpOnly', 'SameSite=Lax']) expect(cookie).to.contain(word);
    expect(await answer.json()).to.deep.equal({ ip: '10.1.2.3' });
    expect(answer.headers.get('strict-transport-security')).to.contain('max-age');
  });

  it('no cookie is given to who came without TLS', async () => {
    expect((await come({ 'x-forwarded-proto': 'http' })).headers.get('set-cookie')).to.equal(null);
  });
});
