import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openShifts } from '../../src/main/shifts.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const PASSWORD = 'shui-96666-shift';

describe('the flood record, asked of a shift from 1 May to 30 September', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let base: string;
  let nowMs = at('2027-04-30T09:00');
  let close: () => Promise<void>;

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const person = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' },
      passwordHash: await hash(PASSWORD),
    }))!;
    wing = openShifts({
      ...{ pool, databaseUrl, now: () => nowMs, log: pino({ level: 'silent' }), registry: new Registry() },
      ...{ live: { tell: () => undefined }, audit: () => Promise.resolve() },
    } as unknown as Ground);
    const http = await openHttp({ routers: wing.routers! }, () => ({
      ...{ id: person.id, login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' },
    }));
    base = `${http.url}/api/handovers`;
    close = async () => {
      http.close();
      wing.close?.();
      await pool.end();
    };
  });
  after(() => close());

  interface View {
    flood: boolean;
    state: string;
    items: { id: number; version: number; source: string | null; section: string; key: boolean }[];
    message?: string;
  }
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(base + path, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, said: (await answer.json()) as View };
  };
  const handover = async (when: string) => {
    nowMs = at(when);
    const { said } = await ask('GET', '/current');
    return (said as unknown as { id: number }).id;
  };
  const give = (id: number) =>
    ask('POST', `/${id}/signatures`, { as: 'giver', login: '1001', password: PASSWORD });

  it('30 April has none, and is signed without', async () => {
    const id = await handover('2027-04-30T09:00');
    expect((await ask('GET', `/${id}`)).said).to.include({ flood: false });
    expect((await give(id)).said.state).to.equal('given');
  });
  it('1 May has one from its first minute, and is not signed before each question is answered', async () => {
    const id = await handover('2027-05-01T00:01');
    const { said } = await ask('GET', `/${id}`);
    const questions = said.items.filter((one) => one.key && one.source?.startsWith('flood:'));
    expect(said.flood).to.equal(true);
    expect(questions).to.have.length(5);
    const early = await give(id);
    expect(early.status).to.equal(409);
    expect(early.said.message).to.include('防汛');
    for (const { id: item, version } of questions)
      await ask('PUT', `/${id}/items/${item}`, { version, text: '无', key: false, removed: false });
    expect((await give(id)).said.state).to.equal('given');
  });
  it('30 September has one in its last shift, 1 October none', async () => {
    expect((await ask('GET', `/${await handover('2027-09-30T23:59')}`)).said.flood).to.equal(true);
    expect((await ask('GET', `/${await handover('2027-10-01T00:01')}`)).said.flood).to.equal(false);
  });
});
