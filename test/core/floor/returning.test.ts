import { expect } from 'chai';
import type { Leg, SwitchEvent } from '../../../src/core/floor/event.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { offerViews, waitingViews } from '../../../src/core/floor/views.ts';

const leg = (uniqueId: string, channel: string): Leg => ({ uniqueId, linkedId: 'pbx-1.0', channel });
const caller = leg('pbx-1.0', 'PJSIP/trunk-00000000');
const first = leg('pbx-1.1', 'PJSIP/1001-00000001');
const second = leg('pbx-1.2', 'PJSIP/1001-00000002');
const third = leg('pbx-1.3', 'PJSIP/1002-00000003');
const number = '13912345678';

/** As a real Asterisk said it (agent-left in the dialplan); instants in ms. */
const untilLost: SwitchEvent[] = [
  {
    kind: 'channel-created',
    atMs: 1000,
    leg: caller,
    incoming: true,
    number,
    exten: '96666',
    context: 'from-trunk',
  },
  { kind: 'queue-joined', atMs: 4000, leg: caller, queue: 'hotline', position: 1, number, exten: 's' },
  called(4100, first, 'PJSIP/1001'),
  answered(6100, first, 'PJSIP/1001'),
  { kind: 'agent-leg-lost', atMs: 20_000, leg: caller, agent: 'PJSIP/1001', cause: 38 },
  { kind: 'hung-up', atMs: 20_001, leg: first, cause: 38, sipStatus: 0 },
];

function called(atMs: number, agentLeg: Leg, agent: string): SwitchEvent {
  return {
    kind: 'agent-called',
    atMs,
    leg: caller,
    agentLeg,
    queue: 'hotline',
    agent,
    name: agent,
    number,
  };
}
function answered(atMs: number, agentLeg: Leg, agent: string): SwitchEvent {
  return { ...(called(atMs, agentLeg, agent) as object), kind: 'agent-answered' } as SwitchEvent;
}

function told(events: SwitchEvent[]) {
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
  const facts = events.flatMap((event) => step(floor, event));
  return { floor, facts };
}
const recordOf = (facts: Fact[]) => {
  const ends = facts.filter((fact) => fact.kind === 'call-ended');
  expect(ends).to.have.length(1);
  return ends[0]!.record;
};

describe("a call whose agent's phone dies", () => {
  it('waits again, in front, from the instant the phone died', () => {
    const { floor } = told([
      ...untilLost,
      { kind: 'queue-joined', atMs: 28_000, leg: caller, queue: 'hotline', position: 1, number, exten: 's' },
    ]);
    expect(waitingViews(floor)).to.deep.equal([
      { callId: 'pbx-1.0', ani: number, queue: 'hotline', sinceMs: 20_000, ringingSinceMs: null },
    ]);
  });

  it('goes back to the same agent as one call and one record, the wait counted as hold', () => {
    const back: SwitchEvent[] = [
      ...untilLost,
      { kind: 'agent-returns', atMs: 22_000, leg: caller, agent: 'PJSIP/1001' },
      {
        kind: 'channel-created',
        atMs: 22_001,
        leg: second,
        incoming: false,
        number: null,
        exten: '',
        context: 'phones',
      },
      { kind: 'dial-began', atMs: 22_002, leg: second, dialled: '1001' },
    ];
    const ringing = told(back);
    expect(offerViews(ringing.floor)).to.have.length(1);
    expect(offerViews(ringing.floor)[0]).to.include({
      offerId: 'pbx-1.2',
      returning: true,
      firstRingAtMs: 22_002,
    });
    const { facts, floor } = told([
      ...back,
      { kind: 'leg-up', atMs: 23_000, leg: second },
      { kind: 'hangup-requested', atMs: 30_000, leg: second, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 30_001, leg: second, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 30_002, leg: caller, cause: 16, sipStatus: 0 },
    ]);
    const record = recordOf(facts);
    expect(record).to.deep.include({
      outcome: 'answered',
      ringMs: 2000,
      waitMs: 2100,
      holdMs: 3000,
      hungUpFirst: 'agent',
      transfers: [],
      anomalies: ['agent-leg-lost'],
    });
    expect(record.offers.map((offer) => offer.outcome)).to.deep.equal(['answered', 'answered']);
    expect(facts.filter((fact) => fact.kind === 'agent-lost')).to.have.length(1);
    expect(facts.filter((fact) => fact.kind === 'call-answered')).to.have.length(2);
    expect(floor.agents.get('PJSIP/1001')!.legs.size).to.equal(0);
  });

  it('has not been talked with since its phone was last heard', () => {
    const silent = untilLost.map((event) =>
      event.kind === 'agent-leg-lost' ? { ...event, silentMs: 6000 } : event,
    );
    const { facts } = told([
      ...silent,
      { kind: 'hangup-requested', atMs: 22_000, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 22_001, leg: caller, cause: 16, sipStatus: 0 },
    ]);
    // answered at 6.1 s, last heard at 14 s
    expect(recordOf(facts)).to.include({ talkMs: 7900, holdMs: 8001 });
  });

  it('is taken by another agent from the head of the queue, still one call', () => {
    const { facts } = told([
      ...untilLost,
      { kind: 'queue-joined', atMs: 28_000, leg: caller, queue: 'hotline', position: 1, number, exten: 's' },
      called(28_100, third, 'PJSIP/1002'),
      { kind: 'queue-left', atMs: 29_000, leg: caller, queue: 'hotline' },
      answered(29_000, third, 'PJSIP/1002'),
      { kind: 'hangup-requested', atMs: 40_000, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 40_001, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 40_001, leg: third, cause: 16, sipStatus: 0 },
    ]);
    expect(recordOf(facts)).to.deep.include({
      outcome: 'answered',
      answeredBy: 'PJSIP/1001',
      ringMs: 2000,
      holdMs: 9000,
      hungUpFirst: 'caller',
      anomalies: ['agent-leg-lost'],
    });
  });

  it('also waits when a leader took the call over and did not answer; that is no lost leg', () => {
    const taken: SwitchEvent[] = [
      ...untilLost.slice(0, -2),
      { kind: 'hung-up', atMs: 20_001, leg: first, cause: 16, sipStatus: 0 },
      { kind: 'caller-waits', atMs: 22_000, leg: caller },
      { kind: 'queue-joined', atMs: 22_001, leg: caller, queue: 'hotline', position: 1, number, exten: 's' },
    ];
    const { floor } = told(taken);
    expect(waitingViews(floor).map(({ callId, sinceMs }) => ({ callId, sinceMs }))).to.deep.equal([
      { callId: 'pbx-1.0', sinceMs: 22_000 },
    ]);
    const { facts } = told([
      ...taken,
      called(22_100, third, 'PJSIP/1002'),
      answered(24_000, third, 'PJSIP/1002'),
      { kind: 'hangup-requested', atMs: 40_000, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 40_001, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 40_001, leg: third, cause: 16, sipStatus: 0 },
    ]);
    expect(recordOf(facts)).to.deep.include({ outcome: 'answered', holdMs: 2000, anomalies: [] });
  });

  it('says so when the caller gave up before anybody took them back', () => {
    const { facts } = told([
      ...untilLost,
      { kind: 'hangup-requested', atMs: 25_000, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'hung-up', atMs: 25_001, leg: caller, cause: 16, sipStatus: 0 },
    ]);
    expect(recordOf(facts).anomalies).to.deep.equal(['agent-leg-lost', 'left-after-agent-lost']);
  });
});
