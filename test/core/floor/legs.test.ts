import { expect } from 'chai';
import type { Leg, SwitchEvent } from '../../../src/core/floor/event.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { createTally } from '../../../src/core/floor/tally.ts';
import { waitingViews } from '../../../src/core/floor/views.ts';

const CALLER = leg('pbx-1.1', 'PJSIP/trunk-00000001');
const FIRST = leg('pbx-1.2', 'PJSIP/1001-00000002');
const NUMBER = '13912345678';

function leg(uniqueId: string, channel: string, linkedId = 'pbx-1.1'): Leg {
  return { uniqueId, linkedId, channel };
}
function born(atMs: number, of: Leg, incoming = false): SwitchEvent {
  const number = incoming ? NUMBER : null;
  return {
    kind: 'channel-created',
    atMs,
    leg: of,
    incoming,
    number,
    exten: incoming ? '96666' : 's',
    context: '',
  };
}
const on = (kind: 'leg-up' | 'leg-rings' | 'held' | 'resumed', atMs: number, of: Leg): SwitchEvent => ({
  kind,
  atMs,
  leg: of,
});
const gone = (atMs: number, of: Leg, cause = 16, sipStatus = 0): SwitchEvent => ({
  kind: 'hung-up',
  atMs,
  leg: of,
  cause,
  sipStatus,
});
const asks = (atMs: number, of: Leg, cause = 16, sipStatus = 0): SwitchEvent => ({
  kind: 'hangup-requested',
  atMs,
  leg: of,
  cause,
  sipStatus,
});
function joins(atMs: number, of: Leg, queue = 'hotline'): SwitchEvent {
  return { kind: 'queue-joined', atMs, leg: of, queue, position: 1, number: NUMBER, exten: 's' };
}
function agent(
  kind: 'agent-called' | 'agent-answered',
  atMs: number,
  agentLeg: Leg,
  name: string,
  of = CALLER,
) {
  return {
    kind,
    atMs,
    leg: of,
    agentLeg,
    queue: 'hotline',
    agent: name,
    name,
    number: NUMBER,
  } as SwitchEvent;
}

const TALKING: SwitchEvent[] = [
  born(1000, CALLER, true),
  joins(2000, CALLER),
  born(2100, FIRST),
  agent('agent-called', 2100, FIRST, 'PJSIP/1001'),
  on('leg-up', 5000, FIRST),
  { kind: 'queue-left', atMs: 5000, leg: CALLER, queue: 'hotline' },
  agent('agent-answered', 5000, FIRST, 'PJSIP/1001'),
];

function hears(...events: SwitchEvent[]) {
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
  const facts = events.flatMap((event) => step(floor, event));
  return { floor, facts };
}
function recordOf(facts: Fact[], callId = 'pbx-1.1') {
  const ends = facts.filter((fact) => fact.kind === 'call-ended' && fact.callId === callId);
  expect(ends).to.have.length(1);
  const [end] = ends;
  return end!.kind === 'call-ended' ? end!.record : expect.fail();
}

describe('a call, by its legs', () => {
  it('gives each agent their own talk, and waiting again after a failed transfer is none', () => {
    const busy = leg('pbx-1.3', 'PJSIP/1002-00000003');
    const third = leg('pbx-1.4', 'PJSIP/1003-00000004');
    const events: SwitchEvent[] = [
      ...TALKING,
      { kind: 'transferred-blind', atMs: 6000, leg: FIRST, caller: CALLER, to: '1002' },
      gone(6010, FIRST),
      born(6020, busy),
      asks(6100, busy, 17, 486),
      gone(6100, busy, 17, 486),
      joins(6100, CALLER),
    ];
    expect(waitingViews(hears(...events).floor)).to.have.length(1);
    const { facts } = hears(
      ...events,
      born(7000, third),
      agent('agent-called', 7000, third, 'PJSIP/1003'),
      on('leg-up', 10_100, third),
      { kind: 'queue-left', atMs: 10_100, leg: CALLER, queue: 'hotline' },
      agent('agent-answered', 10_100, third, 'PJSIP/1003'),
      asks(15_100, CALLER),
      gone(15_100, third),
      gone(15_100, CALLER),
    );
    const record = recordOf(facts);
    expect(record).to.include({ holdMs: 4000, talkMs: 6100, anomalies: record.anomalies });
    expect(record.anomalies).to.deep.equal([]);
    expect(record.talks!.map(({ agent: name, talkMs }) => [name, talkMs])).to.deep.equal([
      ['PJSIP/1001', 1000],
      ['PJSIP/1003', 5000],
    ]);
    const tally = createTally();
    tally.put(record);
    const sums = tally.agentsSince(0);
    expect(sums.get('PJSIP/1001')).to.include({ answered: 1, withinThreeRings: 1, talkMs: 1000 });
    expect(sums.get('PJSIP/1003')).to.include({ answered: 0, withinThreeRings: 0, talkMs: 5000 });
  });

  it('tells that it was handed on, and by whom, by a redirect too', () => {
    const { facts } = hears(...TALKING, gone(8000, FIRST), joins(8010, CALLER, 'repair'));
    const told = facts.filter((fact) => fact.kind === 'call-transferred');
    expect(told).to.have.length(1);
    expect(told[0]).to.include({ how: 'redirect', to: 'repair', from: 'PJSIP/1001', atMs: 8000 });
  });

  it('is not changed by what plumbing does in a queue', () => {
    const one = leg('pbx-1.5', 'Local/2002@phones-00000005;1');
    const two = leg('pbx-1.6', 'Local/2002@phones-00000005;2');
    const { floor, facts } = hears(
      ...TALKING,
      born(6000, one),
      born(6000, two),
      joins(6010, two, 'repair'),
      { kind: 'queue-refused', atMs: 7000, leg: two, status: 'TIMEOUT' },
      { kind: 'queue-left', atMs: 7000, leg: two, queue: 'repair' },
    );
    const call = floor.calls.get('pbx-1.1')!;
    expect(call).to.include({ queue: 'hotline', inQueue: false, leftQueueAtMs: 5000, refused: null });
    expect(facts.filter((fact) => fact.kind === 'call-queued')).to.have.length(1);
  });

  it('is taken by a colleague who picks the ringing phone up: the one talks, the other is free', () => {
    const own = leg('pbx-1.9', 'PJSIP/1002-00000009', 'pbx-1.9');
    const moved = leg('pbx-1.2', 'PJSIP/1002-00000009');
    const events: SwitchEvent[] = [
      ...TALKING.slice(0, 4),
      born(4000, own, true),
      gone(4500, leg('pbx-1.9', 'PJSIP/1001-00000002<ZOMBIE>', 'pbx-1.9'), 26),
      { kind: 'queue-left', atMs: 4500, leg: CALLER, queue: 'hotline' },
      agent('agent-answered', 4500, moved, 'PJSIP/1001'),
    ];
    const { floor } = hears(...events);
    expect(floor.agents.get('PJSIP/1001')!.legs.size).to.equal(0);
    expect(floor.agents.get('PJSIP/1002')!.state).to.equal('talking');
    const { facts, floor: after } = hears(...events, gone(9000, moved), gone(9001, CALLER));
    const record = recordOf(facts);
    expect(record).to.include({ answeredBy: 'PJSIP/1002', ringMs: 2400 });
    expect(record.offers.map(({ agent: name, outcome }) => [name, outcome])).to.deep.equal([
      ['PJSIP/1001', 'cancelled'],
      ['PJSIP/1002', 'answered'],
    ]);
    expect(after.agents.get('PJSIP/1002')!.legs.size).to.equal(0);
  });

  it('goes on when its first channel is moved to another, and ends with that one', () => {
    const standIn = leg('pbx-1.7', 'AsyncGoto/PJSIP/trunk-00000001');
    const moved = leg('pbx-1.7', 'PJSIP/trunk-00000001');
    const events = [
      ...TALKING,
      born(6000, standIn),
      gone(6001, leg('pbx-1.1', 'AsyncGoto/PJSIP/trunk-00000001<ZOMBIE>')),
    ];
    expect([...hears(...events).floor.calls.keys()]).to.deep.equal(['pbx-1.1']);
    const { facts, floor } = hears(...events, gone(7000, FIRST), asks(9000, moved), gone(9000, moved));
    expect(recordOf(facts)).to.include({ endedAtMs: 9000, outcome: 'answered' });
    expect(floor.calls.size).to.equal(0);
  });

  it('frees the agent whose leg a snapshot no longer has, though the caller is still there', () => {
    const { floor } = hears(
      ...TALKING,
      { kind: 'feed-lost', atMs: NaN },
      { kind: 'caller-id-changed', atMs: 8000, leg: CALLER, number: NUMBER },
      {
        kind: 'snapshot',
        atMs: 9000,
        live: [
          { ...CALLER, number: NUMBER, exten: 's', context: '', bornAtMs: 1000, up: true, bridge: null },
        ],
      },
    );
    expect(floor.calls.size).to.equal(1);
    expect(floor.agents.get('PJSIP/1001')!.legs.size).to.equal(0);
  });

  it('of a program carries the survey that its variable names, though the response names no channel', () => {
    const line = leg('pbx-1.8', 'PJSIP/trunk-00000008', 'pbx-1.8');
    const { facts, floor } = hears(
      born(1000, line),
      { kind: 'survey-named', atMs: 1000, leg: line, surveyId: 'S-0007' },
      { kind: 'dial-began', atMs: 1001, leg: line, dialled: '13911112222', from: '' },
      on('leg-rings', 1100, line),
      asks(2000, line, 17, 486),
      gone(2001, line, 17, 486),
      {
        kind: 'originate-answered',
        atMs: 2002,
        uniqueId: '<unknown>',
        ok: false,
        reason: 5,
        dialled: '13911112222',
      },
    );
    const record = recordOf(facts, 'pbx-1.8');
    expect(record.survey).to.deep.equal({ id: 'S-0007', result: 'busy', score: null });
    expect(record).to.include({ dnis: '13911112222', endedAtMs: 2001, outcome: 'blocked' });
    expect(floor.calls.size).to.equal(0);
  });
});
