import { once } from 'node:events';
import { expect } from 'chai';
import pg from 'pg';
import { io } from 'socket.io-client';
import { TELEVISION_PATH } from '../../src/protocol/walls.ts';
import { openHouse, type House } from '../support/house.ts';
import { until } from '../support/until.ts';

/** What a stranger costs, counted in questions to the database: the clock of a busy machine says nothing. */
describe('who is not known yet costs little', function () {
  this.timeout(60_000);
  let house: House;
  /** what was asked of the database by the work of requests; what the house asks by itself goes on beside */
  const asked: string[] = [];
  const unwatched = pg.Client.prototype.query;
  const OWN = /from people p\), '\[\]'\)|unnest\(\$1::text\[\]\)|listen hotline_rights/;

  before(async () => {
    house = await openHouse();
    const query = unwatched as (...words: unknown[]) => unknown;
    // every connection of this process, whichever pool it is of
    pg.Client.prototype.query = function (this: unknown, ...words: unknown[]) {
      const [first] = words as [string | { text?: string }];
      const text = typeof first === 'string' ? first : (first.text ?? '');
      if (!OWN.test(text)) asked.push(text);
      return query.apply(this, words);
    } as typeof pg.Client.prototype.query;
  });
  after(async () => {
    pg.Client.prototype.query = unwatched;
    await house.close();
  });
  beforeEach(() => (asked.length = 0));

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(house.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
  const sessions = async () =>
    (await house.pool.query<{ count: number }>('select count(*)::int as count from sessions')).rows[0]!.count;

  it('strangers with no cookie, a forged one, or a heap of them: no question, no session', async () => {
    for (const cookie of [
      '',
      'hotline=s%3Aforged.signature',
      `hotline=${'x'.repeat(2000)}`,
      'a=1; '.repeat(500),
    ])
      for (const path of ['/api/me', '/api/orders', '/api/sign-in-ways', '/api/nowhere'])
        await (await fetch(house.url + path, { headers: { cookie } })).text();
    expect(asked).to.deep.equal([]);
    expect(await sessions()).to.equal(0);
  });

  it('a body of a stranger is read to a few lines, of a request that may not as well', async () => {
    const long = JSON.stringify({ login: 'x', password: 'y'.repeat(20_000) });
    for (const path of ['/api/sign-in', '/api/orders', '/api/field/enter'])
      expect((await post(path, long)).status, path).to.equal(413);
    expect(asked).to.deep.equal([]);
  });

  it('tokens that are guessed are looked up thirty times a minute and no more; who has one is let in beside', async () => {
    const { newToken } = await import('../../src/http/api-tokens.ts');
    const { addToken } = await import('../../src/postgres/api-tokens.ts');
    const { createPerson } = await import('../../src/postgres/people.ts');
    const { id } = (await createPerson(house.pool, {
      ...{ login: 'admin-of-tokens', name: '管理员', role: 'administrator', agent: null, passwordHash: 'x' },
    }))!;
    const token = newToken();
    await addToken(
      house.pool,
      { system: '调度系统', scopes: ['calls:read'], unitId: null, perMinute: 100 },
      token,
      id,
    );
    await house.accounts.refresh();
    asked.length = 0;
    const bearer = (of: string) => ({ authorization: `Bearer ${of}`, 'x-forwarded-for': '10.9.9.9' });
    for (let guess = 0; guess < 60; guess += 1)
      await (await fetch(`${house.url}/api/v1/calls`, { headers: bearer(newToken()) })).text();
    expect(asked.filter((text) => text.includes('from api_tokens')).length).to.equal(30);
    const refused = await fetch(`${house.url}/api/v1/calls`, { headers: bearer(newToken()) });
    expect([refused.status, await codeOf(refused)]).to.deep.equal([429, 'too-many-tries']);
    expect((await fetch(`${house.url}/api/v1/calls`, { headers: bearer(token) })).status).to.equal(200);
    // the account of who answers for it is closed: it opens nothing, until somebody else answers for it
    await house.pool.query('update people set disabled = true where id = $1', [id]);
    expect(
      (await fetch(`${house.url}/api/v1/calls`, { headers: { authorization: `Bearer ${token}` } })).status,
    ).to.equal(401);
  });

  it('lines of strangers ask nothing of the database, and are closed when they have read why', async () => {
    const lines = Array.from({ length: 20 }, () =>
      io(house.url, { transports: ['websocket'], reconnection: false, forceNew: true }),
    );
    await Promise.all(
      lines.map(async (line) => {
        const [fault] = (await once(line as never, 'connect_error')) as [Error];
        expect(fault.message).to.equal('sign-in');
      }),
    );
    await until('nobody stands there any more', () => house.live.openSids().length === 0);
    expect(asked).to.deep.equal([]);
    for (const line of lines) line.close();
  });

  it("televisions' links that are guessed are looked up sixty times a minute and no more", async () => {
    for (let guess = 0; guess < 80; guess += 1) {
      const line = io(house.url, {
        ...{ path: TELEVISION_PATH, transports: ['websocket'], reconnection: false, forceNew: true },
        auth: { token: 'x'.repeat(40) + String(guess).padStart(3, '0') },
      });
      await once(line as never, 'connect_error');
      line.close();
    }
    expect(asked.filter((text) => text.includes('update televisions')).length).to.equal(60);
  });
});
