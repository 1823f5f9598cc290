import { expect } from 'chai';
import fc from 'fast-check';
import type pg from 'pg';
import { isCounted, isOfferCounted } from '../../src/core/floor/call-conditions.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { CallRecord, OfferRecord } from '../../src/core/floor/record.ts';
import { sumsOf } from '../../src/core/floor/measures.ts';
import { createTally } from '../../src/core/floor/tally.ts';
import { CALL_LISTS, OFFER_LISTS, type CallList, type OfferList } from '../../src/core/office/call-lists.ts';
import { parsePeriod } from '../../src/core/office/period.ts';
import { countAgents, countOffers } from '../../src/postgres/agent-lists.ts';
import { countCalls, countList } from '../../src/postgres/call-lists.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY = parsePeriod('day:2026-11-25')!;
const LISTS = Object.keys(CALL_LISTS) as CallList[];

const offer = fc.record({
  agent: fc.constantFrom('PJSIP/1001', 'PJSIP/1002'),
  atMs: fc.constant(DAY.fromMs + 1000),
  ringMs: fc.constantFrom(null, 0, 14_999, 15_000),
  outcome: fc.constantFrom(null, 'answered', 'no-answer', 'busy', 'unreachable', 'cancelled'),
}) as fc.Arbitrary<OfferRecord>;

/** Every field that a condition looks at takes each of its values, also where the floor would never say so. */
const record = fc.record({
  direction: fc.constantFrom('inbound', 'inbound', 'outbound', 'internal'),
  outcome: fc.constantFrom(
    ...([null, 'answered', 'abandoned', 'callback', 'overflowed', 'blocked', 'unknown'] as const),
  ),
  abandonStage: fc.constantFrom(null, 'ivr', 'queue', 'ringing'),
  hungUpFirst: fc.constantFrom(null, 'caller', 'agent', 'pbx'),
  answeredAtMs: fc.constantFrom(null, DAY.fromMs + 20_000),
  firstRingAtMs: fc.constantFrom(null, DAY.fromMs + 5000),
  waitMs: fc.constantFrom(null, 0, 4999.999, 5000, 14_999.999, 15_000),
  rings: fc.constantFrom(null, 1, 2, 3, 4, 5),
  withinThreeRings: fc.constantFrom(null, true, false),
  transfers: fc.constantFrom([], [{ kind: 'blind' as const, to: '1002', atMs: DAY.fromMs + 30_000 }]),
  offers: fc.array(offer, { maxLength: 2 }),
  talkMs: fc.constantFrom(null, 60_000),
});

describe('one condition a list, in memory and in SQL', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  const records: CallRecord[] = fc
    .sample(record, { numRuns: 4000, seed: 66 })
    .map((some, at) => ({
      ...(some as unknown as Partial<CallRecord>),
      callId: `call-${at}`,
      ...{ ani: null, dnis: '96666', queue: at % 3 === 0 ? null : 'hotline', ringMs: null, holdMs: 0 },
      ...{ arrivedAtMs: DAY.fromMs + at, queuedAtMs: null, endedAtMs: null, answeredBy: 'PJSIP/1001' },
      ...{ survey: null, anomalies: [] },
    }))
    .map((one) => one as CallRecord);
  const inbound = records.filter((one) => one.direction === 'inbound');

  before(async () => {
    pool = openPool(await cloneDatabase());
    const facts = records.map((one): Fact => ({
      ...{ kind: 'call-ended', id: `${one.callId}:ended`, atMs: one.arrivedAtMs, callId: one.callId },
      record: one,
    }));
    await createFactWriter(pool).write(facts);
  });
  after(() => pool.end());

  it('counts the same calls of every list', async () => {
    const counts = await countCalls(pool, DAY);
    for (const list of LISTS) {
      const expected = inbound.filter((one) => isCounted(list, one)).length;
      expect(counts[list], list).to.equal(expected);
      expect(await countList(pool, DAY, { list, where: {} }), list).to.equal(expected);
      expect(expected, `${list} was reached`).to.be.greaterThan(0);
    }
  });

  it('puts each call in exactly one class, and each answered one under one number of rings', () => {
    const classes = [
      'answered',
      'abandoned',
      'callback',
      'overflowed',
      'blocked',
      'unknown',
      'live',
    ] as const;
    for (const one of inbound) {
      expect(classes.filter((list) => isCounted(list, one))).to.have.length(1);
      const rings = ['rings1', 'rings2', 'rings3', 'rings4', 'ringsUnknown'] as const;
      expect(rings.filter((list) => isCounted(list, one)).length).to.equal(
        isCounted('answered', one) ? 1 : 0,
      );
    }
  });

  it('counts the same sums, and the same offers of every agent', async () => {
    const tally = createTally();
    for (const one of records) tally.put(one);
    const counts = await countCalls(pool, DAY);
    const { offered, answered, rang, withinThreeRings } = tally.since(DAY.fromMs);
    expect(counts).to.include({ offered, answered, rang, withinThreeRings });
    expect(counts.waited).to.equal(inbound.filter((one) => sumsOf(one).waited === 1).length);
    const mine = tally.agentsSince(DAY.fromMs);
    const { agents, everybody } = await countAgents(pool, DAY, DAY.untilMs);
    for (const list of Object.keys(OFFER_LISTS) as OfferList[]) {
      const all = inbound.flatMap((one) => one.offers.filter((some) => isOfferCounted(list, some)));
      expect(everybody[list], list).to.equal(all.length);
      expect(await countOffers(pool, DAY, { list }), list).to.equal(all.length);
      for (const { agent, ...sums } of agents) {
        expect(sums[list]).to.equal(all.filter((some) => some.agent === agent).length);
        if (list === 'offers' || list === 'offersAnswered' || list === 'offersWithin')
          expect(mine.get(agent)![list]).to.equal(sums[list]);
      }
    }
  });
});
