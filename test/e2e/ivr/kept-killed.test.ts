import { expect } from 'chai';
import type pg from 'pg';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { network, registerPhones, startPhone, type RunningLeg } from '../../../src/setup/sipp.ts';
import { startService, type Service } from '../../support/service.ts';
import { liveChannels } from '../../support/switch.ts';
import { until } from '../../support/until.ts';
import { seededChance } from '../../support/seed.ts';

/** how often service and switch are killed; `KILL_POINTS=30` by hand */
const POINTS = Number(process.env['KILL_POINTS'] ?? 4);
const NUMBERS = Array.from({ length: 3 + POINTS }, (_, at) => `1391234${String(at).padStart(4, '0')}`);

describe('kept places under kill -9', function () {
  this.timeout(240_000 + POINTS * 60_000);
  let service: Service;
  let pool: pg.Pool;
  let agent: RunningLeg;
  let outside: RunningLeg;
  let commands: Commands | undefined;

  /** the agent's phone is there, and in the queue */
  async function onPost(): Promise<void> {
    commands?.close();
    const site = service.site();
    const opened = (commands = openCommands({
      ...{ host: site.address, port: site.amiPort, user: 'hotline-actions', secret: site.actionsSecret },
    }));
    await until('the switch takes commands', () => opened.connected(), 30_000);
    await registerPhones(site, ['1001']);
    await opened.addMember('hotline', 'PJSIP/1001', '1001');
  }

  beforeEach(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    const site = service.site();
    agent = startPhone(site, { extension: '1001', ringMs: 300, talkMs: null });
    outside = startPhone(site, {
      ...{ extension: '9000', ringMs: 400, talkMs: 6000 },
      at: { address: `${network(site)}.10`, port: 5060 },
    });
  });
  afterEach(async () => {
    commands?.close();
    agent?.stop();
    outside?.stop();
    await pool?.end();
    await service?.stop();
  });

  it(`rings each caller until they are reached, and nobody who was, over ${POINTS} kills of service and switch`, async () => {
    // as the service had just written them down when it was killed
    for (const [at, number] of NUMBERS.entries())
      await pool.query(
        `insert into kept_places (number, call_id, queue, joined_at) values ($1, $2, 'hotline', now() - make_interval(secs => $3))`,
        [number, `1700000000.${at}`, 100 - at],
      );
    await onPost();
    const chance = seededChance('when it is killed');
    for (let point = 0; point < POINTS; point += 1) {
      await new Promise((done) => setTimeout(done, 2000 + chance() * 5000));
      if (point % 2 === 0) await service.killAndStart();
      else {
        const before = service.pbxPid()!;
        process.kill(before, 'SIGKILL');
        await until('the switch runs again', () => ![null, before].includes(service.pbxPid()), 30_000);
        await onPost();
      }
    }
    await until(
      'nobody waits any more',
      async () =>
        (await pool.query(`select from kept_places where state = 'waiting' and tries = 0`)).rowCount === 0,
      90_000 + POINTS * 10_000,
    );
    // whoever talks hangs up in their own time
    await until('no call is left', async () => (await liveChannels(service.site())).length === 0, 30_000);
    outside.stop();
    const seen = (await outside.done).messages;
    const { rows } = await pool.query<{ number: string; state: string; tries: number }>(
      'select number, state, tries from kept_places order by id',
    );
    const told = rows.map(({ number, state, tries }) => {
      const theirs = new Set(seen.filter((one) => one.to === number).map((one) => one.callId));
      // they hung up themselves, in their own time: they had been talking to an agent
      const byes = seen.filter((one) => one.sent && one.what === 'BYE' && theirs.has(one.callId));
      const talked = new Set(byes.map((one) => one.callId)).size;
      return { number, state, tries, talked };
    });
    if (process.env['KILL_POINTS']) console.table(told);
    for (const { number, state, tries, talked } of told) {
      // who was cut off by the switch's own death was rung and is tried again later
      if (tries === 0)
        expect({ number, state, talked }).to.deep.equal({ number, state: 'reached', talked: 1 });
      expect(talked, number).to.be.at.most(1);
    }
    expect(told.filter((one) => one.tries > 0).length, 'cut off').to.be.at.most(POINTS / 2);
  });
});
