import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { AGENT_STATES, type AgentState, type Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { sumsOf } from '../core/floor/measures.ts';
import { talksOf } from '../core/floor/talks.ts';
import { agentViews, queueViews } from '../core/floor/views.ts';

/** Prometheus: `hotline_` prefix, base units, and nothing of a person in a label. */
export interface Metrics {
  registry: Registry;
  hear(facts: readonly Fact[], receivedAtMs: number): void;
  /** event's Timestamp ─▶ paint in the browser */
  painted(latencyMs: number): void;
}

export interface MetricsPorts {
  floor: Floor;
  amiConnected: () => boolean;
  journalBacklogBytes: () => number;
  journalFailing: () => boolean;
  journalLostCount: () => number;
  databaseBacklogCount: () => number;
  /** how long the oldest fact that is not stored has waited; null: there is none */
  databaseOldestMs: () => number | null;
  factsLostCount: () => number;
  databaseUp: () => boolean;
}

const RING_BUCKETS = [5, 10, 15, 20, 30, 60];
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function openMetrics(ports: MetricsPorts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'hotline_' });
  // gauges whose names end like a counter's: promtool is right to blame them, and nobody reads them
  for (const name of ['active_handles', 'active_requests', 'active_resources']) {
    registry.removeSingleMetric(`hotline_nodejs_${name}_total`);
  }

  const ring = new Histogram({
    name: 'hotline_ring_seconds',
    help: 'From the first ring of an agent to the answer (ringMs), of answered calls',
    labelNames: ['queue'],
    buckets: RING_BUCKETS,
    registers,
  });
  const wait = new Histogram({
    name: 'hotline_wait_seconds',
    help: 'From joining the queue to the answer (waitMs), of answered calls',
    labelNames: ['queue'],
    buckets: RING_BUCKETS,
    registers,
  });
  const calls = new Counter({
    name: 'hotline_calls_total',
    help: 'Calls that ended, by direction, queue and outcome',
    labelNames: ['direction', 'queue', 'outcome'],
    registers,
  });
  const offered = new Counter({
    name: 'hotline_calls_offered_total',
    help: 'Calls that reached us, counted as they end: what proved to be a part of another call is none',
    registers,
  });
  const answered = new Counter({
    name: 'hotline_calls_answered_total',
    help: 'Calls that an agent answered, as the wall and the reports count them',
    labelNames: ['queue'],
    registers,
  });
  const within = new Counter({
    name: 'hotline_calls_within_three_rings_total',
    help: 'Calls answered within three rings (Article 13)',
    labelNames: ['queue'],
    registers,
  });
  const rang = new Counter({
    name: 'hotline_calls_rang_total',
    help: 'Calls that rang at least once: what the three-ring rate is out of',
    labelNames: ['queue'],
    registers,
  });
  const abandoned = new Counter({
    name: 'hotline_calls_abandoned_total',
    help: 'Callers who hung up while waiting, by where: in the greeting (ivr), in the queue, while a phone rang',
    labelNames: ['stage'],
    registers,
  });
  const transfers = new Counter({
    name: 'hotline_transfers_total',
    help: 'Times that a call was handed on, by how: blind, attended, redirect',
    labelNames: ['how'],
    registers,
  });
  const offers = new Counter({
    name: 'hotline_offers_total',
    help: "Times that an agent's phone was called for a caller, by how it ended",
    labelNames: ['outcome'],
    registers,
  });
  const talks = new Counter({
    name: 'hotline_agent_talk_seconds_total',
    help: "How long agents talked with callers, each by their own phone, without hold, as the agents' report counts it; counted as a call ends",
    registers,
  });
  const spells = new Counter({
    name: 'hotline_agent_state_seconds_total',
    help: 'How long agents were in each state; counted as a state ends',
    labelNames: ['state'],
    registers,
  });
  const states = new Map<string, { state: AgentState; sinceMs: number }>();
  const gaps = new Counter({
    name: 'hotline_feed_gaps_total',
    help: 'Times the switch was not heard',
    registers,
  });
  const gapSeconds = new Counter({
    name: 'hotline_feed_gap_seconds_total',
    help: 'How long the switch was not heard',
    registers,
  });
  const anomalies = new Counter({
    name: 'hotline_anomalies_total',
    help: 'What did not fit the model, by kind',
    labelNames: ['kind'],
    registers,
  });
  const lag = new Histogram({
    name: 'hotline_event_lag_seconds',
    help: "From an event's Timestamp on the switch to its fact here",
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const pop = new Histogram({
    name: 'hotline_pop_latency_seconds',
    help: "From AgentCalled's Timestamp on the switch to the painted pop, measured in the browser",
    buckets: LATENCY_BUCKETS,
    registers,
  });
  gauge('hotline_ami_connected', 'Whether the event feed of the switch is live', () =>
    Number(ports.amiConnected()),
  );
  gauge('hotline_database_up', 'Whether the database takes facts', () => Number(ports.databaseUp()));
  gauge(
    'hotline_journal_backlog_bytes',
    'Journal not yet confirmed in the database',
    ports.journalBacklogBytes,
  );
  gauge('hotline_journal_failing', 'Whether the disk refuses the journal', () =>
    Number(ports.journalFailing()),
  );
  gauge(
    'hotline_journal_lost_chunks',
    'Chunks that the disk did not take since the start',
    ports.journalLostCount,
  );
  gauge('hotline_database_backlog_facts', 'Facts told and not yet stored', ports.databaseBacklogCount);
  gauge(
    'hotline_database_backlog_oldest_seconds',
    'How long the oldest fact that is not stored has waited',
    () => (ports.databaseOldestMs() ?? 0) / 1000,
  );
  gauge(
    'hotline_facts_lost',
    'Facts that neither memory nor the journal could keep, since the start',
    ports.factsLostCount,
  );
  new Gauge({
    name: 'hotline_waiting_calls',
    help: 'Callers that wait in a queue',
    labelNames: ['queue'],
    registers,
    collect() {
      this.reset();
      for (const view of queueViews(ports.floor)) this.set({ queue: view.queue }, view.waiting);
    },
  });
  new Gauge({
    name: 'hotline_agents',
    help: 'Agents by state',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = new Map<AgentState, number>(AGENT_STATES.map((state) => [state, 0]));
      for (const { state } of agentViews(ports.floor)) counts.set(state, (counts.get(state) ?? 0) + 1);
      for (const [state, count] of counts) this.set({ state }, count);
    },
  });

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  return {
    registry,
    painted: (latencyMs) => pop.observe(Math.max(0, latencyMs) / 1000),
    hear(facts, receivedAtMs) {
      for (const fact of facts) {
        if (fact.kind === 'call-offered' || fact.kind === 'agent-rang' || fact.kind === 'call-answered') {
          if (Number.isFinite(receivedAtMs)) lag.observe(Math.max(0, receivedAtMs - fact.atMs) / 1000);
        }
        switch (fact.kind) {
          case 'call-ended': {
            const { record } = fact;
            const queue = record.queue ?? 'none';
            calls.inc({ direction: record.direction, queue, outcome: record.outcome ?? 'unknown' });
            for (const { kind } of record.transfers) transfers.inc({ how: kind });
            if (record.direction !== 'inbound') break;
            const sums = sumsOf(record);
            offered.inc(sums.offered);
            answered.inc({ queue }, sums.answered);
            rang.inc({ queue }, sums.rang);
            within.inc({ queue }, sums.withinThreeRings);
            if (record.abandonStage !== null) abandoned.inc({ stage: record.abandonStage }, sums.abandoned);
            for (const offer of record.offers) offers.inc({ outcome: offer.outcome ?? 'unknown' });
            if (sums.answered === 0) break;
            for (const { talkMs } of talksOf(record)) talks.inc((talkMs ?? 0) / 1000);
            if (record.ringMs !== null) ring.observe({ queue }, record.ringMs / 1000);
            if (record.waitMs !== null) wait.observe({ queue }, record.waitMs / 1000);
            break;
          }
          case 'agent-state-changed': {
            const before = states.get(fact.agent);
            if (before)
              spells.inc({ state: before.state }, Math.max(0, fact.sinceMs - before.sinceMs) / 1000);
            states.set(fact.agent, fact);
            break;
          }
          case 'feed-gap':
            gaps.inc();
            gapSeconds.inc(Math.max(0, fact.untilMs - fact.fromMs) / 1000);
            break;
          case 'anomaly':
            anomalies.inc({ kind: fact.name });
            break;
          default:
            break;
        }
      }
    },
  };
}
