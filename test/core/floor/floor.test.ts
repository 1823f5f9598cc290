import { expect } from 'chai';
import fc from 'fast-check';
import { createChain } from '../../../src/asterisk/capture.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import type { SwitchEvent } from '../../../src/core/floor/event.ts';
import { closeFloor, openFloor, step } from '../../../src/core/floor/floor.ts';
import { sumsOf } from '../../../src/core/floor/measures.ts';
import { restoreFloor, saveFloor } from '../../../src/core/floor/saved.ts';
import { bytesOf, framesOf, RECORDINGS } from '../../support/recordings.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };

function eventsOf(bytes: Buffer[]): SwitchEvent[] {
  const events: SwitchEvent[] = [];
  const chain = createChain((event) => events.push(event));
  for (const chunk of bytes) chain.bytes(chunk, 1);
  return events;
}

function factsOf(events: SwitchEvent[]): Fact[] {
  const floor = openFloor(SETTINGS);
  return [...events.flatMap((event) => step(floor, event)), ...closeFloor(floor)];
}

const ended = (facts: Fact[]) =>
  facts.filter((fact) => fact.kind === 'call-ended').map((fact) => fact.callId);

describe('the floor', () => {
  it('a call that is answered in time is in time from that moment on, not only when it has ended', () => {
    for (const [name, within] of [
      ['a-ring3-14.5s', true],
      ['a-ring4-15.5s', false],
    ] as const) {
      const told = factsOf(eventsOf(framesOf(name)));
      const answered = told.find((fact) => fact.kind === 'call-answered')!;
      expect(answered.record.withinThreeRings, name).to.equal(within);
      const { rang, withinThreeRings } = sumsOf(answered.record);
      expect([rang, withinThreeRings], name).to.deep.equal([1, Number(within)]);
    }
  });

  it('tells the same facts however the bytes are cut', () => {
    const bytes = bytesOf('b-rna-17s');
    const whole = factsOf(eventsOf([bytes]));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const chunks: Buffer[] = [];
        for (let from = 0, at = 0; from < bytes.length; at += 1) {
          const size = sizes[at % sizes.length]!;
          chunks.push(Buffer.from(bytes.subarray(from, from + size)));
          from += size;
        }
        expect(factsOf(eventsOf(chunks))).to.deep.equal(whole);
      }),
      { numRuns: 25 },
    );
  });

  it('tells the same facts when it was saved and restored at any event', () => {
    for (const name of ['e-atxfer-ami', 'g-all-busy-486', 'e-hold']) {
      const events = eventsOf([bytesOf(name)]);
      const whole = factsOf(events);
      for (let cut = 0; cut < events.length; cut += 7) {
        const before = openFloor(SETTINGS);
        const facts = events.slice(0, cut).flatMap((event) => step(before, event));
        const after = restoreFloor(saveFloor(before), SETTINGS);
        facts.push(...events.slice(cut).flatMap((event) => step(after, event)), ...closeFloor(after));
        expect(facts).to.deep.equal(whole);
      }
    }
  });

  it('never throws and ends each call once, though events are lost, doubled, or out of order', () => {
    const all = RECORDINGS.map((name) => framesOf(name));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: all.length - 1 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
        (at, dice) => {
          const frames: Buffer[] = [];
          for (const frame of all[at]!) {
            const roll = dice.next().value as number;
            if (roll < 8) continue;
            frames.push(frame);
            if (roll > 92) frames.push(frame);
            if (roll === 50 && frames.length > 2) frames.splice(-2, 2, frames.at(-1)!, frames.at(-2)!);
          }
          const facts = factsOf(eventsOf(frames));
          const ids = ended(facts);
          expect(new Set(ids).size).to.equal(ids.length);
          expect(facts.some((fact) => fact.kind === 'anomaly' && fact.name === 'step-failed')).to.equal(
            false,
          );
          for (const fact of facts) {
            if (fact.kind !== 'call-ended') continue;
            expect(fact.record.outcome).to.not.equal(null);
            for (const ms of [fact.record.ringMs, fact.record.waitMs, fact.record.talkMs]) {
              expect(ms === null || ms >= 0, `${fact.callId} ${ms}`).to.equal(true);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never throws at garbage, and what it says is no event', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from('\r\n\r\n')))),
        (pieces) => {
          const facts = factsOf(eventsOf(pieces.map((piece) => Buffer.from(piece))));
          expect(facts.every((fact) => fact.kind === 'anomaly')).to.equal(true);
        },
      ),
    );
  });

  it('believes no event that lacks Privilege or Timestamp', () => {
    const told = (headers: string) =>
      factsOf(eventsOf([Buffer.from(headers.replaceAll('\n', '\r\n') + '\r\n\r\n')]));
    const names = (facts: Fact[]) => facts.map((fact) => (fact.kind === 'anomaly' ? fact.name : fact.kind));
    const body = 'Channel: PJSIP/trunk-1\nUniqueid: 1.1\nLinkedid: 1.1\nQueue: hotline';
    expect(names(told(`Event: QueueCallerJoin\nTimestamp: 1700000000.5\n${body}`))).to.deep.equal([
      'event-without-privilege',
    ]);
    expect(names(told(`Event: QueueCallerJoin\nPrivilege: agent,all\n${body}`))).to.deep.equal([
      'event-without-timestamp',
    ]);
  });

  it('counts a clock that goes back and goes on', () => {
    const events = eventsOf([bytesOf('a-ring1-2s')]);
    const shifted = events.map((event, at) => (at < 6 ? event : { ...event, atMs: event.atMs - 3_600_000 }));
    const facts = factsOf(shifted);
    expect(facts.some((fact) => fact.kind === 'anomaly' && fact.name === 'clock-went-back')).to.equal(true);
    expect(ended(facts)).to.have.length(1);
  });

  it('ends calls that a snapshot no longer knows as unknown, and tells the gap', () => {
    const events = eventsOf([bytesOf('j-kill9')]);
    const floor = openFloor(SETTINGS);
    const upTo = events.findIndex((event) => event.kind === 'agent-called' && event.number === '13900000002');
    for (const event of events.slice(0, upTo + 1)) step(floor, event);
    expect(floor.calls.size).to.equal(2);
    step(floor, { kind: 'feed-lost', atMs: NaN });
    const survivor = [...floor.calls.values()][0]!;
    const live = survivor.legs.map((leg) => ({
      uniqueId: leg.uniqueId,
      linkedId: survivor.callId,
      channel: leg.channel,
      number: null,
      exten: 's',
      context: 'hotline',
      bornAtMs: 0,
      up: true,
      bridge: null,
    }));
    const facts = step(floor, { kind: 'snapshot', atMs: floor.lastAtMs + 9000, live });
    expect(facts.map((fact) => fact.kind)).to.include('feed-gap');
    const [lost] = facts.filter((fact) => fact.kind === 'call-ended');
    expect(lost!.record).to.include({ ani: '13900000002', outcome: 'unknown', endedAtMs: null });
    expect([...floor.calls.keys()]).to.deep.equal([survivor.callId]);
  });
});
