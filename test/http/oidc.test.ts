import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import Provider from 'oidc-provider';
import type pg from 'pg';
import { openAccounts } from '../../src/app/accounts.ts';
import { oidcRoutes } from '../../src/http/oidc.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSessions } from '../../src/http/sessions.ts';
import { hashPassword } from '../../src/http/sign-in.ts';
import { openRightsLine } from '../../src/postgres/rights.ts';
import { searchAudit, writeAudit } from '../../src/postgres/audit.ts';
import { createPerson, findPersonByLogin } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { freePort } from '../support/service.ts';

describe("sign-in by the utility's own identity provider", function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let url: string;
  const closers: (() => void)[] = [];

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const passwordHash = await hashPassword('right horse');
    await createPerson(pool, { login: 'boss', name: '经理', role: 'manager', agent: null, passwordHash });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const issuerPort = await freePort();
    const issuer = `http://127.0.0.1:${issuerPort}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'hotline',
          client_secret: 'a secret of the client',
          redirect_uris: [`${url}/api/oidc/callback`],
        },
      ],
      claims: { openid: ['sub'], profile: ['preferred_username'] },
      conformIdTokenClaims: false,
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    });
    const theirs = createServer(provider.callback()).listen(issuerPort, '127.0.0.1');
    await once(theirs, 'listening');
    const rightsLine = openRightsLine(databaseUrl, () => void accounts.refresh(), console.error);
    const accounts = openAccounts({
      read: rightsLine.read,
      now: Date.now,
      onFault: () => undefined,
    });
    await accounts.refresh();
    const sessions = openSessions(pool, 'x'.repeat(40), false, accounts);
    const ours = createHttp({
      routers: [
        oidcRoutes({
          settings: {
            issuer,
            clientId: 'hotline',
            clientSecret: 'a secret of the client',
            claim: 'preferred_username',
            publicUrl: url,
          },
          findPerson: (login) => findPersonByLogin(pool, login),
          audit: (entry) => writeAudit(pool, entry),
          onFault: (cause) => console.error(cause),
        }),
      ],
      pages: 'dist/web',
      trustProxy: 0,
      session: sessions.middleware,
      metrics: () => Promise.resolve({ type: '', text: '' }),
      metricsToken: undefined,
      notReady: () => [],
      onFault: () => undefined,
    });
    ours.listen(port, '127.0.0.1');
    await once(ours, 'listening');
    closers.push(
      () => theirs.closeAllConnections(),
      () => theirs.close(),
      () => ours.closeAllConnections(),
      () => ours.close(),
      () => sessions.close(),
      () => accounts.close(),
      () => void rightsLine.close(),
    );
  });
  after(async () => {
    for (const close of closers) close();
    await pool.end();
  });

  /** A browser that follows redirects, keeps cookies by site, and fills the provider's own forms. */
  function browser() {
    const jars = new Map<string, Map<string, string>>();
    async function go(to: string, form?: Record<string, string>): Promise<{ at: string; text: string }> {
      let at = to;
      let body = form ? new URLSearchParams(form).toString() : undefined;
      for (let hop = 0; hop < 15; hop += 1) {
        const { host } = new URL(at);
        const jar = jars.get(host) ?? new Map<string, string>();
        jars.set(host, jar);
        const answer = await fetch(at, {
          method: body === undefined ? 'GET' : 'POST',
          redirect: 'manual',
          headers: {
            cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
            ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          ...(body === undefined ? {} : { body }),
        });
        for (const set of answer.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
          jar.set(name!, value!);
        }
        const next = answer.headers.get('location');
        if (!next) return { at, text: await answer.text() };
        at = new URL(next, at).href;
        body = undefined;
      }
      throw new Error('redirected without end');
    }
    return go;
  }

  async function signIn(login: string) {
    const go = browser();
    let page = await go(`${url}/api/oidc/start`);
    page = await go(page.at, { prompt: 'login', login, password: 'any' });
    return { go, page: await go(page.at, { prompt: 'consent' }) };
  }

  it('lets in who has an account here, with the rights of that account', async () => {
    const { go, page } = await signIn('boss');
    expect(new URL(page.at).pathname).to.equal('/');
    const me = JSON.parse((await go(`${url}/api/me-check`)).text) as { code?: string };
    expect(me.code).to.equal('no-such-address'); // past the door: a stranger would not be told so
    const [entry] = await searchAudit(pool, { limit: 1 });
    expect(entry).to.include({ what: 'signed-in', about: 'OpenID Connect' });
  });

  it('leaves a stranger outside, and says so', async () => {
    const { page } = await signIn('somebody-else');
    expect(page.at).to.equal(`${url}/sign-in?fault=stranger`);
  });

  it('begins again when an answer comes that was not asked for', async () => {
    expect((await browser()(`${url}/api/oidc/callback?code=forged&state=forged`)).at).to.equal(
      `${url}/sign-in?fault=again`,
    );
  });
});
