import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import type pg from 'pg';
import { openLive, type LiveEdge } from '../../src/http/live.ts';
import { openAccounts } from '../../src/app/accounts.ts';
import { recheckAnswers } from '../../src/http/answers.ts';
import { createHttp } from '../../src/http/server.ts';
import { hashPassword, signInRoutes } from '../../src/http/sign-in.ts';
import { beginTry, forgetFailures, setPassword, signOutEverywhere } from '../../src/postgres/accounts.ts';
import { writeAudit } from '../../src/postgres/audit.ts';
import { openSessions } from '../../src/http/sessions.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { createPerson, findPersonByLogin } from '../../src/postgres/people.ts';
import { openRightsLine } from '../../src/postgres/rights.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { Tab } from '../../src/app/desks.ts';
import type { WallView } from '../../src/protocol.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

describe('nobody gets in where they do not belong', function () {
  this.timeout(20_000);
  let pool: pg.Pool;
  let base: string;
  let close: () => Promise<void>;
  let edge: LiveEdge | null = null;
  const entered: string[] = [];
  const tabs: Tab[] = [];
  const painted: string[] = [];

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const passwordHash = await hashPassword('right horse');
    await createPerson(pool, {
      login: '1001',
      name: '马晓燕',
      role: 'agent',
      agent: 'PJSIP/1001',
      passwordHash,
    });
    await createPerson(pool, { login: 'boss', name: '经理', role: 'manager', agent: null, passwordHash });
    const rightsLine = openRightsLine(databaseUrl, () => void accounts.refresh(), console.error);
    const accounts = openAccounts({
      read: rightsLine.read,
      endedSessions: rightsLine.endedSessions,
      openSids: () => edge?.openSids() ?? [],
      now: Date.now,
      onFault: () => undefined,
    });
    accounts.onMoved(() => {
      edge?.recheck();
      recheckAnswers();
    });
    await accounts.refresh();
    const sessions = openSessions(pool, 'x'.repeat(40), false, accounts);
    const signIn = signInRoutes({
      findPerson: (login) => findPersonByLogin(pool, login),
      factorNeed: () => Promise.resolve({ kind: 'none' }),
      beginTry: (key) => beginTry(pool, key),
      forgetFailures: (key) => forgetFailures(pool, key),
      async setPassword(id, passwordHash) {
        const epoch = await setPassword(pool, id, passwordHash, false);
        await accounts.refresh();
        return epoch;
      },
      async signOutEverywhere(id) {
        await signOutEverywhere(pool, id);
        await accounts.refresh();
      },
      audit: (entry) => writeAudit(pool, entry),
    });
    const server = createHttp({
      routers: [signIn],
      pages: 'dist/web',
      trustProxy: 0,
      session: sessions.middleware,
      metrics: () => Promise.resolve({ type: 'text/plain', text: 'x 1\n' }),
      metricsToken: undefined,
      notReady: () => ['pbx-disconnected'],
      onFault: () => undefined,
    });
    const live = openLive(openUpgrades(server, console.error), {
      stands: accounts.stands,
      events: [],
      wings: [],
      look: () => ({ agent: null, pops: [], holder: true }),
      session: sessions.middleware,
      now: Date.now,
      version: 'test',
      enter: (agent, tab) => {
        entered.push(agent);
        tabs.push(tab);
      },
      leave: () => undefined,
      hold: () => undefined,
      wall: () => ({ waiting: 7 }) as WallView,
      alarms: () => [],
      painted: (callId) => painted.push(callId),
      onFault: () => undefined,
    });
    edge = live;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = async () => {
      accounts.close();
      await rightsLine.close();
      server.close();
      await live.close();
      server.closeAllConnections();
      sessions.close();
      await pool.end();
    };
  });
  after(() => close());

  const signIn = (login: string, password: string, headers: Record<string, string> = {}) =>
    fetch(`${base}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ login, password }),
    });
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!.split(';')[0]!;
  const line = (cookie: string, origin?: string) =>
    io(base, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { cookie, ...(origin ? { origin } : {}) },
    });

  it('a wrong password, an unknown login and no password get the same kind of answer, in Chinese', async () => {
    for (const [login, password, status] of [
      ['1001', 'wrong', 401],
      ['nobody', 'wrong', 401],
      ['1001', '', 400],
    ] as const) {
      const answer = await signIn(login, password);
      expect(answer.status).to.equal(status);
      expect(((await answer.json()) as { message: string }).message).to.match(/[\u4e00-\u9fff]/);
    }
  });

  it('who is not signed in has no name, and no line', async () => {
    expect((await fetch(`${base}/api/me`)).status).to.equal(401);
    const stranger = line('hotline=s%3Aforged.signature');
    const [fault] = (await once(stranger as never, 'connect_error')) as [Error];
    expect(fault.message).to.equal('sign-in');
    stranger.close();
  });

  it("a page of another site can't sign anybody in or open a line with their cookie", async () => {
    expect((await signIn('1001', 'right horse', { origin: 'http://evil.example' })).status).to.equal(403);
    expect((await signIn('1001', 'right horse', { 'sec-fetch-site': 'cross-site' })).status).to.equal(403);
    const cookie = cookieOf(await signIn('1001', 'right horse'));
    const foreign = line(cookie, 'http://evil.example');
    await once(foreign as never, 'connect_error');
    foreign.close();
  });

  it('the cookie is out of reach of scripts, and the pages run no foreign script', async () => {
    const answer = await signIn('1001', 'right horse');
    expect(answer.headers.get('set-cookie'))
      .to.match(/HttpOnly/i)
      .and.match(/SameSite=Lax/i);
    const policy = (await fetch(`${base}/desk`)).headers.get('content-security-policy')!;
    expect(policy).to.include("script-src 'self'").and.to.include("frame-ancestors 'none'");
  });

  it('an agent gets a desk; a manager gets the wall and no desk', async () => {
    entered.length = 0;
    const agent = line(cookieOf(await signIn('1001', 'right horse')));
    await once(agent as never, 'hello');
    expect(entered).to.deep.equal(['PJSIP/1001']);
    const manager = line(cookieOf(await signIn('boss', 'right horse')));
    await once(manager as never, 'hello');
    manager.emit('hold');
    manager.emit('painted', 'c', 'o', 1);
    const view = await manager.emitWithAck('watchWall');
    expect(view).to.deep.equal({ waiting: 7 });
    expect(entered).to.deep.equal(['PJSIP/1001']);
    expect(painted).to.deep.equal([]);
    agent.close();
    manager.close();
  });

  it('an event of the wrong shape does nothing, and a flood is cut off', async () => {
    const agent = line(cookieOf(await signIn('1001', 'right horse')));
    await once(agent as never, 'hello');
    agent.emit('painted', { evil: true }, null, 'now');
    agent.emit('watchWall', 'no function');
    agent.emit('painted', 'call', 'offer', 5);
    await until('the right one came', () => painted.includes('call'));
    expect(painted).to.deep.equal(['call']);
    for (let count = 0; count < 300; count += 1) agent.emit('painted', 'flood', 'offer', 5);
    await once(agent as never, 'disconnect');
  });

  it('signing out ends the session', async () => {
    const cookie = cookieOf(await signIn('1001', 'right horse'));
    expect((await fetch(`${base}/api/me`, { headers: { cookie } })).status).to.equal(200);
    await fetch(`${base}/api/sign-out`, { method: 'POST', headers: { cookie } });
    expect((await fetch(`${base}/api/me`, { headers: { cookie } })).status).to.equal(401);
  });

  it('says that it lives, and why it is not ready', async () => {
    expect((await fetch(`${base}/healthz`)).status).to.equal(200);
    const ready = await fetch(`${base}/readyz`);
    expect(ready.status).to.equal(503);
    expect(await ready.json()).to.deep.equal({ ready: false, reasons: ['pbx-disconnected'] });
  });

  it('guessing gets slow for who guesses, and for nobody else', async () => {
    for (let guess = 0; guess < 5; guess += 1)
      expect((await signIn('boss', `guess ${guess}`)).status).to.equal(401);
    const locked = await signIn('boss', 'right horse');
    expect(locked.status).to.equal(429);
    expect(Number(locked.headers.get('retry-after'))).to.be.within(1, 15);
    expect(((await locked.json()) as { message: string }).message).to.match(/密码连续输错，请 \d+ 秒后再试/);
    await pool.query(`update sign_in_failures set last_at = now() - interval '16 s'`);
    expect((await signIn('boss', 'right horse')).status).to.equal(200);
    const { rows } = await pool.query(`select 1 from sign_in_failures where key = 'boss 127.0.0.1'`);
    expect(rows).to.deep.equal([]);
  });

  it('a changed password ends every other session at once, and this browser stays in', async () => {
    const [here, there] = [
      cookieOf(await signIn('boss', 'right horse')),
      cookieOf(await signIn('boss', 'right horse')),
    ];
    const change = (cookie: string, old: string, password: string) =>
      fetch(`${base}/api/my-password`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify({ old, password }),
      });
    for (const [password, words] of [
      ['short', '至少 12 个字符'],
      ['boss 123456 boss 96666', '太容易猜到|常用密码'],
      ['right horse', '和现在的一样'],
    ] as const)
      expect(
        ((await (await change(here, 'right horse', password)).json()) as { message: string }).message,
      ).to.match(new RegExp(words));
    const changed = await change(here, 'right horse', '清水长流到千家万户都满意');
    expect(changed.status, await changed.clone().text()).to.equal(200);
    const me = async (cookie: string) => (await fetch(`${base}/api/me`, { headers: { cookie } })).status;
    expect(await me(there)).to.equal(401);
    expect(await me(here)).to.equal(401);
    expect(await me(cookieOf(changed))).to.equal(200);
  });

  it('a closed account is out with its next request and its socket', async () => {
    const cookie = cookieOf(await signIn('1001', 'right horse'));
    const open = line(cookie);
    await once(open as never, 'connect');
    await pool.query(
      `update people set disabled = true, session_epoch = session_epoch + 1 where login = '1001'`,
    );
    await until('the socket is cut', () => open.disconnected, 8000);
    expect((await fetch(`${base}/api/me`, { headers: { cookie } })).status).to.equal(401);
    expect((await signIn('1001', 'right horse')).status).to.equal(401);
    open.close();
  });
});
