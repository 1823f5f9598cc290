import { expect } from 'chai';
import { openPresences, type KeptPresence, type Presences } from '../../src/app/presence.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import type { SwitchEvent } from '../../src/core/floor/event.ts';
import type { Wish } from '../../src/core/people/presence.ts';
import { AGENT, answers, arrives, FLOOR_SETTINGS, hangsUp, member, rings } from '../support/floor-events.ts';
import { until } from '../support/until.ts';

/** Presences over a floor that the test tells what the switch says; what is asked of the switch is written down. */
function openWorld() {
  const floor = openFloor(FLOOR_SETTINGS);
  const world = {
    nowMs: 1_000_000,
    asked: [] as Wish[],
    kept: [] as KeptPresence[],
    forgotten: [] as string[],
    unusable: [] as string[],
    complete: false as boolean | null,
    faults: [] as unknown[],
    tell(...events: SwitchEvent[]) {
      presences.hear(events.flatMap((event) => step(floor, event)));
    },
    hear: (...facts: Fact[]) => presences.hear(facts),
    presences: null as unknown as Presences,
  };
  const presences = (world.presences = openPresences({
    floor,
    now: () => world.nowMs,
    switchHeard: () => true,
    ask: (_agent, wish) => Promise.resolve(world.asked.push(wish)),
    queuesOf: () => Promise.resolve(['hotline']),
    keep: (kept) => Promise.resolve(void world.kept.push(kept)),
    forget: (agent) => Promise.resolve(void world.forgotten.push(agent)),
    limits: () => ({ wrapUpMs: 60_000, extendMs: 30_000, mostExtensions: 1 }),
    recordComplete: () => Promise.resolve(world.complete),
    legIsDead: () => undefined,
    tell: () => undefined,
    phoneUnusable: (agent) => void world.unusable.push(agent),
    mismatched: () => undefined,
    overran: () => undefined,
    onFault: (fault) => world.faults.push(fault),
  }));
  return world;
}
const offerEnded = (outcome: 'unreachable' | 'answered' | 'no-answer', at: number): Fact => ({
  kind: 'offer-ended',
  id: `offer:${at}`,
  atMs: at,
  callId: `c${at}`,
  offerId: `o${at}`,
  agent: AGENT,
  outcome,
  ringMs: 0,
});

describe('the presences of agents, over what the switch says', () => {
  let world: ReturnType<typeof openWorld>;
  beforeEach(async () => {
    world = openWorld();
    world.presences.tab(AGENT);
    await world.presences.signIn(AGENT, 7);
    world.tell(member(world.nowMs, false, null));
    world.asked.length = 0;
  });
  afterEach(() => {
    world.presences.close();
    expect(world.faults).to.deep.equal([]);
  });
  const view = () => world.presences.view(AGENT)!;

  it('signing in is kept over a restart, signing out forgets it and leaves the queue', () => {
    expect(world.kept.at(-1)).to.include({ agent: AGENT, personId: 7 });
    world.presences.signOut(AGENT);
    expect(world.forgotten).to.deep.equal([AGENT]);
    expect(world.asked).to.deep.equal([{ kind: 'remove', queue: 'hotline' }]);
  });

  it('a phone that twice could not take its call is paused and told once; it registers anew and is back', () => {
    world.hear(offerEnded('unreachable', 1));
    expect(world.asked).to.deep.equal([]);
    world.hear(offerEnded('unreachable', 2));
    expect(world.asked).to.deep.equal([{ kind: 'pause', reason: 'phone-unusable' }]);
    expect(world.unusable).to.deep.equal([AGENT]);
    world.tell(member(world.nowMs, true, 'phone-unusable'));
    expect(view()).to.include({ state: 'paused', reason: 'phone-unusable' });
    world.hear(offerEnded('unreachable', 3));
    expect(world.unusable).to.have.length(1);
    world.asked.length = 0;
    world.tell({ kind: 'phone-status', atMs: world.nowMs, agent: AGENT, contact: 'sip:a', there: true });
    expect(world.asked).to.deep.equal([{ kind: 'unpause' }]);
  });

  it('or the agent says that it is mended; a call in between that it could take begins anew', () => {
    for (const [at, outcome] of (['unreachable', 'no-answer', 'unreachable'] as const).entries())
      world.hear(offerEnded(outcome, at));
    expect(world.asked).to.deep.equal([]);
    world.hear(offerEnded('unreachable', 9));
    world.tell(member(world.nowMs, true, 'phone-unusable'));
    world.asked.length = 0;
    world.presences.pause(AGENT, null);
    expect(world.asked).to.deep.include({ kind: 'unpause' });
  });

  it('a caller’s call is written up before the next one; the record ends it, or the leader does', async () => {
    const at = world.nowMs;
    world.tell(...arrives(at), ...rings(at + 1), ...answers(at + 2));
    expect(view().state).to.equal('talking');
    world.tell(...hangsUp(at + 3));
    await until('it is written up', () => view().state === 'wrap-up');
    expect(world.asked).to.deep.include({ kind: 'pause', reason: 'wrap-up' });
    expect(await world.presences.done(AGENT, false), 'the record is not complete').to.equal(false);
    expect(world.presences.extend(AGENT)).to.equal(true);
    expect(world.presences.extend(AGENT), 'once only').to.equal(false);
    expect(await world.presences.done(AGENT, true)).to.equal(true);
    expect(view().state).to.equal('ready');
  });

  it('comes back from the database as it was kept', async () => {
    await world.presences.load([
      { agent: 'PJSIP/1002', personId: 8, signedInAtMs: 5, askedPause: '小休', wrapUp: null },
    ]);
    expect(world.presences.view('PJSIP/1002')).to.include({ signedInAtMs: 5 });
  });
});
