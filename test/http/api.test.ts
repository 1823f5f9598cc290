import { once } from 'node:events';
import { get as plainGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type pg from 'pg';
import { z } from 'zod';
import { newToken } from '../../src/http/api-tokens.ts';
import { createHttp } from '../../src/http/server.ts';
import { callOperations, callShape } from '../../src/http/v1/calls.ts';
import { customerOperations } from '../../src/http/v1/customers.ts';
import { No, operation } from '../../src/http/v1/operation.ts';
import { apiRouter } from '../../src/http/v1/router.ts';
import type { Scope } from '../../src/core/outward/scope.ts';
import {
  addToken,
  answerOnce,
  findSystem,
  revokeToken,
  rotateToken,
  touchToken,
} from '../../src/postgres/api-tokens.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { findOutwardCall, listOutwardCalls } from '../../src/postgres/outward-calls.ts';
import { listOutwardCustomers } from '../../src/postgres/outward-customers.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { factsOf } from '../support/stories.ts';
import { until } from '../support/until.ts';

describe('another system asks by /api/v1', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let base: string;
  let personId: number;
  let close: () => Promise<void>;
  let made = 0;
  const answered: string[] = [];

  before(async () => {
    pool = openPool(await cloneDatabase());
    personId = (await createPerson(pool, {
      login: '1001',
      name: '马晓燕',
      role: 'agent',
      agent: 'PJSIP/1001',
      passwordHash: 'x',
    }))!.id;
    const writer = createFactWriter(pool, { onRefused: () => undefined });
    const began = Date.parse('2026-11-20T00:00:00Z');
    for (let n = 0; n < 25; n += 1)
      await writer.write(
        factsOf({
          callId: `17640000${String(n).padStart(2, '0')}.1`,
          ani: n % 5 === 0 ? '13912345678' : `1380000${String(1000 + n)}`,
          // two calls in the same instant: the page's end may fall between them
          arrivedAtMs: began + Math.floor(n / 2) * 60_000,
          unanswered: 0,
          end: n % 3 === 0 ? 'abandoned' : 'answered',
        }),
      );
    await saveCustomers(pool, [
      {
        account: '0300000001',
        name: '张三',
        address: '北京中路1号',
        district: '兴庆区',
        meterKind: 'ic-card',
        phones: ['13912345678'],
      },
      {
        account: '0300000002',
        name: '李四',
        address: '上海路2号',
        district: '金凤区',
        meterKind: 'mechanical',
        phones: ['6012345'],
      },
    ]);
    const router = apiRouter({
      operations: [
        ...callOperations({
          listCalls: (asked, most) => listOutwardCalls(pool, asked, most),
          findCall: (id) => findOutwardCall(pool, id),
        }),
        ...customerOperations({ listCustomers: (asked, most) => listOutwardCustomers(pool, asked, most) }),
        // a change of the simplest kind, to see how a change is done once
        operation({
          method: 'post',
          path: '/things',
          scope: 'orders:create',
          group: '试',
          summary: '试',
          body: z.object({ name: z.string('要写文字').min(1, '不能为空') }),
          answer: z.object({ made: z.number() }),
          async run({ body, version, client }) {
            if (version !== null && version !== 3)
              throw new No(412, 'version-changed', '版本已变，请重新读取。');
            await (client as pg.ClientBase).query('select pg_sleep(0.05)');
            if (body.name === 'fault') throw new Error('broken');
            made += 1;
            return { body: { made }, version: 4 };
          },
        }),
      ],
      version: 'test',
      findSystem: (token) => findSystem(pool, token),
      isKnownToken: (hash) => known.has(hash),
      tokenStands: (id) => !shut.has(id),
      touch: (id) => touchToken(pool, id),
      inTransaction: (work) => inTransaction(pool, (client) => work(client as never)),
      answerOnce: (client, ...asked) => answerOnce(client as pg.ClientBase, ...asked),
      onAnswered: (system, status) => answered.push(`${system} ${status}`),
      onFault: () => undefined,
    });
    const server = createHttp({
      routers: [],
      open: [router],
      pages: 'dist/web',
      trustProxy: 0,
      session: (_request, _response, next) => next(new Error('the session must not be asked')),
      metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
      metricsToken: undefined,
      notReady: () => [],
      onFault: () => undefined,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
    close = async () => {
      server.closeAllConnections();
      server.close();
      await pool.end();
    };
  });
  after(() => close());

  const known = new Set<string>();
  const shut = new Set<number>();
  let systems = 0;
  async function tokenFor(scopes: Scope[], perMinute = 1000) {
    const token = newToken();
    const id = (await addToken(
      pool,
      { system: `系统${(systems += 1)}`, scopes, unitId: null, perMinute },
      token,
      personId,
    ))!;
    return { id, token };
  }
  const get = (path: string, token: string, headers: Record<string, string> = {}) =>
    fetch(base + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
  const post = (path: string, token: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(base + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const said = async (answer: Response) => (await answer.json()) as { code: string; message: string };

  it('no token, a wrong one, a revoked one: no entry, in Chinese', async () => {
    expect((await fetch(`${base}/calls`)).status).to.equal(401);
    expect((await get('/calls', newToken())).status).to.equal(401);
    const { id, token } = await tokenFor(['calls:read']);
    expect((await get('/calls', token)).status).to.equal(200);
    await revokeToken(pool, id, personId);
    const answer = await get('/calls', token);
    expect(answer.status).to.equal(401);
    expect((await said(answer)).message).to.match(/令牌/);
  });

  it('only a hash of a token is kept, and when it was last used', async () => {
    const { id, token } = await tokenFor(['calls:read']);
    await get('/calls', token);
    await until('its use is remembered', async () => {
      const { rows } = await pool.query<{ used: boolean; kept: string }>(
        'select last_used_at is not null as used, t::text as kept from api_tokens t where id = $1',
        [id],
      );
      expect(rows[0]!.kept).to.not.include(token.slice(12));
      return rows[0]!.used;
    });
  });

  it('a rotated token: the new one opens, the old one for as long as was said', async () => {
    const { id, token } = await tokenFor(['calls:read']);
    const next = newToken();
    await rotateToken(pool, id, next, 24);
    expect((await get('/calls', next)).status).to.equal(200);
    expect((await get('/calls', token)).status).to.equal(200);
    const last = newToken();
    await rotateToken(pool, id, last, 0);
    expect((await get('/calls', next)).status).to.equal(401);
    expect((await get('/calls', last)).status).to.equal(200);
  });

  it('may only what its scopes say, and its numbers are masked unless it may see them', async () => {
    const calls = await tokenFor(['calls:read']);
    expect((await get('/customers', calls.token)).status).to.equal(403);
    const masked = (await (await get('/calls?phone=139-1234-5678', calls.token)).json()) as {
      items: { ani: string }[];
    };
    expect(masked.items.map(({ ani }) => ani)).to.deep.equal(Array(5).fill('139****5678'));
    const whole = await tokenFor(['customers:read', 'numbers:read']);
    const found = await (await get('/customers?phone=0951-6012345', whole.token)).json();
    expect(found).to.deep.equal({
      items: [
        {
          account: '0300000002',
          name: '李四',
          address: '上海路2号',
          district: '金凤区',
          meterKind: 'mechanical',
          phones: ['09516012345'],
        },
      ],
      next: null,
    });
    expect((await get('/customers/none', whole.token)).status).to.equal(404);
  });

  it('pages through all calls, each once, in their order', async () => {
    const { token } = await tokenFor(['calls:read']);
    const ids: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const answer = await get(`/calls?limit=7${next ? `&after=${next}` : ''}`, token);
      const page = (await answer.json()) as { items: z.output<typeof callShape>[]; next: string | null };
      for (const call of page.items) ids.push(callShape.parse(call).callId);
      next = page.next;
    }
    expect(ids).to.have.length(25);
    expect(new Set(ids).size).to.equal(25);
    const one = await get(`/calls/${ids[3]}`, token);
    const etag = one.headers.get('etag')!;
    // node's fetch says no-cache beside it; other programs do not
    const [again] = (await once(
      plainGet(`${base}/calls/${ids[3]}`, {
        headers: { authorization: `Bearer ${token}`, 'if-none-match': etag },
      }),
      'response',
    )) as [IncomingMessage];
    again.resume();
    expect(again.statusCode).to.equal(304);
    const day = (await (
      await get('/calls?from=2026-11-20T08:05:00%2B08:00&until=2026-11-20T08:07:00%2B08:00', token)
    ).json()) as { items: unknown[] };
    expect(day.items).to.have.length(4);
  });

  it('what is wrong is said in Chinese, with the field', async () => {
    const { token } = await tokenFor(['calls:read', 'orders:create']);
    for (const path of [
      '/calls?limit=501',
      '/calls?limit=x',
      '/calls?from=yesterday',
      '/calls?after=%%',
      '/calls?after=bm9uZQ',
      '/calls?phone=x',
      `/calls?phone=${'1'.repeat(50)}`,
      '/nothing',
      '/calls/%00',
    ]) {
      const answer = await get(path, token);
      expect(answer.status, path).to.be.within(400, 404);
      expect((await said(answer)).message, path).to.match(/[\u4e00-\u9fff]/);
    }
    for (const body of [
      '{',
      '[]',
      '{"name":5}',
      '{"name":""}',
      JSON.stringify({ name: 'x'.repeat(300_000) }),
    ]) {
      const answer = await post('/things', token, body);
      expect(answer.status, body.slice(0, 20)).to.be.oneOf([400, 413]);
      expect((await said(answer)).message).to.match(/[\u4e00-\u9fff]/);
    }
  });

  it('what is asked twice under one key is done once, though both come at the same time', async () => {
    const { token } = await tokenFor(['orders:create']);
    const before = made;
    const key = { 'idempotency-key': 'HL-import-17' };
    const answers = await Promise.all([1, 2, 3].map(() => post('/things', token, { name: '水' }, key)));
    const bodies = await Promise.all(
      answers.map(async (answer) => [answer.status, answer.headers.get('etag'), await answer.text()]),
    );
    expect(new Set(bodies.map(String)).size).to.equal(1);
    expect(bodies[0]!.slice(0, 2)).to.deep.equal([201, '"4"']);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed'))).to.have.length(2);
    expect(made).to.equal(before + 1);
    expect((await post('/things', token, { name: '电' }, key)).status).to.equal(409);
    // another system's key is another key
    const other = await tokenFor(['orders:create']);
    expect(
      (await post('/things', other.token, { name: '水' }, key)).headers.get('idempotent-replayed'),
    ).to.equal(null);
  });

  it('what failed was not done, and may be asked again under the same key', async () => {
    const { token } = await tokenFor(['orders:create']);
    const key = { 'idempotency-key': 'k' };
    expect((await post('/things', token, { name: 'fault' }, key)).status).to.equal(503);
    expect((await post('/things', token, { name: '水' }, key)).status).to.equal(201);
  });

  it('a change of an older version is refused', async () => {
    const { token } = await tokenFor(['orders:create']);
    expect((await post('/things', token, { name: '水' }, { 'if-match': '"2"' })).status).to.equal(412);
    expect((await post('/things', token, { name: '水' }, { 'if-match': '"3"' })).status).to.equal(201);
    expect((await post('/things', token, { name: '水' }, { 'if-match': 'three' })).status).to.equal(400);
  });

  it('asks at most so often a minute, each system for itself', async () => {
    const greedy = await tokenFor(['calls:read'], 3);
    const other = await tokenFor(['calls:read'], 3);
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await get('/calls?limit=1', greedy.token)).status);
    expect(statuses).to.deep.equal([200, 200, 200, 429, 429]);
    expect((await get('/calls?limit=1', other.token)).status).to.equal(200);
    expect((await get('/calls?limit=1', greedy.token)).headers.get('retry-after')).to.match(/^\d+$/);
    expect(answered).to.include('系统' + String(systems) + ' 200');
  });

  it('the page of what can be asked comes from our own origin, without inline scripts', async () => {
    const page = await fetch(`${base}/docs/`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).to.include("script-src 'self'");
    expect(html).to.not.match(/<script>|onload=|https?:\/\//);
    for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'begin.js'])
      expect((await fetch(`${base}/docs/${name}`)).status, name).to.equal(200);
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, { get?: { security: unknown } }>;
      webhooks: object;
      components: { schemas: object };
    };
    expect(document.openapi).to.equal('3.1.0');
    expect(Object.keys(document.paths)).to.include.members(['/calls', '/calls/{callId}', '/customers']);
    expect(document.paths['/calls']!.get!.security).to.deep.equal([{ token: [] }]);
    expect(Object.keys(document.webhooks)).to.include.members(['order-dispatched', 'call-ended']);
    expect(Object.keys(document.components.schemas)).to.include.members(['Call', 'Customer', 'Refusal']);
  });
});
