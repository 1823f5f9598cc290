import { measureLimits } from '../../core/limits.ts';
import { zoneOffsetMs } from '../../core/zone.ts';
import type { CallRecord, OfferRecord } from '../../core/floor/record.ts';
import type { CustomerCard } from '../../postgres/customers.ts';
import { matter, mobile } from './city.ts';
import type { Random } from './random.ts';

/** What a caller asked for; the order is made of it (orders.ts). */
export interface PastMatter {
  record: CallRecord;
  customer: CustomerCard | null;
  category: string;
  item: string;
  content: string;
}
export interface PastDay {
  records: CallRecord[];
  matters: PastMatter[];
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** how the day's calls fall on its hours */
const HOURS = [3, 2, 1, 1, 1, 3, 8, 16, 24, 26, 24, 18, 14, 15, 18, 19, 19, 20, 22, 20, 16, 12, 8, 5];
export const DEMO_AGENTS = ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1008', '1009', '1010'];

/** One day of the hotline as it could have been, calls that obey MEASURES to the millisecond. `midnightMs` is Shanghai's. */
export function pastDay(
  random: Random,
  midnightMs: number,
  untilMs: number,
  known: readonly CustomerCard[],
): PastDay {
  const local = new Date(midnightMs + zoneOffsetMs());
  const month = local.getUTCMonth() + 1;
  const weekend = [0, 6].includes(local.getUTCDay());
  const season = month === 12 || month === 1 ? 1.35 : month >= 6 && month <= 8 ? 1.25 : 1;
  // now and then a main bursts: the phones never stand still, and the rates show it
  const burst = random.chance(0.03) ? random.whole(7, 20) : null;
  const records: CallRecord[] = [];
  const matters: PastMatter[] = [];
  let number = 0;
  for (let hour = 0; hour < 24; hour += 1) {
    const load = HOURS[hour]! * 0.85 * season * (weekend ? 0.8 : 1) * (burst === hour ? 4 : 1);
    const count = Math.round(load * random.between(0.75, 1.25));
    const pressed = burst === hour ? 0.45 : Math.min(0.25, load / 180);
    for (let at = 0; at < count; at += 1) {
      const arrivedAtMs = midnightMs + hour * HOUR_MS + random.between(0, HOUR_MS);
      if (arrivedAtMs >= untilMs - 600_000) continue;
      number += 1;
      const customer = random.chance(0.82) ? known[Math.floor(random.next() ** 1.7 * known.length)]! : null;
      const ani = random.chance(0.015) ? null : customer ? random.pick(customer.phones) : mobile(random);
      const record = pastCall(random, Math.round(arrivedAtMs * 1000) / 1000, ani, pressed, number);
      records.push(record);
      if (record.outcome === 'answered' && random.chance(0.3)) {
        matters.push({ record, customer, ...matter(random, month) });
      }
    }
  }
  return { records: records.sort((a, b) => a.arrivedAtMs - b.arrivedAtMs), matters };
}

function pastCall(
  random: Random,
  arrivedAtMs: number,
  ani: string | null,
  pressed: number,
  number: number,
): CallRecord {
  const callId = `demo-${Math.floor(arrivedAtMs / 1000)}.${number}`;
  const queuedAtMs = plus(arrivedAtMs, random.between(3200, 3400));
  const blank: CallRecord = {
    callId,
    direction: 'inbound',
    ani,
    dnis: '96666',
    queue: null,
    outcome: null,
    abandonStage: null,
    arrivedAtMs,
    queuedAtMs: null,
    firstRingAtMs: null,
    answeredAtMs: null,
    endedAtMs: null,
    waitMs: null,
    ringMs: null,
    rings: null,
    withinThreeRings: null,
    talkMs: null,
    holdMs: null,
    hungUpFirst: null,
    answeredBy: null,
    offers: [],
    transfers: [],
    survey: null,
    anomalies: [],
  };
  if (random.chance(0.015)) {
    const endedAtMs = plus(arrivedAtMs, random.between(800, 3000));
    return { ...blank, outcome: 'abandoned', abandonStage: 'ivr', endedAtMs, hungUpFirst: 'caller' };
  }
  const waits = random.chance(pressed);
  const rangAtMs = plus(queuedAtMs, waits ? random.between(2000, 90_000) : random.between(1, 4));
  const patience = random.between(15_000, 150_000);
  const queued = { ...blank, queue: 'hotline', queuedAtMs };
  if (rangAtMs - queuedAtMs > patience) {
    const endedAtMs = plus(queuedAtMs, patience);
    return {
      ...queued,
      outcome: 'abandoned',
      abandonStage: 'queue',
      endedAtMs,
      waitMs: minus(endedAtMs, queuedAtMs),
      hungUpFirst: 'caller',
    };
  }
  const offers: OfferRecord[] = [];
  let offeredAtMs = rangAtMs;
  while (offers.length < 3 && random.chance(0.03 + pressed * 0.15)) {
    offers.push({ agent: agent(random), atMs: offeredAtMs, ringMs: 20_000, outcome: 'no-answer' });
    offeredAtMs = plus(offeredAtMs, 21_000);
  }
  const ring = random.chance(0.96) ? random.between(1500, 9500) : random.between(9500, 19_500);
  const answeredBy = agent(random);
  if (random.chance(0.012 + pressed * 0.06)) {
    const endedAtMs = plus(offeredAtMs, Math.min(ring, random.between(1000, 14_000)));
    offers.push({
      agent: answeredBy,
      atMs: offeredAtMs,
      ringMs: minus(endedAtMs, offeredAtMs),
      outcome: 'cancelled',
    });
    return {
      ...queued,
      outcome: 'abandoned',
      abandonStage: 'ringing',
      firstRingAtMs: rangAtMs,
      endedAtMs,
      waitMs: minus(endedAtMs, queuedAtMs),
      ...rung(minus(endedAtMs, rangAtMs), false),
      offers,
      hungUpFirst: 'caller',
    };
  }
  const answeredAtMs = plus(offeredAtMs, ring);
  offers.push({
    agent: answeredBy,
    atMs: offeredAtMs,
    ringMs: minus(answeredAtMs, offeredAtMs),
    outcome: 'answered',
  });
  const talkMs = Math.round(20_000 + -Math.log(1 - random.next()) * 95_000);
  const holdMs = random.chance(0.12) ? Math.round(random.between(8000, 60_000)) : 0;
  return {
    ...queued,
    outcome: 'answered',
    firstRingAtMs: rangAtMs,
    answeredAtMs,
    endedAtMs: plus(answeredAtMs, talkMs + holdMs),
    waitMs: minus(answeredAtMs, queuedAtMs),
    ...rung(minus(answeredAtMs, rangAtMs), true),
    talkMs,
    holdMs,
    hungUpFirst: random.chance(0.87) ? 'caller' : 'agent',
    answeredBy,
    offers,
  };
}

function rung(ringMs: number, answered: boolean) {
  return {
    ringMs,
    rings: Math.floor(ringMs / measureLimits().ringCadenceMs) + 1,
    withinThreeRings: answered && ringMs < measureLimits().threeRingsMs,
  };
}

function agent(random: Random): string {
  return `PJSIP/${random.pick(DEMO_AGENTS)}`;
}
/** instants keep the switch's microseconds, and differences are theirs */
function plus(atMs: number, ms: number): number {
  return Math.round((atMs + ms) * 1000) / 1000;
}
function minus(laterMs: number, atMs: number): number {
  return Math.round((laterMs - atMs) * 1000) / 1000;
}

/** Shanghai's midnights from `fromMs` to `untilMs`. */
export function midnights(fromMs: number, untilMs: number): number[] {
  const first = Math.floor((fromMs + zoneOffsetMs()) / DAY_MS) * DAY_MS - zoneOffsetMs();
  const days: number[] = [];
  for (let day = first; day < untilMs; day += DAY_MS) days.push(day);
  return days;
}
