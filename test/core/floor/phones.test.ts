import { expect } from 'chai';
import type { Leg, SwitchEvent } from '../../../src/core/floor/event.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { cleanNumber } from '../../../src/core/floor/number.ts';
import { restoreFloor, saveFloor } from '../../../src/core/floor/saved.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };
const AGENT = 'PJSIP/1001';
const caller: Leg = { uniqueId: 'pbx-1.0', linkedId: 'pbx-1.0', channel: 'PJSIP/trunk-in-00000000' };
const phone: Leg = { uniqueId: 'pbx-1.1', linkedId: 'pbx-1.0', channel: 'PJSIP/1001-00000001' };
const offer = { leg: caller, agentLeg: phone, queue: 'hotline', agent: AGENT, name: '1001', number: '139' };
const status = (atMs: number, contact: string, there: boolean): SwitchEvent => ({
  kind: 'phone-status',
  atMs,
  agent: AGENT,
  contact,
  there,
});
const member: SwitchEvent = {
  kind: 'member',
  atMs: 1,
  queue: 'hotline',
  agent: AGENT,
  member: { name: '1001', device: 1, paused: false, reason: null, lastCallMs: 0, wrapUpMs: 0 },
};
const told = (events: SwitchEvent[]) => {
  const floor = openFloor(SETTINGS);
  return { floor, facts: events.flatMap((event) => step(floor, event)) };
};

describe('a number as the switch tells it', () => {
  it('is none where none was shown, noughts included', () => {
    for (const told of ['', '0', '000000', '<unknown>', 'anonymous', undefined])
      expect(cleanNumber(told), String(told)).to.equal(null);
    expect(cleanNumber('+8613912345678')).to.equal('+8613912345678');
    expect(cleanNumber('10')).to.equal('10');
  });
});

describe('whether phones are there', () => {
  it('is told where it changes; the end of an address that the phone has left changes nothing', () => {
    const { facts } = told([
      member,
      status(10, 'sip:1001@a', true),
      status(20, 'sip:1001@a', true),
      status(30, 'sip:1001@b', true),
      status(31, 'sip:1001@a', false),
      status(40, 'sip:1001@b', false),
      status(50, 'sip:1001@b', true),
    ]);
    const changes = facts.flatMap((fact) =>
      fact.kind === 'phone-status' ? [[fact.atMs, fact.contact, fact.there]] : [],
    );
    expect(changes).to.deep.equal([
      [10, 'sip:1001@a', true],
      [30, 'sip:1001@b', true],
      [40, 'sip:1001@b', false],
      [50, 'sip:1001@b', true],
    ]);
  });

  it('is known of a phone that registered before its agent signed in, and after a restart of the service', () => {
    const { floor, facts } = told([status(1, 'sip:1001@a', true), member]);
    expect(facts.filter((fact) => fact.kind === 'phone-status')).to.deep.equal([]);
    const restored = restoreFloor(saveFloor(floor), SETTINGS);
    expect(restored.registrations.get(AGENT)).to.deep.equal({ contact: 'sip:1001@a', there: true });
  });

  /** A call that was offered to this phone, of which the queue said nothing more, until the caller gave up. */
  const gaveUp = (before: SwitchEvent[], refusal: SwitchEvent[] = []) => {
    const { facts } = told([
      ...before,
      member,
      {
        kind: 'channel-created',
        atMs: 1000,
        leg: caller,
        incoming: true,
        number: '139',
        exten: '96666',
        context: '',
      },
      {
        kind: 'queue-joined',
        atMs: 4000,
        leg: caller,
        queue: 'hotline',
        position: 1,
        number: '139',
        exten: 's',
      },
      { kind: 'agent-called', atMs: 4001, ...offer },
      { kind: 'dial-began', atMs: 4002, leg: phone, dialled: '1001' },
      ...refusal,
      { kind: 'hangup-requested', atMs: 26_032, leg: caller, cause: 16, sipStatus: 0 },
      { kind: 'queue-left', atMs: 26_032, leg: caller, queue: 'hotline' },
      ...(refusal.length === 0
        ? [{ kind: 'hung-up' as const, atMs: 26_032, leg: phone, cause: 0, sipStatus: 0 }]
        : []),
      { kind: 'hung-up', atMs: 26_033, leg: caller, cause: 16, sipStatus: 0 },
    ]);
    const ended = facts.find((fact) => fact.kind === 'call-ended')!;
    const { abandonStage, ringMs, offers } = ended.record;
    return { abandonStage, ringMs: ringMs === null ? null : Math.round(ringMs), outcome: offers[0]!.outcome };
  };

  it('a phone that is there and says nothing through the queue rings by 183: Article 13 counts it', () => {
    expect(gaveUp([status(1, 'sip:1001@a', true)])).to.deep.equal({
      abandonStage: 'ringing',
      ringMs: 22_032,
      outcome: 'cancelled',
    });
  });

  it('one that does not answer the switch never rang, nor one that refused', () => {
    const never = { abandonStage: 'queue', ringMs: null, outcome: 'unreachable' };
    expect(gaveUp([status(1, 'sip:1001@a', true), status(2, 'sip:1001@a', false)])).to.deep.equal(never);
    const refusal: SwitchEvent[] = [
      { kind: 'hung-up', atMs: 4010, leg: phone, cause: 58, sipStatus: 488 },
      { kind: 'agent-did-not-answer', atMs: 4011, ...offer, ringMs: 0 },
    ];
    expect(gaveUp([status(1, 'sip:1001@a', true)], refusal)).to.deep.equal(never);
  });
});
