import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { root } from '../core/floor/legs.ts';
import { waitingViews } from '../core/floor/views.ts';
import type { Language } from '../core/ivr/flow.ts';
import {
  placeCallId,
  placeDeed,
  placeIdOf,
  positionOf,
  type AskedPlace,
  type KeptPlace,
  type PlaceRules,
  type PlacedPlace,
} from '../core/ivr/places.ts';
import { callerNumber } from '../core/people/number.ts';

/** Carries kept places through: into the queue, to the caller's telephone, and out again when they ring by themselves. */
export interface KeptPlaces {
  /** a caller asks: kept when the database has it and the switch waits in it */
  keep(callId: string, language: Language): Promise<boolean>;
  /** so many are kept that this caller's can't be: where they go on in the queue, from 1; null: it can */
  fullAt(callId: string): Promise<number | null>;
  hear(facts: readonly Fact[]): void;
  count(): number;
  close(): void;
}

export interface KeptPlacePorts {
  floor: Floor;
  now: () => number;
  /** the switch is connected and what it says is heard */
  heard: () => boolean;
  store: {
    keep: (one: AskedPlace) => Promise<KeptPlace>;
    waiting: () => Promise<KeptPlace[]>;
    placing: (id: number, atMs: number) => Promise<KeptPlace | null>;
    tried: (id: number, atMs: number) => Promise<void>;
    end: (
      id: number,
      state: 'reached' | 'missed' | 'cancelled',
      atMs: number,
      agent: string | null,
    ) => Promise<boolean>;
  };
  place: (one: PlacedPlace) => Promise<boolean>;
  /** undefined: the switch could not be asked */
  keptBySwitch: (id: number) => Promise<string | null | undefined>;
  hangUp: (channel: string) => Promise<unknown>;
  mayCall: (number: string) => boolean;
  /** so many were kept lately that no more may be, of this number or in all */
  isFull: (number: string) => Promise<boolean>;
  rules: () => PlaceRules;
  moved: () => void;
  onFault: (fault: unknown) => void;
}

const LOOK_EVERY_MS = 2000;
/** a caller is rung for 40 s (dialplan, keep-dial), after a sentence to the agent */
const RUNG_MS = 60_000;

export function openKeptPlaces(ports: KeptPlacePorts): KeptPlaces {
  const { floor, now, store } = ports;
  let count = 0;
  let chain: Promise<unknown> = Promise.resolve();
  let looking = false;
  /** places whose caller is being rung as the switch says, in a call that is not seen; and since when that is known */
  const ringing = new Map<number, number>();
  const timer = setInterval(() => void look().catch(ports.onFault), LOOK_EVERY_MS);
  timer.unref();

  /** One after the other: a place is never put into the queue twice. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = chain.then(work, work);
    chain = done.catch(() => undefined);
    return done;
  }
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    await alone(lookAt).finally(() => (looking = false));
  }

  async function lookAt(): Promise<void> {
    if (!ports.heard()) return;
    const places = await store.waiting();
    count = places.length;
    for (const place of places) await carry(place);
  }

  async function carry(place: KeptPlace): Promise<boolean> {
    const deed = placeDeed(place, callOfPlace(place.id) !== null, now(), ports.rules());
    switch (deed.kind) {
      case 'nothing':
        return true;
      case 'give-up':
        await store.end(place.id, 'missed', now(), null);
        ports.moved();
        return false;
      case 'ask-switch': {
        const kept = await ports.keptBySwitch(place.id);
        if (kept === undefined) return false;
        if (kept === 'reached') return store.end(place.id, 'reached', now(), null);
        if (kept === null) return put(place);
        // killed in the middle of a ring the service does not see that call: it may still be taken up
        if (!ringing.has(place.id)) ringing.set(place.id, now());
        if (kept === 'rung' && now() - ringing.get(place.id)! < RUNG_MS) return false;
        ringing.delete(place.id);
        await store.tried(place.id, now());
        return false;
      }
      case 'place':
        return put(place);
    }
  }

  async function put(place: KeptPlace): Promise<boolean> {
    const placing = await store.placing(place.id, now());
    if (!placing) return false;
    const position = positionOf(place.joinedAtMs, waitingViews(floor));
    const { id, number, language } = place;
    return ports.place({ callId: placeCallId(placing), id, number, position, language });
  }

  function callOfPlace(id: number) {
    for (const call of floor.calls.values()) if (placeIdOf(call.callId) === id && !call.ended) return call;
    return null;
  }

  /** They rang by themselves and were answered: nobody rings them any more. */
  async function cancel(number: string): Promise<void> {
    for (const place of await store.waiting()) {
      if (place.number !== number) continue;
      if (!(await store.end(place.id, 'cancelled', now(), null))) continue;
      const call = callOfPlace(place.id);
      const channel = call && root(call)?.channel;
      if (channel) await ports.hangUp(channel);
      ports.moved();
    }
  }

  async function heardFact(fact: Fact): Promise<void> {
    if (!('callId' in fact) || fact.callId === null) return;
    const id = placeIdOf(fact.callId);
    if (id === null) {
      if (fact.kind !== 'call-answered' || fact.record.direction !== 'inbound') return;
      const number = callerNumber(fact.record.ani);
      if (number !== null && count > 0) await cancel(number);
      return;
    }
    if (fact.kind === 'ivr-step' && fact.node === 'keep-missed') await store.tried(id, fact.atMs);
    if (fact.kind === 'ivr-step' && fact.node === 'keep-reached') {
      await store.end(id, 'reached', fact.atMs, floor.calls.get(fact.callId)?.answeredBy ?? null);
      ports.moved();
    }
    if (fact.kind === 'call-ended') await look();
  }

  return {
    async keep(callId, language) {
      const call = floor.calls.get(callId);
      const number = callerNumber(call?.ani ?? null);
      if (!call || number === null || !ports.mayCall(number) || !ports.heard()) return false;
      return alone(async () => {
        const place = await store.keep({
          ...{ number, callId, queue: call.queue ?? 'hotline', language, atMs: now() },
          joinedAtMs: call.queuedAtMs ?? now(),
        });
        // one that stands already is kept; a new one is put into the queue before the caller is told
        const done = await carry(place);
        if (!done && place.placings === 0) await store.end(place.id, 'cancelled', now(), null);
        else count += 1;
        ports.moved();
        return done;
      });
    },
    async fullAt(callId) {
      const call = floor.calls.get(callId);
      const number = callerNumber(call?.ani ?? null);
      if (!call || number === null) return null;
      // one that stands already is no further one
      if ((await store.waiting()).some((place) => place.number === number)) return null;
      if (!(await ports.isFull(number))) return null;
      return positionOf(call.queuedAtMs ?? now(), waitingViews(floor));
    },
    hear(facts) {
      for (const fact of facts) void heardFact(fact).catch(ports.onFault);
    },
    count: () => count,
    close: () => clearInterval(timer),
  };
}
