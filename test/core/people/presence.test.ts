import { expect } from 'chai';
import fc from 'fast-check';
import {
  newPresence,
  presenceStep,
  presenceView,
  presenceWishes,
  wentHome,
  type Presence,
  type PresenceEvent,
  type PresenceSaid as Said,
  type QueueMember,
} from '../../../src/core/people/presence.ts';

const QUEUES = ['hotline'];

function told(events: [number, Said][], from = newPresence('PJSIP/1001', QUEUES, 0)): Presence {
  return events.reduce((one, [atMs, said]) => presenceStep(one, { ...said, atMs } as PresenceEvent), from);
}
const says = (member: QueueMember | null, more: object = {}): Said =>
  ({
    kind: 'switch-says',
    members: member ? { hotline: member } : {},
    doing: 'idle',
    callId: null,
    phone: 'there',
    ...more,
  }) as Said;
const free: QueueMember = { paused: false, reason: null };

describe("an agent's state, from the switch, the phone and the browser", () => {
  const ready = told([
    [0, { kind: 'switch-found' }],
    [100, { kind: 'tab-opened' }],
    [200, { kind: 'signed-in', queues: QUEUES }],
    [300, says(free)],
  ]);

  it('signing in asks for the queues, and is ready when the switch says so, not before', () => {
    const asked = told([
      [0, { kind: 'switch-found' }],
      [0, { kind: 'tab-opened' }],
      [0, { kind: 'signed-in', queues: QUEUES }],
    ]);
    expect(presenceWishes(asked, 10)).to.deep.equal([{ kind: 'add', queue: 'hotline', pausedReason: null }]);
    expect(presenceView(asked, 10)).to.include({ state: 'offline', reason: 'joining' });
    expect(presenceView(asked, 4000).mismatch?.kind).to.equal('not-in-queue');
    expect(presenceView(ready, 400)).to.include({ state: 'ready', mismatch: null });
    expect(presenceWishes(ready, 400)).to.deep.equal([]);
  });

  it('a refresh changes nothing; ten seconds after the last tab is gone no more calls are taken', () => {
    const gone = told([[20_000, { kind: 'tab-gone', heardAtMs: 20_000 }]], ready);
    expect(presenceWishes(gone, 29_999)).to.deep.equal([]);
    expect(presenceView(gone, 29_999)).to.include({ state: 'ready', mismatch: null });
    expect(presenceWishes(told([[21_000, { kind: 'tab-opened' }]], gone), 99_000)).to.deep.equal([]);
    expect(presenceWishes(gone, 30_000)).to.deep.equal([{ kind: 'pause', reason: 'no-heartbeat' }]);
    const view = presenceView(gone, 62_000);
    expect(view).to.include({ state: 'paused', reason: 'no-heartbeat' });
    expect(view.mismatch).to.deep.equal({ kind: 'no-heartbeat', sinceMs: 20_000 });
    const back = told(
      [
        [62_000, says({ paused: true, reason: 'no-heartbeat' })],
        [70_000, { kind: 'tab-opened' }],
      ],
      gone,
    );
    expect(presenceWishes(back, 70_000)).to.deep.equal([{ kind: 'unpause' }]);
  });

  it('counts from the last word of a torn connection, not from when it was given up', () => {
    const torn = told([[30_000, { kind: 'tab-gone', heardAtMs: 21_000 }]], ready);
    expect(presenceWishes(torn, 31_000)).to.deep.equal([{ kind: 'pause', reason: 'no-heartbeat' }]);
  });

  it('writes up a call before the next one, as long as the record needs, and the overrun is seen', () => {
    const over = told(
      [
        [10_000, says(free, { doing: 'talking', callId: 'c1' })],
        [20_000, { kind: 'call-over', callId: 'c1', limitMs: 60_000, recordComplete: false }],
        [20_001, says(free)],
      ],
      ready,
    );
    expect(presenceWishes(over, 20_001)).to.deep.equal([{ kind: 'pause', reason: 'wrap-up' }]);
    expect(presenceView(over, 20_001).state).to.equal('wrap-up');
    const late = told([[80_000, { kind: 'tick' }]], over);
    expect(presenceView(late, 80_000).wrapUp).to.include({ overdue: true });
    const longer = told([[80_001, { kind: 'wrap-up-extended', byMs: 60_000 }]], late);
    expect(presenceView(longer, 100_000).wrapUp).to.include({ overdue: false, extendedCount: 1 });
    const complete = told(
      [
        [100_000, { kind: 'record-completed', callId: 'c1' }],
        [140_002, { kind: 'tick' }],
        [140_003, says({ paused: true, reason: 'wrap-up' })],
      ],
      longer,
    );
    expect(presenceWishes(complete, 140_003)).to.deep.equal([{ kind: 'unpause' }]);
  });

  it('a phone that could take no call twice in a row gets no more of them, until it works or its agent says so', () => {
    const once = told([[10_000, { kind: 'phone-failed' }]], ready);
    expect(presenceWishes(once, 10_000)).to.deep.equal([]);
    const between = told(
      [
        [11_000, { kind: 'phone-works' }],
        [12_000, { kind: 'phone-failed' }],
      ],
      once,
    );
    expect(presenceWishes(between, 12_000), 'not in a row').to.deep.equal([]);
    const twice = told([[11_000, { kind: 'phone-failed' }]], once);
    expect(presenceWishes(twice, 11_000)).to.deep.equal([{ kind: 'pause', reason: 'phone-unusable' }]);
    const out = told([[11_500, says({ paused: true, reason: 'phone-unusable' })]], twice);
    expect(presenceWishes(out, 11_500)).to.deep.equal([]);
    const view = presenceView(out, 11_500);
    expect(view).to.include({ state: 'paused', reason: 'phone-unusable' });
    expect(view.mismatch?.kind).to.equal('phone-unusable');
    const mended = told([[20_000, { kind: 'phone-works' }]], out);
    expect(presenceWishes(mended, 20_000)).to.deep.equal([{ kind: 'unpause' }]);
    expect(presenceView(told([[20_100, says(free)]], mended), 20_100).state).to.equal('ready');
  });

  it("respects a pause from the switch's console, and names it", () => {
    const paused = told([[5000, says({ paused: true, reason: '设备检修' })]], ready);
    expect(presenceWishes(paused, 5000)).to.deep.equal([]);
    const view = presenceView(paused, 5000);
    expect(view).to.include({ state: 'paused', reason: '设备检修' });
    expect(view.mismatch?.kind).to.equal('paused-elsewhere');
    const asked = told([[4000, { kind: 'pause-asked', reason: '设备检修' }]], paused);
    expect(presenceView(asked, 5000).mismatch).to.equal(null);
  });

  it('leaves the queues on signing out, and by itself when nobody was there for half an hour', () => {
    const out = told([[9000, { kind: 'signed-out' }]], ready);
    expect(presenceWishes(out, 9000)).to.deep.equal([{ kind: 'remove', queue: 'hotline' }]);
    const left = told([[9001, says(null)]], out);
    expect(presenceView(left, 9001)).to.include({ state: 'offline', reason: 'signed-out' });
    expect(presenceWishes(left, 9001)).to.deep.equal([]);
    const gone = told([[10_000, { kind: 'tab-gone', heardAtMs: 10_000 }]], ready);
    expect(wentHome(gone, 10_000 + 29 * 60_000)).to.equal(false);
    expect(wentHome(gone, 10_000 + 30 * 60_000)).to.equal(true);
  });

  it('names who takes calls without being signed in here', () => {
    const member = told([[10, says(free)]]);
    expect(presenceView(member, 20)).to.deep.include({
      state: 'ready',
      mismatch: { kind: 'not-signed-in', sinceMs: 10 },
    });
    expect(presenceWishes(member, 20)).to.deep.equal([]);
  });

  const member = fc.option(
    fc.record({
      paused: fc.boolean(),
      reason: fc.constantFrom(null, '', 'wrap-up', 'no-heartbeat', '小休'),
    }),
  );
  const event: fc.Arbitrary<Said> = fc.oneof(
    fc.constantFrom<Said>(
      { kind: 'signed-in', queues: QUEUES },
      { kind: 'signed-out' },
      { kind: 'switch-lost' },
      { kind: 'switch-found' },
      { kind: 'phone-says', there: true },
      { kind: 'phone-says', there: false },
      { kind: 'tab-opened' },
      { kind: 'tab-heard' },
      { kind: 'wrap-up-done' },
      { kind: 'wrap-up-extended', byMs: 60_000 },
      { kind: 'record-completed', callId: 'c1' },
      { kind: 'call-over', callId: 'c1', limitMs: 60_000, recordComplete: false },
      { kind: 'pause-asked', reason: '小休' },
      { kind: 'tick' },
    ),
    fc.nat(60_000).map((heardAtMs): Said => ({ kind: 'tab-gone', heardAtMs })),
    fc
      .tuple(member, fc.constantFrom('idle', 'ringing', 'talking', 'on-hold'), fc.constantFrom(null, 'c1'))
      .map(([one, doing, callId]) => says(one, { doing, callId })),
  );
  const stories = fc.array(fc.tuple(fc.nat(20_000), event), { maxLength: 40 });

  it('any order of the three witnesses ends in a state with a reason', () => {
    fc.assert(
      fc.property(stories, (steps) => {
        let atMs = 0;
        let one = newPresence('PJSIP/1001', QUEUES, 0);
        for (const [wait, said] of steps) {
          atMs += wait;
          one = presenceStep(one, { ...said, atMs } as PresenceEvent);
          const view = presenceView(one, atMs);
          expect(view.reason).to.be.a('string').and.not.equal('');
          expect(view.sinceMs).to.be.at.most(atMs);
          expect(one.tabs).to.be.at.least(0);
        }
      }),
    );
  });

  it('a switch that does what it is asked comes to rest, and nobody without a heartbeat is offered a call', () => {
    fc.assert(
      fc.property(stories, fc.nat(30_000), (steps, wait) => {
        let atMs = 0;
        let one = newPresence('PJSIP/1001', QUEUES, 0);
        for (const [pause, said] of steps)
          one = presenceStep(one, { ...said, atMs: (atMs += pause) } as PresenceEvent);
        one = presenceStep(one, { kind: 'switch-found', atMs: (atMs += wait) });
        const members: Record<string, QueueMember> = { ...one.members };
        for (let round = 0; round < 4 && presenceWishes(one, atMs).length > 0; round += 1) {
          for (const wish of presenceWishes(one, atMs)) {
            if (wish.kind === 'add')
              members[wish.queue] = { paused: wish.pausedReason !== null, reason: wish.pausedReason };
            if (wish.kind === 'remove') delete members[wish.queue];
            if (wish.kind === 'pause' || wish.kind === 'unpause')
              for (const name of Object.keys(members))
                members[name] = {
                  paused: wish.kind === 'pause',
                  reason: wish.kind === 'pause' ? wish.reason : null,
                };
          }
          const { doing, callId, phone } = one;
          one = presenceStep(one, {
            kind: 'switch-says',
            atMs,
            members: { ...members },
            doing,
            callId,
            phone,
          });
        }
        expect(presenceWishes(one, atMs)).to.deep.equal([]);
        const silent =
          one.signedInAtMs !== null &&
          one.tabs === 0 &&
          atMs - Math.max(one.heardAtMs ?? 0, one.signedInAtMs) >= 10_000;
        if (silent) expect(Object.values(one.members).every((m) => m.paused)).to.equal(true);
      }),
    );
  });
});
