import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import { FIRST_FLOW, type Flow } from '../../../src/core/ivr/flow.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { speak } from '../../../src/setup/speech.ts';
import { network, startCaller, type CallerPlan, type RunningLeg } from '../../../src/setup/sipp.ts';
import type { FlowView } from '../../../src/protocol/ivr-flow.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { startService, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';

/** The same sentence, heard over A-law; another one stays below 0.4. */
const HEARD = 0.72;
const PASSWORD = 'banzhang-96666-flow';
const ZONE_MS = 8 * 3_600_000;

describe('the flow of the IVR is changed on a real Asterisk, and taken back', function () {
  this.timeout(120_000);
  let service: Service;
  let pool: pg.Pool;
  let cookie = '';
  const legs: RunningLeg[] = [];
  const ears: Ear[] = [];

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    await createPerson(pool, {
      ...{ login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null },
      passwordHash: await hash(PASSWORD),
    });
    await signIn();
    await until('the switch goes by the first version', async () => (await view()).switchKnows);
  });
  after(async () => {
    await pool?.end();
    await service?.stop();
  });
  afterEach(async () => {
    for (const leg of legs) leg.stop();
    await Promise.all(legs.splice(0).map((leg) => leg.done));
    for (const ear of ears.splice(0)) ear.close();
  });

  async function signIn(): Promise<void> {
    const answer = await fetch(`${service.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: service.url },
      body: JSON.stringify({ login: 'banzhang', password: PASSWORD }),
    });
    expect(answer.status).to.equal(200);
    cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
  }
  async function api<T>(method: string, path: string, body?: unknown): Promise<T & { message?: string }> {
    const answer = await fetch(`${service.url}/api/ivr/flow${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin: service.url, cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T & { message?: string };
  }
  const view = () => api<FlowView>('GET', '');
  const put = (version: number, fromMs: number | null = null) =>
    api<{ ok?: boolean }>('POST', `/${version}/put`, { fromMs });
  const takeBack = async () =>
    expect(await api('POST', `/terms/${(await view()).current!.termId}/take-back`)).to.deep.equal({
      ok: true,
    });
  /** A version with one thing changed, saved. */
  async function save(change: (flow: Flow) => void, note = ''): Promise<number> {
    const body = structuredClone(FIRST_FLOW);
    change(body);
    return (await api<{ version: number }>('POST', '', { body, note })).version;
  }
  const node = (flow: Flow, id: string) => flow.nodes.find((one) => one.id === id)!;

  const prompt = (name: string, language = 'zh') =>
    join(service.varDir, 'pbx/lib/sounds', language, 'hotline', `${name}.wav`);
  /** The same words, spoken beside what the switch plays. */
  async function words(text: string): Promise<string> {
    const file = join(service.varDir, 'words-of-the-test.wav');
    await speak(text, file);
    return file;
  }
  async function call(from: string, more: Partial<CallerPlan> = {}): Promise<Ear> {
    const ear = await openEar(`${network(service.site())}.10`);
    ears.push(ear);
    legs.push(startCaller(service.site(), { from, stayMs: 50_000, mediaPort: ear.port, ...more }));
    return ear;
  }
  async function hears(ear: Ear, wav: string, key = ''): Promise<void> {
    await until(`${wav} is heard`, () => ear.likeness(wav) > HEARD, 30_000);
    ear.mark = ear.heard().length / 8000;
    for (const one of key) await ear.press(one);
  }
  async function pressesNine(from: string): Promise<Ear> {
    const ear = await call(from);
    await ear.heardSomething();
    await ear.press('9');
    return ear;
  }

  it('another leaf by the same key, with the service killed; taken back, it is as before', async () => {
    const faulty = await save((flow) => (node(flow, 'menu').keys['0'] = 'order'));
    expect((await put(faulty)).message).to.contain('“自助服务”按 0 到不了人工');

    const text = '核对户号请按二，停水信息请按一，人工请按零。';
    const version = await save((flow) => {
      node(flow, 'menu').keys = { '1': 'outages', '2': 'account', '0': 'queue' };
      flow.texts = { menu: { zh: text } };
    }, '二改为核对户号');
    expect(await put(version)).to.deep.equal({ ok: true });
    expect((await view()).switchKnows).to.equal(true);
    service.child().kill('SIGKILL');
    await until('the service is gone', () => service.child().signalCode !== null);
    const changed = await pressesNine('13900000011');
    await hears(changed, await words(text), '2');
    await hears(changed, prompt('account-number'));

    await service.killAndStart();
    await signIn();
    await takeBack();
    const before = await pressesNine('13900000012');
    await hears(before, prompt('menu'), '2');
    await hears(before, prompt('order-number'));

    const { rows } = await pool.query<{ what: string; who: string }>(
      `select what, who from audit where what like 'ivr-flow-%' order by id`,
    );
    expect(rows.map((one) => one.what)).to.deep.equal([
      ...['ivr-flow-saved', 'ivr-flow-saved', 'ivr-flow-put', 'ivr-flow-taken-back'],
    ]);
    expect(rows.every((one) => one.who.includes('丁班长'))).to.equal(true);
  });

  it('a holiday has a way of its own, and begins by itself at its time though the service is down', async () => {
    const text = '今天节假日休息，有事请留言。';
    const today = new Date(Date.now() + ZONE_MS).toISOString().slice(0, 10);
    const version = await save((flow) => {
      flow.holidays = [{ date: today, name: '节日', way: 'message', says: ['holiday'] }];
      flow.texts = { holiday: { zh: text } };
    });
    const fromMs = Date.now() + 4000;
    expect(await put(version, fromMs)).to.deep.equal({ ok: true });
    expect((await view()).next?.version).to.equal(version);
    service.child().kill('SIGKILL');
    await until('it is time', () => Date.now() > fromMs + 1100);
    const ear = await call('13900000013');
    await hears(ear, prompt('greeting'));
    await hears(ear, await words(text));
    await hears(ear, prompt('word'));

    await service.killAndStart();
    await signIn();
    await takeBack();
    const after = await call('13900000014');
    await hears(after, prompt('nobody-there'));
  });

  it('a second language by a key', async () => {
    const version = await save((flow) => (flow.languageKey = '8'));
    expect(await put(version)).to.deep.equal({ ok: true });
    const ear = await call('13900000015');
    await hears(ear, prompt('greeting'));
    await hears(ear, prompt('language-key', 'en'), '8');
    await hears(ear, prompt('greeting', 'en'), '9');
    await hears(ear, prompt('menu', 'en'), '3');
    await hears(ear, prompt('account-number', 'en'));
    await takeBack();
  });

  it('keys by SIP INFO lead as those by RFC 4733 do', async () => {
    const ear = await call('13900000016', {
      infoKeys: [
        { afterMs: 900, key: '9' },
        { afterMs: 5000, key: '3' },
      ],
    });
    await hears(ear, prompt('menu'));
    await hears(ear, prompt('account-number'));
    const { rows } = await until('the keys are kept', async () => {
      const found = await pool.query<{ node: string; key: string }>(
        `select node, key from ivr_steps s join facts f using (call_id) where f.kind = 'call-offered' and node = 'menu-key'
           and f.body::text like '%13900000016%'`,
      );
      return found.rows.length > 0 && found;
    });
    expect(rows[0]).to.deep.equal({ node: 'menu-key', key: '3' });
  });
});
