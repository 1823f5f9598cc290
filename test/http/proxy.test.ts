import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import { expect } from 'chai';
import type pg from 'pg';
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
    sessions = openSessions(pool, 'x'.repeat(40), true, () => 'unknown');
    const router = Router();
    router.post('/in', async (request, response) => {
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
    expect(cookie).to.match(/^hotline=/);
    for (const word of ['Secure', 'HttpOnly', 'SameSite=Lax']) expect(cookie).to.contain(word);
    expect(await answer.json()).to.deep.equal({ ip: '10.1.2.3' });
    expect(answer.headers.get('strict-transport-security')).to.contain('max-age');
  });

  it('no cookie is given to who came without TLS', async () => {
    expect((await come({ 'x-forwarded-proto': 'http' })).headers.get('set-cookie')).to.equal(null);
  });
});
