import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createChain } from '../../../src/asterisk/capture.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import { openFloor, step, type Floor } from '../../../src/core/floor/floor.ts';
import { replayed } from '../../../src/replay.ts';

const folder = join(import.meta.dirname, 'cases');
const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };
const BEGIN = 1_795_600_000_000;

/** What the floor is after a capture, and what it told; `until`: the switch's clock, ms after the capture's begin. */
function heard(name: string, until = Infinity): { floor: Floor; facts: Fact[] } {
  const floor = openFloor(SETTINGS);
  const facts: Fact[] = [];
  const chain = createChain((event) => {
    if (event.atMs <= BEGIN + until) facts.push(...step(floor, event));
  });
  chain.bytes(readFileSync(join(folder, name)), NaN);
  return { floor, facts };
}
const calls = (name: string) => replayed(readFileSync(join(folder, name))).calls;
const nothingLives = ({ floor }: { floor: Floor }) => {
  expect([...floor.calls.keys()]).to.deep.equal([]);
  expect([...floor.agents.values()].flatMap((agent) => [...agent.legs.keys()])).to.deep.equal([]);
};

describe('cases from public reports', () => {
  it('a01: an agent takes up and puts down while the hold time is read; all are rung anew', () => {
    const [call, ...more] = calls('a01-agentdump.ami');
    expect(more).to.deep.equal([]);
    const offers = call!.offers.map(({ agent, ringMs, outcome }) => [
      agent,
      Math.round(ringMs! / 100),
      outcome,
    ]);
    expect(offers).to.deep.equal([
      ['PJSIP/1001', 30, 'no-answer'],
      ['PJSIP/1002', 30, 'cancelled'],
      ['PJSIP/1001', 30, 'cancelled'],
      ['PJSIP/1002', 30, 'answered'],
    ]);
    expect(call).to.include({ answeredBy: 'PJSIP/1002', outcome: 'answered' });
    for (const [untilMs, state] of [
      [4900, 'ringing'],
      [5100, 'talking'],
      [6900, 'ready'],
      [7100, 'ringing'],
    ] as const)
      expect(heard('a01-agentdump.ami', untilMs).floor.agents.get('PJSIP/1001')!.state).to.equal(state);
    nothingLives(heard('a01-agentdump.ami'));
  });

  it('a01: who waits on after that gives up in the queue, not while it rings', () => {
    const [call] = calls('a01-agentdump-abandoned.ami');
    expect(call).to.include({ outcome: 'abandoned', abandonStage: 'queue', ringMs: null, rings: null });
    expect(call!.offers).to.have.length(1);
    expect(call!.offers[0]).to.include({ ringMs: 3000 });
  });

  for (const name of ['a04-call-file.ami', 'a04-originate-unknown.ami'])
    it(`${name}: a call that another program places ends by its own Hangup`, () => {
      const [call, ...more] = calls(name);
      expect(more).to.deep.equal([]);
      expect(call).to.include({
        direction: 'outbound',
        outcome: 'blocked',
        endedAtMs: BEGIN + 4001,
        survey: null,
      });
      nothingLives(heard(name));
    });

  it('a04: a survey that failed leaves nothing to the next call', () => {
    const [survey, other] = calls('a04-survey-then-other.ami');
    expect(survey!.survey).to.deep.equal({ id: 'S-0001', result: 'busy', score: null });
    expect(other).to.include({ callId: 'reminder-77', outcome: 'blocked', survey: null });
    nothingLives(heard('a04-survey-then-other.ami'));
  });

  it('a05: who was asked in a second queue is free when their own leg ends; each has their own talk', () => {
    const [call, ...more] = calls('a05-transfer-into-queue.ami');
    expect(more).to.deep.equal([]);
    expect(call!.transfers).to.deep.equal([
      { kind: 'attended', to: '2002', atMs: BEGIN + 25_010, from: 'PJSIP/1001' },
    ]);
    expect(call!.talks!.map(({ agent, talkMs, holdMs }) => [agent, talkMs, holdMs])).to.deep.equal([
      ['PJSIP/1001', 5008, 15_000],
      ['PJSIP/1003', 35_000, 0],
    ]);
    expect(call!.queue).to.equal('hotline');
    const at = (untilMs: number) => heard('a05-transfer-into-queue.ami', untilMs).floor.agents;
    expect(at(59_000).get('PJSIP/1003')!.state).to.equal('talking');
    expect(at(60_015).get('PJSIP/1003')!.state).to.equal('ready');
    nothingLives(heard('a05-transfer-into-queue.ami'));
  });

  it('a16: Snoop, UnicastRTP and AudioSocket are no calls', () => {
    const { facts, floor } = heard('a16-ari-snoop.ami');
    expect(facts.filter((fact) => fact.kind === 'call-offered')).to.have.length(1);
    nothingLives({ floor });
    expect(calls('a16-ari-snoop.ami')).to.have.length(1);
  });

  it('a07: without Timestamp the instants of the capture stand in, and it says so', () => {
    const raw = readFileSync(join(folder, 'a07-no-timestamp.jsonl'));
    const told = replayed(raw);
    expect(told.clock).to.equal('by-receipt');
    expect(told.calls).to.have.length(1);
    const truth = replayed(readFileSync(join(folder, '../../../recordings/b-rna-17s/raw.jsonl'))).calls[0]!;
    expect(told.calls[0]!.ringMs).to.be.closeTo(truth.ringMs!, 20);
    expect(told.calls[0]).to.include({ rings: truth.rings, answeredBy: truth.answeredBy });
    expect(told.calls[0]!.anomalies).to.deep.equal(['event-without-timestamp']);
  });

  it('a07: and where the capture has no instants either, it is told what is missing', () => {
    const lines = readFileSync(join(folder, 'a07-no-timestamp.jsonl'), 'utf8').trim().split('\n');
    const bytes = lines.map((line) => (JSON.parse(line) as { data?: string }).data ?? '').join('');
    expect(replayed(Buffer.from(bytes))).to.deep.include({ clock: 'missing', calls: [] });
  });
});
