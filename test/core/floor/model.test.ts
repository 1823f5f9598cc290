import { expect } from 'chai';
import type { SwitchEvent } from '../../../src/core/floor/event.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import { openFloor, step, type Floor } from '../../../src/core/floor/floor.ts';
import { restoreFloor, saveFloor } from '../../../src/core/floor/saved.ts';
import { behindLocal, caller, clicked, furniture, joined, placed } from './simulated-calls.ts';
import { AGENTS, SimulatedSwitch, type Actor } from './simulated-switch.ts';

/** `FLOOR_RUNS=100000 FLOOR_SEED=1 npx mocha test/core/floor/model.test.ts` for a long run, or to see one again. */
const RUNS = Number(process.env['FLOOR_RUNS'] ?? 600);
const FIRST_SEED = Number(process.env['FLOOR_SEED'] ?? 1);
const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };

interface Run {
  floor: Floor;
  facts: Fact[];
  hadGap: boolean;
}

/** Calls of every kind in one another's midst; the feed is lost now and then, doubles an event, or the service restarts. */
function run(seed: number, reached: Map<string, number>): Run {
  const pbx = new SimulatedSwitch(seed, reached);
  const facts: Fact[] = [];
  let floor = openFloor(SETTINGS);
  let isLost = false;
  let hadGap = false;
  const withTrouble = seed % 2 === 0;

  function hear(event: SwitchEvent): void {
    facts.push(...step(floor, { ...event, atMs: pbx.atMs }));
  }
  function tellDevices(): void {
    for (const agent of AGENTS) {
      const device = pbx.device(agent);
      const member = { name: agent, device, paused: false, reason: null, lastCallMs: 0, wrapUpMs: 0 };
      hear({ kind: 'member', atMs: 0, queue: 'hotline', agent, member });
    }
  }
  function comeBack(): void {
    isLost = false;
    hear({ kind: 'feed-opened', atMs: 0 });
    tellDevices();
    hear(pbx.snapshot());
  }

  tellDevices();
  const actors: Actor[] = Array.from({ length: 1 + Math.floor(pbx.random() * 4) }, (_, at) => {
    const way = pbx.random();
    if (way < 0.5) return caller(pbx);
    if (way < 0.57) return joined(pbx);
    if (way < 0.62) return behindLocal(pbx);
    if (way < 0.75) return placed(pbx, `${pbx.pick(['survey', 'reminder'])}-${at}`);
    return way < 0.85 ? clicked(pbx, `callout-${at}`) : furniture(pbx);
  });
  while (actors.length > 0) {
    const at = Math.floor(pbx.random() * actors.length);
    pbx.atMs += Math.floor(pbx.random() * 3000);
    const { value, done } = actors[at]!.next();
    if (done) actors.splice(at, 1);
    if (withTrouble && pbx.chance(0.02)) {
      if (isLost) comeBack();
      else {
        isLost = hadGap = true;
        pbx.reach('the feed was lost');
        hear({ kind: 'feed-lost', atMs: 0 });
      }
    }
    if (isLost) continue;
    for (const event of value ?? []) {
      pbx.atMs += 1;
      hear(event);
      if (withTrouble && pbx.chance(0.02)) {
        pbx.reach('an event told twice');
        hear(event);
      }
      if (!hadGap && pbx.chance(0.1)) tellDevices();
      if (withTrouble && pbx.chance(0.01)) {
        pbx.reach('the service restarted');
        floor = restoreFloor(saveFloor(floor), SETTINGS);
      }
    }
    agrees(floor, pbx, seed);
  }
  if (isLost) comeBack();
  tellDevices();
  return { floor, facts, hadGap };
}

/** At every instant: an agent is busy only while their phone has a leg, and a call lives only while a line or phone of it does. */
function agrees(floor: Floor, pbx: SimulatedSwitch, seed: number): void {
  for (const agent of floor.agents.values()) {
    for (const legId of agent.legs.keys())
      if (!pbx.live.has(legId)) expect.fail(`seed ${seed}: ${agent.agent} is busy on ${legId}, which ended`);
  }
  for (const call of floor.calls.values()) {
    if (!call.legs.some((leg) => pbx.live.get(leg.uniqueId)?.speaks))
      expect.fail(`seed ${seed}: ${call.callId} lives without a leg`);
  }
  for (const channel of pbx.live.values())
    if (!channel.speaks && floor.calls.has(channel.uniqueId))
      expect.fail(`seed ${seed}: ${channel.channel} is a call`);
}

function judge({ floor, facts, hadGap }: Run, seed: number): void {
  const says = `seed ${seed}`;
  expect(
    facts.filter((fact) => fact.kind === 'anomaly' && fact.name === 'step-failed'),
    says,
  ).to.deep.equal([]);
  expect([...floor.calls.keys()], says).to.deep.equal([]);
  expect(floor.legs.size, says).to.equal(0);
  expect(
    [...floor.phones.values()].filter((legs) => legs.size > 0),
    says,
  ).to.deep.equal([]);
  for (const agent of floor.agents.values()) {
    expect([...agent.legs.keys()], says).to.deep.equal([]);
    if (agent.queues.size > 0) expect(agent.state, `${says}: ${agent.agent}`).to.equal('ready');
    else expect(agent.state, `${says}: ${agent.agent}`).to.equal('offline');
  }
  const offered = new Set<string>();
  const ended = new Map<string, number>();
  const merged = new Set<string>();
  const rang = new Map<string, string>();
  const offersEnded = new Map<string, number>();
  const unknown = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'call-offered') offered.add(fact.callId);
    if (fact.kind === 'call-merged') merged.add(fact.callId);
    if (fact.kind === 'agent-rang') rang.set(fact.offerId, fact.callId);
    if (fact.kind === 'offer-ended') offersEnded.set(fact.offerId, (offersEnded.get(fact.offerId) ?? 0) + 1);
    if (fact.kind !== 'call-ended') continue;
    ended.set(fact.callId, (ended.get(fact.callId) ?? 0) + 1);
    const { record } = fact;
    if (record.outcome === 'unknown') unknown.add(fact.callId);
    expect(record.outcome, says).to.not.equal(null);
    for (const ms of [record.ringMs, record.waitMs, record.talkMs, record.holdMs])
      expect(ms === null || ms >= 0, `${says}: ${ms}`).to.equal(true);
    for (const offer of record.offers) {
      if (record.outcome !== 'unknown') expect(offer.outcome, says).to.not.equal(null);
      expect(offer.ringMs === null || offer.ringMs >= 0, says).to.equal(true);
      if (record.endedAtMs !== null && offer.ringMs !== null)
        expect(offer.atMs + offer.ringMs, says).to.be.at.most(record.endedAtMs + 0.01);
    }
    for (const talk of record.talks ?? []) {
      if (talk.fromMs === null) {
        expect(talk.talkMs, says).to.equal(null);
        continue;
      }
      if (record.outcome !== 'unknown') expect(talk.talkMs, says).to.be.at.least(0);
      if (record.endedAtMs !== null)
        expect(talk.fromMs + (talk.talkMs ?? 0), says).to.be.at.most(record.endedAtMs + 0.01);
    }
  }
  for (const [callId, count] of ended) expect(count, `${says}: ${callId}`).to.equal(1);
  for (const callId of ended.keys()) expect(offered.has(callId), `${says}: ${callId}`).to.equal(true);
  for (const callId of offered)
    expect(ended.has(callId) || merged.has(callId), `${says}: ${callId} never ended`).to.equal(true);
  for (const [offerId, count] of offersEnded) expect(count, `${says}: ${offerId}`).to.equal(1);
  if (hadGap) return;
  expect(unknown.size, says).to.equal(0);
  for (const offerId of rang.keys())
    expect(offersEnded.has(offerId), `${says}: ${offerId} rings on`).to.equal(true);
}

const RARE = [
  'ringall',
  'picked up by a colleague',
  'taken up and put down before the caller was joined',
  'the phone ended before the queue took the offer back',
  'gave up while it rang',
  'left the queue by a key while it rang',
  'attended transfer into a queue',
  'a consultation that came to nothing',
  'two calls became one',
  'plumbing in a queue',
  'blind transfer to a phone that is busy, back to the queue',
  'redirected into another queue',
  'the line was moved to a channel that stands in',
  'two callers joined',
  "a member's phone behind a Local",
  'a call file: nobody says how the originate went',
  'an originate that names no channel',
  'who was called asks for a person',
  'the originate failed before the channel ended',
  'the customer whom we called is passed on',
  'furniture that is linked to a call',
  'the feed was lost',
  'an event told twice',
  'the service restarted',
];

describe('the floor against a switch made up by a seed', function () {
  this.timeout(Math.max(30_000, RUNS * 20));

  it('leaves nothing alive when all legs have ended, and reached every rare situation', () => {
    const reached = new Map<string, number>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) judge(run(seed, reached), seed);
    if (RUNS < 600) return;
    for (const situation of RARE) expect(reached.get(situation) ?? 0, situation).to.be.greaterThan(0);
    expect([...reached.keys()].sort()).to.deep.equal([...RARE].sort());
  });
});
