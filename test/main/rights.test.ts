import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { may, ROLES, type Role } from '../../src/core/people/may.ts';
import type { Permission } from '../../src/core/people/rights.ts';
import type { SocketEvent } from '../../src/http/events.ts';
import { METHODS, type DeclaredRoute } from '../../src/http/routes.ts';
import { OWN_ROUTES } from '../../src/http/server.ts';
import { hashPassword } from '../../src/http/sign-in.ts';
import { addFieldLink } from '../../src/postgres/field.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction } from '../../src/postgres/pool.ts';
import { openHouse, type House } from '../support/house.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'right horse';
/** Says no to who asks, whatever the route itself thinks of the request. */
const NO_RIGHT = ['not-signed-in', 'must-change-password', 'not-allowed'];
/** own account: they end the session that walks */
const ENDS_SESSION = ['/sign-out', '/sign-out-everywhere', '/my-password'];

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: unknown;
  name: string;
}

describe('role × route and role × event, before and after each change of a right', function () {
  this.timeout(300_000);
  let house: House;
  let passwordHash: string;
  const heard: string[] = [];
  /** what was declared, and nothing is written twice */
  let routes: DeclaredRoute[];

  before(async () => {
    passwordHash = await hashPassword(PASSWORD);
    house = await openHouse(undefined, (events) =>
      // whether it is heard is asked here, not what it does
      events.map((event): SocketEvent => ({
        ...event,
        schema: z.unknown(),
        hear: (_none, _line, answer) => {
          heard.push(event.name);
          answer('heard');
        },
      })),
    );
    routes = house.wings.flatMap((wing) => (wing.routers ?? []).flatMap(({ declared }) => [...declared]));
  });
  after(() => house.close());

  let count = 0;
  /** An account that nobody else uses, with a session of its own. */
  async function newcomer(role: Role) {
    const login = `${role}${(count += 1)}`;
    const agent = may(role, 'take-calls') ? `PJSIP/${2000 + count}` : null;
    const { id } = (await createPerson(house.pool, { login, name: '某人', role, agent, passwordHash }))!;
    await house.accounts.refresh();
    const cookie = await signIn(login);
    return { id, login, cookie };
  }
  async function signIn(login: string): Promise<string> {
    const answer = await fetch(`${house.url}/api/sign-in`, {
      method: 'POST',
      // each from a place of its own: so many sign-ins from one are refused
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.${count >> 8}.${count & 255}` },
      body: JSON.stringify({ login, password: PASSWORD }),
    });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    return answer.headers.get('set-cookie')!.split(';')[0]!;
  }
  const ask = (route: DeclaredRoute, headers: Record<string, string>) =>
    fetch(`${house.url}/api${route.path.replace(/:\w+/g, '1')}`, {
      method: route.method.toUpperCase(),
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    }).catch((cause: unknown) => {
      throw new Error(`${route.method} ${route.path} is not answered: ${String(cause)}`);
    });
  /** Why this session may not, by the answer's code; null: it was let in. */
  async function refusalOf(route: DeclaredRoute, cookie: string | null): Promise<string | null> {
    const answer = await ask(route, cookie === null ? {} : { cookie });
    if (answer.status !== 401 && answer.status !== 403) {
      await answer.body?.cancel();
      return null;
    }
    const { code } = (await answer.json()) as { code: string };
    return NO_RIGHT.includes(code) ? code : null;
  }
  const expected = (role: Role, permissions: readonly Permission[]) =>
    permissions.every((one) => one === 'anybody' || one === 'signed-in' || may(role, one))
      ? null
      : 'not-allowed';

  /** Every route, as this session; only what is refused is written down, and what should be. */
  async function walk(cookie: string | null, want: (route: DeclaredRoute) => string | null): Promise<void> {
    const wrong: string[] = [];
    const asked = routes.filter(
      ({ path, permissions }) =>
        !permissions.every((one) => one === 'anybody') && !ENDS_SESSION.includes(path),
    );
    const left = [...asked];
    const walker = async () => {
      for (let route = left.shift(); route; route = left.shift()) {
        const refusal = await refusalOf(route, cookie);
        if (refusal !== want(route))
          wrong.push(`${route.method} ${route.path}: ${refusal}, should be ${want(route)}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, walker));
    expect(wrong).to.deep.equal([]);
  }
  const meOf = async (cookie: string) => {
    const answer = await fetch(`${house.url}/api/me`, { headers: { cookie } });
    return answer.ok
      ? ((await answer.json()) as { role: Role; mustChange: boolean; unitId: number | null })
      : null;
  };

  it('every route and every event of the house stands in its declarations', async () => {
    const undeclared: string[] = [];
    const look = (layers: Layer[], declared: readonly DeclaredRoute[], where: string) => {
      for (const { route } of layers) {
        for (const path of [route?.path ?? []].flat())
          for (const method of Object.keys(route!.methods))
            if (!declared.some((one) => one.path === path && (one.method === method || method === '_all')))
              undeclared.push(`${where} ${method} ${path}`);
      }
    };
    const inner = house.wings.flatMap((wing) => [...(wing.routers ?? []), ...(wing.pages ?? [])]);
    for (const { router, declared } of inner) {
      look(router.stack as unknown as Layer[], declared, 'in a wing');
      // nothing is hung into it beside its routes
      expect((router.stack as unknown as Layer[]).filter(({ route }) => !route)).to.deep.equal([]);
    }
    const [app] = house.server.listeners('request') as unknown as { router: { stack: Layer[] } }[];
    look(app!.router.stack, OWN_ROUTES, 'on top');
    const known = new Set<unknown>([...inner, ...house.wings.flatMap((wing) => wing.open ?? [])]);
    // Express calls a router by its handle; what else is used on top is a plain function of server.ts
    const routers = app!.router.stack.filter(({ handle }) => 'stack' in (handle as object));
    for (const { handle } of routers)
      expect(known.has(handle), 'a router that was not declared').to.equal(true);
    expect(undeclared).to.deep.equal([]);
    expect(routes.length).to.be.above(180);

    const { cookie } = await newcomer('supervisor');
    const line = await lineOf(cookie);
    const names = house.live.events.map(({ name }) => name);
    expect(
      house.live
        .listenedTo()
        .filter((name) => !['disconnect', 'error'].includes(name))
        .sort(),
    ).to.deep.equal([...names].sort());
    line.close();
    expect(names.length).to.be.above(10);
  });

  it('a route of the other systems has a scope', () => {
    const operations = house.wings.flatMap((wing) => (wing.open ?? []).flatMap((one) => [...one.operations]));
    expect(operations.length).to.be.above(10);
    for (const { scope, path } of operations) expect(scope, path).to.match(/^[a-z-]+:[a-z-]+$/);
  });

  it('who is not signed in gets nothing', () => walk(null, () => 'not-signed-in'));

  it('no page of another site may change anything, whoever is signed in', async () => {
    const { cookie } = await newcomer('administrator');
    for (const route of routes.filter(({ method }) => method !== 'get'))
      for (const foreign of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'null' },
      ]) {
        const answer = await ask(route, { cookie, ...(foreign as Record<string, string>) });
        expect(((await answer.json()) as { code: string }).code, `${route.method} ${route.path}`).to.equal(
          'foreign-page',
        );
      }
    expect(await meOf(cookie)).to.not.equal(null);
  });

  for (const role of ROLES)
    it(`${role}: what the table says, and nothing else`, async () => {
      const { cookie } = await newcomer(role);
      await walk(cookie, ({ permissions }) => expected(role, permissions));
    });

  /** Each change as another instance or the setup makes it: in the database, and nobody here is told but by it. */
  const changes: {
    name: string;
    make: (id: number, login: string) => Promise<unknown>;
    after: (role: Role) => (permissions: readonly Permission[]) => string | null;
    /** the browser comes back by itself; else it is led to the sign-in */
    comesBack: boolean;
  }[] = [
    {
      name: 'another role',
      make: (id) => house.pool.query(`update people set role = 'field-worker' where id = $1`, [id]),
      after: () => (permissions) => expected('field-worker', permissions),
      comesBack: true,
    },
    {
      name: 'a first password that must be changed',
      make: (id) => house.pool.query('update people set must_change = true where id = $1', [id]),
      after: () => (permissions) => (permissions.includes('signed-in') ? null : 'must-change-password'),
      comesBack: false,
    },
    ...(
      [
        ['closed', 'update people set disabled = true where id = $1'],
        ['signed out everywhere', 'update people set session_epoch = session_epoch + 1 where id = $1'],
        ['another password', `update people set password_hash = 'another' where id = $1`],
        ['this session signed out', `delete from sessions where (sess->'person'->>'id')::bigint = $1`],
        [
          'too old a session',
          `update sessions set sess = jsonb_set(sess::jsonb, '{beganAtMs}', '0')::json where (sess->'person'->>'id')::bigint = $1`,
        ],
      ] as const
    ).map(([name, statement]) => ({
      name,
      make: (id: number) => house.pool.query(statement, [id]),
      after: () => () => 'not-signed-in',
      comesBack: false,
    })),
  ];

  for (const { name, make, after: then } of changes)
    it(`${name}: the next request of every role is answered by what is now`, async () => {
      for (const role of ROLES.filter((one) => one !== 'field-worker')) {
        const { id, login, cookie } = await newcomer(role);
        const before = JSON.stringify(await meOf(cookie));
        await make(id, login);
        await until('it is seen', async () => JSON.stringify(await meOf(cookie)) !== before);
        await walk(cookie, ({ permissions }) => then(role)(permissions));
      }
    });

  const lines: Socket[] = [];
  afterEach(() => lines.splice(0).forEach((line) => line.close()));
  async function lineOf(cookie: string): Promise<Socket> {
    const line = io(house.url, {
      ...{ transports: ['websocket'], forceNew: true, reconnectionDelay: 20, extraHeaders: { cookie } },
    });
    lines.push(line);
    await new Promise<void>((done, fail) => {
      line.on('hello', () => done());
      line.on('connect_error', fail);
    });
    return line;
  }
  /** Which events of the wings this line's words reach. */
  async function heardOn(line: Socket): Promise<string[]> {
    heard.length = 0;
    for (const { name } of house.live.events) line.emit(name, {}, () => undefined);
    // they come in their order: behind them is the clock
    await line.emitWithAck('clock');
    return [...new Set(heard)].sort();
  }
  const ofWings = () => house.wings.flatMap((wing) => wing.events ?? []);
  const heardBy = (role: Role) =>
    ofWings()
      .filter(({ permission }) => permission === 'signed-in' || may(role, permission))
      .map(({ name }) => name)
      .sort();

  for (const role of ROLES)
    it(`${role} on the line: each event as the table says, and as it says after each change`, async () => {
      const first = await newcomer(role);
      expect(await heardOn(await lineOf(first.cookie))).to.deep.equal(heardBy(role));
      for (const { name, make, comesBack } of changes.filter(
        (change) => role !== 'field-worker' || change.name !== 'another role',
      )) {
        // an old session is one that its line began with
        if (name === 'too old a session') continue;
        const { id, login, cookie } = await newcomer(role);
        const line = await lineOf(cookie);
        const errors: string[] = [];
        line.on('connect_error', (fault) => errors.push(fault.message));
        let hellos = 0;
        line.on('hello', () => (hellos += 1));
        const ended = new Promise<string>((done) => line.on('disconnect', done));
        await make(id, login);
        // not a word that keeps a browser from coming back
        expect(await ended, name).to.equal('transport close');
        if (comesBack) {
          await until('it is back', () => hellos > 0);
          expect(await heardOn(line), name).to.deep.equal(heardBy('field-worker'));
        } else {
          await until('it is led to the sign-in', () => errors.length > 0);
          expect(errors[0], name).to.be.oneOf(['sign-in', 'must-change-password']);
        }
        line.close();
      }
    });

  it('what is told to a room reaches only who may hear it now', async () => {
    const { id, cookie } = await newcomer('supervisor');
    const line = await lineOf(cookie);
    const told: string[] = [];
    line.on('broadcast', () => told.push('broadcast'));
    line.on('console', () => told.push('console'));
    await until('it is in the console', () => house.live.audience('console') > 0);
    let hellos = 0;
    line.on('hello', () => (hellos += 1));
    await house.pool.query(`update people set role = 'dispatcher' where id = $1`, [id]);
    await until('it is back', () => hellos > 0);
    expect(house.live.audience('console')).to.equal(0);
    house.live.tell('console', 'console', {} as never);
    await line.emitWithAck('clock');
    expect(told).to.deep.equal([]);
  });

  it('a sign-out ends the lines of its session, and of no other', async () => {
    const { login, cookie } = await newcomer('manager');
    const other = await lineOf(await signIn(login));
    const [first, second] = [await lineOf(cookie), await lineOf(cookie)];
    const ended = Promise.all(
      [first, second].map((line) => new Promise((done) => line.on('disconnect', done))),
    );
    await fetch(`${house.url}/api/sign-out`, { method: 'POST', headers: { cookie } });
    await ended;
    expect(await other.emitWithAck('clock')).to.be.a('number');
    expect(other.connected).to.equal(true);
    // and "everywhere" ends it, too
    const last = new Promise((done) => other.on('disconnect', done));
    await fetch(`${house.url}/api/sign-out-everywhere`, {
      method: 'POST',
      headers: { cookie: await signIn(login) },
    });
    await last;
  });

  it('a session that is as old as a session may be is over, though it is used each minute', async () => {
    const { cookie } = await newcomer('manager');
    const line = await lineOf(cookie);
    const ended = new Promise((done) => line.on('disconnect', done));
    await house.pool.query(
      `insert into settings (name, value) values ('sessions', '{"longestHours": 1}')
           on conflict (name) do update set value = excluded.value`,
    );
    const { stands } = house.accounts;
    const facts = { sid: 's', sessionEpoch: 0, cameBy: 'password' as const, linkId: null };
    const { id } = await newcomer('manager');
    const from = (hoursAgo: number) =>
      stands({ ...facts, personId: id, beganAtMs: Date.now() - hoursAgo * 3_600_000 });
    await until('the setting is known', () => from(1.1) === null);
    expect(from(0.9)).to.have.property('role', 'manager');
    await house.pool.query(`delete from settings where name = 'sessions'`);
    await until('the default is back', () => from(23.9) !== null);
    expect(from(24.1)).to.equal(null);
    line.close();
    await ended;
  });

  it("a lost phone's link is withdrawn: its session and its line end, and those of the password stand", async () => {
    const { id, login, cookie } = await newcomer('field-worker');
    const token = randomBytes(24).toString('base64url');
    await inTransaction(house.pool, (client) =>
      addFieldLink(client, { personId: id, unitId: null, token, madeBy: id, days: 90 }),
    );
    const enter = await fetch(`${house.url}/api/field/enter`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(enter.status, login).to.equal(200);
    const phone = enter.headers.get('set-cookie')!.split(';')[0]!;
    const line = await lineOf(phone);
    const ended = new Promise((done) => line.on('disconnect', done));
    expect(await meOf(phone)).to.have.property('role', 'field-worker');
    await house.pool.query('update field_links set withdrawn_at = now() where person_id = $1', [id]);
    await ended;
    expect(await meOf(phone)).to.equal(null);
    expect(await meOf(cookie)).to.have.property('role', 'field-worker');
  });

  it('methods are those that Express answers', () => {
    for (const { method } of routes) expect(METHODS).to.include(method);
  });
});
