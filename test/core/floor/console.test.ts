import { expect } from 'chai';
import { newAgent } from '../../../src/core/floor/agents.ts';
import { newCall } from '../../../src/core/floor/call.ts';
import {
  consoleCalls,
  earOn,
  moveTo,
  pickUp,
  takeOver,
  waitingChannel,
} from '../../../src/core/floor/console.ts';
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
  it('who is asked how it was talks with nobody; who is led to a leader’s phone is seen ringing there', () => {
    const floor = floorWith();
    const c = floor.calls.get('c')!;
    c.legs[0]!.gone = true;
    const seen = () => {
      const { state, agent, place } = consoleCalls(floor).find((one) => one.callId === 'c')!;
      return { state, agent, place };
    };
    expect(seen()).to.deep.equal({ state: 'ivr', agent: null, place: null });
    c.offers.push({
      ...{ offerId: 'c9', agent: 'PJSIP/1005', queue: null, atMs: 9000, rang: true, outcome: null },
      ...{ endedAtMs: null, ringMs: null, cause: 0, sipStatus: 0, told: false, dialled: true },
    });
    expect(seen()).to.deep.equal({ state: 'ringing', agent: 'PJSIP/1005', place: null });
    c.offers.pop();
    c.legs.push({ uniqueId: 'c2', channel: 'PJSIP/trunk-00000003', party: 'caller', up: true, gone: false });
    expect(seen().state, 'passed on to a unit outside').to.equal('talking');
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
  it('takes over only a caller whom an agent talks with, to a leader’s phone that is free', () => {
    const floor = floorWith();
    const own = (uniqueId: string, extension: string) =>
      floor.calls.set(uniqueId, {
        ...newCall(uniqueId, 'internal', 1000),
        legs: [{ uniqueId, channel: `PJSIP/${extension}-00000009`, party: 'agent', up: true, gone: false }],
      });
    const c = floor.calls.get('c')!;
    expect(takeOver(floor, 'PJSIP/1005', 'c'), 'the caller’s own line is gone').to.include({
      refusal: 'no-such-call',
    });
    c.legs.unshift({
      uniqueId: 'c',
      channel: 'PJSIP/trunk-00000002',
      party: 'caller',
      up: true,
      gone: false,
    });
    expect(takeOver(floor, 'PJSIP/1005', 'c')).to.deep.equal({
      ...{ ok: true, channel: 'PJSIP/trunk-00000002', agent: 'PJSIP/1001' },
    });
    expect(takeOver(floor, null, 'c')).to.include({ refusal: 'no-phone' });
    expect(takeOver(floor, 'PJSIP/1001', 'c')).to.include({ refusal: 'own-call' });
    expect(takeOver(floor, 'PJSIP/1005', 'b')).to.include({ refusal: 'agent-not-talking' });
    own('own', '1005');
    expect(takeOver(floor, 'PJSIP/1005', 'c')).to.include({ refusal: 'own-phone-busy' });
    expect(pickUp(floor, 'PJSIP/1005', 'b')).to.include({ refusal: 'own-phone-busy' });
    floor.calls.delete('own');
    c.legs.push({ uniqueId: 'c2', channel: 'PJSIP/1002-00000003', party: 'agent', up: true, gone: false });
    c.legs[2]!.left = true;
    expect(takeOver(floor, 'PJSIP/1005', 'c'), 'asks a colleague').to.include({ refusal: 'agent-consults' });
    c.legs.pop();
    c.legs[1]!.gone = true;
    expect(takeOver(floor, 'PJSIP/1005', 'c'), 'the agent is gone').to.include({
      refusal: 'agent-not-talking',
    });
  });
  it('picks and moves only who waits on the line, into a queue that somebody serves', () => {
    const floor = floorWith();
    expect(pickUp(floor, 'PJSIP/1005', 'b')).to.deep.equal({ ok: true, channel: 'PJSIP/trunk-00000001' });
    expect(pickUp(floor, null, 'b')).to.include({ refusal: 'no-phone' });
    expect(pickUp(floor, 'PJSIP/1005', 'c')).to.include({ refusal: 'not-waiting' });
    const kept = newCall('keep-1', 'outbound', 1000);
    floor.calls.set('keep-1', {
      ...{ ...kept, inQueue: true, queuedAtMs: 2000, queue: 'hotline' },
      legs: [
        { uniqueId: 'keep-1b', channel: 'Local/1@keep-queue-1;2', party: 'plumbing', up: true, gone: false },
      ],
    });
    expect(pickUp(floor, 'PJSIP/1005', 'keep-1')).to.include({ refusal: 'kept-place' });
    expect(moveTo(floor, 'keep-1', 'complaints')).to.include({ refusal: 'kept-place' });
    expect(moveTo(floor, 'b', 'hotline')).to.include({ refusal: 'same-queue' });
    expect(moveTo(floor, 'b', 'complaints')).to.include({ refusal: 'no-such-queue' });
    floor.calls.get('a')!.queue = 'complaints';
    expect(moveTo(floor, 'b', 'complaints')).to.include({ refusal: 'nobody-serves' });
    const agent = newAgent('PJSIP/1002', '王建国', 1000);
    agent.queues.set('complaints', { paused: false, reason: null, device: 1 } as never);
    floor.agents.set(agent.agent, agent);
    expect(moveTo(floor, 'b', 'complaints')).to.deep.equal({ ok: true, channel: 'PJSIP/trunk-00000001' });
    expect(moveTo(floor, 'c', 'complaints')).to.include({ refusal: 'not-waiting' });
    expect(moveTo(floor, 'x', 'complaints')).to.include({ refusal: 'no-such-call' });
  });
  it('an ear, and a word into one who waits, are no calls of the hotline', () => {
    const floor = openFloor(settings);
    for (const name of ['spy-1', 'whisper-2', 'write-3']) {
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
