import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { digestOf } from '../../src/asterisk/phones.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import { openPhonesWing } from '../../src/main/phones.ts';
import type { Ground } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { giveFirstDeskPhone } from '../../src/postgres/phones.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { addAgent } from '../../src/setup/people.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';

const SECRET = 'one-secret-of-an-earlier-version';

describe('desk phones have passwords of their own', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  before(async () => (pool = openPool(await cloneDatabase())));
  after(() => pool.end());

  it('that the setup gives: random, printed once, and kept as a digest', async () => {
    const passwords: string[] = [];
    for (const extension of ['1001', '1002']) {
      const said = await addAgent(pool, ['--add-agent', extension, '马晓燕'], digestOf);
      const password = /座机 \d+ 的注册密码 ([a-z0-9]{12,})（/.exec(said ?? '')?.[1] ?? '';
      const { rows } = await pool.query<{ digest: string }>(
        `select desk_digest as digest from phones where person_id = (select id from people where login = $1)`,
        [extension],
      );
      expect(rows[0]?.digest).to.equal(digestOf(extension, password));
      passwords.push(password);
    }
    expect(new Set(passwords).size).to.equal(2);
    for (const password of passwords) expect(password).not.to.match(/100[12]/);
  });

  it('those of an earlier version are listed until they have a new one', async () => {
    await createPerson(pool, {
      login: '1003',
      name: '杨静',
      role: 'agent',
      agent: 'PJSIP/1003',
      passwordHash: 'x',
    });
    await giveFirstDeskPhone(pool, '1003', digestOf('1003', `${SECRET}1003`));
    const wing = openPhonesWing({
      pool,
      now: Date.now,
      floor: openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' }),
      log: pino({ level: 'silent' }),
      registry: new Registry(),
      commands: () => null,
      // where nobody listens: what the page says does not wait for the switch
      switchHttp: {
        url: 'http://127.0.0.1:9',
        user: 'u',
        secret: 's',
        qualifySeconds: 0,
        sharedPhoneSecret: SECRET,
      },
      live: { tell: () => undefined },
      audit: async () => undefined,
    } as unknown as Ground);
    const http = await openHttp({ routers: wing.routers! }, () => ({ id: 1, role: 'administrator' }));
    try {
      const listed = async () =>
        (
          (await (await fetch(`${http.url}/api/phones`, { headers: { 'x-login': 'admin' } })).json()) as {
            extension: string;
            sharedPassword: boolean;
          }[]
        )
          .filter((phone) => phone.sharedPassword)
          .map((phone) => phone.extension);
      expect(await listed()).to.deep.equal(['1003']);
      await pool.query(
        `update phones set desk_digest = $1 where person_id = (select id from people where login = '1003')`,
        [digestOf('1003', 'k7mq2w9xh4tz')],
      );
      expect(await listed()).to.deep.equal([]);
    } finally {
      http.close();
      await wing.close?.();
    }
  });
});
