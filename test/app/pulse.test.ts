import { expect } from 'chai';
import { openPulse } from '../../src/app/pulse.ts';
import type { Leg, SwitchEvent } from '../../src/core/floor/event.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';

const caller: Leg = { uniqueId: 'pbx-1.0', linkedId: 'pbx-1.0', channel: 'PJSIP/trunk-in-00000000' };
const phone: Leg = { uniqueId: 'pbx-1.1', linkedId: 'pbx-1.0', channel: 'PJSIP/1001-00000001' };
const AGENT = 'PJSIP/1001';
const HERE = 'sip:1001@10.0.0.9:5060';
const call = { leg: caller, agentLeg: phone, queue: 'hotline', agent: AGENT, name: '1001', number: '139' };
const member = { name: '1001', device: 1, paused: false, reason: null, lastCallMs: 0, wrapUpMs: 0 };

const registered: SwitchEvent = { kind: 'phone-status', atMs: 1, agent: AGENT, contact: HERE, there: true };
const ringing: SwitchEvent[] = [
  registered,
  { kind: 'member', atMs: 2, queue: 'hotline', agent: AGENT, member },
  {
    kind: 'channel-created',
    atMs: 3,
    leg: caller,
    incoming: true,
    number: '139',
    exten: '96666',
    context: '',
  },
  { kind: 'queue-joined', atMs: 4, leg: caller, queue: 'hotline', position: 1, number: '139', exten: 's' },
  { kind: 'agent-called', atMs: 5, ...call },
  { kind: 'leg-rings', atMs: 6, leg: phone },
];
const talking: SwitchEvent[] = [
  ...ringing,
  { kind: 'agent-answered', atMs: 7, ...call },
  { kind: 'leg-up', atMs: 7, leg: phone },
];

/** A floor whose time and voice are in the test's hands. */
function openWorld() {
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
  const world = {
    nowMs: 1000,
    packets: 0,
    registration: 'a1' as string | null,
    ended: [] as { silentMs: number; callerChannel: string | null }[],
    ringsEnded: [] as string[],
    faults: [] as unknown[],
    tell(...events: SwitchEvent[]) {
      pulse.hear(events.flatMap((event) => step(floor, event)));
    },
    /** at this instant, with so many packets so far, the pulse is felt */
    async feel(nowMs: number, packets: number) {
      Object.assign(world, { nowMs, packets });
      await pulse.feel();
    },
    close: () => pulse.close(),
  };
  const pulse = openPulse({
    floor,
    now: () => world.nowMs,
    packets: () => Promise.resolve(world.packets),
    registration: () => world.registration,
    endLeg: async (_own, callerChannel, silentMs) => void world.ended.push({ silentMs, callerChannel }),
    endRing: async (channel) => void world.ringsEnded.push(channel),
    onFault: (fault) => world.faults.push(fault),
  });
  return world;
}
const gone = (atMs: number): SwitchEvent => ({ ...registered, atMs, there: false }) as SwitchEvent;

describe('the pulse of a desk phone in mid-call', () => {
  let world: ReturnType<typeof openWorld>;
  beforeEach(() => (world = openWorld()));
  afterEach(() => {
    world.close();
    expect(world.faults).to.deep.equal([]);
  });

  it('silence alone ends nothing: who is muted or sends nothing while nobody speaks answers the switch', async () => {
    world.tell(...talking);
    await world.feel(2000, 50);
    await world.feel(600_000, 50);
    expect(world.ended).to.deep.equal([]);
  });

  it('nor does a phone that the switch does not reach, as long as its voice comes', async () => {
    world.tell(...talking);
    await world.feel(2000, 50);
    world.tell(gone(3000));
    await world.feel(8000, 350);
    await world.feel(10_000, 450);
    expect(world.ended).to.deep.equal([]);
  });

  it('both together do: the leg is ended once, with the time since the last sign of life', async () => {
    world.tell(...talking);
    await world.feel(2000, 50);
    await world.feel(4000, 150);
    world.tell(gone(9000));
    await world.feel(9500, 150);
    await world.feel(9600, 150);
    expect(world.ended).to.deep.equal([{ silentMs: 5500, callerChannel: caller.channel }]);
  });

  it('a phone that registered elsewhere in mid-call lost this call; the end of its old address says nothing of the new', async () => {
    world.tell(...talking);
    await world.feel(2000, 50);
    world.tell({ ...registered, atMs: 3000, contact: 'sip:1001@10.0.0.9:40000' } as SwitchEvent, gone(3001));
    await world.feel(3500, 50);
    expect(world.ended, 'its voice may be on the way').to.deep.equal([]);
    await world.feel(5000, 50);
    expect(world.ended).to.have.length(1);
  });

  it('a phone that began anew at the same address lost this call; one that only registers again did not', async () => {
    world.tell(...talking);
    await world.feel(2000, 50);
    await world.feel(600_000, 50);
    expect(world.ended, 'muted, and registered again under its own id').to.deep.equal([]);
    world.registration = null;
    await world.feel(601_000, 50);
    expect(world.ended, 'the switch does not say').to.deep.equal([]);
    await world.feel(602_000, 150);
    world.registration = 'b2';
    await world.feel(604_000, 250);
    expect(world.ended, 'its voice comes').to.deep.equal([]);
    await world.feel(607_000, 250);
    expect(world.ended).to.deep.equal([{ silentMs: 3000, callerChannel: caller.channel }]);
  });

  it('an offer that rings at a phone that began anew is taken back: it does not ring any more', async () => {
    world.tell(...ringing);
    await world.feel(6000, 0);
    expect(world.ringsEnded).to.deep.equal([]);
    world.registration = 'b2';
    await world.feel(8000, 0);
    expect(world.ringsEnded).to.deep.equal([phone.channel]);
  });

  it('a holding phone is given longer, and that time is hold, not loss', async () => {
    world.tell(...talking, { kind: 'held', atMs: 1500, leg: phone });
    await world.feel(2000, 50);
    world.tell(gone(9000));
    await world.feel(9000, 50);
    await world.feel(20_000, 50);
    expect(world.ended).to.deep.equal([]);
    await world.feel(22_000, 50);
    expect(world.ended).to.deep.equal([{ silentMs: 0, callerChannel: caller.channel }]);
  });

  it('an offer that rings at a phone that is gone is taken back', async () => {
    world.tell(...ringing, gone(9000));
    await world.feel(9000, 0);
    expect(world.ringsEnded).to.deep.equal([phone.channel]);
  });

  it('a browser’s phone has witnesses of its own', async () => {
    const browser = 'sip:x@a.invalid;transport=ws';
    world.tell({ ...registered, contact: browser } as SwitchEvent, ...ringing.slice(1));
    world.tell({ ...registered, atMs: 9000, contact: browser, there: false } as SwitchEvent);
    await world.feel(9000, 0);
    expect(world.ringsEnded).to.deep.equal([]);
  });
});
