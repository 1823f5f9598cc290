import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { registerPhones } from '../../../src/setup/sipp.ts';
import { startService, type Service } from '../../support/service.ts';
import { liveChannels } from '../../support/switch.ts';
import { until } from '../../support/until.ts';
import { openCallers, type Caller } from './callers.ts';

/** What a caller does: hears this prompt, presses these keys; `…`: waits for a person. */
type Deed = [prompt: string, keys?: string];

/** Node by node: the way to it, what the call is then kept as, and the last step of its way. */
const HANGS_UP: { at: string; does: Deed[]; kept: string; last: string }[] = [
  { at: 'the greeting', does: [['greeting']], kept: 'abandoned ivr', last: 'greeting' },
  { at: 'the menu', does: [['greeting', '9'], ['menu']], kept: 'abandoned ivr', last: 'menu' },
  {
    at: 'the question for a district',
    does: [['greeting', '9'], ['menu', '1'], ['menu-district']],
    ...{ kept: 'abandoned ivr', last: 'outages' },
  },
  {
    at: 'the question after a leaf',
    does: [['greeting', '9'], ['menu', '1'], ['menu-district', '2'], ['no-outage'], ['leaf']],
    ...{ kept: 'abandoned ivr', last: 'told' },
  },
  {
    at: 'the question for an order',
    does: [['greeting', '9'], ['menu', '2'], ['order-number']],
    ...{ kept: 'abandoned ivr', last: 'order' },
  },
  {
    at: 'an order that is not there',
    does: [['greeting', '9'], ['menu', '2'], ['order-number', '123#'], ['order-none']],
    ...{ kept: 'abandoned ivr', last: 'order' },
  },
  {
    at: 'the question for an account',
    does: [['greeting', '9'], ['menu', '3'], ['account-number']],
    ...{ kept: 'abandoned ivr', last: 'account' },
  },
  {
    at: 'the question for its last digits',
    does: [['greeting', '9'], ['menu', '3'], ['account-number', '1001#'], ['account-digits']],
    ...{ kept: 'abandoned ivr', last: 'account' },
  },
  {
    at: 'an account that does not agree',
    does: [
      ['greeting', '9'],
      ['menu', '3'],
      ['account-number', '1001#'],
      ['account-digits', '1234'],
      ['account-none'],
    ],
    ...{ kept: 'abandoned ivr', last: 'account' },
  },
  {
    at: 'a leak, waiting for a person',
    does: [['greeting', '9'], ['menu', '4'], ['…']],
    ...{ kept: 'abandoned queue', last: 'person' },
  },
  { at: 'the queue', does: [['greeting'], ['…']], kept: 'abandoned queue', last: 'greeting' },
  {
    at: 'the menu, come to from the queue',
    does: [['greeting'], ['…', '9'], ['menu']],
    // they left the queue by themselves: README, overflowed
    ...{ kept: 'overflowed', last: 'menu' },
  },
];
/** With the hotline's queue closed, nobody can answer. */
const HANGS_UP_CLOSED: typeof HANGS_UP = [
  { at: 'the word that nobody can answer', does: [['queue-closed']], kept: 'blocked', last: 'greeting' },
  { at: 'the choice', does: [['fallback']], kept: 'blocked', last: 'fallback' },
  {
    at: 'the word that they will be called',
    does: [['fallback', '1'], ['fallback-back']],
    ...{ kept: 'callback', last: 'fallback-back 1' },
  },
  { at: 'the word before the tone', does: [['fallback', '2'], ['word']], kept: 'blocked', last: 'word 2' },
];
const RUBBISH: { says: string; does: Deed[] }[] = [
  { says: 'star and hash in the greeting', does: [['greeting', '*#5'], ['…']] },
  { says: 'a letter in the greeting', does: [['greeting', 'A'], ['…']] },
  {
    says: 'keys that the menu does not have, twice',
    does: [['greeting', '9'], ['menu', '7'], ['menu', '*'], ['…']],
  },
  { says: 'nothing in the menu', does: [['greeting', '9'], ['menu'], ['…']] },
  {
    says: 'a district that there is not, then star star zero',
    does: [['greeting', '9'], ['menu', '1'], ['menu-district', '9'], ['ask-failed'], ['leaf', '0'], ['…']],
  },
  {
    says: 'forty digits for an order',
    does: [['greeting', '9'], ['menu', '2'], ['order-number', '9'.repeat(40)], ['…']],
  },
  {
    says: 'stars between the digits of an order, then hashes',
    does: [
      ['greeting', '9'],
      ['menu', '2'],
      ['order-number', '1*2*3#'],
      ['order-none'],
      ['order-number', '#'],
      ['…'],
    ],
  },
  {
    says: 'hashes only for an account',
    does: [['greeting', '9'], ['menu', '3'], ['account-number', '#'], ['…']],
  },
  {
    says: 'every key at once while they wait',
    does: [['greeting'], ['…', '23456780*#'], ['…']],
  },
];

describe('every node of the IVR on a real Asterisk: hung up at, fed with rubbish, by two at once', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let commands: Commands;
  const callers = openCallers(() => service);

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    const { address, amiPort, actionsSecret } = service.site();
    commands = openCommands({
      ...{ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret },
    });
    await until('the switch takes commands', () => commands.connected());
  });
  after(async () => {
    commands?.close();
    await pool?.end();
    await service?.stop();
  });
  afterEach(() => callers.over());

  async function does(caller: Caller, deeds: readonly Deed[]): Promise<void> {
    for (const [prompt, keys = ''] of deeds) {
      if (prompt !== '…') await callers.hears(caller.ear, callers.prompt(prompt), keys);
      else {
        await callers.waits(caller.ear);
        for (const key of keys) await caller.ear.press(key);
      }
    }
  }
  /** How each call was kept and where its way ended, once nothing of them is left on the switch. */
  async function kept(numbers: readonly string[]) {
    await until('no channel is left', async () => (await liveChannels(service.site())).length === 0);
    return until('every call is kept', async () => {
      const { rows } = await pool.query<{
        number: string;
        kept: string;
        last: string | null;
        anomalies: string[];
      }>(
        `select c.ani as number, concat_ws(' ', c.outcome, c.abandon_stage) as kept, c.anomalies,
                (select trim(concat(s.node, ' ', s.key)) from ivr_steps s
                  where s.call_id = c.call_id order by s.at desc limit 1) as last
           from calls c where c.ani = any($1) and c.ended_at is not null order by c.ani`,
        [numbers],
      );
      return rows.length === numbers.length && rows;
    });
  }
  /** Everybody at once; who has done all of theirs hangs up. */
  async function allHangUp(cases: typeof HANGS_UP, prefix: string): Promise<void> {
    const numbers = cases.map((_, at) => `${prefix}${String(at).padStart(3, '0')}`);
    await Promise.all(
      cases.map(async ({ does: deeds }, at) => {
        const caller = await callers.call(numbers[at]!);
        await does(caller, deeds);
        await callers.hangsUp(caller);
      }),
    );
    const rows = await kept(numbers);
    expect(rows.map(({ kept, last }, at) => ({ at: cases[at]!.at, kept, last }))).to.deep.equal(
      cases.map(({ at, kept, last }) => ({ at, kept, last })),
    );
    expect(rows.flatMap(({ anomalies }) => anomalies)).to.deep.equal([]);
  }

  it('who hangs up is kept as who they were, and nothing is left of them on the switch', async () => {
    // somebody is on post, and answers nobody
    await registerPhones(service.site(), ['1001']);
    await commands.addMember('hotline', 'PJSIP/1001', '1001');
    await commands.pause('PJSIP/1001', true, '开会');
    await allHangUp(HANGS_UP, '13900001');
    const left = await pool.query(
      'select call_id from kept_places union all select call_id from spoken_words union all select call_id from outage_askers',
    );
    expect(left.rows).to.deep.equal([]);
    await until(
      'the switch’s empty recordings are gone',
      () => readdirSync(join(service.varDir, 'pbx/spool/recordings')).length === 0,
      40_000,
    );
    expect((await pool.query('select call_id from recordings')).rows).to.deep.equal([]);
  });

  it('rubbish, too long numbers and silence lead to a person', async () => {
    await Promise.all(
      RUBBISH.map(async ({ says, does: deeds }, at) =>
        does(await callers.call(`139000020${at}0`), deeds).catch((cause: unknown) => {
          throw new Error(says, { cause });
        }),
      ),
    );
  });

  it('two at once on one number are two calls, each with its own way', async () => {
    const from = '13900003000';
    const [one, other] = await Promise.all([callers.call(from), callers.call(from)]);
    await Promise.all([
      does(one, [['greeting', '9'], ['menu', '3'], ['account-number']]),
      does(other, [['greeting', '9'], ['menu', '1'], ['menu-district', '2'], ['no-outage']]),
    ]);
    expect(
      one.ear.likeness(callers.prompt('menu-district')),
      'the first hears nothing of the other',
    ).to.be.below(0.5);
    expect(other.ear.likeness(callers.prompt('account-number'))).to.be.below(0.5);
    await Promise.all([one, other].map(callers.hangsUp));
    const rows = await kept([from, from]);
    expect(rows.map(({ last }) => last).sort()).to.deep.equal(['account', 'outages 2']);
  });

  it('a closed queue: who hangs up before they choose is no callback, who chose is one', async () => {
    expect(await commands.closeQueue('hotline', true)).to.deep.equal({ ok: true });
    await allHangUp(HANGS_UP_CLOSED, '13900004');
    await commands.closeQueue('hotline', false);
  });

  it('who hangs up when asked how it was leaves a call, and no rating', async () => {
    await commands.pause('PJSIP/1001', false, '');
    callers.rings({ extension: '1001', ringMs: 300, talkMs: 11_000, calls: 1 });
    const caller = await callers.call('13900005000');
    await does(caller, [['rate']]);
    await callers.hangsUp(caller);
    const rows = await kept(['13900005000']);
    expect(rows).to.deep.equal([{ number: '13900005000', kept: 'answered', last: 'rate', anomalies: [] }]);
  });

  it('a caller who keeps their place twice from one number keeps one', async () => {
    const from = '13900003001';
    for (let time = 0; time < 2; time += 1) {
      const caller = await callers.call(from);
      await does(caller, [['greeting'], ['…', '1'], ['keep-yes']]);
      await callers.hangsUp(caller);
    }
    const { rows } = await pool.query(`select state from kept_places where number = $1 order by id`, [from]);
    expect(rows.filter(({ state }) => state === 'waiting')).to.have.length(1);
  });
});
