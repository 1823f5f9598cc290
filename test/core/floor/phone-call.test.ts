import { expect } from 'chai';
import type { Leg, SwitchEvent } from '../../../src/core/floor/event.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { ownLeg, phoneCall } from '../../../src/core/floor/phone-call.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' };
const CALLER: Leg = { uniqueId: 'pbx-1.1', linkedId: 'pbx-1.1', channel: 'PJSIP/trunk-00000001' };
const AGENT: Leg = { uniqueId: 'pbx-1.2', linkedId: 'pbx-1.1', channel: 'PJSIP/1001-00000002' };
const LOCAL: Leg = { uniqueId: 'pbx-1.3', linkedId: 'pbx-1.1', channel: 'Local/1002@phones-00000003;1' };
const SECOND: Leg = { uniqueId: 'pbx-1.5', linkedId: 'pbx-1.1', channel: 'PJSIP/1002-00000004' };

/** A floor that hears events a second apart, and what the phone of 1001 shows after each. */
function listening() {
  const floor = openFloor(SETTINGS);
  let atMs = 1_800_000_000_000;
  const born = (leg: Leg, incoming: boolean, number: string | null, exten = 's'): SwitchEvent =>
    ({ kind: 'channel-created', atMs: 0, leg, incoming, number, exten, context: '' }) as SwitchEvent;
  return {
    born,
    hear(...events: SwitchEvent[]) {
      for (const event of events) step(floor, { ...event, atMs: (atMs += 1000) });
    },
    shows() {
      const own = ownLeg(floor, 'PJSIP/1001');
      return own && phoneCall(own);
    },
  };
}
const on = (kind: 'leg-up' | 'held' | 'resumed', leg: Leg): SwitchEvent => ({ kind, atMs: 0, leg });
const gone = (leg: Leg): SwitchEvent => ({ kind: 'hung-up', atMs: 0, leg, cause: 16, sipStatus: 0 });

function callInTalk() {
  const line = listening();
  const queue = { queue: 'hotline', agent: 'PJSIP/1001', name: '1001', number: '13912345678' };
  line.hear(
    line.born(CALLER, true, null, '96666'),
    {
      kind: 'queue-joined',
      atMs: 0,
      leg: CALLER,
      queue: 'hotline',
      position: 1,
      number: '13912345678',
      exten: 's',
    },
    line.born(AGENT, false, null),
    { kind: 'agent-called', atMs: 0, leg: CALLER, agentLeg: AGENT, ...queue },
  );
  expect(line.shows()).to.include({ state: 'ringing', isCaller: true, number: '13912345678' });
  line.hear(on('leg-up', AGENT), { kind: 'agent-answered', atMs: 0, leg: CALLER, agentLeg: AGENT, ...queue });
  expect(line.shows()).to.include({ state: 'talking', held: false, second: null });
  return line;
}

describe('what an agent’s phone is doing', () => {
  it('is nothing while nothing was told', () => {
    expect(listening().shows()).to.equal(null);
  });

  it('is a caller who waits while a colleague is asked, then talks again when the colleague is gone', () => {
    const line = callInTalk();
    line.hear(on('held', AGENT), line.born(LOCAL, false, null), line.born(SECOND, false, null));
    expect(line.shows()).to.deep.include({ held: true, second: { number: '1002', state: 'calling' } });
    line.hear(on('leg-up', SECOND));
    expect(line.shows()!.second).to.deep.equal({ number: '1002', state: 'talking' });
    line.hear(on('resumed', AGENT), gone(LOCAL), gone(SECOND));
    expect(line.shows()).to.include({ state: 'talking', held: false, second: null });
  });

  it('is all three together when the switch says so', () => {
    const line = callInTalk();
    line.hear(
      on('held', AGENT),
      line.born(LOCAL, false, null),
      line.born(SECOND, false, null),
      on('leg-up', SECOND),
    );
    line.hear({
      kind: 'transferred-attended',
      atMs: 0,
      leg: AGENT,
      second: AGENT,
      caller: CALLER,
      target: LOCAL,
    });
    expect(line.shows()!.second).to.deep.equal({ number: '1002', state: 'all-together' });
    line.hear(gone(AGENT));
    expect(line.shows()).to.equal(null);
  });

  it('waits for the far end of a call that the agent placed', () => {
    const line = listening();
    const own: Leg = { uniqueId: 'callout-1', linkedId: 'callout-1', channel: 'PJSIP/1001-00000007' };
    const far: Leg = { uniqueId: 'pbx-1.9', linkedId: 'callout-1', channel: 'PJSIP/trunk-00000008' };
    line.hear(line.born(own, false, null, '13911112222'));
    expect(line.shows()).to.include({ state: 'ringing', isCaller: false, number: '13911112222' });
    line.hear(on('leg-up', own), line.born(far, false, null));
    expect(line.shows()).to.include({ state: 'calling', second: null });
    line.hear(on('leg-up', far));
    expect(line.shows()).to.include({ state: 'talking', number: '13911112222' });
  });
});
