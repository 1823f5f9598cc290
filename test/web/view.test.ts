import { expect } from 'chai';
import type { AgentView } from '../../src/core/floor/view.ts';
import { deskStep, EMPTY_DESK, type Desk, type DeskEvent } from '../../src/web/desk/desk.ts';
import {
  duration,
  freshness,
  grade,
  isLate,
  percent,
  ringCount,
  sayTimesIn,
  spaced,
  waited,
  when,
} from '../../src/web/view.ts';
import type { Pop } from '../../src/protocol.ts';

const POP: Pop = {
  offer: {
    callId: 'c1',
    offerId: 'o1',
    agent: 'PJSIP/1001',
    queue: 'hotline',
    ani: '13912345678',
    dnis: '96666',
    offeredAtMs: 1000,
    firstRingAtMs: 1000,
    arrivedAtMs: 0,
    outcome: null,
    answeredAtMs: null,
    returning: false,
    kept: false,
    english: false,
    handedOnBy: null,
  },
  history: null,
  historyFailed: false,
};

describe('what the screens work out', () => {
  it('counts the rings by five seconds, and is late from 15.000 s on', () => {
    expect([0, 4999, 5000, 14_999, 15_000].map((ms) => ringCount(1000, 1000 + ms))).to.deep.equal([
      1, 1, 2, 3, 4,
    ]);
    expect(isLate(0, 14_999)).to.equal(false);
    expect(isLate(0, 15_000)).to.equal(true);
  });
  it('shows nothing below the line as —, and no rate better than it is', () => {
    expect(percent(null)).to.equal('—');
    expect(percent(0.9996)).to.equal('99.9%');
    expect(percent(1)).to.equal('100.0%');
    expect([0.95, 0.949, 0.9, 0.89, null].map((ratio) => grade(ratio))).to.deep.equal([
      'good',
      'warn',
      'warn',
      'bad',
      'none',
    ]);
  });
  it('ages: amber after 3 s, stale after 10 s', () => {
    expect([3000, 3001, 10_000, 10_001].map(freshness)).to.deep.equal(['fresh', 'late', 'late', 'stale']);
  });
  it('reads numbers and times as people do', () => {
    expect(spaced('13912345678')).to.equal('139 1234 5678');
    expect(spaced(null)).to.equal('未显示号码');
    expect(duration(3_723_000)).to.equal('1:02:03');
    const noon = Date.UTC(2026, 10, 24, 4);
    expect(when(noon, noon + 3_600_000)).to.equal('今天 12:00');
    expect(when(noon, noon + 86_400_000)).to.equal('昨天 12:00');
    expect(waited(5 * 3_600_000)).to.equal('5 小时');
  });
  it('says times in English to who reads English', () => {
    const noon = Date.UTC(2026, 10, 24, 4);
    sayTimesIn('en');
    try {
      expect(when(noon, noon + 3_600_000)).to.equal('today 12:00');
      expect(waited(72 * 3_600_000)).to.equal('3 d');
    } finally {
      sayTimesIn('zh');
    }
  });
});

describe('the desk', () => {
  const run = (...events: DeskEvent[]): Desk => events.reduce(deskStep, EMPTY_DESK);
  const gone = (why: 'answered-here' | 'caller-gave-up' | 'unknown', offerId = 'o1'): DeskEvent => ({
    kind: 'gone',
    callId: 'c1',
    offerId,
    why,
    atMs: 9000,
  });

  it('shows a pop told twice once', () => {
    expect(run({ kind: 'pop', pop: POP }, { kind: 'pop', pop: POP }).cards).to.have.length(1);
  });
  it('takes the card away when the caller gives up, and keeps a line of it', () => {
    const desk = run({ kind: 'pop', pop: POP }, gone('caller-gave-up'));
    expect(desk.cards).to.deep.equal([]);
    expect(desk.recents[0]).to.include({ number: '13912345678', why: 'caller-gave-up' });
  });
  it('keeps the answered call, and after its end until the next one rings', () => {
    const talking = run({ kind: 'pop', pop: POP }, gone('answered-here'));
    expect(talking.cards[0]).to.include({ state: 'talking', answeredAtMs: 9000 });
    const ended = deskStep(talking, gone('unknown', ''));
    expect(ended.cards[0]!.state).to.equal('ended');
    const next = deskStep(ended, {
      kind: 'pop',
      pop: { ...POP, offer: { ...POP.offer, callId: 'c2', offerId: 'o2' } },
    });
    expect(next.cards.map((card) => card.pop.offer.callId)).to.deep.equal(['c2']);
  });
  it('ends the card when the agent is off the phone, though the caller still rates the call', () => {
    const agent = (state: AgentView['state'], callId: string | null): DeskEvent => ({
      kind: 'agent',
      view: { agent: 'PJSIP/1001', name: '', state, sinceMs: 9500, reason: null, queues: [], callId },
    });
    const talking = run({ kind: 'pop', pop: POP }, gone('answered-here'), agent('on-hold', 'c1'));
    expect(talking.cards[0]!.state).to.equal('talking');
    // a phone that died is told by itself: the call comes back
    expect(deskStep(talking, agent('unreachable', null)).cards[0]!.state).to.equal('talking');
    const ended = deskStep(talking, agent('wrap-up', null));
    expect(ended.cards[0]!.state).to.equal('ended');
    const over = [gone('unknown', ''), gone('unknown', '')].reduce(deskStep, ended);
    expect(over.cards.map((card) => card.state)).to.deep.equal(['ended']);
    expect(over.recents).to.have.length(1);
  });
  it('after a reload counts the talk from the answer, not from the last hold', () => {
    const offer = { ...POP.offer, outcome: 'answered' as const, answeredAtMs: 4000 };
    const view = { agent: null, pops: [{ ...POP, offer }], holder: true };
    expect(run({ kind: 'desk', view }).cards[0]).to.include({ state: 'talking', answeredAtMs: 4000 });
  });
  it('is whole again from the snapshot after a torn connection', () => {
    const view = { agent: null, pops: [POP], holder: true };
    expect(run({ kind: 'pop', pop: POP }, { kind: 'desk', view }).cards).to.have.length(1);
    const second = run(
      { kind: 'pop', pop: POP },
      { kind: 'desk', view: { ...view, pops: [], holder: false } },
    );
    expect(second.cards).to.deep.equal([]);
  });
});
