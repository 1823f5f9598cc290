import { expect } from 'chai';
import { generateSync } from 'otplib';
import { softPasskey, type SoftPasskey } from '../support/authenticator.ts';
import { openPeopleHouse, PASSWORD, type PeopleHouse, type TestBrowser } from '../support/people-house.ts';

const STEP_MS = 30_000;
const DAY_MS = 86_400_000;

describe('a second factor', function () {
  this.timeout(60_000);
  let house: PeopleHouse;
  let people = 0;

  before(async () => {
    house = await openPeopleHouse();
  });
  after(() => house?.close());
  beforeEach(() => house.set({ graceDays: 0 }));

  const codeOf = (secret: string, aheadSteps = 0) =>
    generateSync({ secret, epoch: Math.floor(house.now() / 1000) + aheadSteps * 30 });

  /** Somebody new of this role; with an authenticator app unless said otherwise. */
  async function comer(role: 'administrator' | 'supervisor' | 'agent' = 'supervisor') {
    const login = `p${(people += 1)}`;
    const id = await house.add(login, role);
    return { login, id };
  }

  async function withApp(role: 'administrator' | 'supervisor' = 'supervisor') {
    const { login, id } = await comer(role);
    const browser = house.browser();
    expect((await browser.signIn(login)).body).to.deep.equal({ next: 'enrol' });
    const begun = await browser.ask('POST', '/factors/totp', {});
    const secret = String(begun.body['secret']);
    const done = await browser.ask('POST', '/factors/totp/code', {
      ...{ id: begun.body['id'], code: codeOf(secret) },
    });
    expect(done.status, JSON.stringify(done.body)).to.equal(200);
    // the code that set it up is used
    house.later(STEP_MS);
    return { login, id, browser, secret, codes: done.body['recoveryCodes'] as string[] };
  }

  async function withPasskey(): Promise<{ login: string; browser: TestBrowser; passkey: SoftPasskey }> {
    const { login } = await comer();
    const browser = house.browser();
    await browser.signIn(login);
    const passkey = softPasskey();
    const asked = (await browser.ask('POST', '/factors/passkeys', {})).body as never;
    const done = await browser.ask('POST', '/factors/passkeys/answer', {
      ...{ answer: passkey.register(asked, house.url), name: '办公室电脑' },
    });
    expect(done.status, JSON.stringify(done.body)).to.equal(200);
    expect(done.body['recoveryCodes']).to.have.length(10);
    return { login, browser, passkey };
  }

  /** up to the second step of a sign-in */
  async function halfway(login: string, at?: string) {
    const browser = house.browser(at);
    const first = await browser.signIn(login);
    expect(first).to.deep.include({ status: 202, body: { next: 'factor' } });
    return browser;
  }
  const me = async (browser: TestBrowser) => (await browser.ask('GET', '/me')).status;
  const prove = (browser: TestBrowser, proof: object, path = '/sign-in/factor') =>
    browser.ask('POST', path, proof);

  describe('is asked', () => {
    it('of leaders and administrators, who set one up before they are in; of nobody else', async () => {
      const { login } = await comer('supervisor');
      const browser = house.browser();
      expect((await browser.signIn(login)).body).to.deep.equal({ next: 'enrol' });
      expect(await me(browser)).to.equal(401);
      const agent = await comer('agent');
      const desk = house.browser();
      expect((await desk.signIn(agent.login)).status).to.equal(200);
      expect(await me(desk)).to.equal(200);
    });

    it('after days of grace, from when it was asked for first', async () => {
      await house.set({ graceDays: 14 });
      const { login } = await comer('administrator');
      const browser = house.browser();
      expect((await browser.signIn(login)).status).to.equal(200);
      const { enrolByMs } = (await browser.ask('GET', '/me')).body as unknown as { enrolByMs: number };
      expect(enrolByMs - house.now()).to.be.within(13.9 * DAY_MS, 14 * DAY_MS);
      await house.pool.query(
        `update people set factor_asked_at = now() - interval '14 days' where login = $1`,
        [login],
      );
      expect((await house.browser().signIn(login)).body).to.deep.equal({ next: 'enrol' });
    });

    it('of whoever has one, whatever the setting says', async () => {
      const { login } = await withApp();
      await house.set({ supervisorFactor: false });
      await halfway(login);
    });

    it('and nothing is open between the password and it', async () => {
      const { login } = await withApp();
      const browser = await halfway(login);
      for (const path of ['/me', '/people', '/factors', '/proof', '/audit'])
        expect((await browser.ask('GET', path)).status, path).to.equal(401);
      // nor can who has the password set up one of their own
      expect((await browser.ask('POST', '/factors/totp', {})).status).to.equal(401);
      expect((await prove(browser, { way: 'password', password: PASSWORD })).status).to.equal(400);
      expect(await me(browser)).to.equal(401);
    });
  });

  describe('by an authenticator app', () => {
    it('lets in by the code of now and of the step before and after, and no other', async () => {
      for (const [steps, status] of [
        [0, 200],
        [-1, 200],
        [1, 200],
        [2, 403],
        [-2, 403],
      ] as const) {
        const { login, secret } = await withApp();
        house.later(3 * STEP_MS);
        const browser = await halfway(login);
        expect(
          (await prove(browser, { way: 'totp', code: codeOf(secret, steps) })).status,
          `${steps}`,
        ).to.equal(status);
        expect(await me(browser)).to.equal(status === 200 ? 200 : 401);
      }
    });

    it('takes a code with a blank in it, as apps show it', async () => {
      const { login, secret } = await withApp();
      const code = codeOf(secret).replace(/^(...)/, '$1 ');
      expect((await prove(await halfway(login), { way: 'totp', code })).status).to.equal(200);
    });

    it('takes each code once: not the one of the set-up, not from two tabs at once, none before', async () => {
      const { login, secret } = await withApp();
      const [here, there] = [await halfway(login), await halfway(login)];
      const code = codeOf(secret);
      const both = await Promise.all([here, there].map((tab) => prove(tab, { way: 'totp', code })));
      expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 403]);
      expect(both.find(({ status }) => status === 403)!.body.code).to.equal('code-used');
      const before = await prove(await halfway(login), { way: 'totp', code: codeOf(secret, -1) });
      expect(before.body.code).to.equal('code-used');
    });

    it('gets slow for who guesses codes, also a hundred at once, and is heard again in time', async () => {
      const { login, secret } = await withApp();
      const browser = await halfway(login);
      const guesses = await Promise.all(
        Array.from({ length: 30 }, () => prove(browser, { way: 'totp', code: '000000' })),
      );
      expect(guesses.filter(({ status }) => status === 403)).to.have.length(5);
      expect(guesses.filter(({ status }) => status === 429)).to.have.length(25);
      expect((await prove(browser, { way: 'totp', code: codeOf(secret) })).status).to.equal(429);
      await house.pool.query(`update sign_in_failures set last_at = now() - interval '16 s'`);
      expect((await prove(browser, { way: 'totp', code: codeOf(secret) })).status).to.equal(200);
    });

    it('is counted by account wherever the guesses come from; recovery codes still let the real person in', async () => {
      const { login, id, secret, codes } = await withApp();
      await house.pool.query('insert into sign_in_failures (key, count) values ($1, 25)', [`factor ${id}`]);
      const browser = await halfway(login);
      expect((await prove(browser, { way: 'totp', code: codeOf(secret) })).status).to.equal(429);
      expect((await prove(browser, { way: 'recovery', code: codes[0] })).status).to.equal(200);
    });

    it('keeps its secret encrypted, for its person only', async () => {
      const [one, other] = [await withApp(), await withApp()];
      const { rows } = await house.pool.query<{ secret: Buffer }>(
        'select secret from factor_totp where person_id = $1',
        [one.id],
      );
      expect(rows[0]!.secret.toString('latin1')).not.to.include(one.secret);
      // whoever writes in the database can't give somebody a secret of their own
      await house.pool.query('update factor_totp set secret = $2, last_step = 0 where person_id = $1', [
        other.id,
        rows[0]!.secret,
      ]);
      const stolen = await prove(await halfway(other.login), { way: 'totp', code: codeOf(one.secret) });
      expect(stolen.body.code).to.equal('totp-unreadable');
    });

    it('counts when its first code came: not one of another session, not a wrong one', async () => {
      const { login } = await comer();
      const [mine, other] = [house.browser(), house.browser()];
      await mine.signIn(login);
      await other.signIn(login);
      const { id, secret } = (await mine.ask('POST', '/factors/totp', {})).body as unknown as {
        id: string;
        secret: string;
      };
      const code = codeOf(secret);
      expect((await other.ask('POST', '/factors/totp/code', { id, code })).body.code).to.equal('over');
      expect((await mine.ask('POST', '/factors/totp/code', { id, code: '000000' })).body.code).to.equal(
        'wrong-code',
      );
      expect((await mine.ask('POST', '/factors/totp/code', { id, code })).status).to.equal(200);
      // the other one, who has only the password, is out of the race
      expect((await other.ask('POST', '/factors/totp', {})).status).to.equal(401);
    });
  });

  describe('by a passkey', () => {
    const ask = async (browser: TestBrowser, path = '/sign-in/passkey') =>
      (await browser.ask('POST', path, {})).body as never;

    it('lets in who signs what this session was asked', async () => {
      const { login, passkey } = await withPasskey();
      const browser = await halfway(login);
      const answer = passkey.sign(await ask(browser), house.url, 2);
      expect((await prove(browser, { way: 'passkey', answer })).status).to.equal(200);
      expect(await me(browser)).to.equal(200);
    });

    it('takes an answer once, and only of the session that was asked', async () => {
      const { login, passkey } = await withPasskey();
      const [browser, other] = [await halfway(login), await halfway(login)];
      const answer = passkey.sign(await ask(browser), house.url, 2);
      expect((await prove(other, { way: 'passkey', answer })).body.code).to.equal('wrong-passkey');
      expect((await prove(browser, { way: 'passkey', answer })).status).to.equal(200);
      expect((await prove(await halfway(login), { way: 'passkey', answer })).body.code).to.equal(
        'wrong-passkey',
      );
      const replayed = await prove(browser, { way: 'passkey', answer }, '/proof');
      expect(replayed.body.code).to.equal('wrong-passkey');
    });

    it('not too late', async () => {
      const { login, passkey } = await withPasskey();
      const browser = await halfway(login);
      const answer = passkey.sign(await ask(browser), house.url, 2);
      await house.pool.query(`update factor_challenges set expires_at = now() - interval '1 s'`);
      expect((await prove(browser, { way: 'passkey', answer })).body.code).to.equal('wrong-passkey');
    });

    it('not from a page of another origin, nor by an IP address', async () => {
      const { login, passkey } = await withPasskey();
      const browser = await halfway(login);
      for (const origin of ['https://evil.example', 'http://localhost:1', 'https://localhost']) {
        const answer = passkey.sign(await ask(browser), origin, 2);
        expect((await prove(browser, { way: 'passkey', answer })).body.code, origin).to.equal(
          'wrong-passkey',
        );
      }
      const byAddress = await halfway(login, house.url.replace('localhost', '127.0.0.1'));
      const refused = await byAddress.ask('POST', '/sign-in/passkey', {});
      expect(refused.body.code).to.equal('passkeys-address');
      expect(refused.body.message).to.include('验证器').and.to.include('http://localhost');
    });

    it("not with somebody else's", async () => {
      const [mine, theirs] = [await withPasskey(), await withPasskey()];
      const browser = await halfway(mine.login);
      const answer = theirs.passkey.sign(await ask(browser), house.url, 2);
      expect((await prove(browser, { way: 'passkey', answer })).body.code).to.equal('unknown-passkey');
    });

    it('not when its counter goes back: it was copied', async () => {
      const { login, passkey } = await withPasskey();
      const browser = await halfway(login);
      const first = passkey.sign(await ask(browser), house.url, 9);
      expect((await prove(browser, { way: 'passkey', answer: first })).status).to.equal(200);
      for (const counter of [9, 3, 0]) {
        const again = await halfway(login);
        const answer = passkey.sign(await ask(again), house.url, counter);
        expect((await prove(again, { way: 'passkey', answer })).body.code, `${counter}`).to.equal(
          'passkey-copied',
        );
        await house.pool.query('delete from sign_in_failures');
      }
    });

    it('gets an answer of the wrong shape refused, not a fault', async () => {
      const { login, passkey } = await withPasskey();
      const browser = await halfway(login);
      const { id } = passkey;
      for (const answer of [
        {},
        { id, rawId: id, type: 'public-key', response: {}, clientExtensionResults: {} },
        { id, rawId: id, type: 'public-key', response: { clientDataJSON: 7 }, clientExtensionResults: {} },
        { id, rawId: id, type: 'public-key', response: { clientDataJSON: 'e30', signature: '' } },
      ])
        expect((await prove(browser, { way: 'passkey', answer })).status).to.be.oneOf([400, 403]);
    });
  });

  describe('by a code on paper', () => {
    it('each is good once, also from two tabs at once; new ones take the place of the old', async () => {
      const { login, codes, browser } = await withApp();
      expect(new Set(codes).size).to.equal(10);
      const [here, there] = [await halfway(login), await halfway(login)];
      const typed = codes[3]!.toUpperCase().replace('-', ' ');
      const both = await Promise.all(
        [here, there].map((tab) => prove(tab, { way: 'recovery', code: typed })),
      );
      expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 403]);
      expect((await prove(await halfway(login), { way: 'recovery', code: codes[3] })).status).to.equal(403);
      const fresh = await browser.ask('POST', '/factors/recovery-codes', {});
      expect(fresh.body['recoveryCodes']).to.have.length(10);
      expect((await prove(await halfway(login), { way: 'recovery', code: codes[4] })).status).to.equal(403);
    });

    it('are kept as argon2id of their own salt', async () => {
      const { id, codes } = await withApp();
      const { rows } = await house.pool.query<{ hash: string }>(
        'select hash from factor_recovery_codes where person_id = $1',
        [id],
      );
      for (const { hash } of rows) expect(hash).to.match(/^\$argon2id\$/);
      expect(JSON.stringify(rows)).not.to.include(codes[0]!.replace('-', ''));
    });
  });

  describe('is asked again before exports, tokens and rights', () => {
    const GUARDED = [
      ['GET', '/audit'],
      ['POST', '/audit/verify'],
      ['POST', '/people'],
      ['PUT', '/people/1'],
      ['POST', '/people/1/password'],
      ['DELETE', '/people/1/factors'],
      ['PUT', '/settings/security'],
      ['POST', '/factors/totp'],
      ['POST', '/factors/passkeys'],
      ['POST', '/factors/recovery-codes'],
      ['DELETE', '/factors/totp'],
    ] as const;
    const age = (minutes: number) =>
      house.pool.query(
        `update sessions set sess = jsonb_set(sess::jsonb, '{provenAtMs}', to_jsonb(((sess->>'provenAtMs')::numeric - $1)::bigint))
          where sess->'provenAtMs' is not null`,
        [minutes * 60_000],
      );

    it('a session that was stolen, or left open, does none of it until the factor was shown', async () => {
      const { browser, secret, login } = await withApp('administrator');
      await age(11);
      const thief = browser.stolen();
      for (const [method, path] of GUARDED) {
        const { status, body } = await thief.ask(method, path, method === 'GET' ? undefined : {});
        expect([status, body.code], `${method} ${path}`).to.deep.equal([403, 'prove-again']);
      }
      // the password is no second factor
      expect((await prove(thief, { way: 'password', password: PASSWORD }, '/proof')).status).to.equal(400);
      expect((await browser.ask('GET', '/proof')).body['ways']).to.deep.equal(['totp', 'recovery']);
      expect((await prove(browser, { way: 'totp', code: codeOf(secret) }, '/proof')).status).to.equal(200);
      expect((await browser.ask('GET', '/audit')).status).to.equal(200);
      expect(login).to.be.a('string');
    });

    it('after as many minutes as are set', async () => {
      const { browser, secret } = await withApp('administrator');
      await age(6);
      expect((await browser.ask('GET', '/audit')).status).to.equal(200);
      const values = (await browser.ask('GET', '/settings/security')).body;
      const set = await browser.ask('PUT', '/settings/security', { ...values, provenMinutes: 5 });
      expect(set.status, JSON.stringify(set.body)).to.equal(200);
      expect((await browser.ask('GET', '/audit')).body.code).to.equal('prove-again');
      await prove(browser, { way: 'totp', code: codeOf(secret) }, '/proof');
      expect((await browser.ask('GET', '/audit')).status).to.equal(200);
    });

    it('who has no factor types the password; who opened a file is led to the page that asks', async () => {
      await house.set({ administratorFactor: false });
      const { login } = await comer('administrator');
      const browser = house.browser();
      await browser.signIn(login);
      await age(11);
      expect((await browser.ask('GET', '/proof')).body).to.deep.include({
        proven: false,
        ways: ['password'],
      });
      const opened = await fetch(`${house.url}/api/audit?what=x`, {
        redirect: 'manual',
        headers: { cookie: browser.cookie(), accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      });
      expect(opened.headers.get('location')).to.equal('/prove?to=%2Fapi%2Faudit%3Fwhat%3Dx');
      expect((await prove(browser, { way: 'password', password: 'wrong' }, '/proof')).status).to.equal(403);
      expect((await prove(browser, { way: 'password', password: PASSWORD }, '/proof')).status).to.equal(200);
      expect((await browser.ask('GET', '/audit')).status).to.equal(200);
    });

    it('what leaders may set is theirs; how one signs in is the administrators', async () => {
      await house.set({ supervisorFactor: false });
      const { login } = await comer('supervisor');
      const browser = house.browser();
      await browser.signIn(login);
      expect((await browser.ask('GET', '/settings/desk')).status).to.equal(200);
      expect((await browser.ask('GET', '/settings/security')).body.code).to.equal('not-allowed');
      expect((await browser.ask('PUT', '/settings/security', {})).body.code).to.equal('not-allowed');
    });
  });

  describe('goes', () => {
    it('but not the last one of a role that needs one, also not from two tabs', async () => {
      const { browser, login, id } = await withApp();
      expect((await browser.ask('DELETE', '/factors/totp')).body.code).to.equal('last-factor');
      const passkey = softPasskey();
      const asked = (await browser.ask('POST', '/factors/passkeys', {})).body as never;
      const answer = passkey.register(asked, house.url);
      await browser.ask('POST', '/factors/passkeys/answer', { answer, name: '手机' });
      const tab = browser.stolen();
      const both = await Promise.all([
        browser.ask('DELETE', '/factors/totp'),
        tab.ask('DELETE', `/factors/passkeys/${passkey.id}`),
      ]);
      expect(both.filter(({ status }) => status === 200)).to.have.length(1);
      const { rows } = await house.pool.query(
        'select 1 from factor_totp where person_id = $1 union all select 1 from factor_passkeys where person_id = $1',
        [id],
      );
      expect(rows).to.have.length(1);
      await halfway(login);
    });

    it('when an administrator takes it away from who lost it: sessions end, it is written down, a new one is asked', async () => {
      const { browser: boss } = await withApp('administrator');
      const { browser, login, id } = await withApp();
      expect((await boss.ask('DELETE', `/people/${id}/factors`)).status).to.equal(200);
      expect(await me(browser)).to.equal(401);
      const { rows } = await house.pool.query(`select about from audit where what = 'factors-taken-away'`);
      expect(rows).to.deep.equal([{ about: `演示${login}（${login}）` }]);
      // no days of grace for who had one
      await house.set({ graceDays: 14 });
      expect((await house.browser().signIn(login)).body).to.deep.equal({ next: 'enrol' });
    });

    it('never an own last one by the page of people', async () => {
      const { browser, id } = await withApp('administrator');
      expect((await browser.ask('DELETE', `/people/${id}/factors`)).body.code).to.equal('own-account');
    });

    it('or comes: other sessions of the account end, this one goes on', async () => {
      await house.set({ graceDays: 14 });
      const { login } = await comer();
      const [mine, old] = [house.browser(), house.browser()];
      await mine.signIn(login);
      await old.signIn(login);
      const { id, secret } = (await mine.ask('POST', '/factors/totp', {})).body as unknown as {
        id: string;
        secret: string;
      };
      await mine.ask('POST', '/factors/totp/code', { id, code: codeOf(secret) });
      expect([await me(mine), await me(old)]).to.deep.equal([200, 401]);
      expect((await mine.ask('GET', '/me')).body['enrolByMs']).to.equal(null);
    });
  });
});
