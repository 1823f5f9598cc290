import { expect } from 'chai';
import { MAKES, startDeskPhone, type DeskPhone } from '../../support/desk-phone.ts';
import { until } from '../../support/until.ts';
import type { Seat } from '../supervision/seat.ts';
import { openDesks, type Desks } from './desks.ts';

/** The agent who is called first has a phone of each make; the next has baresip. */
const FIRST = '1001';
const NEXT = '1002';

interface KeptCall {
  outcome: string;
  hold_ms: number;
  anomalies: string[];
  answered_by: string;
  offers: { agent: string; outcome: string }[];
}

describe('desk phones of three makes on a real Asterisk', function () {
  this.timeout(240_000);
  let desks: Desks;
  const seats = new Map<string, Seat>();
  const phones: DeskPhone[] = [];

  before(async () => {
    // as it is set when nobody sets it
    desks = await openDesks({ PBX_QUALIFY_SECONDS: '' });
    for (const extension of [FIRST, NEXT]) seats.set(extension, await desks.hire(extension));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      process.stderr.write(phones.map((phone) => phone.log()).join('\n'));
    for (const seat of seats.values()) await seat.post('presence/sign-out', {}).catch(() => undefined);
    await desks.clear();
    await Promise.all(phones.splice(0).map((phone) => phone.kill()));
  });
  after(() => desks?.close());

  async function atDesk(make: (typeof MAKES)[number], extension: string): Promise<DeskPhone> {
    const phone = startDeskPhone(make, desks.service.site(), extension);
    phones.push(phone);
    await phone.registered();
    await until(`${extension} signs in`, () =>
      seats
        .get(extension)!
        .post('presence/sign-in', {})
        .then(() => true),
    );
    await desks.leader.post('presences/end-wrap-up', { agent: `PJSIP/${extension}` }).catch(() => undefined);
    await desks.isState(extension, 'ready');
    return phone;
  }
  const kept = (from: string) =>
    until(
      'the call is kept',
      async () => {
        const { rows } = await desks.pool.query<KeptCall>(
          `select c.outcome, c.hold_ms, c.anomalies, c.answered_by,
             (select coalesce(json_agg(json_build_object('agent', o.agent, 'outcome', o.outcome) order by o.ordinal), '[]')
                from offers o where o.call_id = c.call_id) as offers
           from calls c where c.ani = $1 and c.ended_at is not null`,
          [from],
        );
        return rows.length === 1 && rows[0]!;
      },
      30_000,
    );

  for (const [at, make] of MAKES.entries())
    describe(make, () => {
      const numberOf = (test: number) => `1399500${at + 1}10${test}`;

      it('answers; a held caller hears music; the end is nobody’s loss', async () => {
        const phone = await atDesk(make, FIRST);
        const ear = await desks.caller(numberOf(1));
        await phone.rings();
        await phone.answer();
        await desks.isState(FIRST, 'talking');
        await phone.hold();
        await desks.isState(FIRST, 'on-hold');
        await ear.continuousSound(2);
        await phone.resume();
        await desks.isState(FIRST, 'talking');
        await phone.hangUp();
        const call = await kept(numberOf(1));
        expect(call).to.deep.include({ outcome: 'answered', anomalies: [], answered_by: `PJSIP/${FIRST}` });
        expect(call.hold_ms).to.be.above(1500);
      });

      it('refuses: the next phone is rung, and the caller is served', async () => {
        const phone = await atDesk(make, FIRST);
        await desks.caller(numberOf(2));
        await phone.rings();
        const next = await atDesk('baresip', NEXT);
        await phone.refuse();
        await next.rings();
        await next.answer();
        await desks.isState(NEXT, 'talking');
        await next.hangUp();
        const { offers } = await kept(numberOf(2));
        expect(offers[0]).to.deep.equal({ agent: `PJSIP/${FIRST}`, outcome: 'busy' });
        expect(offers.at(-1)).to.deep.equal({ agent: `PJSIP/${NEXT}`, outcome: 'answered' });
      });

      it('killed while it rings: the next phone is rung before the queue’s own patience ends', async () => {
        const phone = await atDesk(make, FIRST);
        await desks.caller(numberOf(3));
        await phone.rings();
        const next = await atDesk('baresip', NEXT);
        await phone.kill();
        await next.rings();
        await next.answer();
        await desks.isState(NEXT, 'talking');
        await next.hangUp();
        const { offers } = await kept(numberOf(3));
        expect(offers.at(-1)).to.deep.equal({ agent: `PJSIP/${NEXT}`, outcome: 'answered' });
        expect(offers[0]).to.deep.equal({ agent: `PJSIP/${FIRST}`, outcome: 'no-answer' });
      });

      it('killed in mid-call: the caller hears music and is led on', async () => {
        const phone = await atDesk(make, FIRST);
        const ear = await desks.caller(numberOf(4));
        await phone.rings();
        await phone.answer();
        await desks.isState(FIRST, 'talking');
        const next = await atDesk('baresip', NEXT);
        await phone.kill();
        await ear.continuousSound(1);
        await next.rings();
        await next.answer();
        await desks.isState(NEXT, 'talking');
        await next.hangUp();
        expect(await kept(numberOf(4))).to.deep.include({
          outcome: 'answered',
          anomalies: ['agent-leg-lost'],
        });
      });

      it('begun anew at the same address in mid-call: the caller hears music and is rung to it again', async () => {
        const phone = await atDesk(make, FIRST);
        const ear = await desks.caller(numberOf(5));
        await phone.rings();
        await phone.answer();
        await desks.isState(FIRST, 'talking');
        await phone.kill();
        const again = startDeskPhone(make, desks.service.site(), FIRST);
        phones.push(again);
        await ear.continuousSound(1);
        await again.rings();
        await again.answer();
        await desks.isState(FIRST, 'talking');
        await again.hangUp();
        expect((await kept(numberOf(5))).anomalies).to.deep.equal(['agent-leg-lost']);
      });
    });
});
