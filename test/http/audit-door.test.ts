import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { AUDITED, AUDITED_LOOKS, AUDITED_SEARCHES } from '../../src/core/people/audited.ts';
import { allow, personOf } from '../../src/http/door.ts';
import { declareRoutes, type Routes } from '../../src/http/routes.ts';
import { openAuditDoor, type AuditDoor } from '../../src/http/audit-door.ts';
import { countingAudit, searchAudit, writeAudit } from '../../src/postgres/audit.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { AUDIT_WORDS } from '../../src/web/people/words.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp, type TestHttp } from '../support/http.ts';

const src = resolve(import.meta.dirname, '../../src');

/** Every route of the house, as its router has it: the functions are called with ports that do nothing. */
async function everyRoute(): Promise<string[]> {
  const ports: unknown = new Proxy(() => undefined, {
    get: (_target, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : ports),
    apply: () => ports,
  });
  const routes: string[] = [];
  for (const name of readdirSync(join(src, 'http')).filter((one) => one.endsWith('.ts'))) {
    const module = (await import(join(src, 'http', name))) as Record<string, unknown>;
    for (const [exported, make] of Object.entries(module)) {
      if (!exported.endsWith('Routes') || typeof make !== 'function') continue;
      const { declared } = (make as (...ports: unknown[]) => Partial<Routes>)(ports, ports, ports);
      for (const { method, path } of declared ?? []) routes.push(`${method.toUpperCase()} ${path}`);
    }
  }
  return [...new Set(routes)];
}

describe('what is done over HTTP is in the audit log', function () {
  this.timeout(60_000);

  it('every route that changes something is in the table, or stands there with the reason why not', async () => {
    const routes = await everyRoute();
    expect(routes.length).to.be.above(200);
    const changing = routes.filter((route) => !route.startsWith('GET '));
    expect(changing.filter((route) => !(route in AUDITED))).to.deep.equal([]);
    const known = [...Object.keys(AUDITED), ...Object.keys(AUDITED_LOOKS), ...AUDITED_SEARCHES];
    expect(
      known.filter((route) => !routes.includes(route)),
      'no route of that name',
    ).to.deep.equal([]);
    for (const audited of Object.values(AUDITED))
      if ('not' in audited) expect(audited.not.length).to.be.above(5);
  });

  it('every code that is written has its words on the page', () => {
    const codes = [...Object.values(AUDITED), ...Object.values(AUDITED_LOOKS)].flatMap((audited) =>
      'code' in audited ? [audited.code] : [],
    );
    const written = ['main', 'http', 'app', 'postgres'].flatMap((layer) =>
      readdirSync(join(src, layer))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(src, layer, name), 'utf8'))
        .flatMap((code) => [
          ...[...code.matchAll(/[wW]riteAudit\([\s\S]{0,120}?what: '([a-z-]+)'/g)].map(([, what]) => what!),
          ...[...code.matchAll(/\baudit\([^;]{0,40}?, '([a-z]+(?:-[a-z]+)*)',/g)].map(([, what]) => what!),
        ]),
    );
    expect([...new Set([...codes, ...written])].filter((code) => !(code in AUDIT_WORDS))).to.deep.equal([]);
  });

  describe('by the door', () => {
    let pool: pg.Pool;
    let http: TestHttp;
    let door: AuditDoor;
    let nowMs = Date.UTC(2026, 11, 1, 8);
    const people: Record<string, number> = {};

    before(async () => {
      pool = openPool(await cloneDatabase());
      for (const [login, role] of [
        ['boss', 'administrator'],
        ['wang', 'agent'],
      ]) {
        const { rows } = await pool.query<{ id: number }>(
          `insert into people (login, name, role, password_hash) values ($1, $1, $2, 'x') returning id::int as id`,
          [login, role],
        );
        people[login!] = rows[0]!.id;
      }
      door = openAuditDoor({
        ...{ counting: countingAudit, now: () => nowMs, onFault: (cause) => console.error(cause) },
        write: (entry) => writeAudit(pool, entry),
      });
      const router = declareRoutes();
      router.post('/walls', allow('edit-people'), (_request, response) => void response.json({ id: 7 }));
      router.post('/people', allow('edit-people'), async (request, response) => {
        // in a transaction, as the handlers do
        await inTransaction(pool, (client) =>
          writeAudit(client, { personId: personOf(request).id, what: 'person-added', about: '王（wang）' }),
        );
        response.json({ ok: true });
      });
      router.post(
        '/callbacks/do-not-call',
        allow('edit-people'),
        (_request, response) => void response.json({}),
      );
      router.post(
        '/nobody/thought/of/:id',
        allow('edit-people'),
        (_request, response) => void response.json({}),
      );
      router.post('/phone/digit', allow('edit-people'), (_request, response) => void response.json({}));
      router.post('/units', allow('edit-people'), (_request, response) => void response.status(409).json({}));
      router.get('/customers', allow('watch-wall'), (_request, response) => void response.json([]));
      router.get(
        '/callbacks/items/:id/recording',
        allow('watch-wall'),
        (_request, response) => void response.end('x'),
      );
      http = await openHttp(
        { routers: [router] },
        (login) => ({
          ...{ id: people[login || 'boss']!, role: login === 'wang' ? 'agent' : 'administrator' },
        }),
        undefined,
        door,
      );
    });
    after(async () => {
      http.close();
      await door.close();
      await pool.end();
    });
    beforeEach(() => (nowMs += 3_600_000));

    let seen = 0;
    /** what the requests wrote, oldest first */
    async function rowsOf(
      ...requests: [method: string, path: string, body?: object | undefined, headers?: object][]
    ) {
      for (const [method, path, body, headers] of requests)
        await fetch(`${http.url}/api${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(body ? { body: JSON.stringify(body) } : {}),
        }).then((answer) => answer.text());
      const rows = await searchAudit(pool, { limit: 100 });
      const fresh = rows.filter(({ id }) => id > seen).reverse();
      seen = rows[0]?.id ?? 0;
      return fresh;
    }
    const short = (rows: Awaited<ReturnType<typeof rowsOf>>) =>
      rows.map(({ who, what, about }) => [who, what, about]);

    it('once: by the handler that knows more, else by the door, before the answer is there', async () => {
      expect(short(await rowsOf(['POST', '/walls', {}]))).to.deep.equal([['boss（boss）', 'wall-made', '7']]);
      expect(short(await rowsOf(['POST', '/people', {}]))).to.deep.equal([
        ['boss（boss）', 'person-added', '王（wang）'],
      ]);
      expect(await rowsOf(['POST', '/phone/digit', { digit: '1' }], ['POST', '/units', {}])).to.deep.equal(
        [],
      );
      const [unknown] = await rowsOf(['POST', '/nobody/thought/of/3', {}]);
      expect(unknown).to.deep.include({ what: 'changed-otherwise', about: '3' });
      expect(unknown!.detail).to.deep.equal({ route: 'POST /nobody/thought/of/:id' });
    });

    it('without a whole number', async () => {
      const rows = await rowsOf(
        ['POST', '/callbacks/do-not-call', { number: '13995001122' }],
        ['GET', `/customers?words=${encodeURIComponent('139 9500 1122')}`],
        ['GET', `/customers?words=${encodeURIComponent('马晓燕')}`],
        ['GET', '/customers?words='],
      );
      expect(short(rows).map(([, ...rest]) => rest)).to.deep.equal([
        ['do-not-call-added', '139****1122'],
        ['person-searched', '139****1122'],
        ['person-searched', '马晓燕'],
      ]);
    });

    it('a sound that a player fetches in pieces is heard once', async () => {
      const path = '/callbacks/items/5/recording';
      const rows = await rowsOf(
        ['GET', path, undefined, { range: 'bytes=0-' }],
        ['GET', path, undefined, { range: 'bytes=4096-' }],
      );
      expect(short(rows)).to.deep.equal([['boss（boss）', 'recording-heard', '5']]);
    });

    it('what was refused, with who and what; a flood of it is counted by the minute', async () => {
      const asked: [string, string, object, object][] = Array.from({ length: 25 }, () => [
        ...(['POST', '/walls', {}, { 'x-login': 'wang' }] as [string, string, object, object]),
      ]);
      expect(short(await rowsOf(...asked))).to.deep.equal([['wang（wang）', 'refused', 'POST /walls']]);
      nowMs += 60_000;
      const rows = await rowsOf(['POST', '/walls', {}, { 'x-login': 'wang' }]);
      expect(rows.map(({ detail }) => detail)).to.deep.equal([{ furtherTimes: 24 }, null]);
      const foreign = await rowsOf(['POST', '/walls', {}, { origin: 'http://elsewhere.example' }]);
      expect(short(foreign)).to.deep.equal([['—', 'refused', 'POST /walls']]);
    });
  });
});
