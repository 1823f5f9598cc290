import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import type { ReadCase } from '../../src/core/outward/case.ts';
import type { Scope } from '../../src/core/outward/scope.ts';
import { newToken } from '../../src/http/api-tokens.ts';
import { openApi } from '../../src/main/api.ts';
import { openCaseOperations } from '../../src/main/case-operations.ts';
import type { Ground } from '../../src/main/wings.ts';
import { addToken } from '../../src/postgres/api-tokens.ts';
import { caseSteps, findCase, listCases, stepCase } from '../../src/postgres/cases.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const LETTER = {
  ...{ channel: '12345', outsideNo: 'YC7', kind: '投诉', person: '王秀兰', phone: '139-1234-5678' },
  ...{ address: '丽景园3号楼', district: '兴庆区', category: '停水', itemNo: 2, content: '停水两天' },
  ...{ receivedAt: '2026-11-25T09:00:00+08:00', dueAt: '2026-11-28T18:00:00+08:00' },
};

describe('another office hands its cases in by /api/v1', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let base: string;
  let personId: number;
  let close: () => Promise<void>;
  let systems = 0;

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const by = { login: '1001', name: '马晓燕', role: 'agent' as const, agent: null, passwordHash: 'x' };
    personId = (await createPerson(pool, by))!.id;
    const ground = {
      ...{ pool, databaseUrl, registry: new Registry(), log: pino({ level: 'silent' }) },
      audit: () => Promise.resolve(),
      accounts: { isKnownToken: () => true, tokenStands: () => true },
    } as unknown as Ground;
    const wing = openApi(ground, (own) => openCaseOperations({ own, now: () => NOW }));
    const http = await openHttp({ open: wing.open! });
    base = `${http.url}/api/v1`;
    close = async () => {
      http.close();
      await wing.close?.();
      await pool.end();
    };
  });
  after(() => close());

  async function tokenFor(unitId: number | null, ...scopes: Scope[]) {
    const token = newToken();
    const system = { system: `市民服务平台${(systems += 1)}`, scopes, unitId, perMinute: 1000 };
    await addToken(pool, system, token, personId);
    return token;
  }
  async function ask<T = ReadCase & { status: string }>(token: string, path: string, body?: object) {
    const answer = await fetch(base + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const said = (await answer.json()) as T & { code: string; message: string };
    return { status: answer.status, said };
  }

  it('a case is entered under the system’s name, and the desk’s screens are told once', async () => {
    const token = await tokenFor(null, 'cases:create');
    const { status, said } = await ask(token, '/cases', LETTER);
    expect(status, JSON.stringify(said)).to.equal(201);
    expect(said).to.include({
      ...{ channel: '12345', channelName: '12345市长专线', outsideNo: 'YC7', state: 'new', status: '待签收' },
      ...{ category: 'no-water', itemNo: 2, phone: '139****5678', madeBy: `市民服务平台${systems}` },
      ...{ receivedAt: '2026-11-25T01:00:00.000Z', dueAt: '2026-11-28T10:00:00.000Z' },
    });
    const kept = (await findCase(pool, said.id))!;
    expect(kept).to.include({ madeBy: `市民服务平台${systems}`, phone: '139-1234-5678' });
    expect((await caseSteps(pool, said.id)).map(({ kind, personName }) => [kind, personName])).to.deep.equal([
      ['enter', `市民服务平台${systems}`],
    ]);
    const filter = {
      list: 'open',
      channel: '12345',
      state: null,
      words: 'YC7',
      warnMs: 0,
      nowMs: NOW,
    } as const;
    expect((await listCases(pool, filter, 0, 10)).map(({ id }) => id)).to.deep.equal([said.id]);
    const { rows } = await pool.query(`select recipient from deliveries where kind = 'case-arrived'`);
    expect(rows.map(({ recipient }: { recipient: string }) => recipient)).to.have.members([
      'agent',
      'supervisor',
    ]);
  });

  it('handed in again: the same words are the same case, whatever became of it; other words are refused', async () => {
    const token = await tokenFor(null, 'cases:create', 'cases:read', 'numbers:read');
    const letter = { ...LETTER, outsideNo: 'YC8' };
    const first = await Promise.all([1, 2, 3].map(() => ask(token, '/cases', letter)));
    expect(new Set(first.map(({ said }) => said.id)).size).to.equal(1);
    expect(first.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201]);
    const { id } = first[0]!.said;
    await inTransaction(pool, (client) =>
      stepCase(
        ...([client, id, null, { kind: 'return', note: '不归我们管', untilMs: null }] as const),
        ...([{ id: personId, name: '马晓燕' }, NOW, null, ORDER_SETTINGS] as const),
      ),
    );
    const again = await ask(token, '/cases', letter);
    expect([again.status, again.said.id, again.said.state, again.said.returnedFor]).to.deep.equal([
      ...[200, id, 'returned', '不归我们管'],
    ]);
    const other = await ask(token, '/cases', { ...letter, content: '停水三天' });
    expect([other.status, other.said.code]).to.deep.equal([409, 'already-entered']);
    expect(other.said.message)
      .to.include('YC8')
      .and.to.match(/请用新的编号/);
    // the same number of another channel is another case
    expect((await ask(token, '/cases', { ...letter, channel: '政民互动平台' })).status).to.equal(201);
  });

  it('what is wrong is said with what to do, and nothing is entered', async () => {
    const token = await tokenFor(null, 'cases:create');
    const count = async () =>
      (await pool.query<{ n: number }>('select count(*)::int as n from outside_cases')).rows[0]!.n;
    const before = await count();
    for (const wrong of [
      { channel: 'telex' },
      { outsideNo: ' ' },
      { content: '' },
      { dueAt: '2026-11-25T08:00:00+08:00' },
      { receivedAt: '2026-11-26T08:00:00+08:00' },
      { receivedAt: '昨天' },
      { category: '停电' },
      { itemNo: 99 },
    ]) {
      const { status, said } = await ask(token, '/cases', { ...LETTER, outsideNo: 'YC9', ...wrong });
      expect(status, JSON.stringify(wrong)).to.equal(400);
      expect(said.message, JSON.stringify(wrong)).to.match(/[\u4e00-\u9fff]/);
    }
    expect(await count()).to.equal(before);
    expect((await ask(await tokenFor(null, 'cases:read'), '/cases', LETTER)).status).to.equal(403);
    const unit = (await pool.query<{ id: number }>('select id::int from units limit 1')).rows[0]!.id;
    expect((await ask(await tokenFor(unit, 'cases:create'), '/cases', LETTER)).said.code).to.equal(
      'unit-token',
    );
  });

  it('is read page by page, by channel, state, number and time; a unit’s system sees its own only', async () => {
    const token = await tokenFor(null, 'cases:create', 'cases:read');
    for (let n = 0; n < 5; n += 1)
      await ask(token, '/cases', { ...LETTER, channel: 'media', outsideNo: `M${n}` });
    const numbers: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const path: string = `/cases?channel=media&state=new&limit=2${next && `&after=${next}`}`;
      const { said } = await ask<{ items: ReadCase[]; next: string | null }>(token, path);
      numbers.push(...said.items.map(({ outsideNo }) => outsideNo));
      next = said.next;
    }
    expect(numbers).to.deep.equal(['M4', 'M3', 'M2', 'M1', 'M0']);
    const one = await ask<{ items: ReadCase[] }>(token, '/cases?outsideNo=M3');
    expect(one.said.items).to.have.length(1);
    expect((await ask(token, `/cases/${one.said.items[0]!.id}`)).said.outsideNo).to.equal('M3');
    const late = await ask<{ items: ReadCase[] }>(token, '/cases?from=2026-11-25T09:00:01%2B08:00');
    expect(late.said.items).to.deep.equal([]);
    const unit = (await pool.query<{ id: number }>('select id::int from units limit 1')).rows[0]!.id;
    const theirs = await tokenFor(unit, 'cases:read');
    expect((await ask<{ items: ReadCase[] }>(theirs, '/cases')).said.items).to.deep.equal([]);
    expect((await ask(theirs, `/cases/${one.said.items[0]!.id}`)).status).to.equal(404);
  });
});
