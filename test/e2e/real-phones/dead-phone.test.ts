import { expect } from 'chai';
import type { Baresip } from '../../support/baresip.ts';
import type { Ear } from '../../support/ear.ts';
import { until } from '../../support/until.ts';
import type { Seat } from '../supervision/seat.ts';
import { CALLER_HZ, openDesks, type Desks } from './desks.ts';

/** What is promised to a caller whose agent's phone died. */
const MUSIC_WITHIN_MS = 10_000;

describe('real desk phones (baresip) on a real Asterisk: they die, and no caller hears a dead line', function () {
  this.timeout(240_000);
  let desks: Desks;
  const seats = new Map<string, Seat>();

  before(async () => {
    // as it is set when nobody sets it
    desks = await openDesks({ PBX_QUALIFY_SECONDS: '' });
    for (const extension of ['1001', '1002']) seats.set(extension, await desks.hire(extension));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      process.stderr.write(
        JSON.stringify(
          (
            await desks.pool.query(
              `select kind, at, body->>'agent' agent, body->>'contact' contact, body->>'there' there, body->>'state' state, body->>'outcome' o from facts order by at desc limit 30`,
            )
          ).rows.reverse(),
        ).replaceAll('},', '},\n'),
      );
    for (const seat of seats.values()) await seat.post('presence/sign-out', {}).catch(() => undefined);
    await desks.clear();
    for (const seat of seats.values()) await seat.post('presence/sign-out', {});
  });
  after(() => desks?.close());

  async function atDesk(
    extension: string,
    more: { answers?: boolean; port?: number } = {},
  ): Promise<Baresip> {
    const phone = await desks.phone({ extension, ...more });
    await seats.get(extension)!.post('presence/sign-in', {});
    // the record of an earlier test's call keeps nobody from the next
    await desks.leader.post('presences/end-wrap-up', { agent: `PJSIP/${extension}` }).catch(() => undefined);
    await desks.isState(extension, 'ready');
    return phone;
  }
  /** the phone sends back what it hears */
  const talksWith = (ear: Ear) =>
    until(
      'the caller hears the far end',
      async () => {
        if (ear.tone(CALLER_HZ) > 1) return true;
        throw new Error(JSON.stringify(await desks.leader.get('console')));
      },
      30_000,
    );
  const recordOf = (from: string) =>
    until(
      'the call is kept',
      async () => {
        const { rows } = await desks.pool.query<{
          outcome: string;
          talk_ms: number;
          hold_ms: number;
          answered_at: Date;
          anomalies: string[];
        }>(
          'select outcome, talk_ms, hold_ms, answered_at, anomalies from calls where ani = $1 and ended_at is not null',
          [from],
        );
        return rows.length === 1 && rows[0]!;
      },
      30_000,
    );

  it('registers, answers a queue call, and both hear each other', async () => {
    const first = await atDesk('1001', { answers: true });
    const ear = await desks.caller('13995001001');
    await talksWith(ear);
    await desks.isState('1001', 'talking');
    await first.command('hangup');
    expect((await recordOf('13995001001')).anomalies, 'a BYE is no loss').to.deep.equal([]);
  });

  it('killed in mid-call: music within ten seconds, another phone is rung, and who was dead has not talked', async () => {
    const first = await atDesk('1001', { answers: true });
    const ear = await desks.caller('13995001002');
    await talksWith(ear);
    const second = await atDesk('1002');
    await first.kill();
    const killedAtMs = Date.now();
    await ear.continuousSound(1);
    expect(Date.now() - killedAtMs, 'music').to.be.below(MUSIC_WITHIN_MS + 1000);
    await second.rings();
    await second.command('accept');
    await talksWith(ear);
    await desks.isState('1002', 'talking');
    const talkedAgainMs = Date.now();
    await second.command('hangup');
    const record = await recordOf('13995001002');
    expect(record).to.deep.include({ outcome: 'answered', anomalies: ['agent-leg-lost'] });
    const talkedMs = killedAtMs - record.answered_at.getTime() + (Date.now() - talkedAgainMs);
    // the phone is felt every two seconds
    expect(record.talk_ms).to.be.below(talkedMs + 5000);
  });

  it('killed in mid-call and back at another port before it was missed: it is rung again for the same caller', async () => {
    const first = await atDesk('1001', { answers: true });
    const ear = await desks.caller('13995001003');
    await talksWith(ear);
    await first.kill();
    const again = await desks.phone({ extension: '1001', port: 24_010 });
    await again.rings();
    await again.command('accept');
    await talksWith(ear);
    await desks.isState('1001', 'talking');
  });

  it('killed while it rings: the next phone is rung without waiting for four rings', async () => {
    const first = await atDesk('1001');
    await desks.caller('13995001004');
    await first.rings();
    const second = await atDesk('1002');
    await first.kill();
    await second.rings();
    const { rows } = await desks.pool.query<{ rang_ms: number }>(
      `select extract(epoch from max(at) - min(at)) * 1000 as rang_ms from facts f
         join calls c using (call_id) where f.kind = 'agent-rang' and c.party = '13995001004'`,
    );
    expect(Number(rows[0]!.rang_ms), 'less than the queue’s own patience').to.be.below(19_000);
  });

  it('a phone on hold lives, though it is silent', async () => {
    const first = await atDesk('1001', { answers: true });
    const ear = await desks.caller('13995001005');
    await talksWith(ear);
    await first.command('hold');
    await desks.isState('1001', 'on-hold');
    await ear.continuousSound(16);
    await first.command('resume');
    await desks.isState('1001', 'talking');
    await desks.leader.post('console/hang-up', { callId: (await desks.agent('1001')).callId });
    expect((await recordOf('13995001005')).anomalies).to.deep.equal([]);
  });

  it('a phone that can’t speak our codecs is taken out after two calls, seen and told; a click brings it back', async () => {
    await desks.phone({ extension: '1001', codecs: ['g722'] });
    await seats.get('1001')!.post('presence/sign-in', {});
    await desks.isState('1001', 'ready');
    await desks.caller('13995001006');
    await until(
      'it is taken out',
      async () => (await desks.agent('1001')).reason === 'phone-unusable',
      40_000,
    );
    expect((await desks.agent('1001')).state).to.equal('paused');
    await until('the leader is told', async () => {
      const { rows } = await desks.pool.query(`select 1 from deliveries where kind = 'phone-unusable'`);
      return rows.length === 1;
    });
    const mine = await seats
      .get('1001')!
      .get<{ view: { mismatch: { kind: string } | null } }>('presence/mine');
    expect(mine.view.mismatch?.kind).to.equal('phone-unusable');
    await desks.phone({ extension: '1001', port: 24_020 });
    await desks.isState('1001', 'ringing');
  });
});
