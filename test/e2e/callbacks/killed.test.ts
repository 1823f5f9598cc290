import { expect } from 'chai';
import type pg from 'pg';
import { openPool } from '../../../src/postgres/pool.ts';
import { openCallbackRoom, type CallbackRoom } from '../../support/callbacks.ts';
import { startService, type Service } from '../../support/service.ts';
import { ownPassword } from '../../support/sign-in.ts';
import { until } from '../../support/until.ts';
import { seededChance } from '../../support/seed.ts';

/** how often service and switch are killed; `KILL_POINTS=50` by hand */
const POINTS = Number(process.env['KILL_POINTS'] ?? 4);
/** people enough that the campaign runs all the while */
const PEOPLE = Array.from({ length: 12 + POINTS * 4 }, (_, at) => String(at + 1).padStart(4, '0'));

describe('a callback campaign under kill -9', function () {
  this.timeout(240_000 + POINTS * 60_000);
  let service: Service;
  let pool: pg.Pool;
  let room: CallbackRoom | undefined;

  beforeEach(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    const password = await ownPassword(service.url, '1001', service.said());
    const press = { afterMs: 1500, press: '1' };
    room = await openCallbackRoom(service, pool, password, {
      people: PEOPLE,
      plans: [{ ending: '', ringMs: 300, steps: [press, press, press] }],
    });
  });
  afterEach(async () => {
    await room?.close();
    await pool?.end();
    await service?.stop();
  });

  it(`calls nobody again who answered, and loses no answer, over ${POINTS} kills of service and switch`, async () => {
    const chance = seededChance('when it is killed');
    for (let point = 0; point < POINTS; point += 1) {
      await new Promise((done) => setTimeout(done, 300 + chance() * 5000));
      const which = ['service', 'switch', 'both'][point % 3]!;
      if (which !== 'service') process.kill(service.pbxPid()!, 'SIGKILL');
      if (which !== 'switch') await service.killAndStart();
      await until(
        'the switch is heard',
        async () =>
          (await (await fetch(`${service.url}/metrics`)).text()).includes('hotline_ami_connected 1'),
        30_000,
      );
      if (which !== 'service') await room!.register();
    }
    await until(
      'nobody is being called, and nobody waits for now',
      async () =>
        (
          await pool.query<{ over: boolean }>(
            `select not exists (select 1 from survey_attempts where result is null)
                and not exists (select 1 from survey_items where state = 'waiting' and due_at < now()) as over`,
          )
        ).rows[0]!.over,
      120_000 + POINTS * 8000,
    );
    const seen = (await room!.close()).messages;
    room = undefined;
    const { rows } = await pool.query<{
      number: string;
      state: string;
      satisfied: string | null;
      attempts: unknown;
    }>(
      `select number, state, satisfied,
              (select jsonb_agg(to_jsonb(a) order by a.id) from survey_attempts a where a.item_id = i.id) as attempts
         from survey_items i where drawn`,
    );
    expect(rows).to.have.length(PEOPLE.length);
    let answered = 0;
    let complete = 0;
    for (const { number, state, satisfied, attempts } of rows) {
      const theirs = seen.filter((one) => one.to === number);
      const calls = (what: (typeof seen)[number][]) => new Set(what.map((one) => one.callId)).size;
      const pickedUp = calls(
        theirs.filter((one) => one.sent && one.what === '200' && one.method === 'INVITE'),
      );
      expect(pickedUp, `${number} picked up`).to.be.at.most(1);
      answered += pickedUp;
      // the script came to its end and hung up: three keys were pressed and heard
      const ended = calls(theirs.filter((one) => !one.sent && one.what === 'BYE'));
      complete += ended;
      if (ended > 0)
        expect({ number, state, satisfied }, JSON.stringify(attempts)).to.deep.equal({
          ...{ number, state: 'done', satisfied: 'satisfied' },
        });
      // who picked up and was cut off is for a person to call, never for the machine
      if (pickedUp > 0) expect(state, number).to.be.oneOf(['done', 'people']);
    }
    if (process.env['KILL_POINTS'])
      console.log(
        `${POINTS} kills, ${rows.length} people, ${answered} picked up, ${complete} came to the end`,
      );
    // how many it can be hangs on where the kills fall; nobody at all would prove nothing
    expect(complete).to.be.at.least(1);
    const results = await pool.query('select result, count(*)::int from survey_attempts group by 1');
    expect(answered, JSON.stringify(results.rows)).to.be.at.least(PEOPLE.length / 2);
  });
});
