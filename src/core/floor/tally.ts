import { isOfferCounted } from './call-conditions.ts';
import { addSums, measuresOf, noSums, sumsOf, type DayMeasures, type Sums } from './measures.ts';
import type { CallRecord, OfferRecord } from './record.ts';
import { talksOf } from './talks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const KEPT_MS = 26 * HOUR_MS;

export interface HourSums extends Sums {
  fromMs: number;
}

/** What one agent did with callers: the calls that they answered first, the talk on their own phone, whoever answered, and how often it rang for one. */
export interface AgentSums {
  answered: number;
  withinThreeRings: number;
  talkMs: number;
  /** their phone's rings for callers (MEASURES, "Per agent, by offer"): all, answered, answered within three rings */
  offers: number;
  offersAnswered: number;
  offersWithin: number;
}

/** Of an agent for whom nobody called yet. */
export const NO_AGENT_SUMS: Readonly<AgentSums> = {
  answered: 0,
  withinThreeRings: 0,
  talkMs: 0,
  offers: 0,
  offersAnswered: 0,
  offersWithin: 0,
};

/**
 * The last day's calls, counted by the minute in which they were offered, as they change: a call is put in when it
 * reaches us and again when it is answered and when it ends, and stands for one call however often it is told.
 */
export interface Tally {
  put(record: CallRecord): void;
  /** a consultation that turned out to be part of another call */
  remove(callId: string): void;
  /** calls offered from this instant on */
  since(fromMs: number): DayMeasures;
  /** the same by the queue that a call joined last; a call that joined none is in no row */
  queuesSince(fromMs: number): { queue: string; sums: Sums }[];
  /** the same calls by who answered them, `PJSIP/1001` */
  agentsSince(fromMs: number): Map<string, AgentSums>;
  /** whole hours up to the one of `nowMs`, oldest first */
  hours(nowMs: number, count: number): HourSums[];
  forget(nowMs: number): void;
}

export function createTally(): Tally {
  const all = newLadder();
  const queues = new Map<string, Ladder>();
  const calls = new Map<string, CountedCall>();

  function add(minute: number, queue: string | null, sums: Sums, sign: 1 | -1): void {
    addTo(all, minute, sums, sign);
    if (queue === null) return;
    let mine = queues.get(queue);
    if (!mine) queues.set(queue, (mine = newLadder()));
    addTo(mine, minute, sums, sign);
  }

  function remove(callId: string): void {
    const known = calls.get(callId);
    if (!known) return;
    calls.delete(callId);
    if (all.minutes.has(known.minute)) add(known.minute, known.queue, known.sums, -1);
  }

  return {
    put(record) {
      const known = calls.get(record.callId);
      if (known?.done && record.outcome === null) return;
      remove(record.callId);
      const minute = floorTo(record.arrivedAtMs, MINUTE_MS);
      const sums = sumsOf(record);
      const { queue } = record;
      calls.set(record.callId, {
        minute,
        queue,
        sums,
        done: record.outcome !== null,
        agent: record.answeredBy,
        talks: talksOf(record),
        offers: sums.offered === 0 ? [] : record.offers,
      });
      add(minute, queue, sums, 1);
    },
    remove,
    since(fromMs) {
      return measuresOf(sumSince(all, fromMs));
    },
    queuesSince: (fromMs) => [...queues].map(([queue, mine]) => ({ queue, sums: sumSince(mine, fromMs) })),
    agentsSince(fromMs) {
      const agents = new Map<string, AgentSums>();
      const sumsFor = (agent: string): AgentSums => {
        const known = agents.get(agent) ?? { ...NO_AGENT_SUMS };
        agents.set(agent, known);
        return known;
      };
      for (const { minute, agent, sums, talks, offers } of calls.values()) {
        if (minute < fromMs) continue;
        for (const offer of offers) {
          const mine = sumsFor(offer.agent);
          for (const list of OFFERS_COUNTED) if (isOfferCounted(list, offer)) mine[list] += 1;
        }
        if (sums.answered === 0) continue;
        for (const talk of talks) sumsFor(talk.agent).talkMs += talk.talkMs ?? 0;
        if (agent === null) continue;
        const mine = sumsFor(agent);
        mine.answered += 1;
        mine.withinThreeRings += sums.withinThreeRings;
      }
      return agents;
    },
    hours(nowMs, count) {
      const last = floorTo(nowMs, HOUR_MS);
      return Array.from({ length: count }, (_, at) => {
        const fromMs = last - (count - 1 - at) * HOUR_MS;
        return { fromMs, ...(all.hours.get(fromMs) ?? noSums()) };
      });
    },
    forget(nowMs) {
      for (const { minutes, hours } of [all, ...queues.values()]) {
        for (const minute of minutes.keys()) if (minute < nowMs - KEPT_MS) minutes.delete(minute);
        for (const hour of hours.keys()) if (hour + HOUR_MS <= nowMs - KEPT_MS) hours.delete(hour);
      }
      for (const [callId, call] of calls) if (call.minute < nowMs - KEPT_MS) calls.delete(callId);
    },
  };
}

interface CountedCall {
  minute: number;
  queue: string | null;
  sums: Sums;
  done: boolean;
  agent: string | null;
  talks: readonly { agent: string; talkMs: number | null }[];
  offers: readonly OfferRecord[];
}
const OFFERS_COUNTED = ['offers', 'offersAnswered', 'offersWithin'] as const;

/** Sums by the minute, and by the hour again: a day is then some eighty sums to add up, not fourteen hundred. */
interface Ladder {
  minutes: Map<number, Sums>;
  hours: Map<number, Sums>;
}

const newLadder = (): Ladder => ({ minutes: new Map(), hours: new Map() });
const floorTo = (atMs: number, step: number) => Math.floor(atMs / step) * step;

function addTo({ minutes, hours }: Ladder, minute: number, sums: Sums, sign: 1 | -1): void {
  for (const [rung, at] of [
    [minutes, minute],
    [hours, floorTo(minute, HOUR_MS)],
  ] as const) {
    let kept = rung.get(at);
    if (!kept) rung.set(at, (kept = noSums()));
    addSums(kept, sums, sign);
  }
}

function sumSince({ minutes, hours }: Ladder, fromMs: number): Sums {
  const sums = noSums();
  for (const [hour, one] of hours) if (hour >= fromMs) addSums(sums, one);
  const whole = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  for (let minute = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS; minute < whole; minute += MINUTE_MS) {
    const one = minutes.get(minute);
    if (one) addSums(sums, one);
  }
  return sums;
}
