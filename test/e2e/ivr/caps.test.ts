import { expect } from 'chai';
import type pg from 'pg';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { registerPhones } from '../../../src/setup/sipp.ts';
import { startService, type Service } from '../../support/service.ts';
import { waitingIn } from '../../support/switch.ts';
import { until } from '../../support/until.ts';
import { openCallers } from './callers.ts';

describe('what callers may leave on a real Asterisk is capped, and nobody is sent away', function () {
  this.timeout(90_000);
  let service: Service;
  let pool: pg.Pool;
  let commands: Commands;
  const callers = openCallers(() => service);
  const { call, hears, prompt, waits } = callers;

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    await pool.query(`insert into settings (name, value, changed_by) values ('telephone', $1, 'test')`, [
      JSON.stringify({ keptPerNumberDay: 1, wordsPerNumberHour: 1 }),
    ]);
    await pool.query(
      `insert into kept_places (number, call_id, queue, joined_at, state) values ('13900000041', 'k-1', 'hotline', now(), 'missed')`,
    );
    await pool.query(
      `insert into spoken_words (call_id, number, at, ms, bytes) values ('w-1', '13900000042', now(), 2000, 32044)`,
    );
    const { address, amiPort, actionsSecret } = service.site();
    commands = openCommands({ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret });
    await until('the commands are connected', () => commands.connected());
    // the settings are read anew every few seconds
    await until('the switch has what may be dialled', async () => {
      const answer = await commands.act({ action: 'DBGet', family: 'dial', key: 'per-hour' });
      return answer.ok;
    });
  });
  after(async () => {
    commands?.close();
    await pool?.end();
    await service?.stop();
  });
  afterEach(() => callers.over());

  it('who spoke so many words already is called back instead', async () => {
    const caller = await call('13900000042');
    await hears(caller.ear, prompt('fallback'), '2');
    await hears(caller.ear, prompt('word-full'));
    const row = await until(
      'the call is kept',
      async () =>
        (
          await pool.query<{ outcome: string }>(
            `select outcome from calls where ani = '13900000042' and outcome is not null`,
          )
        ).rows[0],
      15_000,
    );
    expect(row.outcome).to.equal('callback');
  });

  it('who kept so many places already waits on, where they waited', async () => {
    // somebody is on post, and answers nobody
    await until(
      'the phone is registered',
      () => registerPhones(service.site(), ['1001']).then(() => true),
      30_000,
    );
    await commands.addMember('hotline', 'PJSIP/1001', '1001');
    await commands.pause('PJSIP/1001', true, '开会');
    const first = await call('13900000041');
    await waits(first.ear);
    const second = await call('13900000043');
    await waits(second.ear);
    await first.ear.press('1');
    await hears(first.ear, prompt('keep-full'));
    await waits(first.ear);
    const waiting = await until('both wait again', async () => {
      const entries = await waitingIn(service.site(), 'hotline');
      return entries.length === 2 && entries;
    });
    expect(waiting).to.deep.equal(['13900000041', '13900000043']);
    const { rows } = await pool.query(`select from kept_places where state = 'waiting'`);
    expect(rows).to.deep.equal([]);
  });
});
