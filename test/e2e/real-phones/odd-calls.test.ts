import { expect } from 'chai';
import type pg from 'pg';
import { digestOf } from '../../../src/asterisk/phones.ts';
import { giveFirstDeskPhone } from '../../../src/postgres/phones.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { add } from '../../../src/setup/people.ts';
import {
  network,
  registerPhones,
  startCaller,
  startPhone,
  type PhonePlan,
  type RunningLeg,
} from '../../../src/setup/sipp.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { startService, type Service } from '../../support/service.ts';
import { startOddCaller, type OddCaller } from '../../support/sip-caller.ts';
import { endCalls, knowsPhone } from '../../support/switch.ts';
import { until } from '../../support/until.ts';
import { sitAt, type Seat } from '../supervision/seat.ts';

const PASSWORD = 'shui-96666-phone';

describe('calls as real phones and carriers make them (SIPp), on a real Asterisk', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let seat: Seat;
  const legs: RunningLeg[] = [];
  const ears: Ear[] = [];

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    await add(pool, { login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' }, PASSWORD);
    const site = service.site();
    await giveFirstDeskPhone(pool, '1001', digestOf('1001', `${site.phoneSecret}1001`));
    await until('the switch has the phone', () => knowsPhone(site, '1001'), 40_000);
    await registerPhones(site, ['1001']);
    seat = await sitAt(service.url, '1001', PASSWORD);
  });
  beforeEach(async () => {
    await seat.post('presence/sign-in', {});
    await until('the agent is ready', async () => {
      const mine = await seat.get<{ view: { state: string } }>('presence/mine');
      return mine.view.state === 'ready';
    });
  });
  afterEach(async () => {
    await endCalls(service.site());
    for (const leg of legs) leg.stop();
    await Promise.all(legs.splice(0).map((leg) => leg.done));
    for (const ear of ears.splice(0)) ear.close();
    await seat.post('presence/sign-out', {});
  });
  after(async () => {
    seat?.leave();
    await pool?.end();
    await service?.stop();
  });

  const tracked = (leg: RunningLeg) => (legs.push(leg), leg);
  const phone = (plan: Omit<PhonePlan, 'extension'>) =>
    tracked(startPhone(service.site(), { extension: '1001', ...plan }));
  const oddCaller = (caller: OddCaller, mediaPort?: number) =>
    tracked(startOddCaller(service.site(), caller, mediaPort));
  const ear = async (at: string) => {
    const opened = await openEar(`${network(service.site())}.${at}`);
    ears.push(opened);
    return opened;
  };
  interface KeptCall {
    callId: string;
    outcome: string;
    stage: string | null;
    ringMs: number | null;
    anomalies: string[];
    offers: { outcome: string; ringMs: number }[];
  }
  const kept = (from: string) =>
    until(
      'the call is kept',
      async () => {
        const { rows } = await pool.query<KeptCall>(
          `select c.call_id as "callId", c.outcome, c.abandon_stage as stage, c.ring_ms as "ringMs", c.anomalies,
             (select coalesce(json_agg(json_build_object('outcome', o.outcome, 'ringMs', o.ring_ms)), '[]')
                from offers o where o.call_id = c.call_id) as offers
           from calls c where c.ani = $1 and c.ended_at is not null`,
          [from],
        );
        return rows.length === 1 && rows[0]!;
      },
      30_000,
    );

  for (const early of ['silent', 'media'] as const)
    describe(`a phone that rings by 183, ${early === 'media' ? 'with a sound of its own' : 'without a sound'}`, () => {
      it('rings for the caller who gives up, and is no phone that is not there', async () => {
        const from = early === 'media' ? '13995002001' : '13995002002';
        phone({ ringMs: null, talkMs: null, early, calls: 1 });
        // the greeting is about four seconds
        tracked(startCaller(service.site(), { from, stayMs: 8000 }));
        const call = await kept(from);
        expect(call).to.include({ outcome: 'abandoned', stage: 'ringing' });
        expect(call.offers.map((offer) => offer.outcome)).to.deep.equal(['cancelled']);
        expect(call.ringMs).to.be.above(1500);
      });

      it('is answered after its ring, and that is how long it rang', async () => {
        const from = early === 'media' ? '13995002003' : '13995002004';
        phone({ ringMs: 2500, talkMs: 500, early, calls: 1 });
        tracked(startCaller(service.site(), { from, stayMs: null }));
        const call = await kept(from);
        expect(call.outcome).to.equal('answered');
        expect(call.ringMs).to.be.within(2400, 4000);
      });
    });

  it('a caller with no codec of ours is refused (488), counted as blocked, and the reason is kept', async () => {
    const { exitCode, messages } = await oddCaller({
      from: '<sip:13995002005@192.0.2.1>',
      media: ['m=audio [media_port] RTP/AVP 18', 'a=rtpmap:18 G729/8000'],
    }).done;
    expect(exitCode).to.equal(0);
    expect(messages.map((message) => message.what)).to.include('488');
    expect(await kept('13995002005')).to.deep.include({ outcome: 'blocked', anomalies: ['no-common-codec'] });
  });

  for (const [says, media] of [
    ['a codec that Asterisk does not know', ['m=audio [media_port] RTP/AVP 96', 'a=rtpmap:96 EVS/16000']],
    ['no voice at all', ['m=image [media_port] udptl t38']],
  ] as const)
    it(`a caller who offers ${says} never reaches the dialplan, and is counted all the same`, async () => {
      const number = media[0].includes('image') ? '13995002010' : '13995002009';
      const { messages } = await oddCaller({ from: `<sip:${number}@192.0.2.1>`, media: [...media] }).done;
      expect(messages.map((message) => message.what)).to.include('488');
      expect(await kept(number)).to.deep.include({ outcome: 'blocked', anomalies: ['no-common-codec'] });
    });

  it('a caller with a codec of ours among others is served by it', async () => {
    const hears = await ear('10');
    oddCaller(
      {
        from: '<sip:13995002006@192.0.2.1>',
        media: [
          'm=audio [media_port] RTP/AVP 18 8 101',
          'a=rtpmap:18 G729/8000',
          'a=rtpmap:8 PCMA/8000',
          'a=rtpmap:101 telephone-event/8000',
        ],
      },
      hears.port,
    );
    await hears.continuousSound(0.4);
  });

  it('keys as sounds are heard where the caller’s line knows no telephone-event', async () => {
    const hears = await ear('10');
    oddCaller(
      {
        from: '<sip:13995002007@192.0.2.1>',
        media: ['m=audio [media_port] RTP/AVP 8', 'a=rtpmap:8 PCMA/8000'],
      },
      hears.port,
    );
    await hears.heardSomething();
    await until('the key 9 of the greeting led to the menu', async () => {
      await hears.sound('9', 300);
      const { rows } = await pool.query(
        `select 1 from ivr_steps s join calls c using (call_id) where c.party = '13995002007' and s.node = 'menu'`,
      );
      return rows.length > 0;
    });
  });

  it('after a failed transfer to the outside the agent’s phone rings with the caller’s number', async () => {
    const from = '13995002008';
    tracked(
      startPhone(service.site(), {
        extension: '9000',
        at: { address: `${network(service.site())}.10`, port: 5060 },
        ringMs: 0,
        talkMs: null,
        refuse: 486,
      }),
    );
    const first = phone({ ringMs: 300, talkMs: null, calls: 1, refer: { afterMs: 800, to: '13812345678' } });
    const caller = tracked(
      startCaller(service.site(), { from, stayMs: null, address: `${network(service.site())}.10` }),
    );
    await first.done;
    const again = phone({ ringMs: 300, talkMs: 800, calls: 1 });
    const { messages } = await again.done;
    void caller;
    expect(
      messages.filter((message) => message.what === 'INVITE').map((message) => message.from),
    ).to.deep.equal([from]);
  });
});
