import { expect } from 'chai';
import { openFloods } from '../../src/app/floods.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { Arrival, FloodCall, Standing } from '../../src/core/telephone/flood.ts';
import { FLOOR_SETTINGS } from '../support/floor-events.ts';
import { until } from '../support/until.ts';

/** A floor without calls: these callers have hung up. */
function openWorld(recent: Arrival[] = [], standing: Standing | null = null) {
  const noted: FloodCall[] = [];
  const changes: (Standing | null)[] = [];
  const passed: string[] = [];
  const world = { nowMs: 1_000_000_000, noted, changes, passed };
  const floods = openFloods({
    floor: openFloor(FLOOR_SETTINGS),
    now: () => world.nowMs,
    rules: () => ({ floodNumbers: 10, floodTimes: 3, floodShare: 60, floodPress: true }),
    store: {
      standing: () => Promise.resolve(standing),
      begin: (beganAtMs) => Promise.resolve({ id: 7, beganAtMs }),
      end: () => Promise.resolve(),
      note: (_id, calls) => Promise.resolve(void noted.push(...calls)),
      pass: (callId) => Promise.resolve(void passed.push(callId)),
      recent: () => Promise.resolve(recent),
      trust: (number) => Promise.resolve({ trusted: number.startsWith('138'), strangeBlock: false }),
      usual: () => Promise.resolve(0),
    },
    suspect: () => Promise.resolve(),
    prefer: () => Promise.resolve(),
    ask: () => Promise.resolve(),
    onChange: (change) => void changes.push(change),
    onFault: (fault) => {
      throw fault;
    },
  });
  const ended = (callId: string, ani: string): Fact =>
    ({
      kind: 'call-ended',
      id: callId,
      atMs: world.nowMs,
      callId,
      record: {
        direction: 'inbound',
        ani,
        arrivedAtMs: world.nowMs - 900,
        answeredAtMs: null,
        outcome: 'abandoned',
      },
    }) as unknown as Fact;
  return Object.assign(world, { floods, ended });
}

describe('the watch for floods', () => {
  it('tells once, notes the calls that came before it was told, and no customer', async () => {
    const world = openWorld();
    try {
      const calls = Array.from({ length: 12 }, (_, at) => world.ended(`c${at}`, `139000001${10 + at}`));
      world.floods.hear([world.ended('known', '13800000001'), ...calls]);
      await until('all of them are noted', () => world.noted.length === 12);
      expect(world.changes).to.deep.equal([{ id: 7, beganAtMs: 1_000_000_000 }]);
      expect(world.noted[0]).to.deep.include({ number: '13900000110' });
      expect(world.noted.every((one) => one.signs.includes('hung-up-at-once'))).to.equal(true);
      expect(world.floods.sinceMs()).to.equal(1_000_000_000);
      // ten minutes later there is nobody
      world.nowMs += 600_001;
      world.floods.hear([world.ended('later', '13800000002')]);
      await until('it is over', () => world.floods.sinceMs() === null);
      expect(world.changes).to.have.length(2);
    } finally {
      world.floods.close();
    }
  });

  it('goes on after a restart, of what the database says', async () => {
    const recent = Array.from({ length: 12 }, (_, at) => ({
      ...{
        callId: `c${at}`,
        atMs: 999_999_000,
        ani: `139000001${10 + at}`,
        trusted: false,
        strangeBlock: false,
      },
      ...{ noIdentity: false, gaveUpAfterMs: null, passed: false },
    }));
    const world = openWorld(recent, { id: 5, beganAtMs: 999_990_000 });
    try {
      await world.floods.start();
      world.floods.hear([{ kind: 'ivr-step', id: 'x', atMs: 1, callId: 'c0', node: 'pressed', key: '3' }]);
      await until('the key is noted', () => world.passed.length === 1);
      expect(world.floods.sinceMs()).to.equal(999_990_000);
    } finally {
      world.floods.close();
    }
  });
});
