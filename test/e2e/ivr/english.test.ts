import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { accountSaid, orderSaid, outageSaid, type Said } from '../../../src/core/ivr/answers.ts';
import { FIRST_FLOW } from '../../../src/core/ivr/flow.ts';
import type { Outage } from '../../../src/core/outages/outage.ts';
import { saveCustomers } from '../../../src/postgres/customers.ts';
import { addOutage, findOutage, publishOutage } from '../../../src/postgres/outages.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { network, registerPhones } from '../../../src/setup/sipp.ts';
import type { Ear } from '../../support/ear.ts';
import { startService, type Service } from '../../support/service.ts';
import { signedIn } from '../../support/sign-in.ts';
import { until } from '../../support/until.ts';
import { HEARD, openCallers, type Caller } from './callers.ts';

const PASSWORD = 'banzhang-96666-english';
const ADDRESS = '兴庆区解放东街丽景园3号楼';

describe('who chose English on a real Asterisk hears English, by the sound itself', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let commands: Commands | undefined;
  let outage: Outage;
  const callers = openCallers(() => service);
  const { hears, prompt } = callers;

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    const leader = await createPerson(pool, {
      ...{ login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null },
      passwordHash: await hash(PASSWORD),
    });
    await saveCustomers(pool, [
      {
        ...{ account: 'YC100200300', name: '王秀兰', address: ADDRESS, phones: ['13912345678'] },
        ...{ district: '兴庆区', meterKind: 'ic-card' },
      },
    ]);
    const beginAtMs = Date.now() - 3_600_000;
    const id = await addOutage(
      pool,
      {
        ...{ kind: 'sudden', districts: ['兴庆区'], communities: ['丽景园'], streets: [], buildings: 3 },
        ...{ cause: '管网抢修', unitId: null, notice: '停水' },
        ...{ beginAtMs, expectedAtMs: beginAtMs + 30 * 86_400_000 },
      },
      leader!.id,
    );
    await publishOutage(pool, id, 1, leader!.id);
    outage = (await findOutage(pool, id))!;
    await pool.query(
      `insert into orders (order_no, phone, category, item, content, status, state, created_at)
       values ('HL202611250007', '13900000005', '漏水', '管道漏水', '', '签收', 'signed', now())`,
    );
    await offerEnglish();
    const { address, amiPort, actionsSecret } = service.site();
    const opened = (commands = openCommands({
      ...{ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret },
    }));
    await until('the switch takes commands', () => opened.connected());
  });
  after(async () => {
    commands?.close();
    await pool?.end();
    await service?.stop();
  });
  afterEach(() => callers.over());

  /** The second language is offered by 8 from now on. */
  async function offerEnglish(): Promise<void> {
    const cookie = await signedIn(service.url, 'banzhang', PASSWORD);
    const post = async (path: string, body: unknown) => {
      const answer = await fetch(`${service.url}/api/ivr/flow${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: service.url, cookie },
        body: JSON.stringify(body),
      });
      expect(answer.status, await answer.clone().text()).to.be.below(300);
      return (await answer.json()) as { version: number };
    };
    const { version } = await post('', { body: { ...FIRST_FLOW, languageKey: '8' }, note: '英语' });
    await until('the version is in force', () =>
      post(`/${version}/put`, { fromMs: null }).then(
        () => true,
        () => false,
      ),
    );
  }
  const made = ({ language, text }: Said) =>
    prompt(`made-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`, language);
  /** What the service makes; a place's name is over before it is known: all of it is listened for at once. */
  async function hearsMade(ear: Ear, said: readonly Said[]): Promise<void> {
    const wavs = said.map(made);
    await until('all of it is made', () => wavs.every((wav) => existsSync(wav)), 40_000);
    await Promise.all(wavs.map((wav) => until(`${wav} is heard`, () => ear.likeness(wav) > HEARD, 40_000)));
    ear.mark = ear.heard().length / 8000;
  }
  async function choosesEnglish(from: string): Promise<Caller> {
    const caller = await callers.call(from);
    await hears(caller.ear, prompt('greeting'), '8');
    return caller;
  }
  async function inTheMenu(from: string, key: string): Promise<Ear> {
    const { ear } = await choosesEnglish(from);
    await hears(ear, prompt('greeting', 'en'), '9');
    await hears(ear, prompt('menu', 'en'), key);
    return ear;
  }

  it('of their order', async () => {
    const ear = await inTheMenu('13900000005', '2');
    const order = {
      ...{ no: 'HL202611250007', item: '管道漏水', state: 'signed' as const, unit: null },
      atMs: Date.now(),
    };
    await hearsMade(ear, orderSaid(order, Date.now(), 'en'));
    await hears(ear, prompt('leaf', 'en'));
    const [chinese] = orderSaid(order, Date.now(), 'zh');
    expect(existsSync(made(chinese!)), 'nothing was made in Chinese for them').to.equal(false);
  });

  it('of the outages of a district and of where they live, and of their address; its names are Chinese', async () => {
    const inDistrict = outageSaid(outage, Date.now(), 'en', false);
    const here = outageSaid(outage, Date.now(), 'en', true);
    expect(inDistrict.map((one) => one.language)).to.deep.equal(['en', 'zh', 'en']);
    await Promise.all([
      (async () => {
        const ear = await inTheMenu('13900000006', '1');
        await hears(ear, prompt('menu-district', 'en'), '1');
        await hearsMade(ear, inDistrict);
        await hears(ear, prompt('leaf', 'en'));
      })(),
      (async () => {
        const { ear } = await choosesEnglish('13912345678');
        await hears(ear, prompt('greeting', 'en'));
        await hearsMade(ear, here);
        await hears(ear, prompt('area-choice', 'en'), '3');
        await hears(ear, prompt('area-noted', 'en'));
      })(),
      (async () => {
        const ear = await inTheMenu('13900000007', '3');
        await hears(ear, prompt('account-number', 'en'), '100200300#');
        await hears(ear, prompt('account-digits', 'en'), '5678');
        await hearsMade(ear, accountSaid(ADDRESS, 'en'));
        await hears(ear, prompt('leaf', 'en'));
      })(),
    ]);
  });

  it('when they are called back in the place that they kept', async () => {
    const from = '13900000008';
    await registerPhones(service.site(), ['1001']);
    await commands!.addMember('hotline', 'PJSIP/1001', '1001', '开会');
    const { ear, leg } = await choosesEnglish(from);
    await hears(ear, prompt('greeting', 'en'));
    await callers.waits(ear);
    await ear.press('1');
    await hears(ear, prompt('keep-yes', 'en'));
    // their telephone is free again
    await leg.done;

    const atHome = await callers.ringsInEar({
      ...{ extension: from, ringMs: 500, talkMs: 8000, calls: 1 },
      at: { address: `${network(service.site())}.10`, port: 5060 },
    });
    callers.rings({ extension: '1001', ringMs: 300, talkMs: null, calls: 1 });
    await commands!.pause('PJSIP/1001', false, '');
    await hears(atHome, prompt('keep-hello', 'en'));
    const { rows } = await pool.query('select language from kept_places where number = $1', [from]);
    expect(rows).to.deep.equal([{ language: 'en' }]);
  });
});
