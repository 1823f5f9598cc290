import { expect } from 'chai';
import { openKeptPlaces } from '../../src/app/kept-places.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import { PLACE_RULES, type KeptPlace, type PlacedPlace } from '../../src/core/ivr/places.ts';
import { answers, arrives, CALLER, FLOOR_SETTINGS, NUMBER, rings } from '../support/floor-events.ts';
import { until } from '../support/until.ts';

function openWorld(switchPlaces: boolean) {
  const floor = openFloor(FLOOR_SETTINGS);
  const nowMs = 1_000_000;
  let place: KeptPlace | null = null;
  const world = {
    floor,
    nowMs,
    placed: [] as PlacedPlace[],
    heard: true,
    mayCall: true,
    full: false,
    state: () => place?.state ?? null,
  };
  const places = openKeptPlaces({
    floor,
    now: () => nowMs,
    heard: () => world.heard,
    store: {
      keep: (asked) => {
        const { number, callId, queue, language, joinedAtMs } = asked;
        const fresh = {
          state: 'waiting' as const,
          placings: 0,
          placedAtMs: null,
          tries: 0,
          lastTryAtMs: null,
        };
        place = { id: 12, number, callId, queue, language, joinedAtMs, askedAtMs: asked.atMs, ...fresh };
        return Promise.resolve({ ...place });
      },
      waiting: () => Promise.resolve(place?.state === 'waiting' ? [{ ...place }] : []),
      placing: (_id, atMs) => {
        Object.assign(place!, { placings: place!.placings + 1, placedAtMs: atMs });
        return Promise.resolve({ ...place! });
      },
      tried: (_id, atMs) =>
        Promise.resolve(void Object.assign(place!, { tries: place!.tries + 1, lastTryAtMs: atMs })),
      end: (_id, state) => {
        const was = place?.state === 'waiting';
        if (was) place!.state = state;
        return Promise.resolve(was);
      },
    },
    place: (asked) => {
      world.placed.push(asked);
      return Promise.resolve(switchPlaces);
    },
    keptBySwitch: () => Promise.resolve(null),
    hangUp: () => Promise.resolve(),
    mayCall: () => world.mayCall,
    isFull: () => Promise.resolve(world.full),
    rules: () => PLACE_RULES,
    moved: () => undefined,
    onFault: (fault) => {
      throw fault;
    },
  });
  for (const event of arrives(nowMs)) step(floor, event);
  return Object.assign(world, { places });
}

describe('a caller’s place that is kept', () => {
  it('is put into the queue where they stood, and then only it is said to be kept', async () => {
    const world = openWorld(true);
    try {
      expect(await world.places.keep(CALLER.uniqueId, 'en')).to.equal(true);
      expect(world.placed).to.deep.equal([
        { callId: 'keep-12x1', id: 12, number: NUMBER, position: 1, language: 'en' },
      ]);
      expect(world.places.count()).to.equal(1);
    } finally {
      world.places.close();
    }
  });

  it('is not promised where the switch is away, where the number may not be called, or where no call is', async () => {
    const world = openWorld(true);
    try {
      world.mayCall = false;
      expect(await world.places.keep(CALLER.uniqueId, 'zh')).to.equal(false);
      Object.assign(world, { mayCall: true, heard: false });
      expect(await world.places.keep(CALLER.uniqueId, 'zh')).to.equal(false);
      world.heard = true;
      expect(await world.places.keep('pbx-9.9', 'zh')).to.equal(false);
      expect(world.placed).to.deep.equal([]);
    } finally {
      world.places.close();
    }
  });

  it('is one of so many only: a caller who asks for one more goes on where they waited', async () => {
    const world = openWorld(true);
    try {
      expect(await world.places.fullAt(CALLER.uniqueId)).to.equal(null);
      world.full = true;
      expect(await world.places.fullAt(CALLER.uniqueId)).to.equal(1);
      // who has one already is told of that one
      await world.places.keep(CALLER.uniqueId, 'zh');
      expect(await world.places.fullAt(CALLER.uniqueId)).to.equal(null);
    } finally {
      world.places.close();
    }
  });

  it('is given back at once where the switch did not take it', async () => {
    const world = openWorld(false);
    try {
      expect(await world.places.keep(CALLER.uniqueId, 'zh')).to.equal(false);
      expect(world.state()).to.equal('cancelled');
    } finally {
      world.places.close();
    }
  });

  it('ends when they ring by themselves and are answered: nobody rings them any more', async () => {
    const world = openWorld(true);
    try {
      await world.places.keep(CALLER.uniqueId, 'zh');
      const events = [...rings(world.nowMs + 10), ...answers(world.nowMs + 20)];
      world.places.hear(events.flatMap((event) => step(world.floor, event)));
      await until('it is cancelled', () => world.state() === 'cancelled');
    } finally {
      world.places.close();
    }
  });
});
