import { expect } from 'chai';
import { mayDial } from '../../../src/core/floor/dialling.ts';
import { countCalls, serviceLevel } from '../../../src/core/floor/measures.ts';
import { createTally } from '../../../src/core/floor/tally.ts';
import { cleanNumber } from '../../../src/core/floor/number.ts';
import type { CallRecord } from '../../../src/core/floor/record.ts';

const CALL: CallRecord = {
  callId: 'c',
  direction: 'inbound',
  ani: '13912345678',
  dnis: '96666',
  queue: 'hotline',
  outcome: 'answered',
  abandonStage: null,
  arrivedAtMs: 1_700_000_000_000,
  queuedAtMs: 1_700_000_003_000,
  firstRingAtMs: 1_700_000_003_001,
  answeredAtMs: 1_700_000_010_000,
  endedAtMs: 1_700_000_060_000,
  waitMs: 7000,
  ringMs: 6999,
  rings: 2,
  withinThreeRings: true,
  talkMs: 50_000,
  holdMs: 0,
  hungUpFirst: 'caller',
  answeredBy: 'PJSIP/1001',
  offers: [],
  transfers: [],
  survey: null,
  anomalies: [],
};
const LATE: CallRecord = {
  ...CALL,
  callId: 'd',
  ringMs: 15_000,
  rings: 4,
  waitMs: 21_000,
  withinThreeRings: false,
};
const GONE: CallRecord = {
  ...CALL,
  callId: 'e',
  outcome: 'abandoned',
  answeredAtMs: null,
  abandonStage: 'ringing',
};
const IVR: CallRecord = { ...GONE, callId: 'f', firstRingAtMs: null, queuedAtMs: null, abandonStage: 'ivr' };

describe('the measures', () => {
  it('hold the example day to each of the six service levels', () => {
    const day = {
      answered: 90,
      answeredWithin: 80,
      abandoned: 20,
      abandonedWithin: 8,
      shortAbandoned: 5,
      overflowed: 10,
    };
    const shown = ([1, 2, 3, 4, 5, 6] as const).map((form) => (serviceLevel(form, day)! * 100).toFixed(1));
    expect(shown).to.deep.equal(['88.9', '72.7', '76.2', '78.4', '80.0', '66.7']);
  });

  it('have nothing to show where nothing stands below the line', () => {
    const none = countCalls([]);
    expect(none.threeRingRatio).to.equal(null);
    expect(none.connectRatio).to.equal(null);
    expect(none.averageSpeedOfAnswerMs).to.equal(null);
  });

  it('put the fourth ring at 15.000 s exactly, and count only calls that rang', () => {
    const day = countCalls([CALL, LATE, GONE, IVR]);
    expect(day).to.include({ offered: 4, answered: 2, abandoned: 2, rang: 3, withinThreeRings: 1 });
    expect(day.threeRingRatio).to.be.closeTo(1 / 3, 1e-9);
    expect(day.threeRingOfAnsweredRatio).to.equal(0.5);
    expect(day.within15sRatio).to.equal(0.25);
    expect(day.averageSpeedOfAnswerMs).to.equal(14_000);
  });

  it('leave out what did not come from outside', () => {
    expect(countCalls([{ ...CALL, direction: 'outbound' }]).offered).to.equal(0);
  });

  it('count a call once in the tally, however often and in whatever order it is told', () => {
    const tally = createTally();
    const ringing: CallRecord = { ...CALL, outcome: null, answeredAtMs: null, endedAtMs: null };
    for (const record of [ringing, CALL, ringing, CALL]) tally.put(record);
    expect(tally.since(0)).to.deep.equal(countCalls([CALL]));
    expect(tally.hours(CALL.arrivedAtMs, 24).at(-1)).to.include({ offered: 1, answered: 1 });
    tally.remove(CALL.callId);
    expect(tally.since(0).offered).to.equal(0);
  });
  it('are the same since any minute of the day, whether added up by hours or call by call', () => {
    const tally = createTally();
    const dayMs = Date.parse('2026-11-25T16:00Z');
    const calls = Array.from({ length: 400 }, (_, at) => ({
      ...{ ...CALL, callId: `${at}`, arrivedAtMs: dayMs + at * 211_000, ringMs: (at * 997) % 20_000 },
    }));
    for (const one of calls) tally.put(one);
    for (let minute = 0; minute < 24 * 60; minute += 7) {
      const fromMs = dayMs + minute * 60_000;
      const since = calls.filter((one) => one.arrivedAtMs >= fromMs);
      expect(tally.since(fromMs), `since minute ${minute}`).to.deep.equal(countCalls(since));
    }
    const hours = tally.hours(dayMs + 86_399_000, 24);
    expect(hours.reduce((sum, hour) => sum + hour.offered, 0)).to.equal(calls.length);
  });
});

describe('what may be dialled', () => {
  const cases: [string, string][] = [
    ['13912345678', 'ok'],
    ['09515012345', 'ok'],
    ['5012345', 'ok'],
    ['12345', 'ok'],
    ['', 'number-empty'],
    ['139 1234 5678', 'number-not-digits'],
    ['13912345678&PJSIP/1001', 'number-not-digits'],
    ['13912345678@trunk', 'number-not-digits'],
    ['+8613912345678', 'number-not-digits'],
    ['008613912345678', 'number-not-allowed'],
    ['0013912345678', 'number-not-allowed'],
    ['1', 'number-not-allowed'],
    ['1391234567890123456789', 'number-not-allowed'],
  ];
  for (const [number, wanted] of cases) {
    it(`“${number}” is ${wanted}`, () => {
      const dialling = mayDial(number, 0);
      expect(dialling.ok ? 'ok' : dialling.refusal).to.equal(wanted);
    });
  }
  it('is capped for each agent and hour', () => {
    expect(mayDial('13912345678', 60)).to.deep.equal({ ok: false, refusal: 'cap-reached' });
  });
});

describe('a number as the switch told it', () => {
  it('is cleaned, cut at 20 characters, or absent', () => {
    expect(cleanNumber('+86 139-1234-5678')).to.equal('+8613912345678');
    expect(cleanNumber('1'.repeat(79))).to.have.length(20);
    for (const none of ['anonymous', '<unknown>', '', '\ufffd\ufffd', '0', '00000000', '+'])
      expect(cleanNumber(none)).to.equal(null);
  });
});
