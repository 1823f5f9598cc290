import { expect } from 'chai';
import { newCall } from '../../../src/core/floor/call.ts';
import { consoleCalls, earOn, waitingChannel } from '../../../src/core/floor/console.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';

const settings = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };
const leg = (uniqueId: string, channel: string, linkedId = uniqueId) => ({ uniqueId, linkedId, channel });

function floorWith() {
  const floor = openFloor(settings);
  const at = (callId: string, more: object) =>
    floor.calls.set(callId, { ...newCall(callId, 'inbound', 1000), ani: callId, queue: 'hotline', ...more });
  at('a', { queuedAtMs: 3000, inQueue: true });
  at('b', {
    queuedAtMs: 2000,
    inQueue: true,
    legs: [{ uniqueId: 'b', channel: 'PJSIP/trunk-00000001', party: 'caller', up: true, gone: false }],
  });
  at('c', {
    ...{ queuedAtMs: 1500, answeredAtMs: 4000, answeredBy: 'PJSIP/1001' },
    legs: [{ uniqueId: 'c1', channel: 'PJSIP/1001-00000001', party: 'agent', up: true, gone: false }],
  });
  at('d', {});
  return floor;
}

describe('the shift leader’s console', () => {
  it('shows who waits first, by their place, then who talks, and who is still in the greeting', () => {
    const calls = consoleCalls(floorWith());
    expect(calls.map((one) => [one.callId, one.state, one.place])).to.deep.equal([
      ['b', 'waiting', 1],
      ['a', 'waiting', 2],
      ['d', 'ivr', null],
      ['c', 'talking', null],
    ]);
  });
  it('puts an ear on the agent’s own line; says why it can’t', () => {
    const floor = floorWith();
    expect(earOn(floor, 'PJSIP/1005', 'PJSIP/1001')).to.deep.equal({
      ok: true,
      channel: 'PJSIP/1001-00000001',
      callId: 'c',
    });
    expect(earOn(floor, null, 'PJSIP/1001')).to.include({ refusal: 'no-phone' });
    expect(earOn(floor, 'PJSIP/1001', 'PJSIP/1001')).to.include({ refusal: 'own-call' });
    expect(earOn(floor, 'PJSIP/1005', 'PJSIP/1002')).to.include({ refusal: 'agent-not-talking' });
  });
  it('moves only who waits', () => {
    const floor = floorWith();
    expect(waitingChannel(floor, 'b')).to.deep.equal({
      ok: true,
      channel: 'PJSIP/trunk-00000001',
      queue: 'hotline',
    });
    expect(waitingChannel(floor, 'c')).to.include({ refusal: 'not-waiting' });
    expect(waitingChannel(floor, 'x')).to.include({ refusal: 'no-such-call' });
  });
  it('an ear, and a word into one who waits, are no calls of the hotline', () => {
    const floor = openFloor(settings);
    for (const name of ['spy-1', 'whisper-2']) {
      const created = {
        kind: 'channel-created' as const,
        atMs: 1,
        incoming: false,
        number: null,
        exten: '1',
        context: 'supervise',
      };
      expect(step(floor, { ...created, leg: leg(name, 'PJSIP/1005-00000001') })).to.deep.equal([]);
      expect(step(floor, { kind: 'leg-up', atMs: 2, leg: leg(name, 'PJSIP/1005-00000001') })).to.deep.equal(
        [],
      );
      expect(
        step(floor, {
          kind: 'hung-up',
          atMs: 3,
          leg: leg(name, 'PJSIP/1005-00000001'),
          cause: 16,
          sipStatus: 0,
        }),
      ).to.deep.equal([]);
    }
    expect(floor.calls.size).to.equal(0);
  });
});
